"""STIX timestamps: the sent text, ordered as instants (STIX 2.1 §2.16, RFC 3339)."""

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Self

from comity.errors import BadInput

_LEAP_YEAR = r"(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_MATCHES = re.compile(
    r"(?!0000)(?:[0-9]{4}-"
    r"(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    r"|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    rf"|{_LEAP_YEAR}-02-29)"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?Z"
).fullmatch
_SHAPE = re.compile(r"([0-9]{4})-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:([0-9]{2})(?:\.[0-9]+)?(.*)")


class BadTimestamp(BadInput, ValueError):
    """A text that is no STIX timestamp; ``str()`` is the rule it breaks."""


class Timestamp(str):
    """A UTC instant that keeps the text it was sent as.

    ``==`` and ``hash`` are those of the text, so that it can stand wherever a
    ``str`` key can; ``<`` and its relatives compare instants at any number of
    sub-second digits. ``...00Z`` and ``...00.000Z`` are therefore different
    texts of which neither is earlier; ``instant`` is one key for both.

    Raises ``BadTimestamp`` unless the text is ``YYYY-MM-DDThh:mm:ss[.s+]Z``
    and names a day that the calendar has.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        if _MATCHES(text) is None:
            raise BadTimestamp(_broken_rule(text))
        return str.__new__(cls, text)

    @classmethod
    def of(cls, at: datetime) -> Self:
        """The second of an aware ``datetime``, as objects of this node write times."""
        plain = at.astimezone(UTC).replace(tzinfo=None)
        return cls(f"{plain.isoformat(timespec='seconds')}.000Z")

    @property
    def instant(self) -> str:
        """A text that sorts as time does and is equal for equal instants."""
        return instant(self)

    def as_datetime(self) -> datetime:
        """The instant as an aware ``datetime``; digits below microseconds are cut off."""
        return as_datetime(self)

    def __lt__(self, other: str) -> bool:
        if not isinstance(other, Timestamp):
            # A plain text would otherwise be compared letter by letter, silently.
            raise TypeError("a Timestamp can only be ordered against a Timestamp")
        if len(self) == len(other):
            return str.__lt__(self, other)
        return self.instant < other.instant

    def __ge__(self, other: str) -> bool:
        return not self < other

    def __gt__(self, other: str) -> bool:
        if not isinstance(other, Timestamp):
            raise TypeError("a Timestamp can only be ordered against a Timestamp")
        return other < self

    def __le__(self, other: str) -> bool:
        return not self > other


def instant(text: str) -> str:
    """A text that sorts as time does and is equal for equal instants."""
    return text[:19] + text[20:-1].rstrip("0")


def as_datetime(text: str) -> datetime:
    """The instant as an aware ``datetime``; digits below microseconds are cut off."""
    micro = int(text[20:26].rstrip("Z").ljust(6, "0"))
    return datetime.fromisoformat(text[:19]).replace(microsecond=micro, tzinfo=UTC)


def timestamp_of(_kind: type, value: object) -> Timestamp:
    """Msgspec's hook for the one type of the structs that it does not know itself."""
    if type(value) is not str:
        raise BadTimestamp("must be a timestamp written as text")
    return _known(value) if len(value) <= _LONGEST_KNOWN else Timestamp(value)


# One object often has one instant as its creation, modification and beginning, and a producer
# stamps many objects at once. Longer texts are read anew, so that what is kept stays small.
_LONGEST_KNOWN = len("2026-03-01T12:00:00.123456789Z")
_known = lru_cache(maxsize=1024)(Timestamp)


def _broken_rule(text: str) -> str:
    """Say which rule of the form a refused text breaks."""
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        return "must be a timestamp such as 2026-03-01T12:00:00Z"
    year, second, zone = shape.groups()
    if zone != "Z":
        return "must be in UTC and end with Z"
    if year == "0000":
        return "must not lie in the year 0000, which the calendar does not have"
    if second == "60":
        return "must not name a leap second; write second 59 or the next minute"
    return "must name a day and a time that exist in the calendar"
