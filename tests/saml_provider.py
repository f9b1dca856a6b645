"""A SAML identity provider that does what it is told, also what no honest one would.

It signs with signxml, which shares no code of signatures with what checks them here (xmlsec).
"""

import base64
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner

ENTITY = "https://idp.example.org/metadata"
SSO = "https://idp.example.org/sso"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
NS = {
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}


class Signature(XMLSigner):
    """One that also signs with what is forbidden, for the tests."""

    def check_deprecated_methods(self) -> None:
        """Let SHA-1 pass."""


class Provider:
    """A key, a certificate, and an address to send people to."""

    def __init__(self, sso: str = SSO) -> None:
        self.sso = sso
        self.key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example.org")])
        now = datetime.now(UTC)
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(name).issuer_name(name).public_key(self.key.public_key())
            .serial_number(1).not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=30)).sign(self.key, SHA256())
        )  # fmt: skip

    @property
    def metadata(self) -> str:
        der = base64.b64encode(self.certificate.public_bytes(Encoding.DER)).decode()
        return f"""<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
 xmlns:ds="{NS["ds"]}" entityID="{ENTITY}"><md:IDPSSODescriptor
 protocolSupportEnumeration="{NS["samlp"]}"><md:KeyDescriptor use="signing"><ds:KeyInfo>
<ds:X509Data><ds:X509Certificate>{der}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
 Location="{self.sso}"/></md:IDPSSODescriptor></md:EntityDescriptor>"""

    def sign(self, element: Any, *, sha1: bool = False) -> Any:
        """The element with its signature where the schema has it: behind the issuer."""
        (issuer,) = element.findall("saml:Issuer", NS)
        place = etree.Element(f"{{{NS['ds']}}}Signature", {"Id": "placeholder"}, {"ds": NS["ds"]})
        issuer.addnext(place)
        signer = Signature(
            signature_algorithm=SignatureMethod.RSA_SHA1 if sha1 else SignatureMethod.RSA_SHA256,
            digest_algorithm=DigestAlgorithm.SHA1 if sha1 else DigestAlgorithm.SHA256,
            c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#",
        )
        return signer.sign(
            element, key=self.key, cert=[self.certificate], reference_uri=element.get("ID"),
            id_attribute="ID",
        )  # fmt: skip


def asked(address: str) -> dict[str, str]:
    """What the request in an address says: its id, for whom it is, and the state to give back."""
    query = dict(parse_qsl(urlsplit(address).query))
    request = etree.fromstring(zlib.decompress(base64.b64decode(query["SAMLRequest"]), -15))
    return {
        "id": request.get("ID"),
        "answers": request.get("AssertionConsumerServiceURL"),
        "audience": request.findtext("saml:Issuer", namespaces=NS),
        "state": query["RelayState"],
    }


def assertion(question: dict[str, str], **changed: Any) -> Any:
    """An unsigned assertion. A change to None leaves the attribute or the element out."""
    now = datetime.now(UTC).replace(microsecond=0)
    soon = (now + timedelta(minutes=5)).isoformat().replace("+00:00", "Z")
    said: dict[str, Any] = {
        "issuer": ENTITY, "subject": "subject 1", "format": PERSISTENT,
        "audience": question["audience"], "recipient": question["answers"], "to": question["id"],
        "until": soon, "conditions_until": soon, "attributes": {}, "method": "bearer",
    } | changed  # fmt: skip
    stamp = now.isoformat().replace("+00:00", "Z")
    data = {"Recipient": said["recipient"], "InResponseTo": said["to"],
            "NotOnOrAfter": said["until"]}  # fmt: skip
    data_text = " ".join(f'{name}="{value}"' for name, value in data.items() if value is not None)
    audience = (
        f"<saml:AudienceRestriction><saml:Audience>{said['audience']}</saml:Audience>"
        "</saml:AudienceRestriction>" if said["audience"] else ""
    )  # fmt: skip
    values = "".join(
        f'<saml:Attribute Name="{name}">'
        + "".join(f"<saml:AttributeValue>{value}</saml:AttributeValue>" for value in several)
        + "</saml:Attribute>"
        for name, several in said["attributes"].items()
    )
    statement = f"<saml:AttributeStatement>{values}</saml:AttributeStatement>" if values else ""
    return etree.fromstring(
        f"""<saml:Assertion xmlns:saml="{NS["saml"]}" ID="_assertion" Version="2.0"
 IssueInstant="{stamp}"><saml:Issuer>{said["issuer"]}</saml:Issuer><saml:Subject>
<saml:NameID Format="{said["format"]}">{said["subject"]}</saml:NameID><saml:SubjectConfirmation
 Method="urn:oasis:names:tc:SAML:2.0:cm:{said["method"]}">
<saml:SubjectConfirmationData {data_text}/>
</saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotOnOrAfter="{said["conditions_until"]}">
{audience}</saml:Conditions><saml:AuthnStatement AuthnInstant="{stamp}"><saml:AuthnContext>
<saml:AuthnContextClassRef>urn:example:password</saml:AuthnContextClassRef>
</saml:AuthnContext></saml:AuthnStatement>{statement}</saml:Assertion>"""
    )


def response(question: dict[str, str], *parts: Any, **changed: Any) -> Any:
    """A response with these assertions in it, to be signed or not."""
    stamp = datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    said = {"InResponseTo": question["id"], "Destination": question["answers"]} | changed
    text = " ".join(f'{name}="{value}"' for name, value in said.items() if value is not None)
    whole = etree.fromstring(
        f"""<samlp:Response xmlns:samlp="{NS["samlp"]}" xmlns:saml="{NS["saml"]}" ID="_response"
 Version="2.0" IssueInstant="{stamp}" {text}><saml:Issuer>{ENTITY}</saml:Issuer><samlp:Status>
<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
</samlp:Response>"""
    )
    for part in parts:
        whole.append(part)
    return whole


def sent(whole: Any) -> str:
    """A response as the browser carries it."""
    return base64.b64encode(etree.tostring(whole)).decode()


@contextmanager
def provider() -> Iterator[Provider]:
    """A provider that answers whoever comes, on this machine, with a form that sends itself."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if not self.path.startswith("/sso?"):  # a browser wants an icon
                self.send_error(404)
                return
            question = asked(self.path)
            fields = {
                "SAMLResponse": sent(response(question, told.sign(assertion(question)))),
                "RelayState": question["state"],
            }
            inputs = "".join(
                f'<input type="hidden" name="{name}" value="{value}">'
                for name, value in fields.items()
            )
            page = (
                f'<!doctype html><title>Provider</title><form method="post" id="f" '
                f'action="{question["answers"]}">{inputs}<button>Send it</button></form>'
                '<script>document.getElementById("f").submit()</script>'
            )
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("localhost", 0), Handler)
    told = Provider(f"http://localhost:{server.server_port}/sso")
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
