"""Values on warning lists as the dossier shows them: context, with a source, nothing left out."""

from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser

from comity.assess.benign_context import BenignContext, Listed
from comity.assess.values import Value
from comity.documents import context as documents
from comity.documents.context import context_of
from comity.documents.html import render
from comity.documents.language import language
from comity.wording import say
from tests.documents.browsing import CONTRAST, opened

ADDRESS = Value("address", "203.0.113.5", ("report.json at /objects/3",))
NAME = Value("domain", "<b>evil.example", ("report.json at /objects/4",))


def listed(value, name, entry="203.0.113.0/24"):
    return Listed(value, name, "20251223", entry, "MISP warning lists (CC0 1.0)")


FOUND = BenignContext(
    (
        listed(ADDRESS, "List of known cloud ranges"),
        listed(ADDRESS, "List of known cloud ranges", "203.0.0.0/8"),
        listed(ADDRESS, "List of known scanners"),
        listed(NAME, "List of names", "evil.example"),
    ),
    (say("2 expressions of the warning list {name} were not used.", name="x"),),
)


def test_a_value_is_one_row_with_its_lists_and_where_it_stands():
    context = context_of(FOUND, language())
    assert [row.value for row in context.rows] == ["203.0.113.5", "<b>evil.example"]
    assert context.rows[0].lists == (
        "“List of known cloud ranges” (version 20251223, entry 203.0.0.0/8)",
        "“List of known scanners” (version 20251223, entry 203.0.113.0/24)",
    )
    assert context.rows[0].sources == (
        "report.json at /objects/3",
        "MISP warning lists (CC0 1.0)",
    )
    assert context.notes == ("2 expressions of the warning list x were not used.",)


def test_the_page_shows_lists_as_context_and_escapes_what_is_on_them(ransomware):
    page = render(
        msgspec.structs.replace(ransomware, context=context_of(FOUND, language())), language()
    )
    assert "Context, not a judgement" in page
    assert "<strong>203.0.113.5</strong>: “List of known cloud ranges” (version" in page
    assert "<b>evil" not in page
    assert "2 expressions of the warning list x were not used." in page


def test_a_dossier_without_such_values_does_not_speak_of_lists(ransomware):
    assert ransomware.context.rows == ()
    assert "Context, not a judgement" not in render(ransomware, language())


def test_what_is_more_than_a_page_or_a_file_holds_is_counted(
    ransomware, monkeypatch: pytest.MonkeyPatch
):
    values = [Value("address", f"203.0.113.{n}", ("report",)) for n in range(60)]
    found = BenignContext(tuple(listed(value, "A list") for value in values))
    context = context_of(found, language())
    page = render(msgspec.structs.replace(ransomware, context=context), language())
    assert page.count("“A list”") == 50
    assert "All of them are in dossier.json: 60" in " ".join(page.split())
    monkeypatch.setattr(documents, "_MOST_ROWS", 40)
    context = context_of(found, language())
    assert len(context.rows) == 40
    assert context.notes == ("20 more values stand on such lists.",)


def test_long_values_and_list_names_fit_a_narrow_screen_and_can_be_read(
    ransomware, browser: Browser, tmp_path: Path
):
    values = [Value("url", f"https://{'a' * 60}{n}.example/", ("report",)) for n in range(9)]
    rows = tuple(listed(value, "List of " + "long-named services " * 4) for value in values)
    context = context_of(BenignContext(rows, FOUND.faults), language())
    file = tmp_path / "dossier.html"
    page = render(msgspec.structs.replace(ransomware, context=context), language())
    file.write_text(page, "utf-8")
    for direction in ("ltr", "rtl"):
        with opened(browser, file) as tab:
            tab.set_viewport_size({"width": 320, "height": 700})
            tab.evaluate(f"document.documentElement.dir = '{direction}'")
            assert tab.evaluate("document.documentElement.scrollWidth") <= 320
            assert tab.evaluate(CONTRAST) == []
