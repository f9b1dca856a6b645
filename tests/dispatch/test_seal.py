"""Sealing and opening: each attack on who sent a dispatch, and to whom, is refused by name."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.dispatch import age, jws, payload, seal
from comity.dispatch.payload import Dispatch, Origin
from comity.dispatch.peer import Peer
from comity.dispatch.recipient import Identity, Recipient
from comity.errors import BadInput
from comity.identity.pair import PrivatePair
from tests.dispatch.support import (
    AWAY,
    HASH,
    HOME,
    NOBODYS,
    OURS,
    PEER,
    PEERS,
    SENDER,
    STRANGER,
    THEIRS,
    THIRD,
    USUAL,
    addressee,
    dispatch,
)
from tests.record.support import randomness

draw = randomness(3)
SEALED = seal.seal(USUAL, SENDER, [THEIRS.recipient], draw)


def forged(
    said: Dispatch, signer: PrivatePair = SENDER, typ: str = seal.TYP, to: Identity = THEIRS
) -> bytes:
    """A sealed file made without the checks of ``seal``."""
    return age.encrypt(jws.sign(payload.encode(said), typ, signer), [to.recipient], draw)


def test_the_addressee_opens_what_the_sender_sealed() -> None:
    opened = seal.open_(SEALED, THEIRS, AWAY, PEERS)

    assert (opened.dispatch, opened.sender) == (USUAL, PEER)
    assert opened.sha256 == sha256(SEALED).hexdigest()


def test_the_evidence_can_be_verified_without_the_file() -> None:
    opened = seal.open_(SEALED, THEIRS, AWAY, PEERS)
    assert payload.parse(jws.verify(opened.jws, seal.TYP, SENDER.public)) == USUAL


@settings(deadline=None, max_examples=20)
@given(st.binary(max_size=400), st.permutations([(AWAY, THEIRS), (THIRD, OURS)]))
def test_one_file_serves_all_addressees(
    content: bytes, everybody: list[tuple[str, Identity]]
) -> None:
    body = payload.Body(media_type="application/octet-stream", content=content)
    said = dispatch(body=body, to=tuple(addressee(node, key) for node, key in everybody))
    file = seal.seal(said, SENDER, [OURS.recipient, THEIRS.recipient], draw)
    for node, key in everybody:
        assert seal.open_(file, key, node, PEERS).dispatch == said


def test_sealing_twice_gives_two_files_that_say_the_same() -> None:
    again = seal.seal(USUAL, SENDER, [THEIRS.recipient], randomness(3))
    assert again != SEALED
    assert seal.open_(again, THEIRS, AWAY, PEERS).dispatch == USUAL


@pytest.mark.parametrize(
    "recipients",
    [
        [],
        [OURS.recipient],
        [THEIRS.recipient, OURS.recipient],
        [THEIRS.recipient, THEIRS.recipient],
    ],
    ids=["none", "another", "one more", "twice"],
)
def test_a_file_for_others_than_the_dispatch_names_is_not_sealed(
    recipients: list[Recipient],
) -> None:
    with pytest.raises(BadInput, match="not exactly those that the dispatch names"):
        seal.seal(USUAL, SENDER, recipients, draw)


def test_a_dispatch_that_names_other_keys_than_those_that_sign_is_not_sealed() -> None:
    with pytest.raises(BadInput, match="does not name the keys that sign it"):
        seal.seal(USUAL, STRANGER, [THEIRS.recipient], draw)


def test_a_dispatch_that_would_be_refused_is_not_sealed() -> None:
    with pytest.raises(BadInput, match="in the form it has to be"):
        seal.seal(dispatch(id="1"), SENDER, [THEIRS.recipient], draw)


FOR_A_THIRD = dispatch(to=(addressee(THIRD, NOBODYS),))
OTHER_KEYS = dispatch(from_=Origin(node=HOME, kids=STRANGER.public.kids))
OTHER_NAME = dispatch(from_=Origin(node=THIRD, kids=SENDER.public.kids))
OTHER_KEY_OF_OURS = dispatch(to=(addressee(AWAY, OURS),))
CASES: dict[str, tuple[bytes, str]] = {
    "for somebody else": (forged(USUAL, to=NOBODYS), "cannot be opened with this node's key"),
    "signer unknown": (
        forged(OTHER_KEYS, STRANGER),
        "signed with keys that this node does not know",
    ),
    "no statement inside": (
        age.encrypt(b"{}", [THEIRS.recipient], draw),
        "The signed statement has no member",
    ),
    "a receipt in its place": (forged(USUAL, typ="comity-receipt+jws"), "is signed as"),
    "keys of another sender": (forged(OTHER_KEYS), "names other keys of its sender"),
    "name of another sender": (
        forged(OTHER_NAME),
        f"says that it comes from {THIRD}, but the keys that signed it are those of {HOME}.",
    ),
    "passed on to us": (forged(FOR_A_THIRD), "was not sent to this node"),
    "sealed to another key of ours": (forged(OTHER_KEY_OF_OURS), "signed for another key of this"),
    "too large": (b"x" * (age.MAX_FILE + 1), "longer than 16777216 bytes"),
}


@pytest.mark.parametrize(("file", "sentence"), CASES.values(), ids=CASES)
def test_each_refusal_has_its_sentence(file: bytes, sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        seal.open_(file, THEIRS, AWAY, PEERS)
    assert sentence in str(caught.value)


def test_an_addressee_cannot_pass_a_dispatch_on_as_if_it_had_been_sent_to_another() -> None:
    """Surreptitious forwarding: the statement itself is genuine, the file around it is not."""
    statement = seal.open_(SEALED, THEIRS, AWAY, PEERS).jws
    passed_on = age.encrypt(statement, [NOBODYS.recipient], draw)
    with pytest.raises(BadInput, match="somebody passed it on"):
        seal.open_(passed_on, NOBODYS, THIRD, PEERS)


def test_a_peer_cannot_pass_off_the_words_of_another_as_its_own() -> None:
    """Signing again what another said: the origin inside is still the other's."""
    peers = {**PEERS, STRANGER.public.kids: Peer(THIRD, STRANGER.public)}
    with pytest.raises(BadInput, match="names other keys of its sender"):
        seal.open_(forged(USUAL, STRANGER), THEIRS, AWAY, peers)


def test_keys_pinned_under_a_wrong_name_are_not_enough() -> None:
    """A table that files the keys of one node under the name of another's."""
    wrong = {SENDER.public.kids: Peer(HOME, STRANGER.public)}
    with pytest.raises(BadInput, match="not signed under the Ed25519 key pinned"):
        seal.open_(SEALED, THEIRS, AWAY, wrong)


def test_no_flipped_bit_opens() -> None:
    for at in range(0, len(SEALED), 23):
        damaged = bytearray(SEALED)
        damaged[at] ^= 1 << at % 8
        with pytest.raises(BadInput):
            seal.open_(bytes(damaged), THEIRS, AWAY, PEERS)


@given(st.binary(max_size=200))
def test_opening_is_total(data: bytes) -> None:
    for file in (data, age.encrypt(data, [THEIRS.recipient], draw)):
        with pytest.raises(BadInput):
            seal.open_(file, THEIRS, AWAY, PEERS)


def test_the_next_dispatch_names_the_hash_of_the_one_before() -> None:
    before = seal.open_(SEALED, THEIRS, AWAY, PEERS).sha256
    second = dispatch(to=(addressee(seq=2, prev=before),))
    file = seal.seal(second, SENDER, [THEIRS.recipient], draw)
    assert seal.open_(file, THEIRS, AWAY, PEERS).dispatch.to[0].prev == before != HASH
