"""What the shipped packs and example cases say about the world, as tables a lawyer can read.

The packs are decoded here straight into their types, without the loader, so that a
fault of the loader cannot hide a wrong date.
"""

from __future__ import annotations

import datetime as dt
import json
import tomllib
import unicodedata
import zoneinfo
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest

from comity.agreements.instrument import Instrument, Party
from comity.knowledge.load.packs import shipped
from comity.knowledge.model import Channel, Feature, Group, Membership, Norm, State

ROOT = Path(__file__).parents[2]
PACKS = ROOT / "comity" / "knowledge" / "packs"
CASES = ("ransomware-hse-2021", "wiper-albania-2022")

_T = TypeVar("_T", Feature, Norm, Instrument, Channel, Group, State)
_DATED = TypeVar("_DATED", Membership, Party)


def pack(name: str, kind: type[_T]) -> dict[str, _T]:
    document = tomllib.loads((PACKS / f"{name}.toml").read_text("utf-8"))
    defaults = document.get("defaults", {})
    rows = [msgspec.convert({**defaults, **row}, kind) for row in document["entry"]]
    entries = {row.id: row for row in rows}
    assert len(entries) == len(rows), f"{name} has an id twice"
    return entries


FEATURES = pack("vocabulary", Feature)
NORMS = pack("norms", Norm)
INSTRUMENTS = pack("instruments", Instrument)
CHANNELS = pack("channels", Channel)
GROUPS = pack("groups", Group)
STATES = pack("states", State)
OBLIGATIONS = {duty.id: duty for i in INSTRUMENTS.values() for duty in i.obligations}

EVERYTHING: dict[str, Norm | Instrument | Channel | Group | State] = {
    **NORMS,
    **INSTRUMENTS,
    **CHANNELS,
    **GROUPS,
    **STATES,
}


def on(rows: tuple[_DATED, ...], day: str) -> set[str]:
    """The states whose row covers that day; "until" is the first day outside."""
    when = dt.date.fromisoformat(day)
    return {
        row.state
        for row in rows
        if (row.since is None or row.since <= when) and (row.until is None or when < row.until)
    }


def members(group: str, day: str) -> set[str]:
    return on(GROUPS[group].members, day)


def parties(instrument: str, day: str) -> set[str]:
    rows = tuple(p for p in INSTRUMENTS[instrument].parties if p.status == "party")
    return on(rows, day)


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
        ("grp.interpol", "EST", "unknown"),
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


# Instruments


@pytest.mark.parametrize(
    ("day", "how_many"),
    [  # numbers that the Council of Europe gave, at the entry into force they led to
        ("2004-07-01", 5),
        ("2011-09-01", 31),
        ("2015-09-01", 46),
        ("2017-09-01", 55),
        ("2018-10-01", 60),
        ("2021-08-01", 66),
    ],
)
def test_number_of_parties_to_the_budapest_convention(day: str, how_many: int) -> None:
    undated = sum(p.since is None for p in INSTRUMENTS["inst.coe.budapest"].parties)
    assert len(parties("inst.coe.budapest", day)) - undated == how_many


@pytest.mark.parametrize(
    ("state", "day", "is_party"),
    [
        ("ALB", "2004-06-30", False),
        ("ALB", "2022-07-15", True),
        ("USA", "2006-12-31", False),
        ("USA", "2007-01-01", True),
        ("GBR", "2011-09-01", True),
        ("EST", "2021-05-14", True),
        ("CRI", "2018-01-01", True),
        ("SWE", "2021-05-14", False),
        ("TUR", "2015-01-01", True),
        ("POL", "2015-05-31", False),
        ("POL", "2015-06-01", True),
        ("NGA", "2022-11-01", True),
        ("NZL", "2025-12-01", True),
        ("IRL", "2021-05-14", False),
        ("ZAF", "2021-05-14", False),
    ],
)
def test_party_to_the_budapest_convention(state: str, day: str, is_party: bool) -> None:  # noqa: FBT001
    assert (state in parties("inst.coe.budapest", day)) is is_party


