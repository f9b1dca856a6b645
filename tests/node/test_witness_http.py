"""Asking a witness over a real socket: what a slow, lying or missing server comes to."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from comity.actions.witnesses import MAX_ANSWER, Reply
from comity.errors import Unavailable
from comity.node.witness_http import Http

ANSWERS = {
    "/fine": b"HTTP/1.0 200 OK\r\n\r\nfine",
    "/no": b"HTTP/1.0 404 Not Found\r\n\r\nno",
    "/moved": b"HTTP/1.0 302 Found\r\nLocation: /fine\r\n\r\nmoved",
    "/large": b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * (MAX_ANSWER * 2),
    "/garbage": b"\x00\xff\r\n\r\n",
    "/closed": b"",
    "/cut": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfour",
}


class Server(BaseHTTPRequestHandler):
    """Answers as the address says; the body of a post is sent back."""

    def do_GET(self) -> None:
        if self.path == "/silent":
            assert isinstance(self.server, Silent)
            self.server.ending.wait(5)
        self.wfile.write(ANSWERS.get(self.path, b""))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n" + body)

    def log_message(self, *_: object) -> None:
        pass


class Silent(ThreadingHTTPServer):
    ending = threading.Event()

    def handle_error(self, *_: object) -> None:
        """Clients that go away are what is tested."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with Silent(("127.0.0.1", 0), Server) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.ending.set()
        server.shutdown()
        thread.join()


def test_an_answer_is_given_whatever_its_status(url: str) -> None:
    http = Http()
    assert http.get(f"{url}/fine") == Reply(200, b"fine")
    assert http.get(f"{url}/no") == Reply(404, b"no")
    assert http.post(f"{url}/", b"old 0\n") == Reply(200, b"old 0\n")


def test_no_redirect_is_followed(url: str) -> None:
    assert Http().get(f"{url}/moved") == Reply(302, b"moved")


def test_no_more_is_read_than_can_be_an_answer(url: str) -> None:
    assert len(Http().get(f"{url}/large").body) == MAX_ANSWER + 1


@pytest.mark.parametrize("path", ["/garbage", "/closed", "/silent"])
def test_what_is_no_answer_is_a_sentence(url: str, path: str) -> None:
    with pytest.raises(Unavailable, match="The witness does not answer"):
        Http(timeout=0.2).get(url + path)


def test_nobody_there_is_a_sentence() -> None:
    with pytest.raises(Unavailable, match="The witness does not answer"):
        Http(timeout=0.2).get("http://127.0.0.1:9/")
