"""Who the states are, what they are called, and which groups they belong to since when."""

from __future__ import annotations

import datetime as dt
import unicodedata
import zoneinfo

import pytest

from comity.knowledge.load.packs import shipped
from tests.knowledge.plain_packs import GROUPS, STATES, members

# Groups


@pytest.mark.parametrize(
    ("group", "day", "how_many"),
    [
        ("grp.un", "2026-11-21", 193),
        ("grp.eu", "2026-11-21", 27),
        ("grp.eu", "2019-12-31", 28),
        ("grp.eu", "2003-12-31", 15),
        ("grp.eu", "1958-01-01", 6),
        ("grp.eea", "2026-11-21", 30),
        ("grp.osce", "2026-11-21", 57),
        ("grp.nato", "2024-03-06", 31),
        ("grp.nato", "2024-03-07", 32),
        ("grp.coe", "2022-03-15", 47),
        ("grp.coe", "2022-03-16", 46),
        ("grp.asean", "2025-10-25", 10),
        ("grp.asean", "2025-10-26", 11),
        ("grp.arf", "2026-11-28", 26),  # and the European Union
        ("grp.au", "2017-01-30", 53),  # of 54 and 55: one is not in the list of states
        ("grp.au", "2025-06-30", 54),
        ("grp.las", "2025-06-30", 22),
        ("grp.sco", "2001-06-15", 6),
        ("grp.sco", "2017-06-09", 8),
        ("grp.sco", "2023-07-04", 9),
        ("grp.sco", "2024-07-04", 10),
        ("grp.cis", "2009-08-17", 10),
        ("grp.cis", "2026-01-20", 9),
        ("grp.ecowas", "2025-01-28", 15),
        ("grp.ecowas", "2025-01-29", 12),
        ("grp.gcc", "2025-06-30", 6),
        ("grp.caricom", "2025-06-30", 14),  # and Montserrat
        ("grp.pif", "2025-06-30", 14),  # and four that are not in the list of states
        ("grp.g7", "2025-06-30", 7),
        ("grp.g20", "2025-06-30", 19),
        ("grp.interpol", "2026-11-28", 193),  # and three that are not in the list of states
    ],
)
def test_number_of_members_on_a_day(group: str, day: str, how_many: int) -> None:
    assert len(members(group, day)) == how_many


@pytest.mark.parametrize(
    ("state", "group", "day", "is_member"),
    [
        ("GBR", "grp.eu", "1972-12-31", False),
        ("GBR", "grp.eu", "2019-12-31", True),
        ("GBR", "grp.eu", "2020-01-31", True),
        ("GBR", "grp.eu", "2020-02-01", False),
        ("HRV", "grp.eu", "2013-06-30", False),
        ("HRV", "grp.eu", "2013-07-01", True),
        ("ALB", "grp.eu", "2022-07-15", False),
        ("IRL", "grp.eu", "2021-05-14", True),
        ("NOR", "grp.eea", "2021-05-14", True),
        ("CHE", "grp.eea", "2021-05-14", False),
        ("ALB", "grp.nato", "2022-07-15", True),
        ("FIN", "grp.nato", "2023-04-03", False),
        ("FIN", "grp.nato", "2023-04-04", True),
        ("SWE", "grp.nato", "2024-03-07", True),
        ("RUS", "grp.coe", "2022-03-15", True),
        ("RUS", "grp.coe", "2022-03-16", False),
        ("RUS", "grp.osce", "2022-03-16", True),
        ("VAT", "grp.osce", "2021-05-14", True),
        ("VAT", "grp.un", "2021-05-14", False),
        ("SSD", "grp.un", "2011-07-13", False),
        ("SSD", "grp.un", "2011-07-14", True),
        ("NIC", "grp.oas", "2023-11-19", False),
        ("MAR", "grp.au", "2017-01-30", False),
        ("MAR", "grp.au", "2017-01-31", True),
        ("SDN", "grp.au", "2025-06-30", True),  # suspended, and a member
        ("SYR", "grp.las", "2022-07-15", True),  # suspended, and a member
        ("SYR", "grp.las", "2023-05-07", True),
        ("PSE", "grp.las", "2025-06-30", True),
        ("IND", "grp.sco", "2017-06-08", False),
        ("PAK", "grp.sco", "2017-06-09", True),
        ("IRN", "grp.sco", "2023-07-03", False),
        ("IRN", "grp.sco", "2023-07-04", True),
        ("BLR", "grp.sco", "2024-07-03", False),
        ("BLR", "grp.sco", "2024-07-04", True),
        ("GEO", "grp.cis", "2009-08-17", True),
        ("GEO", "grp.cis", "2009-08-18", False),
        ("MLI", "grp.ecowas", "2025-01-28", True),
        ("NER", "grp.ecowas", "2025-01-29", False),
        ("GIN", "grp.ecowas", "2022-07-15", True),  # suspended, and a member
        ("RUS", "grp.g7", "2025-06-30", False),
        ("VUT", "grp.interpol", "2018-11-19", False),
        ("VUT", "grp.interpol", "2018-11-20", True),
        ("PRK", "grp.interpol", "2026-11-28", False),
        ("PRK", "grp.arf", "2026-11-28", True),
        ("FRA", "grp.arf", "2026-11-28", False),  # the Union takes part, its members do not
    ],
)
def test_membership_on_a_day(state: str, group: str, day: str, is_member: bool) -> None:  # noqa: FBT001
    assert (state in members(group, day)) is is_member


