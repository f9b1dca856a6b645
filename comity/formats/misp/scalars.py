"""Numbers, flags, instants and uuids as MISP writes them (MISP core format 2.2.1, 2.3.2)."""

from datetime import UTC, datetime

from comity.formats.misp.shapes import Scalar
from comity.stix.error import StixError
from comity.stix.parse import readable_id
from comity.stix.timestamp import Timestamp

_TRUE = frozenset((True, 1, "1", "true", "True"))
_NIL = "00000000-0000-0000-0000-000000000000"
_MOST_DIGITS = 15
_LAST_SECOND = 253_402_300_799  # the last of the year 9999


def text(value: object) -> str:
    """The value as text, empty where there is none."""
    return "" if value is None else str(value)


def flag(value: Scalar) -> bool:
    """Whether a flag is set; absent is not set."""
    return value in _TRUE


def whole(value: Scalar, path: str) -> int | None:
    """A whole number, ``None`` where there is none. Raises ``StixError`` for anything else."""
    if value is None or value == "":
        return None
    digits = str(value)
    if isinstance(value, bool) or not (digits.isascii() and digits.isdecimal()):
        raise StixError(None, path, "must be a whole number")
    if len(digits) > _MOST_DIGITS:
        raise StixError(None, path, "must be a whole number of at most 15 digits")
    return int(digits)


def seconds(value: Scalar, path: str) -> Timestamp | None:
    """Seconds since 1970 as an instant; zero and absent are none."""
    count = whole(value, path)
    if not count:
        return None
    if count > _LAST_SECOND:
        raise StixError(None, path, "must be seconds since 1970 before the year 10000")
    return _written(datetime.fromtimestamp(count, UTC))


def day(value: Scalar) -> Timestamp | None:
    """The start of a day written as YYYY-MM-DD; absent is none."""
    if value is None or value == "":
        return None
    try:
        return Timestamp(f"{value}T00:00:00.000Z")
    except ValueError:
        raise StixError(None, "date", "must be a day written as YYYY-MM-DD") from None


def instant(value: Scalar, path: str) -> Timestamp | None:
    """An ISO 8601 time to the microsecond, in UTC where it names no zone; absent is none."""
    if value is None or value == "":
        return None
    try:
        at = datetime.fromisoformat(str(value))
        return _written((at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC))
    except (ValueError, OverflowError):
        raise StixError(None, path, "must be a time written as ISO 8601 has it") from None


def valid_uuid(value: object) -> str | None:
    """The uuid in lower case, ``None`` for what is none; the nil uuid names nothing."""
    if not isinstance(value, str) or len(value) != len(_NIL) or value == _NIL:
        return None
    return value.lower() if readable_id(f"misp--{value}") else None


def _written(at: datetime) -> Timestamp:
    plain = at.replace(tzinfo=None)
    precision = "microseconds" if plain.microsecond % 1000 else "milliseconds"
    return Timestamp(f"{plain.isoformat(timespec=precision)}Z")
