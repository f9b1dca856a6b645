"""What of the objects does not come back when the events are read again.

Whatever the writer leaves out without saying why is found here, so nothing is dropped silently.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from comity.formats.misp.writing.losses import Ledger
from comity.formats.misp.writing.marks import at_least
from comity.formats.misp.writing.stock import Stock, Value
from comity.formats.misp.writing.values import same_terms
from comity.stix.base import Foreign
from comity.stix.sdo import Report
from comity.stix.sro import Relationship
from comity.stix.timestamp import Timestamp
from comity.stix.types import ExternalReference

_NO_FORM = "was left out: it has no form in a MISP event"
# Said by the event as a whole, or compared in words of their own.
_ELSEWHERE = frozenset(("id", "spec_version", "created", "modified", "object_marking_refs"))
_TO_THE_SECOND = 19
_WORDS = ("name", "description", "abstract", "content")


def compare(stock: Stock, back: Stock, ledger: Ledger) -> None:
    """Make a loss of each object and each property that does not come back."""
    links: dict[tuple[str, str, str], list[str]] = {}
    for value in back.values.values():
        if isinstance(value, Relationship):
            links.setdefault(_ends(value, {}), []).append(value.id)
    undated = 0
    for id_, value in stock.values.items():
        if id_ in ledger.left_out:
            continue
        new = _found(value, stock, back, links, ledger)
        if new is None:
            ledger.lose(id_, _NO_FORM)
            continue
        missing = [*_missing(value, new, ledger), *stock.custom.get(id_, ())]
        if missing:
            ledger.lose(id_, f"was written without {', '.join(missing)}")
        undated += _to_second(_made(value)) != _to_second(_made(new))
    if undated:
        rule = "MISP keeps when something was last changed and not when it was made; that of"
        ledger.lose(None, f"{rule} {undated} objects is not in the event")


def _found(
    value: Value,
    stock: Stock,
    back: Stock,
    links: Mapping[tuple[str, str, str], list[str]],
    ledger: Ledger,
) -> Value | None:
    """The object as it comes back, for no more people than it was for."""
    id_ = str(value.id)
    own = ledger.written.get(id_, id_)
    several = [own]
    if isinstance(value, Relationship):
        several += links.get(_ends(value, ledger.written), ())[:_MOST_ALIKE]
    asked = stock.wanted[id_]
    return next(
        (
            back.values[one]
            for one in several
            if one in back.values and at_least(back.wanted[one], asked)
        ),
        None,
    )


# Of relationships that say the same so many are looked at.
_MOST_ALIKE = 10


def _ends(value: Relationship, written: Mapping[str, str]) -> tuple[str, str, str]:
    ends = (value.source_ref, value.target_ref)
    source, target = (written.get(ref, ref) for ref in ends)
    return value.relationship_type, source, target


def _missing(value: Value, new: Value, ledger: Ledger) -> Iterable[str]:
    """Names of the properties that do not come back."""
    said = [text for name in _WORDS if (text := getattr(new, name, None))]
    for name in value.__struct_fields__:
        old = getattr(value, name)
        if name in _ELSEWHERE or old in (None, (), {}, False):
            continue
        if isinstance(value, Report) and name in ("object_refs", "description"):
            continue
        have = getattr(new, name, None)
        if name == "pattern" and same_terms(old, str(have)):
            continue
        if not _carried(old, have, ledger.written) and not (
            isinstance(old, str) and any(old.strip() in text for text in said)
        ):
            yield name


def _carried(old: Any, new: Any, written: Mapping[str, str]) -> bool:
    match old:
        case tuple() if isinstance(old[0], ExternalReference):
            return _referred(old, new)
        case tuple() if isinstance(old[0], str):
            return {written.get(one, one) for one in old} <= set(new or ())
        case dict():
            return isinstance(new, dict) and all(new.get(key) == one for key, one in old.items())
        case Timestamp():
            return _to_second(old) == _to_second(new)
        case str():
            return bool(written.get(old, old) == new)
        case _:
            return bool(old == new)


def _referred(old: tuple[ExternalReference, ...], new: tuple[ExternalReference, ...]) -> bool:
    """Whether all numbers and links come back, be it as two references."""
    numbers = {(one.source_name, one.external_id) for one in new}
    links = {one.url for one in new}
    return all(
        (one.external_id is None or (one.source_name, one.external_id) in numbers)
        and (one.url is None or one.url in links)
        and not one.description
        and not one.hashes
        for one in old
    )


def _made(value: Value) -> Timestamp | None:
    return None if isinstance(value, Foreign) else getattr(value, "created", None)


def _to_second(at: Timestamp | None) -> str | None:
    return at[:_TO_THE_SECOND] if at else None
