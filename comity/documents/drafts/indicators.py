"""The indicators of a draft: at most ten, defanged, and the words for what stays inside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from comity.assess.releasable import IndicatorSet, Reason, Releasable
from comity.documents.drafts.gate import ActorNames
from comity.documents.drafts.model import LeftOut
from comity.wording import Sentence, Translate, say

MOST = 10

WHY: Mapping[Reason, Sentence] = {
    "not_malicious": say("no analyst marked them as malicious"),
    "candidate": say("a machine found them in prose, and nobody has confirmed them"),
    "no_marking": say("they carry no marking: ask their source"),
    "restricted": say("their marking (TLP:AMBER or stricter) does not let them leave"),
    "other_marking": say("they carry a marking that is no TLP: read it"),
    "pattern": say("their pattern is not one address, name or hash"),
    "special": say("their address or name is private, reserved or of an internal network"),
    "official": say("they are names of a government or its forces: a person has to decide"),
    "victim": say("they belong to somebody in the material, or may show who was hit"),
    "personal": say("they are links that may show for whom they were made"),
    "blind": say("who was hit or who did it could not be read, so nobody can tell whose they are"),
}


def choose(
    found: IndicatorSet,
    names: ActorNames,
    tr: Translate,
    *,
    now: dt.datetime,
    common: Collection[str] = (),
) -> tuple[tuple[Releasable, ...], tuple[LeftOut, ...]]:
    """The first ten that hold now and name nobody, and how many are left out, why.

    ``common`` are values that stand, as they are, on a list of common ones.
    """
    chosen: list[Releasable] = []
    counts = {WHY[reason].render(tr): count for reason, count in found.kept}
    for item in found.free:
        why = None
        if (item.until and item.until <= now) or (item.since and item.since > now):
            why = say("they are not valid at this moment")
        elif item.value.lower() in common:
            why = say("they stand on a list of common values: a person has to decide")
        elif len(chosen) == MOST:
            why = say("a draft carries at most {most}", most=MOST)
        elif item.kind != "file" and names.in_value(item.value):
            why = say("they hold the name of an actor")
        if why is None:
            chosen.append(item)
        else:
            said = why.render(tr)
            counts[said] = counts.get(said, 0) + 1
    return tuple(chosen), tuple(LeftOut(count, said) for said, count in counts.items())


def defanged(item: Releasable) -> str:
    """The value in a form that nobody follows by accident."""
    if item.kind == "url":
        scheme, _, rest = item.value.partition("://")
        host, slash, path = rest.partition("/")
        scheme = scheme.replace("http", "hxxp").replace("ftp", "fxp")
        return f"{scheme}[:]//{host.replace('.', '[.]')}{slash}{path}"
    if item.kind == "ipv6-addr":
        return item.value.replace(":", "[:]")
    return item.value if item.kind == "file" else item.value.replace(".", "[.]")
