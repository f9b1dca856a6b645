"""The catalogue holds every entry of every pack, once, and finds it by its words."""

import pytest

from comity.knowledge.catalogue import find, pack_rows, packs, rows, search
from comity.knowledge.load.packs import PACKS, shipped

KNOWLEDGE = shipped()


def test_every_pack_that_is_shipped_is_in_the_catalogue():
    assert tuple(packs(KNOWLEDGE)) == PACKS


def test_no_two_packs_share_an_id_so_that_an_id_alone_finds_its_entry():
    ids = [row.entry.id for row in rows(KNOWLEDGE)]
    assert len(ids) == len(set(ids))
    for row in rows(KNOWLEDGE):
        assert find(KNOWLEDGE, row.entry.id) == row


def test_every_entry_has_a_title():
    assert [row.entry.id for row in rows(KNOWLEDGE) if not row.title] == []


@pytest.mark.parametrize("words", [["24/7", "preservation"], ["PRESERVATION"], ["Albanie"]])
def test_a_search_gives_those_entries_that_hold_all_words(words):
    found = search(rows(KNOWLEDGE), words)
    assert found
    assert len(found) < 100
    assert search(found, words[:1]) == found


def test_nothing_holds_a_word_that_is_nowhere():
    assert search(rows(KNOWLEDGE), ["xylophone-of-nowhere"]) == []


def test_of_each_pack_it_is_said_how_much_was_checked_and_how_old_it_is():
    for row in pack_rows(KNOWLEDGE):
        entries = packs(KNOWLEDGE)[row.name].values()
        assert row.entries == len(entries)
        assert row.verified == sum(entry.verified for entry in entries)
        assert all(row.oldest <= entry.as_of <= row.newest for entry in entries)
        assert len(row.sha256) == 64
