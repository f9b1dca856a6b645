"""Sign-on by SAML: which assertions open an account, and every way to bend one that does not."""

import base64
import copy
import html
import re

import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from signxml.algorithms import SignatureMethod
from signxml.signer import XMLSigner

from comity.access.roles import Role
from comity.access.sign_on_file import Saml
from comity.errors import BadInput
from comity.node.sign_on import configured, saml
from tests.node_cast import PASSWORD, account, browser
from tests.saml_provider import ENTITY, NS, SSO, Provider, asked, assertion, response, sent

AT = "/accounts/sign-on/csirt/"
PROVIDER = Provider()
FILE = f"""[csirt]
kind = "saml"
name = "National CSIRT (test)"
entity_id = "{ENTITY}"
metadata_file = "csirt.xml"
"""


@pytest.fixture
def csirt(home):
    """The provider, set up at this node."""
    (home / "csirt.xml").write_text(PROVIDER.metadata)
    (home / "sign-on.toml").write_text(FILE)
    return PROVIDER


def body(answer):
    return answer.content.decode()


def leave(client, path=AT):
    answer = client.post(path)
    assert answer.status_code == 200, answer.headers
    (found,) = re.findall(r'http-equiv="refresh" content="0; url=([^"]+)"', body(answer))
    address = html.unescape(found)
    assert address.startswith(f"{SSO}?")
    return asked(address)


def finish(client, question, whole, state=None):
    form = {
        "SAMLResponse": sent(whole),
        "RelayState": question["state"] if state is None else state,
    }
    return client.post(f"{AT}finish", form)


def honest(question, **changed):
    return response(question, PROVIDER.sign(assertion(question, **changed)))


@pytest.fixture
def owner(owner, csirt):
    """The owner's account, tied to ``subject 1``."""
    owner.post("/accounts/reauthenticate/", {"password": PASSWORD})
    question = leave(owner, "/accounts/identities/csirt/tie")
    assert finish(owner, question, honest(question))["Location"] == "/accounts/identities/"
    return owner


def try_it(make):
    """Set out, have an answer made, hand it in."""
    client = browser()
    question = leave(client)
    return finish(client, question, make(question))


def refused(answer):
    return answer.status_code == 403 and "Signing on did not work" in body(answer)


def test_whoever_tied_an_identity_signs_on_with_it_and_is_asked_for_the_second_factor(owner):
    client = browser()
    question = leave(client)
    answer = finish(client, question, honest(question))
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/incidents/")["Location"].startswith("/accounts/login/")


def test_an_identity_that_nobody_tied_opens_nothing(owner):
    answer = try_it(lambda question: honest(question, subject="subject 2"))
    assert answer.status_code == 403
    assert "No account is tied to this identity" in body(answer)


def test_the_answer_comes_in_through_a_page_of_ours_that_keeps_nothing(csirt):
    client = browser()
    question = leave(client)
    whole = sent(honest(question))
    form = {"SAMLResponse": whole, "RelayState": '"><script>', "other": "x"}
    answer = browser().post(f"{AT}answer", form)
    assert answer.status_code == 200
    assert not answer.cookies
    page = body(answer)
    assert f'action="{AT}finish"' in page
    assert f'name="SAMLResponse" value="{html.escape(whole)}"' in page
    assert "<script>" not in page
    assert "other" not in re.findall(r'name="([^"]+)" value', page)


def test_a_response_that_is_signed_as_well_is_fine(owner):
    answer = try_it(lambda question: PROVIDER.sign(honest(question)))
    assert answer["Location"] == "/accounts/2fa/authenticate/"


def unsigned(question):
    return response(question, assertion(question))


def signed_outside_only(question):
    return PROVIDER.sign(unsigned(question))


def signed_by_another_key(question):
    return response(question, Provider().sign(assertion(question)))


def signed_with_sha1(question):
    return response(question, PROVIDER.sign(assertion(question), sha1=True))


def signed_with_what_everybody_knows(question):
    """A code over it whose key is the certificate, which stands in the metadata."""
    whole = assertion(question)
    place = etree.Element(f"{{{NS['ds']}}}Signature", {"Id": "placeholder"}, {"ds": NS["ds"]})
    whole.find("saml:Issuer", NS).addnext(place)
    signer = XMLSigner(
        signature_algorithm=SignatureMethod.HMAC_SHA256,
        c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#",
    )
    key = PROVIDER.certificate.public_bytes(Encoding.PEM)
    return response(question, signer.sign(whole, key=key, reference_uri="_assertion"))


