"""CEL predicates over facts that may be missing.

A predicate is compiled against declared variables (CEL specification,
cel-spec "Language Definition"). Facts that are not known are left unbound, so
CEL's own logic decides whether they matter: ``false && x`` is false whatever
``x`` is. What cannot be decided is ``Unknown`` with the names that are
missing; anything else that goes wrong is a ``Fault`` and never counts as false.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Literal

import msgspec
from cel_expr_python import cel

from comity.errors import BadInput

VariableType = Literal["bool", "string", "int", "time", "strings"]
Value = bool | str | int | dt.datetime | tuple[str, ...]


class Truth(msgspec.Struct, frozen=True):
    """The predicate is decided."""

    holds: bool


class Unknown(msgspec.Struct, frozen=True):
    """The predicate cannot be decided until one or more of ``missing`` are known."""

    missing: tuple[str, ...]


class Fault(msgspec.Struct, frozen=True):
    """The predicate could not be evaluated; a person has to look at it."""

    reason: str


Verdict = Truth | Unknown | Fault

_TYPES: dict[VariableType, cel.Type] = {
    "bool": cel.Type.BOOL,
    "string": cel.Type.STRING,
    "int": cel.Type.INT,
    "time": cel.Type.TIMESTAMP,
    "strings": cel.Type.List(cel.Type.STRING),
}
_UNBOUND = re.compile(r'UNKNOWN: No value with name "([^"]+)" found in Activation')
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
_STRING = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
_MAX_SOURCE = 4_000  # characters; a predicate that a lawyer can read is far shorter


class Predicate:
    """A compiled predicate. ``names`` are the variables it mentions, in order."""

    def __init__(self, source: str, names: tuple[str, ...], program: cel.Expression) -> None:
        self.source = source
        self.names = names
        self._program = program

    def __call__(self, facts: Mapping[str, Value]) -> Verdict:
        """Decide the predicate for these facts; absent names are unknown."""
        bound = {
            name: list(value) if isinstance(value, tuple) else value
            for name in self.names
            if (value := facts.get(name)) is not None
        }
        result = self._program.eval(data=bound)
        if result.type() == cel.Type.BOOL:
            return Truth(bool(result.value()))
        reason = str(result.value())
        unbound = _UNBOUND.match(reason)
        if unbound and unbound[1] in self.names and unbound[1] not in bound:
            return Unknown(tuple(name for name in self.names if name not in bound))
        return Fault(f"the rule {self.source!r} could not be evaluated: {reason}")


class Rules:
    """Compiles predicates against one set of declared variables."""

    def __init__(self, variables: Mapping[str, VariableType]) -> None:
        self._declared = frozenset(variables)
        self._env = cel.NewEnv(variables={name: _TYPES[kind] for name, kind in variables.items()})

    def compile(self, source: str) -> Predicate:
        """Compile one predicate; BadInput says why it cannot be used.

        ``has()`` is refused: it would turn a missing fact into a false one.
        """
        if len(source) > _MAX_SOURCE:
            raise BadInput(f"a rule may have at most {_MAX_SOURCE} characters, not {len(source)}")
        bare = _STRING.sub("''", source)
        if re.search(r"\bhas\s*\(", bare):
            raise BadInput(
                f"the rule {source!r} uses has(), which would read a missing fact as false: "
                "name the fact itself"
            )
        try:
            program = self._env.compile(source)
        except RuntimeError as error:
            raise BadInput(f"the rule {source!r} does not compile: {_first_line(error)}") from error
        if program.return_type() != cel.Type.BOOL:
            raise BadInput(
                f"the rule {source!r} must be true or false, not {program.return_type().name()}"
            )
        mentioned = dict.fromkeys(_NAME.findall(bare))
        return Predicate(source, tuple(n for n in self._mentions(mentioned)), program)

    def _mentions(self, words: Mapping[str, None]) -> dict[str, None]:
        # A member call such as origin.territories.exists(...) carries the variable as a prefix.
        found: dict[str, None] = {}
        for word in words:
            parts = word.split(".")
            for end in range(len(parts), 0, -1):
                name = ".".join(parts[:end])
                if name in self._declared:
                    found[name] = None
                    break
        return found


def _first_line(error: RuntimeError) -> str:
    text = str(error).splitlines()[0]
    return text.removeprefix("INVALID_ARGUMENT: ").removeprefix("ERROR: ")
