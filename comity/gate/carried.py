"""What of an object or a text can name a classification: markings, labels, words set off.

Only what people set off as a marking is found in text: a line of its own, or a part of a line
between signs such as ``[ ] : / |``. A level that a sentence names in passing is not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator

from comity.gate.content import labels_of, marking_refs, texts
from comity.gate.marks import worded
from comity.stix.decode import Received
from comity.stix.markings import tlp_named, tlp_of
from comity.stix.meta import MarkingDefinition

# A single hyphen is a part of many words; set off by blanks, or doubled, it parts them.
_SIGN = r":;,|/\\\[\]{}<>*#=~^`\"“”„«»•·–—_\t"
_SIGNS = re.compile(rf"[{_SIGN}]+|-{{2,}}|\s-\s")
_AND_BRACKETS = re.compile(rf"[{_SIGN}()]+|-{{2,}}|\s-\s")  # a level has them around its scheme
_ENDS = " .!?'-"


def marking_texts(received: Received) -> frozenset[str]:
    """Ids of markings, labels, and what a definition of a marking says, as they are compared.

    A definition counts as what it states: what refers to it may come in another file.
    """
    found = [*marking_refs(received), *labels_of(received)]
    value = received.value
    if isinstance(value, MarkingDefinition):
        found += [value.id, value.name or "", *texts(value.definition)]
    other = (text for text in found if tlp_of(text) is None and tlp_named(text) is None)
    return frozenset(map(worded, other)) - {""}


def set_off(text: str, words: Container[str]) -> Iterator[tuple[int, str]]:
    """Those of some ``words`` that are set off in a text, each with its line, from 1.

    The words are as ``worded`` makes them.
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    for number, line in enumerate(plain.splitlines(), 1):
        for part in (line, *_SIGNS.split(line), *_AND_BRACKETS.split(line)):
            said = {worded(part), worded(part.strip(_ENDS))}
            yield from ((number, one) for one in sorted(said) if one in words)
