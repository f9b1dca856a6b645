"""Every page against every role, and against those who hold none."""

import itertools

import pytest
from django.urls import URLPattern, get_resolver, reverse

from comity.access.roles import Act, Actor, Role
from comity.node.invitations import change_role
from comity.node.models import Entry, Job, Object
from comity.web.gatekeeper import OPEN, SETTING_UP
from comity.web.urls import urlpatterns
from tests.node_cast import account, browser

# What each page is for: written by hand, so that a page that asks for another right shows here.
PAGES = {
    "today": Act.READ_INCIDENTS,
    "incidents": Act.READ_INCIDENTS,
    "open_incident": Act.OPEN_INCIDENT,
    "incident": Act.READ_INCIDENTS,
    "add_reports": Act.IMPORT,
    "open_from_misp": Act.OPEN_INCIDENT,
    "fetch_event": Act.IMPORT,
    "ticket": Act.STATE_FACTS,
    "ticket_off": Act.STATE_FACTS,
    "facts": Act.STATE_FACTS,
    "assess": Act.ASSESS,
    "diplomatic": Act.READ_DIPLOMATIC,
    "technical": Act.READ_TECHNICAL,
    "attribution": Act.READ_TECHNICAL,
    "attribute": Act.ATTRIBUTE,
    "objects": Act.READ_TECHNICAL,
    "object": Act.READ_TECHNICAL,
    "graph": Act.READ_TECHNICAL,
    "timeline": Act.READ_INCIDENTS,
    "search": Act.READ_INCIDENTS,
    "documents": Act.READ_DIPLOMATIC,
    "take_up": Act.DRAFT,
    "document": Act.READ_DIPLOMATIC,
    "complete": Act.DRAFT,
    "approve": Act.APPROVE,
    "release": Act.RELEASE,
    "carry": Act.CARRY,
    "file": Act.READ_DIPLOMATIC,
    "word": Act.DECONFLICT,
    "bundles": Act.READ_SHARED,
    "put_together": Act.SHARE,
    "consent": Act.SHARE,
    "handling": Act.SHARE,
    "bundle": Act.READ_SHARED,
    "bundle_file": Act.READ_SHARED,
    "tell_sightings": Act.SHARE,
    "sightings": Act.READ_SHARED,
    "send_sightings": Act.SHARE,
    "going_on": Act.READ_INCIDENTS,
    "jobs": Act.READ_INCIDENTS,
    "job": Act.READ_INCIDENTS,
    "job_again": Act.ASSESS,
    "watch": Act.READ_WATCH,
    "watch_note": Act.KEEP_WATCH,
    "hand_over": Act.KEEP_WATCH,
    "take_over": Act.KEEP_WATCH,
    "knowledge": Act.READ_INCIDENTS,
    "pack": Act.READ_INCIDENTS,
    "entry": Act.READ_INCIDENTS,
    "entry_states": Act.READ_INCIDENTS,
    "record": Act.READ_RECORD,
    "proof": Act.READ_RECORD,
    "person_export": Act.TELL_PERSON,
    "retention": Act.ERASE,
    "retention_rule": Act.ERASE,
    "hold": Act.HOLD,
    "quarantine": Act.QUARANTINE,
    "give_back": Act.ERASE,
    "erasures": Act.ERASE,
    "erase": Act.ERASE,
    "released": Act.READ_RELEASED,
    "released_one": Act.READ_RELEASED,
    "released_file": Act.READ_RELEASED,
    "deputies": Act.NAME_DEPUTY,
    "organisation": Act.MANAGE_ACCOUNTS,
    "administration": Act.MANAGE_ACCOUNTS,
    "people": Act.MANAGE_ACCOUNTS,
    "invite": Act.MANAGE_ACCOUNTS,
    "roles": Act.MANAGE_ACCOUNTS,
    "clearances": Act.MANAGE_ACCOUNTS,
    "close_account": Act.MANAGE_ACCOUNTS,
    "tokens": Act.MAKE_TOKENS,
    "make_token": Act.MAKE_TOKENS,
    "revoke_token": Act.MAKE_TOKENS,
}
# Who may open it, in the words of a head of desk.
DESK = {Role.DUTY_OFFICER, Role.DIPLOMAT, Role.LEGAL, Role.RELEASING}
MAY = {
    Act.READ_INCIDENTS: DESK | {Role.ANALYST, Role.AUDITOR},
    Act.OPEN_INCIDENT: DESK | {Role.ANALYST},
    Act.IMPORT: DESK | {Role.ANALYST},
    Act.STATE_FACTS: DESK | {Role.ANALYST},
    Act.ASSESS: DESK | {Role.ANALYST},
    Act.ATTRIBUTE: {Role.DUTY_OFFICER, Role.ANALYST, Role.RELEASING},
    Act.READ_DIPLOMATIC: DESK | {Role.AUDITOR},
    Act.READ_TECHNICAL: {Role.DUTY_OFFICER, Role.ANALYST, Role.RELEASING, Role.AUDITOR},
    Act.DRAFT: DESK,
    Act.APPROVE: {Role.RELEASING, Role.LEGAL},
    Act.RELEASE: {Role.RELEASING},
    Act.SHARE: {Role.DUTY_OFFICER, Role.ANALYST, Role.RELEASING},
    Act.READ_SHARED: {
        Role.DUTY_OFFICER,
        Role.ANALYST,
        Role.RELEASING,
        Role.LEGAL,
        Role.AUDITOR,
    },
    Act.DECONFLICT: DESK | {Role.ANALYST},
    Act.CARRY: DESK,
    Act.READ_WATCH: DESK | {Role.ANALYST, Role.AUDITOR},
    Act.KEEP_WATCH: DESK | {Role.ANALYST},
    Act.READ_RECORD: DESK | {Role.ANALYST, Role.AUDITOR},
    Act.QUARANTINE: DESK | {Role.ANALYST, Role.AUDITOR},
    Act.ERASE: {Role.RELEASING, Role.LEGAL},
    Act.HOLD: {Role.RELEASING, Role.LEGAL},
    Act.TELL_PERSON: {Role.RELEASING, Role.LEGAL},
    Act.MANAGE_ACCOUNTS: {Role.ADMINISTRATOR},
    Act.NAME_DEPUTY: {Role.RELEASING, Role.LEGAL},
    Act.READ_RELEASED: {Role.GUEST},
    Act.MAKE_TOKENS: set(Role),
}
OWN = [pattern for pattern in urlpatterns if isinstance(pattern, URLPattern)]
# For whoever has both factors, whatever their roles: their own account.
OF_ACCOUNT = {"identities", "tie", "untie"}