@pytest.mark.parametrize("group", ["grp.au", "grp.las", "grp.cis", "grp.g20", "grp.interpol"])
def test_of_an_entity_outside_the_list_of_states_nothing_is_said(group: str) -> None:
    standing = shipped().standing_in_group(group, "XXA", dt.date(2026, 11, 21))
    assert standing.place == "unknown"


@pytest.mark.parametrize(
    ("group", "state", "place"),
    [
        ("grp.cis", "UKR", "unknown"),
        ("grp.cis", "TKM", "unknown"),
        ("grp.cis", "MDA", "in"),
        ("grp.cis", "GEO", "out"),
        ("grp.cis", "EST", "out"),
        ("grp.interpol", "EST", "in"),
        ("grp.interpol", "PSE", "in"),
        ("grp.interpol", "TUV", "out"),
    ],
)
def test_silence_is_an_answer_only_where_a_list_is_whole(
    group: str, state: str, place: str
) -> None:
    assert shipped().standing_in_group(group, state, dt.date(2026, 1, 20)).place == place


def test_a_disputed_membership_is_unknown_and_every_other_one_is_not() -> None:
    assert GROUPS["grp.oas"].disputed == ("CUB", "VEN")
    assert not {"CUB", "VEN"} & {m.state for m in GROUPS["grp.oas"].members}
    on = dt.date(2026, 11, 21)
    places = {s: shipped().standing_in_group("grp.oas", s, on).place for s in ("CUB", "EST", "XXA")}
    assert places == {"CUB": "unknown", "EST": "out", "XXA": "unknown"}


def test_asean_is_part_of_its_regional_forum() -> None:
    assert members("grp.asean", "2026-11-21") < members("grp.arf", "2026-11-21")


def test_the_union_is_part_of_the_economic_area_the_council_and_the_osce() -> None:
    union = members("grp.eu", "2026-11-21")
    assert members("grp.eea", "2026-11-21") - union == {"ISL", "LIE", "NOR"}
    assert union < members("grp.coe", "2026-11-21")
    assert union < members("grp.osce", "2026-11-21")


# States


def test_states_are_the_members_of_the_united_nations_and_two_observers() -> None:
    observers = {s.id for s in STATES.values() if s.observer}
    assert observers == {"VAT", "PSE"}
    assert {s.id for s in STATES.values()} - observers == members("grp.un", "2026-11-21")


def test_codes_are_unique_and_zones_exist() -> None:
    assert len({s.alpha2 for s in STATES.values()}) == len(STATES)
    assert all(len(s.id) == 3 and s.id.isupper() for s in STATES.values())
    assert all(len(s.alpha2) == 2 and s.alpha2.isupper() for s in STATES.values())
    assert {s.timezone for s in STATES.values()} <= zoneinfo.available_timezones()


