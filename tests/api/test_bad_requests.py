"""Whatever is sent, the answer is a problem with a sentence: never a page, never a failure."""

import io

import pytest
from django.db import OperationalError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.api import body
from comity.api.problem import Problem
from tests.api.asking import MEDIA, ask

PATH = "incidents"
GOOD = b'{"title":"x","reports":[{"name":"a.txt","data":"YQ=="}]}'


def post(duty, raw, **environ):
    return ask("POST", PATH, duty, raw=raw, **environ)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"nonsense",
        b'{"title":"x"',
        b"\xff\xfe",
        b'{"title":"\xff"}',
        b'{"title":"\\ud800","reports":[]}',
        b"[" * 100_000,
        b'{"a":' * 1_000 + b"1" + b"}" * 1_000,
        b'{"title":NaN}',
        b'{"title":' + b"9" * 5_000 + b"}",
        b'{"title":"x","title":"y","reports":[]}',
        GOOD.replace(b'"data"', b'"name":"b.txt","data"'),
        b"\xef\xbb\xbf" + GOOD,
        GOOD + b"{}",
    ],
)
def test_what_is_no_json_or_says_something_twice_is_refused(duty, raw):
    post(duty, raw, CONTENT_LENGTH=str(len(raw)), CONTENT_TYPE="application/json").refused(400)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"{}", "title is missing"),
        (b"[]", "has to be object, not array"),
        (b"null", "has to be object"),
        (GOOD.replace(b'"title"', b'"titel"'), "titel"),
        (GOOD.replace(b'"x"', b'" "'), "title: it is not written as it has to be"),
        (GOOD.replace(b'"x"', b'"\\u0000"'), "title: it is not written as it has to be"),
        (GOOD.replace(b'"x"', b'7'), "title: it has to be str, not int"),
        (GOOD.replace(b"x", b"x" * 300), "title: its length has to be"),
        (GOOD.replace(b"YQ==", b"!!"), "reports[0].data"),
        (GOOD.replace(b'"name"', b'"more":1,"name"'), "reports[...]: there is no field more"),
        (b'{"title":"x","reports":[]}', "reports: "),
        (b'{"title":"x","reports":1e400}', "reports"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_with_its_place(duty, raw, words):
    said = post(duty, raw).refused(422)
    assert words.replace("[...]", "[0]") in said or words in said, said
    assert said.endswith("openapi.json says what is taken.")


@pytest.mark.parametrize(
    "kind",
    ["", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1",
     "multipart/form-data; boundary=x", "application/jsonx"],
)  # fmt: skip
def test_only_json_in_utf_8_is_taken(duty, kind):
    post(duty, GOOD, CONTENT_TYPE=kind).refused(415, "application/json")


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_may_say_that_it_is_utf_8(duty, kind):
    post(duty, GOOD, CONTENT_TYPE=kind).done(202)


@pytest.mark.parametrize("accept", ["text/html", "application/xml, text/*", "nonsense", ",,"])
def test_somebody_who_cannot_read_the_answer_is_told_so(duty, accept):
    ask("GET", "me", duty, HTTP_ACCEPT=accept).refused(406, "application/json")


@pytest.mark.parametrize(
    "accept", ["", "*/*", "application/*", "text/html, application/json;q=0.1"]
)
def test_whoever_takes_json_gets_it(duty, accept):
    ask("GET", "me", duty, HTTP_ACCEPT=accept).done()


@pytest.mark.parametrize(
    "path",
    ["/api/", "/api/v1", "/api/v1/", "/api/v2/me", "/api/v1/nothing", "/api/v1/me/", "/api/v1//me",
     "/api/v1/incidents/x", "/api/v1/incidents/../me", "/api/v1/record/entries/-1/proof",
     "/api/v1/record/entries/99999999999999999999999999/proof", "/api/v1/incidents/\x00",
     "/api/v1/incidents/00000000-0000-0000-0000-000000000000"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(duty, path):
    ask("GET", path, duty).refused(404)


def test_an_address_that_is_not_utf_8_is_refused(duty):
    ask("GET", "/api/v1/\xff", duty).refused(400, "UTF-8")


@pytest.mark.parametrize("query", ["q=%ff", "q=a&q=b", "&".join(f"a{n}=1" for n in range(50))])
def test_a_query_that_cannot_be_read_is_refused(duty, query):
    ask("GET", PATH, duty, query=query).refused(400)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=x", "limit=1e3", f"limit={'9' * 400}", "q=%00", "more=1", "after="]
)
def test_a_query_that_does_not_fit_is_refused(duty, query):
    ask("GET", PATH, duty, query=query).refused(422)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "OPTIONS", "TRACE", "BREW", "DELETE"])
def test_a_method_that_an_address_does_not_take_is_named(duty, method):
    reply = ask(method, PATH, duty)
    reply.refused(405, "GET, HEAD, POST")
    assert reply.headers["allow"] == "GET, HEAD, POST"


def test_head_is_get_without_the_body(duty):
    whole, head = (ask(method, PATH, duty) for method in ("GET", "HEAD"))
    assert head.body == b""
    assert head.headers == whole.headers
    refused = ask("HEAD", "nothing", duty)
    assert (refused.status, refused.body) == (404, b"")
    assert refused.headers["content-type"] == MEDIA


