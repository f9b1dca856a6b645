"""Values that stand on lists of common or benign values, in words."""

from __future__ import annotations

from itertools import groupby

from comity.assess.benign_context import BenignContext, Listed
from comity.documents.language import Language
from comity.documents.model import Context, ContextRow
from comity.documents.plain import plain

_WORDS, _MOST_ROWS = 300, 5_000


def context_of(found: BenignContext, language: Language) -> Context:
    """One row for each value, with all the lists that it stands on."""
    groups = [tuple(group) for _, group in groupby(found.listed, lambda listed: listed.value)]
    rows = tuple(_row(group, language) for group in groups[:_MOST_ROWS])
    notes = tuple(map(language.say, found.faults))
    if more := len(groups[_MOST_ROWS:]):
        notes += (language.tr("{n} more values stand on such lists.").format(n=more),)
    return Context(rows, tuple(plain(note, _WORDS) for note in notes))


def _row(group: tuple[Listed, ...], language: Language) -> ContextRow:
    value = group[0].value
    # A list can hold several blocks around one address: the list is named once.
    lists = {(one.list_name, one.version): one for one in group}
    said = language.tr("“{list}” (version {version}, entry {entry})")
    return ContextRow(
        value=plain(value.text, _WORDS),
        lists=tuple(
            plain(said.format(list=one.list_name, version=one.version, entry=one.entry), _WORDS)
            for one in lists.values()
        ),
        sources=(
            *(plain(place, _WORDS) for place in value.places),
            *dict.fromkeys(plain(one.source, _WORDS) for one in group),
        ),
    )
