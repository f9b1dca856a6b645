"""The page in a real browser: one printed sheet, 320 pixels, keyboard, contrast, right to left."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from comity.documents.html import render
from comity.documents.language import language
from comity.documents.model import Dossier
from tests.documents.browsing import CONTRAST, opened

SHEET = (297 - 12 - 14) / 25.4 * 96  # A4 less the margins of the style sheet, in CSS pixels
NAMES = tuple(f"State number {number} of a long list" for number in range(12))


def stressed(dossier: Dossier) -> dict[str, Dossier]:
    """Dossiers that press on the edges of page one."""
    changed = msgspec.structs.replace
    act = dossier.next
    assert act is not None
    many = changed(act, what="Reach " + ", ".join(NAMES[:6]) + " through a long-named channel")
    return {
        "a title without a break": changed(dossier, title="T" * 160 + " …"),
        "many states": changed(dossier, counterparts=NAMES),
        "many duties": changed(dossier, duties=(act,) * 9),
        "long channels": changed(dossier, reach=(many,) * 3),
        "a long story": changed(dossier, happened="Much happened. " * 1000),
        "many techniques": changed(dossier, techniques=dossier.techniques * 60),
        "doubts": changed(dossier, doubts=("Two times contradict each other.",) * 4),
    }


@pytest.fixture
def page(browser: Browser, dossier, tmp_path: Path) -> Iterator[Page]:
    file = tmp_path / "dossier.html"
    file.write_text(render(dossier, language()), "utf-8")
    with opened(browser, file) as tab:
        yield tab


def test_page_one_prints_on_one_sheet_of_a4(page: Page, tmp_path):
    file = tmp_path / "dossier.pdf"
    page.pdf(path=str(file), prefer_css_page_size=True)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 688, "height": 1000})  # A4 less its margins, at 96 dpi
    height = page.evaluate("document.querySelector('.first').getBoundingClientRect().bottom")
    assert height < SHEET
    data = file.read_bytes()
    assert data.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", data)) >= 2


def test_page_one_stays_on_one_sheet_whatever_is_put_on_it(browser, ransomware, tmp_path):
    heights = {}
    tab = browser.new_page(viewport={"width": 688, "height": 1000})
    tab.emulate_media(media="print")
    for name, changed in stressed(ransomware).items():
        file = tmp_path / "dossier.html"
        file.write_text(render(changed, language()), "utf-8")
        tab.goto(file.as_uri())
        heights[name] = tab.evaluate(
            "document.querySelector('.first').getBoundingClientRect().bottom"
        )
    tab.close()
    assert {name: height for name, height in heights.items() if height > SHEET} == {}


def test_nothing_runs_off_a_screen_of_320_pixels(page: Page):
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_every_text_has_enough_contrast(page: Page):
    assert page.evaluate(CONTRAST) == []


def test_the_page_can_be_walked_by_keyboard(page: Page):
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.wait_for_url("**#detail")  # the address follows the key, not at once
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "A"


def test_the_page_has_one_title_and_headings_in_order(page: Page):
    levels = page.eval_on_selector_all("h1, h2, h3", "all => all.map(e => Number(e.tagName[1]))")
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.eval_on_selector_all("th:not([scope])", "all => all.length") == 0
    ids = page.eval_on_selector_all("[id]", "all => all.map(e => e.id)")
    assert len(ids) == len(set(ids))


def test_right_to_left_mirrors_the_page(page: Page):
    def left(selector: str) -> float:
        return float(page.locator(selector).first.bounding_box()["x"])  # type: ignore[index]

    before = left("#happened"), left("#then")
    page.evaluate("document.documentElement.dir = 'rtl'")
    after = left("#happened"), left("#then")
    assert before[0] < before[1]
    assert after[0] > after[1]
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_page_one_names_the_next_act_its_time_and_what_is_missing(browser, ransomware, tmp_path):
    file = tmp_path / "dossier.html"
    file.write_text(render(ransomware, language()), "utf-8")
    tab = browser.new_page(viewport={"width": 1000, "height": 1300})
    tab.goto(file.as_uri())
    box = tab.locator(".next").inner_text()
    assert "Notify the data protection authority" in box
    assert "17 May 2021 04:36" in box
    assert "UTC+1" in box
    assert "17 May 2021 03:36 UTC" in box
    assert "2 d 18 h left" in box
    assert tab.locator(".next").bounding_box()["y"] < 300
    assert tab.locator("section:has(#unknown) li").count() == 5
    tab.close()


def test_every_printed_sheet_carries_the_marking(page: Page, tmp_path):
    file = tmp_path / "dossier.pdf"
    page.pdf(path=str(file), prefer_css_page_size=True)
    pages = [sheet.extract_text() for sheet in PdfReader(file).pages]
    assert len(pages) > 2
    for text in pages:
        assert "DRAFT, NOT RELEASED" in text
        assert "TLP:AMBER+STRICT" in text
