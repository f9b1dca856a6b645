"""Where in a text something stands, and the words around it, for a person to look it up."""

import re
from bisect import bisect_right

LONGEST = 500

# A sentence ends at its mark, at an empty line, or where an item of a list or table begins.
_BREAK = re.compile(r"(?<=[.!?])[\"')\]]{0,2}\s+(?=\S)|\n[ \t]*\n|\n(?=[ \t]*[-*+|=#•])")


class Places:
    """The lines of one text; lines and characters count from 1."""

    def __init__(self, text: str, *, first_line: int = 1) -> None:
        self._text = text
        self._first = first_line
        self._starts = [0, *(match.end() for match in re.finditer(r"\n", text))]

    def position(self, start: int, end: int) -> str:
        """``line 12, characters 5-20``; a value that is wrapped names both its ends."""
        line, character = self._at(start)
        last_line, last = self._at(end - 1)
        if line == last_line:
            return f"line {line}, characters {character}-{last}"
        return f"line {line}, character {character} to line {last_line}, character {last}"

    def line(self, start: int) -> str:
        """``line 12``, where the characters are not those of the file."""
        return f"line {self._at(start)[0]}"

    def line_text(self, start: int) -> str:
        """The line around a place, or as much of it as can be shown."""
        index = bisect_right(self._starts, start) - 1
        begin = max(self._starts[index], start - LONGEST // 2)
        stop = self._starts[index + 1] if index + 1 < len(self._starts) else len(self._text)
        return _shown(self._text[begin : min(stop, begin + LONGEST)])

    def sentence(self, start: int, end: int) -> str:
        """The sentence around a place, or as much of it as can be shown."""
        begin, stop = max(0, start - LONGEST // 2), min(len(self._text), end + LONGEST // 2)
        for mark in _BREAK.finditer(self._text, begin, start):
            begin = mark.end()
        mark_after = _BREAK.search(self._text, end, stop)
        if mark_after:
            stop = mark_after.start()
        return _shown(self._text[begin:stop])

    def _at(self, offset: int) -> tuple[int, int]:
        index = bisect_right(self._starts, offset) - 1
        return self._first + index, offset - self._starts[index] + 1


def _shown(text: str) -> str:
    return " ".join(text.split())[:LONGEST]
