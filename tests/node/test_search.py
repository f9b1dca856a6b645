"""Whoever looks for words finds what may be read and holds them, and nobody gets an error."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.access.roles import Actor, Role
from comity.node import search
from comity.node.models import Incident, Object
from comity.node.projections import Tables
from tests.node.test_projections import KEYS, REFS, filed, opening, write
from tests.node.test_received import NAMES, open_with, tool

VALUES = {
    "ipv4-addr": "198.51.100.7", "ipv6-addr": "2001:db8::1a", "domain-name": "evil.example.org",
    "url": "http://evil.example.net/login?next=/admin", "email-addr": "finance@example.com",
}  # fmt: skip
SCRIPTS = {
    "ar": "هجوم برمجيات الفدية على مستشفى",
    "zh": "针对医院的勒索软件攻击",
    "ru": "Атака на больницу",
    "fr": "Attaque contre un hôpital",
    "es": "Ataque a un hospital en A Coruña",
    "en": "Ransomware at a hospital",
}


def anybody(*roles):
    return Actor("a", "Colleague", frozenset(roles), second_factor=True)


def names(text):
    found = {row.name for row in search.objects(text)}
    assert found == {row.name for row in search.among(Object.objects.all(), text)}
    return found


@pytest.fixture
def values(owner):
    open_with(
        owner,
        *(
            {"type": kind, "id": f"{kind}--1d0f2b3c-0000-4000-8000-00000000000{place}",
             "value": value}
            for place, (kind, value) in enumerate(VALUES.items())
        ),
        {"type": "file", "id": "file--1d0f2b3c-0000-4000-8000-00000000000f",
         "hashes": {"SHA-256": "ab" * 32}, "name": "invoice.exe"},
        tool(1, name="Loader", description="drops C:\\Temp\\a_b.dll", aliases=["Demo-Loader"],
             external_references=[{"source_name": "mitre-attack", "external_id": "T1486"}]),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("looked_for", "found"),
    [
        ("198.51.100.7", "198.51.100.7"), ("198[.]51[.]100[.]7", "198.51.100.7"),
        ("198.51.10", "198.51.100.7"), ("2001:DB8::1A", "2001:db8::1a"),
        ("evil.example[.]org", "evil.example.org"), ("EVIL example.o", "evil.example.org"),
        ("hxxp://evil[.]example[.]net/login", VALUES["url"]),
        ("finance@example.com", "finance@example.com"), ("ABABAB", "invoice.exe"),
        ("T1486", "Loader"), ("demo-loader", "Loader"), ("c:\\temp\\a_b.dll", "Loader"),
        ("tool--1d0f2b3c-0000-4000-8000-000000000001", "Loader"), ("drops loader", "Loader"),
    ],
)  # fmt: skip
def test_values_are_found_however_they_are_written(values, looked_for, found):
    assert names(looked_for) == {found}


@pytest.mark.parametrize("looked_for", ["", "***", "nothing", "org.example", "loader nothing"])
def test_what_is_not_there_is_not_found(values, looked_for):
    assert names(looked_for) == set()


@pytest.mark.parametrize(
    ("language", "looked_for"),
    [
        ("ar", "الفدية"), ("ar", "مستشف"), ("zh", "勒索软件"), ("zh", "软"), ("zh", "击"),
        ("ru", "БОЛЬН"), ("fr", "hopital"), ("fr", "HÔPITAL"), ("es", "coruna"), ("en", "hospit"),
    ],
)  # fmt: skip
def test_titles_are_found_in_six_scripts(owner, language, looked_for):
    open_with(owner, tool(1), title=SCRIPTS[language])
    assert search.incidents(looked_for).get().title == SCRIPTS[language]


@pytest.fixture(scope="module")
def hostile():
    """Query syntax of both databases, and of others."""
    return st.one_of(
        st.text(max_size=250),
        st.lists(
            st.sampled_from(
                ['"', "'", "*", "(", ")", "NEAR(", "AND", "OR NOT", "^", ":", "terms:", "-", "+",
                 "&", "|", "!", "<->", ":*", "\\", "\0", "\ud800", "%", "_", "a", "{a b}", "--",
                 "软", "\u202e"]
            ),
            max_size=40,
        ).map(" ".join),
    )  # fmt: skip


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_nothing_that_is_typed_makes_it_fail(data, hostile, owner):
    text = data.draw(hostile)
    found = search.everything(text, anybody(*Role))
    assert all(rows.count() == len(rows) for rows in found.values())
    assert len(search.among(Object.objects.all(), text)) == len(search.objects(text))


def test_a_hundred_words_are_looked_for_as_well_as_one(owner):
    open_with(owner, tool(1, name=" ".join(map(str, range(100)))))
    assert names(" ".join(map(str, range(60)))) != set()
    assert names("a " * 5_000) == set()


def test_hostile_names_are_found(owner):
    open_with(owner, *(tool(number, name=name) for number, name in enumerate(NAMES)))
    assert names("<script>alert(1)") == {NAMES[0]}
    assert names("invoicefdp.exe") == {NAMES[1]}
    assert names("long long") == {NAMES[3]}


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        (Role.DUTY_OFFICER, {"incident", "import", "statement", "document", "object"}),
        (Role.ANALYST, {"incident", "import", "statement", "object"}),
        (Role.DIPLOMAT, {"incident", "import", "statement", "document"}),
        (Role.LEGAL, {"incident", "import", "statement", "document"}),
        (Role.AUDITOR, {"incident", "import", "statement", "document", "object"}),
        (Role.ADMINISTRATOR, set()),
        (Role.GUEST, set()),
    ],
)
def test_each_role_finds_the_kinds_that_it_may_read(role, kinds, db):
    assert search.everything("x", anybody(role)).keys() == kinds


def test_a_stranger_finds_nothing(db):
    assert search.everything("x", None) == {}
    assert search.everything("x", anybody()) == {}


def test_statements_and_the_last_version_of_a_document_are_found(owner, incident):
    owner.post(f"/incidents/{incident.key}/documents/new", {"draft": "sitrep"})
    owner.post(
        f"/incidents/{incident.key}/facts", {"victim.state": "Ireland", "source": "a phone call"}
    )
    found = search.everything("phone", anybody(Role.DUTY_OFFICER))
    assert [row.kind for row in found["statement"]] == ["statement"]
    found = search.everything("situation", anybody(Role.DUTY_OFFICER))
    assert [row.kind for row in found["document"]] == ["document"]


def test_reports_that_are_filed_under_no_incident_are_not_offered(record):
    write(record, filed(None, REFS))
    Tables().catch_up(record)
    assert names("198.51.100.7") == {"198.51.100.7"}
    assert not search.everything("198.51.100.7", anybody(*Role))["object"].exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps no deleted terms")
def test_what_was_erased_is_not_in_the_bytes_of_the_index(record):
    def blocks():
        with connection.cursor() as cursor:
            cursor.execute("SELECT block FROM node_terms_data")
            return b"".join(block for (block,) in cursor.fetchall())

    write(record, opening(KEYS[0]))
    write(record, filed(KEYS[0], REFS))
    Tables().catch_up(record)
    assert b"json" in blocks()
    record.erase(1, "a spill", ("Owner", "Colleague"))
    Tables().catch_up(record)
    assert b"json" not in blocks()
    assert search.incidents("incident").get() == Incident.objects.get()
