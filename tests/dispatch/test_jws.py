"""Statements under two signatures: whatever is not exactly that is refused, by name."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey
from hypothesis import given
from hypothesis import strategies as st
from jwcrypto import tests_mldsa
from jwcrypto.common import base64url_decode, base64url_encode, json_encode
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS, InvalidJWSSignature

from comity.dispatch import jws
from comity.errors import BadInput
from comity.identity.pair import PrivatePair, PublicPair
from tests.dispatch.support import SENDER, STRANGER

TYP = "test+jws"
PAYLOAD = b'{"said":"yes"}'
SIGNED = jws.sign(PAYLOAD, TYP, SENDER)
KEYS = SENDER.public
Edit = Callable[[dict[str, Any]], object]


def edited(edit: Edit, data: bytes = SIGNED) -> bytes:
    value = json.loads(data)
    edit(value)
    return json.dumps(value).encode()


def header(value: dict[str, Any], at: int, **members: object) -> None:
    """Change a protected header and leave its signature."""
    old = json.loads(base64url_decode(value["signatures"][at]["protected"]))
    new = {name: member for name, member in (old | members).items() if member != "absent"}
    value["signatures"][at]["protected"] = base64url_encode(json_encode(new))


def resigned(at: int, **members: object) -> bytes:
    """A statement of which the sender made one signature over another header."""
    value = json.loads(SIGNED)
    header(value, at, **members)
    one = value["signatures"][at]
    key = (SENDER.ed25519, SENDER.ml_dsa_65)[at]
    one["signature"] = base64url_encode(key.sign(f"{one['protected']}.{value['payload']}".encode()))
    return json.dumps(value).encode()


def together(*parts: bytes) -> bytes:
    """The signatures of several statements under one payload."""
    values = [json.loads(part) for part in parts]
    values[0]["signatures"] = [one for value in values for one in value["signatures"]]
    return json.dumps(values[0]).encode()


def swap(value: dict[str, Any]) -> None:
    first, second = value["signatures"]
    first["signature"], second["signature"] = second["signature"], first["signature"]


def renamed(value: dict[str, Any]) -> None:
    """The sender's signatures, as if a stranger had made them."""
    for at, kid in enumerate(STRANGER.public.kids):
        header(value, at, kid=kid, **{"with": sorted(STRANGER.public.kids)})


def retyped(value: dict[str, Any]) -> None:
    for at in range(2):
        header(value, at, typ=TYP)


