"""What a desk needs on paper when the node is off: whom to call, what is due, forms to fill in.

It is laid out as a draft, which is what page and PDF are made from. It stays inside, and holds no
more of a case than whoever reads incidents sees: titles, clocks, kinds of documents.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import msgspec

from comity.documents.drafts.model import (
    Block,
    Draft,
    Field,
    Heading,
    Labels,
    Paragraph,
    Runs,
    Table,
    Text,
)
from comity.documents.language import Language
from comity.documents.model import Moment
from comity.stix.markings import Tlp

GOOD_FOR = dt.timedelta(hours=24)
"""Clocks and people change every day: an older pack misleads."""
_LINE = "_" * 24  # longer words may be broken to fit
_LOG_ROWS = 14


class Person(msgspec.Struct, frozen=True):
    """Somebody to call: the telephone is written in by hand, the node keeps none."""

    roles: str
    name: str
    email: str


class DueClock(msgspec.Struct, frozen=True):
    """A clock that runs or may run; ``sure`` is False while it is to be confirmed."""

    due: Moment
    duty: str
    basis: str
    incident: str
    sure: bool
    passed: bool


class Waiting(msgspec.Struct, frozen=True):
    """A document that waits for somebody: its kind, never its addressee or its words."""

    kind: str
    incident: str
    standing: str


class Way(msgspec.Struct, frozen=True):
    """A channel of the knowledge base, with why it is open to the own state, or that it may be."""

    title: str
    operator: str
    how: str
    speed: str
    standing: str
    verified: bool
    as_of: dt.date


class Question(msgspec.Struct, frozen=True):
    """A question of the intake, with the words to choose from, if any."""

    text: str
    words: tuple[str, ...]


class CrisisPack(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that goes on paper. ``state`` is the own state's name, None where it is not set.

    ``left_out`` is how many classified incidents are not in it. ``origin``, ``fingerprint``,
    ``size`` and ``root`` are those of the record's last checkpoint.
    """

    made: dt.datetime
    timezone: str
    state: str | None
    people: tuple[Person, ...]
    left_out: int
    due: tuple[DueClock, ...]
    waiting: tuple[Waiting, ...]
    ways: tuple[Way, ...]
    questions: tuple[Question, ...]
    origin: str
    fingerprint: str
    size: int
    root: str
    demonstration: bool


def crisis_pack(pack: CrisisPack, language: Language) -> Draft:
    """Lay it out."""
    return _Layout(pack, language).draft()


