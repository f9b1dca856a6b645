"""Reading a root document, and following a node from one version to the next."""

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cache
from hashlib import sha256
from itertools import combinations

import pytest
from securesystemslib.signer import CryptoSigner, Signature
from tuf.api.exceptions import UnsignedMetadataError
from tuf.api.metadata import Metadata
from tuf.api.metadata import Root as TufRoot

from comity.errors import BadInput
from comity.identity import ceremony
from comity.identity.document import Document, Root, key_ids, parse
from comity.identity.holders import Holder
from comity.identity.root import (
    fingerprint,
    make_root,
    read_root,
    sign_root,
    succeed,
    trusted_chain,
    version_fingerprint,
)
from comity.record import note
from comity.record.keys import KeyPair
from tests.identity.support import (
    CSIRT,
    DESK,
    LEGAL,
    NEWCOMER,
    NEXT_ONLINE,
    NOW,
    ONLINE,
    draft,
    log_vkeys,
    node,
    one_person,
    pair,
    root_1,
    signed,
    three,
    version_1,
)
from tests.record.support import randomness


def test_two_people_of_three_make_a_root_document_valid() -> None:
    root = read_root(version_1(), NOW)

    assert (root.version, root.threshold, root.node) == (1, 4, node())
    assert root.holders == three()
    assert root.online == pair(ONLINE).public


@cache
def _every_signature(holders: tuple[Holder, ...], pairs: tuple[int, ...]) -> list[Signature]:
    root = parse(draft(holders)).root
    return [
        CryptoSigner(key).sign(root.signed_bytes)
        for number in pairs
        for key in (pair(number).ed25519, pair(number).ml_dsa_65)
    ]


def _accepted(holders: tuple[Holder, ...], signatures: Sequence[Signature]) -> bool:
    root = parse(draft(holders)).root
    try:
        read_root(bytes(Document(root, {one.keyid: one for one in signatures})))
    except BadInput:
        return False
    return True


