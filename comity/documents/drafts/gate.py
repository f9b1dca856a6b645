"""Does a text name an actor? The last check of every document that leaves."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from comity.assess.clean_value import folded, unescaped

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 8  # words of a name; longer names are compared by their first words
_GLUED = 5  # characters from which a name is found inside another word of an address


class ActorNames:
    """Names to be kept out. They may be tens of thousands, so each text is gone through once.

    Case, accents, invisible characters and what stands between the words of a name make no
    difference: "APT28" is found in "apt-28", "Fancy Bear" in "FancyBear". A name in a script
    that does not part words (Chinese, Arabic with its prefixes) is found anywhere. A name
    without a letter ("2026") names nobody.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names: dict[str, str] = {}
        for name in names:
            joined = "".join(_words(name)[:_LONGEST])
            if any(map(str.isalpha, joined)):
                self._names.setdefault(joined, name)
        self._unparted = [
            joined for joined in self._names if len(joined) > 1 and any(map(_unparted, joined))
        ]
        self._lengths = range(_GLUED, max(map(len, self._names), default=0) + 1)

    def in_text(self, text: str) -> tuple[str, ...]:
        """The names that stand in a text as whole words, in the order given."""
        words = _words(text)
        run_on = "".join(words)
        there = self._names.keys() & set(_sequences(words))
        there |= {joined for joined in self._unparted if joined in run_on}
        return tuple(name for joined, name in self._names.items() if joined in there)

    def in_value(self, value: str) -> bool:
        """Whether an address, host name or URL holds a name, also glued to other letters.

        A name of fewer than five characters counts as a word of its own alone.
        """
        read = unescaped(value)
        run_on = "".join(_words(read))
        return bool(self.in_text(read)) or any(
            run_on[start : start + length] in self._names
            for start in range(len(run_on))
            for length in self._lengths
            if start + length <= len(run_on)
        )


def _unparted(character: str) -> bool:
    return unicodedata.category(character) == "Lo"


def _sequences(words: list[str]) -> Iterator[str]:
    for start in range(len(words)):
        joined = ""
        for word in words[start : start + _LONGEST]:
            joined += word
            yield joined


def _words(text: str) -> list[str]:
    return _WORD.findall(folded(text))