def test_a_signature_is_not_a_ratification() -> None:
    signed = {
        p.state: p.since
        for p in INSTRUMENTS["inst.coe.budapest"].parties
        if p.status == "signatory"
    }
    assert signed == {"IRL": dt.date(2002, 2, 28), "ZAF": dt.date(2001, 11, 23)}


def test_only_what_two_states_or_one_made_has_a_complete_list_of_parties() -> None:
    complete = {
        i.id: {p.state for p in i.parties} for i in INSTRUMENTS.values() if i.parties_complete
    }
    assert complete == {
        "law.us.circia": {"USA"},
        "law.us.cisa2015": {"USA"},
        "inst.bilat.uscn2015": {"USA", "CHN"},
        "inst.bilat.usru2013": {"USA", "RUS"},
    }


def test_a_party_belongs_to_the_circle_of_its_treaty() -> None:
    for instrument in INSTRUMENTS.values():
        if instrument.circle:
            assert {p.state for p in instrument.parties} <= set(instrument.circle), instrument.id


@pytest.mark.parametrize(
    ("instrument", "how_many"),
    [
        ("inst.au.malabo", 14),  # of the first fifteen, one is named differently by the sources
        ("inst.coe.lanzarote", 47),  # all members of the Council of Europe, and Tunisia
        ("inst.coe.budapest.p2", 3),
        ("inst.cri", 48),
    ],
)
def test_number_of_parties_that_are_known(instrument: str, how_many: int) -> None:
    rows = INSTRUMENTS[instrument].parties
    assert sum(p.status == "party" for p in rows) == how_many


def test_no_state_is_listed_twice_for_the_same_time() -> None:
    for instrument in INSTRUMENTS.values():
        assert len({p.state for p in instrument.parties}) == len(instrument.parties)
    for group in GROUPS.values():
        assert len({m.state for m in group.members}) == len(group.members)


@pytest.mark.parametrize(
    ("instrument", "status", "applies_from", "applied_until"),
    [
        ("inst.coe.budapest", "in_force", "2004-07-01", None),
        ("inst.un.uncc", "not_in_force", None, None),
        ("law.eu.gdpr", "in_force", "2018-05-25", None),
        ("law.eu.nis1", "repealed", "2018-05-10", "2024-10-18"),
        ("law.eu.nis2", "in_force", "2024-10-18", None),
        ("law.eu.cra", "in_force", "2026-09-11", None),
        ("law.eu.dora", "in_force", "2025-01-17", None),
        ("inst.coe.budapest.p1", "in_force", "2006-03-01", None),
        ("inst.coe.budapest.p2", "not_in_force", None, None),
        ("inst.au.malabo", "in_force", "2023-06-08", None),
        ("inst.las.arab", "in_force", "2014-02-06", None),
        ("inst.sco.2009", "in_force", None, None),
        ("inst.coe.lanzarote", "in_force", "2010-07-01", None),
        ("inst.un.untoc", "in_force", "2003-09-29", None),
        ("inst.un.opsc", "in_force", "2002-01-18", None),
        ("inst.coe.108", "in_force", "1985-10-01", None),
        ("inst.coe.108plus", "not_in_force", None, None),
        ("law.eu.csoa", "in_force", "2025-02-04", None),
        ("law.eu.omnibus", "proposed", None, None),
        ("law.eu.sanctions", "in_force", "2019-05-18", "2028-05-18"),
        ("law.us.circia", "not_in_force", None, None),
        ("law.us.cisa2015", "in_force", "2015-12-18", "2026-10-01"),
        ("inst.nato.art5", "in_force", "1949-08-24", None),
    ],
)
def test_when_an_instrument_applies(
    instrument: str, status: str, applies_from: str | None, applied_until: str | None
) -> None:
    entry = INSTRUMENTS[instrument]
    assert entry.status == status
    assert entry.in_force_from == (applies_from and dt.date.fromisoformat(applies_from))
    assert entry.in_force_until == (applied_until and dt.date.fromisoformat(applied_until))


