"""Every operation against every role, and against tokens that are dead or made for other things."""

import itertools
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import URLPattern

from comity.access.roles import SCOPES, Act, Role
from comity.api.routes import ENDPOINTS
from comity.node import tokens
from comity.node.models import Account, Entry, Job, Token
from comity.node.services import now
from comity.web.urls import urlpatterns
from tests.api.asking import ask, somebody, token_of
from tests.node_cast import account, browser
from tests.web.test_rights import MAY

# What each operation is for: written by hand, so that one that asks for another right shows here.
NEEDS = {
    "openapi": "nothing",
    "me": "a token",
    "revoke_token": "a token",
    "list_incidents": Act.READ_INCIDENTS,
    "open_incident": Act.OPEN_INCIDENT,
    "show_incident": Act.READ_INCIDENTS,
    "list_reports": Act.IMPORT,
    "add_reports": Act.IMPORT,
    "open_from_misp": Act.OPEN_INCIDENT,
    "fetch_event": Act.IMPORT,
    "list_tickets": Act.READ_INCIDENTS,
    "note_ticket": Act.STATE_FACTS,
    "take_off_ticket": Act.STATE_FACTS,
    "list_facts": Act.STATE_FACTS,
    "state_facts": Act.STATE_FACTS,
    "assess_incident": Act.ASSESS,
    "show_attribution": Act.READ_TECHNICAL,
    "attribute_incident": Act.ATTRIBUTE,
    "list_jobs": Act.READ_INCIDENTS,
    "show_job": Act.READ_INCIDENTS,
    "begin_job_again": Act.ASSESS,
    "show_watch": Act.READ_WATCH,
    "note_on_watch": Act.KEEP_WATCH,
    "hand_over_watch": Act.KEEP_WATCH,
    "take_over_watch": Act.KEEP_WATCH,
    "list_objects": Act.READ_TECHNICAL,
    "show_object": Act.READ_TECHNICAL,
    "show_timeline": Act.READ_INCIDENTS,
    "find_everywhere": Act.READ_INCIDENTS,
    "list_packs": Act.READ_INCIDENTS,
    "list_knowledge": Act.READ_INCIDENTS,
    "show_knowledge": Act.READ_INCIDENTS,
    "list_standings": Act.READ_INCIDENTS,
    "list_vocabulary": Act.STATE_FACTS,
    "show_summary": Act.READ_INCIDENTS,
    "show_diplomatic": Act.READ_DIPLOMATIC,
    "show_technical": Act.READ_TECHNICAL,
    "list_drafts": Act.READ_DIPLOMATIC,
    "list_documents": Act.READ_DIPLOMATIC,
    "take_up_draft": Act.DRAFT,
    "show_document": Act.READ_DIPLOMATIC,
    "complete_document": Act.DRAFT,
    "approve_document": Act.APPROVE,
    "release_document": Act.RELEASE,
    "carry_document": Act.CARRY,
    "take_file": Act.READ_DIPLOMATIC,
    "list_bundles": Act.READ_SHARED,
    "preview_bundle": Act.SHARE,
    "put_bundle_together": Act.SHARE,
    "show_bundle": Act.READ_SHARED,
    "take_bundle": Act.READ_SHARED,
    "list_consents": Act.READ_SHARED,
    "note_consent": Act.SHARE,
    "list_handling": Act.READ_SHARED,
    "note_handling": Act.SHARE,
    "note_word": Act.DECONFLICT,
    "list_events": Act.READ_TECHNICAL,
    "list_sightings": Act.READ_SHARED,
    "put_sightings_together": Act.SHARE,
    "show_sightings": Act.READ_SHARED,
    "send_sightings": Act.SHARE,
    "show_record": Act.READ_RECORD,
    "verify_record": Act.READ_RECORD,
    "list_entries": Act.READ_RECORD,
    "quarantine_entry": Act.QUARANTINE,
    "prove_entry": Act.READ_RECORD,
    "export_person": Act.TELL_PERSON,
    "show_retention": Act.READ_RECORD,
    "hold_incident": Act.HOLD,
    "show_administration": Act.MANAGE_ACCOUNTS,
    "list_people": Act.MANAGE_ACCOUNTS,
    "invite_person": Act.MANAGE_ACCOUNTS,
    "change_role": Act.MANAGE_ACCOUNTS,
    "change_clearance": Act.MANAGE_ACCOUNTS,
    "close_account": Act.MANAGE_ACCOUNTS,
    "change_organisation": Act.MANAGE_ACCOUNTS,
    "list_released": Act.READ_RELEASED,
    "take_released": Act.READ_RELEASED,
}
# Which operations do what a page does. A page without one has its reason here.
PAGES = {
    "open_incident": ("open_incident", "assess_incident"),
    "incidents": ("list_incidents",),
    "incident": ("show_incident", "show_summary"),
    "add_reports": ("add_reports", "list_reports"),
    "open_from_misp": ("open_from_misp",),
    "fetch_event": ("fetch_event",),
    "ticket": ("note_ticket", "list_tickets"),
    "ticket_off": ("take_off_ticket",),
    "facts": ("state_facts", "list_facts", "list_vocabulary", "assess_incident"),
    "assess": ("assess_incident",),
    "diplomatic": ("show_diplomatic",),
    "technical": ("show_technical",),
    "attribution": ("show_attribution",),
    "attribute": ("attribute_incident",),
    "jobs": ("list_jobs",),
    "job": ("show_job",),
    "job_again": ("begin_job_again",),
    "going_on": (),  # a part of the incident's page
    "watch": ("show_watch", "list_entries"),
    "watch_note": ("note_on_watch",),
    "hand_over": ("hand_over_watch",),
    "take_over": ("take_over_watch",),
    "quarantine": ("quarantine_entry",),
    "give_back": (),  # an officer with a password
    "erasures": (),  # content goes on the word of two persons, each with a password
    "erase": (),
    "objects": ("list_objects",),
    "object": ("show_object",),
    "graph": ("list_objects", "show_object"),  # a picture of the links
    "timeline": ("show_timeline",),
    "search": ("find_everywhere",),
    "knowledge": ("list_packs", "list_knowledge"),
    "pack": ("list_knowledge",),
    "entry": ("show_knowledge",),
    "entry_states": ("list_standings",),
    "documents": ("list_documents", "list_drafts"),
    "take_up": ("take_up_draft",),
    "document": ("show_document",),
    "complete": ("complete_document",),
    "approve": ("approve_document",),
    "release": ("release_document",),
    "carry": ("carry_document",),
    "file": ("take_file",),
    "word": ("note_word",),
    "bundles": ("list_bundles", "list_consents", "list_handling"),
    "put_together": ("preview_bundle", "put_bundle_together"),
    "consent": ("note_consent",),
    "handling": ("note_handling",),
    "bundle": ("show_bundle",),
    "bundle_file": ("take_bundle",),
    "tell_sightings": ("put_sightings_together", "list_events"),
    "sightings": ("show_sightings", "list_sightings"),
    "send_sightings": ("send_sightings",),
    "record": ("show_record", "list_entries", "verify_record"),
    "proof": ("prove_entry",),
    "person_export": ("export_person",),
    "retention": ("show_retention",),
    "retention_rule": (),  # two persons, each with a password
    "hold": ("hold_incident",),
    "administration": ("show_administration",),
    "people": ("list_people",),
    "organisation": ("change_organisation",),
    "released": ("list_released",),
    "released_one": ("take_released",),
    "released_file": ("take_released",),
    "deputies": (),  # takes a person and a password each time
    "invite": ("invite_person",),
    "roles": ("change_role", "list_people"),
    "clearances": ("change_clearance", "list_people"),
    "close_account": ("close_account",),
    "today": (),  # a view over incidents, clocks and documents, which have operations
    "tokens": ("me",),
    "make_token": (),  # takes a person with a password and a second factor, never another token
    "revoke_token": ("revoke_token",),
    "alive": (),  # says ok
    "dossier_css": (),  # looks
    "join": (),  # a person makes an account and a second factor
    "second_factor": (),
    # A person says at a provider who they are, and ties that to their account.
    **dict.fromkeys(
        (
            "sign_on",
            "sign_on_back",
            "sign_on_answer",
            "sign_on_finish",
            "sign_on_metadata",
            "identities",
            "tie",
            "untie",
        ),
        (),
    ),
}
BY_NAME = {one.name: one for one in ENDPOINTS}


