"""Does a text name an actor? The last check of every document that leaves."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 8  # words of a name; longer names are compared by their first words


def names_an_actor(text: str, names: Collection[str]) -> tuple[str, ...]:
    """The names that occur in the text as whole words, in the order given.

    Case, accents, invisible characters and what stands between the words of a name make no
    difference: "APT28" is found in "apt-28", "Fancy Bear" in "FancyBear". A name in a script
    that does not part words (Chinese, Arabic with its prefixes) is found anywhere.
    """
    if not names:
        return ()
    words = _words(text)
    there = set(_sequences(words))
    run_on = "".join(words)
    return tuple(name for name in dict.fromkeys(names) if _occurs(_joined(name), there, run_on))


@lru_cache(maxsize=32_768)
def _joined(name: str) -> str:
    return "".join(_words(name)[:_LONGEST])


def _occurs(joined: str, there: set[str], run_on: str) -> bool:
    if not joined:
        return False
    if any(unicodedata.category(c) == "Lo" for c in joined) and len(joined) > 1:
        return joined in run_on
    return joined in there


def _sequences(words: list[str]) -> Iterator[str]:
    for start in range(len(words)):
        joined = ""
        for word in words[start : start + _LONGEST]:
            joined += word
            yield joined


def _words(text: str) -> list[str]:
    """Words without case, accents and invisible characters."""
    bare = "".join(
        c
        for c in unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        if unicodedata.category(c) not in ("Mn", "Cf", "Me")
    )
    return _WORD.findall(bare)
