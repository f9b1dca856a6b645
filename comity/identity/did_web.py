"""The did:web document of a node: for discovery, and for nothing else.

Trust in did:web is trust in DNS and in certificate authorities. So the document holds no keys: only
where the root documents are, and the fingerprint that a person compares over another channel.
"""

from __future__ import annotations

from urllib.parse import unquote

import msgspec

from comity.errors import BadInput
from comity.identity.root import fingerprint, trusted_chain

NOTE = (
    "For discovery only. Rely on the root document, and on it only after its fingerprint was "
    "compared over another channel."
)


def document_url(did: str) -> str:
    """Return where did:web (W3C CCG method specification) looks for the document of ``did``."""
    host, *path = did.removeprefix("did:web:").split(":")
    where = "/".join(path) or ".well-known"
    return f"https://{unquote(host)}/{where}/did.json"


def did_document(chain: tuple[bytes, ...]) -> bytes:
    """Return the DID document (W3C DID 1.0) of the node whose versions are ``chain``, as JSON.

    Raises BadInput if the last version names no did:web, or where ``trusted_chain`` does.
    """
    root = trusted_chain(chain)
    did = root.node.did_web
    if did is None:
        raise BadInput("The root document names no did:web: rotate with --did-web to add one.")
    base = document_url(did).rpartition("/")[0]
    services = [
        {
            "id": f"{did}#comity-root",
            "type": "ComityRoot",
            "serviceEndpoint": {
                "uri": f"{base}/{root.version}.root.json",
                "version": str(root.version),
                "fingerprint": fingerprint(chain[0]),
                "note": NOTE,
            },
        }
    ]
    if root.node.inbox is not None:
        services.append(
            {"id": f"{did}#comity-inbox", "type": "ComityInbox", "serviceEndpoint": root.node.inbox}
        )
    document = {"@context": ["https://www.w3.org/ns/did/v1"], "id": did, "service": services}
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
