import itertools
from typing import Any

import pytest

from comity.stix.audience import (
    STRICTNESS,
    Audience,
    Organisation,
    SharingGroup,
    audience_marking,
    audience_of,
    comity_marking,
    strictest_distribution,
    strictest_tlp,
)
from comity.stix.canonical import canonical
from comity.stix.comity_ext import COMITY, COMITY_DEFINITION
from comity.stix.decode import decode
from comity.stix.error import StixError
from comity.stix.markings import Tlp, tlp_marking
from comity.stix.meta import MarkingDefinition
from tests.stix.samples import UUID, raw

A, B = Organisation(uuid="a", name="A"), Organisation(uuid="b", name="B")
GROUP = SharingGroup(uuid=UUID, name="Baltic CSIRTs", organisations=(A, B))
AUDIENCES = [
    Audience(distribution=0),
    Audience(distribution=3, pap="amber"),
    Audience(pap="clear"),
    Audience(distribution=4, sharing_group=GROUP, pap="red"),
]

# (distribution, what was said, what results): the whole table.
TABLE = [
    (None, (None, Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER, Tlp.AMBER_STRICT, Tlp.RED)),
    (3, (Tlp.GREEN, Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER, Tlp.AMBER_STRICT, Tlp.RED)),
    (2, (Tlp.GREEN, Tlp.GREEN, Tlp.GREEN, Tlp.AMBER, Tlp.AMBER_STRICT, Tlp.RED)),
    (1, (Tlp.AMBER, Tlp.AMBER, Tlp.AMBER, Tlp.AMBER, Tlp.AMBER_STRICT, Tlp.RED)),
    (4, (*[Tlp.AMBER_STRICT] * 5, Tlp.RED)),
    (0, (*[Tlp.AMBER_STRICT] * 5, Tlp.RED)),
]


@pytest.mark.parametrize("audience", AUDIENCES)
def test_an_audience_survives_a_round_trip(audience: Audience) -> None:
    received = decode(canonical(audience_marking(audience))).value
    assert isinstance(received, MarkingDefinition)
    assert audience_of(received) == audience


def test_equal_audiences_are_one_marking_whatever_the_order_of_members() -> None:
    other = SharingGroup(uuid=UUID, name="Baltic CSIRTs", organisations=(B, A, A))
    assert other == GROUP
    markings = [
        audience_marking(Audience(distribution=4, sharing_group=it)) for it in (GROUP, other)
    ]
    assert markings[0] == markings[1]
    assert len({audience_marking(it).id for it in AUDIENCES}) == len(AUDIENCES)


def test_the_id_is_the_published_one() -> None:
    assert audience_marking(Audience(distribution=3)).id == (
        "marking-definition--179944cd-9d32-5a7d-a2f9-04bfd01d31fa"
    )


def test_other_markings_carry_no_audience() -> None:
    assert audience_of(tlp_marking(Tlp.RED)) is None


@pytest.mark.parametrize(
    ("audience", "path"),
    [
        ({}, "audience"),
        ({"distribution": 5}, "audience.distribution"),
        ({"distribution": 4}, "audience.sharing_group"),
        ({"distribution": 1, "sharing_group": {"uuid": "x"}}, "audience.sharing_group"),
        ({"pap": "blue"}, "audience.pap"),
    ],
)
def test_a_broken_audience_says_where(audience: dict[str, Any], path: str) -> None:
    sent = {COMITY: {"extension_type": "property-extension", "audience": audience}}
    marking = decode(
        raw("marking-definition", definition=..., definition_type=..., extensions=sent)
    ).value
    assert isinstance(marking, MarkingDefinition)
    with pytest.raises(StixError) as caught:
        audience_of(marking)
    assert caught.value.path == f"extensions.{COMITY}.{path}"


@pytest.mark.parametrize(("distribution", "results"), TABLE)
def test_the_level_is_the_stricter_of_distribution_and_tag(
    distribution: int | None, results: tuple[Tlp | None, ...]
) -> None:
    assert tuple(strictest_tlp(distribution, said) for said in (None, *Tlp)) == results


def test_no_distribution_lowers_a_level_and_a_stricter_one_never_gives_less() -> None:
    for said in Tlp:
        given = [strictest_tlp(distribution, said) for distribution in STRICTNESS]
        assert all(level is not None and level >= said for level in given)
        assert given == sorted(given, key=lambda level: -1 if level is None else level)[::-1]


def test_the_strictest_distribution_is_that_of_the_fewest() -> None:
    for one, other in itertools.combinations(STRICTNESS, 2):
        assert strictest_distribution((other, one)) == one
    assert strictest_distribution(()) is None


def test_the_definition_describes_the_audience() -> None:
    assert "'audience'" in COMITY_DEFINITION.schema


def marking_with(**extension: Any) -> MarkingDefinition:
    sent = {COMITY: {"extension_type": "property-extension", **extension}}
    marking = decode(raw("marking-definition", extensions=sent)).value
    assert isinstance(marking, MarkingDefinition)
    return marking


def test_a_marking_can_ask_for_the_originators_consent_and_name_no_audience() -> None:
    marking = marking_with(originator_control=True)
    assert audience_of(marking) is None
    extension = comity_marking(marking)
    assert extension is not None
    assert extension.originator_control


@pytest.mark.parametrize("sent", [{}, {"originator_control": False}])
def test_a_marking_of_comity_that_limits_nothing_is_refused(sent: dict[str, Any]) -> None:
    with pytest.raises(StixError):
        comity_marking(marking_with(**sent))
