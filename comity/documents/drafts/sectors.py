"""Sectors that a document to the outside may name.

``victim.sector`` is an open text, and open text may hold a name or an address. Only the words
of published lists pass: STIX 2.1 §10.8 (industry-sector-ov) and the sectors of annexes I and II
of Directive (EU) 2022/2555 (NIS 2).
"""

from __future__ import annotations

_STIX = (
    "agriculture", "aerospace", "automotive", "chemical", "commercial", "communications",
    "construction", "defense", "education", "energy", "entertainment", "financial-services",
    "government", "emergency-services", "government-local", "government-national",
    "government-public-services", "government-regional", "healthcare",
    "hospitality-leisure", "infrastructure", "dams", "nuclear", "water", "insurance",
    "manufacturing", "mining", "non-profit", "pharmaceuticals", "retail", "technology",
    "telecommunications", "transportation", "utilities",
)  # fmt: skip
_NIS2 = (
    "transport", "banking", "financial market infrastructures", "health", "drinking water",
    "waste water", "digital infrastructure", "ict service management", "public administration",
    "space", "postal and courier services", "waste management", "food", "digital providers",
    "research",
)  # fmt: skip
_LISTED = frozenset({*_STIX, *_NIS2})


def listed_sector(text: str) -> str | None:
    """The sector in the words of the list, None for anything else."""
    word = " ".join(text.casefold().split())
    for form in (word, word.replace(" ", "-"), word.replace("-", " ")):
        if form in _LISTED:
            return form.replace("-", " ")
    return None
