"""Which words of a draft look like personal data: a list for the people who let it go.

It finds forms and known names, not meanings: that nothing is found does not say that there is
nothing. A number of an identity card has no form that tells it from another number, so only the
machine-readable lines of a passport are looked for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import chain
from typing import Any, Literal

import msgspec
from phonenumbers import Leniency, PhoneNumberMatcher

from comity.documents.drafts.gate import ActorNames
from comity.documents.drafts.model import Bullets, Draft, Heading, Paragraph, Runs, Table, shown
from comity.formats.extract.refang import refang
from comity.formats.extract.scan import find
from comity.wording import Sentence, say

Kind = Literal["e-mail", "telephone", "ip", "iban", "card", "passport", "person", "user"]

_MAIL = re.compile(r"(?<![\w.+%'-])[\w.!#$%&'*+/=?^`{|}~-]{1,64}+@\w(?:[\w.-]{0,252}\w)?")
# Compact, or in groups of four, as ISO 13616 has it on paper.
_IBAN = re.compile(r"(?<![0-9A-Z])[A-Z]{2}[0-9]{2}(?:[0-9A-Z]{11,30}|(?:[ -][0-9A-Z]{1,4}){3,8})")
# What the large issuers give out (ISO/IEC 7812), so that not every long number is one.
_CARD = re.compile(r"(?<![\w.-])(?:[0-9][ -]?){12,18}[0-9](?![\w-])")
_ISSUER = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|2[2-7]|35|6[0245])\d{14}|3[47]\d{13}|3[068]\d{12}"
)
# The second line of the machine-readable zone (ICAO 9303-4); its first holds the name.
_ZONE = re.compile(r"(?<![0-9A-Z<])([0-9A-Z<]{9})([0-9])[A-Z<]{3}([0-9]{6})([0-9])[MFX<]")
# Accounts that come with systems: they are nobody's name, and ordinary words.
_NOBODY = frozenset(
    [
        "admin", "administrator", "anonymous", "backup", "daemon", "default", "ftp", "guest",
        "mail", "nobody", "operator", "oracle", "postgres", "public", "root", "service", "support",
        "sysadmin", "system", "test", "user", "web", "webmaster",
    ]
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+")

_WHY: Mapping[Kind, Sentence] = {
    "e-mail": say("it has the form of an e-mail address"),
    "telephone": say("it is a valid telephone number"),
    "ip": say("it is an IP address, which can lead to a person"),
    "iban": say("it has the form and the check digits of a bank account (IBAN)"),
    "card": say("it has the form and the check digit of a payment card"),
    "passport": say("it has the form and the check digits of a passport's machine-readable line"),
    "person": say("a report names a person so"),
    "user": say("a report names the account of a user so"),
}
KIND_NAMES: Mapping[Kind, Sentence] = {
    "e-mail": say("e-mail address"),
    "telephone": say("telephone number"),
    "ip": say("IP address"),
    "iban": say("bank account"),
    "card": say("payment card"),
    "passport": say("passport"),
    "person": say("name of a person"),
    "user": say("name of a user"),
}
_COLLEAGUE = say("somebody with an account on this node is called so")
_REPORTED = say("it is an e-mail address that stands in a report")


class Known(msgspec.Struct, frozen=True):
    """What the node knows of people: names of its accounts, and of the reports of the incident.

    ``region`` is the state (ISO 3166-1 alpha-2) in whose form telephone numbers are written that
    have no country code; without one only those are found that have.
    """

    accounts: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    mails: frozenset[str] = frozenset()
    region: str | None = None


class Finding(msgspec.Struct, frozen=True):
    """Words that look like personal data: where they stand, and why they count."""

    kind: Kind
    text: str
    where: tuple[Sentence, ...]
    why: Sentence


class _Bundle(msgspec.Struct, frozen=True):
    objects: tuple[dict[str, Any], ...]


_NO_WORDS = frozenset(
    {"id", "type", "spec_version", "created", "modified", "object_marking_refs", "hashes"}
)
_Hit = tuple[Kind, str, Sentence]
_Span = tuple[int, int]


def scan(draft: Draft, known: Known) -> tuple[Finding, ...]:
    """All that looks like personal data in a draft as it would leave, each once.

    Of a document for inside nothing is listed: it never leaves.
    """
    return () if draft.audience == "internal" else _found(_pieces(draft), known)


def scan_bundle(raw: bytes, known: Known) -> tuple[Finding, ...]:
    """The same of the objects of a STIX bundle. Addresses of machines are what it is sent for.

    Numbers of telephones are not looked for: too much in technical detail has their form.
    """
    objects = msgspec.json.decode(raw, type=_Bundle).objects
    pieces = (
        (say("the object {id}", id=str(one.get("id", ""))), text)
        for one in objects
        for name, value in one.items()
        if name not in _NO_WORDS
        for text in _texts(value)
    )
    return _found(pieces, known, leaving_out=frozenset({"ip", "telephone"}))


def digest(of: Draft | str, found: tuple[Finding, ...]) -> str:
    """The SHA-256 of a list together with the draft, or the hash, that it is of; empty if it is.

    An acknowledgement outlives the draft. With the list alone one could try out what stood in it.
    """
    return sha256(msgspec.json.encode((of, found))).hexdigest() if found else ""


def _found(
    pieces: Iterable[tuple[Sentence, str]], known: Known, leaving_out: frozenset[Kind] = frozenset()
) -> tuple[Finding, ...]:
    names = _Names(known)
    found: dict[tuple[Kind, str], tuple[Sentence, list[Sentence]]] = {}
    for where, words in pieces:
        text = _plain(words)
        for kind, hit, why in _hits(text, known, names, leaving_out):
            places = found.setdefault((kind, hit), (why, []))[1]
            if where not in places:
                places.append(where)
    return tuple(
        Finding(kind, text, tuple(places), why) for (kind, text), (why, places) in found.items()
    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from chain.from_iterable(map(_texts, value.values()))
    elif isinstance(value, list):
        yield from chain.from_iterable(map(_texts, value))


def _pieces(draft: Draft) -> Iterator[tuple[Sentence, str]]:
    """Every word that leaves, and where it stands."""
    yield say("the title"), draft.title
    yield say("the addressee"), draft.addressee or ""
    yield say("the marking"), draft.marking
    yield say("the status"), draft.status
    yield say("the name of the file"), draft.id
    for field in draft.header:
        place = say("the head, {label}", label=field.label)
        yield place, field.label
        yield place, _line(field.runs)
    place = say("the text")
    for block in draft.blocks:
        match block:
            case Heading(text=text):
                place = say("under “{heading}”", heading=text)
                yield place, text
            case Paragraph(runs=runs):
                yield place, _line(runs)
            case Bullets(items=items):
                yield from ((place, _line(item)) for item in items)
            case Table():
                yield from _cells(block)


def _cells(table: Table) -> Iterator[tuple[Sentence, str]]:
    whole = say("the table “{caption}”", caption=table.caption)
    yield from ((whole, text) for text in (table.caption, *table.head))
    for number, row in enumerate(table.rows, 1):
        place = say("the table “{caption}”, row {n}", caption=table.caption, n=number)
        yield from ((place, _line(cell)) for cell in row)


def _line(runs: Runs) -> str:
    return "".join(map(shown, runs))


def _plain(text: str) -> str:
    """One spelling for letters and digits that look alike, and none that cannot be seen."""
    same = unicodedata.normalize("NFKC", text)
    return "".join(c for c in same if unicodedata.category(c) != "Cf")


def _hits(text: str, known: Known, names: _Names, leaving_out: frozenset[Kind]) -> Iterator[_Hit]:
    """What stands in a text. What is part of one thing is not taken for another."""
    looked_for: dict[Kind, Iterator[_Span]] = {
        "e-mail": _mails(text),
        "ip": ((one.start, one.end) for one in find(text) if one.kind in ("ipv4", "ipv6")),
        "passport": _checked(_ZONE, text, _is_zone),
        "iban": _ibans(text),
        "card": _checked(_CARD, text, _is_card),
        "telephone": _telephones(text, known.region),
    }
    taken: list[_Span] = []
    for kind, spans in looked_for.items():
        if kind in leaving_out:
            continue
        for start, end in spans:
            if any(start < stop and begin < end for begin, stop in taken):
                continue
            taken.append((start, end))
            hit = text[start:end]
            reported = kind == "e-mail" and refang(hit).text.casefold() in known.mails
            yield kind, hit, _REPORTED if reported else _WHY[kind]
    rest = text
    for start, end in taken:
        rest = f"{rest[:start]}{'|' * (end - start)}{rest[end:]}"
    yield from names.within(rest)


def _mails(text: str) -> Iterator[_Span]:
    plain = refang(text)
    for match in _MAIL.finditer(plain.text):
        begin, end, _ = plain.span(*match.span())
        yield begin, end


def _telephones(text: str, region: str | None) -> Iterator[_Span]:
    for match in PhoneNumberMatcher(text, region, leniency=Leniency.VALID):
        yield match.start, match.end


def _checked(
    form: re.Pattern[str], text: str, holds: Callable[[re.Match[str]], bool]
) -> Iterator[_Span]:
    return (match.span() for match in form.finditer(text) if holds(match))


def _ibans(text: str) -> Iterator[_Span]:
    """Bank accounts by their check digits (ISO 7064, MOD 97-10), without words that follow."""
    for match in _IBAN.finditer(text):
        end = match.end()
        while end > match.start() + 14:
            letters = re.sub(r"[ -]", "", text[match.start() : end])
            digits = "".join(str(int(c, 36)) for c in letters[4:] + letters[:4])
            if 15 <= len(letters) <= 34 and int(digits) % 97 == 1:
                yield match.start(), end
                break
            end = max(text.rfind(gap, 0, end) for gap in " -")


def _is_card(match: re.Match[str]) -> bool:
    """Whether an issuer gives out such numbers and the check digit fits (ISO/IEC 7812-1)."""
    digits = re.sub(r"[ -]", "", match[0])
    if not _ISSUER.fullmatch(digits):
        return False
    doubled = [int(d) * (1 + at % 2) for at, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _is_zone(match: re.Match[str]) -> bool:
    number, its_check, born, check = match.groups()
    return _zone_digit(number) == int(its_check) and _zone_digit(born) == int(check)


def _zone_digit(text: str) -> int:
    """The check digit of a field (ICAO 9303-3, 4.9)."""
    values = (0 if c == "<" else int(c, 36) for c in text)
    return sum(value * (7, 3, 1)[at % 3] for at, value in enumerate(values)) % 10


class _Names:
    """Names that the node knows. One of a single word counts only as it is written: else an
    officer called Hope would stand in every letter."""

    def __init__(self, known: Known) -> None:
        self._why: dict[str, tuple[Kind, Sentence]] = {}
        self._single: set[str] = set()
        self._take("person", _COLLEAGUE, known.accounts)
        self._take("person", _WHY["person"], known.persons)
        named = (one for one in known.users if one.lower() not in _NOBODY)
        self._take("user", _WHY["user"], named)
        self._several = ActorNames([name for name in self._why if name not in self._single])

    def _take(self, kind: Kind, why: Sentence, names: Iterable[str]) -> None:
        for name in map(_plain, names):
            words = _WORD.findall(name)
            if not any(map(str.isalpha, name)) or len(name) < 2:
                continue
            self._why.setdefault(name, (kind, why))
            if words == [name] and not any(unicodedata.category(c) == "Lo" for c in name):
                self._single.add(name)

    def within(self, text: str) -> Iterator[_Hit]:
        """The names that stand in a text."""
        words = set(_WORD.findall(text)) & self._single
        for name in chain(sorted(words), self._several.in_text(text)):
            kind, why = self._why[name]
            yield kind, name, why
