"""Defanged text made plain, with the way back to every place in the text as it was written.

Writers defang an address so that nobody follows it by accident. No standard says how, so the
forms below are those met in published reports.
"""

import re
from bisect import bisect_right

from msgspec import Struct

# One set of first letters lets the search skip all other text quickly.
_DEFANGED = re.compile(
    r"[\[({.hHfF](?:"
    # evil[.]com, evil(.)com, also wrapped inside the brackets; evil [dot] com, me (at) evil.com,
    # where the blanks around the word belong to it
    r"(?<=[\[({])\s{0,4}(?:(?P<dot>\.)|(?P<word>[Dd][Oo][Tt])|(?P<at>[Aa][Tt]|@))\s{0,4}[\])}]"
    r"(?:(?<=[Tt@][\])}])[ \t])?"
    # evil[.com and evil.]com
    r"|(?<=\w\[)\.(?=\w)|(?<=\w\.)\](?=\w)"
    # http[:]//, http[://], 2001[:]db8
    r"|(?<=\[)(?P<colon>:(?://)?)\]"
    # hxxp, hXXps, h**p, htxp, fxp
    r"|(?<![0-9A-Za-z].)(?:(?<=[hH])(?P<http>[xX]{2}|\*\*|[tT][xX]|[xX][tT])|(?<=[fF])(?P<ftp>[xX]))"
    r"[pP](?=[sS]?\[?:))"
)


class Refanged(Struct, frozen=True):
    """A text made plain, beside the text as written.

    The three tuples describe the segments of ``text`` in order of place.
    """

    text: str
    written: str
    starts: tuple[int, ...]
    origins: tuple[tuple[int, int], ...]
    replaced: tuple[bool, ...]

    def span(self, start: int, end: int) -> tuple[int, int, bool]:
        """Return where ``text[start:end]`` stood as written, and whether it was defanged."""
        first = bisect_right(self.starts, start) - 1
        last = bisect_right(self.starts, end - 1) - 1
        begin, _ = self.origins[first]
        origin, stop = self.origins[last]
        if not self.replaced[first]:
            begin += start - self.starts[first]
        if not self.replaced[last]:
            stop = origin + end - self.starts[last]
        # Two plain segments never touch, so more than one means something was replaced.
        return begin, stop, first != last or self.replaced[first]


def refang(text: str) -> Refanged:
    """Return the text with every defanged form replaced by what it stands for."""
    pieces: list[str] = []
    starts: list[int] = []
    origins: list[tuple[int, int]] = []
    replaced: list[bool] = []
    length = done = 0

    def put(piece: str, begin: int, end: int, *, new: bool) -> None:
        nonlocal length
        if piece:
            pieces.append(piece)
            starts.append(length)
            origins.append((begin, end))
            replaced.append(new)
            length += len(piece)

    for match in _DEFANGED.finditer(text):
        begin = match.start()
        # The blank before a bracketed word; one already taken is not there any more.
        if (match["word"] or match["at"]) and begin > done and text[begin - 1] in " \t":
            begin -= 1
        put(text[done:begin], done, begin, new=False)
        put(_plain(match), begin, match.end(), new=True)
        done = match.end()
    put(text[done:], done, len(text), new=False)
    return Refanged("".join(pieces), text, tuple(starts), tuple(origins), tuple(replaced))


def _plain(match: re.Match[str]) -> str:
    if match["http"]:
        return "http"
    if match["ftp"]:
        return "ftp"
    if match["colon"]:
        return match["colon"]
    return "@" if match["at"] else "."
