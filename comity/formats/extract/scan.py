"""One pass over a text that finds addresses, names, hashes and cited ids.

Every repetition is bounded and possessive and every form begins at a boundary, so the work
grows with the length of the text and no faster, whoever wrote it.
"""

import re
from collections.abc import Callable, Generator, Iterator
from typing import TypeAlias

from comity.formats.extract import hosts
from comity.formats.extract.found import Found, Kind
from comity.formats.extract.refang import Refanged, refang
from comity.formats.extract.special import special_name

# Letters of names: Latin, Greek and Cyrillic. Scripts written without blanks are left out,
# because there a name would swallow the sentence around it; punycode still names those.
_C = "0-9A-Za-z_\u00c0-\u024f\u0370-\u052f"
_LOCAL = "0-9A-Za-z._%+-"
_NAME = rf"[{_C}-]{{1,63}}+(?:\.[{_C}-]{{1,63}}+){{1,20}}+(?!\.[{_C}])"
_HYPHEN = "[-\u2010-\u2013]"
_TECHNIQUE = r"T(?:1[0-9]{3}|0[89][0-9]{2})(?:[./][0-9]{3}(?![0-9]))?"
_ATLAS = r"AML\.TA?[0-9]{4}(?:[./][0-9]{3}(?![0-9]))?"
_IDS = (
    rf"(?P<cve>(?<![0-9A-Za-z])[Cc][Vv][Ee]{_HYPHEN}[12][0-9]{{3}}{_HYPHEN}[0-9]{{4,19}}+"
    r"(?![0-9A-Za-z]))"
    r"|(?P<hash>(?<![0-9A-Za-z])[0-9A-Fa-f]{32,128}+(?![0-9A-Za-z]))"
    rf"|(?P<attack>(?<![0-9A-Za-z_.])(?:{_ATLAS}|{_TECHNIQUE}|TA0[01][0-9]{{2}}|[SG][01][0-9]{{3}}|C00[0-9]{{2}})"
    r"(?![0-9A-Za-z_]|\.[0-9]))"
)
_ANY = re.compile(
    # Plain words hold nothing; going past a row of them in one step is most of the speed.
    r"(?:[A-Za-z]{1,31}+[\s,;()]++)++"
    r"|(?P<url>(?<![0-9A-Za-z])"
    r"(?:[hH][tT][tT][pP][sS]?|[fF][tT][pP][sS]?|sftp|wss?|tcp|udp|dns|ldaps?)://"
    r"(?:[0-9A-Za-z.~!$&'()*+,;=:_%-]{1,128}+@)?"
    rf"(?P<host>\[[0-9A-Fa-f:.]{{2,45}}+\]|{_NAME})(?::[0-9]{{1,5}}+)?)"
    rf"|(?P<email>(?<![{_LOCAL}])[{_LOCAL}]{{1,64}}+@{_NAME})"
    rf"|{_IDS}"
    rf"|(?P<ipv4>(?<![{_C}.])[0-9]{{1,3}}+(?:\.[0-9]{{1,3}}+){{3}}"
    rf"(?:/[0-9]{{1,2}}(?![{_C}./]))?(?!\.?[{_C}]))"
    rf"|(?P<ipv6>(?<![{_C}:.])(?=[0-9A-Fa-f]{{0,4}}:)[0-9A-Fa-f:.]{{2,45}}+"
    rf"(?:/[0-9]{{1,3}}(?![{_C}./]))?(?![{_C}]))"
    rf"|(?P<domain>(?<![{_C}.@-]){_NAME})"
    # Nothing begins inside a word, nor with any mark but these: go past both in one step.
    rf"|[0-9A-Za-z]++|[^{_C}.%+:-]++|[.%+:-]++|[\s\S]"
)
_CITED = re.compile(_IDS)
_LONGEST_TAIL = 4096
_TAIL = re.compile(rf"[/?#][{_C}.~:/?#@!$&'()*+,;=%-]{{0,{_LONGEST_TAIL}}}+")
_HASHES: dict[int, Kind] = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
_ATTACK: dict[str, Kind] = {"T": "technique", "S": "software", "G": "group", "C": "campaign"}

# What one match yields, and where in the text to go on.
_Step: TypeAlias = Generator[Found, None, int]


def scan(text: str) -> tuple[Found, ...]:
    """Find every value in the text, in order of place.

    A host stands both in its URL and on its own; a hash or an id cited inside a URL too.
    A bare name or number is found only where it is unlikely to be a file name, a package or
    a version; a defanged one always, because nobody defangs anything else.
    """
    return tuple(find(text))


def find(text: str) -> Iterator[Found]:
    """Find the values one by one, as ``scan`` does all at once."""
    plain = refang(text)
    position = 0
    while position < len(plain.text):
        for match in _ANY.finditer(plain.text, position):
            position = match.end()
            if match.lastgroup is not None:
                position = yield from _READ[match.lastgroup](plain, match)
                if position != match.end():
                    break  # more or less than the match was used: look again from there


