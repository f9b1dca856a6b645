"""The TLP level that prose states, however it is set off.

Other tools write the level into a title or a description; there it can only tighten.
"""

import re

from comity.stix.markings import Tlp, strictest

_HEAD_LINES = 30
_TLP = re.compile(
    r"(?P<line>^[^\w\n]{0,8})?(?<![0-9A-Za-z])TLP(?:\s{0,2}[:：\-]\s{0,2}|(?P<blank>[ \t]))"
    r"(?P<level>AMBER\s?[+\- ]\s?STRICT|AMBER|RED|GREEN|CLEAR|WHITE)(?![0-9A-Za-z])",
    re.MULTILINE | re.IGNORECASE,
)
# However somebody sets it off: TLP – RED, TLP=RED, TLP 2.0: **RED**.
_LIMIT = re.compile(
    r"(?<![0-9A-Za-z])(?:TLP|Traffic[ -]Light[ -]Protocol)[^0-9A-Za-z\n]{1,6}"
    r"(?:[12]\.0[^0-9A-Za-z\n]{1,6})?"
    r"(?P<level>AMBER\s?[+\- ]\s?STRICT|AMBER|RED)(?![0-9A-Za-z])",
    re.IGNORECASE,
)


def stated_level(text: str) -> Tlp | None:
    """The strictest TLP level that a text states, however it is written.

    AMBER and RED bind wherever they are named. GREEN and CLEAR would open doors, so they
    count only where they begin a line near the head; TLP 1's WHITE is CLEAR.
    """
    head = sum(len(line) + 1 for line in text.split("\n", _HEAD_LINES)[:_HEAD_LINES])
    levels = [Tlp[_name(match["level"])] for match in _LIMIT.finditer(text)]
    for match in _TLP.finditer(text):
        level = Tlp[_name(match["level"])]
        opens = match["line"] is not None and match["blank"] is None and match.start() < head
        if level >= Tlp.AMBER or opens:
            levels.append(level)
    return strictest(levels)


def _name(label: str) -> str:
    words = re.split(r"[\s+-]+", label.upper())
    return "CLEAR" if words == ["WHITE"] else "_".join(words)
