"""Every page there is, on a node that is full of things: for everybody, in each direction.

Which pages there are comes from the routes: a new one fails here until it has an address.
"""

import json
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from django.urls import URLPattern, reverse
from playwright.sync_api import TimeoutError  # noqa: A004 - Playwright names it so

from comity.access.roles import Role
from comity.web.urls import urlpatterns
from tests.browser.person import PASSWORD, Person
from tests.formats.misp.events import EVENT
from tests.misp_server import serving, set_up
from tests.real_node import environment, keys_of

NO_PAGES = {
    "alive": "says ok to whoever watches the process",
    "dossier_css": "a style sheet",
    "file": "a document as a file",
    "bundle_file": "a bundle as a file",
    "released_file": "a released document as a file",
    "proof": "a proof as a file",
    "going_on": "a part of the pages of an incident",
    **dict.fromkeys(("sign_on_back", "sign_on_metadata"), "for a provider: see test_sign_on"),
    "join": "a link that works once: see test_node",
    "second_factor": "for who has none yet: see test_node",
    **dict.fromkeys(
        ("assess", "attribute", "take_up", "complete", "approve", "release", "carry", "word",
         "consent", "handling", "job_again", "watch_note", "close_account", "organisation",
         "revoke_token", "tie", "untie", "sign_on", "sign_on_answer", "sign_on_finish",
         "retention_rule", "give_back", "ticket", "ticket_off", "open_from_misp",
         "fetch_event", "send_sightings"),
        "answers to a form: only POST",
    ),
}  # fmt: skip
OF_ACCOUNTS = ("mfa_index", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_view_recovery_codes",
               "mfa_generate_recovery_codes", "account_change_password")  # fmt: skip
STOPS = "[...document.querySelectorAll('a[href],button,input,select,summary,textarea')]"