OF_INCIDENT = (
    "incident", "add_reports", "facts", "assess", "diplomatic", "technical", "documents", "take_up",
    "going_on", "attribution", "attribute",
    "objects", "graph", "timeline", "bundles", "put_together", "consent", "handling", "hold",
    "fetch_event", "ticket", "ticket_off",
)  # fmt: skip
OF_DOCUMENT = (
    "document",
    "complete",
    "approve",
    "release",
    "carry",
    "file",
    "word",
    "bundle",
    "bundle_file",
    "sightings",
    "send_sightings",
)


def address(name, incident):
    keys = {
        **{page: [incident.key] for page in OF_INCIDENT},
        **{page: [incident.key, paper_of(incident)] for page in OF_DOCUMENT},
        "tell_sightings": [incident.key, 1],
        "object": [incident.key, *first_object(incident)],
        "proof": [0],
        "erase": [0],
        "retention_rule": ["watch"],
        "quarantine": [0],
        "give_back": [0],
        **{page: [Job.objects.order_by("pk")[0].key] for page in ("job", "job_again")},
        "revoke_token": [1],
        "pack": ["norms"],
        "entry": ["law.eu.nis2"],
        "entry_states": ["law.eu.nis2"],
        **{
            page: [incident.opened_by.rpartition("(")[2].rstrip(")")]
            for page in ("roles", "clearances", "close_account", "organisation")
        },
        "join": ["no-such-token"],
        **{page: [paper_of(incident)] for page in ("released_one", "released_file")},
        **{name: ["ministry"] for name in OPEN | {"tie"} if name.startswith(("sign_on", "tie"))},
        "untie": [1],
    }
    more = ["pdf"] if name in ("file", "released_file") else []
    return reverse(name, args=[*keys.get(name, []), *more])


def first_object(incident):
    row = Object.objects.filter(entry__incident=incident.key)[0]
    return [row.entry_id, row.place]


def paper_of(incident):
    return Entry.objects.filter(incident=incident.key, kind="document").values_list(
        "document", flat=True
    )[0]


@pytest.fixture
def incident(owner, incident):
    """The owner's incident, with a document in work."""
    owner.post(f"/incidents/{incident.key}/documents/new", {"draft": "sitrep"})
    return incident