def changed_after_signing(question):
    whole = honest(question, subject="subject 2")
    whole.find(".//saml:NameID", NS).text = "subject 1"
    return whole


def comment_in_the_subject(question):
    """The name is cut at the comment by readers that take the first text only."""
    whole = honest(question, subject="subject 1.evil")
    name = whole.find(".//saml:NameID", NS)
    name.text = "subject 1"
    name.append(etree.Comment("x"))
    name[0].tail = ".evil"
    return whole


def confirmed_twice(question):
    """Once for this sign-on and once for any other."""
    whole = assertion(question)
    one = whole.find(".//saml:SubjectConfirmation", NS)
    other = copy.deepcopy(one)
    other[0].attrib.pop("InResponseTo")
    one.addnext(other)
    return response(question, PROVIDER.sign(whole))


def _two(question):
    """One that the provider signed for somebody else, and one that nobody signed."""
    evil = assertion(question)
    evil.set("ID", "_evil")
    return PROVIDER.sign(assertion(question, subject="subject 2")), evil


def wrapped_first(question):
    good, evil = _two(question)
    return response(question, evil, good)


def wrapped_last(question):
    good, evil = _two(question)
    return response(question, good, evil)


def wrapped_with_the_same_id(question):
    good, evil = _two(question)
    evil.set("ID", good.get("ID"))
    return response(question, evil, good)


def wrapped_with_its_signature(question):
    """The signature is moved to the evil assertion, the good one into an object of it."""
    good, evil = _two(question)
    evil.set("ID", good.get("ID"))
    signature = copy.deepcopy(good.find("ds:Signature", NS))
    holder = etree.SubElement(signature, f"{{{NS['ds']}}}Object")
    holder.append(good)
    evil.find("saml:Issuer", NS).addnext(signature)
    return response(question, evil)


def wrapped_in_advice(question):
    good, evil = _two(question)
    signature = copy.deepcopy(good.find("ds:Signature", NS))
    evil.find("saml:Issuer", NS).addnext(signature)
    advice = etree.Element(f"{{{NS['saml']}}}Advice")
    advice.append(good)
    evil.find("saml:Conditions", NS).addnext(advice)
    return response(question, evil)


def wrapped_in_extensions(question):
    good, evil = _two(question)
    whole = response(question, evil)
    extensions = etree.Element(f"{{{NS['samlp']}}}Extensions")
    extensions.append(good)
    whole.find("saml:Issuer", NS).addnext(extensions)
    return whole


def wrapped_whole(question):
    """A signed response inside an object of its own signature, around an evil one."""
    good = PROVIDER.sign(response(question, *_two(question)[:1]))
    evil = response(question, _two(question)[1])
    signature = copy.deepcopy(good.find("ds:Signature", NS))
    etree.SubElement(signature, f"{{{NS['ds']}}}Object").append(good)
    evil.find("saml:Issuer", NS).addnext(signature)
    return evil


def encrypted(question):
    return response(question, etree.Element(f"{{{NS['saml']}}}EncryptedAssertion"))


def without_an_assertion(question):
    return response(question)


@pytest.mark.parametrize(
    "make",
    [
        unsigned, signed_outside_only, signed_by_another_key, signed_with_sha1,
        signed_with_what_everybody_knows,
        changed_after_signing, comment_in_the_subject, confirmed_twice, wrapped_first, wrapped_last,
        wrapped_with_the_same_id, wrapped_with_its_signature, wrapped_in_advice,
        wrapped_in_extensions, wrapped_whole, encrypted, without_an_assertion,
    ],
)  # fmt: skip
def test_a_bent_answer_opens_nothing(owner, make):
    answer = try_it(make)
    assert answer.status_code == 403
    assert ("No account is tied" in body(answer)) is (make is comment_in_the_subject)


LONG_AGO = "2020-01-01T00:00:00Z"


@pytest.mark.parametrize(
    "changed",
    [
        {"audience": "https://other.example.org/"},
        {"audience": None},
        {"recipient": "https://other.example.org/acs"},
        {"recipient": "http://testserver/accounts/sign-on/csirt/answer/../x"},
        {"recipient": None},
        {"to": "_another_request"},
        {"to": None},
        {"until": LONG_AGO},
        {"until": None},
        {"conditions_until": LONG_AGO},
        {"issuer": "https://other.example.org/metadata"},
        {"method": "holder-of-key"},
        {"format": "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"},
        {"format": "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"},
        {"subject": ""},
    ],
    ids=str,
)
def test_a_signed_assertion_that_is_not_for_this_sign_on_is_refused(owner, changed):
    assert refused(try_it(lambda question: honest(question, **changed)))


