"""An OpenID provider in a thread that does what it is told, also what no honest one would.

Its tokens are written by hand, without the library that checks them. It holds to PKCE, to the
client secret and to codes that are good once. The honest provider of the tests is a program by
others (``oidc-provider-mock``).
"""

import base64
import hashlib
import hmac
import json
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from tests.real_node import environment, free_port

SECRET = "a secret: 100% the client's, & nobody else's"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Key:
    """A key of RSA, its public half as a JWK."""

    def __init__(self, kid: str = "one") -> None:
        self.kid = kid
        self.private = rsa.generate_private_key(65537, 2048)

    @property
    def jwk(self) -> dict[str, str]:
        numbers = self.private.public_key().public_numbers()
        return {"kty": "RSA", "kid": self.kid, "use": "sig", "n": _number(numbers.n),
                "e": _number(numbers.e)}  # fmt: skip

    def token(self, claims: dict[str, Any], alg: str = "RS256", **header: Any) -> str:
        head = {"alg": alg, "typ": "JWT", "kid": self.kid, **header}
        signed = ".".join(b64(json.dumps(part).encode()) for part in (head, claims))
        match alg:
            case "none":
                signature = b""
            case "HS256":  # with what everybody may know: the key that it is checked with
                signature = hmac.digest(json.dumps(self.jwk).encode(), signed.encode(), "sha256")
            case _:
                signature = self.private.sign(signed.encode(), padding.PKCS1v15(), SHA256())
        return f"{signed}.{b64(signature)}"


def claims(issuer: str, nonce: str, changed: dict[str, Any]) -> dict[str, Any]:
    """What an ID token says. A change to None leaves the claim out."""
    now = int(time.time())
    said = {"iss": issuer, "sub": "subject 1", "aud": "comity", "iat": now, "exp": now + 300,
            "nonce": nonce} | changed  # fmt: skip
    return {name: value for name, value in said.items() if value is not None}


class Provider:
    """What the provider says, to be changed by a test, and what it was asked."""

    def __init__(self, url: str) -> None:
        self.url = self.issuer = url
        self.key = self.shown = Key()
        self.alg = "RS256"
        self.says: dict[str, Any] = {}  # changes of the claims
        self.more: dict[str, Any] = {}  # changes of the configuration
        self.asked: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}

    def send_back(self, address: str, **changed: str) -> str:
        """What the provider's page does once somebody has said who they are: the way back."""
        query = dict(parse_qsl(urlsplit(address).query))
        code = secrets.token_urlsafe()
        self._codes[code] = query
        answer = {"code": code, "state": query["state"]} | changed
        return f"{query['redirect_uri']}?{urlencode(answer)}"

    def get(self, path: str) -> tuple[int, Any]:
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            ends = {"authorization_endpoint": "/authorize", "token_endpoint": "/token",
                    "jwks_uri": "/keys"}  # fmt: skip
            found = {name: self.url + path for name, path in ends.items()}
            methods = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
            return 200, {"issuer": self.issuer} | found | methods | self.more
        return (200, {"keys": [self.shown.jwk]}) if path == "/keys" else (404, {})

    def exchange(self, path: str, form: dict[str, str], basic: str) -> tuple[int, Any]:
        self.asked.append(path)
        if path == "/moved":
            return 302, f"{self.url}/elsewhere"
        query = self._codes.pop(form["code"], None)
        client, _, secret = base64.b64decode(basic.removeprefix("Basic ")).decode().partition(":")
        said = (unquote_plus(client), unquote_plus(secret)) if basic else (
            form["client_id"], form.get("client_secret")
        )  # fmt: skip
        if query is None or said != ("comity", SECRET):
            return 400, {"error": "invalid_grant"}
        digest = b64(hashlib.sha256(form["code_verifier"].encode()).digest())
        if digest != query["code_challenge"] or form["redirect_uri"] != query["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        token = self.key.token(claims(self.issuer, query["nonce"], self.says), self.alg)
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": token}


@contextmanager
def provider() -> Iterator[Provider]:
    """A provider that answers on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(*told.get(self.path))

        def do_POST(self) -> None:
            form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            basic = self.headers.get("Authorization", "")
            self._answer(*told.exchange(self.path, form, basic))

        def _answer(self, status: int, body: Any) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            if status == 302:
                self.send_header("Location", body)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("localhost", 0), Handler)
    told = Provider(f"http://localhost:{server.server_port}")
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def honest_provider() -> Iterator[str]:
    """The address of a provider that others wrote, as a process of its own."""
    port = free_port()
    url = f"http://localhost:{port}"
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--host", "localhost",
         "--port", str(port), "--require-nonce", "true"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment(),
    )  # fmt: skip
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{url}/jwks", timeout=2).close()
                break
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait()


def _number(number: int) -> str:
    return b64(number.to_bytes((number.bit_length() + 7) // 8, "big"))
