"""A dossier's first page on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from comity.cli.common import clean
from comity.documents.model import ActRow, Dossier


def show(dossier: Dossier) -> None:
    """Print what a decision maker needs first, without colour where there is no terminal."""
    console = Console(highlight=False, soft_wrap=False)

    def line(text: str, style: str = "") -> None:
        console.print(Text(clean(text), style=style))

    replay = " · REPLAY OF A PAST MOMENT" if dossier.replay else ""
    line(f"{dossier.status}{replay} · {dossier.marking}", "bold")
    line(dossier.title, "bold underline")
    others = ", ".join(dossier.counterparts) or "none known"
    line(
        f"Victim in {dossier.victim or 'not known'}; asked by {dossier.asked_by or 'not known'}; "
        f"other states concerned: {others}; as of {dossier.moment.local} "
        f"({dossier.moment.timezone})"
    )
    duties = [act for act in dossier.acts if act.kind == "duty"]
    if duties:
        table = Table(title="Decide", title_justify="left", show_edge=False, pad_edge=False)
        for column in ("By", "What", "Why"):
            table.add_column(column)
        for act in duties:
            table.add_row(*map(Text, (clean(_by(act)), clean(act.what), clean(act.why))))
        console.print()
        console.print(table)
    else:
        line("\nNothing is known to be due.")
    reach = [act for act in dossier.acts if act.kind == "reach"]
    line("\nWhom to reach", "bold")
    for act in reach:
        line(f"  {act.what}: {act.why}")
    if not reach:
        line("  no channel is known to be usable; the dossier says why")
    line("\nAsk first", "bold")
    for number, gap in enumerate(dossier.gaps[:5], 1):
        line(f"  {number}. {gap.question}{' (disputed)' if gap.disputed else ''}")
    losses = sum(len(row.losses) for row in dossier.inputs)
    if losses:
        line(f"\n{losses} received objects could not be used; the dossier lists them.", "bold")


def _by(act: ActRow) -> str:
    if act.due is None:
        return "without undue delay"
    return f"{act.due.local} {act.due.timezone}, {act.left}" + (
        "" if act.sure else " (to be confirmed)"
    )
