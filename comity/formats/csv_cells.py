"""One cell of a table to what it names."""

from collections.abc import Mapping
from typing import NamedTuple

from comity.formats.csv_columns import TYPED, key
from comity.formats.extract.found import Kind
from comity.formats.extract.refang import refang
from comity.formats.extract.scan import scan
from comity.formats.extract.whole import whole
from comity.formats.hits import OBSERVED_AS, Cited
from comity.formats.misp.observables import OBSERVABLES, Observed
from comity.formats.misp.pattern import hashed
from comity.formats.misp.sheet import identified
from comity.formats.misp.values import HASHES
from comity.stix.error import StixError
from comity.stix.sco import File

_KINDS: Mapping[str, tuple[Kind, ...]] = {
    "ip-dst": ("ipv4", "ipv6"),
    "ip-src": ("ipv4", "ipv6"),
    "domain": ("domain",),
    "url": ("url",),
    "email": ("email",),
    "md5": ("md5",),
    "sha1": ("sha1",),
    "sha256": ("sha256",),
    "sha512": ("sha512",),
    "cve": ("cve",),
    "technique": ("technique",),
}
_IN_WORDS = {
    "ip-dst": "IP address",
    "ip-src": "IP address",
    "url": "URL",
    "email": "e-mail address",
}
# Types whose brackets are part of a grammar, not of defanging.
_RULES = frozenset({"yara", "sigma", "snort", "suricata", "stix2-pattern"})
_HASHES: tuple[Kind, ...] = ("md5", "sha1", "sha256", "sha512")


class FileOfRow(NamedTuple):
    """One file that several cells of a row describe, and the columns they stand in."""

    observed: Observed
    column: int
    used: frozenset[int]


def typed_subject(type_: str, cell: str) -> Observed | Cited:
    """What a value is by the type that its row gives it.

    Raises ``StixError`` for a type that has no form here, and for a value that is not of it.
    """
    named = type_.lower()
    make = OBSERVABLES.get(type_) or OBSERVABLES.get(named)
    if make is not None:
        return make(cell if named in _RULES else refang(cell).text)
    known = TYPED.get(key(named))
    if known is None:
        raise StixError(None, "", f"is of the type {type_[:40]!r}, which has no form here")
    return cell_subjects(known, cell)[0]


def cell_subjects(type_: str | None, cell: str) -> list[Observed | Cited]:
    """What stands in a cell of a column; ``None`` is a column that may hold anything.

    A cell may hold several values. Raises ``StixError`` if it holds none of its type.
    """
    if type_ == "filename":
        return [OBSERVABLES["filename"](cell)]
    kinds = _KINDS.get(type_ or "", ())
    for kind in kinds:
        value = whole(cell, kind)
        if value is not None:
            return [_subject(kind, value)]
    found = [one for one in scan(cell) if not kinds or one.kind in kinds]
    if not found:
        wanted = _IN_WORDS.get(type_, type_) if type_ else "indicator of a known kind"
        raise StixError(None, "", f"holds no {wanted}")
    # The host inside a URL adds nothing where a cell holds just the URL.
    urls = [one for one in found if one.kind == "url"]
    return [
        _subject(one.kind, one.value)
        for one in found
        if one.kind == "url" or not any(url.start <= one.start < url.end for url in urls)
    ]


def file_of(cells: Mapping[int, str], types: Mapping[int, str | None]) -> FileOfRow | None:
    """The one file that a row's hashes and file name describe, if at least two of them do.

    Any one of the hashes finds it, so the pattern joins them by OR.
    """
    hashes: dict[str, str] = {}
    used: list[int] = []
    name: str | None = None
    for at, cell in cells.items():
        type_ = types[at]
        kind = next((kind for kind in _HASHES if kind == type_), None)
        value = whole(cell, kind) if kind else None
        if kind and value and HASHES[kind].key not in hashes:
            hashes[HASHES[kind].key] = value
            used.append(at)
        elif type_ == "filename" and name is None and not set(cell) & set("/\\"):
            name = cell
            used.append(at)
    if not hashes or len(used) < 2:
        return None
    file = identified(File(spec_version="2.1", id="", name=name, hashes=hashes))
    pattern = f"[{' OR '.join(hashed('file', hashes))}]"
    return FileOfRow(Observed((file,), pattern), used[0], frozenset(used))


def _subject(kind: Kind, value: str) -> Observed | Cited:
    type_ = OBSERVED_AS.get(kind)
    return OBSERVABLES[type_](value) if type_ else Cited(kind, value)
