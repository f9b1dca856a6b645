"""The objects of reports as rows, for good reports and for bad ones."""

import datetime as dt
import json

from comity.node import projections
from comity.node.models import PROJECTIONS, Entry, Link, Object, Terms
from comity.node.projections import Tables
from tests.node.test_projections import C2, KEYS, OBJECTS, REFS, filed, opening, write
from tests.node_cast import upload

GREEN = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
NAMES = [
    "<script>alert(1)</script>",
    "invoice\u202efdp.exe",
    "nothing\0after",
    "long " * 200_000,
    "",
]


def bundle(*objects):
    return json.dumps(
        {"type": "bundle", "id": "bundle--1d0f2b3c-0000-4000-8000-00000000000b",
         "objects": list(objects)}
    ).encode()  # fmt: skip


def tool(number, **more):
    time = "2026-03-02T09:00:00Z"
    return {
        "type": "tool", "spec_version": "2.1", "created": time, "modified": time, "name": "Tool",
        "id": f"tool--1d0f2b3c-0000-4000-8000-{number:012x}", **more,
    }  # fmt: skip


def open_with(owner, *objects, title="Demo"):
    answer = owner.post(
        "/incidents/new", {"title": title, "reports": [upload("b.json", bundle(*objects))]}
    )
    assert answer.status_code == 302, answer.content.decode()


def test_each_object_of_a_report_is_a_row(record):
    write(record, opening(KEYS[0]))
    write(record, filed(KEYS[0], REFS))
    Tables().catch_up(record)
    rows = list(Object.objects.order_by("id"))
    assert [(row.entry_id, row.place, row.type) for row in rows] == [
        (1, 1, "ipv4-addr"), (1, 2, "x-demo"), (1, 3, "tool"),
    ]  # fmt: skip
    assert rows[0].name == "198.51.100.7"
    assert [row.stix_id for row in rows] == list(OBJECTS)
    assert [(link.source, link.kind, link.target) for link in Link.objects.all()] == [
        (rows[1].stix_id, "c2", C2)
    ]


def test_an_object_that_cannot_be_read_stops_nothing(record):
    write(record, filed(None, REFS))
    write(record, opening(KEYS[0]))
    Tables().catch_up(record)
    assert projections.size() == 2
    assert Object.objects.get(type="tool").name == ""


def test_an_erased_report_leaves_no_object_link_or_term(record):
    write(record, opening(KEYS[0]))
    write(record, filed(KEYS[0], REFS))
    Tables().catch_up(record)
    assert Terms.objects.filter(rowid__gte=1 << 24).exists()
    record.erase(1, "a spill", ("Owner", "Colleague"))
    Tables().catch_up(record)
    assert not Object.objects.exists()
    assert not Link.objects.exists()
    assert not Terms.objects.filter(rowid__gte=1 << 24).exists()
    assert Terms.objects.filter(rowid=0).exists()  # the title of the incident


def test_hostile_names_are_kept_as_they_are(owner):
    open_with(owner, *(tool(number, name=name) for number, name in enumerate(NAMES)))
    kept = list(Object.objects.order_by("id").values_list("name", flat=True))
    assert kept[:2] == NAMES[:2]
    assert kept[2] == "nothing\ufffdafter"  # no database keeps NUL
    assert kept[3:] == NAMES[3:]


def test_the_time_that_tells_most_is_kept_with_what_it_says(owner):
    open_with(
        owner,
        tool(1),
        {**tool(2), "type": "campaign", "id": "campaign--1d0f2b3c-0000-4000-8000-000000000002",
         "first_seen": "2026-02-01T00:00:00.123456789Z"},
        {"type": "x-demo", "id": "x-demo--1d0f2b3c-0000-4000-8000-000000000004",
         "first_seen": "last Tuesday"},
    )  # fmt: skip
    assert list(Object.objects.order_by("id").values_list("at", "at_of")) == [
        (dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC), "created"),
        (dt.datetime(2026, 2, 1, 0, 0, 0, 123456, dt.UTC), "first_seen"),
        (None, ""),
    ]


def test_markings_are_told_apart_from_having_none(owner):
    own = "marking-definition--1d0f2b3c-0000-4000-8000-0000000000aa"
    other = "marking-definition--1d0f2b3c-0000-4000-8000-0000000000bb"
    open_with(
        owner,
        {"type": "marking-definition", "spec_version": "2.1", "id": own, "name": "TLP:RED",
         "created": "2026-03-02T09:00:00Z", "definition_type": "statement",
         "definition": {"statement": "TLP:RED"}},
        tool(1), tool(2, object_marking_refs=[GREEN]), tool(3, object_marking_refs=[GREEN, own]),
        tool(4, object_marking_refs=[other]),
        tool(5, granular_markings=[{"selectors": ["name"], "marking_ref": GREEN}]),
    )  # fmt: skip
    rows = Object.objects.filter(type="tool").order_by("id").values_list("tlp", flat=True)
    assert list(rows) == ["", "TLP:GREEN", "TLP:RED", "other", "TLP:GREEN"]


def test_a_large_report_ends_its_transaction(record, monkeypatch):
    monkeypatch.setattr(projections, "ENOUGH", 3)
    for _ in range(3):
        write(record, filed(None, REFS))
    assert Tables()._batch(record)
    assert projections.size() == 1
    Tables().catch_up(record)
    assert projections.size() == 3


def test_dropping_empties_every_table(record):
    write(record, opening(KEYS[0]))
    write(record, filed(KEYS[0], REFS))
    Tables().catch_up(record)
    projections.drop()
    assert not any(model._default_manager.exists() for model in PROJECTIONS)
    assert not Entry.objects.exists()
