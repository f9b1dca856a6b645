"""Which documents this incident calls for, to whom, and each of them as one value."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator

import msgspec

from comity.assess.assessment import Assessment
from comity.assess.basis import weigh
from comity.assess.observe import Observed
from comity.documents.drafts.gate import ActorNames
from comity.documents.drafts.indicators import choose
from comity.documents.drafts.layout import Layout
from comity.documents.drafts.model import Draft, Drafts, Withheld, frame_of, ours, shown, text_of
from comity.documents.drafts.values import utc
from comity.documents.language import Language
from comity.documents.model import Dossier
from comity.knowledge.base import Knowledge
from comity.knowledge.check import rules_for
from comity.knowledge.model import Template, Towards
from comity.rules.predicate import Rules
from comity.wording import Sentence, Translate, say, term, terms

MOST_COUNTERPARTS = 5
_TERRITORIES = ("origin.territories", "transit.territories")


class _Side(msgspec.Struct, frozen=True):
    """An addressee; None where a person still has to name it."""

    state: str | None
    stands: frozenset[Towards]


_OPEN = _Side(None, frozenset({"unknown"}))


def compose(
    assessment: Assessment,
    observed: Observed,
    dossier: Dossier,
    knowledge: Knowledge,
    language: Language,
    *,
    names: Collection[str] = (),
    common: Collection[str] = (),
) -> Drafts:
    """All documents that the templates call for, and which were not drafted, with the reason.

    ``names`` are names of actors and sponsors beside those in the material; no document to the
    outside may hold one. ``common`` are values on lists of common ones. Nothing is drafted for
    others where the assessment keeps it in (``kept_in``).
    """
    composer = _Composer(assessment, dossier, knowledge, language, observed, names, common)
    drafts: list[Draft] = []
    withheld: list[Withheld] = []
    for template in knowledge.templates.values():
        for made in composer.documents(template):
            if isinstance(made, Draft):
                drafts.append(made)
            else:
                withheld.append(made)
    return Drafts(
        case=composer.case,
        drafts=tuple(drafts),
        withheld=tuple(withheld),
        left_out=composer.left_out,
        remarks=composer.remarks(),
    )


def case_of(dossier: Dossier) -> str:
    """A reference that says nothing of the case: drawn from the files it was made of."""
    files = sorted(row.sha256 for row in dossier.inputs)
    return f"CASE-{hashlib.sha256(' '.join(files).encode()).hexdigest()[:8].upper()}"


class _Composer:
    def __init__(
        self,
        assessment: Assessment,
        dossier: Dossier,
        knowledge: Knowledge,
        language: Language,
        observed: Observed,
        names: Collection[str],
        common: Collection[str],
    ) -> None:
        self.found = assessment
        self.dossier = dossier
        self.knowledge = knowledge
        self.language = language
        self.tr = language.tr
        self.names = ActorNames((*observed.actor_names, *names))
        self.rules: Rules = rules_for(knowledge)
        self.case = case_of(dossier)
        indicators, self.left_out = choose(
            observed.indicators, self.names, self.tr, now=assessment.sides.now, common=common
        )
        self.layout = Layout(assessment, dossier, knowledge, language, self.rules, indicators)

    def documents(self, template: Template) -> Iterator[Draft | Withheld]:
        """The drafts of one template, or why there is none."""
        reason = self._not_called_for(template)
        if template.audience != "internal" and self.found.kept_in is not None:
            reason = self.found.kept_in
        if reason is not None:
            yield self._withheld(template, None, reason)
            return
        sides = self._sides(template)
        if not sides:
            yield self._withheld(
                template, None, say("no other state is known to stand so to the incident")
            )
        for side in sides[:MOST_COUNTERPARTS]:
            why_not = self._outside_the_group(template, side) or self._kept_in(side)
            if why_not is not None:
                yield self._withheld(template, side.state, why_not)
            else:
                yield self._draft(template, side)
        if more := sides[MOST_COUNTERPARTS:]:
            names = terms(self.knowledge.name_of(side.state) for side in more if side.state)
            why = say(
                "only the first {most} states are drafted for, and not {states}",
                most=MOST_COUNTERPARTS,
                states=names,
            )
            yield self._withheld(template, None, why)

    def remarks(self) -> tuple[str, ...]:
        """What holds for every document that leaves."""
        return (
            self.tr(
                "Every draft bears the marking of the dossier. Release under another marking is a "
                "decision of the releasing officer."
            ),
            self.tr(
                "Drafts to the outside hold typed facts only: no title, no text and no name out of "
                "the material received."
            ),
            *(
                self.tr("First: {caution}.").format(caution=self.language.say(caution))
                for caution in self.found.cautions
            ),
        )

    def _not_called_for(self, template: Template) -> Sentence | None:
        basis = weigh(self.rules.compile(template.applies_if), self.found.facts)
        if basis.answer == "no":
            facts = tuple(term(self.knowledge.features[name].label) for name in basis.present)
            return say("the facts do not call for it ({facts})", facts=facts)
        if basis.answer == "fault":
            return say("the rule failed: a person has to decide")
        return None

    def _sides(self, template: Template) -> tuple[_Side, ...]:
        if template.addressee != "counterpart" or not self.found.sides.counterparts:
            return (_OPEN,)
        sides = tuple(map(self._side, self.found.sides.counterparts))
        if not template.towards:
            return sides
        return tuple(side for side in sides if side.stands & set(template.towards))

    def _side(self, state: str) -> _Side:
        stands = set[Towards]()
        if state in self.layout.told.strings("origin.territories"):
            stands.add("origin")
        if state in self.layout.told.strings("transit.territories"):
            stands.add("transit")
        if state == self.found.sides.victim:
            # Who was hit is not asked to mitigate.
            stands = {"victim"}
        return _Side(state, frozenset(stands or {"unknown"}))

    def _kept_in(self, side: _Side) -> Sentence | None:
        """Why nothing is written to a state: that it is concerned may not be told."""
        claimed = [c for name in _TERRITORIES for c in self.found.facts.facts[name].claims]
        places = {state for c in claimed if isinstance(c.value, tuple) for state in c.value}
        if side.state in places and "unknown" in side.stands:
            return say("that it is concerned is only received as what may not leave")
        return None

    def _outside_the_group(self, template: Template, side: _Side) -> Sentence | None:
        """Why the two sides are not known to be in the group that the document needs."""
        if template.both_in is None:
            return None
        on = self.found.sides.now.date()
        for state in (self.found.sides.own, side.state):
            if state is None:
                return say("it is not known whether both sides are in the group it needs")
            standing = self.knowledge.standing_in_group(template.both_in, state, on)
            if standing.place != "in":
                return standing.reason
        return None

    def _draft(self, template: Template, side: _Side) -> Draft | Withheld:
        draft = self.layout.draft(template, self.case, side.state, side.stands)
        if template.audience != "internal":
            leaked = set(self.names.in_text(text_of(draft)))
            # A name that is also a word of ours (an alias "State") betrays nothing.
            if leaked - set(self.names.in_text(self._own_words(template, side, draft))):
                why = say("it would name an actor: {count} names found", count=len(leaked))
                return self._withheld(template, side.state, why)
        return draft

    def _own_words(self, template: Template, side: _Side, draft: Draft) -> str:
        """What stands in the draft because we say it to everybody."""
        states = self.knowledge.states
        known = [s for s in (self.found.sides.own, side.state) if s and s in states]
        return "\n".join(
            (
                *known,
                *(states[state].name for state in known),
                *own_words(self.knowledge, template, self.tr),
                *frame_of(draft),
                self.case,
                # The first field is the reference, which holds the code of the addressee.
                *(shown(run) for field in draft.header[1:] for run in field.runs if ours(run)),
                *map(self.tr, ("yes", "no", "none")),
                utc(self.found.sides.now),
            )
        )

    def _withheld(self, template: Template, state: str | None, why: Sentence) -> Withheld:
        return Withheld(
            template=template.id,
            title=self.tr(template.title),
            addressee=self.knowledge.name_of(state) if state else None,
            why=self.language.say(why),
        )


def own_words(knowledge: Knowledge, template: Template, tr: Translate) -> Iterator[str]:
    """Every word that the packs put into a document."""
    yield from map(tr, (template.title, template.purpose, *template.before_release))
    for part in template.body:
        yield from map(tr, filter(None, (part.heading, part.text, *part.bullets)))
    for feature in knowledge.features.values():
        yield from map(tr, (feature.label, *feature.values))
