"""What a node says of itself in its root document: names, kind, log, inbox, recipient, did:web.

All of it is asserted by the node and signed by its holders. None of it is proven: what a
partner may rely on is that the same holders said it who hold the fingerprint.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Final, Literal, get_args
from urllib.parse import urlsplit

import msgspec

from comity.errors import BadInput
from comity.record.checkpoint import LogKeys, parse_log_keys

Kind = Literal["state", "regional-organisation", "csirt", "company", "civil-society"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
MAX_NAME: Final = 200
"""Characters of the name of an organisation or of a person's office."""
MAX_NAMES: Final = 24
"""Languages in which an organisation is named."""
MAX_URL: Final = 500
MAX_RECIPIENT: Final = 2_100
"""Characters of a recipient: an mlkem768x25519 one has 1,959."""
MAX_VKEY: Final = 4_096

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
_RECIPIENT = re.compile(r"age1pq1[02-9ac-hj-np-z]+")
_DID_WEB = re.compile(
    r"did:web:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?:%3A[0-9]{1,5})?(?::[A-Za-z0-9._-]+)*"
)
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|::1")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Node(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """The member ``x-comity-node`` of a root document; BadInput if one field cannot be used.

    ``names``: the organisation's name by language (BCP 47). ``log``: the two verifier keys of its
    record (C2SP signed-note vkeys, Ed25519 first), whose origin is the name of the node.
    ``inbox``: where dispatches are put, or None for a node that only fetches. ``recipient``: the
    age recipient (``age1pq1…``) that dispatches are sealed to; only its form is looked at here.
    ``did_web``: the did:web name under which the root document may be discovered, or None.
    """

    names: dict[str, str]
    kind: Kind
    log: tuple[str, str]
    inbox: str | None
    recipient: str
    did_web: str | None

    def __post_init__(self) -> None:
        """Refuse what nobody could read, reach or seal to."""
        if not 0 < len(self.names) <= MAX_NAMES:
            raise BadInput(f"An organisation is named in 1 to {MAX_NAMES} languages.")
        for language, name in self.names.items():
            if not _LANGUAGE.fullmatch(language):
                raise BadInput("The language of a name is written like en, fr or zh-Hans.")
            check_name(name, "The name of an organisation")
        if max(map(len, self.log)) > MAX_VKEY or self.log_keys.vkeys != self.log:
            raise BadInput("The keys of the log are two vkeys, that of Ed25519 first.")
        if self.inbox is not None:
            check_inbox(self.inbox)
        if len(self.recipient) > MAX_RECIPIENT or not _RECIPIENT.fullmatch(self.recipient):
            raise BadInput("The recipient is no age recipient that begins with age1pq1.")
        if self.did_web is not None and (
            len(self.did_web) > MAX_URL or not _DID_WEB.fullmatch(self.did_web)
        ):
            raise BadInput("The did:web name is not written like did:web:comity.example.org.")

    @cached_property
    def log_keys(self) -> LogKeys:
        """Return the keys that sign the node's record."""
        return parse_log_keys(self.log)

    @property
    def name(self) -> str:
        """Return the node's name: the origin of its log."""
        return self.log_keys.origin


def check_name(name: str, what: str) -> None:
    """Raise BadInput unless ``name`` can be shown on one line as it is written."""
    if not 0 < len(name) <= MAX_NAME or name != name.strip() or not name.isprintable():
        raise BadInput(
            f"{what} is one line of 1 to {MAX_NAME} characters without blanks at its ends."
        )


def check_inbox(url: str) -> None:
    """Raise BadInput unless dispatches can be put there: https, or http on this machine."""
    sentence = "The inbox is not written like https://comity.example.org/dispatch/."
    if len(url) > MAX_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise BadInput(sentence)
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = parts.port
    except ValueError:
        raise BadInput(sentence) from None
    if not _HOST.fullmatch(host) or "@" in parts.netloc or port == 0:
        raise BadInput(sentence)
    if "?" in url or "#" in url:
        raise BadInput("The inbox is an address without a question mark or a number sign.")
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise BadInput("The inbox is reached in the open: use https.")
    if parts.scheme not in {"https", "http"}:
        raise BadInput(sentence)
