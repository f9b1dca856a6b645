"""The file on technical resemblance: what it says, what it never says, and where it stays."""

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from comity.assess.assessment import assess
from comity.assess.attribution import prepare
from comity.assess.attribution.hypotheses import attribute, prepare_profiles
from comity.assess.facts import sheet
from comity.assess.facts_file import read_facts
from comity.assess.observe import Received, observe
from comity.documents.attribution import AttributionPage, attribution_page
from comity.documents.attribution_html import render_attribution
from comity.documents.dossier import build, input_row
from comity.documents.language import language
from comity.formats.detect import read
from comity.knowledge.load.actors import shipped_actors
from comity.knowledge.load.packs import shipped
from tests.documents.browsing import CONTRAST, opened

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
SCHEMA = Path(__file__).parent.parent.parent / "docs" / "reference" / "attribution.schema.json"


def page_of(case: str, seen: list[str] | None = None) -> AttributionPage:
    knowledge = shipped()
    data = (EXAMPLES / case / "bundle.json").read_bytes()
    received = Received("bundle.json", "0" * 64, read(data, source="0" * 64))
    facts = read_facts((EXAMPLES / case / "facts.toml").read_bytes(), knowledge.features, file="f")
    observed = observe([received], knowledge)
    assert facts.replay_at is not None
    claims = (*observed.claims, *facts.claims)
    found = assess(knowledge, sheet(knowledge.features, claims), own=facts.own, now=facts.replay_at)
    dossier = build(
        found, observed, (input_row(received, 0, language()),), knowledge, language(),
        origin=None, replay=True,
    )  # fmt: skip
    actors = shipped_actors(knowledge).without(observed.campaigns)
    ids = [item.id for item in (*observed.techniques, *observed.software) if item.id]
    result = attribute(
        ids if seen is None else seen,
        actors,
        prepare(prepare_profiles(actors)),
        victim=found.sides.victim,
    )
    return attribution_page(result, found, observed, dossier, actors, knowledge, language())


@pytest.fixture(scope="session")
def albania() -> AttributionPage:
    return page_of("wiper-albania-2022")


def text_of(page: AttributionPage) -> str:
    html = render_attribution(page, language())
    body = html.partition("<body>")[2]
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", body).split()))


def test_what_is_known_from_the_incident_itself_is_taken_out_and_told(albania):
    assert albania.left_out == ("C0038",)
    assert "an incident is no evidence about itself" in text_of(albania)
    # ATT&CK attributes the campaign to this cluster, which must not come first by that.
    assert albania.candidates[0].id != "G1001"


def test_do_not_attribute_stands_first_where_a_rule_says_so(albania):
    assert albania.abstain
    text = text_of(albania)
    assert text.index("Do not attribute.") < text.index(albania.candidates[0].call)
    assert "is not a result" in text


def test_a_cluster_is_what_a_publisher_calls_it_and_a_sponsor_is_alleged_by_somebody(albania):
    assert all("resembles the cluster that MITRE ATT&CK call" in c.call for c in albania.candidates)
    said = [alleged for c in albania.candidates for alleged in c.alleged]
    assert said
    assert all(alleged.by for alleged in said)
    text = text_of(albania)
    for alleged in said:
        assert f"{alleged.state} is alleged to be behind it" in text


def test_an_unknown_actor_a_false_flag_and_criminals_are_always_among_the_hypotheses(albania):
    text = text_of(albania)
    for words in ("nobody has published", "false flag", "Criminals, without a state"):
        assert words in text
    assert len(albania.others) == 3


def test_no_probability_and_no_verdict_is_shown(albania):
    text = text_of(albania)
    verdict = r"\d+(?:\.\d+)?\s?%|\bprobab\w+ of\b|\bguilty\b|\bresponsible for\b"
    assert re.findall(verdict, text) == []
    assert "Places, not probabilities" in text


def test_the_questions_of_the_gate_norm_stand_on_the_page(albania):
    assert len(albania.gate) >= 3
    assert all(ask in text_of(albania) for ask in albania.gate[:1])


def test_what_a_public_attribution_contains_stands_behind_the_gate_and_fills_nothing_in(albania):
    items = shipped().checklists["chk.attribution.statement"].items
    assert albania.statement == tuple(item.text for item in items)
    page = text_of(albania)
    assert page.index(albania.gate[0]) < page.index(albania.statement[0])


def test_it_bears_the_marking_and_the_status_of_the_dossier(albania):
    assert albania.marking == "TLP:AMBER+STRICT"
    html = render_attribution(albania, language())
    assert html.count("DRAFT, NOT RELEASED") >= 2  # banner and every printed page
    assert "default-src 'none'" in html


def test_every_figure_of_a_match_has_a_reference(albania):
    for candidate in albania.candidates:
        assert candidate.sources
        assert all(match.sources for match in candidate.matches)


def test_with_nothing_seen_it_says_so_and_names_nobody(albania):
    empty = page_of("wiper-albania-2022", seen=[])
    assert empty.candidates == ()
    text = text_of(empty)
    assert "Do not attribute." in text
    assert "No profile has anything of what was seen." in text


def test_the_file_fits_its_published_schema(albania):
    published = json.loads(SCHEMA.read_text("utf-8"))
    assert published["$defs"] == msgspec.json.schema(AttributionPage)["$defs"]


@pytest.fixture(scope="module")
def tab(browser: Browser, albania, tmp_path_factory) -> Iterator[Page]:
    file = tmp_path_factory.mktemp("page") / "attribution.html"
    file.write_text(render_attribution(albania, language()), "utf-8")
    with opened(browser, file) as tab:
        yield tab


def test_in_a_browser_every_text_has_contrast_and_nothing_runs_off_a_small_screen(tab: Page):
    assert tab.evaluate(CONTRAST) == []
    tab.set_viewport_size({"width": 320, "height": 700})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320


def test_every_printed_page_says_that_it_is_not_released(tab: Page, tmp_path):
    file = tmp_path / "attribution.pdf"
    tab.pdf(path=str(file), prefer_css_page_size=True)
    pages = [page.extract_text() for page in PdfReader(file).pages]
    assert len(pages) > 1
    assert all("DRAFT, NOT RELEASED" in page and "AMBER+STRICT" in page for page in pages)
