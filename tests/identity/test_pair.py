import pytest

from comity.errors import BadInput
from comity.identity.pair import PrivatePair, PublicPair

RFC_8037_KEY = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")


def test_an_ed25519_key_is_named_by_the_thumbprint_of_rfc_8037_appendix_a_3() -> None:
    pair = PublicPair(RFC_8037_KEY, bytes(1952))

    assert pair.kids[0] == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_two_pairs_share_no_key_id() -> None:
    seeds = iter(bytes([n]) * 32 for n in range(4))
    one, other = (PrivatePair.generate(lambda _: next(seeds)) for _ in range(2))

    assert set(one.public.kids).isdisjoint(other.public.kids)


@pytest.mark.parametrize(("ed25519", "ml_dsa_65"), [(31, 1952), (32, 1312), (0, 0)])
def test_a_key_of_another_length_makes_no_pair(ed25519: int, ml_dsa_65: int) -> None:
    with pytest.raises(BadInput):
        PublicPair(bytes(ed25519), bytes(ml_dsa_65))
