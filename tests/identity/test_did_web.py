"""The did:web document says where to look, and gives nobody a key to trust."""

import json

import pytest

from comity.errors import BadInput
from comity.identity import ceremony
from comity.identity.did_web import did_document, document_url
from comity.identity.root import fingerprint
from tests.identity.support import DESK, LEGAL, NOW, draft, root_1, signed, version_1


@pytest.mark.parametrize(
    ("did", "url"),
    [
        ("did:web:comity.example.org", "https://comity.example.org/.well-known/did.json"),
        ("did:web:example.org%3A8443", "https://example.org:8443/.well-known/did.json"),
        ("did:web:example.org:desk:node", "https://example.org/desk/node/did.json"),
    ],
)
def test_the_document_is_where_the_method_looks_for_it(did: str, url: str) -> None:
    assert document_url(did) == url


def test_the_document_names_the_last_version_and_the_first_ones_fingerprint() -> None:
    second = signed(ceremony.renew(root_1(), NOW), DESK, LEGAL)
    document = json.loads(did_document((version_1(), second)))
    root, inbox = document["service"]
    assert document["id"] == "did:web:comity.example.org"
    assert root["serviceEndpoint"]["uri"].endswith("/.well-known/2.root.json")
    assert root["serviceEndpoint"]["fingerprint"] == fingerprint(version_1())
    assert root["serviceEndpoint"]["note"].startswith("For discovery only.")
    assert inbox["serviceEndpoint"] == "https://comity.example.org/dispatch/"


def test_the_document_holds_no_keys() -> None:
    document = json.loads(did_document((version_1(),)))
    assert set(document) == {"@context", "id", "service"}
    assert root_1().node.recipient not in json.dumps(document)


def test_a_node_that_only_fetches_has_no_inbox_in_it() -> None:
    data = signed(draft(inbox=None), DESK, LEGAL)
    assert len(json.loads(did_document((data,)))["service"]) == 1


def test_a_node_without_a_did_web_has_no_document() -> None:
    with pytest.raises(BadInput, match="names no did:web"):
        did_document((signed(draft(did_web=None), DESK, LEGAL),))