def bend(text: str) -> str:
    """Another spelling of the same bytes."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return text[:-1] + letters[letters.index(text[-1]) + 1]


def test_both_keys_sign_one_payload() -> None:
    assert jws.verify(SIGNED, TYP, KEYS) == PAYLOAD
    assert jws.kids_of(SIGNED) == KEYS.kids


def test_cryptography_alone_verifies_both_signatures_over_the_input_of_rfc_7515() -> None:
    value = json.loads(SIGNED)
    verifiers = (
        Ed25519PublicKey.from_public_bytes(KEYS.ed25519).verify,
        MLDSA65PublicKey.from_public_bytes(KEYS.ml_dsa_65).verify,
    )
    for one, verify in zip(value["signatures"], verifiers, strict=True):
        signed = f"{one['protected']}.{value['payload']}".encode("ascii")
        verify(base64url_decode(one["signature"]), signed)
        with pytest.raises(InvalidSignature):
            verify(base64url_decode(one["signature"]), signed + b"x")
    assert base64url_decode(value["payload"]) == PAYLOAD


def test_the_headers_are_those_of_the_reference() -> None:
    for one, alg, kid in zip(
        json.loads(SIGNED)["signatures"], ("Ed25519", "ML-DSA-65"), KEYS.kids, strict=True
    ):
        assert set(one) == {"protected", "signature"}
        assert json.loads(base64url_decode(one["protected"])) == {
            "alg": alg,
            "crit": ["with"],
            "kid": kid,
            "typ": TYP,
            "with": sorted(KEYS.kids),
        }


@pytest.mark.parametrize("at", [0, 1])
def test_a_library_that_does_not_know_with_takes_neither_signature_alone(at: int) -> None:
    """What ``crit`` is for: to such a library a statement is valid if one signature is."""
    cut = edited(lambda value: value["signatures"].pop(1 - at)).decode()
    for text in (SIGNED.decode(), cut):
        with pytest.raises(InvalidJWSSignature, match='Unknown critical header: "with"'):
            JWS().deserialize(text, KEYS.jwks[at])


def test_the_vector_of_rfc_9964_is_verified_by_the_library_that_we_stand_on() -> None:
    vector = tests_mldsa.RFC9964_VECTORS["ML-DSA-65"]
    pair = PublicPair(bytes(32), bytes.fromhex(vector["raw_public_key"]))
    assert pair.kids[1] == vector["kid"]
    statement = JWS()
    statement.allowed_algs = ["ML-DSA-65"]
    statement.deserialize(vector["jws"], pair.jwks[1], "ML-DSA-65")
    assert "dangerous business" in statement.payload.decode()


def test_the_signature_of_rfc_8037_appendix_a_4_is_verified_under_the_name_of_rfc_9864() -> None:
    key = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    signed = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
    signature = (
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    )
    Ed25519PublicKey.from_public_bytes(key).verify(base64url_decode(signature), signed)
    text = f"{signed.decode()}.{signature}"
    statement = JWS()
    statement.allowed_algs = ["EdDSA"]
    statement.deserialize(text, PublicPair(key, bytes(1_952)).jwks[0], "EdDSA")
    assert statement.payload == b"Example of Ed25519 signing"


ONE = "lacks one of its two signatures"
STRANGERS = jws.sign(PAYLOAD, TYP, STRANGER)
CASES: dict[str, tuple[bytes, str]] = {
    "stripped of ML-DSA": (edited(lambda value: value["signatures"].pop(1)), ONE),
    "stripped of Ed25519": (edited(lambda value: value["signatures"].pop(0)), ONE),
    "stripped of both": (edited(lambda value: value["signatures"].clear()), ONE),
    "Ed25519 doubled": (
        edited(lambda value: value.update(signatures=[value["signatures"][0]] * 2)),
        "two signatures under one key",
    ),
    "an extra signature": (together(SIGNED, STRANGERS), "more than its two signatures"),
    "two and a copy": (
        edited(lambda value: value["signatures"].append(value["signatures"][0])),
        "more than its two signatures",
    ),
    "in the other order": (
        edited(lambda value: value["signatures"].reverse()),
        "with Ed25519 first and with ML-DSA-65 second",
    ),
    "algorithm none": (
        edited(lambda value: header(value, 0, alg="none")),
        "with Ed25519 first and with ML-DSA-65 second",
    ),
    "algorithm of the other key": (
        resigned(1, alg="Ed25519"),
        "with Ed25519 first and with ML-DSA-65 second",
    ),
    "algorithm confusion, HS256": (
        resigned(0, alg="HS256"),
        "with Ed25519 first and with ML-DSA-65 second",
    ),
    "key of a stranger": (STRANGERS, "not signed under the Ed25519 key pinned for its signer"),
    "one half of a stranger": (
        together(
            edited(lambda value: value["signatures"].pop(1)),
            edited(lambda value: value["signatures"].pop(0), STRANGERS),
        ),
        "together with another one than stands beside it",
    ),
    "kid of another key": (
        edited(renamed),
        "not signed under the Ed25519 key pinned",
    ),
    "signatures that changed places": (edited(swap), "The Ed25519 signature has not 64 bytes."),
    "payload tampered with": (
        edited(lambda value: value.update(payload=base64url_encode('{"said":"no"}'))),
        "The Ed25519 signature does not fit",
    ),
    "header tampered with": (
        edited(retyped, jws.sign(PAYLOAD, "other+jws", SENDER)),
        "The Ed25519 signature does not fit",
    ),
    "header written in another way": (
        edited(
            lambda value: value["signatures"][1].update(
                protected=base64url_encode(
                    b" " + base64url_decode(value["signatures"][1]["protected"])
                )
            )
        ),
        "The ML-DSA-65 signature does not fit",
    ),
    "another type": (jws.sign(PAYLOAD, "other+jws", SENDER), "signed as 'other+jws', not as"),
    "another type in one header": (resigned(1, typ="other+jws"), "signed as 'other+jws', not as"),
    "without crit": (resigned(0, crit="absent"), "has no member 'crit'"),
    "crit empty": (resigned(0, crit=[]), "does not demand that “with” is understood"),
    "crit with more": (resigned(0, crit=["with", "b64"]), "does not demand that “with”"),
    "without with": (resigned(0, **{"with": "absent"}), "has no member 'with'"),
    "with unsorted": (
        resigned(0, **{"with": sorted(KEYS.kids, reverse=True)}),
        "together with another one",
    ),
    "with one key": (resigned(0, **{"with": [KEYS.kids[0]]}), "a value of a length not allowed"),
    "kid of another form": (resigned(0, kid=KEYS.kids[0] + "\n"), "not in the form"),
    "unknown header member": (
        resigned(0, b64=False),
        "A header of the statement has a member that is unknown: 'b64'.",
    ),
    "embedded key": (resigned(0, jwk={}), "a member that is unknown: 'jwk'"),
    "unprotected header": (
        edited(lambda value: value["signatures"][0].update(header={"kid": "x"})),
        "The signed statement has a member that is unknown: 'header' (in signatures[0]).",
    ),
    "unknown member": (edited(lambda value: value.update(x=1)), "a member that is unknown: 'x'"),
    "flattened": (
        edited(lambda value: value.update(value.pop("signatures")[0])),
        "a member that is unknown",
    ),
    "member twice": (
        SIGNED[:-1] + b',"payload":"AAAA"}',
        "The signed statement has the member 'payload' twice.",
    ),
    "header member twice": (
        edited(
            lambda value: value["signatures"][0].update(
                protected=base64url_encode(b'{"alg":"Ed25519","alg":"none"}')
            )
        ),
        "A header of the statement has the member 'alg' twice.",
    ),
    "header not base64url": (
        edited(lambda value: value["signatures"][0].update(protected="A")),
        "A header of the statement is not base64url.",
    ),
    "payload not canonical": (
        edited(lambda value: value.update(payload=value["payload"] + "=")),
        "The payload of the statement is not base64url",
    ),
    "signature not canonical": (
        edited(
            lambda value: value["signatures"][0].update(
                signature=bend(value["signatures"][0]["signature"])
            )
        ),
        "The Ed25519 signature is not base64url in its canonical form.",
    ),
    "not JSON": (b"{", "The signed statement is not JSON."),
    "compact": (b"e30.e30.AAAA", "The signed statement is not JSON."),
    "not an object": (b"[]", "a value of another type"),
    "half a surrogate": (
        edited(lambda value: header(value, 0, typ="\ud800")),
        "A header of the statement is not JSON.",
    ),
    "nested without end": (b"[" * 100_000, "The signed statement is not JSON."),
    "header too big": (
        edited(lambda value: header(value, 0, typ="x" * 1_024)),
        "A header of the statement is longer than 1024 characters.",
    ),
    "too big": (b" " * (jws.MAX_JWS + 1), "The signed statement is longer than 12582912 bytes."),
}


@pytest.mark.parametrize(("data", "sentence"), CASES.values(), ids=CASES)
def test_each_refusal_has_its_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        jws.verify(data, TYP, KEYS)
    assert sentence in str(caught.value)


def test_what_is_too_big_to_be_read_is_not_signed() -> None:
    with pytest.raises(BadInput, match="would be longer than 12582912 bytes"):
        jws.sign(bytes(jws.MAX_JWS * 3 // 4), TYP, SENDER)


def test_a_key_of_the_pair_used_with_a_strangers_other_key_signs_nothing() -> None:
    """Whoever has broken Ed25519 alone, and makes a pair of it with a key of his own."""
    broken = PrivatePair(SENDER.ed25519, STRANGER.ml_dsa_65)
    forged = jws.sign(PAYLOAD, TYP, broken)
    assert jws.verify(forged, TYP, broken.public) == PAYLOAD
    with pytest.raises(BadInput, match="not signed under the ML-DSA-65 key pinned"):
        jws.verify(forged, TYP, KEYS)


@given(st.binary(max_size=200))
def test_the_parser_is_total(data: bytes) -> None:
    for read in (jws.kids_of, lambda raw: jws.verify(raw, TYP, KEYS)):
        with pytest.raises(BadInput):
            read(data)


@given(st.data())
def test_no_flipped_bit_is_verified(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(SIGNED) - 1))
    damaged = bytearray(SIGNED)
    damaged[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(BadInput):
        jws.verify(bytes(damaged), TYP, KEYS)


def test_an_algorithm_is_never_taken_from_the_message() -> None:
    """The public Ed25519 key used as an HMAC secret: what confusion of algorithms would accept."""
    secret = JWK(kty="oct", k=base64url_encode(KEYS.ed25519))
    value = json.loads(SIGNED)
    forged = JWS(PAYLOAD)
    forged.add_signature(secret, "HS256", protected=json_encode({"alg": "HS256"}))
    value["signatures"][0] = {
        "protected": base64url_encode('{"alg":"HS256"}'),
        "signature": json.loads(forged.serialize())["signature"],
    }
    with pytest.raises(BadInput, match="has no member"):
        jws.verify(json.dumps(value).encode(), TYP, KEYS)
