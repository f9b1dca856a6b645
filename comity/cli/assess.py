"""``comity assess``: from a report to a dossier."""

from __future__ import annotations

import argparse
import itertools
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from comity.cli import common
from comity.cli.files import write_whole
from comity.errors import BadInput, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.actions.assess_incident import Assessed
    from comity.assess.facts import Claim
    from comity.knowledge.base import Knowledge

DEMO = "ransomware-hse-2021"


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare ``assess``."""
    assess = commands.add_parser(
        "assess",
        parents=[common.options()],
        help="assess an incident and write a dossier",
        description="Read reports (STIX 2.0 and 2.1, MISP events, CSV, plain text, HTML, e-mail, "
        "PDF), assess the incident and write dossier.html, dossier.json and the drafts. Everything "
        "is kept in the record.",
    )
    assess.add_argument("files", nargs="+", metavar="FILE", help="a report; - is standard input")
    assess.add_argument("--facts", metavar="FILE", help="fact sheet (see: comity intake)")
    assess.add_argument("--as", dest="own", metavar="EST", help="the state that asks")
    assess.add_argument("--victim", metavar="ALB", help="the state of the victim")
    for name, what in (
        ("--occurred", "when the incident began"),
        ("--aware", "when the victim became aware of it"),
        ("--now", "the moment to assess at (default: the clock)"),
    ):
        assess.add_argument(name, type=common.instant, metavar="TIME", help=what)
    assess.add_argument(
        "--verified",
        action="append",
        metavar="[FILE=]HOW",
        help="the report was confirmed with its sender: who called back, when, on which contact; "
        "of several reports each is named",
    )
    assess.add_argument(
        "--grade", metavar="B2", help="Admiralty grade: source A to F, report 1 to 6"
    )
    assess.add_argument(
        "--attribution",
        action="store_true",
        help="also write attribution.html: which known clusters it resembles, kept apart",
    )
    assess.add_argument("--out", type=Path, metavar="DIR", help="where to write the dossier")
    assess.set_defaults(run=run)


def examples() -> Path:
    """The shipped cases: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    inside = package / "examples"
    return inside if inside.is_dir() else package.parent / "examples"


def run(args: argparse.Namespace) -> int:
    """Take the reports in, assess, write the dossier, say what to do next."""
    from comity.actions import ceiling
    from comity.actions.assess_incident import assess_incident, files_of
    from comity.actions.sender_keys import load as load_keys
    from comity.actions.take_in import Report, take_in
    from comity.assess.facts_file import MAX_BYTES as MAX_FACTS
    from comity.cli.sender_keys import folder as keys_folder
    from comity.documents.language import language
    from comity.formats.sandbox.run import pdf_text
    from comity.formats.sandbox.senders import check_sender
    from comity.formats.text import MAX_BYTES
    from comity.knowledge.load import warning_lists
    from comity.knowledge.load.packs import shipped

    if [*args.files, args.facts].count("-") > 1:
        raise BadInput("standard input can be read only once: name a file for the others")
    if args.out and args.out.exists() and not args.out.is_dir():
        raise BadInput(f"--out {args.out} is a file: name a folder")
    knowledge = shipped()
    args.own = common.state("--as", args.own, knowledge)
    args.victim = common.state("--victim", args.victim, knowledge)
    reports = [Report(_name(path), common.read_file(path, MAX_BYTES)) for path in args.files]
    sheet = None
    if args.facts:
        sheet = Report(_name(args.facts), common.read_file(args.facts, MAX_FACTS))
    claims = _said(args, knowledge, [report.name for report in reports])
    by = common.who()
    with common.working("reading, assessing, recording ..."), common.open_record(args) as record:
        intake = take_in(
            reports,
            sheet,
            knowledge.features,
            record,
            by=by,
            clock=common.now,
            pdf_text=pdf_text,
            # Keys are read when an e-mail comes in: a fault in them stops no other report.
            check_sender=lambda mail, at: check_sender(mail, at, load_keys(keys_folder(args))),
            markings=ceiling.load(common.home(args)),
        )
        result = assess_incident(
            intake,
            claims,
            record,
            knowledge,
            language(),
            own=args.own,
            as_at=args.now,
            by=by,
            clock=common.now,
            actors=common.actors(args, knowledge),
            warning_lists=warning_lists.shipped(),
            attribution=args.attribution,
        )
    name = f"{_slug(result.dossier.title)}-{result.entry}"
    folder = args.out or Path("comity-dossier") / name
    files = files_of(result, language())
    _write(folder, result.entry, files)
    _report(args, result, files, folder)
    return 0


