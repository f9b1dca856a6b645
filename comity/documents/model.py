"""The dossier as data: what ``dossier.json`` holds and what the page shows.

One value feeds both, so that the page cannot say more than the file. Texts are
already in the reader's language. Whoever holds a number or a time also holds
``sources``: where it comes from.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from comity.formats.sender import Method, Verdict

SCHEMA = "comity-dossier/1"


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    """Every row can be traced: where does this come from?"""

    sources: tuple[str, ...]


class Moment(msgspec.Struct, frozen=True):
    """An instant: RFC 3339 in UTC, readable on the local wall clock, and that clock's IANA zone."""

    utc: str
    local: str
    offset: str  #: of the local clock at that instant: "UTC+1"
    timezone: str
    in_utc: str  #: the same for people: "17 May 2021 03:36 UTC"


class ClaimRow(_Row, frozen=True, kw_only=True):
    """One claim about a feature, as said."""

    value: str
    said_by: str
    said_at: str | None


class FactRow(_Row, frozen=True, kw_only=True):
    """A feature with all claims; ``state`` is known, unknown or disputed."""

    id: str
    label: str
    question: str
    state: str
    value: str | None
    claims: tuple[ClaimRow, ...]


class GapRow(_Row, frozen=True, kw_only=True):
    """A missing or disputed fact, why it matters and the findings that wait for it."""

    id: str
    question: str
    why: str
    disputed: bool
    waiting: tuple[str, ...]


class ActRow(_Row, frozen=True, kw_only=True):
    """Something to decide or do. ``left`` is the time left (or passed) in words.

    ``starts`` says from when the time was reckoned, ``when`` what the rule says
    where there is no due instant.
    """

    kind: str
    what: str
    why: str
    due: Moment | None
    when: str | None
    starts: str | None
    left: str | None
    passed: bool
    sure: bool
    settle: tuple[str, ...]  #: questions that decide whether it is needed at all


class NormRow(_Row, frozen=True, kw_only=True):
    """A norm; ``answer`` is yes (engaged), no, open or fault."""

    id: str
    title: str
    paragraph: str
    summary: str
    answer: str
    gate: bool
    present: tuple[str, ...]
    missing: tuple[str, ...]
    disputed: tuple[str, ...]
    asks: tuple[str, ...]
    as_of: str
    verified: bool
    note: str | None


class CommitmentRow(_Row, frozen=True, kw_only=True):
    """A confidence-building measure that fits (yes) or may fit (open), and who shares it."""

    id: str
    title: str
    group: str
    summary: str
    does: str
    answer: str
    shared_with: tuple[str, ...]
    maybe: tuple[str, ...]  #: states of which it is not known whether they share it
    missing: tuple[str, ...]
    as_of: str
    verified: bool
    note: str | None


class ReasonRow(msgspec.Struct, frozen=True):
    """One condition: yes, no or open, and why."""

    answer: str
    text: str


class SideRow(msgspec.Struct, frozen=True):
    """How an instrument or channel stands towards one other state (None: none is needed or known).

    ``answer`` is yes, no, open or fault.
    """

    counterpart: str | None
    answer: str
    reasons: tuple[ReasonRow, ...]


class InstrumentRow(_Row, frozen=True, kw_only=True):
    """A treaty, law or commitment; ``binding`` is states, entities or political.

    ``answer`` is the best towards any side (yes, fault, open, no). ``why_not`` says of a "no" what
    it rests on: "bound" (not in force, or not between these states), "matter" or "reference" (no
    incident calls for it).
    """

    id: str
    title: str
    binding: str
    summary: str
    answer: str
    why_not: str | None
    sides: tuple[SideRow, ...]
    as_of: str
    verified: bool
    note: str | None


class ClockRow(_Row, frozen=True, kw_only=True):
    """A duty with its clock: start event, rule and due instant."""

    id: str
    title: str
    duty: str
    debtor: str
    creditor: str
    basis: str
    state: str
    start_event: str
    start: Moment | None
    rule: str
    due: Moment | None
    left: str | None
    passed: bool
    sure: bool
    settle: tuple[str, ...]
    known: tuple[str, ...]  #: the facts that decided it so far
    content: tuple[str, ...]
    otherwise: str | None  #: what the instrument says follows when the duty is not met


class ChannelRow(_Row, frozen=True, kw_only=True):
    """A channel with whom it leads to, reasons for and against, best channel first."""

    id: str
    title: str
    operator: str
    how: str
    serves: tuple[str, ...]
    sides: tuple[SideRow, ...]
    cautions: tuple[str, ...]
    as_of: str
    verified: bool
    note: str | None


class LevelRow(msgspec.Struct, frozen=True, kw_only=True):
    """A level of a scale: ``answer`` says whether its condition is met (yes, no, open, fault)."""

    id: str
    name: str
    criterion: str
    answer: str
    known: tuple[str, ...]
    missing: tuple[str, ...]


class ScaleRow(_Row, frozen=True, kw_only=True):
    """A published scale of severity, gravest level first.

    ``met`` is the gravest level whose condition is met; ``open`` are graver
    ones that cannot be excluded before the ``missing`` questions are answered.
    ``gravest`` is the first of all: scales count up or down.
    """

    id: str
    title: str
    short: str
    gravest: str
    publisher: str
    met: str | None
    open: tuple[str, ...]
    missing: tuple[str, ...]
    levels: tuple[LevelRow, ...]
    as_of: str
    verified: bool
    note: str | None


