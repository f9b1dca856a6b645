"""A dossier's first page on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from comity.documents.model import ActRow, Dossier
from comity.formats.email_message import FORMAT as EMAIL


def show(dossier: Dossier) -> None:
    """Print what a decision maker needs first, without colour where there is no terminal."""
    console = Console(highlight=False, soft_wrap=False)
    _head(console, dossier)
    _decide(console, dossier)
    _reach(console, dossier)
    _line(console, "\nFind out first", "bold")
    for number, gap in enumerate(dossier.gaps[:5], 1):
        disputed = " (disputed)" if gap.disputed else ""
        _line(console, f"  {number}. {gap.question}{disputed}")
    _senders(console, dossier)
    losses = sum(row.lost for row in dossier.inputs)
    if losses:
        said = f"\n{losses} received objects could not be used; the dossier lists them."
        _line(console, said, "bold")


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(Text(text, style=style))


def _head(console: Console, dossier: Dossier) -> None:
    replay = f" · AS THINGS STOOD ON {dossier.moment.local}, NOT NOW" if dossier.replay else ""
    _line(console, f"{dossier.status}{replay} · {dossier.marking}", "bold")
    _line(console, dossier.title, "bold underline")
    others = ", ".join(dossier.counterparts) or "not known yet"
    _line(
        console,
        f"Victim in {dossier.victim or 'not known'}; "
        f"written for {dossier.asked_by or 'not known'}; "
        f"other states concerned: {others}; as of {dossier.moment.local} {dossier.moment.offset} "
        f"({dossier.moment.timezone})",
    )
    for doubt in dossier.doubts:
        _line(console, f"Check: {doubt}", "bold")


def _decide(console: Console, dossier: Dossier) -> None:
    if dossier.next and dossier.next.kind != "duty":
        _line(console, f"\nNext: {dossier.next.what}", "bold")
    duties = [act for act in (dossier.next, *dossier.duties) if act and act.kind == "duty"]
    if not duties:
        _line(console, "\nNothing is known to be due.")
        return
    table = Table(title="Decide", title_justify="left", show_edge=False, pad_edge=False)
    for column in ("By", "What", "Why"):
        table.add_column(column)
    for act in duties:
        table.add_row(*map(Text, (_by(act), act.what, act.why)))
    console.print()
    console.print(table)


def _reach(console: Console, dossier: Dossier) -> None:
    _line(console, "\nWhom to reach", "bold")
    for caution in dossier.cautions:
        _line(console, f"  Settle before others are told: {caution}", "bold")
    for act in dossier.reach:
        _line(console, f"  {act.what}: {act.why}")
    if not dossier.reach:
        _line(console, "  no channel is known to be usable; the dossier says why")


def _senders(console: Console, dossier: Dossier) -> None:
    mails = [row for row in dossier.inputs if row.format == EMAIL]
    if mails:
        _line(console, "\nSender (no signature stands in for the call-back)", "bold")
    for row in mails:
        for sender in row.senders:
            _line(console, f"  {row.file}: {sender.says}")
        if not row.senders:
            _line(console, f"  {row.file}: no signature that can be checked")


def _by(act: ActRow) -> str:
    when = f"{act.due.local} {act.due.offset}, {act.left}" if act.due else str(act.when)
    return when if act.sure else f"{when} (to be confirmed)"
