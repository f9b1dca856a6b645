"""The fact sheet as a file people write (TOML): ``[[fact]]`` tables, one per claim."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

import msgspec
import tomli_w

from comity.assess.facts import Claim, is_state_code, odd_time, refuse_misfit, typed
from comity.assess.release import VERIFIED
from comity.errors import BadInput
from comity.knowledge.model import Feature

MAX_BYTES = 1 << 20


class FactsFile(msgspec.Struct, frozen=True, kw_only=True):
    """A fact sheet as read: the claims, and what the sheet says about itself.

    ``own`` and ``replay_at`` are for past cases: which state asks, and at what
    moment the case is looked at.
    """

    case: str | None
    own: str | None
    replay_at: dt.datetime | None
    claims: tuple[Claim, ...]


class _Sheet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    case: str | None = None
    own: str | None = None
    replay_at: dt.datetime | None = None


# A word on who said it and where it is from: a blank tells nothing.
_Telling = Annotated[str, msgspec.Meta(pattern=r"\S")]


class _Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    state: Literal["known", "unknown", "disputed"] = "known"
    value: Any = None  # TOML values of any type; the feature says which one fits
    said_by: _Telling
    said_at: dt.datetime | None = None
    source: _Telling
    report: str | None = None


def read_facts(data: bytes, features: Mapping[str, Feature], *, file: str) -> FactsFile:
    """Read one facts file. BadInput names the file and the table that is wrong."""
    if len(data) > MAX_BYTES:
        raise BadInput(f"{file} is larger than {MAX_BYTES >> 20} MiB: a fact sheet never is")
    try:
        document = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadInput(
            f"{file} is not UTF-8 text (byte {error.start}): save it as UTF-8"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{file} is not valid TOML: {error}") from error
    except (ValueError, RecursionError):
        raise BadInput(
            f"{file} holds a number with too many digits or is nested too deeply: "
            "a fact sheet never does"
        ) from None
    extra = set(document) - {"sheet", "fact"}
    if extra:
        raise BadInput(f"{file} has an unknown part {sorted(extra)[0]!r}: use [[fact]] tables")
    rows = document.get("fact", [])
    if not isinstance(rows, list):
        raise BadInput(f"{file}: write [[fact]] with two brackets, one table per fact")
    try:
        about = msgspec.convert(document.get("sheet", {}), _Sheet)
    except msgspec.ValidationError as error:
        raise BadInput(f"{file}, [sheet]: {_in_words(error)}") from error
    if about.replay_at is not None and (odd := odd_time(about.replay_at)):
        raise BadInput(f"{file}, [sheet]: replay_at {odd}")
    if about.own is not None and not is_state_code(about.own):
        raise BadInput(f"{file}, [sheet]: own must be a state's three-letter code such as EST")
    return FactsFile(
        case=about.case,
        own=about.own,
        replay_at=about.replay_at,
        claims=tuple(
            _claim(row, features, f"{file}, fact {number}") for number, row in enumerate(rows, 1)
        ),
    )


def _claim(row: object, features: Mapping[str, Feature], place: str) -> Claim:
    try:
        parsed = msgspec.convert(row, _Row)
    except msgspec.ValidationError as error:
        raise BadInput(f"{place}: {_in_words(error)}") from error
    feature = features.get(parsed.name)
    if feature is None:
        raise BadInput(
            f"{place}: there is no feature {parsed.name!r}; "
            "'comity knowledge list vocabulary' lists them"
        )
    if (parsed.state == "unknown") != (parsed.value is None):
        said = "has a value" if parsed.value is not None else "has no value"
        raise BadInput(f"{place}: {parsed.name} is marked {parsed.state} and {said}")
    claim = Claim(
        name=parsed.name,
        value=typed(parsed.value, feature, place),
        said_by=parsed.said_by,
        said_at=parsed.said_at,
        source=parsed.source,
        place=place,
        disputed=parsed.state == "disputed",
        report=parsed.report,
    )
    if claim.report is not None and claim.name != VERIFIED:
        raise BadInput(f"{place}: report stands only with {VERIFIED}, and names a file")
    refuse_misfit(claim, features)
    return claim


_FORM = (
    (re.compile(r"Object missing required field `(\w+)`"), "{0} is missing"),
    (re.compile(r"Object contains unknown field `(.{1,80})`"), "there is no entry {0} in it"),
    (re.compile(r"Invalid enum value '(.{1,80})' - at `\$\.(\w+)`"), "{1} cannot be {0!r}"),
    (re.compile(r"Invalid RFC3339 encoded (datetime) - at `\$\.(\w+)`"), "{1} must be {0}"),
    (re.compile(r"Expected `(\w+).*`, got `(\w+)` - at `\$\.(\w+)`"), "{2} must be {0}, not {1}"),
    (re.compile(r"Expected `str` matching regex .* - at `\$\.(\w+)`"), "{0} must say something"),
    (re.compile(r"Expected `object`, got `(\w+)`"), "it must be a table, not {0}"),
)


def _in_words(error: msgspec.ValidationError) -> str:
    """What the parser says of a table, without its own terms."""
    for pattern, words in _FORM:
        if found := pattern.match(str(error)):
            return words.format(*(_TYPES.get(part, part) for part in found.groups()))
    return str(error)


_TYPES = {
    "str": "text", "int": "a number", "float": "a number", "bool": "true or false",
    "datetime": "a time such as 2026-01-31T08:00:00Z", "array": "a list", "object": "a table",
    "date": "a day", "time": "a time of day", "null": "nothing",
}  # fmt: skip


def write_facts(facts: FactsFile) -> bytes:
    """The sheet as TOML that ``read_facts`` reads back to the same claims."""
    about = {
        name: value
        for name in ("case", "own", "replay_at")
        if (value := getattr(facts, name)) is not None
    }
    return tomli_w.dumps({"sheet": about}).encode() + add_facts(b"", facts.claims)


def add_facts(sheet: bytes, claims: Iterable[Claim]) -> bytes:
    """A sheet with more claims at its end; what people wrote in it, comments too, stays."""
    # The writer would put short tables on one line, which cannot be added to.
    tables = (f"\n[[fact]]\n{tomli_w.dumps(_table(claim))}" for claim in claims)
    return sheet + "".join(tables).encode()


def _table(claim: Claim) -> dict[str, object]:
    table: dict[str, object] = {"name": claim.name, "state": "unknown"}
    if claim.value is not None:
        table["state"] = "disputed" if claim.disputed else "known"
        table["value"] = list(claim.value) if isinstance(claim.value, tuple) else claim.value
    table["said_by"] = claim.said_by
    if claim.said_at is not None:
        table["said_at"] = claim.said_at
    table["source"] = claim.source
    if claim.report is not None:
        table["report"] = claim.report
    return table
