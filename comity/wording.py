"""Sentences for people as values: a message id and what goes into it.

Pure rooms say what they found with ``say("{state} is party to {treaty}", ...)``;
the rim turns it into the reader's language with gettext. The message id is the
English sentence. ``say`` is the keyword that the message extractor looks for;
``term`` carries a text of the knowledge packs, which is extracted from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

Translate = Callable[[str], str]


class Sentence(msgspec.Struct, frozen=True):
    """A message id with named places, and what stands in each place.

    Without values the message id is taken as it is, braces and all. Several
    sentences in one place are listed with commas.
    """

    msgid: str
    values: Mapping[str, str | tuple[Sentence, ...]] = {}

    def render(self, translate: Translate) -> str:
        """The sentence in the language that ``translate`` (a gettext function) speaks."""
        text = translate(self.msgid)
        if not self.values:
            return text
        return text.format_map(
            {
                name: value
                if isinstance(value, str)
                else translate(", ").join(part.render(translate) for part in value)
                for name, value in self.values.items()
            }
        )

    def __str__(self) -> str:
        return self.render(str)


def say(msgid: str, /, **values: object) -> Sentence:
    """A sentence with its places filled: ``say("due in {hours} hours", hours=72)``."""
    return Sentence(msgid, {name: _filling(value) for name, value in values.items()})


def _filling(value: object) -> str | tuple[Sentence, ...]:
    if isinstance(value, Sentence):
        return (value,)
    if isinstance(value, tuple):
        if not all(isinstance(part, Sentence) for part in value):
            raise TypeError("several texts in one place are sentences: use terms()")
        return value
    return str(value)


def term(text: str) -> Sentence:
    """A text of a knowledge pack, which is a message of its own."""
    return Sentence(text)


def terms(texts: Iterable[str]) -> tuple[Sentence, ...]:
    """Several texts of the packs, for one place of a sentence."""
    return tuple(Sentence(text) for text in texts)
