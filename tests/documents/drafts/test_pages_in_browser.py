"""Drafts and their list in a real browser: small screen, contrast, order of headings, print."""

from collections.abc import Iterator
from itertools import pairwise

import msgspec
import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from comity.documents.drafts.files import draft_files
from comity.documents.drafts.html import draft_page
from comity.documents.language import language
from tests.documents.browsing import CONTRAST, opened
from tests.documents.drafts.samples import INCIDENT, drafted, indicator, the

LONG = indicator(9, f"[url:value = 'http://evil-site.net/{'a1' * 100}']")
HASH = indicator(10, f"[file:hashes.'SHA-512' = '{'ab12' * 32}']")


def pages() -> dict[str, bytes]:
    drafts, dossier = drafted([INCIDENT, LONG, HASH])
    kept, about = drafted(report__verified=None)
    mirrored = msgspec.structs.replace(
        the(drafts, "mitigation-che"), language="ar", direction="rtl"
    )
    return {
        "list": draft_files(drafts, dossier, language())["index.html"],
        "short list": draft_files(kept, about, language())["index.html"],
        "draft": draft_page(the(drafts, "mitigation-che")),
        "internal draft": draft_page(the(drafts, "sitrep")),
        "right to left": draft_page(mirrored),
    }


PAGES = pages()


@pytest.fixture(params=PAGES)
def page(browser: Browser, tmp_path, request) -> Iterator[Page]:
    file = tmp_path / "page.html"
    file.write_bytes(PAGES[request.param])
    with opened(browser, file) as tab:
        yield tab


def test_nothing_runs_off_a_screen_of_320_pixels(page: Page):
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_every_text_has_enough_contrast(page: Page):
    assert page.evaluate(CONTRAST) == []


def test_the_page_has_one_title_and_headings_in_order(page: Page):
    levels = page.eval_on_selector_all("h1, h2, h3", "all => all.map(e => Number(e.tagName[1]))")
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.eval_on_selector_all("th:not([scope])", "all => all.length") == 0
    ids = page.eval_on_selector_all("[id]", "all => all.map(e => e.id)")
    assert len(ids) == len(set(ids))


def test_a_blank_can_be_told_without_colour(page: Page):
    for text in page.locator(".blank").all_inner_texts():
        assert text.startswith("[ to fill in: ")
        assert text.endswith(" ]")


@pytest.mark.parametrize("name", ["draft", "internal draft", "right to left"])
def test_every_printed_page_says_that_it_is_a_draft_and_its_marking(browser, tmp_path, name):
    (tmp_path / "page.html").write_bytes(PAGES[name])
    tab = browser.new_page()
    tab.goto((tmp_path / "page.html").as_uri())
    tab.pdf(path=str(tmp_path / "page.pdf"), prefer_css_page_size=True)
    tab.close()
    printed = PdfReader(tmp_path / "page.pdf").pages
    assert len(printed) >= 2
    for sheet in printed:
        assert "DRAFT, NOT RELEASED" in sheet.extract_text()
        assert "TLP:AMBER+STRICT" in sheet.extract_text()
