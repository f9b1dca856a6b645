"""The tables are the record, whatever happened on the way."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.access.roles import Role
from comity.node import projections
from comity.node.models import Account, Cursor, Entry, Incident, Mark
from comity.node.projections import Tables
from comity.node.services import open_record
from comity.record.payload import (
    Assessment,
    Clearance,
    Document,
    Import,
    ObjectRef,
    Quarantine,
    RoleGrant,
    Statement,
    encode,
    sha256_hex,
)
from comity.record.payload import Incident as Opening
from tests.actions.twins import InMemory
from tests.tables import state

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
BODY = b"a body"
SHA = sha256_hex(BODY)
C2 = "ipv4-addr--1d0f2b3c-0000-4000-8000-000000000001"
OBJECTS = {
    C2: b'{"type":"ipv4-addr","id":"%s","value":"198.51.100.7"}' % C2.encode(),
    "x-demo--1d0f2b3c-0000-4000-8000-000000000002": b'{"type":"x-demo",'
    b'"id":"x-demo--1d0f2b3c-0000-4000-8000-000000000002","odd":"\\u0000","c2_ref":"%s"}'
    % C2.encode(),
    "tool--1d0f2b3c-0000-4000-8000-000000000003": b"no JSON",
}
MARKED = (
    b'{"type":"url","spec_version":"2.1","id":"url--1d0f2b3c-0000-4000-8000-000000000004",'
    b'"value":"https://example.org",'
    b'"object_marking_refs":["marking-definition--5d1c0a2b-1111-4111-8111-00000000000a"]}'
)
BODIES = {sha256_hex(body): body for body in (BODY, MARKED, *OBJECTS.values())}
REFS = tuple(
    ObjectRef(id=name, modified=None, content_hash=sha256_hex(body), position=f"/objects/{place}")
    for place, (name, body) in enumerate(OBJECTS.items())
)
MARKED_REF = ObjectRef(
    id="url--1d0f2b3c-0000-4000-8000-000000000004", modified=None,
    content_hash=sha256_hex(MARKED), position="/objects/9",
)  # fmt: skip
KEYS = ("0b54b3a2-1111-4111-8111-000000000001", "0b54b3a2-1111-4111-8111-000000000002")


def opening(key, title=None):
    said = title or f"Incident {key[-1]}"
    return encode(Opening(at=NOW, by="Owner", incident=key, title=said))


def filed(key, objects=(), stated=()):
    return encode(
        Import(
            at=NOW, by="Owner", source=SHA, file_name="a.json", reader="stix/1", losses=(),
            objects=objects, incident=key, stated=stated,
        )
    )  # fmt: skip


def said(key):
    return encode(Statement(at=NOW, by="Owner", incident=key, blobs=(SHA,)))


def assessed(key, stated=()):
    return encode(
        Assessment(at=NOW, by="Owner", result=SHA, packs={}, inputs={}, incident=key, stated=stated)
    )


def clearance(account, level, until=None):
    return encode(
        Clearance(
            at=NOW, by="Administrator", account=account, name="Owner", scheme="Demoland",
            level=level, until=until, reason="a test",
        )
    )  # fmt: skip


def role(account, name, *, granted):
    return encode(
        RoleGrant(
            at=NOW, by="operator (local)", account=account, name="Owner", role=name,
            granted=granted, reason="a test",
        )
    )  # fmt: skip


def quarantine(index, *, held):
    """By what the entry is about, which is said in the test."""
    return ("quarantine", index, held)


def draft(key, document):
    return encode(
        Document(
            at=NOW, by="Owner", incident=key, document=document, account="a",
            template="tpl.sitrep", audience="internal", title=f"Draft {document}", blobs=(SHA,),
        )
    )  # fmt: skip


ENTRIES = st.one_of(
    st.builds(opening, st.sampled_from(KEYS), st.sampled_from((None, "Nothing\0 after"))),
    st.builds(
        filed,
        st.sampled_from((*KEYS, None)),
        st.lists(st.sampled_from((*REFS, MARKED_REF))).map(tuple),
        st.sampled_from(((), ("guarded (demoland)",), ("nothing\0", "x" * 201))),
    ),
    st.builds(said, st.sampled_from(KEYS)),
    st.builds(
        assessed, st.sampled_from((*KEYS, None)), st.sampled_from(((), ("guarded (demoland)",)))
    ),
    st.builds(
        clearance, st.sampled_from(("a", "b")), st.sampled_from((None, "GUARDED", "\0")),
        st.none() | st.just(NOW.date()),
    ),
    st.builds(
        role, st.sampled_from(("a", "b")), st.sampled_from([*map(str, Role), "minister"]),
        granted=st.booleans(),
    ),
    st.just(b'{"at":"2026-03-02T09:00:00Z","by":"x","kind":"of-a-newer-version"}'),
    st.builds(draft, st.sampled_from(KEYS), st.sampled_from(("d1", "d2"))),
    st.builds(quarantine, st.integers(0, 6), held=st.booleans()),
    st.integers(0, 5),  # erase that entry, if it is there
)  # fmt: skip


def write(record, entry):
    if isinstance(entry, int):
        if entry < record.size() and next(record.entries(entry)).payload is not None:
            record.erase(entry, "a test", ("Owner", "Colleague"))
    elif isinstance(entry, tuple):
        _word, index, held = entry
        row = Entry.objects.filter(index=index).exclude(kind__in=("", "erasure")).first()
        if row is not None:
            said = Quarantine(
                at=NOW, by="Owner", index=index, of=row.kind, incident=row.incident or None,
                account="a", held=held, reason="a spill",
            )  # fmt: skip
            record.append([encode(said)])
    else:
        record.append(
            [entry], {name: body for name, body in BODIES.items() if name.encode() in entry}
        )


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(entries=st.lists(ENTRIES, max_size=12))
def test_a_rebuild_gives_the_same_tables_as_following_along(
    entries, tmp_path_factory, settings, db
):
    settings.HOME = tmp_path_factory.mktemp("node")
    projections.drop()
    twin = InMemory()
    with open_record() as record:
        for entry in entries:
            try:
                write(record, entry)
            except Exception as error:  # an entry that the record does not take is not there
                if "erased" not in str(error) and "tombstone" not in str(error).lower():
                    raise
            Tables().catch_up(record)
        followed = state()
        assert projections.size() == record.size()
        projections.drop()
        Tables().catch_up(record)
        assert state() == followed
        twin.catch_up(record)
        for account in ("a", "b"):
            assert Tables().roles(account) == twin.roles(account)
        for key in KEYS:
            assert Tables().has_incident(key) == twin.has_incident(key)
        for index in range(record.size()):
            assert Tables().in_quarantine(index) == twin.in_quarantine(index)


def test_a_rebuild_touches_no_account(record):
    account = Account.objects.make("owner@example.org", "Owner", "correct horse battery staple")
    record.append([opening(KEYS[0])])
    Tables().catch_up(record)
    projections.drop()
    assert not Entry.objects.exists()
    Tables().catch_up(record)
    assert Account.objects.get().key == account.key
    assert Incident.objects.get().key == KEYS[0]


@pytest.mark.parametrize("stop_at", range(6))
def test_a_crash_in_the_middle_of_applying_leaves_a_whole_prefix(record, stop_at, monkeypatch):
    entries = [opening(KEYS[0]), filed(KEYS[0]), said(KEYS[0]), assessed(KEYS[0]), opening(KEYS[1])]
    for entry in entries:
        write(record, entry)
    monkeypatch.setattr(projections, "BATCH", 2)
    plain = projections.apply

    def dying(entry, log):
        objects = plain(entry, log)
        if entry.index == stop_at:
            raise KeyboardInterrupt
        return objects

    monkeypatch.setattr(projections, "apply", dying)
    try:
        Tables().catch_up(record)
    except KeyboardInterrupt:
        assert projections.size() == stop_at // 2 * 2
        assert Entry.objects.count() == projections.size()
    monkeypatch.setattr(projections, "apply", plain)
    Tables().catch_up(record)
    caught_up = state()
    projections.drop()
    Tables().catch_up(record)
    assert caught_up == state()


def test_applying_an_entry_again_changes_nothing(record):
    for entry in (opening(KEYS[0]), filed(KEYS[0]), role("a", "legal-adviser", granted=True)):
        write(record, entry)
    Tables().catch_up(record)
    once = state()
    for entry in record.entries():
        projections.apply(entry, record)
    assert state() == once


def test_an_incident_is_stale_from_a_report_until_it_is_assessed(record):
    for entry, stale in ((opening, False), (filed, True), (assessed, False), (said, True)):
        write(record, entry(KEYS[0]))
        Tables().catch_up(record)
        assert Incident.objects.get().stale is stale


def test_what_was_erased_leaves_no_word_in_the_tables(record):
    write(record, filed(None))
    Tables().catch_up(record)
    record.erase(0, "a spill", ("Owner", "Colleague"))
    Tables().catch_up(record)
    row = Entry.objects.get(index=0)
    assert (row.about, row.by, row.body, row.at) == ("", "", "", None)
    assert row.leaf


def test_the_marks_of_an_erased_report_go_with_it(record):
    write(record, filed(None, (*REFS, MARKED_REF), ("guarded (demoland)",)))
    Tables().catch_up(record)
    assert Mark.objects.count() == 2
    record.erase(0, "a spill", ("Owner", "Colleague"))
    Tables().catch_up(record)
    assert not Mark.objects.exists()


def test_the_cursor_and_the_rows_are_written_together(record, monkeypatch):
    write(record, opening(KEYS[0]))

    def broken(**_kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(Cursor.objects, "filter", broken)
    monkeypatch.setattr(projections, "size", lambda: 0)
    with pytest.raises(OSError, match="disk full"):
        Tables().catch_up(record)
    assert not Entry.objects.exists()
