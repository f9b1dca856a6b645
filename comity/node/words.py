"""Texts as terms that can be looked for, the same way in both databases (pure).

A term is a run of letters and digits without case, width, marks above and below letters, and
invisible characters: ``évil[.]example`` is ``evil``, ``example``. Chinese and Japanese are written
without blanks, so there each two neighbouring characters are a term.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from comity.formats.extract.refang import refang

LONGEST, MOST = 255, 100_000
"""Characters of a term, and of all terms of one text: what is beyond is not looked for."""

Phrases = tuple[tuple[str, ...], ...]
"""What is looked for: all phrases; of each the terms in this order, of the last its beginning."""

_UNSPACED = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"([{_UNSPACED}]+)|[^\W_{_UNSPACED}]+")
_DROPPED = frozenset({"Mn", "Cf"})
_TATWEEL = "\u0640"  # stretches an Arabic word and means nothing


def terms(texts: Iterable[str]) -> Iterator[str]:
    """The terms of texts, in their order, for an index."""
    left = MOST
    for text in texts:
        for run, unspaced in _runs(text[:left]):
            if unspaced:
                yield from (run[at : at + 2] for at in range(len(run)))
            else:
                yield run[:LONGEST]
            left -= len(run) + 1
        if left <= 0:
            return


def phrases(text: str) -> Phrases:
    """What somebody looks for: each word a phrase; no phrase where no letter or digit is given."""
    found: list[tuple[str, ...]] = []
    for word in refang(text).text.split():
        spaced: list[str] = []
        for run, unspaced in _runs(word):
            if unspaced:
                pairs = tuple(run[at : at + 2] for at in range(len(run) - 1))
                found.append(pairs or (run,))
            if unspaced and spaced:
                found.append(tuple(spaced))
                spaced = []
            elif not unspaced:
                spaced.append(run[:LONGEST])
        if spaced:
            found.append(tuple(spaced))
    return tuple(dict.fromkeys(found))


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    """Each run of letters and digits, and whether its script has no blanks."""
    for match in _RUN.finditer(_plain(text)):
        yield match[0], match[1] is not None


def _plain(text: str) -> str:
    plain = refang(text).text
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain)
        kept = (c for c in plain if unicodedata.category(c) not in _DROPPED and c != _TATWEEL)
        plain = unicodedata.normalize("NFC", "".join(kept))
    return plain.casefold()
