"""What only readers in the own organisation get: the dossier's findings as blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from comity.documents.drafts.model import Block, Bullets, Paragraph, Table, Text
from comity.documents.model import ActRow, Dossier, FactRow
from comity.knowledge.model import Insert
from comity.wording import Translate


def inside(insert: Insert, dossier: Dossier, tr: Translate) -> Iterator[Block]:
    """The blocks of one insert; where there is nothing, a sentence that says so."""
    yield from _MAKERS[insert](dossier, tr)


def _story(dossier: Dossier, tr: Translate) -> Iterator[Block]:
    for line in dossier.happened.splitlines():
        if line.strip():
            yield _words(line)
    yield _words(tr("Source: {sources}").format(sources="; ".join(dossier.happened_sources)))


def _confirmed(dossier: Dossier, tr: Translate) -> Iterator[Block]:
    yield _facts([row for row in dossier.facts if row.state == "known"], tr)


def _disputed(dossier: Dossier, tr: Translate) -> Iterator[Block]:
    yield _list((_dispute(row) for row in dossier.facts if row.state == "disputed"), tr)


def _missing(dossier: Dossier, tr: Translate) -> Iterator[Block]:
    yield _list((f"{gap.question} {gap.why}" for gap in dossier.gaps if not gap.disputed), tr)


def _reach(dossier: Dossier, tr: Translate) -> Iterator[Block]:
    if dossier.cautions:
        yield _list(dossier.cautions, tr)
    yield _list((f"{act.what}: {act.why}" for act in dossier.reach), tr)


def _doubts(dossier: Dossier, tr: Translate) -> Iterator[Block]:
    yield _list(dossier.doubts, tr)


def _words(text: str) -> Paragraph:
    return Paragraph((Text(text, outside=True),))


def _list(lines: Iterable[str], tr: Translate) -> Block:
    items = tuple((Text(line, outside=True),) for line in lines)
    return Bullets(items) if items else _words(tr("None known."))


def _facts(rows: list[FactRow], tr: Translate) -> Block:
    if not rows:
        return _words(tr("None known."))
    return Table(
        tr("Facts"),
        (tr("Fact"), tr("As known"), tr("Said by")),
        tuple(
            (
                (Text(row.label),),
                (Text(row.value or "", outside=True),),
                (Text("; ".join(dict.fromkeys(c.said_by for c in row.claims)), outside=True),),
            )
            for row in rows
        ),
    )


def _dispute(row: FactRow) -> str:
    said = (f"{claim.value} ({claim.said_by})" for claim in row.claims)
    return f"{row.label}: {' / '.join(said)}"


def _deadlines(dossier: Dossier, tr: Translate) -> Iterator[Block]:
    first = (dossier.next,) if dossier.next else ()
    duties = [act for act in (*first, *dossier.duties) if act.kind == "duty"]
    if not duties:
        yield _words(tr("Nothing is known to be due."))
        return
    yield Table(
        tr("Deadlines"),
        (tr("What"), tr("By"), tr("Time left")),
        tuple(((Text(a.what),), (Text(_by(a, tr)),), (Text(a.left or ""),)) for a in duties),
    )


def _by(act: ActRow, tr: Translate) -> str:
    when = f"{act.due.local} {act.due.offset}" if act.due else act.when or ""
    return when if act.sure else tr("{when} (to be confirmed)").format(when=when)


def _norms(dossier: Dossier, tr: Translate) -> Iterator[Block]:
    yield _list(_norm_lines(dossier, tr), tr)


def _norm_lines(dossier: Dossier, tr: Translate) -> Iterator[str]:
    for norm in dossier.norms:
        if norm.answer == "yes":
            yield tr("{norm}: engaged").format(norm=f"{norm.paragraph}, {norm.title}")
        elif norm.answer == "open":
            yield tr("{norm}: engaged or not depends on what is not known").format(
                norm=f"{norm.paragraph}, {norm.title}"
            )


_MAKERS: Mapping[Insert, Callable[[Dossier, Translate], Iterator[Block]]] = {
    "story": _story,
    "confirmed": _confirmed,
    "disputed": _disputed,
    "missing": _missing,
    "deadlines": _deadlines,
    "norms": _norms,
    "reach": _reach,
    "doubts": _doubts,
}
