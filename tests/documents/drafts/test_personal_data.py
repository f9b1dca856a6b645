"""What looks like personal data is found wherever it stands; what has no such form is not."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.documents.drafts.fill import final
from comity.documents.drafts.model import (
    Bullets,
    Draft,
    Field,
    Heading,
    Labels,
    Paragraph,
    Table,
    Text,
)
from comity.documents.drafts.personal_data import KIND_NAMES, Finding, Known, digest, scan

NOBODY = Known()
KNOWN = Known(
    accounts=("Ann Example", "Hope"),
    persons=("Jördis Muster", "王伟"),
    users=("jexample", "admin", "svc_backup", "1000"),
    mails=frozenset({"jan@example.org"}),
    region="FR",
)
# Numbers that the standards and the operators themselves give as examples.
PLANTED = {
    "e-mail": ("ann@example.org", "ann[at]example[.]org", "jörg.muster@example.org", "a@localhost"),
    "telephone": ("+33 1 42 68 53 00", "+372 640 5555", "+44 (0)20 7946 0958"),
    "ip": ("192.0.2.7", "198.51.100[.]23", "2001:db8::17", "2001[:]db8::17", "203.0.113.0/24"),
    "iban": ("GB82 WEST 1234 5698 7654 32", "DE89370400440532013000", "NO93 8601 1117 947"),
    "card": ("4111 1111 1111 1111", "5500-0055-5555-5559", "378282246310005"),
    "passport": ("L898902C36UTO7408122F1204159ZE184226B<<<<<10",),
    "person": ("Ann Example", "ANN EXAMPLE", "Jordis Muster", "王伟", "Hope", "Ann\u200b Example"),
    "user": ("jexample", "svc_backup"),
}
EACH = [(kind, text) for kind, texts in PLANTED.items() for text in texts]
FIELDS = (
    "title", "addressee", "marking", "status", "id", "label", "header", "heading", "paragraph",
    "bullet", "caption", "head", "cell",
)  # fmt: skip


def draft(audience="external", **words):
    """A draft whose every field says nothing, but for what is planted."""

    def said(name):
        return words.get(name, "nothing of the kind")

    def run(name):
        return (Text("Of note: "), Text(said(name), outside=True), Text("."))

    return Draft(
        id=said("id"), template="tpl.note_verbale", title=said("title"), purpose="to tell",
        audience=audience, addressee=said("addressee"), language="en", direction="ltr",
        status=said("status"), marking=said("marking"), created="2026-11-28T08:00:00Z",
        header=(Field(said("label"), run("header")),),
        blocks=(
            Heading(said("heading")), Paragraph(run("paragraph")), Bullets((run("bullet"),)),
            Table(said("caption"), (said("head"),), ((run("cell"),),)),
        ),
        labels=Labels("a", "b", "c", "d", "e", "f"), before_release=("call ann@example.net",),
    )  # fmt: skip


def kinds(found):
    return {one.kind for one in found}


@pytest.mark.parametrize(("kind", "text"), EACH)
def test_each_form_is_found_however_it_is_written(kind, text):
    found = scan(draft(paragraph=f"It is {text}, they say"), KNOWN)
    assert [one.kind for one in found] == [kind], found
    assert str(found[0].why)


@given(st.sampled_from(EACH), st.sampled_from(FIELDS), st.text(max_size=20))
def test_what_is_planted_in_any_field_is_found(planted, field, before):
    kind, text = planted
    found = scan(draft(**{field: f"{before} | {text} | end"}), KNOWN)
    assert kind in kinds(found), found


def test_no_word_that_leaves_is_left_out_of_the_scan():
    """Planted into every string that a draft is made of, but for what nobody reads in it."""
    unread = {"template", "purpose", "audience", "language", "direction", "created", "labels",
              "type"}  # fmt: skip
    planted: list[str] = []

    def walk(value, *, read=True):
        if isinstance(value, dict):
            return {key: walk(one, read=read and key not in unread) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [walk(one, read=read) for one in value]
        if isinstance(value, str) and read:
            planted.append(f"u{len(planted)}@example.org")
            return f" {planted[-1]} "
        return value

    whole = walk(msgspec.to_builtins(final(draft(), "RELEASED")))
    found = scan(msgspec.convert(whole, Draft), NOBODY)
    mails = " ".join(one.text for one in found)
    assert [mail for mail in planted if mail not in mails] == []
    assert len(planted) > len(FIELDS)


@given(st.text(max_size=400), st.sampled_from(FIELDS))
def test_no_text_stops_the_scan(text, field):
    for one in scan(draft(**{field: text}), KNOWN):
        assert one.kind in KIND_NAMES
        assert one.where


@given(st.text(alphabet="0123456789 -+()<>ABCDEFX@.:[]", max_size=200))
def test_no_row_of_digits_stops_the_scan(text):
    scan(draft(paragraph=text), KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "CVE-2021-34527, KB5004945, build 10.0.19041",
        "2026-11-28T08:00Z, 28 November 2026, TLP:AMBER+STRICT",
        "4111 1111 1111 1112",  # the check digit is wrong
        "GB82 WEST 1234 5698 7654 33",
        "9999 9999 9999 9995",  # nobody gives out such numbers
        "d41d8cd98f00b204e9800998ecf8427e",
        "A/RES/76/19, article 33(1), paragraph 71 (g)",
        "we hope that the admin of the service answers",  # ordinary words, and a system's account
        "L898902C37UTO7408122F1204159ZE184226B<<<<<10",
    ],
)
def test_what_has_no_such_form_is_not_listed(text):
    assert scan(draft(paragraph=text), KNOWN) == ()


def test_a_number_without_a_country_is_read_as_those_of_the_own_state():
    said = draft(paragraph="call 01 42 68 53 00")
    assert kinds(scan(said, KNOWN)) == {"telephone"}
    assert scan(said, NOBODY) == ()


def test_a_document_for_inside_lists_nothing_because_it_never_leaves():
    assert scan(draft("internal", paragraph="ann@example.org"), KNOWN) == ()


def test_what_stands_in_several_places_is_listed_once_with_each():
    (one,) = scan(draft(heading="ann@example.org", cell="ann@example.org"), NOBODY)
    assert [str(where).partition(" ")[0] for where in one.where] == ["under", "the"]


def test_an_address_that_a_report_holds_says_so():
    (one,) = scan(draft(paragraph="Jan@Example.org"), KNOWN)
    assert "stands in a report" in str(one.why)


@given(st.lists(st.sampled_from(EACH), unique=True), st.lists(st.sampled_from(EACH), unique=True))
def test_two_drafts_have_one_list_only_if_they_are_the_same(one, other):
    drafts = [draft(paragraph="; ".join(text for _, text in planted)) for planted in (one, other)]
    lists = [digest(said, scan(said, KNOWN)) for said in drafts]
    assert (lists[0] == lists[1]) is (one == other)
    assert (lists[0] == "") is (not one)


def test_nobody_tries_out_what_stood_in_a_draft_with_the_list_alone():
    found = (Finding("e-mail", "ann@example.org", (), KIND_NAMES["e-mail"]),)
    assert digest(draft(), found) != digest(draft(title="another"), found)
