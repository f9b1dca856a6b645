"""What a dossier promises: every figure has a source, nothing unknown reads as no."""

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from jsonschema.validators import Draft202012Validator
from markupsafe import escape

from comity.agreements.clock import parse_period
from comity.documents.html import render
from comity.documents.language import language
from comity.documents.model import Dossier
from comity.documents.plain import plain

SCHEMA = Path(__file__).parent.parent.parent / "docs" / "reference" / "dossier.schema.json"
# The moment of the assessment and the counts of its own parts are no findings about the world.
OWN_FIGURES = {"moment", "schema", "actors_named"}


def figures_without_source(value: object, path: str = "", *, sourced: bool = False) -> list[str]:
    """Paths of numbers and instants that no enclosing row names a source for."""
    if isinstance(value, dict):
        sourced = sourced or bool(value.get("sources"))
        found = []
        if "utc" in value and not sourced:
            found.append(path)
        for name, part in value.items():
            if path or name not in OWN_FIGURES:
                found += figures_without_source(part, f"{path}/{name}", sourced=sourced)
        return found
    if isinstance(value, list):
        return [
            gap
            for number, part in enumerate(value)
            for gap in figures_without_source(part, f"{path}/{number}", sourced=sourced)
        ]
    is_figure = isinstance(value, int | float) and not isinstance(value, bool)
    return [path] if is_figure and not sourced else []


def as_json(dossier: Dossier) -> dict[str, Any]:
    return dict(json.loads(msgspec.json.encode(dossier)))


def test_every_figure_of_a_dossier_has_a_source(dossier):
    assert figures_without_source(as_json(dossier)) == []


def test_a_figure_without_a_source_would_be_found(ransomware):
    broken = as_json(ransomware)
    clock = next(row for row in broken["clocks"] if row["due"])
    clock["sources"] = []
    assert figures_without_source(broken) != []


def test_a_dossier_fits_its_published_schema(dossier):
    schema = json.loads(SCHEMA.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    jsonschema.validate(as_json(dossier), schema, cls=Draft202012Validator)


def test_the_published_schema_is_that_of_the_code():
    published = json.loads(SCHEMA.read_text("utf-8"))
    assert published["$defs"] == msgspec.json.schema(Dossier)["$defs"]


def test_what_is_unknown_is_nowhere_rendered_as_no(dossier):
    page = " ".join(render(dossier, language()).split())
    unknown = [row for row in dossier.effects if row.state == "unknown"]
    assert unknown
    for row in unknown:
        assert f"<li>{row.label}: <strong>not known</strong></li>" in page
        assert f"{row.label}: <strong>no</strong>" not in page


def test_a_clock_time_that_occurs_twice_is_told_apart():
    moments = [
        language().moment(dt.datetime(2026, 10, 25, hour, 30, tzinfo=dt.UTC), "Europe/Berlin")
        for hour in (0, 1)
    ]
    assert moments[0].local == moments[1].local
    assert [moment.offset for moment in moments] == ["UTC+2", "UTC+1"]
    kathmandu = language().moment(dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "Asia/Kathmandu")
    assert kathmandu.offset == "UTC+5:45"
    assert language().moment(dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "UTC").offset == "UTC"


def test_text_that_would_turn_a_sentence_around_is_shown_by_name():
    assert plain("on \u202ednalerI") == "on \u27e8RLO\u27e9dnalerI"
    assert plain("a\nb\x1b[31m") == "a b\ufffd[31m"
    assert plain("a\nb", lines=True) == "a\nb"
    assert plain("abc", 2) == "ab …"


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("PT72H", "72 hours"),
        ("P1M", "1 month"),
        ("P1Y2M14DT1H30M5S", "1 year 2 months 14 days 1 hour 30 minutes 5 seconds"),
        ("PT0S", "at once"),
    ],
)
def test_a_period_is_said_in_words(period, words):
    assert language().period(parse_period(period)) == words


def test_a_dossier_is_for_the_organisation_until_somebody_releases_it(dossier):
    assert dossier.marking == "TLP:AMBER+STRICT"
    assert dossier.status == "DRAFT, NOT RELEASED"


def test_a_replayed_case_says_so(ransomware):
    assert ransomware.replay
    assert "NOT NOW" in render(ransomware, language())


def test_the_page_escapes_what_came_from_outside(ransomware):
    hostile = "<script>alert(1)</script>\"'&"
    page = render(msgspec.structs.replace(ransomware, title=hostile, happened=hostile), language())
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_the_page_needs_nothing_from_the_network(dossier):
    page = render(dossier, language())
    for loader in ("src=", "@import", "url(http", "<link", "<script", "<iframe"):
        assert loader not in page


def test_no_page_says_that_a_norm_was_violated(dossier):
    page = render(dossier, language()).casefold()
    assert "violat" not in page
    assert "breach of international law" not in page


def test_every_instrument_is_on_the_page_once_and_what_does_not_touch_it_is_folded(dossier):
    page = " ".join(render(dossier, language()).split())
    law = page[page.index('id="law"') : page.index('id="concepts"')]
    unfolded, before = law, ""
    while unfolded != before:
        unfolded, before = re.sub(r"<details>((?!<details>).)*?</details>", "", unfolded), unfolded
    for row in dossier.instruments:
        title = str(escape(row.title))
        assert title in law
        assert (title in unfolded) is (row.answer in {"yes", "fault"})
        assert (row.why_not is None) is (row.answer != "no")
    groups = {row.why_not for row in dossier.instruments}
    assert {"bound", "reference"} <= groups
    assert sum(row.why_not == "reference" for row in dossier.instruments) == law.count(
        "it is kept for reference"
    )


def test_a_duty_that_is_not_certain_is_worded_as_a_condition_and_a_certain_one_is_not(ransomware):
    page = render(ransomware, language())
    assert ransomware.next is not None
    assert not ransomware.next.sure
    assert "If it is owed, until" in page
    certain = msgspec.structs.replace(
        ransomware, next=msgspec.structs.replace(ransomware.next, sure=True)
    )
    assert "If it is owed, until" not in render(certain, language())


def test_the_story_on_page_one_ends_with_a_whole_sentence(ransomware):
    sentence = "The ministry said that it did not know who was behind it. "
    long = msgspec.structs.replace(ransomware, happened=sentence * 40)
    page = render(long, language())
    lead = page.partition('id="happened"')[2].partition("<p>")[2].partition(" <a")[0]
    assert lead.endswith("who was behind it.")
    assert 100 < len(lead) < len(long.happened)
