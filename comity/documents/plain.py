"""Text from outside, made safe to read: it may not steer a terminal or turn a sentence around."""

from __future__ import annotations

# Characters that change the direction of what follows (Unicode Standard Annex #9): shown by name,
# because leaving them out would hide that somebody put them there.
_BIDI = {
    "\u202a": "LRE", "\u202b": "RLE", "\u202c": "PDF", "\u202d": "LRO", "\u202e": "RLO",
    "\u2066": "LRI", "\u2067": "RLI", "\u2068": "FSI", "\u2069": "PDI",
}  # fmt: skip
_NAMED = str.maketrans({mark: f"\N{MATHEMATICAL LEFT ANGLE BRACKET}{name}"
                        "\N{MATHEMATICAL RIGHT ANGLE BRACKET}"
                        for mark, name in _BIDI.items()})  # fmt: skip


def plain(text: str, limit: int | None = None, *, lines: bool = False) -> str:
    """The text without control characters, with direction marks named, cut to ``limit``.

    A line break becomes a space unless ``lines`` are wanted. The whole text is in the record.
    """
    if limit is not None and len(text) > limit:
        text = text[:limit] + " …"
    return "".join(
        c
        if c.isprintable() or (lines and c == "\n")
        else " "
        if c in "\n\t"
        else "\N{REPLACEMENT CHARACTER}"
        for c in text.translate(_NAMED)
    )
