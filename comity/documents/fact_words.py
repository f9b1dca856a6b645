"""Facts in the reader's words: values, who said them, and the questions that are open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from comity.assess.facts import Claim, Fact, FactSheet
from comity.documents.language import Language
from comity.documents.model import ClaimRow, FactRow
from comity.documents.plain import plain
from comity.knowledge.base import Knowledge
from comity.knowledge.model import Feature
from comity.rules.predicate import Value
from comity.wording import Translate

WORDS = 300  #: characters of a text from outside that one line holds; the record has the whole


class FactWords(msgspec.Struct, frozen=True):
    """The facts of one incident, for one reader. Times are on the wall clock of ``timezone``."""

    facts: FactSheet
    knowledge: Knowledge
    language: Language
    timezone: str

    def state(self, code: str | None) -> str | None:
        """The name of a state, or its code where the packs do not know it."""
        if code is None or code in self.knowledge.states:
            return self.knowledge.name_of(code) if code else None
        return self.language.tr("{code} (not in the packs)").format(code=code)

    def value(self, value: Value | None, feature: Feature) -> str | None:
        """A value as people write it; None stays None."""
        if value is None:
            return None
        if isinstance(value, bool):
            return self.language.tr("yes") if value else self.language.tr("no")
        if isinstance(value, dt.datetime):
            moment = self.language.moment(value, self.timezone)
            return f"{moment.local} {moment.offset}"
        if isinstance(value, tuple):
            words = (self._word(word, feature) for word in value)
            return ", ".join(words) or self.language.tr("none")
        return self._word(str(value), feature)

    def fact(self, fact: Fact) -> FactRow:
        """A fact with everything that was said about it."""
        claims = tuple(
            ClaimRow(
                value=self.value(claim.value, fact.feature) or self.language.tr("not known"),
                said_by=plain(claim.said_by, WORDS),
                said_at=claim.said_at.isoformat() if claim.said_at else None,
                sources=claim_sources(claim),
            )
            for claim in fact.claims
        )
        return FactRow(
            id=fact.feature.id,
            label=self.language.tr(fact.feature.label),
            question=self.language.tr(fact.feature.question),
            state=fact.state,
            value=self.value(fact.value, fact.feature),
            claims=claims,
            sources=tuple(source for claim in fact.claims for source in claim_sources(claim)),
        )

    def questions(self, names: Iterable[str]) -> tuple[str, ...]:
        """The questions that ask for these features."""
        return tuple(self.language.tr(self.knowledge.features[n].question) for n in names)

    def known(self, names: Iterable[str]) -> tuple[str, ...]:
        """These known features with their values: "Status: ongoing"."""
        rows = (self.fact(self.facts.facts[name]) for name in names)
        return tuple(f"{row.label}: {row.value}" for row in rows)

    def _word(self, word: str, feature: Feature) -> str:
        if feature.states:
            return self.state(word) or ""
        return plain(spoken(word, feature, self.language.tr), WORDS)


def spoken(word: str, feature: Feature, tr: Translate) -> str:
    """A word as people read it: those of a closed list are identifiers."""
    word = word.replace("_", " ") if feature.values else word
    return tr(word) if word else ""


def claim_sources(claim: Claim) -> tuple[str, ...]:
    """Where a claim comes from and where it stands."""
    said = dict.fromkeys((plain(claim.source, WORDS), plain(claim.place, WORDS)))
    return tuple(text for text in said if text)