@pytest.fixture
def incident(owner, incident):
    """The owner's incident, with a document in work."""
    owner.post(f"/incidents/{incident.key}/documents/new", {"draft": "sitrep"})
    return incident


def send(endpoint, incident, token, body=None):
    """The operation on things that are there, with an empty object where it takes a body."""
    document = Entry.objects.filter(kind="document").first()
    parts = {
        "key": incident.key,
        "document": document.document if document else uuid4(),
        "form": "pdf",
        "index": 0,
        "entry": 2,
        "place": 1,
        "ident": "law.eu.nis2",
        "job": Job.objects.order_by("pk")[0].key,
        "account": uuid4(),  # nobody: whoever may close accounts closes none here
    }
    value = (body or {}) if endpoint.body else None
    path = endpoint.path.format(**parts).lstrip("/")
    return ask(endpoint.method, path, token, value, query="q=x" if path == "search" else "")


def test_every_operation_is_in_the_table_and_takes_the_right_that_stands_there():
    assert {one.name: one.needs for one in ENDPOINTS} == NEEDS


def test_everything_that_a_page_does_can_be_done_by_a_program():
    routes = {pattern.name for pattern in urlpatterns if isinstance(pattern, URLPattern)}
    assert routes == set(PAGES)
    assert set(itertools.chain(*PAGES.values())) == set(NEEDS) - {"openapi"}