CLOCKS = [
    ("gdpr.33", "PT72H", "incident.aware_at"),
    ("gdpr.34", None, "incident.aware_at"),
    ("nis1.14.3", None, "incident.aware_at"),
    ("nis2.23.4a", "PT24H", "incident.aware_at"),
    ("nis2.23.4b", "PT72H", "incident.aware_at"),
    ("nis2.23.4d", "P1M", "fulfilled:nis2.23.4b"),
    ("cra.14.2a", "PT24H", "vuln.exploited_aware_at"),
    ("cra.14.2b", "PT72H", "vuln.exploited_aware_at"),
    ("cra.14.2c", "P14D", "vuln.fix_available_at"),
    ("cra.14.4a", "PT24H", "incident.aware_at"),
    ("cra.14.4b", "PT72H", "incident.aware_at"),
    ("cra.14.4c", "P1M", "fulfilled:cra.14.4b"),
    ("cra.14.8", None, "incident.aware_at"),
    ("dora.initial", "PT4H", "incident.classified_at"),
    ("dora.initial.latest", "PT24H", "incident.aware_at"),
    ("dora.intermediate", "PT72H", "fulfilled:dora.initial"),
    ("dora.final", "P1M", "fulfilled:dora.intermediate"),
    ("circia.incident", "PT72H", "incident.aware_at"),
    ("circia.ransom", "PT24H", "ransom.paid_at"),
]


@pytest.mark.parametrize(("obligation", "within", "starts_at"), CLOCKS)
def test_clocks(obligation: str, within: str | None, starts_at: str) -> None:
    duty = OBLIGATIONS[obligation]
    assert (duty.within, duty.start_event) == (within, starts_at)


def test_no_other_clock_is_shipped() -> None:
    assert set(OBLIGATIONS) == {obligation for obligation, _, _ in CLOCKS}


def test_the_duty_to_notify_falls_away_only_where_a_risk_is_unlikely() -> None:
    assert OBLIGATIONS["gdpr.33"].unless == "data.risk_unlikely && !data.high_risk"
    assert OBLIGATIONS["gdpr.34"].unless is None


# Channels


@pytest.mark.parametrize(
    ("channel", "open_to", "reach", "nomination", "operating_from"),
    [
        ("ch.un.poc", "grp.un", "bilateral", True, "2024-05-09"),
        ("ch.osce.cbm8", "grp.osce", "bilateral", True, "2013-12-03"),
        ("ch.budapest.247", "inst.coe.budapest", "bilateral", True, "2004-07-01"),
        ("ch.eu.csirts", "grp.eu", "network", False, None),
        ("ch.eu.cyclone", "grp.eu", "network", False, "2023-01-16"),
        ("ch.eu.spoc", "grp.eu", "bilateral", True, "2024-10-18"),
        ("ch.g7.247", "inst.g7.247", "bilateral", True, None),
        ("ch.uncc.247", "inst.un.uncc", "bilateral", True, None),
        ("ch.first", "grp.un", "bilateral", True, None),
    ],
)
def test_who_may_use_a_channel(
    channel: str,
    open_to: str,
    reach: str,
    nomination: bool,  # noqa: FBT001
    operating_from: str | None,
) -> None:
    entry = CHANNELS[channel]
    assert (entry.open_to, entry.reach, entry.nomination) == (open_to, reach, nomination)
    assert entry.operating_from == (operating_from and dt.date.fromisoformat(operating_from))


def test_evidence_goes_through_the_convention_and_politics_does_not() -> None:
    for channel in CHANNELS.values():
        carries_evidence = {"evidence", "preservation"} & set(channel.purposes)
        made_for_it = {"ch.budapest.247", "ch.interpol", "ch.g7.247", "ch.uncc.247"}
        assert bool(carries_evidence) is (channel.id in made_for_it)
        assert not (carries_evidence and {"clarify", "consultation"} & set(channel.purposes))
        assert channel.not_for


