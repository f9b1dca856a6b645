"""What a document says about itself: when it was written, and how far it may go."""

import re
from datetime import UTC, date, datetime

from comity.stix.markings import TLP_2_IDS
from comity.stix.stated import stated_level
from comity.stix.timestamp import Timestamp

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_HEAD_LINES = 30
_DATE_LINE = re.compile(
    r"^[\W_]{0,8}(?:date|dated|published(?: on)?|publication date|release date|released|issued)"
    r"[*_]{0,2}\s{0,3}[:：]\s{0,3}(.{6,60})$",
    re.IGNORECASE | re.MULTILINE,
)
_ISO = re.compile(
    r"([12][0-9]{3})-([01][0-9])-([0-3][0-9])"
    r"(?:[T ]([0-2][0-9]:[0-5][0-9](?::[0-5][0-9])?)(?:\.[0-9]{1,9})?"
    r"\s?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_DAY_MONTH = re.compile(r"([0-3]?[0-9])\.?(?:st|nd|rd|th)? ([A-Za-z]{3,9})\.?,? ([12][0-9]{3})")
_MONTH_DAY = re.compile(r"([A-Za-z]{3,9})\.? ([0-3]?[0-9])(?:st|nd|rd|th)?,? ([12][0-9]{3})")


def stated_date(text: str) -> Timestamp | None:
    """The date that a line such as ``Date: 11 October 2022`` at the head of a text states."""
    head = "\n".join(text.split("\n", _HEAD_LINES)[:_HEAD_LINES])
    dates = (as_timestamp(match[1]) for match in _DATE_LINE.finditer(head))
    return next((stated for stated in dates if stated), None)


def as_timestamp(text: str) -> Timestamp | None:
    """A date or time in ISO 8601 or in English words; one without a zone counts as UTC.

    A day without a time is its beginning. ``None`` for anything else, also for days that can
    be read in two ways (01/02/2022).
    """
    text = text.strip()
    if match := _ISO.match(text):
        year, month, day, clock, zone = match.groups()
        iso = f"{year}-{month}-{day}T{clock or '00:00'}{(zone or 'Z').replace('Z', '+00:00')}"
        try:
            return from_datetime(datetime.fromisoformat(iso))
        except ValueError:
            return None
    if match := _DAY_MONTH.match(text):
        return _day(match[3], match[2], match[1])
    if match := _MONTH_DAY.match(text):
        return _day(match[3], match[1], match[2])
    return None


def from_datetime(moment: datetime) -> Timestamp | None:
    """The instant in STIX's form; ``None`` if it falls out of the calendar in UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return Timestamp(f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat()[:19]}Z")
    except (OverflowError, ValueError):
        return None


def stated_marking(text: str) -> tuple[str, ...]:
    """The id of the TLP 2.0 marking of ``stated_level``, or nothing."""
    level = stated_level(text)
    return () if level is None else (TLP_2_IDS[level],)


def _day(year: str, month: str, day: str) -> Timestamp | None:
    short = month.lower()
    number = next((at for at, name in enumerate(_MONTHS, 1) if name.startswith(short)), 0)
    try:
        return Timestamp(f"{date(int(year), number, int(day)).isoformat()}T00:00:00Z")
    except ValueError:
        return None
