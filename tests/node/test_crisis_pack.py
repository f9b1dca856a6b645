"""The crisis pack says who, what is due and how to reach others, and nothing else of a case."""

import datetime as dt

import pytest

from comity.access.roles import Role
from comity.cli.assess import examples
from comity.documents.crisis_pack import GOOD_FOR
from comity.documents.drafts.files import FORMS
from comity.documents.drafts.model import Table, lines_of, shown, text_of
from comity.errors import BadInput
from comity.knowledge.load.packs import shipped
from comity.node import world
from comity.node.cases import dossier_of
from comity.node.crisis_pack import pack_of_now
from comity.node.models import Incident
from comity.node.papers import in_work
from comity.node.services import now
from tests.node_cast import account


@pytest.fixture
def draft(home):
    world.make(examples(), lambda _text: None)
    return pack_of_now()


def table(draft, caption):
    (found,) = [b for b in draft.blocks if isinstance(b, Table) and b.caption == caption]
    return [["".join(map(shown, cell)) for cell in row] for row in found.rows]


def test_everybody_who_holds_a_role_is_on_the_list_in_the_order_of_the_roles(draft):
    rows = table(draft, "Accounts of this node")
    assert [row[2] for row in rows] == [f"{role}@demo.example" for role in Role]
    assert all(set(row[3]) == {"_"} for row in rows)  # telephones are written in by hand


def test_somebody_without_a_role_and_a_closed_account_are_not(home):
    account("Stranger")
    account("Owner", Role.DUTY_OFFICER, Role.LEGAL)
    gone = account("Gone", Role.LEGAL)
    gone.is_active = False
    gone.save()
    assert [row[:2] for row in table(pack_of_now(), "Accounts of this node")] == [
        ["duty officer, legal adviser", "Owner"]
    ]


def test_clocks_stand_with_their_due_time_in_utc_and_whether_they_are_sure(draft):
    rows = table(draft, "Clocks that run or may run")
    assert len(rows) == 3
    assert all("UTC" in row[0] for row in rows)
    assert "Send the early warning (running)" in rows[0][1]
    assert any("to be confirmed" in row[1] for row in rows)


def test_documents_are_named_by_kind_and_standing_alone(draft):
    rows = table(draft, "Kinds only: the documents themselves are on the node")
    assert {(row[0], row[2]) for row in rows} == {
        ("Note verbale", "not approved: to change"),
        ("Objects for others", "to approve"),
        ("Request for information", "approved: to release"),
        ("Request for mitigation", "to approve"),
    }


def test_nothing_of_a_case_but_titles_and_clocks_is_in_it(draft, record):
    text = text_of(draft)
    exercise = Incident.objects.get(title__startswith="EXERCISE")
    dossier = dossier_of(record, exercise)
    assert dossier is not None
    assert "France" not in text  # the addressee of every document of the exercise
    assert dossier.happened not in text
    for value in ("203.0.113.24", "cargo-update", "disputed between", "Harbour Example"):
        assert value not in text
    for paper in in_work(record, exercise.key):
        assert paper.title not in text


def test_channels_that_are_known_to_be_shut_are_left_out_and_unknown_ones_are_not(home, settings):
    account("Owner", Role.DUTY_OFFICER)
    settings.OWN_STATE = "EST"
    text = text_of(pack_of_now())
    shipped_ones = {channel.id: channel for channel in shipped().channels.values()}
    assert shipped_ones["ch.osce.cbm8"].title in text
    assert shipped_ones["ch.oas.poc"].title not in text  # Estonia is known not to be in the OAS
    assert shipped_ones["ch.g7.247"].title in text  # nobody knows whether it is in that network
    settings.OWN_STATE = None
    unset = pack_of_now()
    assert "not set" in text_of(unset)
    operating = [one for one in shipped_ones.values() if one.status == "operating"]
    assert len(table(unset, "Channels that are open, or may be")) == len(operating)


def test_the_form_asks_what_the_intake_would_ask_first(draft):
    rows = table(draft, "Nothing written means that it is not known")
    assert len(rows) == 15
    assert rows[0][1] == shipped().features["victim.state"].question
    assert rows[1][1] == shipped().features["incident.aware_at"].question


def test_it_names_the_keys_and_the_checkpoint_at_which_it_was_made(draft, record):
    keys, signed = record.keys(), record.checkpoint().decode()
    head = {field.label: "".join(map(shown, field.runs)) for field in draft.header}
    assert head["Node"] == keys.origin
    assert head["Key fingerprint"] == keys.fingerprint
    assert head["Last checkpoint"] == " · ".join(signed.splitlines()[1:3])


def test_it_says_until_when_it_is_good_and_that_a_demonstration_is_one(draft):
    until = now() + GOOD_FOR
    assert f"{until.day} " in draft.status
    assert draft.status.startswith("DEMONSTRATION, NOT REAL: INTERNAL, good until ")
    assert dt.timedelta(0) < GOOD_FOR <= dt.timedelta(days=1)


def test_it_is_printed_as_page_and_pdf_and_nothing_loads(draft):
    page = FORMS["html"](draft).decode()
    assert "src=" not in page
    assert "<script" not in page
    assert FORMS["pdf"](draft).startswith(b"%PDF")
    assert draft.blanks == ()
    assert not any("{" in "".join(map(shown, line)) for line in lines_of(draft))


def test_before_the_first_entry_there_is_nothing_to_pack(home):
    with pytest.raises(BadInput, match="nothing on the record"):
        pack_of_now()


def test_making_it_writes_nothing(draft, record):
    before = record.size()
    pack_of_now()
    assert record.size() == before
