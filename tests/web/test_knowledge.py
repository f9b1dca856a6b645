"""Pages of knowledge: own words, source, age, what was not verified, and where states stand."""

import re

import pytest

from comity.knowledge import catalogue
from comity.knowledge.load.packs import shipped
from comity.web.entry_words import HEAD, LABELS
from tests.web.test_documents import text

KNOWLEDGE = shipped()
IDS = [row.entry.id for row in catalogue.rows(KNOWLEDGE)]
MAPPED = [*KNOWLEDGE.instruments, *KNOWLEDGE.groups]
STATES = {code for code, state in KNOWLEDGE.states.items() if not state.observer}


def page(client, path):
    answer = client.get(f"/knowledge/{path}")
    assert answer.status_code == 200, path
    return answer


def test_each_pack_says_how_many_of_its_entries_were_checked(owner):
    shown = text(page(owner, ""))
    assert "Norms 11 all" in shown
    assert re.search(r"Confidence-building measures \d+ none yet", shown)
    assert re.search(r"Channels \d+ \d+ of \d+", shown)


def test_every_entry_has_a_page_with_title_source_age_and_whether_it_was_checked(owner):
    for ident in IDS:
        answer = page(owner, f"entry/{ident}")
        row = catalogue.find(KNOWLEDGE, ident)
        assert row is not None
        shown = text(answer)
        assert row.entry.as_of.isoformat() in shown, ident
        assert ("not verified yet" in shown) is not row.entry.verified, ident
        assert answer.content.decode().count("<li>") >= len(row.entry.source), ident


def test_every_property_of_every_entry_has_a_label():
    """A label that is missing would be an error on a page of somebody's night."""
    seen = set()

    def walk(value):
        if hasattr(value, "__struct_fields__"):
            for name in value.__struct_fields__:
                inner = getattr(value, name)
                if inner not in (None, ()):
                    seen.add(name)
                walk(inner)
        elif isinstance(value, tuple):
            for one in value:
                walk(one)

    for row in catalogue.rows(KNOWLEDGE):
        walk(row.entry)
    assert seen - HEAD <= LABELS.keys()


@pytest.mark.parametrize(
    ("ident", "badge"),
    [
        ("norm.un.13h", "norm: voluntary"),
        ("inst.coe.budapest", "treaty: binds states"),
        ("law.eu.nis2", "law: binds entities"),
        ("inst.paris_call", "political commitment"),
    ],
)
def test_norms_treaties_and_laws_wear_different_badges_in_words(owner, ident, badge):
    answer = page(owner, f"entry/{ident}")
    assert badge in text(answer)
    assert len(re.findall(r'class="node-badge node-badge--(\w+)"', answer.content.decode())) == 1


def test_a_search_looks_in_all_packs_or_in_one(owner):
    everywhere = text(page(owner, "?q=24/7+preservation"))
    assert "ch.budapest.247" in everywhere
    assert "Channels" in everywhere
    assert "ch.budapest.247" not in text(page(owner, "pack/norms?q=preservation"))
    assert "No entry holds all of these words" in text(page(owner, "?q=xylophone-of-nowhere"))


def test_long_packs_come_in_pages_of_the_server(owner):
    first = page(owner, "pack/states").content.decode()
    assert first.count('scope="row"') == 50
    assert "Page 1 of 4" in first
    assert text(page(owner, "pack/states?page=4")).count("checked against its source") == 45


@pytest.mark.parametrize("path", ["pack/none", "entry/none", "entry/norm.un.13h/states"])
def test_what_is_not_there_is_not_found(owner, path):
    assert owner.get(f"/knowledge/{path}").status_code == 404


@pytest.mark.parametrize("ident", MAPPED)
def test_a_map_has_one_tile_for_each_member_state_and_the_table_says_the_same(owner, ident):
    body = page(owner, f"entry/{ident}/states").content.decode()
    tiles = re.findall(
        r'<li class="node-tile node-tile--(\w+)" title="[^"]*"><span aria-hidden="true">(\w+)<',
        body,
    )
    assert [code for _, code in tiles] == sorted(STATES)
    words = re.findall(r'visually-hidden">([^<]+): ([^<:]+)</span></li>', body)
    table = re.findall(r'class="govuk-link"[^>]*>([^<]+)</a> .*?data-label="Stands">([^<]+)<', body)
    assert words == table
    assert len(table) == len(STATES)


def test_unknown_is_never_shown_as_no(owner):
    """Of Budapest the packs list parties, but not all states: who is missing is not known."""
    body = page(owner, "entry/inst.coe.budapest/states").content.decode()
    listed = {party.state for party in KNOWLEDGE.instruments["inst.coe.budapest"].parties}
    for code in STATES - listed:
        assert re.search(
            rf'node-tile--unknown" title="[^"]*: not known"[^>]*><span[^>]*>{code}<', body
        )
    assert body.count("node-tile--unknown") > body.count("node-tile--out") > 0


def test_a_whole_list_gives_members_and_no_unknowns(owner):
    shown = text(page(owner, "entry/grp.eu/states"))
    assert "member: 27" in shown
    assert "not known: 0" in shown


def test_a_case_leads_to_the_entries_that_it_rests_on(owner, incident):
    body = owner.get(f"/incidents/{incident.key}/diplomatic").content.decode()
    links = re.findall(r'href="(/knowledge/entry/[^"]+)"', body)
    assert len(links) > 3
    for link in links:
        assert owner.get(link).status_code == 200, link
