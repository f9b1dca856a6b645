"""Hybrid keys of age."""

import pickle

import pytest

from comity.dispatch import bech32
from comity.dispatch.recipient import Identity, Recipient
from comity.errors import BadInput
from tests.dispatch.support import THEIRS

# The example of C2SP age v1.1.0, "The MLKEM768-X25519 hybrid post-quantum recipient type".
SPECIFIED = "AGE-SECRET-KEY-PQ-1XX76JRALNLXDMEW0CRK45QMCCH4X06SE84UN3VPM33W6HWDX0H3SK3ZQFR"


def test_the_identity_of_the_specification_has_the_recipient_of_the_specification() -> None:
    text = str(Identity.parse(SPECIFIED).recipient)

    assert len(text) == 1_959
    assert text.startswith("age1pq1x34nzsvr0rxjsgdn8zgyhfe8j7ceq5r9rdelkjuh3y235jzxshfg87pzf5zrq")
    assert text.endswith("gjtqmwze9pyyzk3tlhl53k2ykx3qheyty7saeq0d3fzv49zc0k")


def test_both_texts_are_read_again() -> None:
    assert Identity.parse(SPECIFIED).secret_text() == SPECIFIED
    assert Recipient.parse(str(THEIRS.recipient)) == THEIRS.recipient


def test_no_text_of_an_identity_but_the_one_asked_for_shows_its_secret() -> None:
    identity = Identity.parse(SPECIFIED)
    for text in (repr(identity), str(identity), f"{identity}", f"{[identity]}"[1:-1]):
        assert text == "Identity(age1pq1x34nzsvr0rxjs...)"
        assert SPECIFIED[20:30].lower() not in text.lower()


def test_an_identity_cannot_be_pickled_by_accident() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(THEIRS)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (SPECIFIED.lower(), "in capitals"),
        ("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX", "capitals"),
        (SPECIFIED[:-1] + "Q", "checksum"),
        (bech32.encode("age-secret-key-pq-", bytes(31)).upper(), "has 32 bytes"),
        (bech32.encode("age-secret-key-pq-", bytes(33)).upper(), "has 32 bytes"),
    ],
)
def test_each_malformed_identity_has_its_sentence_which_does_not_repeat_it(
    text: str, sentence: str
) -> None:
    with pytest.raises(BadInput) as caught:
        Identity.parse(text)
    assert sentence in str(caught.value)
    assert text[20:40].lower() not in str(caught.value).lower()


ML_KEM, X25519 = THEIRS.recipient.public[:1_184], THEIRS.recipient.public[1_184:]
# u = 1 (order 4) and a point of order 8, RFC 7748 §6.1 and the curve's published list.
ORDER_4 = bytes([1, *bytes(31)])
ORDER_8 = bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")


@pytest.mark.parametrize(
    ("public", "sentence"),
    [
        (ML_KEM, "has 1216 bytes"),
        (ML_KEM + X25519 + b"\0", "has 1216 bytes"),
        (b"\xff" * 1_184 + X25519, "The ML-KEM-768 part of the recipient is no key."),
        (ML_KEM + bytes(32), "keeps nothing secret"),
        (ML_KEM + ORDER_4, "keeps nothing secret"),
        (ML_KEM + ORDER_8, "keeps nothing secret"),
    ],
)
def test_each_key_that_is_none_has_its_sentence(public: bytes, sentence: str) -> None:
    for make in (Recipient, lambda raw: Recipient.parse(bech32.encode("age1pq", raw))):
        with pytest.raises(BadInput) as caught:
            make(public)
        assert sentence in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        str(THEIRS.recipient).upper(),
        "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj",
        SPECIFIED,
    ],
    ids=["capitals", "x25519", "identity"],
)
def test_what_is_no_hybrid_recipient_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="begins with age1pq1"):
        Recipient.parse(text)
