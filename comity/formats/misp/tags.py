"""Tags: those that limit, those that grade, those that name a cluster, and all as labels.

Every tag that may travel stays word for word as a label, whatever else is made of it
(MISP core format 2.8; taxonomies tlp, PAP, admiralty-scale, estimative-language).
"""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from comity.formats.misp.limits import strictest_pap
from comity.formats.misp.scalars import flag, text
from comity.formats.misp.shapes import Tag
from comity.stix.audience import Pap
from comity.stix.convert import to_struct
from comity.stix.error import StixError
from comity.stix.markings import Tlp, strictest, tlp_named

# White is what CLEAR was called in the first version of PAP.
_PAP: dict[str, Pap] = {
    "white": "clear",
    "clear": "clear",
    "green": "green",
    "amber": "amber",
    "red": "red",
}
# STIX 2.1 appendix A. Credibility 6 (cannot be judged) has no number there. A likelihood
# (estimative-language:likelihood-probability) is no confidence and gets none.
_CONFIDENCE = {
    **{
        f'admiralty-scale:information-credibility="{word}"': number
        for word, number in (("1", 90), ("2", 70), ("3", 50), ("4", 30), ("5", 10))
    },
    **{
        f'estimative-language:confidence-in-analytic-judgment="{word}"': number
        for word, number in (("low", 15), ("moderate", 50), ("high", 85))
    },
}
_CLUSTER = re.compile(r'misp-galaxy:([^=]+)="(.*)"', re.DOTALL).fullmatch


class Named(NamedTuple):
    """A cluster that a tag names."""

    tag: str
    galaxy: str
    value: str
    position: str
    relation: str


class Tags(NamedTuple):
    """What the tags of one element say."""

    labels: tuple[str, ...]
    tlp: Tlp | None
    pap: Pap | None
    confidence: int | None
    clusters: tuple[Named, ...]


NO_TAGS = Tags((), None, None, None, ())


def read_tags(sent: Iterable[tuple[str, object]], lose: Callable[[str, str, str], None]) -> Tags:
    """Read the tags of an element, given with their places.

    ``lose`` is called with position, path and rule. Of several TLP or PAP levels the strictest
    counts, and an unknown one counts as RED. Grades that differ give no confidence. A tag that
    is local to the sender must not travel: its limit counts, and it is no label.
    """
    labels: list[str] = []
    tlp: list[Tlp] = []
    pap: list[Pap] = []
    grades: set[int] = set()
    clusters: list[Named] = []
    for position, part in sent:
        try:
            tag = to_struct(part, Tag)  # type: ignore[arg-type]
        except StixError as error:
            lose(position, error.path, error.rule)
            _limit_by_damaged(str(part), tlp, pap)
            continue
        name = tag.name.strip()
        if rule := _limit(name.lower(), tlp, pap):
            lose(position, "name", rule)
        if flag(tag.local) or (tag.exportable is not None and not flag(tag.exportable)):
            lose(position, "name", "is local to the sender and must not travel")
            continue
        labels.append(name)
        if name.lower() in _CONFIDENCE:
            grades.add(_CONFIDENCE[name.lower()])
        if cluster := _CLUSTER(name):
            relation = text(tag.relationship_type)
            clusters.append(Named(name, cluster[1], cluster[2], position, relation))
    return Tags(
        labels=tuple(dict.fromkeys(label for label in labels if label)),
        tlp=strictest(tlp),
        pap=strictest_pap(pap),
        confidence=grades.pop() if len(grades) == 1 else None,
        clusters=tuple(clusters),
    )


def _limit_by_damaged(part: str, tlp: list[Tlp], pap: list[Pap]) -> None:
    """A limit that cannot be read is not weaker than one that is unknown."""
    if "tlp" in part.lower():
        tlp.append(Tlp.RED)
    if "pap:" in part.lower():
        pap.append("red")


def _limit(name: str, tlp: list[Tlp], pap: list[Pap]) -> str | None:
    """Take the level of a TLP or PAP tag; return the rule that an unknown one breaks."""
    scheme, _, level = name.partition(":")
    if (stated := tlp_named(name)) is not None:
        tlp.append(stated)
        if stated == Tlp.RED and not name.endswith("red"):
            return "is no TLP level that is known, so TLP:RED was applied"
    elif scheme == "pap":
        pap.append(_PAP.get(level, "red"))
        if level not in _PAP:
            return "is no PAP level that is known, so PAP:RED was applied"
    return None
