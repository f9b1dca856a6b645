from typing import Any

import pytest

from comity.stix.audience import Audience, SharingGroup
from comity.stix.markings import Tlp
from comity.stix.sco import DomainName
from comity.stix.sdo import Grouping, Identity, Indicator, Note, Report
from tests.formats.misp.events import (
    GROUP,
    attribute,
    audiences,
    level,
    of,
    one,
    only,
    read,
    rules,
    tags,
    uuid,
)

DOMAIN = attribute("domain", "x.example")
UNKNOWN_TLP = "is no TLP level that is known, so TLP:RED was applied"
NOT_DESCRIBED = "is not described in the event, so own organisation only was applied"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("tlp:white",), Tlp.CLEAR),
        (("TLP:CLEAR",), Tlp.CLEAR),
        (("tlp:green",), Tlp.GREEN),
        (("tlp:amber",), Tlp.AMBER),
        (("TLP:AMBER+STRICT",), Tlp.AMBER_STRICT),
        (("tlp:red",), Tlp.RED),
        (("tlp:white", "tlp:amber", "tlp:green"), Tlp.AMBER),
        ((), Tlp.GREEN),
    ],
)
def test_the_strictest_tlp_tag_of_the_event_binds_all_of_its_objects(
    names: tuple[str, ...], expected: Tlp
) -> None:
    reading = only(DOMAIN, Tag=tags(*names))
    assert {level(one(reading, kind)) for kind in (Report, Indicator, DomainName, Identity)} == {
        expected
    }
    assert set(names) <= set(one(reading, Report).labels)


@pytest.mark.parametrize("name", ["tlp:ex:chr", "tlp:unclear", "TLP:", "tlp:pink"])
def test_an_unknown_tlp_level_counts_as_red_and_is_named(name: str) -> None:
    reading = read(Tag=tags("tlp:white", name))
    assert level(one(reading, Report)) is Tlp.RED
    assert rules(reading) == [("/Event/Tag/1", "name", UNKNOWN_TLP)]


@pytest.mark.parametrize(
    ("distribution", "tag", "expected"),
    [
        ("0", "tlp:white", Tlp.AMBER_STRICT),
        ("1", "tlp:white", Tlp.AMBER),
        ("2", "tlp:white", Tlp.GREEN),
        ("3", "tlp:white", Tlp.CLEAR),
        ("1", "tlp:red", Tlp.RED),
        (..., "tlp:green", Tlp.GREEN),
        (..., "osint", None),
    ],
)
def test_the_distribution_raises_a_tlp_that_is_too_low(
    distribution: Any, tag: str, expected: Tlp | None
) -> None:
    report = one(read(distribution=distribution, Tag=tags(tag)), Report)
    assert level(report) is expected


def test_an_attribute_can_be_stricter_than_its_event_and_never_laxer() -> None:
    reading = only(
        attribute("domain", "red.example", 1, Tag=tags("tlp:red"), distribution="0"),
        attribute("domain", "white.example", 2, Tag=tags("tlp:white"), distribution="3"),
        Tag=tags("tlp:amber"),
        distribution="1",
    )
    red, white = of(reading, Indicator)
    assert (level(red), level(white)) == (Tlp.RED, Tlp.AMBER)
    assert audiences(reading, red) == [Audience(distribution=0)]
    assert audiences(reading, white) == [Audience(distribution=1)]
    assert level(one(reading, Report)) is Tlp.AMBER


def test_one_observable_of_two_attributes_is_bound_by_both() -> None:
    strict = attribute("domain", "x.example", 2, Tag=tags("tlp:red"), distribution="0")
    reading = only(attribute("domain", "x.example", 1), strict)
    domain = one(reading, DomainName)
    assert level(domain) is Tlp.RED
    assert audiences(reading, domain) == [Audience(distribution=0)]
    assert [level(it) for it in of(reading, Indicator)] == [Tlp.GREEN, Tlp.RED]


def test_an_object_binds_its_attributes() -> None:
    sent = {"name": "x", "uuid": uuid(1), "distribution": "0", "Attribute": [DOMAIN]}
    reading = read(Object=[sent])
    assert level(one(reading, Indicator)) is Tlp.AMBER_STRICT
    assert level(one(reading, Grouping)) is Tlp.AMBER_STRICT
    assert level(one(reading, Report)) is Tlp.GREEN


def test_a_sharing_group_survives_with_its_members() -> None:
    reading = only(DOMAIN, distribution="4", sharing_group_id="7", SharingGroup=GROUP)
    (audience,) = audiences(reading, one(reading, Indicator))
    assert audience.distribution == 4
    assert isinstance(audience.sharing_group, SharingGroup)
    assert audience.sharing_group.name == "Baltic CSIRTs"
    assert [org.name for org in audience.sharing_group.organisations] == [
        "CSIRT of Examplia",
        "Another",
    ]
    assert level(one(reading, Indicator)) is Tlp.AMBER_STRICT


def test_an_attribute_may_name_the_events_sharing_group_by_its_number() -> None:
    sent = {**DOMAIN, "distribution": "4", "sharing_group_id": "7"}
    reading = only(sent, distribution="4", SharingGroup=GROUP)
    (audience,) = audiences(reading, one(reading, Indicator))
    assert audience.distribution == 4