@pytest.mark.parametrize(
    "changed",
    [
        {"InResponseTo": None},
        {"InResponseTo": "_another_request"},
        {"Destination": "https://other.example.org/acs"},
        {"Destination": "http://testserver/accounts/sign-on/csirt/answerx"},
    ],
    ids=str,
)
def test_a_response_to_something_else_is_refused(owner, changed):
    make = lambda question: response(  # noqa: E731
        question, PROVIDER.sign(assertion(question)), **changed
    )
    assert refused(try_it(make))


def test_an_answer_that_nobody_asked_for_is_refused(owner):
    client = browser()
    question = leave(client)
    whole = honest(question)
    assert refused(finish(client, question, whole, state=""))
    assert refused(finish(browser(), question, whole))


def test_an_answer_counts_once(owner):
    client = browser()
    question = leave(client)
    whole = honest(question)
    assert finish(client, question, whole)["Location"] == "/accounts/2fa/authenticate/"
    assert refused(finish(client, question, whole))


def test_the_answer_to_one_sign_on_does_not_open_another(owner):
    client = browser()
    stolen, own = leave(client), leave(client)
    assert refused(finish(client, own, honest(stolen)))
    # Nor with another envelope around the same assertion.
    own = leave(client)
    assert refused(finish(client, own, response(own, PROVIDER.sign(assertion(stolen)))))


@pytest.mark.parametrize("text", ["", "not base64 at all", "PHg+", "PCFET0NUWVBFIHggW108eA=="])
def test_what_is_no_answer_is_refused(owner, text):
    client = browser()
    question = leave(client)
    form = {"SAMLResponse": text, "RelayState": question["state"]}
    assert refused(client.post(f"{AT}finish", form))


def test_an_answer_with_a_document_type_is_not_read(owner, caplog):
    client = browser()
    question = leave(client)
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    form = {"SAMLResponse": base64.b64encode(bomb).decode(), "RelayState": question["state"]}
    assert refused(client.post(f"{AT}finish", form))
    assert "DTDForbidden" in caplog.text


def test_an_attribute_may_name_the_person_instead(home, csirt):
    (home / "sign-on.toml").write_text(f'{FILE}subject_attribute = "urn:example:id"\n')
    client = browser(account("Owner", Role.DUTY_OFFICER))
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    question = leave(client, "/accounts/identities/csirt/tie")
    said = {"urn:example:id": ["person 7"], "mail": ["owner@example.org"]}
    finish(client, question, honest(question, attributes=said))
    found = SocialAccount.objects.get()
    assert found.uid == configured.uid(ENTITY, "person 7")
    assert found.extra_data == {}
    for values in ([], ["person 7", "person 8"]):
        question = leave(client)
        odd = honest(question, attributes={"urn:example:id": values, "mail": ["x"]})
        assert refused(finish(client, question, odd))


def test_the_node_says_what_an_administrator_of_the_provider_has_to_set_up(csirt):
    answer = browser().get(f"{AT}metadata")
    found = etree.fromstring(answer.content)
    assert found.get("entityID") == "http://testserver/accounts/sign-on/csirt/metadata"
    (place,) = found.iter("{*}AssertionConsumerService")
    assert place.get("Location") == "http://testserver/accounts/sign-on/csirt/answer"
    assert found[0].get("WantAssertionsSigned") == "true"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda _text: "", "hold no provider"),
        (lambda text: text.replace(ENTITY, "https://other.example.org/"), "hold no provider"),
        (lambda text: text.replace("HTTP-Redirect", "HTTP-POST"), "hold no provider"),
        (lambda text: re.sub("Certificate>[^<]+<", "Certificate>AAAA<", text), "hold no provider"),
        (lambda text: f'<!DOCTYPE x [<!ENTITY a "a">]>{text}', "hold no provider"),
        (lambda text: text.replace(SSO, "http://idp.example.org/sso"), "not https"),
    ],
)
def test_metadata_that_cannot_be_used_are_said_in_a_sentence(change, says):
    source = Saml(name="x", entity_id=ENTITY, metadata_file="csirt.xml")
    with pytest.raises(BadInput, match=says):
        saml.check("csirt", source, change(PROVIDER.metadata).encode())


def test_without_its_metadata_the_provider_is_said_to_be_missing(csirt, home, caplog):
    assert configured.faults() == []
    (home / "csirt.xml").unlink()
    (fault,) = configured.faults()
    assert refused(browser().post(AT))
    assert refused(browser().get(f"{AT}metadata"))
    assert fault == "sign-on.toml: csirt: there is no file csirt.xml in the data folder"
    assert fault in caplog.text
