"""Clocks on a time line, as SVG: one bar from the start event to the due instant.

The picture repeats what the table beside it says, so it is marked as decoration
for readers who do not see it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec
from markupsafe import Markup

_WIDTH, _LEFT, _RIGHT, _ROW, _TOP = 720, 34, 20, 30, 26


class Bar(msgspec.Struct, frozen=True):
    """A clock: the number it has in the table, and its two instants."""

    number: int
    start: dt.datetime
    due: dt.datetime
    sure: bool


def timeline(bars: Sequence[Bar], now: dt.datetime, now_label: str) -> Markup:
    """Draw the bars; no bars, no picture."""
    if not bars:
        return Markup()
    first = min([now, *(bar.start for bar in bars)])
    last = max([now, *(bar.due for bar in bars)])
    span = (last - first).total_seconds() or 1.0

    def x(instant: dt.datetime) -> float:
        share = (instant - first).total_seconds() / span
        return round(_LEFT + share * (_WIDTH - _LEFT - _RIGHT), 1)

    height = _TOP + _ROW * len(bars) + 8
    parts = [
        Markup(
            '<svg class="timeline" viewBox="0 0 {w} {h}" aria-hidden="true" focusable="false">'
            '<defs><pattern id="open" width="6" height="6" patternUnits="userSpaceOnUse" '
            'patternTransform="rotate(45)"><rect width="3" height="6"/></pattern></defs>'
        ).format(w=_WIDTH, h=height)
    ]
    for row, bar in enumerate(bars):
        y = _TOP + _ROW * row
        a, b = x(bar.start), x(bar.due)
        parts.append(
            Markup(
                '<text class="n" x="4" y="{ty}">{n}</text>'
                '<rect class="{kind}" x="{a}" y="{y}" width="{w}" height="14" rx="2"/>'
                '<path class="due" d="M{b} {y0}v22"/>'
            ).format(
                ty=y + 12,
                n=bar.number,
                kind="sure" if bar.sure else "unsure",
                a=a,
                y=y,
                w=max(round(b - a, 1), 2),
                b=b,
                y0=y - 4,
            )
        )
    at = x(now)
    anchor = "end" if at > _WIDTH / 2 else "start"
    parts.append(
        Markup(
            '<path class="now" d="M{x} 18V{h}"/><text class="now-label" x="{x}" y="12" '
            'text-anchor="{anchor}">{label}</text></svg>'
        ).format(x=at, h=height - 4, anchor=anchor, label=now_label)
    )
    return Markup("").join(parts)
