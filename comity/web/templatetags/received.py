"""Text of others on a page: in full sight, and no longer than there is room."""

from __future__ import annotations

import re

from django import template

register = template.Library()

# What turns the order of letters around, what nobody sees, and what is no text at all.
_UNSEEN = re.compile(
    r"[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    r"\U000e0000-\U000e007f]"
)
_ACTORS = frozenset({"threat-actor", "intrusion-set"})


@register.filter
def shown(text: object, most: int = 160) -> str:
    """The text with what nobody would see written out, cut with a sign that it was cut."""
    said = str(text)
    plain = _UNSEEN.sub(lambda match: f"[U+{ord(match[0]):04X}]", said[:most])
    return f"{plain} …" if len(said) > most else plain


@register.filter
def names_an_actor(kind: str) -> bool:
    """Whether objects of this STIX type say who somebody holds to be behind something."""
    return kind in _ACTORS