def test_two_sharing_groups_both_bind() -> None:
    other = {**GROUP, "id": "8", "uuid": uuid(8), "SharingGroupOrg": []}
    sent = {**DOMAIN, "distribution": "4", "SharingGroup": other}
    reading = only(sent, distribution="4", SharingGroup=GROUP)
    groups = [it.sharing_group for it in audiences(reading, one(reading, Indicator))]
    assert [group.uuid for group in groups if group] == [GROUP["uuid"], uuid(8)]


@pytest.mark.parametrize(
    "group", [..., [], {}, {"uuid": "x"}, {**GROUP, "SharingGroupOrg": [{"id": "1"}]}]
)
def test_an_unknown_sharing_group_means_own_organisation_only(group: Any) -> None:
    reading = read(distribution="4", SharingGroup=group, Attribute=[DOMAIN])
    indicator = one(reading, Indicator)
    assert audiences(reading, indicator) == [Audience(distribution=0)]
    assert level(indicator) is Tlp.AMBER_STRICT
    assert rules(reading) == [("/Event", "SharingGroup", NOT_DESCRIBED)]


@pytest.mark.parametrize("value", ["5", "6", "x", -1, True, 2.5])
def test_a_distribution_that_says_nothing_means_own_organisation_only(value: Any) -> None:
    reading = read(distribution=value, Attribute=[DOMAIN])
    assert audiences(reading, one(reading, Indicator)) == [Audience(distribution=0)]
    ((position, path, rule),) = rules(reading)
    assert (position, path) == ("/Event", "distribution")
    assert rule.endswith("so own organisation only was applied")


@pytest.mark.parametrize(
    ("names", "pap"),
    [
        (("PAP:WHITE",), "clear"),
        (("pap:green",), "green"),
        (("PAP:AMBER", "PAP:GREEN"), "amber"),
        (("PAP:RED",), "red"),
    ],
)
def test_pap_is_part_of_the_audience(names: tuple[str, ...], pap: Any) -> None:
    reading = only(DOMAIN, Tag=tags(*names))
    assert audiences(reading, one(reading, Indicator)) == [Audience(distribution=3, pap=pap)]
    alone = only(DOMAIN, Tag=tags(*names), distribution=...)
    assert audiences(alone, one(alone, Indicator)) == [Audience(pap=pap)]


def test_an_unknown_pap_level_counts_as_red_and_is_named() -> None:
    reading = read(Tag=tags("PAP:BLUE"))
    assert audiences(reading, one(reading, Report)) == [Audience(distribution=3, pap="red")]
    assert rules(reading)[0][2] == "is no PAP level that is known, so PAP:RED was applied"


@pytest.mark.parametrize(
    ("names", "confidence"),
    [
        (('admiralty-scale:information-credibility="1"',), 90),
        (('admiralty-scale:information-credibility="5"',), 10),
        (('admiralty-scale:information-credibility="6"',), None),
        (('admiralty-scale:source-reliability="a"',), None),
        (('estimative-language:confidence-in-analytic-judgment="moderate"',), 50),
        (('estimative-language:likelihood-probability="likely"',), None),
        (
            (
                'admiralty-scale:information-credibility="1"',
                'estimative-language:confidence-in-analytic-judgment="low"',
            ),
            None,
        ),
    ],
)
def test_a_grade_keeps_its_word_and_gives_a_confidence_only_where_the_standard_does(
    names: tuple[str, ...], confidence: int | None
) -> None:
    reading = only({**DOMAIN, "Tag": tags(*names)})
    indicator = one(reading, Indicator)
    assert indicator.confidence == confidence
    assert indicator.labels[-len(names) :] == names
    assert one(reading, Report).confidence is None


def test_a_local_tag_limits_but_does_not_travel() -> None:
    sent = [{"name": "tlp:red", "local": True}, {"name": "internal", "exportable": False}]
    reading = read(Tag=sent)
    report = one(reading, Report)
    assert level(report) is Tlp.RED
    assert not {"tlp:red", "internal"} & set(report.labels)
    assert [rule for _, _, rule in rules(reading)] == [
        "is local to the sender and must not travel",
        "is local to the sender and must not travel",
    ]


@pytest.mark.parametrize("tag", ["x", 7, {}, {"name": 7}, {"name": None}])
def test_a_bad_tag_costs_only_itself(tag: Any) -> None:
    sent = {**DOMAIN, "Tag": [tag, {"name": "good"}]}
    reading = read(Attribute=[sent])
    assert one(reading, Indicator).labels[-1] == "good"
    (loss,) = reading.losses
    assert (loss.id, loss.position) == (uuid(10), "/Event/Attribute/0/Tag/0")


def test_a_report_of_the_event_has_a_distribution_of_its_own() -> None:
    sent = {"uuid": uuid(1), "name": "x", "content": "y", "distribution": "0"}
    reading = read(EventReport=[sent])
    assert level(one(reading, Note)) is Tlp.AMBER_STRICT
