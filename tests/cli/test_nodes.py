"""The command line as a client of a running node: tokens, and decisions on documents."""

import base64
import hashlib
import http.server
import json
import stat
import threading
import time
import urllib.request

import pytest

from comity.cli.assess import DEMO
from comity.cli.assess import examples as shipped
from tests.api.asking import ROOT
from tests.cli.conftest import Command
from tests.real_node import Node, tokens

NOTHING = "00000000-0000-4000-8000-000000000000"
REPORT = (shipped() / DEMO / "bundle.json").read_bytes()


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    running = Node(tmp_path_factory.mktemp("node"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def keys(node):
    return tokens(
        node.home, Owner="duty-officer", Officer="releasing-officer", Lawyer="legal-adviser",
        Both="releasing-officer,legal-adviser", Leaver="duty-officer",
    )  # fmt: skip


@pytest.fixture(scope="module")
def send(node, keys):
    """Ask the node as its owner would: what nothing here is about."""

    def ask(path, value=None):
        body = b"" if value is None else json.dumps(value).encode()
        request = urllib.request.Request(
            f"{node.url}{ROOT}/{path}", body if body or "assess" in path else None,
            {"Authorization": f"Bearer {keys['Owner']}", "Content-Type": "application/json"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.loads(answer.read())

    return ask


def settled(send, path, value=None):
    """Ask for something, and wait until the worker has done it."""
    job = send(path, value)
    while job["state"] in {"waiting", "running"}:
        time.sleep(0.2)
        job = send(f"jobs/{job['key']}")
    assert job["state"] == "done", job
    return job


@pytest.fixture(scope="module")
def case(send):
    data = base64.b64encode(REPORT).decode()
    reports = [{"name": "bundle.json", "data": data}]
    key = settled(send, "incidents", {"title": "Ransomware (demo)", "reports": reports})["incident"]
    facts = [
        {"name": "report.verified", "value": True},
        {"name": "origin.territories", "value": ["FRA"]},
    ]
    send(f"incidents/{key}/facts", {"source": "a call", "facts": facts})
    settled(send, f"incidents/{key}/assess")
    return key


@pytest.fixture
def paper(send, case):
    """A request to another state, completed by the owner: its incident and its UUID."""
    made = send(f"incidents/{case}/documents", {"draft": "mitigation-fra"})
    path = f"incidents/{case}/documents/{made['document']}"
    words = dict.fromkeys(send(path)["blanks"], "the desk, at any hour")
    value = {"body": made["body"], "marking": "TLP:GREEN", "words": words}
    send(f"{path}/complete", value)
    return case, made["document"]


@pytest.fixture
def as_(tmp_path, node, keys):
    """The command line of a person who has added their token."""

    def of(name):
        folder = tmp_path / name
        folder.mkdir()
        comity = Command(folder)
        done = comity("token", "add", node.url, stdin=f"{keys[name]}\n")
        assert done.returncode == 0, done.stderr
        return comity

    return of


def test_a_token_is_tried_and_kept_where_only_its_owner_reads(as_, node, keys):
    comity = as_("Owner")
    file = comity.home / "tokens.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(comity.home.stat().st_mode) == 0o700
    listed = comity("token", "list")
    assert node.url in listed.stdout
    assert "of Owner" in listed.stdout
    assert keys["Owner"] not in listed.stdout + listed.stderr
    (row,) = json.loads(comity("token", "list", "--json").stdout)
    assert set(row) == {"url", "token", "person", "expires_at"}
    again = comity("token", "add", node.url, stdin=keys["Officer"])
    assert "you are Officer (releasing-officer)" in again.stdout
    assert len(json.loads(comity("token", "list", "--json").stdout)) == 1


def test_a_file_that_others_can_read_is_not_used(as_):
    comity = as_("Owner")
    (comity.home / "tokens.json").chmod(0o644)
    refused = comity("token", "list")
    assert refused.returncode == 3
    assert "can be read by others" in refused.stderr


@pytest.mark.parametrize(
    ("stdin", "words"),
    [("", "no token"), ("two words", "no token"), ("comity_" + "A" * 43, "does not take this")],
)
def test_what_is_no_token_is_not_kept(comity, node, stdin, words):
    refused = comity("token", "add", node.url, stdin=stdin)
    assert refused.returncode == 2
    assert words in refused.stderr
    assert not (comity.home / "tokens.json").exists()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://comity.example.org", "use https://comity.example.org"),
        ("ftp://localhost", "address of the node"),
        ("localhost:8700", "address of the node"),
        ("http://localhost:1/path", "address of the node"),
    ],
)
def test_no_token_is_sent_in_the_open_or_nowhere(comity, url, words):
    refused = comity("token", "add", url, stdin="comity_x")
    assert refused.returncode == 2
    assert words in refused.stderr


def test_a_node_that_is_off_is_said_to_be_off(comity):
    refused = comity("token", "add", "http://localhost:1", stdin="comity_x")
    assert refused.returncode == 3
    assert "does not answer" in refused.stderr
    assert "is it running?" in refused.stderr


def test_a_forgotten_token_is_dead_at_its_node_too(as_, node, keys):
    comity = as_("Leaver")
    kept = (comity.home / "tokens.json").read_bytes()
    done = comity("token", "forget", node.url)
    assert "It is revoked." in done.stdout
    assert comity("token", "list").stdout.strip() == "0 tokens"
    refused = comity("token", "add", node.url, stdin=keys["Leaver"])
    assert "does not take this token" in refused.stderr
    (comity.home / "tokens.json").write_bytes(kept)
    dead = comity("release", NOTHING, NOTHING)
    assert dead.returncode == 2
    assert "has expired or was revoked: make one at" in dead.stderr


def test_approving_shows_the_version_and_asks(as_, paper):
    comity = as_("Officer")
    stopped = comity("approve", *paper, "--reason", "read twice", stdin="no\n")
    assert stopped.returncode == 1
    assert "Nothing was recorded." in stopped.stderr
    for words in ("marking:  TLP:GREEN", "audience: external", "version:  ", "before it leaves: "):
        assert words in stopped.stderr
    done = comity("approve", *paper, "--reason", "read twice", stdin="yes\n")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Approved: entry ")
    out = comity("release", *paper, "--json", "--reason", "each is needed", stdin="yes\n")
    assert out.returncode == 0, out.stderr
    assert json.loads(out.stdout)["entry"] > 0


def test_a_script_names_the_version_that_was_read(as_, paper, send):
    comity = as_("Officer")
    blind = comity("approve", *paper, "--reason", "x", "--yes")
    assert blind.returncode == 2
    assert "--version" in blind.stderr
    stale = comity("approve", *paper, "--reason", "x", "--yes", "--version", "0" * 64)
    assert stale.returncode == 2
    assert "changed after that version" in stale.stderr
    body = send(f"incidents/{paper[0]}/documents/{paper[1]}")["row"]["body"]
    done = comity("approve", *paper, "--reason", "x", "--yes", "--version", body, "--no")
    assert done.stdout.startswith("Not approved: entry ")


def test_personal_data_is_shown_and_a_script_names_the_list_that_was_read(as_, case, send):
    made = send(f"incidents/{case}/documents", {"draft": "mitigation-fra"})
    paper = case, made["document"]
    path = f"incidents/{case}/documents/{made['document']}"
    words = dict.fromkeys(send(path)["blanks"], "write to ann@example.org")
    value = {"body": made["body"], "marking": "TLP:GREEN", "words": words}
    body = send(f"{path}/complete", value)["body"]
    comity = as_("Officer")
    asked = comity("approve", *paper, "--reason", "x", stdin="no\n")
    assert "personal data: ann@example.org (" in asked.stderr
    assert "with the personal data in it?" in asked.stderr
    script = ("approve", *paper, "--reason", "she is the contact", "--yes", "--version", body)
    blind = comity(*script)
    assert blind.returncode == 2
    assert "--personal-data" in blind.stderr
    stale = comity(*script, "--personal-data", "0" * 64)
    assert stale.returncode == 2
    assert "read it again" in stale.stderr
    listed = send(path)["personal_data_sha256"]
    assert listed in asked.stderr
    done = comity(*script, "--personal-data", listed)
    assert done.returncode == 0, done.stderr


def test_what_is_held_about_a_person_is_asked_for_with_a_file(as_, case, tmp_path):
    comity = as_("Officer")
    about = tmp_path / "person.toml"
    about.write_text('names = ["Officer"]\n')
    out = tmp_path / "held.json"
    done = comity("held", str(about), "--reason", "letter 7", "--out", str(out))
    assert done.returncode == 0, done.stderr
    body = out.read_bytes()
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert json.loads(body)["places"]
    assert hashlib.sha256(body).hexdigest() in done.stderr
    again = comity("held", str(about), "--reason", "letter 7", "--out", str(out))
    assert "is there already" in again.stderr
    told = comity("held", "-", "--reason", "letter 7", stdin='mails = ["nobody@example.org"]\n')
    assert json.loads(told.stdout)["places"] == []
    for wrong in ('name = ["x"]', "names = 1", "["):
        about.write_text(wrong)
        refused = comity("held", str(about), "--reason", "x")
        assert refused.returncode == 2, refused.stderr
    about.write_text('names = ["Officer"]\n')
    assert as_("Owner")("held", str(about), "--reason", "x").returncode == 1


def test_the_node_says_no_in_a_sentence(as_, paper):
    refused = as_("Owner")("approve", *paper, "--reason", "x", stdin="yes\n")
    assert refused.returncode == 1
    assert "you hold no role that approves" in refused.stderr
    early = as_("Officer")("release", *paper, stdin="yes\n")
    assert early.returncode == 1
    assert "still needs the approval of" in early.stderr
    both = as_("Both")
    unsure = both("approve", *paper, "--reason", "x", stdin="yes\n")
    assert unsure.returncode == 2
    assert "--role: say which one" in unsure.stderr
    sure = both("approve", *paper, "--reason", "x", "--role", "legal-adviser", stdin="yes\n")
    assert sure.returncode == 0, sure.stderr


def test_what_is_not_there_is_said(as_, comity, case):
    refused = as_("Officer")("release", case, NOTHING, stdin="yes\n")
    assert refused.returncode == 2
    assert "no such document" in refused.stderr
    assert "no UUID" in comity("release", "x", NOTHING).stderr
    without = comity("release", case, NOTHING)
    assert without.returncode == 2
    assert "there is no token for any node yet" in without.stderr


def test_an_emergency_says_which(as_, paper):
    comity = as_("Officer")
    refused = comity("release", *paper, "--alone", stdin="yes\n")
    assert refused.returncode == 2
    assert "what the emergency is" in refused.stderr
    done = comity("release", *paper, "--alone", "--reason", "wiper spreads", stdin="yes\n")
    assert done.returncode == 0, done.stderr


class _Elsewhere(http.server.BaseHTTPRequestHandler):
    """Sends everybody on, and notes what it was told on the way."""

    seen: list[str | None] = []  # noqa: RUF012
    to = ""

    def do_GET(self):
        self.seen.append(self.headers["Authorization"])
        self.send_response(302 if self.path.startswith("/api/") else 200)
        self.send_header("Location", f"{self.to}/stolen")
        self.end_headers()

    def log_message(self, *_args):
        pass


def test_a_token_is_not_handed_on_to_where_somebody_sends_it(comity):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Elsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://localhost:{server.server_port}"
    _Elsewhere.to = url
    refused = comity("token", "add", url, stdin="comity_x", http_proxy=url)
    server.shutdown()
    server.server_close()
    assert refused.returncode == 3
    assert "no node of this version" in refused.stderr
    assert _Elsewhere.seen == ["Bearer comity_x"]
