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
