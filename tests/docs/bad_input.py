"""Each bad input of docs/reference/bad-input.md: how it is made, and what the command makes of it.

The page is written from here (tools/bad_input.py) and held to here (test_bad_input.py).
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from comity.assess.facts_file import MAX_BYTES as MAX_FACTS
from comity.formats.stix_bundle import MOST_OBJECTS
from comity.formats.text import MAX_BYTES
from tests.formats.pdf_samples import encrypted, pdf, text, with_extras

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "reference" / "bad-input.md"
GOOD = ROOT / "examples" / "ransomware-hse-2021" / "bundle.json"
SHEET = "facts.toml"
_ID = "identity--7b2a5ab5-7c0c-4b4a-9d4d-6f5e7f0e7a"


class Bad(NamedTuple):
    """One bad input: what it is, in words, and its bytes, or how many blanks they are."""

    title: str
    build: Callable[[], bytes | int]
    file: str = "report"


class Outcome(NamedTuple):
    """What came of it: the sentences, the exit code, and what the record holds afterwards."""

    said: tuple[str, ...]
    code: int
    kept: str


def _stix(number: int = 1, **changed: Any) -> dict[str, Any]:
    return {
        "type": "identity", "spec_version": "2.1", "id": f"{_ID}{number:02}", "name": "Ministry",
        "created": "2026-01-01T00:00:00Z", "modified": "2026-01-01T00:00:00Z", **changed,
    }  # fmt: skip


def _bundle(*objects: object) -> bytes:
    return json.dumps({"type": "bundle", "id": "bundle--x", "objects": objects}).encode()


def _beside_a_good_one(**changed: Any) -> Callable[[], bytes]:
    return lambda: _bundle(_stix(1), _stix(2, **changed))


def _replaced(old: bytes, new: bytes, **changed: Any) -> Callable[[], bytes]:
    return lambda: _bundle(_stix(1), _stix(2, **changed)).replace(old, new)


def _raw(data: bytes) -> Callable[[], bytes]:
    return lambda: data


def _mail(rest: bytes) -> Callable[[], bytes]:
    return _raw(b"From: a@example.org\nTo: b@example.org\nSubject: Alert\n" + rest)


def _fact(rest: str, name: str = "victim.is_ci") -> Bad:
    words = f'[[fact]]\nname = "{name}"\nsaid_by = "CSIRT"\nsource = "a call"\n{rest}\n'
    return Bad(f"fact sheet: `{rest}` for `{name}`", words.encode, SHEET)


def _junk() -> bytes:
    return random.Random(0).randbytes(5_000).replace(b"\0", b"\1")  # noqa: S311 - no key


FILES = (
    Bad("an empty file", _raw(b"")),
    Bad("a file of blanks", _raw(b" \n\n")),
    Bad("a file of 200 MB", lambda: 200_000_000),
    Bad("JSON cut off", lambda: _bundle(_stix())[:-30]),
    Bad("JSON with a comma too many", _raw(b'{"type": "bundle", "objects": [],}')),
    Bad("JSON nested without end", _raw(b'{"type":"bundle","objects":' + b"[" * 100_000)),
    Bad("one object nested 300 deep", _replaced(b'"x"', b"[" * 300 + b"]" * 300, lang="x")),
    Bad("`NaN`", _replaced(b'"x"', b"NaN", x_score="x")),
    Bad("`-Infinity`", _replaced(b'"x"', b"-Infinity", x_score="x")),
    Bad("a number beyond any reader, 1e999", _replaced(b'"x"', b"1e999", x_score="x")),
    Bad("a whole number beyond 2^53", _beside_a_good_one(x_score=2**60)),
    Bad("a key twice in one object", _replaced(b'"lang"', b'"name"', lang="x")),
    Bad(
        "a key twice around the objects", _raw(b'{"type":"bundle","id":"a","id":"b","objects":[]}')
    ),
    Bad("half a surrogate pair in one object", _replaced(b'"x"', b'"\\ud800"', lang="x")),
    Bad("JSON in UTF-16", lambda: _bundle(_stix()).decode().encode("utf-16")),
    Bad("JSON in UTF-16 without its mark", lambda: _bundle(_stix()).decode().encode("utf-16-le")),
    Bad("JSON in Latin-1", lambda: _bundle(_stix(name="Minist?re")).replace(b"?", b"\xe8")),
    Bad(
        "prose in Latin-1", lambda: "Attaque contre le ministère, 198.51.100[.]7".encode("latin-1")
    ),
    Bad("prose with broken UTF-8", _raw(b"Seen \xff\xfe at 198.51.100[.]7")),
    Bad("one id with two contents", lambda: _bundle(_stix(), _stix(name="Somebody else"))),
    Bad("a time in the year 0000", _beside_a_good_one(created="0000-01-01T00:00:00Z")),
    Bad("30 February", _beside_a_good_one(created="2026-02-30T00:00:00Z")),
    Bad("a leap second", _beside_a_good_one(created="2025-12-31T23:59:60Z")),
    Bad("a time with an offset", _beside_a_good_one(created="2026-01-01T00:00:00+01:00")),
    Bad("changed before it was made", _beside_a_good_one(modified="2025-01-01T00:00:00Z")),
    Bad(
        "a time with 20 digits below the second",
        _beside_a_good_one(modified="2026-01-01T00:00:00.00000000000000000001Z"),
    ),
    Bad("an object without a type", lambda: _bundle(_stix(), {"name": "Ministry"})),
    Bad(
        "an object of an unknown type",
        lambda: _bundle({"type": "x-acme", "id": "x-acme--7b2a5ab5-7c0c-4b4a-9d4d-6f5e7f0e7a01"}),
    ),
    Bad("a number where an object should be", lambda: _bundle(_stix(), 7)),
    Bad("a line of NDJSON that is broken", lambda: json.dumps(_stix()).encode() + b"\n{broken\n"),
    Bad("more objects than are read", lambda: _bundle(*[{"type": "x-a"}] * (MOST_OBJECTS + 1))),
    Bad("JSON of something else", _raw(b'{"colour": "red"}')),
    Bad(
        "MISP attributes without their event",
        _raw(b'{"Attribute": [{"type": "ip-dst", "value": "198.51.100.7"}]}'),
    ),
    Bad(
        "one MISP attribute alone",
        _raw(b'{"type": "ip-dst", "category": "Network activity", "value": "198.51.100.7"}'),
    ),
    Bad("a MISP search that found nothing", _raw(b'{"response": []}')),
    Bad("a MISP event without its title", _raw(b'{"Event": {"date": "2026-03-01"}}')),
    Bad("STIX 1 or other XML", _raw(b'<?xml version="1.0"?><stix:STIX_Package/>')),
    Bad("a CSV table without a header", _raw(b"198.51.100.7,evil.example\n198.51.100.8,b.example")),
    Bad("a CSV table whose columns mean nothing here", _raw(b"colour,size\nred,1\n")),
    Bad("a CSV table of a header alone", _raw(b"ip,comment\n")),
    Bad("a CSV quotation mark never closed", _raw(b'ip,comment\n198.51.100.7,"x\n198.51.100.8,y')),
    Bad("a CSV row of too many cells", _raw(b"ip,comment\n198.51.100.7,a,b\n198.51.100.8,c")),
    Bad("a CSV cell that is no address", _raw(b"ip,comment\nnone,x\n198.51.100.8,y\n")),
    Bad("a web page without text", _raw(b"<html><body><script>draw()</script></body></html>")),
    Bad("an e-mail without text", _mail(b"\n")),
    Bad(
        "an e-mail cut off",
        _mail(b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\nSeen 198.51.100[.]7\n'),
    ),
    Bad(
        "an e-mail with broken base64",
        _mail(b"Content-Transfer-Encoding: base64\n\nU2Vlb!!iAxOTguNTEuMTAwWy5dNw"),
    ),
    Bad("an e-mail in letters nobody knows", _mail(b"Content-Type: text/plain; charset=x\n\nHi")),
    Bad("an encrypted e-mail", _mail(b"Content-Type: multipart/encrypted; boundary=b\n\n--b--\n")),
    Bad(
        "an e-mail packed into itself 600 times",
        _mail(
            b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n)
            for n in range(600))
        ),
    ),
    Bad("a PDF with a password", lambda: encrypted("secret")),
    Bad("a PDF cut off", lambda: pdf(text("Seen"))[:200]),
    Bad("a PDF of pictures", lambda: pdf(b"")),
    Bad("a PDF with one page that gives no text", lambda: pdf(text("Seen 198.51.100[.]7"), b"")),
    Bad("a PDF with a file and a link inside", lambda: with_extras(pdf(text("Seen")))),
    Bad("a PDF of 200 MB packed into 200 kB", lambda: pdf(b" " * 200_000_000, packed=True)),
    Bad("a PDF of 2001 pages", lambda: pdf(*[b""] * 2001)),
    Bad("a ZIP archive or DOCX", _raw(b"PK\x03\x04rest")),
    Bad("a picture", _raw(b"\x89PNG\r\n\x1a\n")),
    Bad("a program", _raw(b"MZ\x90\0\3")),
    Bad("junk with zero bytes", _raw(b"\1\2\3\0" * 500)),
    Bad("junk without zero bytes", _junk),
)  # fmt: skip
SHEETS = (
    Bad("an empty fact sheet", _raw(b""), SHEET),
    Bad("a fact sheet of 2 MiB", lambda: 2 * MAX_FACTS, SHEET),
    Bad("a fact sheet that is JSON", _raw(b'{"fact": []}'), SHEET),
    Bad("a fact sheet in UTF-16", lambda: "[[fact]]".encode("utf-16"), SHEET),
    Bad("a fact sheet nested without end", _raw(b"x = " + b"[" * 10_000), SHEET),
    Bad("a fact sheet with a number of 5,000 digits", _raw(b"x = " + b"9" * 5_000), SHEET),
    Bad("a fact sheet with `[fact]` for `[[fact]]`", _raw(b"[fact]\n"), SHEET),
    Bad("a fact sheet with an unknown part `[facts]`", _raw(b"[facts]\n"), SHEET),
    Bad(
        "a fact without a source",
        _raw(b'[[fact]]\nname = "victim.is_ci"\nvalue = true\nsaid_by = "CSIRT"\n'),
        SHEET,
    ),
    _fact("value = true", "victim.colour"),
    _fact('value = "yes"'),
    _fact("value = nan"),
    _fact("value = true\nweight = 3"),
    _fact("value = true\nsaid_at = 2021-05-14"),
    _fact('value = true\nstate = "maybe"'),
    _fact('value = true\nstate = "unknown"'),
    _fact('value = "Ireland"', "victim.state"),
    _fact('value = "burning"', "incident.status"),
    _fact("value = 2021-05-14", "incident.aware_at"),
    _fact("value = 2021-05-14T04:36:00", "incident.aware_at"),
    _fact("value = 0021-05-14T04:36:00Z", "incident.aware_at"),
)
ALL = (*FILES, *SHEETS)
HEAD = f"""# Bad input