@pytest.mark.parametrize("role", Role)
def test_each_operation_opens_for_its_roles_and_for_no_other(role, incident):
    person = account("Colleague", role)
    for name, needs in NEEDS.items():
        reply = send(BY_NAME[name], incident, token_of(person))
        if isinstance(needs, Act) and role not in MAY[needs]:
            reply.refused(403, "takes one of these roles")
        else:
            own = name == "begin_job_again"  # which only who asked for it begins anew
            assert reply.status in (200, 201, 202, 403 if own else 404, 404, 422), (
                name,
                reply.body,
            )


def test_the_owner_has_the_rights_of_a_duty_officer_and_no_more(incident):
    person = Account.objects.get(name="Owner")
    for name, needs in NEEDS.items():
        allowed = not isinstance(needs, Act) or Role.DUTY_OFFICER in MAY[needs]
        status = send(BY_NAME[name], incident, token_of(person)).status
        assert (status != 403) is allowed, (name, status)


def test_a_stranger_whose_roles_were_taken_away_learns_only_who_they_are(incident):
    person = account("Stranger")
    for name, needs in NEEDS.items():
        reply = send(BY_NAME[name], incident, token_of(person))
        if isinstance(needs, Act):
            reply.refused(403)
        else:
            assert reply.status == 200, name


@pytest.mark.parametrize("name", [name for name, needs in NEEDS.items() if needs != "nothing"])
def test_a_token_that_is_missing_wrong_or_dead_opens_nothing(name, incident):
    person = account("Colleague", *Role)
    expired, revoked, closed = (token_of(person) for _ in range(3))
    of_closed = somebody("Gone", *Role)
    rows = Token.objects.filter(account=person).order_by("pk")
    rows.filter(pk=rows[0].pk).update(expires_at=now())
    tokens.revoke(person, rows[1].pk, now())
    Account.objects.filter(name="Gone").update(is_active=False)
    dead = (None, "nonsense", tokens.PREFIX + "A" * 43, expired, revoked, of_closed)
    answers = [send(BY_NAME[name], incident, token) for token in dead]
    for answer in answers:
        answer.refused(401, "make one on the page Tokens")
        assert answer.headers["www-authenticate"] == "Bearer"
    # Nobody learns which of these it was.
    assert len({(str(answer.headers), answer.body) for answer in answers}) == 1
    assert send(BY_NAME[name], incident, closed).status != 401


@pytest.mark.parametrize("act", sorted(SCOPES))
def test_out_of_scope_no_role_helps(act, incident):
    token = somebody("Colleague", *Role, scopes=SCOPES - {act})
    for name, needs in NEEDS.items():
        if needs == act:
            send(BY_NAME[name], incident, token).refused(403, f"not made to {act.value}")


def test_a_role_that_is_taken_away_ends_at_once_for_tokens_too(incident):
    from tests.web.test_rights import test_a_role_that_is_taken_away_ends_at_once  # noqa: PLC0415

    test_a_role_that_is_taken_away_ends_at_once(incident)
    person = Account.objects.get(name="Colleague")
    ask("GET", "incidents", token_of(person)).refused(403)


def test_a_token_opens_no_page(incident, duty):
    answer = browser().get("/incidents/", headers={"Authorization": f"Bearer {duty}"})
    assert answer.status_code == 302


def test_a_session_opens_nothing_of_the_api(incident, owner):
    cookie = owner.cookies["sessionid"].value
    ask("GET", "incidents", HTTP_COOKIE=f"sessionid={cookie}").refused(401)


def test_the_token_of_somebody_who_closed_for_good_is_dead(incident):
    person = account("Leaver", Role.DIPLOMAT)
    token = token_of(person)
    administrator = somebody("Administrator", Role.ADMINISTRATOR)
    ask("GET", "me", token).done()
    path = f"people/{person.key}/close"
    closed = ask("POST", path, administrator, {"reason": "left the desk"}).done()
    assert closed["closed"]
    assert closed["roles"] == []
    ask("GET", "me", token).refused(401)


def test_a_token_works_until_its_last_second(incident):
    person = account("Colleague", Role.DIPLOMAT)
    at = now()
    token = tokens.make(person, "x", [Act.READ_INCIDENTS], timedelta(hours=1), at=at)
    assert tokens.find(token, at + timedelta(minutes=59, seconds=59))
    assert tokens.find(token, at + timedelta(hours=1)) is None
