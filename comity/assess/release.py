"""May anything be drafted for others? Anybody can write a report in another's name."""

from __future__ import annotations

from comity.assess.facts import FactSheet
from comity.wording import Sentence, say

VERIFIED = "report.verified"


def why_nothing_goes_out(facts: FactSheet) -> Sentence | None:
    """The reason why nothing may be drafted for others; None where the report is verified."""
    fact = facts.facts[VERIFIED]
    if fact.value is True:
        return None
    if fact.value is False:
        return say(
            "The one the report is said to come from has not confirmed it: clocks are provisional, "
            "and nothing is drafted for others."
        )
    if fact.state == "disputed":
        return say(
            "It is disputed whether the report is genuine: clocks are provisional, and nothing is "
            "drafted for others."
        )
    return say(
        "The report has not been verified: clocks are provisional, and nothing is drafted for "
        "others. Call the sender back on a contact you had before, and enter it as a fact."
    )
