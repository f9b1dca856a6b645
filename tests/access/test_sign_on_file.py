"""Where people may sign on, as an operator writes it: each fault in a sentence."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.access.sign_on_file import Oidc, Saml, read_sources, safe_address
from comity.errors import BadInput

OIDC = """
[ministry]
kind = "oidc"
name = "Ministry of Foreign Affairs"
issuer = "https://login.example.org/realms/desk"
client_id = "comity"
client_secret_env = "COMITY_MINISTRY"
"""
SAML = """
[csirt]
kind = "saml"
name = "National CSIRT"
entity_id = "https://idp.example.org/metadata"
metadata_file = "csirt.xml"
"""


def test_providers_come_in_the_order_of_the_file():
    found = read_sources((SAML + OIDC).encode())
    assert list(found) == ["csirt", "ministry"]
    assert isinstance(found["csirt"], Saml)
    assert isinstance(found["ministry"], Oidc)


def test_an_empty_file_offers_nothing():
    assert read_sources(b"") == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (OIDC.replace("https:", "http:"), "https address"),
        (OIDC.replace("login.example.org", "user@login.example.org"), "https address"),
        (OIDC.replace("/realms/desk", "/?realm=desk"), "https address"),
        (OIDC.replace("[ministry]", "[Ministry]"), "small letters"),
        (OIDC.replace("[ministry]", '["../ministry"]'), "small letters"),
        (OIDC + 'client_secret = "in the open"', "cannot be read"),
        (OIDC + 'client_secret_file = "too"', "either"),
        (OIDC.replace('client_secret_env = "COMITY_MINISTRY"', ""), "either"),
        (OIDC.replace('"oidc"', '"oauth"'), "cannot be read"),
        (OIDC.replace('name = "Ministry of Foreign Affairs"', 'name = ""'), "cannot be read"),
        (SAML.replace('metadata_file = "csirt.xml"', ""), "cannot be read"),
        (SAML + 'metadata_url = "https://idp.example.org/metadata"', "cannot be read"),
        ("[ministry", "cannot be read"),
        ("\N{LATIN SMALL LETTER E WITH ACUTE}", "cannot be read"),
    ],
)
def test_a_fault_is_said_in_a_sentence(text, says):
    with pytest.raises(BadInput, match=says):
        read_sources(text.encode())


def test_bytes_that_are_no_text_are_said_too():
    with pytest.raises(BadInput, match="cannot be read"):
        read_sources(b"\xff")


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_the_file_holds_it_is_read_or_refused(body):
    with contextlib.suppress(BadInput):
        read_sources(body)


@pytest.mark.parametrize(
    "address",
    [
        "http://login.example.org", "http://localhost.example.org", "javascript:alert(1)",
        "https://login.example.org\n", "https://login.example.org/#x", "//login.example.org",
        "https://login.example.org@evil.example.org", "https://", "file:///etc/passwd", "",
    ],
)  # fmt: skip
def test_an_address_that_somebody_could_listen_to_or_bend_is_not_safe(address):
    assert not safe_address(address)


@pytest.mark.parametrize(
    "address",
    ["https://login.example.org", "https://login.example.org:8443/a/b-c.d", "http://localhost:1/x"],
)
def test_https_and_this_machine_are_safe(address):
    assert safe_address(address)
