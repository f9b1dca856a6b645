"""What the tests of the identity room share: pairs of keys, a node, drafts and signatures."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from comity.identity import ceremony
from comity.identity.document import Root, parse
from comity.identity.holders import Holder
from comity.identity.node_fields import Node
from comity.identity.pair import PrivatePair
from comity.identity.root import sign_root
from comity.record.keys import KeyPair
from tests.record.support import randomness

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
RECIPIENT = "age1pq1" + "q" * 1952
OFFICES = ("Head of the cyber desk", "Legal adviser", "Head of the CSIRT")
DESK, LEGAL, CSIRT = range(3)
ONLINE, NEXT_ONLINE, NEWCOMER = 3, 4, 5


@cache
def pair(number: int) -> PrivatePair:
    """The same pair in every test: 0 to 2 are the holders', the others as named above."""
    return PrivatePair.generate(randomness(100 + number))


@cache
def log_vkeys(seed: int = 1) -> tuple[str, str]:
    return KeyPair.generate(randomness(seed)).keys.vkeys


def node(**changed: Any) -> Node:
    fields = {
        "names": {"en": "Ministry of Foreign Affairs", "fr": "Ministère des Affaires étrangères"},
        "kind": "state",
        "log": log_vkeys(),
        "inbox": "https://comity.example.org/dispatch/",
        "recipient": RECIPIENT,
        "did_web": "did:web:comity.example.org",
    }
    return Node(**(fields | changed))


def three() -> tuple[Holder, ...]:
    return tuple(Holder(office, (pair(at).public,)) for at, office in enumerate(OFFICES))


def one_person() -> tuple[Holder, ...]:
    return (Holder("Director", (pair(DESK).public, pair(LEGAL).public)),)


def draft(holders: Sequence[Holder] | None = None, **changed: Any) -> bytes:
    return ceremony.begin(NOW, holders or three(), pair(ONLINE).public, node(**changed))


def signed(data: bytes, *numbers: int) -> bytes:
    for number in numbers:
        data = sign_root(data, pair(number))
    return data


@cache
def version_1() -> bytes:
    return signed(draft(), DESK, LEGAL)


def root_1() -> Root:
    return parse(version_1()).root


def edited(data: bytes, change: Callable[[Any], None]) -> bytes:
    """The document with its JSON changed, as somebody with an editor would."""
    value = json.loads(data)
    change(value)
    return json.dumps(value).encode()