class _Layout:
    """One pass over the parts, in the order in which a duty officer reaches for them."""

    def __init__(self, pack: CrisisPack, language: Language) -> None:
        self._pack, self._language, self._tr = pack, language, language.tr

    def draft(self) -> Draft:
        pack, tr = self._pack, self._tr
        until = self._moment(pack.made + GOOD_FOR)
        status = tr("INTERNAL, good until {until}").format(until=until.in_utc)
        if pack.demonstration:
            status = tr("DEMONSTRATION, NOT REAL: {status}").format(status=status)
        return Draft(
            id="crisis-pack",
            template="",
            title=tr("Crisis pack"),
            purpose=tr("For the hours in which the node cannot be reached."),
            audience="internal",
            addressee=None,
            language=self._language.code,
            direction="rtl" if self._language.right_to_left else "ltr",
            status=status,
            marking=Tlp.AMBER_STRICT.label,
            created=pack.made.astimezone(dt.UTC).isoformat(timespec="seconds"),
            header=self._head(until),
            blocks=tuple(self._blocks()),
            labels=Labels("", "", "", "", "", tr("Page")),
            before_release=(),
        )

    def _head(self, until: Moment) -> tuple[Field, ...]:
        pack, tr = self._pack, self._tr
        unset = tr("not set: start with --as or COMITY_STATE")
        return (
            Field(tr("Node"), _fixed(pack.origin)),
            Field(tr("State"), _text(pack.state or unset)),
            Field(tr("Made"), _fixed(self._both(self._moment(pack.made)))),
            Field(tr("Good until"), _fixed(self._both(until))),
            Field(tr("Key fingerprint"), _fixed(pack.fingerprint)),
            Field(tr("Last checkpoint"), _fixed(f"{pack.size} · {pack.root}")),
        )

    def _blocks(self) -> Iterable[Block]:
        tr = self._tr
        yield Paragraph(
            _text(
                tr(
                    "It holds titles and clocks of cases and nothing else of them. Keep it as you "
                    "keep the list of telephones; destroy the last one when you print the next. "
                    "What is decided on paper is entered into the node when it is back."
                )
            )
        )
        yield from self._people()
        yield from self._due()
        yield from self._waiting()
        yield from self._ways()
        yield from self._forms()

    def _people(self) -> Iterable[Block]:
        tr = self._tr
        yield Heading(tr("Whom to call"))
        yield Table(
            tr("Accounts of this node"),
            (tr("Role"), tr("Name"), tr("E-mail address"), tr("Telephone")),
            tuple(
                (_text(one.roles), _text(one.name), _fixed(one.email), _fixed("_" * 16))
                for one in self._pack.people
            ),
        )

    def _due(self) -> Iterable[Block]:
        tr = self._tr
        yield Heading(tr("What is due"))
        if self._pack.left_out:
            said = tr("Classified incidents that are left out, with their clocks: {n}.")
            yield Paragraph(_text(said.format(n=self._pack.left_out)))
        if not self._pack.due:
            yield Paragraph(
                _text(
                    tr(
                        "No clock is known to run. That does not mean that nothing is owed: facts "
                        "may be missing."
                    )
                )
            )
            return
        yield Table(
            tr("Clocks that run or may run"),
            (tr("Until"), tr("Duty"), tr("Incident")),
            tuple(
                (
                    _fixed(self._both(one.due)),
                    _text(f"{one.duty} ({self._of_clock(one)}). {one.basis}"),
                    _text(one.incident),
                )
                for one in self._pack.due
            ),
        )

    def _of_clock(self, one: DueClock) -> str:
        tr = self._tr
        said = tr("running") if one.sure else tr("to be confirmed")
        return f"{said}; {tr('passed: check that it was done')}" if one.passed else said

    def _waiting(self) -> Iterable[Block]:
        tr = self._tr
        yield Heading(tr("Documents that wait for somebody"))
        if not self._pack.waiting:
            yield Paragraph(_text(tr("None.")))
            return
        yield Table(
            tr("Kinds only: the documents themselves are on the node"),
            (tr("Document"), tr("Incident"), tr("How it stands")),
            tuple(
                (_text(one.kind), _text(one.incident), _text(one.standing))
                for one in self._pack.waiting
            ),
        )

    def _ways(self) -> Iterable[Block]:
        tr = self._tr
        yield Heading(tr("Channels"))
        yield Paragraph(
            _text(
                tr(
                    "From the knowledge of this version. Those that are known not to be open to "
                    "the own state are left out; of the others it says what is known."
                )
            )
        )
        yield Table(
            tr("Channels that are open, or may be"),
            (tr("Channel"), tr("First step"), tr("Open, as known")),
            tuple(
                (
                    _text(f"{one.title} ({one.operator}); {one.speed}"),
                    _text(one.how),
                    _text(f"{one.standing}. {self._checked(one)}"),
                )
                for one in self._pack.ways
            ),
        )

    def _checked(self, one: Way) -> str:
        tr = self._tr
        said = tr("checked") if one.verified else tr("not verified yet")
        return tr("As of {day}, {said}.").format(day=one.as_of.isoformat(), said=said)

    def _forms(self) -> Iterable[Block]:
        tr = self._tr
        yield Heading(tr("Form: first questions on an incident"))
        yield Table(
            tr("Nothing written means that it is not known"),
            (tr("No."), tr("Question"), tr("Answer"), tr("From whom, when (UTC)")),
            tuple(
                (_text(str(number)), _text(_with_words(one)), _fixed("_" * 14), _fixed("_" * 12))
                for number, one in enumerate(self._pack.questions, 1)
            ),
        )
        yield Heading(tr("Form: log of the desk"))
        row = tuple(_fixed("_" * width) for width in (10, 24, 12, 12))
        yield Table(
            tr("One line for each call, decision and message"),
            (tr("When (UTC)"), tr("What"), tr("With whom"), tr("By whom")),
            (row,) * _LOG_ROWS,
        )
        yield Heading(tr("Form: handover"))
        yield Table(
            tr("Read it out to each other, then both sign"),
            (tr("Point"), tr("To be written in")),
            tuple((_text(point), _fixed(f"{_LINE} {_LINE}")) for point in self._handover()),
        )

    def _handover(self) -> Sequence[str]:
        tr = self._tr
        return (
            tr("Date and time (UTC), place"),
            tr("Handed over by, taken over by"),
            tr("Incidents that are open, the gravest first"),
            tr("Next clock, and who keeps it"),
            tr("Documents that wait, and for whom"),
            tr("Who was told what, when, by which channel"),
            tr("Answers that are awaited, from whom, by when"),
            tr("What was promised to others"),
            tr("What is disputed or not known"),
            tr("What was decided on paper and is not in the node yet"),
            tr("Signatures of both"),
        )

    def _moment(self, instant: dt.datetime) -> Moment:
        return self._language.moment(instant, self._pack.timezone)

    @staticmethod
    def _both(moment: Moment) -> str:
        local = f"{moment.local} {moment.offset}"
        return moment.in_utc if local == moment.in_utc else f"{moment.in_utc} ({local})"


def _with_words(question: Question) -> str:
    return f"{question.text} [{' / '.join(question.words)}]" if question.words else question.text


def _text(text: str) -> Runs:
    return (Text(text),)


def _fixed(text: str) -> Runs:
    """An address, a time or a line to write on, which reads the same way in every language."""
    return (Text(text, ltr=True),)
