"""Parts of parsed JSON by their path, and what is left without them.

A path is the steps of a selector (STIX 2.1 §7.2.3.1): names, and ``[0]`` for places in a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from comity.stix.types import Opaque

Path: TypeAlias = tuple[str, ...]
Cut: TypeAlias = "dict[str, Cut | None]"  # by step; None takes the whole of what is there
Moves: TypeAlias = "dict[str, tuple[str, Moves | None]]"  # where a step is found afterwards

_INDEX = re.compile(r"\[([0-9]{1,9})\]")
_STEP = re.compile(r"[a-zA-Z0-9_-]{1,250}|\[[0-9]{1,9}\]")
_NOTHING = object()


def path_of(content: Opaque, selector: str) -> Path | None:
    """The path that a selector selects, None if there is nothing."""
    value: Any = content
    path: list[str] = []
    for step in selector.split("."):
        index = _INDEX.fullmatch(step)
        if index is not None and isinstance(value, list) and int(index[1]) < len(value):
            value = value[int(index[1])]
            path.append(f"[{int(index[1])}]")
        elif isinstance(value, dict) and step in value:
            value = value[step]
            path.append(step)
        else:
            return None
    return tuple(path)


def selector_of(path: Path) -> str:
    """A selector of the part, or of what is around it where STIX has no way to select it.

    Empty where not even the top-level property can be selected.
    """
    kept: list[str] = []
    for step in path:
        if _STEP.fullmatch(step) is None:
            break
        kept.append(step)
    return ".".join(kept)


def cut_at(paths: Iterable[Path]) -> Cut:
    """One cut that takes everything at and below these paths."""
    cut: Cut = {}
    for path in paths:
        node: Cut | None = cut
        for step in path[:-1]:
            node = node.setdefault(step, {}) if node is not None else None
        if node is not None:
            node[path[-1]] = None
    return cut


def without(value: Any, cut: Cut | None) -> tuple[Any, Moves | None]:
    """What is left, and where its parts are now; what becomes empty goes too.

    Moves of None say that nothing in it moved.
    """
    if cut is None:
        return value, None
    moves: Moves = {}
    left: list[tuple[str, Any]] = []
    for step, child in _steps(value):
        if step in cut and cut[step] is None:
            continue
        kept, inner = without(child, cut.get(step))
        if kept is _NOTHING:
            continue
        moves[step] = (f"[{len(left)}]" if isinstance(value, list) else step), inner
        left.append((step, kept))
    if not left:
        return _NOTHING, {}
    return ([kept for _, kept in left] if isinstance(value, list) else dict(left)), moves


def moved(path: Path, moves: Moves | None) -> Path | None:
    """Where a part is after a cut; None if it is gone."""
    now: list[str] = []
    for step in path:
        if moves is None:
            now.append(step)
        elif step in moves:
            place, moves = moves[step]
            now.append(place)
        else:
            return None
    return tuple(now)


def leaves(value: Any, cut: Cut | None = None, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text below ``value`` that a cut leaves; below the top, names are texts too.

    The name of a property stands at the path of what it names.
    """
    for step, child in _steps(value):
        inner = cut.get(step, {}) if cut else {}
        if inner is None:
            continue
        here = (*path, step)
        if path and isinstance(value, dict):
            yield here, step
        if isinstance(child, str):
            yield here, child
        elif isinstance(child, dict | list):
            yield from leaves(child, inner, here)


def at(value: Any, path: Path) -> Any:
    """What is at a path that is known to be there."""
    for step in path:
        value = value[int(step[1:-1])] if isinstance(value, list) else value[step]
    return value


def _steps(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield f"[{index}]", child