class Node:
    """The node of a demonstration as a process, and somebody who holds every role on it."""

    def __init__(self, home):
        self.home = home
        subprocess.run(
            [sys.executable, "-m", "comity", "demo", "--home", str(home)], check=True,
            capture_output=True, env=environment(),
        )  # fmt: skip
        (home / "retention.toml").write_text("[days]\nwatch = 1\nimport = 30\n")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://localhost:{free.getsockname()[1]}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "comity", "serve", "--home", str(home), "--url", self.url],
            stdout=subprocess.DEVNULL, env=environment(),
        )  # fmt: skip
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"{self.url}/alive", timeout=2):
                    break
            except (urllib.error.URLError, OSError):
                assert self.process.poll() is None
                time.sleep(0.2)
        self.keys = keys_of(home, Everybody=",".join(Role))["Everybody"]

    def ask(self, path, value=None, method=None):
        """An operation of the API, as everybody."""
        request = urllib.request.Request(
            f"{self.url}/api/v1/{path}",
            None if value is None else json.dumps(value).encode(),
            {"Authorization": f"Bearer {self.keys.token}"}
            | ({} if value is None else {"Content-Type": "application/json"}),
            method=method,
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    made = Node(tmp_path_factory.mktemp("every"))
    yield made
    made.process.terminate()
    made.process.wait(timeout=30)


@pytest.fixture(scope="module")
def misp(node):
    with serving() as misp:
        set_up(node.home, misp)
        yield misp


@pytest.fixture(scope="module")
def addresses(node, misp):
    """The address of each page that has one, by the name of its route."""
    incident = next(
        row["key"]
        for row in node.ask("incidents")["incidents"]
        if row["title"].startswith("EXERCISE")
    )
    documents = node.ask(f"incidents/{incident}/documents")["documents"]
    row = node.ask(f"incidents/{incident}/objects")["objects"][0]
    people = node.ask("people")["people"]
    me = next(one["account"] for one in people if one["name"] == "Everybody")
    released = next(one["document"] for one in documents if one["released"])
    to = {"organisation": "France", "reason": "reads along"}
    node.ask(f"people/{me}/organisation", to)
    number = {"system": "rtir", "number": "4711", "url": "https://rt.example.org/Ticket/4711"}
    node.ask(f"incidents/{incident}/tickets", number)
    report, seen = fetched(node, incident)
    given = {
        "tell_sightings": [incident, report],
        "sightings": [incident, seen],
        "document": [incident, next(one["document"] for one in documents if not one["released"])],
        "bundle": [incident, node.ask(f"incidents/{incident}/bundles")["bundles"][0]["document"]],
        "object": [incident, row["entry"], row["place"]],
        "job": [node.ask(f"incidents/{incident}/assess", method="POST")["key"]],
        "erase": [row["entry"]],
        "quarantine": [row["entry"]],
        "clearances": [people[0]["account"]],
        "pack": ["instruments"],
        "entry": ["norm.un.13h"],
        "entry_states": ["inst.coe.budapest"],
        "released_one": [released],
        "roles": [people[0]["account"]],
    }
    pages = {}
    for pattern in urlpatterns:
        if not isinstance(pattern, URLPattern) or pattern.name in NO_PAGES:
            continue
        takes = re.findall(r"<\w+:(\w+)>", str(pattern.pattern))
        parts = given.get(str(pattern.name), [incident] if takes == ["key"] else [])
        assert len(parts) == len(takes), f"say which {takes} the page {pattern.name} is shown with"
        pages[pattern.name] = reverse(pattern.name, args=parts)
    more = {
        "nothing found": "/search?q=no-such-thing",
        "found": "/search?q=harbour",
        "knowledge found": "/knowledge/?q=24/7",
        "what was done": f"/incidents/{incident}/timeline?lane=done",
        "what would go": f"/incidents/{incident}/sharing/new?whom=organisation&name=A+neighbour"
        "&purpose=inform&types=indicator",
    }
    return pages | more | {name: reverse(name) for name in OF_ACCOUNTS}


def fetched(node, incident):
    """An event of MISP under the incident, and what was seen of it."""
    job = node.ask(f"incidents/{incident}/misp", {"event": EVENT})["key"]
    for _ in range(600):
        if node.ask(f"jobs/{job}")["state"] == "done":
            break
        time.sleep(0.1)
    (event,) = node.ask(f"incidents/{incident}/misp")["events"]
    seen = [{"attribute": one["uuid"], "kind": "seen"} for one in event["attributes"]]
    said = {"report": event["report"], "marking": "TLP:AMBER", "seen": seen}
    return event["report"], node.ask(f"incidents/{incident}/sightings", said)["document"]


@pytest.fixture(scope="module")
def everybody(node, browser):
    person = Person(browser, node.url, "Everybody")
    person.context.add_cookies([{"name": "sessionid", "value": node.keys.session, "url": node.url}])
    go(person, reverse("mfa_generate_recovery_codes"))
    person.page.click("main button[type=submit] >> nth=0")
    person.page.wait_for_url(f"**{reverse('mfa_view_recovery_codes')}")
    yield person
    person.leave()


def go(person, path):
    """Open a page, with the password where it is asked for."""
    answer = person.go(path)
    if "reauthenticate" in person.page.url:
        person.page.fill("#id_password", PASSWORD)
        person.page.click("main button[type=submit] >> nth=0")
        person.page.wait_for_url(lambda url: "reauthenticate" not in url)
        answer = person.go(path)
    assert answer.status == 200, (path, answer.status)


def wider(page, path, *widths):
    """At which of these widths it scrolls sideways, once it has drawn itself anew."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        try:
            page.wait_for_function(
                "() => document.documentElement.scrollWidth <= innerWidth", timeout=3_000
            )
        except TimeoutError:
            found.append(f"{path} scrolls sideways at {width}")
    page.set_viewport_size({"width": 1100, "height": 900})
    return found


def test_no_page_has_a_barrier_nor_scrolls_sideways(everybody, addresses):
    found = []
    for path in addresses.values():
        go(everybody, path)
        found += everybody.barriers()
        found += wider(everybody.page, path, 768, 320)
    assert found == []
    assert everybody.complaints == []


def test_from_right_to_left_every_page_mirrors_and_has_no_barrier(everybody, addresses):
    everybody.page.set_extra_http_headers({"Accept-Language": "ar"})
    found = []
    for path in addresses.values():
        go(everybody, path)
        assert everybody.page.get_attribute("html", "dir") == "rtl", path
        found += everybody.barriers()
        found += wider(everybody.page, path, 320)
    go(everybody, "/")
    name = everybody.page.locator(".node-name").bounding_box()
    everybody.page.set_extra_http_headers({"Accept-Language": "en"})
    assert found == []
    assert name["x"] > 550  # the name of the product stands on the right


def test_every_link_and_field_of_every_page_is_reached_by_the_keyboard(everybody, addresses):
    missed = {}
    for path in addresses.values():
        go(everybody, path)
        shown = everybody.page.evaluate(
            f"{STOPS}.map((e, n) => [e, n]).filter(([e]) => e.type !== 'hidden' && !e.disabled"
            " && e.tabIndex >= 0 && e.checkVisibility()).map(([e, n]) => n)"
        )
        # Of a group of radio buttons the keyboard stops at one, and arrows lead to the others.
        reached = set()
        for _ in range(len(shown) + 5):
            everybody.page.keyboard.press("Tab")
            reached.add(everybody.page.evaluate(f"{STOPS}.indexOf(document.activeElement)"))
        if left := set(shown) - reached:
            missed[path] = sorted(left)[:5]
    assert missed == {}
