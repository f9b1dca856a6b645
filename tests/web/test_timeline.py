"""What happened, was done and is due: one order, and to each what they may read."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from comity.access.roles import Role
from comity.node.models import Incident
from comity.node.projections import Tables
from comity.node.timeline import Lane, merged
from comity.web.timeline import COLUMNS, PAGE, picture
from tests.node.test_projections import KEYS, opening
from tests.node.test_received import open_with, tool
from tests.node_cast import account, browser
from tests.web.test_incidents import text
from tests.web.test_objects import indicator, star

START = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
TIMES = st.lists(st.integers(0, 12).map(lambda n: START + dt.timedelta(hours=n)), max_size=12)
FACTS = {
    "incident.aware_at": "2026-11-27T08:00Z", "data.personal": "yes", "victim.state": "Ireland",
    "source": "a phone call",
}  # fmt: skip


def timeline(client, query=""):
    return client.get(f"/incidents/{Incident.objects.get().key}/timeline{query}")


@given(rows=TIMES, clocks=TIMES, start=st.integers(0, 20), length=st.integers(1, 5))
def test_a_window_of_rows_and_clocks_is_the_window_of_both(rows, clocks, start, length):
    rows, clocks = sorted(rows, reverse=True), sorted(clocks, reverse=True)
    order = sorted(
        [(at, 1, n) for n, at in enumerate(clocks)] + [(at, 0, n) for n, at in enumerate(rows)],
        key=lambda one: (one[0], one[1], -one[2]),
        reverse=True,
    )
    first = max(0, start - len(clocks))
    places = merged(rows[first : start + length], clocks, first)
    found = [(place, 0, first + n) for n, place in enumerate(places.rows)]
    found += [(place, 1, n) for n, place in enumerate(places.clocks)]
    window = sorted(one for one in found if start <= one[0] < start + length)
    assert [one[1:] for one in window] == [one[1:] for one in order[start : start + length]]


def test_a_case_is_told_by_day_from_what_is_due_to_what_happened(owner, incident):
    owner.post(f"/incidents/{incident.key}/facts", FACTS)
    page = text(timeline(owner))
    assert "Notify the data protection authority" in page
    assert "facts stated" in page
    assert "report taken in: bundle.json" in page
    assert "opened: Ransomware (demo)" in page
    assert page.index("report taken in") < page.index("opened: R")  # the latest first


def test_objects_that_only_say_when_they_were_written_did_not_happen(owner):
    open_with(owner, tool(1, name="Only written"), indicator(7))
    page = text(timeline(owner))
    assert "host7.example.org" in page
    assert "valid from" in page
    assert "Only written" not in page


def test_each_lane_can_be_seen_alone(owner):
    open_with(owner, indicator(7))
    assert "host7" not in text(timeline(owner, "?lane=done"))
    assert "opened" not in text(timeline(owner, "?lane=happened")).split("Kind What")[1]
    assert "host7" in text(timeline(owner, "?lane=nothing"))


def test_each_role_sees_its_side(owner, incident):
    owner.post(f"/incidents/{incident.key}/documents/new", {"draft": "sitrep"})
    everything = text(timeline(owner))
    diplomat = text(timeline(browser(account("Diplomat", Role.DIPLOMAT))))
    analyst = text(timeline(browser(account("Analyst", Role.ANALYST))))
    assert "version of a document" in everything
    assert "version of a document" in diplomat
    assert "version of a document" not in analyst
    assert "restatement of public sources" in everything
    assert "restatement of public sources" in analyst
    assert "restatement of public sources" not in diplomat
    assert "Happened (0)" in diplomat
    assert "Objects are for other roles" in diplomat
    assert "Documents are for other roles" in analyst


def test_the_time_line_comes_in_pages_and_loses_nothing(owner):
    open_with(owner, *star(PAGE + 10))
    pages = [text(timeline(owner, f"?page={n}")) for n in (1, 2)]
    assert "Page 1 of 2" in pages[0]
    assert all(sum(f"host{n}.example.org" in page for page in pages) == 1 for n in range(PAGE + 10))


def test_an_incident_that_was_not_assessed_has_a_time_line_too(owner, record):
    record.append([opening(KEYS[0])])
    Tables().catch_up(record)
    assert "opened: Incident 1" in text(timeline(owner))


DAYS = st.dictionaries(
    st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31)).map(str), st.integers(1, 10_000), max_size=60
)


@given(happened=DAYS, done=DAYS)
def test_a_picture_counts_everything_and_stays_within_its_frame(happened, done):
    lanes = {"Happened": (Lane.HAPPENED, happened), "Done": (Lane.DONE, done)}
    drawn = picture(lanes)
    if drawn is None:
        assert not happened
        assert not done
        return
    assert len(drawn.spans) <= COLUMNS
    for strip, (_lane, counts) in zip(drawn.strips, lanes.values(), strict=True):
        assert strip.n == sum(bar.n for bar in strip.bars) == sum(counts.values())
        assert all(drawn.left <= bar.x and bar.x + bar.width <= drawn.width for bar in strip.bars)
        assert all(bar.height > 0 and bar.width > 0 and bar.y >= 0 for bar in strip.bars)