class ElementRow(msgspec.Struct, frozen=True, kw_only=True):
    """Something to establish: the facts that bear on it, and what a lawyer has to find out."""

    text: str
    present: tuple[str, ...]
    missing: tuple[str, ...]
    disputed: tuple[str, ...]
    needs: tuple[str, ...]


class ViewRow(msgspec.Struct, frozen=True):
    """A view on a contested question, and who holds it."""

    text: str
    held_by: str


class ConceptRow(_Row, frozen=True, kw_only=True):
    """A concept of law as a checklist; ``answer`` yes means: these facts raise the question."""

    id: str
    title: str
    summary: str
    answer: str
    known: tuple[str, ...]
    missing: tuple[str, ...]
    elements: tuple[ElementRow, ...]
    views: tuple[ViewRow, ...]
    as_of: str
    verified: bool
    note: str | None


class MeasureRow(_Row, frozen=True, kw_only=True):
    """A way to respond, those first that need no attribution.

    ``attribution`` is not_needed, case_by_case, partly or needed; ``answer``
    says whether it is worth a look here; ``standing`` whether the state that
    asks may use it, and towards the states concerned.
    """

    id: str
    title: str
    group: str
    summary: str
    attribution: str
    answer: str
    standing: tuple[ReasonRow, ...]
    known: tuple[str, ...]
    missing: tuple[str, ...]
    decided_by: str
    needs: tuple[str, ...]
    checklist: str | None
    as_of: str
    verified: bool
    note: str | None


class CountRow(_Row, frozen=True, kw_only=True):
    """How many objects of a STIX type were received."""

    type: str
    count: int


class TechniqueRow(_Row, frozen=True, kw_only=True):
    """A technique that the received material names, by its ATT&CK id where it has one."""

    id: str | None
    name: str


class ContextRow(_Row, frozen=True, kw_only=True):
    """A received value and the lists of common or benign values that it stands on."""

    value: str
    lists: tuple[str, ...]


class Context(msgspec.Struct, frozen=True):
    """Which values stand on such lists, and what could not be compared: nothing was left out."""

    rows: tuple[ContextRow, ...]
    notes: tuple[str, ...]


class SenderRow(msgspec.Struct, frozen=True):
    """What checking one signature of an e-mail found; ``says`` has the verdict and its reason."""

    method: Method
    verdict: Verdict
    who: str  #: the domain, or the fingerprint and a user id; may be empty
    aligned: bool  #: whether the From address belongs to it
    says: str


class InputRow(_Row, frozen=True, kw_only=True):
    """A received file, what was read from it, what could not be, and its place in the record."""

    file: str
    sha256: str
    format: str
    reader: str
    objects: int
    lost: int
    losses: tuple[str, ...]
    conflicts: tuple[str, ...]
    authentication: tuple[str, ...]  #: what an e-mail claims of its sender; a claim, not a check
    senders: tuple[SenderRow, ...]  #: what checking its signatures found
    entry: int | None


class PackRow(msgspec.Struct, frozen=True):
    """A knowledge pack that was used, by the SHA-256 of its bytes."""

    name: str
    sha256: str


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the page shows."""

    schema: str = SCHEMA
    product: str
    title: str
    marking: str
    marking_reason: str
    status: str
    replay: bool  #: assessed as at a moment that was chosen, not at the time of the clock
    language: str
    asked_by: str | None
    victim: str | None
    counterparts: tuple[str, ...]
    moment: Moment
    happened: str
    happened_sources: tuple[str, ...]
    effects: tuple[FactRow, ...]
    next: ActRow | None
    duties: tuple[ActRow, ...]  #: after the next one, in the order of acting
    reach: tuple[ActRow, ...]
    cautions: tuple[str, ...]  #: before any channel is used
    doubts: tuple[str, ...]  #: what does not agree in times or material
    gaps: tuple[GapRow, ...]
    severity: tuple[ScaleRow, ...]
    norms: tuple[NormRow, ...]
    commitments: tuple[CommitmentRow, ...]
    instruments: tuple[InstrumentRow, ...]
    clocks: tuple[ClockRow, ...]
    concepts: tuple[ConceptRow, ...]
    measures: tuple[MeasureRow, ...]
    channels: tuple[ChannelRow, ...]
    facts: tuple[FactRow, ...]
    counts: tuple[CountRow, ...]
    techniques: tuple[TechniqueRow, ...]
    software: tuple[TechniqueRow, ...]
    unusable: tuple[str, ...]  #: claims in the material that could not be used
    set_aside: tuple[str, ...]  #: objects that were revoked or superseded
    context: Context  #: of values: no judgement and no filter
    purposes: tuple[ReasonRow, ...]  #: what there is reason to ask or tell, and why
    actors_named: int
    actors_sources: tuple[str, ...]
    inputs: tuple[InputRow, ...]
    origin: str | None  #: the origin of the record that holds the inputs
    packs: tuple[PackRow, ...]
    not_covered: tuple[str, ...]


def running(dossier: Dossier) -> list[tuple[ClockRow, datetime]]:
    """The clocks that run, or may run, and when each ends (UTC)."""
    return [
        (clock, datetime.fromisoformat(clock.due.utc))
        for clock in dossier.clocks
        if clock.due and clock.state in {"running", "provisional"}
    ]