def ask(client, name, incident, method):
    return getattr(client, method)(address(name, incident))


def test_every_route_is_in_the_table_or_open_to_all():
    assert {pattern.name for pattern in OWN} == PAGES.keys() | OF_ACCOUNT | (
        {pattern.name for pattern in OWN} & SETTING_UP
    )
    assert not (PAGES.keys() | OF_ACCOUNT) & SETTING_UP


@pytest.mark.parametrize("role", Role)
def test_each_page_opens_for_its_roles_and_for_no_other(role, incident):
    colleague = browser(account("Colleague", role))
    for (name, act), method in itertools.product(PAGES.items(), ("get", "post")):
        status = ask(colleague, name, incident, method).status_code
        allowed = role in MAY[act]
        if name == "today" and role in (Role.GUEST, Role.ADMINISTRATOR):
            assert status in (302, 405)  # to the page that they came for
            continue
        assert (status != 403) is allowed or status == 405 or name == "job_again"
        fine = {
            "job_again": (403, 405),
            **dict.fromkeys(
                (
                    "file",
                    "bundle",
                    "bundle_file",
                    "released_one",
                    "released_file",
                    "open_from_misp",
                    "fetch_event",  # on a node without MISP
                    "tell_sightings",
                    "sightings",
                    "send_sightings",
                ),
                (200, 302, 404, 405, 422),
            ),
        }.get(name, (200, 302, 405, 422))
        assert status in (fine if allowed else (403, 405)), (name, status)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_who_holds_no_role_opens_nothing(method, incident, stranger):
    for name in PAGES:
        assert ask(stranger, name, incident, method).status_code in (403, 405), name


@pytest.mark.parametrize("method", ["get", "post"])
def test_without_signing_in_every_page_leads_to_the_sign_in(method, incident):
    for name in [*PAGES, *OF_ACCOUNT]:
        answer = ask(browser(), name, incident, method)
        assert answer.status_code == 302, name
        assert answer["Location"].startswith("/accounts/login/?next="), name


@pytest.mark.parametrize("method", ["get", "post"])
def test_without_a_second_factor_every_page_leads_to_setting_one_up(method, incident):
    person = browser(account("Colleague", *Role, second_factor=False))
    for name in [*PAGES, *OF_ACCOUNT]:
        answer = ask(person, name, incident, method)
        assert (answer.status_code, answer["Location"]) == (302, "/second-factor"), name


def test_the_pages_of_accounts_need_both_factors_too_but_those_that_set_them_up(home):
    half = browser(account("Colleague", second_factor=False))
    for path in ("/accounts/password/change/", "/accounts/email/", "/accounts/2fa/webauthn/"):
        assert browser().get(path)["Location"].startswith("/accounts/login/"), path
        assert half.get(path)["Location"] == "/second-factor", path


def test_the_pages_of_one_s_own_account_open_without_a_role(incident, stranger):
    assert stranger.get("/accounts/identities/").status_code == 200
    for name in OF_ACCOUNT - {"identities"}:
        assert "reauthenticate" in stranger.post(address(name, incident))["Location"], name


def test_no_route_is_there_by_which_a_provider_makes_an_account():
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert "account_login" in names
    assert {name for name in names if name.startswith(("socialaccount", "openid", "saml"))} == set()


def test_what_is_open_to_all_says_nothing_of_a_case(incident):
    for name in OPEN & {pattern.name for pattern in OWN}:
        body = browser().get(address(name, incident)).content.decode()
        assert incident.title not in body
        assert incident.key not in body


def test_a_part_that_is_for_other_roles_is_named_but_not_linked(incident):
    analyst = browser(account("Colleague", Role.ANALYST))
    page = analyst.get(f"/incidents/{incident.key}/").content.decode()
    assert "for other roles" in page
    assert f"/incidents/{incident.key}/diplomatic" not in page
    assert f"/incidents/{incident.key}/technical" in page


def test_a_role_that_is_taken_away_ends_at_once(incident):
    person = account("Colleague", Role.LEGAL)
    client = browser(person)
    assert client.get("/incidents/").status_code == 200
    administrator = account("Administrator", Role.ADMINISTRATOR)
    actor = Actor(
        str(administrator.key), "Administrator", frozenset({Role.ADMINISTRATOR}), second_factor=True
    )
    change_role(
        actor, administrator.signature, person, Role.LEGAL, granted=False, reason="left the desk"
    )
    assert client.get("/incidents/").status_code == 403
