"""A server in a thread that answers as the API of MISP does, and otherwise if a test says so.

What it answers is as MISP 2.5 does (https://www.misp-project.org/openapi/). The client of the tests
is PyMISP, as on a node.
"""

import gzip
import json
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from comity.formats.text import MAX_BYTES
from tests.formats.misp.events import EVENT, attribute, event

KEY = "k3y0fTheNodeAtMispk3y0fTheNodeAtMisp1234"
_VERSION = {"version": "2.5.34", "perm_sighting": True, "pymisp_recommended_version": "2.5.34"}
_ME = {
    "User": {"id": "4", "org_id": "1", "email": "comity@example.org", "role_id": "6"},
    "Role": {"id": "6", "name": "Read and sighting", "perm_sighting": True},
    "UserSetting": [],
}
_TYPES = {
    "result": {
        "sane_defaults": {}, "types": ["domain"], "categories": ["Network activity"],
        "category_type_mappings": {"Network activity": ["domain"]},
    }
}  # fmt: skip


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """Nothing: many a client goes away in the middle here."""


class Misp:
    """What the server holds and does, to be changed by a test, and what it was asked."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.events: dict[str, Any] = {
            EVENT: event(Attribute=[attribute("domain", "c2.example.org")])
        }
        self.asked: list[tuple[str, str]] = []
        self.told: list[tuple[str, Any]] = []  # sightings: of which attribute, and what
        self.odd: dict[str, Callable[[Any], None]] = {}  # by the beginning of a path
        self.over = Event()  # the test is: nobody waits any more

    @property
    def bytes_of(self) -> bytes:
        """The event as it is sent."""
        return json.dumps({"Event": self.events[EVENT]}).encode()

    def get(self, path: str) -> tuple[int, Any]:
        if path == "/servers/getVersion":
            return 200, _VERSION
        if path == "/users/view/me":
            return 200, _ME
        if path == "/attributes/describeTypes.json":
            return 200, _TYPES
        found = self.events.get(path.removeprefix("/events/view/"))
        return (200, {"Event": found}) if found else refusal(404, "Invalid event.", path)

    def add_sighting(self, path: str, said: Any) -> tuple[int, Any]:
        attribute = path.removeprefix("/sightings/add/")
        if attribute not in json.dumps(self.events):
            return refusal(404, "Invalid attribute.", path)
        self.told.append((attribute, said))
        return 200, {"Sighting": {"id": str(len(self.told)), "org_id": "1", **said}}


def refusal(status: int, says: str, path: str = "/") -> tuple[int, Any]:
    return status, {"name": says, "message": says, "url": path}


# -- what no good server does ------------------------------------------------------------------


def answers(status: int, body: bytes, **headers: str) -> Callable[[Any], None]:
    """Something else than was asked for."""

    def answer(handler: Any) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def never(handler: Any) -> None:
    """No answer at all."""
    handler.misp.over.wait()


def trickle(handler: Any) -> None:
    """A byte now and then, so that each comes in time."""
    answers(200, b"{")(handler)
    while not handler.misp.over.wait(0.3):
        handler.wfile.write(b" ")
        handler.wfile.flush()


def endless(handler: Any) -> None:
    """More than anybody reads."""
    answers(200, b"[")(handler)
    while not handler.misp.over.is_set():
        handler.wfile.write(b" " * (1 << 20))


def bomb() -> Callable[[Any], None]:
    """Few bytes that become more than anybody reads."""
    return answers(200, gzip.compress(b" " * (MAX_BYTES + 1), 1), Content_Encoding="gzip")


# -- the server --------------------------------------------------------------------------------


@contextmanager
def serving(certificate: Path | None = None) -> Iterator[Misp]:
    """A server on this machine; by https where it has a certificate."""

    class Handler(BaseHTTPRequestHandler):
        misp: Misp

        def do_GET(self) -> None:
            self._do(lambda: misp.get(self.path))

        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._do(lambda: misp.add_sighting(self.path, said))

        def _do(self, work: Callable[[], tuple[int, Any]]) -> None:
            misp.asked.append((self.command, self.path))
            odd = next((misp.odd[path] for path in misp.odd if self.path.startswith(path)), None)
            if odd:
                odd(self)
            elif self.headers.get("Authorization") != KEY:
                self._answer(*refusal(403, "Authentication failed.", self.path))
            else:
                self._answer(*work())

        def _answer(self, status: int, body: Any) -> None:
            answers(status, json.dumps(body).encode(), Content_Type="application/json")(self)

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = _Server(("localhost", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "https" if certificate else "http"
    misp = Misp(f"{scheme}://localhost:{server.server_port}")
    Handler.misp = misp
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield misp
    finally:
        misp.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def set_up(home: Path, misp: Misp, **changed: Any) -> None:
    """Write ``misp.toml`` and the key as an operator does; a change to None leaves a line out."""
    (home / "misp.key").write_text(f"{KEY}\n")
    said = {"url": misp.url, "organisation": "Sharing community", "key_file": "misp.key",
            "timeout": 5} | changed  # fmt: skip
    lines = [f"{name} = {json.dumps(value)}" for name, value in said.items() if value is not None]
    (home / "misp.toml").write_text("\n".join(lines))


def self_signed(file: Path) -> Path:
    """A certificate of localhost that nobody signed but itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file
