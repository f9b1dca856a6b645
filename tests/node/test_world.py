"""The world of a demonstration is made by its people, like any other."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from comity.access.roles import Actor, Role
from comity.cli.assess import examples
from comity.node import demonstration, projections, world
from comity.node.cases import dossier_of
from comity.node.models import Account, Entry, Incident
from comity.node.papers import desk_of, file_of, in_work
from comity.node.projections import roles_of
from tests.node_cast import BACKEND, account
from tests.tables import state
from tests.web.test_documents import text


@pytest.fixture
def made(home):
    return world.make(examples(), lambda _text: None)


def papers(record):
    exercise = Incident.objects.get(title__startswith="EXERCISE")
    return {paper.template: paper for paper in in_work(record, exercise.key)}


def test_each_role_is_held_by_one_account_with_two_factors(made, record):
    assert [login.email for login in made.accounts] == [f"{role}@demo.example" for role in Role]
    for role, login in zip(Role, made.accounts, strict=True):
        person = Account.objects.get(email=login.email)
        assert roles_of(str(person.key)) == {role}
        assert person.check_password(login.password)
        second = Authenticator.objects.get(user=person).wrap()
        assert second.validate_code(world.code_now(login.secret))


def test_no_entry_is_by_anybody_but_the_cast(made, record):
    cast = {person.signature for person in Account.objects.all()}
    first = Entry.objects.get(index=0)
    assert (first.kind, first.by) == ("role", "operator (local)")
    assert set(Entry.objects.exclude(index=0).values_list("by", flat=True)) <= cast


def test_the_three_incidents_are_opened_by_three_roles_and_assessed(made, record):
    incidents = Incident.objects.all()
    assert len({incident.opened_by for incident in incidents}) == 3
    assert all(dossier_of(record, incident) and not incident.stale for incident in incidents)


def test_documents_stand_in_every_state(made, record):
    found = papers(record)
    assert not found["tpl.consultation"].current.complete
    waiting = found["tpl.mitigation"]
    assert waiting.current.complete
    assert not waiting.of_current()
    assert found["tpl.information"].approved
    assert found["tpl.information"].released is None
    assert found["tpl.note_verbale"].turned_down
    sent = found["tpl.notification"]
    assert sent.released is not None
    assert Entry.objects.filter(document=sent.document, kind="carriage").count() == 1


def test_a_fact_is_disputed_between_two_people_and_a_report_is_confirmed(made, record):
    exercise = Incident.objects.get(title__startswith="EXERCISE")
    dossier = dossier_of(record, exercise)
    assert dossier is not None
    facts = {fact.id: fact for fact in dossier.facts}
    assert facts["data.personal"].state == "disputed"
    assert facts["report.verified"].state == "known"
    assert any(clock.state == "running" for clock in dossier.clocks)


def test_a_rebuild_gives_the_same_tables(made, record):
    followed = state()
    projections.drop()
    projections.Tables().catch_up(record)
    assert state() == followed


def test_a_bundle_is_on_hold_and_a_guest_reads_what_was_released_to_their_state(made, record):
    held = papers(record)["bundle"]
    assert held.holding == ("csirt",)
    client = Client()
    client.force_login(Account.objects.get(email="guest@demo.example"), BACKEND)
    shown = text(client.get("/released/"))
    assert "You read for France" in shown
    assert papers(record)["tpl.notification"].title in shown
    assert held.title not in shown


def test_a_node_with_an_account_gets_no_world(home):
    account("Owner", Role.DUTY_OFFICER)
    assert world.make(examples(), lambda _text: None) is None
    assert not demonstration.here(home)
    assert not Incident.objects.exists()


def test_every_page_says_that_it_is_a_demonstration_and_so_do_files(made, record):
    client = Client()
    assert "Demonstration:" in text(client.get("/accounts/login/"))
    client.force_login(Account.objects.get(email="duty-officer@demo.example"), BACKEND)
    key = Incident.objects.get(title__startswith="EXERCISE").key
    for path in ("/", "/incidents/", f"/incidents/{key}/", "/record/", "/no-such-page"):
        assert "Demonstration:" in text(client.get(path)), path
    sent = papers(record)["tpl.notification"]
    with desk_of(Actor("officer", "Officer", frozenset()), "Officer") as desk:
        assert b"DEMONSTRATION, NOT REAL" in file_of(desk, sent, "html")
        assert b"Subject: DEMONSTRATION" in file_of(desk, sent, "eml")


def test_a_node_that_is_none_says_nothing_of_a_demonstration(owner):
    assert "Demonstration" not in text(owner.get("/"))
