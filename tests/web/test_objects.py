"""The technical pages: everything that came is there, in pages, and harmless."""

import json
import re

import pytest

from comity.access.roles import Role
from comity.node.models import Entry, Incident, Object
from comity.node.objects import MOST_NODES, MOST_TYPES
from comity.web import search as pages
from comity.web.objects import PAGE
from tests.node.test_received import GREEN, NAMES, bundle, open_with, tool
from tests.node_cast import account, browser, upload
from tests.web.test_incidents import text

TIME = "2026-03-02T09:00:00Z"


def indicator(number):
    return {
        "type": "indicator", "spec_version": "2.1", "created": TIME, "modified": TIME,
        "id": f"indicator--1d0f2b3c-0000-4000-8000-{number:012x}", "valid_from": TIME,
        "name": f"host{number}.example.org", "pattern_type": "stix",
        "pattern": f"[domain-name:value = 'host{number}.example.org']",
    }  # fmt: skip


def link(number, source, target, kind="indicates"):
    return {
        "type": "relationship", "spec_version": "2.1", "created": TIME, "modified": TIME,
        "id": f"relationship--1d0f2b3c-0000-4000-8000-{number:012x}", "relationship_type": kind,
        "source_ref": source["id"], "target_ref": target["id"],
    }  # fmt: skip


def star(rays):
    centre = tool(1, name="Loader")
    ends = [indicator(number) for number in range(rays)]
    return [centre, *ends, *(link(number, end, centre) for number, end in enumerate(ends))]


def page_of(client, part=""):
    return client.get(f"/incidents/{Incident.objects.get().key}/{part}")


def test_objects_come_in_pages_by_type_and_by_words(owner):
    open_with(owner, *star(PAGE))
    first = text(page_of(owner, "objects"))
    assert f"{2 * PAGE + 1} objects" in first
    assert "Page 1 of 3" in first
    assert f"indicator ({PAGE})" in first
    assert "1 object " in text(page_of(owner, "objects?q=host7.example[.]org"))
    assert f"{PAGE} objects" in text(page_of(owner, "objects?type=relationship"))
    assert "No object fits" in text(page_of(owner, "objects?type=relationship&q=host7"))
    assert "No object fits" in text(page_of(owner, "objects?type=%00&q=%00%22"))
    assert page_of(owner, "objects?page=none").status_code == 200


def test_what_is_not_marked_is_not_shown_as_clear(owner):
    open_with(owner, tool(1), tool(2, object_marking_refs=[GREEN]))
    page = text(page_of(owner, "objects"))
    assert "not marked" in page
    assert "TLP:GREEN" in page
    assert "TLP:CLEAR" not in page


def test_an_object_has_a_page_with_what_it_says_and_where_it_is_from(owner):
    open_with(owner, *star(1))
    row = Object.objects.get(type="tool")
    page = page_of(owner, f"objects/{row.entry_id}/{row.place}")
    said = text(page)
    assert "b.json" in said
    assert "host0.example.org" in said  # by the link between them
    assert "indicates" in said
    assert "&quot;name&quot;:&quot;Loader&quot;".replace(":", ": ") in page.content.decode()
    assert f"/record/{row.entry_id}/proof" in page.content.decode()
    says_so = Object.objects.get(type="relationship")
    assert f"objects/{says_so.entry_id}/{says_so.place}" in page.content.decode()


def test_versions_of_one_object_lead_to_each_other(owner):
    open_with(owner, tool(1))
    key = Incident.objects.get().key
    later = bundle(tool(1, modified="2026-03-03T09:00:00Z", name="Tool, renamed"))
    owner.post(f"/incidents/{key}/reports", {"reports": [upload("c.json", later)]})
    row = Object.objects.order_by("id")[0]
    page = text(page_of(owner, f"objects/{row.entry_id}/{row.place}"))
    assert "The same id came more than once" in page
    assert "Tool, renamed" in page


@pytest.mark.parametrize("where", ["1/1", "4/0", "4/99", f"4/{1 << 24}", f"{1 << 80}/1"])
def test_an_object_that_is_not_there_is_not_found(owner, where):
    open_with(owner, tool(1))
    assert page_of(owner, f"objects/{where}").status_code == 404


def test_an_object_is_no_object_of_another_incident(owner):
    open_with(owner, tool(1))
    row = Object.objects.get()
    open_with(owner, tool(2), title="Another")
    other = Incident.objects.get(title="Another").key
    answer = owner.get(f"/incidents/{other}/objects/{row.entry_id}/{row.place}")
    assert answer.status_code == 404


def test_hostile_names_run_nowhere_and_turn_nothing_around(owner):
    things = [tool(number, name=name) for number, name in enumerate(NAMES)]
    open_with(owner, *things, *(link(n, things[0], thing) for n, thing in enumerate(things[1:])))
    rows = Object.objects.filter(type="tool")
    for part in ("objects", "graph", *(f"objects/{row.entry_id}/{row.place}" for row in rows)):
        answer = page_of(owner, part)
        body = answer.content.decode()
        assert answer.status_code == 200, part
        assert "<script>alert" not in body, part
        assert "\u202e" not in body, part
        assert "\0" not in body, part
        assert len(body) < 1_000_000, part
    assert "invoice[U+202E]fdp.exe" in text(page_of(owner, "objects"))
    found = owner.get("/search", {"q": "alert invoice"}).content.decode()
    assert "<script>alert" not in found


