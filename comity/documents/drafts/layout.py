"""A template laid out for one addressee: header, body, and what to do before release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from msgspec.structs import replace

from comity.assess.assessment import Assessment
from comity.assess.basis import weigh
from comity.assess.clean_value import Kind
from comity.assess.facts import FactSheet
from comity.assess.releasable import Releasable
from comity.documents.drafts.indicators import defanged
from comity.documents.drafts.inside import inside
from comity.documents.drafts.model import (
    Block,
    Bullets,
    Draft,
    Field,
    Heading,
    Labels,
    Paragraph,
    Run,
    Runs,
    Table,
    Text,
)
from comity.documents.drafts.values import Values, utc
from comity.documents.language import Language
from comity.documents.model import Dossier
from comity.knowledge.base import Knowledge
from comity.knowledge.model import Part, Template, Towards
from comity.rules.predicate import Rules

VERSION = "1"

_KINDS: dict[Kind, str] = {
    "ipv4-addr": "IPv4 address",
    "ipv6-addr": "IPv6 address",
    "domain-name": "domain name",
    "url": "URL",
    "file": "hash of a file",
}


class Layout:
    """Lays templates out from one assessment."""

    def __init__(
        self,
        assessment: Assessment,
        dossier: Dossier,
        knowledge: Knowledge,
        language: Language,
        rules: Rules,
        indicators: tuple[Releasable, ...],
    ) -> None:
        self.found = assessment
        self.dossier = dossier
        self.knowledge = knowledge
        self.language = language
        self.tr = language.tr
        self.rules = rules
        self.indicators = indicators
        #: what a document for others may be made from
        self.told = assessment.facts.leaving()

    def draft(
        self,
        template: Template,
        case: str,
        addressee: str | None,
        stands: AbstractSet[Towards],
    ) -> Draft:
        """One document. ``stands`` says how the addressee stands to the incident."""
        slug = template.id.removeprefix("tpl.").replace("_", "-")
        ident = "-".join((slug, addressee.lower())) if addressee else slug
        reference = f"{case}/{ident}"
        values = self._values(template, reference, addressee)
        status = self.tr("DRAFT, NOT RELEASED")
        if self.dossier.replay:
            status += " · " + self.tr("AS THINGS STOOD ON {moment}, NOT NOW").format(
                moment=self.dossier.moment.local
            )
        return Draft(
            id=ident,
            template=template.id,
            title=self.tr(template.title),
            purpose=self.tr(template.purpose),
            audience=template.audience,
            addressee=self._state(addressee),
            language=self.language.code,
            direction="rtl" if self.language.right_to_left else "ltr",
            status=status,
            marking=self.dossier.marking,
            created=self.dossier.moment.utc,
            header=tuple(self._header(template, values)),
            blocks=tuple(self._body(template, values, stands)),
            labels=self._labels(),
            before_release=self._before_release(template),
        )

    def _values(self, template: Template, reference: str, addressee: str | None) -> Values:
        inside = template.audience == "internal"
        facts = self.found.facts
        values = Values(
            facts=facts,
            told=facts if inside else self.told,
            doubtful=frozenset[str]() if inside else self.found.doubtful,
            language=self.language,
            places={},
            inside=inside,
        )
        own = self._state(self.found.sides.own)
        other = self._state(addressee)
        places: dict[str, Run] = {
            "own": self._text(own, self.found.sides.own)
            if own
            else values.blank(self.tr("the state that sends it")),
            "addressee": self._text(other, addressee)
            if other
            else values.blank(self.tr("the state to which it goes")),
            "reference": Text(reference, ltr=True),
            "created": Text(utc(self.found.sides.now), ltr=True),
        }
        return replace(values, places=places)

    def _text(self, name: str, code: str | None) -> Text:
        return Text(name, outside=code not in self.knowledge.states)

    def _state(self, code: str | None) -> str | None:
        if code is None or code in self.knowledge.states:
            return self.knowledge.name_of(code) if code else None
        return self.tr("{code} (not in the packs)").format(code=code)

    def _header(self, template: Template, values: Values) -> Iterator[Field]:
        tr = self.tr
        yield Field(tr("Document"), (values.places["reference"],))
        yield Field(tr("Type"), (Text(tr(template.title)),))
        yield Field(tr("Version"), (Text(VERSION),))
        yield Field(tr("Created"), (values.places["created"],))
        yield Field(tr("From"), (values.places["own"],))
        if template.audience == "external":
            yield Field(tr("To"), (values.places["addressee"],))
            yield Field(tr("Channel"), (values.blank(tr("channel used")),))
        yield Field(tr("Marking"), (Text(self.dossier.marking, ltr=True),))
        if template.audience == "internal":
            # The title is the sender's of the material, and may hold any name.
            yield Field(tr("Case"), (Text(self.dossier.title, outside=True),))
        if template.basis:
            yield Field(tr("Basis"), (Text("; ".join(self._basis(template.basis))),))
        if template.audience == "external":
            yield Field(tr("Rights"), (Text(tr("all rights reserved; not an attribution")),))
        yield Field(tr("Drafted by"), (values.blank(tr("name and office")),))
        yield Field(tr("Approved by"), (values.blank(tr("name, office and time")),))

    def _basis(self, ids: Iterable[str]) -> Iterator[str]:
        known = self.knowledge
        for ident in ids:
            if ident in known.norms:
                yield f"{known.norms[ident].paragraph} ({ident})"
            elif ident in known.groups:
                yield f"{self.tr(known.groups[ident].title)} ({ident})"
            else:
                yield f"{self.tr(known.instruments[ident].title)} ({ident})"

    def _body(
        self, template: Template, values: Values, stands: AbstractSet[Towards]
    ) -> Iterator[Block]:
        for part in template.body:
            if part.towards and not stands & set(part.towards):
                continue
            if part.only_if and not self._holds(part.only_if, values.told):
                continue
            yield from self._part(part, values)

    def _holds(self, rule: str, facts: FactSheet) -> bool:
        return weigh(self.rules.compile(rule), facts).answer == "yes"

    def _part(self, part: Part, values: Values) -> Iterator[Block]:
        if part.heading:
            yield Heading(self.tr(part.heading))
        elif part.text:
            yield Paragraph(values.runs(part.text))
        elif part.bullets:
            yield Bullets(tuple(map(values.runs, part.bullets)))
        elif part.facts:
            yield self._facts(part.facts, values)
        elif part.insert == "indicators":
            yield self._indicators(values)
        elif part.insert:
            yield from inside(part.insert, self.dossier, self.tr)

    def _facts(self, names: tuple[str, ...], values: Values) -> Table:
        rows = tuple(
            ((Text(self.tr(self.knowledge.features[name].label)),), (values.fact(name),))
            for name in names
        )
        return Table(self.tr("Facts"), (self.tr("Fact"), self.tr("As known")), rows)

    def _indicators(self, values: Values) -> Block:
        tr = self.tr
        if not self.indicators:
            what = tr(
                "addresses, names or hashes that may be sent, with the times of activity (UTC)"
            )
            return Paragraph((values.blank(what),))
        not_dated = Text(tr("not dated"))
        rows: list[tuple[Runs, ...]] = [
            (
                (Text(tr(_KINDS[item.kind])),),
                (Text(defanged(item), outside=True, ltr=True),),
                (Text(utc(item.since), ltr=True) if item.since else not_dated,),
                (Text(utc(item.until), ltr=True) if item.until else Text(tr("open")),),
            )
            for item in self.indicators
        ]
        head = (tr("Kind"), tr("Value, defanged"), tr("Valid from"), tr("Valid until"))
        return Table(tr("Indicators"), head, tuple(rows))

    def _before_release(self, template: Template) -> tuple[str, ...]:
        marking = self.tr(
            "Decide the marking: this draft bears {marking}, that of the dossier. Release under "
            "another marking is a decision of the releasing officer."
        ).format(marking=self.dossier.marking)
        head = self.tr(
            "Adapt the head: who drafted and approved it is for the file, not for the reader."
        )
        leaves = template.audience != "internal"
        return (*map(self.tr, template.before_release), *((head,) if leaves else ()), marking)

    def _labels(self) -> Labels:
        tr = self.tr
        return Labels(
            before_release=tr("Before release"),
            not_part=tr("This page is not part of the document: take it off before release."),
            to_fill_in=tr("To fill in"),
            nothing_to_fill_in=tr("Nothing is left to fill in."),
            to_do=tr("To do"),
            page=tr("Page"),
        )