@pytest.mark.parametrize("size", range(7))
def test_of_six_keys_any_four_are_enough_and_never_one_kind_or_one_person(size: int) -> None:
    every = _every_signature(three(), (DESK, LEGAL, CSIRT))
    for chosen in combinations(range(6), size):
        accepted = _accepted(three(), [every[at] for at in chosen])
        assert accepted == (size >= 4)
        one_kind = len({at % 2 for at in chosen}) < 2
        one_person = len({at // 2 for at in chosen}) < 2
        assert not (accepted and (one_kind or one_person))


@pytest.mark.parametrize("size", range(5))
def test_of_the_four_keys_of_one_person_one_may_be_lost_and_one_kind_is_not_enough(
    size: int,
) -> None:
    every = _every_signature(one_person(), (DESK, LEGAL))
    for chosen in combinations(range(4), size):
        accepted = _accepted(one_person(), [every[at] for at in chosen])
        assert accepted == (size >= 3)
        assert not (accepted and len({at % 2 for at in chosen}) < 2)


def test_a_signature_over_something_else_does_not_count() -> None:
    other = parse(signed(draft(inbox=None), DESK, LEGAL)).signatures
    with pytest.raises(BadInput, match="signed by 0 of the 4 keys of version 1"):
        read_root(bytes(Document(parse(draft()).root, other)))


def test_a_signature_by_a_stranger_does_not_count_and_does_no_harm() -> None:
    root = root_1()
    stranger = CryptoSigner(pair(NEWCOMER).ed25519).sign(root.signed_bytes)
    signatures = parse(version_1()).signatures
    assert read_root(bytes(Document(root, {stranger.keyid: stranger, **signatures}))) == root
    three_and_stranger = dict(list(signatures.items())[:3]) | {stranger.keyid: stranger}
    with pytest.raises(BadInput, match="signed by 3 of the 4 keys"):
        read_root(bytes(Document(root, three_and_stranger)))


def test_who_has_not_signed_is_named() -> None:
    with pytest.raises(BadInput, match="valid signature of: Legal adviser, Head of the CSIRT"):
        read_root(signed(draft(), DESK))


def test_an_expired_document_is_refused_for_new_work_and_read_for_old_evidence() -> None:
    root = read_root(version_1())
    assert not root.expired(root.expires - timedelta(seconds=1))
    assert root.expired(root.expires)
    with pytest.raises(BadInput, match="expired at 2027-12-31 09:00 UTC"):
        read_root(version_1(), root.expires)


def test_people_sign_in_any_order_and_twice_without_harm() -> None:
    assert read_root(signed(draft(), LEGAL, DESK, LEGAL)) == read_root(version_1())


def test_a_pair_that_is_no_root_key_signs_no_first_version() -> None:
    with pytest.raises(BadInput, match="its signature would not count"):
        sign_root(draft(), pair(ONLINE))


def test_stock_tuf_agrees_about_the_thresholds() -> None:
    whole = Metadata[TufRoot].from_bytes(version_1())
    whole.signed.verify_delegate("root", whole.signed_bytes, whole.signatures)
    half = Metadata[TufRoot].from_bytes(signed(draft(), DESK))
    with pytest.raises(UnsignedMetadataError, match="2/4"):
        half.signed.verify_delegate("root", half.signed_bytes, half.signatures)


def test_stock_tuf_takes_no_dispatch_with_one_of_the_two_online_signatures() -> None:
    root = root_1().tuf
    keys = (pair(ONLINE).ed25519, pair(ONLINE).ml_dsa_65)
    made = {one.keyid: one for one in (CryptoSigner(key).sign(b"x") for key in keys)}
    root.verify_delegate("targets", b"x", made)
    for keyid, alone in made.items():
        with pytest.raises(UnsignedMetadataError, match="1/2"):
            root.verify_delegate("targets", b"x", {keyid: alone})


# -- versions --------------------------------------------------------------------------------


def _replaced() -> bytes:
    """Version 2: the CSIRT's head hands over to a newcomer, and the online keys are new."""
    holders = (*three()[:2], Holder("Head of the CSIRT", (pair(NEWCOMER).public,)))
    return ceremony.renew(root_1(), NOW, holders=holders, online=pair(NEXT_ONLINE).public)


def _only_ed25519(data: bytes, *numbers: int) -> bytes:
    root = parse(data).root
    made = [CryptoSigner(pair(number).ed25519).sign(root.signed_bytes) for number in numbers]
    return bytes(Document(root, {one.keyid: one for one in made}))


def test_a_version_signed_by_the_old_and_the_new_threshold_follows() -> None:
    new = succeed(root_1(), signed(_replaced(), DESK, LEGAL))
    assert (new.version, new.online) == (2, pair(NEXT_ONLINE).public)
    assert trusted_chain([version_1(), signed(_replaced(), DESK, LEGAL)]) == new


def test_a_holder_who_leaves_may_sign_for_the_version_before() -> None:
    everybody = (Holder("New director", (pair(CSIRT).public, pair(NEWCOMER).public)),)
    one = signed(draft(one_person()), DESK, LEGAL)
    new = ceremony.renew(read_root(one), NOW, holders=everybody)
    root = succeed(read_root(one), signed(new, DESK, LEGAL, CSIRT, NEWCOMER))
    assert root.holders == everybody


@pytest.mark.parametrize(
    ("sign", "sentence"),
    [
        (lambda data: signed(data, DESK, NEWCOMER), "signed by 2 of the 4 keys of version 1"),
        (lambda data: signed(data, DESK, CSIRT), "signed by 2 of the 4 keys of version 2"),
        (lambda data: signed(data, NEWCOMER), "signed by 0 of the 4 keys of version 1"),
        (lambda data: _only_ed25519(data, DESK, LEGAL, CSIRT, NEWCOMER), "by 3 of the 4 keys"),
        (lambda data: data, "signed by 0 of the 4 keys of version 1"),
    ],
    ids=[
        "new threshold without the old",
        "old threshold without the new",
        "newcomer alone",
        "a broken curve: all Ed25519 keys",
        "nobody",
    ],
)
def test_a_rotation_that_too_few_signed_is_refused(
    sign: Callable[[bytes], bytes], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        succeed(root_1(), sign(_replaced()))


def _version(number: int) -> bytes:
    made = make_root(number, root_1().expires, three(), pair(ONLINE).public, node())
    return signed(made, DESK, LEGAL)


@pytest.mark.parametrize("number", [1, 3])
def test_a_version_that_is_skipped_or_repeated_is_refused(number: int) -> None:
    with pytest.raises(BadInput, match=f"Version {number} of the root document does not follow"):
        succeed(root_1(), _version(number))


def test_a_version_of_another_node_is_refused() -> None:
    other = signed(ceremony.renew(root_1(), NOW, node=node(log=log_vkeys(9))), DESK, LEGAL)
    with pytest.raises(BadInput, match="The document is that of the node comity-log/"):
        succeed(root_1(), other)


def test_other_keys_under_the_same_log_are_refused() -> None:
    keys = KeyPair.generate(randomness(9)).keys
    origin = root_1().node.name
    vkeys = tuple(
        str(note.VerifierKey(origin, key.type, key.public_key))
        for key in (keys.ed25519, keys.ml_dsa_44)
    )
    other = signed(ceremony.renew(root_1(), NOW, node=node(log=vkeys)), DESK, LEGAL)
    with pytest.raises(BadInput, match="other keys under the same log"):
        succeed(root_1(), other)


def test_a_chain_begins_with_version_1_and_has_no_gap() -> None:
    with pytest.raises(BadInput, match="no root document to begin with"):
        trusted_chain([])
    with pytest.raises(BadInput, match="begins with version 2"):
        trusted_chain([_version(2)])
    with pytest.raises(BadInput, match="does not follow version 1"):
        trusted_chain([version_1(), _version(3)])
    assert trusted_chain([version_1(), _version(2), _version(3)]).version == 3


# -- fingerprints ----------------------------------------------------------------------------


def test_a_fingerprint_does_not_change_when_signatures_are_added() -> None:
    said = fingerprint(draft())
    assert said == fingerprint(version_1()) == fingerprint(signed(draft(), CSIRT, LEGAL, DESK))
    assert len(said.split()) == 8
    assert all(len(group) == 5 and int(group) < 65536 for group in said.split())


def test_a_fingerprint_changes_with_every_field() -> None:
    drafts = [
        draft(),
        draft(inbox=None),
        draft(names={"en": "Another ministry"}),
        draft(recipient="age1pq1" + "p" * 1952),
        draft(log=log_vkeys(2)),
        draft(one_person()),
    ]
    assert len({fingerprint(data) for data in drafts}) == len(drafts)


def test_a_fingerprint_can_be_computed_without_our_code() -> None:
    whole = Metadata[TufRoot].from_bytes(version_1())
    digest = sha256(whole.signed_bytes).digest()
    groups = [f"{digest[at] * 256 + digest[at + 1]:05d}" for at in range(0, 16, 2)]
    assert fingerprint(version_1()) == " ".join(groups)


def test_a_later_version_has_no_fingerprint_of_its_node() -> None:
    with pytest.raises(BadInput, match="taken of version 1"):
        fingerprint(_replaced())
    assert version_fingerprint(parse(_replaced()).root) != fingerprint(version_1())


def test_key_ids_are_those_of_tuf() -> None:
    whole = Metadata[TufRoot].from_bytes(version_1())
    assert set(key_ids(pair(ONLINE).public)) == set(whole.signed.roles["targets"].keyids)
    assert isinstance(root_1(), Root)
    assert json.loads(version_1())["signed"]["x-comity-node"]["kind"] == "state"
