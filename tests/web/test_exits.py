"""There is no second door: every route, command and format is an exit behind the gate, or none.

The tables are written by hand, so that a new route, command or format fails here until somebody
has said which it is.
"""

import argparse
import itertools
import uuid

import msgspec
import pytest
from django.urls import URLPattern

from comity.access.roles import Act, Actor, Role
from comity.actions.papers import draft_of
from comity.api.routes import ENDPOINTS
from comity.cli.main import parser
from comity.documents.drafts.files import FORMS
from comity.formats.stix_bundle import bundle_of
from comity.node import bundles, papers
from comity.node.guests import change_organisation, forms_of
from comity.node.models import Entry, Incident
from comity.node.projections import Tables
from comity.node.services import now, open_record
from comity.record import tiles
from comity.record.payload import Bundle, BundleFor, Release, encode, sha256_hex
from comity.stix.canonical import canonical
from comity.web.gatekeeper import OPEN
from comity.web.urls import urlpatterns
from tests.access.test_release import paper
from tests.api.asking import ask, token_of
from tests.api.test_rights import send
from tests.node.test_received import open_with
from tests.node_cast import account, browser
from tests.web import test_rights
from tests.web.sharing import AMBER, CLEAR
from tests.web.test_documents import ready

CANARY = "canary"
OUT = {"file", "bundle_file", "released", "released_one", "released_file"}
"""Routes by which released material leaves: the gate is asked at each request."""
OUT_API = {"take_file", "take_bundle", "list_released", "take_released"}
INSIDE = {
    "assess": "reads a file of the operator and writes a dossier for the operator",
    "convert": "rewrites a file of the operator with its markings",
    "intake": "asks the operator and writes a fact sheet for the operator",
    "demo": "writes a demonstration",
    "backup": "the whole node for its own operator, to be kept as the node is kept",
    "restore": "puts a backup back",
    "pack": "printed for the desk itself, to be kept in its safe",
    "record": "the operator's own record; a proof holds one entry and says so",
    "knowledge": "published things",
    "senders": "keys that the operator put in",
    "serve": "the pages and the API, which are in the other tables",
    "work": "tells MISP released sightings, and asks the gate at each: see test_sightings",
    "rebuild": "writes nothing outside of the data folder",
    "token": "keeps tokens of the operator",
    "identity": "public keys and what a node says of itself; private ones are locked, for holders",
    "witness": "public keys, sizes and hashes; no word of an entry",
    "held": "asks the API; what is held about a person, for the officer who answers that person",
    "approve": "asks the API",
    "release": "asks the API",
}
"""Commands, each with the reason why nothing leaves the organisation by it."""


def test_every_route_is_an_exit_or_asks_for_the_right_to_read_inside():
    routes = {pattern.name for pattern in urlpatterns if isinstance(pattern, URLPattern)}
    own = test_rights.OF_ACCOUNT | {"second_factor"}  # what a person does with their own account
    assert routes - OUT - OPEN - own <= test_rights.PAGES.keys()
    for name in OUT:
        assert test_rights.PAGES[name] in {
            Act.READ_DIPLOMATIC, Act.READ_SHARED, Act.READ_RELEASED,
        }  # fmt: skip


def test_every_answer_that_is_a_file_is_an_exit_or_a_proof():
    files = {one.name for one in ENDPOINTS if one.media != ("application/json",)}
    assert files <= OUT_API | {"prove_entry"}
    for_guests = {one.name for one in ENDPOINTS if one.needs is Act.READ_RELEASED}
    assert for_guests <= OUT_API