def _url(plain: Refanged, match: re.Match[str]) -> _Step:
    """Yield the URL, its host and what its path cites; return where to go on."""
    written = match["host"]
    host = written.lower()
    kind: Kind | None = (
        "ipv6" if host[0] == "[" and hosts.ipv6(host[1:-1])
        else "ipv4" if hosts.ipv4(host)
        else "domain" if hosts.domain(host)
        else None
    )  # fmt: skip
    if kind is None:
        return match.start("host")
    start, end = match.start(), match.end()
    tail = _TAIL.match(plain.text, end)
    if tail and len(tail[0]) > _LONGEST_TAIL:
        end = tail.end()  # too long to be one URL: only its host and citations are kept
    else:
        end += len(_without_punctuation(tail[0])) if tail else 0
        scheme, _, rest = plain.text[start : match.start("host")].partition("://")
        value = f"{scheme.lower()}://{rest}{host}{plain.text[match.end('host') : end]}"
        yield _make(plain, "url", value, start, end)
    yield _make(plain, kind, host.strip("[]"), *match.span("host"))
    for cited in _CITED.finditer(plain.text, match.end("host"), end):
        yield from _id(plain, cited)
    return end


def _without_punctuation(tail: str) -> str:
    """Leave off what ends the sentence or the bracket around the URL."""
    surplus = tail.count(")") - tail.count("(")
    end = len(tail)
    while end > 1:
        if tail[end - 1] == ")" and surplus > 0:
            surplus -= 1
        elif tail[end - 1] not in ".,;:!?'*+":
            break
        end -= 1
    return tail[:end]


def _email(plain: Refanged, match: re.Match[str]) -> _Step:
    """Yield the address; return where to go on, which is behind the @ if it is none."""
    local, _, written = match[0].partition("@")
    host = written.rstrip("-_")
    name = host.lower()
    person = local.lstrip(".+-%")
    behind = match.end() - len(written)
    if not person or person.endswith(".") or not hosts.domain(name):
        return behind
    start, end = behind - 1 - len(person), behind + len(host)
    known = hosts.in_root_zone(name) or special_name(name)
    if not known and not plain.span(start, end)[2]:
        return behind  # picture@2x.png
    yield _make(plain, "email", f"{person}@{name}", start, end)
    return end


def _domain(plain: Refanged, match: re.Match[str]) -> _Step:
    text = match[0].rstrip("-_")
    start = match.start() + len(text) - len(text.lstrip("-"))
    text = text.lstrip("-")
    found = _make(plain, "domain", text.lower(), start, start + len(text)) if text else None
    if found and hosts.domain(found.value):
        # Part of a path, or a function that is called: only defanging makes it a name.
        beside = plain.text[start - 1 : start] + plain.text[match.end() : match.end() + 1]
        if found.defanged or not (hosts.doubtful_domain(text) or set(beside) & set("/\\(")):
            yield found
            return match.end()
    for cited in _CITED.finditer(plain.text, *match.span()):
        yield from _id(plain, cited)
    return match.end()


def _ipv4(plain: Refanged, match: re.Match[str]) -> _Step:
    text = match[0] if hosts.ipv4(match[0]) else match[0].partition("/")[0]
    end = match.start() + len(text)
    if hosts.ipv4(text):
        found = _make(plain, "ipv4", text, match.start(), end)
        before = plain.text[max(0, match.start() - 24) : match.start()]
        if found.defanged or not hosts.after_version_word(before):
            yield found
    return end


def _ipv6(plain: Refanged, match: re.Match[str]) -> _Step:
    text = match[0].rstrip(".")
    if text.endswith(":") and not text.endswith("::"):
        text = text[:-1]
    if hosts.ipv6(text):
        found = _make(plain, "ipv6", text.lower(), match.start(), match.start() + len(text))
        if found.defanged or not hosts.doubtful_ipv6(text):
            yield found
    return match.end()


def _id(plain: Refanged, match: re.Match[str]) -> _Step:
    text = match[0]
    if match["cve"]:
        yield _make(plain, "cve", re.sub(_HYPHEN, "-", text).upper(), *match.span())
    elif match["attack"]:
        short = text.removeprefix("AML.")
        kind: Kind = "tactic" if short.startswith("TA") else _ATTACK[short[0]]
        yield _make(plain, kind, text.replace("/", "."), *match.span())
    elif len(text) in _HASHES:
        yield _make(plain, _HASHES[len(text)], text.lower(), *match.span())
    return match.end()


def _make(plain: Refanged, kind: Kind, value: str, start: int, end: int) -> Found:
    begin, stop, defanged = plain.span(start, end)
    return Found(kind, value, begin, stop, plain.written[begin:stop], defanged)


_READ: dict[str, Callable[[Refanged, re.Match[str]], _Step]] = {
    "url": _url,
    "email": _email,
    "cve": _id,
    "hash": _id,
    "attack": _id,
    "ipv4": _ipv4,
    "ipv6": _ipv6,
    "domain": _domain,
}
