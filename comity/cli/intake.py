"""``comity intake``: at most fifteen questions, each saved as soon as it is answered."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from comity.cli import common
from comity.cli.files import write_whole
from comity.errors import BadInput

if TYPE_CHECKING:
    from comity.assess.facts import Claim
    from comity.assess.gaps import Gap
    from comity.knowledge.base import Knowledge
    from comity.rules.predicate import Value


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare ``intake``."""
    intake = commands.add_parser(
        "intake",
        parents=[common.options()],
        help="answer questions about an incident and get a fact sheet",
        description="Asks what would change the assessment most, at most fifteen questions. "
        "Every answer is saved at once; an existing sheet is continued.",
    )
    intake.add_argument(
        "--out", type=Path, default=Path("facts.toml"), metavar="FILE", help="the fact sheet"
    )
    intake.add_argument("--as", dest="own", metavar="EST", help="the state that asks")
    intake.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Ask, save, say what to do with the sheet."""
    from comity.assess.facts_file import MAX_BYTES, FactsFile, read_facts, write_facts
    from comity.knowledge.load.packs import shipped

    knowledge = shipped()
    own = common.state("--as", args.own, knowledge)
    sheet = FactsFile(case=None, own=own, replay_at=None, claims=())
    text = write_facts(sheet)
    if args.out.exists():
        text = common.read_file(str(args.out), MAX_BYTES)
        sheet = read_facts(text, knowledge.features, file=str(args.out))
        _tell(f"Continuing {args.out}: {len(sheet.claims)} answers so far.")
    _tell("Enter alone means that it is not known; ? says why it is asked; q stops.\n")
    answered = _interview(knowledge, sheet.claims, text, args.out, sheet.own or own)
    if args.json:
        import msgspec

        print(msgspec.json.encode({"file": str(args.out), "answered": answered}).decode())
    else:
        print(f"{answered} questions answered; the fact sheet is {args.out}")
        print(f"Next: {common.command()} assess REPORT --facts {args.out}")
    return 0


def _interview(
    knowledge: Knowledge, claims: tuple[Claim, ...], text: bytes, out: Path, own: str | None
) -> int:
    """Ask, adding each answer to the end of the sheet; return how many were given."""
    from comity.assess.facts import Claim
    from comity.assess.facts_file import add_facts
    from comity.assess.interview import next_question

    write_whole(out, text)
    asked: set[str] = set()
    while gap := next_question(knowledge, claims, asked, own=own, now=common.now()):
        answered, value = _ask(gap, knowledge, len(asked) + 1)
        if not answered:
            break
        asked.add(gap.feature.id)
        claim = Claim(
            name=gap.feature.id,
            value=value,
            said_by=common.who(),
            said_at=common.now().replace(microsecond=0),
            source="comity intake",
        )
        claims = (*claims, claim)
        text = add_facts(text, [claim])
        write_whole(out, text)
    return len(asked)


def _ask(gap: Gap, knowledge: Knowledge, number: int) -> tuple[bool, Value | None]:
    """Ask until the answer can be used; (False, None) when the person stops."""
    from comity.assess.interview import parse_answer

    feature = gap.feature
    _tell(f"{number}. {feature.question}{' [y/n]' if feature.type == 'bool' else ''}")
    for position, value in enumerate(feature.values or feature.suggested, 1):
        _tell(f"     {position} {value}")
    while True:
        sys.stderr.write("> ")
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line or line.strip() == "q":
            return False, None
        if line.strip() == "?":
            _tell(f"  {feature.why} It decides: {', '.join(gap.waiting)}.")
            continue
        try:
            return True, parse_answer(feature, line, knowledge)
        except BadInput as error:
            _tell(f"  {error}")


def _tell(text: str) -> None:
    print(text, file=sys.stderr)