@pytest.mark.parametrize("host", ["", "evil.example", "testserver.evil.example", "\xff", "a b"])
def test_the_node_answers_to_its_own_name(duty, host):
    ask("GET", "me", duty, HTTP_HOST=host).refused(400, "Host")


@pytest.mark.parametrize(
    "sent", ["", "Bearer", "Bearer ", "Basic eDp5", "Bearer a b", "Bearer \xff", "comity_x"]
)
def test_a_header_that_holds_no_token_opens_nothing(duty, sent):
    ask("GET", "me", HTTP_AUTHORIZATION=sent).refused(401)


def test_the_scheme_of_a_token_may_be_written_small(duty):
    ask("GET", "me", HTTP_AUTHORIZATION=f"bearer {duty}").done()


def test_a_body_that_nobody_reads_is_refused(duty, key):
    ask("POST", f"incidents/{key}/assess", duty, {"own": "FRA"}).refused(400, "takes no body")
    ask("GET", "me", duty, {"a": 1}).refused(400, "takes no body")


def test_nothing_is_kept_anywhere_and_nothing_runs(duty):
    for reply in (ask("GET", "me", duty), ask("GET", "me"), ask("GET", "nothing")):
        assert reply.headers["cache-control"] == "no-store"
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in reply.headers["content-security-policy"]
        assert "set-cookie" not in reply.headers


def test_a_failure_is_logged_and_told_without_its_cause(duty, monkeypatch, caplog):
    monkeypatch.setattr("comity.node.search.incidents", lambda _words: 1 / 0)
    said = ask("GET", PATH, duty, query="q=x").refused(500, "Nothing that it acknowledged is lost")
    assert "division" not in said
    assert "ZeroDivisionError" in caplog.text
    assert duty not in caplog.text


def test_a_database_that_another_writer_holds_is_said_to_be_busy(duty, monkeypatch):
    def busy(_words):
        raise OperationalError("database is locked")

    monkeypatch.setattr("comity.node.search.incidents", busy)
    ask("GET", PATH, duty, query="q=x").refused(503, "try again in a moment")


def test_a_damaged_record_is_said_in_a_sentence(duty, key, home):
    (home / "keys" / "log.pem").unlink()
    ask("POST", f"incidents/{key}/assess", duty).refused(503, "keys of the record are missing")


@settings(
    max_examples=60, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(
    path=st.text(st.characters(max_codepoint=255), max_size=30),
    query=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30),
    method=st.sampled_from(["GET", "POST", "DELETE", "HEAD"]),
    raw=st.binary(max_size=40),
)
def test_no_bytes_make_the_node_fail(duty, path, query, method, raw):
    reply = ask(method, f"/api/v1/{path}", duty, raw=raw, query=query)
    assert reply.status < 500
    assert reply.headers["content-type"] in {MEDIA, "application/json"}


# -- the body alone --------------------------------------------------------------------------


class Stream(io.BytesIO):
    """A body as servers give it: in pieces, and wrong by the line."""

    def read(self, size=-1):
        assert 0 < size <= 1 << 20
        return super().read(min(size, 7))

    def readline(self, *_size):
        raise AssertionError

    __next__ = readline


def sent(raw, **environ):
    return {"wsgi.input": Stream(raw), **environ}


@given(st.binary(max_size=100), st.integers(0, 100))
def test_a_body_of_any_bytes_is_whole_or_refused(raw, most):
    for environ in (
        sent(raw, CONTENT_LENGTH=str(len(raw))),
        sent(raw, HTTP_TRANSFER_ENCODING="chunked"),
    ):
        if len(raw) <= most:
            assert body.read(environ, most) == raw
        else:
            with pytest.raises(Problem) as refused:
                body.read(environ, most)
            assert refused.value.status == 413


def test_a_body_of_several_lines_arrives_whole():
    raw = b"aaa\nbbb\nccc\nddd\n"
    assert body.read(sent(raw, CONTENT_LENGTH="16"), 100) == raw
    assert body.read(sent(raw), 100) == b""  # no length and no chunks: there is none


def test_no_more_is_read_than_the_length_says():
    assert body.read(sent(b"abcdef", CONTENT_LENGTH="3"), 100) == b"abc"


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "+1", "1_0", "٣", "9" * 40])
def test_a_length_that_is_no_number_is_refused(length):
    with pytest.raises(Problem) as refused:
        body.read(sent(b"abc", CONTENT_LENGTH=length), 100)
    assert refused.value.status == 400


def test_a_body_that_is_cut_off_is_refused():
    with pytest.raises(Problem, match="stopped before its end"):
        body.read(sent(b"abc", CONTENT_LENGTH="9"), 100)


def test_a_body_that_is_too_large_is_refused_before_it_is_read(duty, key):
    huge = {"CONTENT_LENGTH": str(1 << 40), "CONTENT_TYPE": "application/json"}
    ask("POST", f"incidents/{key}/facts", duty, raw=b"{}", **huge).refused(413, "1 MiB")
    ask("POST", "incidents", duty, raw=b"{}", **huge).refused(413, "128 MiB")
    ask("POST", "incidents", None, raw=b"{}", **huge).refused(401)
