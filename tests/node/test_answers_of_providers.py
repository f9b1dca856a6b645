"""Whatever comes in place of a provider's answer is refused, or names whom the provider named."""

import base64
from copy import deepcopy
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from comity.access.sign_on_file import Oidc, Saml
from comity.errors import BadInput
from comity.node.sign_on import oidc, saml
from tests.oidc_provider import Key, b64, claims
from tests.saml_provider import ENTITY, Provider, asked, assertion, response, sent

PROVIDER, KEY = Provider(), Key()
METADATA = PROVIDER.metadata.encode()
SAML = Saml(name="x", entity_id=ENTITY, metadata_file="x")
HERE = saml.Here("https://comity.example.org/metadata", "https://comity.example.org/answer")
ADDRESS, REQUEST = saml.begin("x", SAML, METADATA, HERE, "state")
QUESTION = asked(ADDRESS)
# Good for as long as a slow machine takes for this file: what ends an answer is tested elsewhere.
UNTIL = (datetime.now(UTC) + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
GOOD = response(QUESTION, PROVIDER.sign(assertion(QUESTION, until=UNTIL, conditions_until=UNTIL)))
ISSUER = "https://login.example.org"
OIDC = Oidc(name="x", issuer=ISSUER, client_id="comity", client_secret_file="x")  # noqa: S106 - its place


def subject(answer):
    """Who an answer by SAML names; None where it is refused."""
    try:
        return saml.finish("x", SAML, METADATA, HERE, REQUEST, answer)
    except BadInput:
        return None


def test_an_honest_answer_names_the_person():
    assert subject(sent(GOOD)) == "subject 1"


edits = st.lists(
    st.tuples(
        st.sampled_from(["drop", "twice", "say", "unset", "set"]),
        st.integers(0, 40),
        st.integers(0, 40),
        st.sampled_from(["", "x", "0", "#x", "subject 2", "_assertion", "_response"]),
    ),
    min_size=1,
    max_size=4,
)


@given(edits)
def test_an_answer_by_saml_that_was_edited_names_nobody_else(edits):
    whole = deepcopy(GOOD)
    for what, here, there, text in edits:
        nodes = list(whole.iter())
        node, other = nodes[here % len(nodes)], nodes[there % len(nodes)]
        if what == "drop" and node is not whole:
            node.getparent().remove(node)
        elif what == "twice":
            other.append(deepcopy(node))
        elif what == "say":
            node.text = text
        elif what in {"unset", "set"} and node.attrib:
            name = list(node.attrib)[there % len(node.attrib)]
            node.attrib.pop(name) if what == "unset" else node.set(name, text)
    assert subject(sent(whole)) in {None, "subject 1"}


@given(st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), min_size=1, max_size=4))
def test_an_answer_by_saml_with_other_bytes_names_nobody_else(changes):
    body = bytearray(etree.tostring(GOOD))
    for place, byte in changes:
        body[place % len(body)] = byte
    assert subject(base64.b64encode(body).decode()) in {None, "subject 1"}


@given(st.text() | st.binary().map(lambda body: base64.b64encode(body).decode()))
def test_what_is_no_answer_by_saml_is_refused(text):
    assert subject(text) is None


def test_while_a_provider_changes_its_certificate_both_are_good():
    other = Provider()
    old, new = (one.metadata.partition("<md:KeyDescriptor") for one in (PROVIDER, other))
    descriptor = f"{new[1]}{new[2].partition('</md:KeyDescriptor>')[0]}</md:KeyDescriptor>"
    both = f"{old[0]}{descriptor}{old[1]}{old[2]}".encode()
    for signer in (PROVIDER, other):
        whole = sent(response(QUESTION, signer.sign(assertion(QUESTION))))
        assert saml.finish("x", SAML, both, HERE, REQUEST, whole) == "subject 1"
    with pytest.raises(BadInput):
        saml.finish("x", SAML, METADATA, HERE, REQUEST, whole)


def named(token, keys=None):
    """Whom an ID token names; None where it is refused."""
    try:
        return oidc.subject_of(token, keys or {"keys": [KEY.jwk]}, OIDC, "nonce")
    except BadInput:
        return None


def test_an_honest_token_names_the_person():
    assert named(KEY.token(claims(ISSUER, "nonce", {}))) == "subject 1"


values: st.SearchStrategy[object] = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just([])
)
jsons = st.recursive(values, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@given(st.text() | st.lists(st.binary(max_size=40).map(b64), max_size=4).map(".".join))
def test_what_is_no_token_is_refused(text):
    assert named(text) is None


@given(st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk", "jku"]), jsons))
def test_a_token_with_an_odd_header_is_refused_or_names_the_person(header):
    token = KEY.token(claims(ISSUER, "nonce", {}), **header)
    assert named(token) in {None, "subject 1"}


@given(st.dictionaries(st.sampled_from(["iss", "sub", "aud", "exp", "nonce", "azp"]), jsons))
def test_a_token_with_odd_claims_is_refused_or_names_somebody(changed):
    found = named(KEY.token(claims(ISSUER, "nonce", changed)))
    assert found is None or found == changed.get("sub", "subject 1")


@given(st.dictionaries(st.just("keys"), jsons) | st.dictionaries(st.text(), jsons))
def test_odd_keys_sign_nothing(keys):
    keys = keys or {"keys": []}
    assert named(KEY.token(claims(ISSUER, "nonce", {})), keys) is None


@given(st.lists(st.dictionaries(st.sampled_from(list(KEY.jwk)), jsons), min_size=1))
def test_a_key_with_odd_parts_signs_nothing(changes):
    keys = {"keys": [KEY.jwk | change for change in changes]}
    token = KEY.token(claims(ISSUER, "nonce", {}))
    assert named(token, keys) in {None, "subject 1"}