LETTERS = {
    "ar": "ARABIC LETTER ",
    "zh": "CJK UNIFIED ",
    "ru": "CYRILLIC ",
    "fr": "LATIN ",
    "es": "LATIN ",
}
PUNCTUATION = {"ar": " -()", "zh": "（）", "ru": " -—'()", "fr": " -'()", "es": " -'()"}


@pytest.mark.parametrize("language", LETTERS)
def test_a_name_is_written_in_the_script_of_its_language_and_holds_nothing_unseen(
    language: str,
) -> None:
    for state in STATES.values():
        name: str = getattr(state.names, language)
        assert unicodedata.is_normalized("NFC", name), state.id
        assert name == " ".join(name.split()) != "", state.id
        for sign in set(name) - set(PUNCTUATION[language]):
            assert unicodedata.name(sign).startswith(LETTERS[language]), (state.id, sign)


@pytest.mark.parametrize("language", LETTERS)
def test_no_two_states_share_a_name_in_one_language(language: str) -> None:
    assert len({getattr(s.names, language).casefold() for s in STATES.values()}) == len(STATES)


def test_each_name_finds_its_state_and_only_names_borne_twice_find_two() -> None:
    twice = {}
    for state in STATES.values():
        for name in state.called():
            found = {s.id for s in shipped().states_called(name)}
            assert state.id in found
            if len(found) > 1:
                twice[name] = " ".join(sorted(found))
    congo = dict.fromkeys(("Congo", "Конго", "الكونغو", "刚果"), "COD COG")
    korea = dict.fromkeys(("Korea", "Corée", "Corea", "Корея", "كوريا"), "KOR PRK")
    assert twice == congo | korea


@pytest.mark.parametrize(
    ("state", "language", "name"),
    [  # where names of the United Nations and of common libraries differ
        ("PSE", "es", "Estado de Palestina"),
        ("PSE", "ar", "دولة فلسطين"),
        ("TUR", "fr", "Türkiye"),
        ("CPV", "fr", "Cabo Verde"),
        ("SWZ", "ru", "Эсватини"),
        ("CIV", "ar", "كوت ديفوار"),
        ("PRK", "zh", "朝鲜民主主义人民共和国"),
        ("KOR", "ru", "Республика Корея"),
        ("IRN", "fr", "Iran (République islamique d')"),
        ("RUS", "es", "Federación de Rusia"),
        ("MDA", "ru", "Республика Молдова"),
        ("MKD", "zh", "北马其顿"),
        ("SYR", "ar", "الجمهورية العربية السورية"),
        ("VAT", "zh", "教廷"),
    ],
)
def test_a_state_is_called_as_the_united_nations_call_it(
    state: str, language: str, name: str
) -> None:
    assert getattr(STATES[state].names, language) == name


def test_names_that_were_not_checked_say_so() -> None:
    unsure = {s.id: s.names.not_verified for s in STATES.values() if s.names.not_verified}
    everywhere = ("ar", "zh", "fr", "ru", "es")
    assert unsure == {"TUR": everywhere, "NLD": everywhere, "VAT": ("zh",)}


@pytest.mark.parametrize(
    ("state", "alpha2", "name", "at", "hours_from_utc"),
    [
        ("IRL", "IE", "Ireland", "2021-05-14T00:00:00", 1),
        ("ALB", "AL", "Albania", "2022-07-18T00:00:00", 2),
        ("TUR", "TR", "Türkiye", "2022-07-18T00:00:00", 3),
        ("BOL", "BO", "Bolivia (Plurinational State of)", "2022-07-18T00:00:00", -4),
        ("AUS", "AU", "Australia", "2022-07-18T00:00:00", 10),
        ("USA", "US", "United States of America", "2022-07-18T00:00:00", -4),
    ],
)
def test_name_and_clock_of_a_state(
    state: str, alpha2: str, name: str, at: str, hours_from_utc: int
) -> None:
    entry = STATES[state]
    local = dt.datetime.fromisoformat(at).replace(tzinfo=zoneinfo.ZoneInfo(entry.timezone))
    assert (entry.alpha2, entry.name) == (alpha2, name)
    assert local.utcoffset() == dt.timedelta(hours=hours_from_utc)
