"""Clocks across changes of summer time, month ends and the edges of the calendar."""

import calendar
import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.agreements.clock import Period, due, parse_period
from comity.errors import BadInput

ZONES = st.sampled_from(
    ["UTC", "Europe/Dublin", "Europe/Tirane", "America/New_York", "Asia/Kathmandu",
     "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo"]
)  # fmt: skip
INSTANTS = st.datetimes(
    min_value=dt.datetime(1990, 1, 1),  # noqa: DTZ001  # hypothesis adds the zone
    max_value=dt.datetime(2050, 1, 1),  # noqa: DTZ001
    timezones=st.just(dt.UTC),
)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "within", "zone", "local"),
    [
        # 72 hours are 72 hours, whatever the clocks do in between (Dublin, 28 March 2021).
        ("2021-03-26T12:00:00Z", "PT72H", "Europe/Dublin", "2021-03-29T13:00:00+01:00"),
        ("2021-10-30T12:00:00+01:00", "PT72H", "Europe/Dublin", "2021-11-02T11:00:00+00:00"),
        # A month keeps the wall clock across the change.
        ("2021-03-01T09:00:00Z", "P1M", "Europe/Dublin", "2021-04-01T09:00:00+01:00"),
        # The last day stands in for a day that the month does not have.
        ("2021-01-31T09:00:00Z", "P1M", "Europe/Dublin", "2021-02-28T09:00:00+00:00"),
        ("2024-01-31T09:00:00Z", "P1M", "Europe/Dublin", "2024-02-29T09:00:00+00:00"),
        ("2021-11-30T09:00:00Z", "P3M", "Europe/Dublin", "2022-02-28T09:00:00+00:00"),
        # The start is on 1 October in Dublin although it is still September in UTC.
        ("2021-09-30T23:30:00Z", "P1M", "Europe/Dublin", "2021-11-01T00:30:00+00:00"),
        # A wall-clock time that is skipped becomes the instant just after the gap.
        ("2021-02-28T01:30:00Z", "P1M", "Europe/Dublin", "2021-03-28T02:30:00+01:00"),
        # A wall-clock time that occurs twice is the first of the two, the earlier instant.
        ("2021-09-30T00:30:00Z", "P1M", "Europe/Dublin", "2021-10-30T01:30:00+01:00"),
        ("2021-10-01T00:30:00Z", "P30D", "Europe/Dublin", "2021-10-31T01:30:00+01:00"),
        ("2021-05-14T03:36:00Z", "P14D", "Europe/Dublin", "2021-05-28T04:36:00+01:00"),
    ],
)  # fmt: skip
def test_a_clock_falls_due_at_the_instant_a_lawyer_would_compute(start, within, zone, local):
    found = due(utc(start), within, zone)
    assert found.local.isoformat() == local
    assert found.utc == utc(local)
    assert found.timezone == zone


@given(start=INSTANTS, hours=st.integers(0, 2000), zone=ZONES)
def test_hours_are_exact_whatever_the_zone(start, hours, zone):
    assert due(start, f"PT{hours}H", zone).utc == start + dt.timedelta(hours=hours)


@given(start=INSTANTS, months=st.integers(1, 60), zone=ZONES)
def test_a_month_later_has_the_same_day_or_the_last_day_of_the_month(start, months, zone):
    begun = start.astimezone(ZoneInfo(zone))
    found = due(start, f"P{months}M", zone).local
    index = begun.year * 12 + begun.month - 1 + months
    year, month = index // 12, index % 12 + 1
    day = min(begun.day, calendar.monthrange(year, month)[1])
    wanted = dt.datetime(year, month, day, begun.hour, begun.minute, begun.second)  # noqa: DTZ001
    moved = found.replace(tzinfo=None, microsecond=0) - wanted
    # Only a skipped wall-clock time may move, forward, by the size of the gap (a day in Apia).
    assert dt.timedelta(0) <= moved <= dt.timedelta(days=1)
    if moved:
        gap = wanted.replace(tzinfo=ZoneInfo(zone))
        assert gap.astimezone(dt.UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wanted


@given(start=INSTANTS, months=st.integers(0, 60), zone=ZONES)
def test_a_longer_period_never_falls_due_earlier(start, months, zone):
    assert due(start, f"P{months}M", zone).utc <= due(start, f"P{months + 1}M", zone).utc


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("PT72H", Period(seconds=72 * 3600)),
        ("P1M", Period(months=1)),
        ("P2W", Period(days=14)),
        ("P1Y2M3DT4H5M6S", Period(1, 2, 3, 4 * 3600 + 5 * 60 + 6)),
    ],
)
def test_a_period_is_read_as_iso_8601_writes_it(text, period):
    assert parse_period(text) == period


@pytest.mark.parametrize("text", ["", "P", "PT", "72h", "P1.5D", "P-1D", "PT1H ", "P1H", "P٣D"])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(BadInput, match="is not a period"):
        parse_period(text)


def test_a_zone_that_does_not_exist_is_refused():
    with pytest.raises(BadInput, match="no time zone 'Europe/Atlantis'"):
        due(utc("2021-01-01T00:00:00Z"), "PT1H", "Europe/Atlantis")


def test_a_due_time_outside_the_calendar_is_refused():
    with pytest.raises(BadInput, match="outside the calendar"):
        due(utc("9990-01-01T00:00:00Z"), "P999Y", "UTC")


def test_a_start_without_a_zone_is_refused():
    with pytest.raises(BadInput, match="time zone"):
        due(dt.datetime(2021, 1, 1), "PT1H", "UTC")  # noqa: DTZ001