def _write(folder: Path, entry: int, files: Mapping[str, bytes]) -> None:
    """Write all files; what an earlier run left beside a dossier is not left beside another.

    Somebody may have filled drafts in: they are set aside, not written over.
    """
    earlier = [folder / name for name in _BESIDE if os.path.lexists(folder / name)]
    if earlier:
        aside = _free(folder / f"before-{entry}")
        try:
            aside.mkdir()
            for path in earlier:
                path.rename(aside / path.name)
        except OSError as error:
            raise Unavailable(f"{folder} could not be cleared: {error.strerror}") from error
        print(f"comity: what an earlier run wrote is now in {aside}", file=sys.stderr)
    for name, body in files.items():
        write_whole(folder / name, body)


_BESIDE = ("drafts", "attribution.html", "attribution.json")


def _free(folder: Path) -> Path:
    """The folder, or one with a number behind it if that name is taken."""
    numbered = (folder.with_name(f"{folder.name}-{n}") for n in itertools.count(2))
    return next(p for p in itertools.chain((folder,), numbered) if not os.path.lexists(p))


def _name(path: str) -> str:
    # A name that is no UTF-8 must not keep evidence out of the record.
    raw = os.fsencode(Path(path).name)
    return "standard input" if path == "-" else raw.decode("utf-8", "backslashreplace")


def _said(args: argparse.Namespace, knowledge: Knowledge, reports: list[str]) -> tuple[Claim, ...]:
    """Claims made on the command line."""
    from comity.assess.facts import Claim

    for code in (args.own, args.victim):
        if code is not None and code not in knowledge.states:
            print(
                f"comity: {code} is not a state of the packs; its memberships are unknown. "
                "'comity knowledge list states' lists the codes.",
                file=sys.stderr,
            )
    reliability, credibility = _grade(args.grade)
    said = (
        ("victim.state", args.victim, "--victim"),
        ("incident.occurred_at", args.occurred, "--occurred"),
        ("incident.aware_at", args.aware, "--aware"),
        ("report.reliability", reliability, "--grade"),
        ("report.credibility", credibility, "--grade"),
    )
    made = [
        Claim(
            name=name,
            value=value,
            said_by=common.who(),
            said_at=common.now(),
            source=f"command line, {option}",
            place=f"command line, {option}",
        )
        for name, value, option in said
        if value is not None
    ]
    return (*made, *(_vouched(text, reports) for text in args.verified or ()))


def _vouched(text: str, reports: list[str]) -> Claim:
    """A call-back, for the report that is named before the sign of equality."""
    from comity.assess.facts import Claim
    from comity.assess.release import VERIFIED

    file, sign, how = text.partition("=")
    named = bool(sign) and file in reports
    if not (how if named else text).strip():
        raise BadInput("--verified takes a word on who called back, when, on which contact")
    if not named and len(reports) > 1:
        raise BadInput(
            "--verified: of several reports say which one was confirmed, as FILE=HOW; the files "
            f"are {', '.join(reports)}"
        )
    return Claim(
        name=VERIFIED,
        value=True,
        said_by=common.who(),
        said_at=common.now(),
        source=f"command line, --verified: {text}",
        place="command line, --verified",
        report=file if named else None,
    )


def _grade(text: str | None) -> tuple[str | None, str | None]:
    """An Admiralty grade in its two halves."""
    if text is None:
        return None, None
    if not re.fullmatch(r"[A-F][1-6]", text.upper()):
        raise BadInput("--grade takes a letter A to F and a digit 1 to 6, such as B2")
    return text[0].upper(), text[1]


def _slug(title: str) -> str:
    words = re.findall(r"[a-z0-9]+", title.lower())
    return "-".join(words)[:60].strip("-") or "incident"


def _report(
    args: argparse.Namespace, result: Assessed, files: Mapping[str, bytes], folder: Path
) -> None:
    page = folder / "dossier.html"
    if args.json:
        import msgspec

        summary = {
            "files": {
                "html": str(page),
                "json": str(folder / "dossier.json"),
                "all": [str(folder / file) for file in files],
            },
            "entry": result.entry,
            "dossier": msgspec.Raw(files["dossier.json"]),
        }
        print(msgspec.json.encode(summary).decode())
        return
    from comity.cli.summary import show

    show(result.dossier)
    print(f"\nDossier: {page}")
    print(f"Drafts:  {folder / 'drafts' / 'index.html'} ({len(result.drafts.drafts)} documents)")
    if result.attribution is not None:
        print(f"Apart:   {folder / 'attribution.html'} (names clusters: never for others)")
    print(f"Record:  entry {result.entry}")
    if args.command == "demo":
        print("\nNext:    open the dossier in a browser, or assess your own report:")
        typed = common.command()
        print(f"         {typed} intake --out facts.toml")
        print(f"         {typed} assess REPORT.json --facts facts.toml --as EST --victim ALB")
