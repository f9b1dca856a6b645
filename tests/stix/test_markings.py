import json
from itertools import permutations
from pathlib import Path

import pytest

from comity.stix.canonical import content_hash
from comity.stix.decode import decode
from comity.stix.markings import TLP_1_IDS, TLP_2_IDS, Tlp, strictest, tlp_marking, tlp_of
from tests.stix.samples import UUID


def test_the_levels_are_ordered_from_clear_to_red() -> None:
    assert Tlp.CLEAR < Tlp.GREEN < Tlp.AMBER < Tlp.AMBER_STRICT < Tlp.RED


def test_levels_are_known_by_id_alone() -> None:
    assert {tlp_of(id_) for id_ in TLP_2_IDS.values()} == set(Tlp)
    kind, uuid = TLP_2_IDS[Tlp.AMBER_STRICT].split("--")
    assert tlp_of(f"{kind}--{uuid.upper()}") is Tlp.AMBER_STRICT


def test_tlp_1_white_is_clear_and_amber_is_amber() -> None:
    assert tlp_of("marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9") is Tlp.CLEAR
    assert tlp_of("marking-definition--f88d31f6-486f-44da-b317-01333bde0b82") is Tlp.AMBER
    assert Tlp.AMBER_STRICT not in TLP_1_IDS


def test_another_marking_has_no_level() -> None:
    assert tlp_of(f"marking-definition--{UUID}") is None


def test_the_strictest_wins_in_any_order_and_no_marking_is_not_clear() -> None:
    for order in permutations([Tlp.GREEN, Tlp.AMBER, Tlp.AMBER_STRICT]):
        assert strictest(order) is Tlp.AMBER_STRICT
    assert strictest([]) is None


@pytest.mark.parametrize("level", list(Tlp))
def test_the_built_in_objects_are_those_published(level: Tlp, shared: Path) -> None:
    name = level.label.removeprefix("TLP:").lower()
    published = (shared / "cases/stix/markings" / f"tlp-{name}.json").read_bytes()
    parsed = json.loads(published)
    sent = json.dumps(parsed.get("objects", [parsed])[0]).encode()
    assert decode(sent).value == tlp_marking(level)
    assert content_hash(sent) == content_hash(tlp_marking(level))