What Comity says when what it is given is broken, and what it keeps. Each sentence is the command's
own: a test makes every input, runs `comity assess` and compares. `tools/bad_input.py` writes the
tables. A sentence names the file first; here the file is called `report` or `{SHEET}`.

* **Exit code 2**: the input cannot be used, the sentence says why, and nothing is recorded.
* **Exit code 0**: what could be read was assessed. The file is kept as received in the record; what
  could not be used is named in the dossier under Evidence, with the sentence below.
* The largest file is {MAX_BYTES >> 20} MiB, the largest fact sheet {MAX_FACTS >> 20} MiB. A larger one is refused by its size,
  without reading it.
* Nothing ends in a traceback. Should Comity itself fail, one sentence says so (exit code 3).
"""  # noqa: E501


def outcome(bad: Bad) -> Outcome:
    """Run ``comity assess`` on it, in a process and a folder of their own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = bad.build()
        with (folder / bad.file).open("wb") as file:
            if isinstance(made, int):
                file.truncate(made)
            else:
                file.write(made)
        files = [str(GOOD), "--facts", SHEET] if bad.file == SHEET else [bad.file]
        done = subprocess.run(
            [sys.executable, "-P", "-m", "comity", "assess", *files, "--json", "--out", "out"],
            check=False,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, "COMITY_HOME": str(folder / "home")},
        )
        if done.returncode:
            kept = "something" if (folder / "home").exists() else "nothing is recorded"
            return Outcome((done.stderr.strip(),), done.returncode, kept)
        dossier = json.loads(done.stdout)["dossier"]
    row = next(row for row in dossier["inputs"] if row["file"] == bad.file)
    what = "the fact sheet" if bad.file == SHEET else f"the file, {_objects(row['objects'])}"
    return Outcome((*row["losses"], *row["conflicts"]), done.returncode, what)


def _objects(count: int) -> str:
    return "1 object" if count == 1 else f"{count or 'no'} objects"


def page() -> str:
    """The page as it should be."""
    parts = [HEAD, "## Reports\n", *_table(FILES), "\n## Fact sheets\n", *_table(SHEETS)]
    return "\n".join(parts) + "\n"


def _table(inputs: tuple[Bad, ...]) -> Iterator[str]:
    yield "| input | what Comity says | exit code | what is kept |"
    yield "|---|---|---|---|"
    for bad in inputs:
        yield row(bad, outcome(bad))


def row(bad: Bad, came: Outcome) -> str:
    """The line of the page for one input."""
    said = "<br>".join(map(_cell, came.said)) or "nothing: it is read as it is"
    return f"| {_cell(bad.title)} | {said} | {came.code} | {came.kept} |"


def _cell(text: str) -> str:
    return text.replace("\n", "; ").replace("|", "\\|").replace("<", "&lt;")
