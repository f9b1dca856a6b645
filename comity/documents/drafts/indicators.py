"""The indicators of a draft: at most ten, defanged, and the words for what stays inside."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from comity.assess.releasable import IndicatorSet, Reason, Releasable
from comity.documents.drafts.gate import names_an_actor
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
    "special": say("their address or name is private or reserved"),
    "victim": say("they belong to the victim, or may show who it is"),
}


def choose(
    found: IndicatorSet, names: Collection[str], tr: Translate
) -> tuple[tuple[Releasable, ...], tuple[LeftOut, ...]]:
    """The first ten that name nobody, and how many are left out, why."""
    silent = [item for item in found.free if not names_an_actor(item.value, names)]
    counts = [(count, WHY[reason]) for reason, count in found.kept]
    if naming := len(found.free) - len(silent):
        counts.append((naming, say("they hold the name of an actor")))
    if more := len(silent[MOST:]):
        counts.append((more, say("a draft carries at most {most}", most=MOST)))
    return tuple(silent[:MOST]), tuple(LeftOut(n, why.render(tr)) for n, why in counts)


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
