"""May anything be drafted for others? Anybody can write a report in another's name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from comity.assess.facts import Claim, FactSheet
from comity.errors import BadInput
from comity.wording import Sentence, say

VERIFIED = "report.verified"


def covering(claims: Iterable[Claim], reports: Sequence[str]) -> tuple[Claim, ...]:
    """The claims, where a call-back counts only if every report has had one.

    Of several reports each is named by its file: one that nobody vouches for could say
    anything beside one that was confirmed. BadInput for a name that no report has, or two have.
    """
    claims = tuple(claims)
    vouched = [c for c in claims if c.name == VERIFIED and c.value is True]
    for claim in vouched:
        if claim.report is not None and reports.count(claim.report) != 1:
            which = "no report" if claim.report not in reports else "more than one report"
            raise BadInput(f"{claim.place}: {which} is called {claim.report!r}")
    named = {claim.report for claim in vouched}
    left = [name for name in reports if name not in named]
    if not left or (len(reports) == 1 and None in named):
        return claims
    short = ", ".join(left[:3]) + (" ..." if len(left) > 3 else "")
    return tuple(
        replace(claim, value=None, source=f"{claim.source} (does not cover: {short})")
        if claim in vouched
        else claim
        for claim in claims
    )


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
        "others. Call the sender back on a contact you had before, and note who did so and how."
    )
