"""People as pages name them."""

from __future__ import annotations

import re

from django import template

register = template.Library()
_KEY = re.compile(r" \([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\)$")


@register.filter
def without_key(by: str) -> str:
    """Who did something, without the key of the account, which stands in the record."""
    return _KEY.sub("", by)
