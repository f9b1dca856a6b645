"""The one place that speaks to MISP, with PyMISP as the client and a server that may be bad."""

import logging
from uuid import UUID, uuid4

import pytest

from comity.errors import BadInput, Unavailable
from comity.node import misp as node
from tests.formats.misp.events import EVENT, event
from tests.misp_server import (
    KEY,
    answers,
    bomb,
    endless,
    never,
    self_signed,
    serving,
    set_up,
    trickle,
)

WANTED = UUID(EVENT)
VIEW = "/events/view/"
VARIABLE = "COMITY_MISP"


@pytest.fixture
def misp(home):
    with serving() as misp:
        set_up(home, misp)
        yield misp


def test_an_event_comes_byte_by_byte_as_misp_sent_it(misp):
    assert node.fetch(WANTED) == misp.bytes_of
    assert ("GET", VIEW + EVENT) in misp.asked


def test_one_of_more_than_a_read_comes_whole(misp):
    misp.events[EVENT] = event(info="x" * (3 << 20))
    assert node.fetch(WANTED) == misp.bytes_of


def test_a_misp_below_another_address_is_asked_below_it(misp, home):
    set_up(home, misp, url=f"{misp.url}/misp")
    with pytest.raises(BadInput):
        node.fetch(WANTED)
    assert misp.asked
    assert {path.split("/")[1] for _method, path in misp.asked} == {"misp"}


def test_without_the_file_nobody_is_asked(misp, home):
    (home / "misp.toml").unlink()
    with pytest.raises(BadInput, match="not set up"):
        node.fetch(WANTED)
    assert misp.asked == []
    assert node.configured() is None
    assert node.fault() is None


MOVED = answers(302, b"", Location="https://elsewhere.example.org/")
PAGE = answers(200, b"<html>Sign in", Content_Type="text/html")
OTHER = answers(200, b'{"Event": {"uuid": "5d1a9c3e-6b0f-4a53-9a55-00000000000f"}}')


@pytest.mark.parametrize(
    ("path", "odd", "says"),
    [
        (VIEW, MOVED, "sends the node on to another address"),
        ("/servers", MOVED, "sends the node on to another address"),
        (VIEW, PAGE, "cannot be read as an event"),
        ("/servers", PAGE, "cannot be read as an event"),
        (VIEW, answers(200, b'{"Event": '), "cannot be read as an event"),
        (VIEW, answers(200, b"[" * 100_000), "cannot be read as an event"),
        (VIEW, answers(200, b""), "cannot be read as an event"),
        (VIEW, answers(200, b"[]"), "something else than this event"),
        (VIEW, answers(200, b'{"Event": []}'), "something else than this event"),
        (VIEW, OTHER, "something else than this event"),
        (VIEW, endless, "more than 64 MiB"),
        (VIEW, bomb(), "more than 64 MiB"),
        ("/users", endless, "more than 64 MiB"),
        (VIEW, answers(405, b"{}"), "refuses the key"),
        (VIEW, answers(418, b"{}"), "does not take the question"),
        ("/", answers(404, b"not here"), "There is no MISP at"),
    ],
)
def test_what_asking_again_does_not_mend_is_refused_in_a_sentence(misp, path, odd, says):
    misp.odd[path] = odd
    with pytest.raises(BadInput, match=says):
        node.fetch(WANTED)


@pytest.mark.parametrize(
    ("path", "odd", "says"),
    [
        (VIEW, answers(500, b"<h1>An Internal Error Has Occurred</h1>"), "cannot answer now"),
        (VIEW, answers(429, b"{}"), "cannot answer now"),
        ("/users", answers(503, b""), "cannot answer now"),
        (VIEW, never, "does not answer"),
        ("/servers", never, "does not answer"),
        (VIEW, trickle, "too slow"),
        (VIEW, answers(200, b"{}", Content_Length="100"), "stopped in the middle"),
    ],
)
def test_what_may_be_better_later_is_unavailable(misp, home, path, odd, says):
    set_up(home, misp, timeout=1)
    misp.odd[path] = odd
    with pytest.raises(Unavailable, match=says):
        node.fetch(WANTED)


def test_nobody_there_is_unavailable(misp, home):
    set_up(home, misp, url="http://localhost:1")
    with pytest.raises(Unavailable, match="cannot be reached"):
        node.fetch(WANTED)


def test_of_an_event_that_is_not_there_its_uuid_is_said(misp):
    unknown = uuid4()
    with pytest.raises(BadInput, match=f"no event {unknown}, or does not show it"):
        node.fetch(unknown)


def test_a_key_that_is_refused_is_said_and_stands_in_no_sentence_and_no_log(misp, home, caplog):
    (home / "misp.key").write_text("anotherKey")
    with caplog.at_level(logging.DEBUG), pytest.raises(BadInput, match="refuses the key") as caught:
        node.fetch(WANTED)
    assert "anotherKey" not in str(caught.value)
    assert "anotherKey" not in caplog.text


@pytest.mark.parametrize("status", [200, 400, 403, 404, 500])
def test_a_server_that_gives_the_key_back_does_not_get_it_into_the_log(misp, caplog, status):
    misp.odd[VIEW] = answers(status, f'{{"message": "{KEY}"}}'.encode())
    with caplog.at_level(logging.DEBUG), pytest.raises((BadInput, Unavailable)) as caught:
        node.fetch(WANTED)
    assert KEY not in str(caught.value)
    assert KEY not in caplog.text


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(home, tmp_path):
    with serving(self_signed(tmp_path / "server.pem")) as misp:
        set_up(home, misp)
        with pytest.raises(BadInput, match=r"certificate .* cannot be trusted: look at ca_file"):
            node.fetch(WANTED)
        assert misp.asked == []


def test_one_that_the_operator_vouches_for_is(home, tmp_path):
    file = self_signed(tmp_path / "server.pem")
    with serving(file) as misp:
        set_up(home, misp, ca_file=file.name)
        assert node.fetch(WANTED) == misp.bytes_of


def test_the_key_may_be_in_the_environment(misp, home, monkeypatch):
    set_up(home, misp, key_file=None, key_env=VARIABLE)
    assert (
        node.fault()
        == "misp.toml: there is no key of letters and digits in the variable COMITY_MISP"
    )
    monkeypatch.setenv(VARIABLE, KEY)
    assert node.fault() is None
    assert node.fetch(WANTED) == misp.bytes_of


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"key_file": "other.key"}, "there is no key of letters and digits in other.key"),
        ({"ca_file": "no.pem"}, "there is no file no.pem of certificates"),
        ({"url": "http://misp.example.org"}, "https address"),
    ],
)
def test_what_is_wrong_is_found_without_asking(misp, home, changed, says):
    set_up(home, misp, **changed)
    found = node.fault()
    assert found
    assert says in found
    assert misp.asked == []
