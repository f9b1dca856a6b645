"""The names that no document to the outside may hold: actors, and those said to be behind them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from comity.assess.material import Seen
from comity.stix.sro import Relationship

# A type of somebody's own may say it in its name, such as x-actor or x-adversary-group.
_ACTOR = re.compile(r"threat-actor|intrusion-set|campaign|x-.*(?:actor|adversary|group|campaign).*")
_BEHIND = ("attributed-to", "sponsored-by")
_ATTRIBUTION = re.compile(r'misp:(?:category="attribution"|type="threat-actor")')


def actor_names(everything: Sequence[Seen]) -> tuple[str, ...]:
    """Names and aliases of actors, and of those to whom something is attributed.

    Revoked and replaced objects count too: a name once said is still a name.
    """
    sponsors = {
        link.value.target_ref
        for link in everything
        if isinstance(link.value, Relationship) and link.value.relationship_type in _BEHIND
    }
    named: dict[str, None] = {}
    for item in everything:
        kind = item.value.type
        labels = getattr(item.value, "labels", ())
        if _ACTOR.fullmatch(kind) or item.value.id in sponsors:
            named |= dict.fromkeys(item.named())
        elif any(_ATTRIBUTION.fullmatch(label.lower()) for label in labels):
            content = getattr(item.value, "content", None)
            named |= dict.fromkeys((*item.named(), *((content,) if content else ())))
    return tuple(name for name in named if name.strip())