def test_every_command_says_why_nothing_leaves_by_it():
    (commands,) = (
        action.choices
        for action in parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    assert set(commands) == set(INSIDE)


def test_every_format_that_a_guest_may_take_is_one_that_the_desk_may_take():
    assert set(FORMS) | {"eml"} == set(papers.KINDS)
    for template, own in (("bundle", {"json"}), ("tpl.notification", set(papers.KINDS))):
        assert set(forms_of(paper(template=template))) <= own


@pytest.fixture
def full(owner, verified):
    """A node on which everything holds the word canary."""
    tool = {**CLEAR, "name": f"{CANARY}-object.example.org"}
    open_with(owner, tool, AMBER, title=f"{CANARY} of the title")
    incident = Incident.objects.get(title__startswith=CANARY)
    case = f"/incidents/{incident.key}/"
    facts = {"report.verified": "yes", "victim.state": "Estonia", "source": f"{CANARY} said so",
             "origin.territories": "France"}  # fmt: skip
    owner.post(f"{case}facts", facts)
    owner.post("/watch/take-over", {"reason": f"{CANARY} of the watch"})
    owner.post("/watch/note", {"text": f"{CANARY} of a note", "incident": incident.key})
    owner.post(f"{case}documents/new", {"draft": "sitrep"})
    owner.post(
        f"{case}sharing/new",
        {"whom": "organisation", "name": f"{CANARY} of a name", "purpose": "inform",
         "types": ["indicator"]},
    )  # fmt: skip
    assert Entry.objects.filter(kind="bundle").exists()
    return incident


def test_who_is_outside_sees_no_byte_of_a_case_at_any_route(full):
    people = {
        "nobody": browser(),
        "stranger": browser(account("Stranger")),
        "guest": browser(account("Guest", Role.GUEST)),
        "administrator": browser(account("Administrator", Role.ADMINISTRATOR)),
    }
    routes = [pattern.name for pattern in urlpatterns if isinstance(pattern, URLPattern)]
    for (who, client), name, method in itertools.product(people.items(), routes, ("get", "post")):
        answer = getattr(client, method)(test_rights.address(name, full))
        assert CANARY.encode() not in answer.content, (who, name, method)
        assert "Content-Disposition" not in answer.headers, (who, name, method)


def test_a_program_of_somebody_outside_gets_no_byte_of_a_case(full):
    tokens = {
        role: token_of(account(role.value, role)) for role in (Role.GUEST, Role.ADMINISTRATOR)
    }
    for (role, token), one in itertools.product(tokens.items(), ENDPOINTS):
        assert CANARY.encode() not in send(one, full, token).body, (role, one.name)


def test_monitors_and_witnesses_get_no_byte_of_a_case(full, home):
    """Their door asks for no token: what passes it are hashes, sizes, times and signatures."""
    (home / "witnesses.toml").write_text("monitors = true")
    with open_record() as record:
        size = record.size()
    paths = ["checkpoint", *(tiles.Tile(level, 0, size).path for level in (None, 0))]
    for path in paths:
        answer = ask("GET", f"/log/{path}")
        assert answer.status == 200
        assert CANARY.encode() not in answer.body, path
    bundle = ask("GET", f"/log/{tiles.Tile(None, 0, size).path}").body
    assert {len(entry) for entry in tiles.decode_bundle(bundle)} == {48}


@pytest.fixture
def slipped(owner, full):
    """A RED document and a bundle with AMBER in it, released on the record without the gate.

    No version of the node would do this: what stands in the record may be older than a rule.
    """
    ready(owner, full, draft="notification-fra", marking="TLP:RED")
    made = Entry.objects.filter(kind="document").order_by("-index")[0]
    raw = bundle_of([canonical(AMBER)])
    document = str(uuid.uuid4())
    fates = msgspec.json.encode([
        {"entry": Entry.objects.filter(kind="import").latest("index").index, "place": 2,
         "id": AMBER["id"], "fate": "whole", "why": [], "sent_as": AMBER["id"], "removed": []}
    ])  # fmt: skip
    said = {"at": now(), "by": "an older version", "incident": full.key, "account": "somebody"}
    bundle = Bundle(
        **said, document=document, audience="external", title="Objects for France",
        to=BundleFor(name="France", community=False, purpose="inform"),
        blobs=(sha256_hex(raw), sha256_hex(fates)),
    )  # fmt: skip
    with open_record() as record:
        assert draft_of(record, made.body).marking == "TLP:RED"
        record.append(
            [
                encode(bundle),
                *(
                    encode(Release(**said, document=key, body=body, approvals=(0,), reason=""))
                    for key, body in ((made.document, made.body), (document, sha256_hex(raw)))
                ),
            ],
            {sha256_hex(raw): raw, sha256_hex(fates): fates},
        )
        Tables().catch_up(record)
    return f"/incidents/{full.key}/", made.document, document


def test_what_the_gate_would_not_let_go_leaves_by_no_exit(slipped):
    case, document, bundle = slipped
    everybody = account("Everybody", *set(Role) - {Role.GUEST})
    client, token = browser(everybody), token_of(everybody)
    path = case.strip("/")
    for form in papers.KINDS:
        assert client.get(f"{case}documents/{document}/file.{form}").status_code == 403, form
        ask("GET", f"{path}/documents/{document}/file/{form}", token).refused(403, "gate")
    assert client.get(f"{case}sharing/{bundle}/bundle.json").status_code == 403
    ask("GET", f"{path}/bundles/{bundle}/file", token).refused(403, "gate decides otherwise")


def test_nor_does_a_guest_of_the_addressee_get_it(slipped, home):
    _case, document, bundle = slipped
    person = account("Guest", Role.GUEST)
    boss = account("Boss", Role.ADMINISTRATOR)
    actor = Actor(str(boss.key), "Boss", frozenset({Role.ADMINISTRATOR}), second_factor=True)
    change_organisation(actor, "Boss", person, "France", "liaison")
    client, token = browser(person), token_of(person)
    assert "Nothing yet" in client.get("/released/").content.decode()
    assert ask("GET", "released", token).done()["released"] == []
    for key, forms in ((document, papers.KINDS), (bundle, ("json",))):
        assert client.get(f"/released/{key}/").status_code == 404
        for form in forms:
            assert client.get(f"/released/{key}/file.{form}").status_code == 404
            ask("GET", f"released/{key}/file/{form}", token).refused(404)


def test_the_media_type_of_a_bundle_is_the_registered_one():
    assert bundles.KIND == "application/stix+json;version=2.1"