def test_no_channel_works_for_a_convention_that_is_not_in_force() -> None:
    for channel in CHANNELS.values():
        instrument = INSTRUMENTS.get(channel.open_to)
        if instrument is not None and instrument.status == "not_in_force":
            assert channel.status == "not_operating", channel.id


def test_purposes_are_words_of_the_list() -> None:
    words = {
        "inform",
        "clarify",
        "mitigation",
        "assistance",
        "evidence",
        "preservation",
        "consultation",
        "regulator",
        "capacity",
    }
    for instrument in INSTRUMENTS.values():
        assert set(instrument.purposes) <= words, instrument.id
    for channel in CHANNELS.values():
        assert set(channel.purposes) <= words, channel.id


# Norms


@pytest.mark.parametrize("letter", list("abcdefghijk"))
def test_each_norm_is_there_once(letter: str) -> None:
    norm = NORMS[f"norm.un.13{letter}"]
    assert norm.paragraph == f"A/70/174, para. 13 ({letter})"
    assert norm.kind == ("limiting" if letter in "cfk" else "positive")
    assert norm.gate is (letter == "b")
    assert all(question.endswith("?") for question in norm.asks)
    assert len(norm.asks) >= 3


def test_there_are_eleven_norms_and_only_one_gate() -> None:
    assert len(NORMS) == 11
    assert NORMS["norm.un.13b"].applies_if == "true"


# Sources, words, references


@pytest.mark.parametrize("entry", EVERYTHING.values(), ids=list(EVERYTHING))
def test_every_entry_says_where_it_comes_from(
    entry: Norm | Instrument | Channel | Group | State,
) -> None:
    assert entry.source
    assert all(len(source) > 10 for source in entry.source)
    assert entry.as_of <= dt.datetime.now(dt.UTC).date()


def test_every_state_in_groups_and_instruments_is_in_the_list_of_states() -> None:
    named = {m.state for g in GROUPS.values() for m in g.members}
    named |= {p.state for i in INSTRUMENTS.values() for p in i.parties}
    assert named <= set(STATES)


def test_every_reference_resolves() -> None:
    bound = {i.bound_group for i in INSTRUMENTS.values()} - {None}
    assert bound <= set(GROUPS)
    assert {c.open_to for c in CHANNELS.values()} <= set(GROUPS) | set(INSTRUMENTS)
    times = {f.id for f in FEATURES.values() if f.type == "time"}
    events = times | {f"fulfilled:{duty}" for duty in OBLIGATIONS}
    assert {duty.start_event for duty in OBLIGATIONS.values()} <= events


@pytest.mark.parametrize("name", ["norms", "instruments", "channels", "groups", "states"])
def test_packs_never_speak_of_violation(name: str) -> None:
    text = (PACKS / f"{name}.toml").read_text("utf-8").lower()
    assert "violat" not in text


# Example cases


def _facts(case: str) -> list[dict[str, Any]]:
    document = tomllib.loads((ROOT / "examples" / case / "facts.toml").read_text("utf-8"))
    assert document["sheet"]["case"] == case
    rows: list[dict[str, Any]] = document["fact"]
    return rows


def _fits(feature: Feature, value: object) -> bool:
    words = value if isinstance(value, list) else [value]
    closed = (not feature.values or set(words) <= set(feature.values)) and (
        not feature.states or set(words) <= set(STATES)
    )
    if feature.type == "time":
        return isinstance(value, str) and dt.datetime.fromisoformat(value).tzinfo is not None
    kinds: dict[str, type] = {"bool": bool, "string": str, "int": int, "strings": list}
    return isinstance(value, kinds[feature.type]) and closed


@pytest.mark.parametrize("case", CASES)
def test_facts_name_features_with_values_of_the_right_type(case: str) -> None:
    for fact in _facts(case):
        feature = FEATURES[fact["name"]]
        assert fact["said_by"]
        assert fact["source"]
        assert (fact["state"] == "unknown") is ("value" not in fact)
        if "value" in fact:
            assert _fits(feature, fact["value"]), fact["name"]


