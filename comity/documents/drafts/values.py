"""Facts as runs of text: what is known, or a blank that says what is missing."""

from __future__ import annotations

import datetime as dt

import msgspec

from comity.assess.facts import Fact, FactSheet
from comity.documents.drafts.model import Blank, Run, Runs, Text
from comity.documents.drafts.sectors import listed_sector
from comity.documents.fact_words import spoken
from comity.documents.language import Language
from comity.knowledge.model import Feature
from comity.knowledge.placeholders import Fill, Place, pieces
from comity.rules.predicate import Value


class Values(msgspec.Struct, frozen=True):
    """Fills the places of a template. ``places`` are those that are no features.

    ``told`` are the facts that this document may tell; of all others it has blanks. So it has
    of ``doubtful`` features, which do not agree with others.
    """

    facts: FactSheet
    told: FactSheet
    doubtful: frozenset[str]
    language: Language
    places: dict[str, Run]
    inside: bool  #: for readers in the own organisation

    def runs(self, text: str) -> Runs:
        """A template's text in the reader's language, with its places filled."""
        found: list[Run] = []
        for piece in pieces(self.language.tr(text)):
            match piece:
                case Place(name=name):
                    found.append(self.places[name] if name in self.places else self.fact(name))
                case Fill(what=what):
                    found.append(self.blank(what))
                case _:
                    found.append(Text(piece.text))
        return tuple(found)

    def blank(self, what: str) -> Blank:
        """A place for a person to fill."""
        return Blank(what, self.language.tr("[ to fill in: {what} ]").format(what=what))

    def fact(self, name: str) -> Run:
        """A feature's value, or a blank with the reason why there is none."""
        fact = self.facts.facts[name]
        label = self.language.tr(fact.feature.label)
        if fact.state == "disputed":
            said = self.language.tr("{fact} (disputed: settle it first)").format(fact=label)
            return self.blank(said)
        if fact.value is None:
            return self.blank(label)
        if name in self.doubtful:
            said = self.language.tr("{fact} (does not agree with other facts: settle it first)")
            return self.blank(said.format(fact=label))
        value = self.told.value(name)
        if value is None:
            said = self.language.tr("{fact} (only received as what may not leave: ask its source)")
            return self.blank(said.format(fact=label))
        if name == "victim.sector" and not self.inside:
            return self._sector(fact, label)
        return Text(self._value(value, fact.feature), ltr=isinstance(value, dt.datetime))

    def _sector(self, fact: Fact, label: str) -> Run:
        tr = self.language.tr
        if self.facts.value("victim.consents_to_sharing") is not True:
            return self.blank(tr("{fact} (only if the victim consents)").format(fact=label))
        listed = listed_sector(str(fact.value))
        if listed is None:
            return self.blank(
                tr("{fact} (what was received is no listed sector)").format(fact=label)
            )
        return Text(tr(listed))

    def _value(self, value: Value, feature: Feature) -> str:
        tr = self.language.tr
        if isinstance(value, bool):
            return tr("yes") if value else tr("no")
        if isinstance(value, dt.datetime):
            return utc(value)
        if isinstance(value, tuple):
            return tr(", ").join(spoken(word, feature, tr) for word in value) or tr("none")
        return spoken(str(value), feature, tr)


def utc(instant: dt.datetime) -> str:
    """An instant in UTC, to the minute, in the one form that no reader takes for another."""
    return instant.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M UTC")
