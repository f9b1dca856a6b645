"""What a node says of itself: each field that nobody could use has its sentence."""

from typing import Any

import pytest

from comity.errors import BadInput
from tests.identity.support import log_vkeys, node


def test_a_node_is_named_by_the_origin_of_its_log() -> None:
    assert node().name.startswith("comity-log/")
    assert node().log_keys.vkeys == log_vkeys()


@pytest.mark.parametrize(
    "url",
    [
        "https://comity.example.org/dispatch/",
        "https://comity.example.org:8443",
        "https://192.0.2.1/x",
        "http://localhost:8700/in",
        "http://127.0.0.1/in",
        "http://[::1]:8700/in",
        None,
    ],
)
def test_an_inbox_is_https_or_on_this_machine_or_none(url: str | None) -> None:
    assert node(inbox=url).inbox == url


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "is not written like"),
        ("comity.example.org", "is not written like"),
        ("ftp://comity.example.org/", "is not written like"),
        ("https://", "is not written like"),
        ("https://user@comity.example.org/", "is not written like"),
        ("https://comity.example.org:99999/", "is not written like"),
        ("https://comity.example.org:0/", "is not written like"),
        ("https://[::1/", "is not written like"),
        ("https://a b/", "is not written like"),
        ("https://a\n.org/", "is not written like"),
        ("https://bücher.example/", "is not written like"),
        ("https://a.org/" + "x" * 500, "is not written like"),
        ("https://a.org/?to=b", "without a question mark"),
        ("https://a.org/#b", "without a question mark"),
        ("http://comity.example.org/", "use https"),
        ("http://localhost.example.org/", "use https"),
    ],
)
def test_an_inbox_that_cannot_be_reached_safely_is_refused(url: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        node(inbox=url)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"names": {}}, "named in 1 to 24 languages"),
        ({"names": {f"a{chr(97 + n)}": "x" for n in range(25)}}, "named in 1 to 24 languages"),
        ({"names": {"English": "x"}}, "written like en, fr or zh-Hans"),
        ({"names": {"en": "x\ny"}}, "The name of an organisation is one line"),
        ({"log": log_vkeys()[::-1]}, "that of Ed25519 first"),
        ({"log": (log_vkeys()[0], log_vkeys()[1] + "A" * 4096)}, "that of Ed25519 first"),
        ({"log": ("x", "y")}, "name.key ID.key"),
        ({"log": (log_vkeys()[0], log_vkeys(2)[1])}, "two different origins"),
        ({"recipient": "age1qqq"}, "begins with age1pq1"),
        ({"recipient": "age1pq1" + "Q" * 9}, "begins with age1pq1"),
        ({"recipient": "age1pq1" + "q" * 2100}, "begins with age1pq1"),
        ({"did_web": "comity.example.org"}, "is not written like did:web:"),
        ({"did_web": "did:web:a/b"}, "is not written like did:web:"),
        ({"did_web": "did:web:" + "a" * 500}, "is not written like did:web:"),
    ],
)
def test_a_field_that_nobody_could_use_is_refused(fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        node(**fields)
