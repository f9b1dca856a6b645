"""Whether a text repeats what has to stay inside, however it is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_SHORT = 4  # below that a text says too little to be looked for inside others
_WORD = re.compile(r"[^\W_]+")
_LONGEST = 8  # words; of a longer text its beginning is looked for


def folded(text: str) -> str:
    """The text without differences of case, width, invisible characters and defanging."""
    plain = text.casefold()
    if not text.isascii():
        plain = unicodedata.normalize("NFKC", text).casefold()
        plain = "".join(c for c in plain if unicodedata.category(c) != "Cf")
    plain = plain.replace("hxxp", "http")
    for sign in ".:@":
        for opening, closing in ("[]", "()", "{}"):
            plain = plain.replace(f"{opening}{sign}{closing}", sign)
    return plain


class Repeats:
    """Texts to be found inside others, letter by letter. Costs their number times the length."""

    def __init__(self, hidden: Iterable[str]) -> None:
        self._exact = set(hidden)
        self._folded = {folded(text) for text in self._exact}
        self._long = [t for t in self._exact | self._folded if len(t.strip()) >= _SHORT]

    def __len__(self) -> int:
        return len(self._long)

    def found_in(self, text: str) -> bool:
        """Whether the text is one of them or holds one of at least four characters."""
        plain = folded(text)
        if text in self._exact or plain in self._folded:
            return True
        return any(it in text or it in plain for it in self._long)


class Quotes:
    """Values to be found in others' prose as whole words, whatever stands between the words.

    They may be many: each text is gone through once.
    """

    def __init__(self, values: Iterable[str]) -> None:
        self._by_first: dict[str, set[tuple[str, ...]]] = {}
        for value in values:
            words = tuple(_WORD.findall(folded(value))[:_LONGEST])
            if sum(map(len, words)) >= _SHORT:
                self._by_first.setdefault(words[0], set()).add(words)

    def found_in(self, text: str) -> bool:
        """Whether the text quotes one of the values."""
        if not self._by_first:
            return False
        words = _WORD.findall(folded(text))
        return any(
            tuple(words[start : start + length]) in self._by_first[word]
            for start, word in enumerate(words)
            if word in self._by_first
            for length in range(1, _LONGEST + 1)
        )