@pytest.mark.parametrize(
    ("case", "replayed_at"),
    [
        ("ransomware-hse-2021", "2021-05-14T09:00:00Z"),
        ("wiper-albania-2022", "2022-07-18T09:00:00Z"),
    ],
)
def test_nothing_was_said_after_the_moment_of_the_replay(case: str, replayed_at: str) -> None:
    moment = dt.datetime.fromisoformat(replayed_at)
    for fact in _facts(case):
        if "said_at" in fact:
            assert fact["said_at"] <= moment, fact["name"]
        if FEATURES[fact["name"]].type == "time":
            assert dt.datetime.fromisoformat(fact["value"]) <= moment, fact["name"]


@pytest.mark.parametrize("case", CASES)
def test_facts_name_no_actor_and_no_territory(case: str) -> None:
    names = {fact["name"] for fact in _facts(case)}
    assert not {n for n in names if n.startswith(("actor.", "origin.", "transit."))}


@pytest.mark.parametrize("case", CASES)
def test_bundles_carry_no_indicators_and_no_actor(case: str) -> None:
    bundle = json.loads((ROOT / "examples" / case / "bundle.json").read_text("utf-8"))
    objects: list[dict[str, Any]] = bundle["objects"]
    ids = {o["id"] for o in objects}
    assert len(ids) == len(objects)
    assert not {o["type"] for o in objects} & {
        "indicator",
        "observed-data",
        "threat-actor",
        "intrusion-set",
        "ipv4-addr",
        "domain-name",
        "url",
        "file",
    }
    for o in objects:
        refs = [o[key] for key in ("source_ref", "target_ref", "created_by_ref") if key in o]
        assert {*refs, *o.get("object_refs", ()), *o.get("object_marking_refs", ())} <= ids


def test_attribution_in_the_albanian_case_is_alleged_by_somebody_on_a_day() -> None:
    text = (ROOT / "examples" / "wiper-albania-2022" / "bundle.json").read_text("utf-8")
    notes = [o for o in json.loads(text)["objects"] if o["type"] == "note"]
    accusing = [n for n in notes if not n["abstract"].startswith("Denial")]
    assert len(accusing) == 5
    assert len(notes) == 6
    for note in accusing:
        assert "Alleged by " in note["content"]
        assert "2022" in note["abstract"]
    others = [o for o in json.loads(text)["objects"] if o["type"] != "note"]
    assert "iran" not in json.dumps(others).lower()


# Reference packs


def test_the_models_have_as_many_parts_as_their_publishers_say() -> None:
    parts = {model.id: len(model.parts) for model in shipped().maturity.values()}
    assert parts["mm.cmm2021"] == 23
    assert parts["mm.ncsi3"] == 12
    assert parts["mm.gci2024"] == 5
    assert parts["mm.nist.csf2"] == 22
    assert parts["mm.ncaf"] == 17
    assert parts["mm.ncpi2022"] == 8
    assert parts["mm.cybergreen"] == 5


def test_a_disputed_term_has_more_than_one_definition() -> None:
    terms = shipped().terms
    for term in ("term.cyber_attack", "term.resilience", "term.attribution_procedure"):
        assert len({d.by for d in terms[term].definitions}) > 1


def test_ranges_of_likelihood_rise_and_do_not_overlap() -> None:
    for scale in shipped().confidence.values():
        ranges = [(w.low, w.high) for w in scale.words if w.low is not None and w.high is not None]
        assert all(low <= high for low, high in ranges)
        assert all(a[1] <= b[0] for a, b in pairwise(ranges)), scale.id


def test_the_bill_of_2021_is_called_a_bill_and_never_a_law() -> None:
    definitions = shipped().terms["term.cyber_diplomacy"].definitions
    (bill,) = [d for d in definitions if "Cyber Diplomacy Act" in d.by]
    assert bill.status == "bill"
    assert not any(d.status == "law" for d in definitions)
