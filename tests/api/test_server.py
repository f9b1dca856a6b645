"""The API under the server that ships: granian, started as ``comity serve``."""

import base64
import contextlib
import hashlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.real_node import Node, tokens

REPORT = b"".join(b"Seen 192.0.2.%d today.\n" % number for number in range(200))
MEDIA = "application/problem+json"


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    running = Node(tmp_path_factory.mktemp("node"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def token(node):
    return tokens(node.home, Owner="duty-officer")["Owner"]


def send(node, method, path, token="", body=None, **headers):
    connection = http.client.HTTPConnection("localhost", node.port, timeout=60)
    given = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"} | headers
    with closing(connection):
        connection.request(method, path, body, given)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()


def raw(node, line, *headers):
    """Send a request line as it is, which no library would."""
    connection = http.client.HTTPConnection("localhost", node.port, timeout=30)
    lines = [line, f"Host: localhost:{node.port}", "Connection: close", *headers, "", ""]
    with closing(connection):
        connection.connect()
        connection.sock.sendall("\r\n".join(lines).encode("latin-1"))
        answer = http.client.HTTPResponse(connection.sock)
        answer.begin()
        return answer.status, answer.getheader("Content-Type"), answer.read()


def lines_of(value):
    """JSON over many lines, ends of lines in the text of a report too."""
    return json.dumps(value, indent=1).encode()


@pytest.fixture(scope="module")
def opened(node, token):
    value = {
        "title": "Of many lines",
        "reports": [{"name": "note.txt", "data": base64.b64encode(REPORT).decode()}],
    }
    status, _headers, body = send(node, "POST", "/api/v1/incidents", token, lines_of(value))
    assert status == 202, body
    job = json.loads(body)
    while job["state"] in {"waiting", "running"}:  # the worker beside the server is at it
        time.sleep(0.2)
        job = json.loads(send(node, "GET", f"/api/v1/jobs/{job['key']}", token)[2])
    assert job["state"] == "done", job
    return job


def test_a_body_of_several_lines_arrives_whole(node, token, opened):
    path = f"/api/v1/incidents/{opened['incident']}/reports"
    (filed,) = json.loads(send(node, "GET", path, token)[2])["reports"]
    assert filed["sha256"] == hashlib.sha256(REPORT).hexdigest()
    value = {"source": "a call", "facts": [{"name": "victim.is_ci", "value": True}]}
    whole = lines_of(value)
    assert whole.count(b"\n") > 5
    path = f"/api/v1/incidents/{opened['incident']}/facts"
    for body in (whole, iter(whole.splitlines(keepends=True))):  # the second goes in chunks
        status, _headers, answer = send(node, "POST", path, token, body)
        assert status == 201, answer


def test_chunks_without_end_are_cut_off(node, token, opened):
    path = f"/api/v1/incidents/{opened['incident']}/facts"
    try:
        status = send(node, "POST", path, token, iter([b" " * 65_536] * 40))[0]
    except (BrokenPipeError, ConnectionResetError):
        return  # it hung up on the sender, which is as good
    assert status == 413


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("GET /api/v1/nothing HTTP/1.1", 404),
        ("GET /api/v1/%ff HTTP/1.1", 400),
        ("GET /api/v1/%00 HTTP/1.1", 404),
        ("GET /api/v1/%zz HTTP/1.1", 404),
        ("GET /api/v1/incidents?q=%ff HTTP/1.1", 400),
        ("GET /api/v1/incidents?limit=999999999999999999999999 HTTP/1.1", 422),
        ("BREW /api/v1/incidents HTTP/1.1", 405),
        ("GET /%61pi/v1/nothing HTTP/1.1", 404),
        ("POST /api/v1/incidents HTTP/1.1", 415),
    ],
)
def test_what_no_library_would_send_gets_a_problem(node, token, line, status):
    found, media, body = raw(node, line, f"Authorization: Bearer {token}")
    assert (found, media) == (status, MEDIA), body


def test_both_applications_stand_side_by_side(node, token, opened):
    path = f"/incidents/{opened['incident']}/"
    page = raw(node, f"GET {path} HTTP/1.1", f"Authorization: Bearer {token}")
    assert page[0] == 302
    assert raw(node, "GET /apix HTTP/1.1")[1] != MEDIA
    status, headers, _body = send(node, "GET", "/api/v1/me", token)
    assert status == 200
    assert "set-cookie" not in {name.lower() for name in headers}


def test_after_a_kill_nothing_that_was_acknowledged_is_lost(node, token, opened):
    node.stop(signal.SIGKILL)
    node.start()
    status, _headers, body = send(node, "GET", f"/api/v1/incidents/{opened['incident']}", token)
    assert status == 200
    assert json.loads(body)["reports"] == 1
    verified = subprocess.run(
        [sys.executable, "-m", "comity", "record", "verify", "--home", str(node.home)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert verified.returncode == 0, verified.stdout + verified.stderr


@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="only Linux lists locks")
def test_the_worker_was_started_before_what_answers_was_forked(node):
    """Not by a thread at the same time: then a pipe is left open, and nobody keeps the worker."""
    commands = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children(node)]
    worker, answering = commands
    assert b"comity.node.worker" in worker
    assert b"serve" in answering


@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="only Linux lists locks")
def test_what_answers_holds_its_own_locks_on_the_database(node, token):
    """Not those that it had from the server: they end with it, and the database is damaged."""
    assert send(node, "GET", "/api/v1/me", token)[0] == 200
    inode = (node.home / "node" / "node.db").stat().st_ino
    holders = {
        line.split()[4]
        for line in Path("/proc/locks").read_text().splitlines()
        if line.split()[5].endswith(f":{inode}")
    }
    assert str(node.process.pid) not in holders
    assert any(
        b"serve" in Path(f"/proc/{pid}/cmdline").read_bytes()
        for pid in holders & set(children(node))
    )


def test_what_answers_ends_when_the_server_was_killed(node):
    """Else it shares the port with the next server, which may be of another version."""
    os.kill(node.process.pid, signal.SIGKILL)
    group = node.process.pid
    node.process.wait()
    deadline = time.monotonic() + 60
    try:
        while answers(node):
            assert time.monotonic() < deadline, "it answers without its server"
            time.sleep(0.2)
    finally:
        with contextlib.suppress(ProcessLookupError):  # the worker may have a job in hand
            os.killpg(group, signal.SIGKILL)
    node.process.stdout.close()
    node.start()
    assert answers(node)


def children(node):
    """The processes that the main thread of the server started, the first one first."""
    main = Path(f"/proc/{node.process.pid}/task/{node.process.pid}")
    return (main / "children").read_text().split()


def answers(node):
    """Whether anybody answers at the address of the node."""
    try:
        return raw(node, "GET /alive HTTP/1.1")[0] == 200
    except OSError:
        return False
