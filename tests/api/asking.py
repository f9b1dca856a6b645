"""A program that asks the node, in this process and through the application that is served."""

import io
import json

from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from comity.access.roles import SCOPES
from comity.node import tokens
from comity.node.services import now
from comity.node.wsgi import application
from tests.node_cast import account, drain

ROOT = "/api/v1"
MEDIA = "application/problem+json"


class Reply:
    """A status, headers by their name in lower case, and the body."""

    def __init__(self, status, headers, body):
        self.status, self.body = status, body
        self.headers = {name.lower(): value for name, value in headers}

    @property
    def json(self):
        return json.loads(self.body)

    def refused(self, status, words=""):
        """Assert that this is a problem with a sentence in it."""
        assert self.status == status, (self.status, self.body[:400])
        assert self.headers["content-type"] == MEDIA
        told = self.json
        assert set(told) == {"status", "title", "detail", "type"}
        assert told["status"] == status
        assert words in told["detail"], told["detail"]
        return told["detail"]

    def done(self, status=200):
        """Assert that it worked, and return what was answered."""
        assert self.status == status, (self.status, self.body[:600])
        return self.json


def served(environ, start):
    """The application within a test, which is one transaction: its connection stays open.

    Django's own client does the same.
    """
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        return application(environ, start)
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def ask(method, path, token=None, value=None, *, raw=None, query="", **environ):
    """Send one request; ``value`` goes as JSON, ``raw`` as it is, ``environ`` over all.

    What goes on in the background is done when this returns.
    """
    sent = raw if raw is not None else b"" if value is None else json.dumps(value).encode()
    asked = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path if path.startswith("/") else f"{ROOT}/{path}",
        "QUERY_STRING": query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "testserver",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(sent),
        "wsgi.errors": io.StringIO(),
    }
    if sent:
        asked |= {"CONTENT_LENGTH": str(len(sent)), "CONTENT_TYPE": "application/json"}
    if token:
        asked["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    told = []

    def start(status, headers, _failed=None, /):
        told.append((status, headers))
        return io.BytesIO().write

    body = b"".join(served(asked | environ, start))
    ((status, headers),) = told
    if status.startswith("202"):
        drain()
    return Reply(int(status.split()[0]), headers, body)


def somebody(name, *roles, scopes=SCOPES):
    """A token of a new account with these roles."""
    return token_of(account(name, *roles), scopes)


def token_of(person, scopes=SCOPES, name="a test"):
    return tokens.make(person, name, scopes, tokens.LASTS, at=now())
