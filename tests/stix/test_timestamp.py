import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.stix.timestamp import BadTimestamp, Timestamp

_moments = st.datetimes()


def _text(moment: dt.datetime, digits: int) -> str:
    fraction = f"{moment.microsecond:06d}".ljust(digits, "0")
    return f"{moment.year:04d}-{moment:%m-%dT%H:%M:%S}.{fraction}Z"


@given(_moments, _moments, st.integers(6, 12), st.integers(6, 12))
def test_order_is_that_of_the_instants(
    one: dt.datetime, other: dt.datetime, digits: int, more: int
) -> None:
    left, right = Timestamp(_text(one, digits)), Timestamp(_text(other, more))
    assert (left < right) == (one < other)
    assert (left <= right) == (one <= other)
    assert (left > right) == (one > other)
    assert (left >= right) == (one >= other)
    assert (left.instant == right.instant) == (one == other)


@given(_moments, st.integers(6, 12))
def test_the_sent_text_stays_and_the_datetime_is_right(moment: dt.datetime, digits: int) -> None:
    text = _text(moment, digits)
    stamp = Timestamp(text)
    assert str(stamp) == text
    assert stamp.as_datetime() == moment.replace(tzinfo=dt.UTC)


def test_equal_instants_of_different_texts_are_neither_earlier_nor_later() -> None:
    short, long = Timestamp("2026-01-01T00:00:00Z"), Timestamp("2026-01-01T00:00:00.000Z")
    assert not short < long
    assert not short > long
    assert short <= long <= short
    assert short != long
    assert short.instant == long.instant


def test_more_digits_are_later_than_fewer() -> None:
    assert Timestamp("2026-01-01T00:00:00.1Z") < Timestamp("2026-01-01T00:00:00.10000001Z")
    assert Timestamp("2026-01-01T00:00:00.09Z") < Timestamp("2026-01-01T00:00:00.1Z")


def test_a_timestamp_is_not_ordered_against_plain_text() -> None:
    stamp = Timestamp("2026-01-01T00:00:00Z")
    for compare in (stamp.__lt__, stamp.__le__, stamp.__gt__, stamp.__ge__):
        with pytest.raises(TypeError, match="only be ordered"):
            compare("2026-01-01T00:00:00Z")


@pytest.mark.parametrize("text", ["2024-02-29T00:00:00Z", "2000-02-29T23:59:59.123456789Z"])
def test_leap_days_are_read(text: str) -> None:
    assert Timestamp(text) == text


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("2026-02-31T00:00:00Z", "day and a time that exist"),
        ("2023-02-29T00:00:00Z", "day and a time that exist"),
        ("1900-02-29T00:00:00Z", "day and a time that exist"),
        ("2026-04-31T00:00:00Z", "day and a time that exist"),
        ("2026-13-01T00:00:00Z", "day and a time that exist"),
        ("2026-01-01T24:00:00Z", "day and a time that exist"),
        ("0000-01-01T00:00:00Z", "year 0000"),
        ("2016-12-31T23:59:60Z", "leap second"),
        ("2026-01-01T00:00:00+00:00", "UTC and end with Z"),
        ("2026-01-01T00:00:00", "UTC and end with Z"),
        ("2026-01-01T00:00:00.Z", "UTC and end with Z"),
        ("2022-101-27T00:00:00Z", "such as"),
        ("2026-01-01 00:00:00Z", "such as"),
        ("2026-01-01T00:00:00Z\n", "such as"),
        ("٢٠٢٦-01-01T00:00:00Z", "such as"),
        ("", "such as"),
    ],
)
def test_what_is_no_timestamp_says_why(text: str, rule: str) -> None:
    with pytest.raises(BadTimestamp, match=rule):
        Timestamp(text)


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (dt.datetime(2026, 3, 2, 9, 0, 1, 999_999, tzinfo=dt.UTC), "2026-03-02T09:00:01.000Z"),
        (dt.datetime(2026, 3, 2, 0, 30, tzinfo=dt.timezone(dt.timedelta(hours=1))),
         "2026-03-01T23:30:00.000Z"),
        (dt.datetime(999, 1, 1, tzinfo=dt.UTC), "0999-01-01T00:00:00.000Z"),
    ],
)  # fmt: skip
def test_a_moment_is_written_as_its_second_in_utc(at, text):
    assert Timestamp.of(at) == text
