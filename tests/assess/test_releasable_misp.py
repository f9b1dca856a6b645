"""Indicators of MISP: flagged for detection, and free to leave by tags, distribution and PAP."""

import pytest

from comity.assess.observe import Received, observe
from comity.assess.releasable import IndicatorSet
from comity.knowledge.load.packs import shipped
from tests.formats.misp.events import attribute, only, tags


def found(*attributes, **changes) -> IndicatorSet:
    received = Received("event.json", "0" * 64, only(*attributes, **changes))
    return observe([received], shipped()).indicators


def test_an_attribute_flagged_for_detection_may_leave_if_its_event_may():
    (item,) = found(attribute("ip-dst", "45.77.1.9")).free
    assert item.value == "45.77.1.9"


def test_one_that_is_not_flagged_is_no_indicator():
    assert found(attribute("ip-dst", "45.77.1.9", to_ids=False)) == IndicatorSet()


@pytest.mark.parametrize(
    "limits",
    [
        {"distribution": "0"},
        {"distribution": "1"},
        {"Tag": tags("tlp:red")},
        {"Tag": tags("tlp:amber")},
        {"Tag": tags("PAP:RED")},
        {"Tag": tags("PAP:AMBER")},
    ],
)
def test_one_that_is_limited_stays(limits):
    assert found(attribute("ip-dst", "45.77.1.9"), **limits).kept == (("restricted", 1),)


def test_a_permitted_action_that_limits_nothing_does_not_keep_it():
    assert found(attribute("ip-dst", "45.77.1.9"), Tag=tags("PAP:GREEN")).kept == ()


def test_addresses_of_mail_stay():
    indicators = found(attribute("email-src", "someone@evil-site.net"))
    assert indicators.free == ()
    assert indicators.kept == (("pattern", 1),)


@pytest.mark.parametrize(
    "told",
    [
        attribute("ip-src", "45.77.1.9"),
        attribute("ip-dst", "45.77.1.9", category="Targeting data"),
        attribute("ip-dst", "45.77.1.9", category="Internal reference"),
    ],
)
def test_what_may_be_the_one_who_was_hit_stays(told):
    assert found(told).kept == (("victim", 1),)


def test_what_is_named_as_target_keeps_its_hosts_inside():
    told = attribute("target-org", "Albtelecom", to_ids=False, category="Targeting data")
    host = attribute("hostname", "vpn.albtelecom-mail.net")
    assert found(told, host).kept == (("victim", 1),)


@pytest.mark.parametrize(
    "tag", ["tlp : amber", "TLP-AMBER", 'tlp="amber"', "tlp\u200b:red", "TLP AMBER"]
)
def test_a_tag_that_begins_like_a_limit_limits(tag):
    indicators = found(attribute("ip-dst", "45.77.1.9"), Tag=tags(tag))
    assert indicators.kept == (("restricted", 1),)


@pytest.mark.parametrize("tag", ['false-positive:risk="high"', "ids:false-positive"])
def test_a_false_positive_is_sent_to_nobody(tag):
    told = {**attribute("ip-dst", "45.77.1.9"), "Tag": tags(tag)}
    assert found(told).kept == (("not_malicious", 1),)
