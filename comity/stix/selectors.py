"""Granular markings point at properties that are there (STIX 2.1 §7.2.3.1)."""

import re
from typing import Any

from comity.stix.base import Foreign, StixObject
from comity.stix.error import StixError
from comity.stix.types import Opaque

_INDEX = re.compile(r"\[([0-9]{1,9})\]")


def check_selectors(struct: StixObject | Foreign, sent: Opaque) -> None:
    """Raise ``StixError`` for the first selector that selects nothing.

    A marking on nothing would leave the property it meant unmarked.
    """
    for position, marking in enumerate(struct.granular_markings):
        for index, selector in enumerate(marking.selectors):
            if not _selects(selector, sent):
                path = f"granular_markings[{position}].selectors[{index}]"
                raise StixError(struct.id, path, "must select a property that is present")


def _selects(selector: str, value: Any) -> bool:
    for step in selector.split("."):
        index = _INDEX.fullmatch(step)
        if index is not None and isinstance(value, list) and int(index[1]) < len(value):
            value = value[int(index[1])]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return False
    return True