def test_the_picture_and_its_table_say_the_same(owner):
    open_with(owner, *star(3))
    page = page_of(owner, "graph").content.decode()
    drawn = json.loads(re.findall(r'<script id="drawn"[^>]*>(.*?)</script>', page)[0])
    nodes = [one["data"]["label"] for one in drawn if "source" not in one["data"]]
    assert len(nodes) == 4
    assert len(drawn) == 4 + 3
    for label in nodes:
        name, kind = label.split("\n")
        assert re.search(rf"<bdi>{name}</bdi></a> <span class=\"node-soft\">{kind}</span>", page)
    assert "Shown: 4 of 4 linked objects, 3 of 3 links." in text(page_of(owner, "graph"))
    assert page.count("indicates</td>") == 3


def test_a_graph_that_is_too_large_says_what_it_leaves_out(owner):
    open_with(owner, *star(MOST_NODES + 5))
    page = text(page_of(owner, "graph"))
    shown, links = MOST_NODES, MOST_NODES - 1
    assert f"Shown: {shown} of {shown + 6} linked objects, {links} of {links + 6} links." in page
    assert "Those with the most links are shown" in page
    assert "Loader" in page  # which has them


def test_a_graph_is_narrowed_to_types_and_shows_what_did_not_come(owner):
    open_with(owner, *star(2), link(9, tool(1), tool(5), "uses"))
    page = text(page_of(owner, "graph?type=tool&type=nothing"))
    assert "Shown: 2 of 2 linked objects, 1 of 1 links." in page
    assert "not received" in page
    assert "Shown: 4 of 4" in text(page_of(owner, "graph?type=nothing"))


def test_properties_and_types_without_end_fit_on_their_pages(owner):
    many = tool(1) | {f"x_{number}": number for number in range(1_000)}
    kinds = [
        {"type": f"x-{number}", "id": f"x-{number}--1d0f2b3c-0000-4000-8000-000000000001",
         "tool_ref": many["id"]}
        for number in range(100, 400)
    ]  # fmt: skip
    open_with(owner, many, *kinds)
    row = Object.objects.get(type="tool")
    page = page_of(owner, f"objects/{row.entry_id}/{row.place}")
    assert "806 more properties are in the bytes below." in text(page)
    assert page_of(owner, "objects").content.count(b"<option") == 1 + MOST_TYPES
    assert page_of(owner, "graph").content.count(b'type="checkbox"') == MOST_TYPES
    assert "1 object " in text(page_of(owner, "objects?type=x-399"))


def test_an_actor_that_a_report_names_stays_alleged(owner):
    actor = tool(7) | {
        "type": "threat-actor", "id": "threat-actor--1d0f2b3c-0000-4000-8000-000000000007",
        "name": "Example Group",
    }  # fmt: skip
    open_with(owner, actor, tool(1), link(1, actor, tool(1), "uses"))
    assert "threat-actor alleged" in text(page_of(owner, "objects"))
    graph = page_of(owner, "graph")
    assert "Example Group threat-actor alleged" in text(graph)
    assert "threat-actor (alleged)" in graph.content.decode()
    assert "threat-actor alleged" in text(owner.get("/search", {"q": "Example Group"}))


def test_an_incident_without_links_has_no_picture(owner):
    open_with(owner, tool(1))
    page = page_of(owner, "graph")
    assert "Nothing that was received links" in text(page)
    assert "cytoscape.js" not in page.content.decode()


def test_nobody_counts_what_is_for_other_roles(owner, incident):
    owner.post(f"/incidents/{incident.key}/documents/new", {"draft": "sitrep"})
    title = Entry.objects.get(kind="document").about
    diplomat = browser(account("Diplomat", Role.DIPLOMAT))
    analyst = browser(account("Analyst", Role.ANALYST))
    for_diplomat = text(diplomat.get("/search", {"q": "conti"}))
    assert "0 results" in for_diplomat
    assert "Objects" not in for_diplomat
    assert "Objects (" in text(analyst.get("/search", {"q": "conti"}))
    assert "Documents" not in text(analyst.get("/search", {"q": title}))
    assert "Documents (1)" in text(diplomat.get("/search", {"q": title}))
    # Asking for a kind by its name opens no other door.
    assert "Objects" not in text(diplomat.get("/search", {"q": "conti", "kind": "object"}))


def test_results_of_a_kind_come_in_pages(owner):
    open_with(owner, *star(PAGE))
    page = owner.get("/search", {"q": "example"})
    assert f"All {PAGE}" in text(page)
    of_kind = owner.get("/search", {"q": "host", "kind": "object", "page": "9"})
    assert len(re.findall(r"host\d+\.example\.org", text(of_kind))) == PAGE
    open_with(owner, *star(PAGE), title="Again")
    assert "Page 2 of 2" in text(owner.get("/search", {"q": "host", "kind": "object", "page": "2"}))


def test_a_word_that_is_everywhere_is_not_counted_for_ever(owner, monkeypatch):
    monkeypatch.setattr(pages, "COUNTED", 60)
    open_with(owner, *star(61))
    page = text(owner.get("/search", {"q": "host"}))
    assert "More than 60 results that you may read." in page
    assert "The last 60" in page
    assert "Page 1 of 2" in text(owner.get("/search", {"q": "host", "kind": "object"}))


@pytest.mark.parametrize(
    ("q", "says"),
    [
        ("***", "no letter or digit"), ("nothing-at-all", "0 results"), ("x" * 300, "at most 200"),
        ('" OR "', "0 results"), ("\0", "no letter or digit"),
    ],
)  # fmt: skip
def test_what_cannot_be_found_is_said(owner, q, says):
    answer = owner.get("/search", {"q": q})
    assert answer.status_code == 200
    assert says in text(answer)


def test_only_those_who_may_read_incidents_have_the_box(owner, home):
    administrator = browser(account("Administrator", Role.ADMINISTRATOR))
    assert 'action="/search"' in owner.get("/").content.decode()
    assert 'action="/search"' not in administrator.get("/people/").content.decode()
