"""SAML 2.0, web browser single sign-on: who somebody is, from an assertion signed for this sign-on.

Checked by python3-saml in its strict mode, and what that leaves to the provider is demanded here:
a signed assertion, an audience, one recipient, an end, and the request that it answers
(SAML Profiles 2.0, section 4.1.4.3). No answer counts that was not asked for.
"""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache
from typing import NamedTuple

from cryptography import x509
from lxml import etree
from onelogin.saml2.authn_request import OneLogin_Saml2_Authn_Request
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Saml2
from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from comity.access.sign_on_file import FILE, Saml, safe_address
from comity.errors import BadInput

_ODD = (
    OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError, etree.LxmlError, binascii.Error,
    ValueError, KeyError,
)  # fmt: skip


class Here(NamedTuple):
    """This node as the provider knows it: two addresses of it."""

    entity_id: str
    answers: str


def begin(ident: str, source: Saml, metadata: bytes, here: Here, state: str) -> tuple[str, str]:
    """The address to send somebody to, and the id of the request, to keep until they come back."""
    settings = _settings(ident, source, metadata, here)
    request = OneLogin_Saml2_Authn_Request(settings)
    asked = {"SAMLRequest": request.get_request(), "RelayState": state}
    address: str = OneLogin_Saml2_Utils.redirect(settings.get_idp_sso_url(), asked, {})
    return address, request.get_id()


def finish(ident: str, source: Saml, metadata: bytes, here: Here, request: str, answer: str) -> str:
    """The subject that the provider vouches for in its ``answer`` (base64) to the ``request``.

    Raises BadInput where anything in it is not as it has to be.
    """
    settings = _settings(ident, source, metadata, here)
    scheme, _, rest = here.answers.partition("://")
    host, _, path = rest.partition("/")
    received = {"https": "on" if scheme == "https" else "off", "http_host": host,
                "script_name": f"/{path}"}  # fmt: skip
    try:
        response = OneLogin_Saml2_Response(settings, answer)
        if not response.is_valid(received, request_id=request):
            raise BadInput(f"the answer does not hold: {response.get_error()}")
        _meant_for(response, here, request)
        return _subject(response, source)
    except _ODD as error:
        raise BadInput(f"the answer cannot be read: {error}") from error


def own_metadata(ident: str, source: Saml, metadata: bytes, here: Here) -> bytes:
    """What an administrator of the provider sets up there: this node, as SAML metadata."""
    body = _settings(ident, source, metadata, here).get_sp_metadata()
    return body if isinstance(body, bytes) else body.encode()


def check(ident: str, source: Saml, metadata: bytes) -> None:
    """Raise BadInput, in a sentence, if the metadata cannot be used."""
    _provider(ident, source.entity_id, metadata)


def _meant_for(response: OneLogin_Saml2_Response, here: Here, request: str) -> None:
    """What python3-saml lets pass if the provider leaves it out.

    It has seen to it that there is one assertion in the whole document and that it is signed.
    """
    document = response.get_xml_document()
    ours = {None, here.answers}
    if document.get("InResponseTo") != request or document.get("Destination") not in ours:
        raise BadInput("the answer is not to this sign-on")
    if here.entity_id not in response.get_audiences():
        raise BadInput("the assertion names no audience, or another one")
    found = document.findall(
        "saml:Assertion/saml:Subject/saml:SubjectConfirmation", namespaces=Saml2.NSMAP
    )
    data = [one.find("saml:SubjectConfirmationData", namespaces=Saml2.NSMAP) for one in found]
    if [one.get("Method") for one in found] != [Saml2.CM_BEARER] or data[0] is None:
        raise BadInput("the assertion does not say for whom it is")
    if data[0].get("Recipient") != here.answers or data[0].get("InResponseTo") != request:
        raise BadInput("the assertion is for somebody else, or for another sign-on")
    if data[0].get("NotOnOrAfter") is None:
        raise BadInput("the assertion has no end")


def _subject(response: OneLogin_Saml2_Response, source: Saml) -> str:
    if source.subject_attribute:
        values = response.get_attributes().get(source.subject_attribute, [])
        if len(values) != 1 or not isinstance(values[0], str):
            raise BadInput(f"the assertion has not one {source.subject_attribute}")
        return values[0]
    subject = response.get_nameid()
    if response.get_nameid_format() != Saml2.NAMEID_PERSISTENT or not subject:
        raise BadInput("the assertion has no persistent NameID: name a subject_attribute")
    return str(subject)


def _settings(ident: str, source: Saml, metadata: bytes, here: Here) -> OneLogin_Saml2_Settings:
    address, certificates = _provider(ident, source.entity_id, metadata)
    named = Saml2.NAMEID_UNSPECIFIED if source.subject_attribute else Saml2.NAMEID_PERSISTENT
    return OneLogin_Saml2_Settings(
        {
            "strict": True,
            "sp": {
                "entityId": here.entity_id,
                "assertionConsumerService": {
                    "url": here.answers,
                    "binding": Saml2.BINDING_HTTP_POST,
                },
                "NameIDFormat": named,
            },
            "idp": {
                "entityId": source.entity_id,
                "singleSignOnService": {"url": address, "binding": Saml2.BINDING_HTTP_REDIRECT},
                "x509certMulti": {"signing": list(certificates)},
            },
            "security": {
                "wantAssertionsSigned": True,
                "rejectDeprecatedAlgorithm": True,  # SHA-1
                "wantAttributeStatement": False,
                "wantNameId": not source.subject_attribute,
                "requestedAuthnContext": False,  # how it looked is the provider's affair
                "allowSingleLabelDomains": True,  # localhost
            },
        }
    )


@lru_cache(maxsize=8)
def _provider(ident: str, entity_id: str, metadata: bytes) -> tuple[str, tuple[str, ...]]:
    """Where the provider answers and with which certificates it signs, out of its metadata."""
    try:
        found = OneLogin_Saml2_IdPMetadataParser.parse(metadata, entity_id=entity_id).get("idp", {})
        several = found.get("x509certMulti", {}).get("signing", [])
        certificates = several or [found["x509cert"]]
        for one in certificates:
            x509.load_der_x509_certificate(base64.b64decode(one))
        address = found["singleSignOnService"]["url"]
    except _ODD as error:
        raise BadInput(
            f"{FILE}: {ident}: the metadata hold no provider {entity_id} with an address for "
            f"HTTP-Redirect and a signing certificate ({error})"
        ) from error
    if not safe_address(address):
        raise BadInput(f"{FILE}: {ident}: the provider's address is not https: {address}")
    return address, tuple(certificates)
