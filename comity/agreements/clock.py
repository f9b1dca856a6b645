"""When is it due? Calendar periods on the debtor's own wall clock.

Hours are exact: 72 hours are 72 hours across a change to summer time. Months
and days are calendar periods: the same wall-clock time, one month on, and the
last day of the month where that day does not exist (Regulation (EEC, Euratom)
No 1182/71, art. 3(2)(c)). Where that wall-clock time is skipped by a change to
summer time it is the instant just after; where it occurs twice it is the
first. The Regulation can give more time (it leaves out the hour of the event,
and moves an end that falls on a holiday); Comity shows the earlier instant.
"""

from __future__ import annotations

import datetime as dt
import re

import msgspec
from whenever import Instant, TimeZoneNotFoundError

from comity.errors import BadInput

_PERIOD = re.compile(
    r"P(?=[0-9T])(?:(?P<years>\d{1,3})Y)?(?:(?P<months>\d{1,3})M)?(?:(?P<weeks>\d{1,3})W)?"
    r"(?:(?P<days>\d{1,4})D)?"
    r"(?:T(?=[0-9])(?:(?P<hours>\d{1,5})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,8})S)?)?"
)


class Period(msgspec.Struct, frozen=True):
    """A calendar part (years, months, days) and an exact part (seconds)."""

    years: int = 0
    months: int = 0
    days: int = 0
    seconds: int = 0


class Due(msgspec.Struct, frozen=True):
    """An instant in UTC, and the same on the wall clock of ``timezone``."""

    utc: dt.datetime
    local: dt.datetime
    timezone: str


def parse_period(text: str) -> Period:
    """An ISO 8601 duration with whole numbers ("PT72H", "P1M", "P14D")."""
    match = _PERIOD.fullmatch(text)
    if match is None:
        raise BadInput(f"{text!r} is not a period: write it as PT72H, P14D or P1M")
    part = {name: int(value or 0) for name, value in match.groupdict().items()}
    return Period(
        years=part["years"],
        months=part["months"],
        days=part["weeks"] * 7 + part["days"],
        seconds=part["hours"] * 3600 + part["minutes"] * 60 + part["seconds"],
    )


def due(start: dt.datetime, within: str, timezone: str) -> Due:
    """The instant ``within`` after ``start`` (an aware datetime) for a debtor in ``timezone``.

    Calendar parts are added first, on the wall clock, then the exact part.
    Raises BadInput for a period, a zone or a result that does not exist.
    """
    period = parse_period(within)
    if start.tzinfo is None:
        raise BadInput("a clock cannot start at a time without a time zone")
    try:
        local = Instant(start).to_tz(timezone)
        moved = local.add(
            years=period.years,
            months=period.months,
            days=period.days,
            disambiguation="compatible",
        ).add(seconds=period.seconds)
    except TimeZoneNotFoundError as error:
        raise BadInput(f"there is no time zone {timezone!r}") from error
    except (ValueError, OverflowError) as error:
        raise BadInput(f"{within} after {start.isoformat()} is outside the calendar") from error
    return Due(
        utc=moved.to_instant().to_stdlib(),
        local=moved.to_stdlib(),
        timezone=timezone,
    )


def at_zone(instant: dt.datetime, timezone: str) -> Due:
    """The same instant on the wall clock of ``timezone``."""
    return due(instant, "PT0S", timezone)
