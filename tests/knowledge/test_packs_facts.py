"""What the shipped packs and example cases say about the world, as tables a lawyer can read."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from comity.agreements.instrument import Instrument
from comity.knowledge.load.packs import shipped
from comity.knowledge.model import Channel, Feature, Group, Norm, State
from tests.knowledge.plain_packs import (
    CHANNELS,
    EVERYTHING,
    FEATURES,
    GROUPS,
    INSTRUMENTS,
    NORMS,
    OBLIGATIONS,
    PACKS,
    ROOT,
    STATES,
    parties,
)

CASES = ("ransomware-hse-2021", "wiper-albania-2022")

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


UNDERTAKINGS = [
    ("bud.35", None, None, None),
    ("bud.16.2", "P90D", None, None),
    ("bud.26", None, None, None),
    ("bud.25.3", None, None, None),
    ("bud.29", None, None, None),
    ("bud.29.7", None, "P60D", None),
    ("bud.30", None, None, None),
    ("bud2.7", "P30D", None, None),
    ("bud2.8.serve", "P45D", None, None),
    ("bud2.8.subscriber", "P20D", None, None),
    ("bud2.8.traffic", "P45D", None, None),
    ("bud2.9", None, None, None),
    ("uncc.25", "P90D", None, None),
    ("uncc.41", None, None, None),
    ("uncc.42", None, "P60D", None),
    ("nis2.23.4c", None, None, None),
    ("nis2.23.5", "PT24H", None, None),
    ("nis2.23.6", None, None, None),
    ("nis2.23.8", None, None, None),
    ("nis2.23.9", None, None, "P3M"),
    ("un.poc.ping", None, None, None),
    ("osce.8.change", "P30D", None, None),
    ("osce.8.yearly", None, None, "P1Y"),
    ("osce.11.meetings", None, None, "P1Y"),
]


def test_what_a_request_or_the_calendar_starts_has_the_periods_of_the_texts_and_no_others() -> None:
    found = shipped().undertakings()
    assert len({u.id for u in found} | set(OBLIGATIONS)) == len(found) + len(OBLIGATIONS)
    assert {(u.id, u.within, u.at_least, u.every) for u in found} == set(UNDERTAKINGS)


def test_each_group_has_as_many_measures_as_it_agreed_on() -> None:
    groups = [entry.group for entry in shipped().commitments.values()]
    counts = {group: groups.count(group) for group in set(groups)}
    assert counts == {"grp.un": 8, "grp.osce": 16, "grp.oas": 11, "grp.asean": 1, "grp.arf": 3}


def test_measures_of_which_only_the_subject_is_known_say_so() -> None:
    measures = shipped().commitments
    for number in range(7, 12):
        measure = measures[f"cbm.oas.{number}"]
        assert not measure.verified
        assert measure.note is not None
        assert "not seen" in measure.note


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
        ("ch.arf.poc", "grp.arf", "bilateral", True, None),
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
    assert parts["mm.ncaf2"] == 4  # clusters: the 20 objectives were not found
    assert parts["mm.ncpi2022"] == 8
    assert parts["mm.cybergreen"] == 5


@pytest.mark.parametrize(("model", "points"), [("mm.ncsi3", 120), ("mm.gci2024", 100)])
def test_the_points_of_a_model_add_up_to_its_score(model: str, points: int) -> None:
    assert sum(part.points or 0 for part in shipped().maturity[model].parts) == points


def test_each_part_of_a_model_of_maturity_belongs_to_a_phase_and_each_phase_has_indicators() -> (
    None
):
    models = shipped().maturity
    without = {m.id for m in models.values() for part in m.parts if not part.phases}
    assert without == {"mm.ncpi2022"}  # an index of power: most of its objectives bear on none
    own = [part.phases for part in models["mm.phases"].parts]
    assert {phases: own.count(phases) for phases in own} == {
        ("prevent",): 6,
        ("detect",): 4,
        ("respond",): 5,
        ("recover",): 4,
    }


def test_the_framework_of_nist_has_six_functions() -> None:
    parts = shipped().maturity["mm.nist.csf2"].parts
    assert {part.id.partition(".")[0] for part in parts} == {"GV", "ID", "PR", "DE", "RS", "RC"}


def test_what_a_public_attribution_contains_is_a_checklist() -> None:
    statement = shipped().checklists["chk.attribution.statement"]
    assert len(statement.items) == 17
    choices = {item.text: item.one_of for item in statement.items if item.one_of}
    assert choices["Actor, and the level at which it is named"][0] == "state"
    assert any("Word of confidence" in item.text for item in statement.items)
    assert sum("silence that is meant" in item.text for item in statement.items) == 2


def test_a_request_for_preservation_has_the_six_elements_of_the_convention() -> None:
    assert len(shipped().checklists["chk.doc.preservation"].items) == 6


def test_no_checklist_says_a_thing_twice() -> None:
    for checklist in shipped().checklists.values():
        texts = [item.text for item in checklist.items]
        assert len(set(texts)) == len(texts), checklist.id


def test_a_disputed_term_has_more_than_one_definition() -> None:
    terms = shipped().terms
    for term in ("term.cyber_attack", "term.resilience", "term.attribution_procedure"):
        assert len({d.by for d in terms[term].definitions}) > 1


@pytest.mark.parametrize(
    ("scale", "kind", "levels", "weighed", "is_read"),
    [
        ("sev.uk.ncsc", "levels", 6, 0, True),
        ("sev.us.ciss", "levels", 6, 0, True),
        ("sev.us.nciss", "score", 7, 8, False),
        ("sev.eurepoc", "score", 0, 6, False),
        ("sev.rsit", "classes", 11, 0, False),
    ],
)
def test_scales_are_read_only_where_the_facts_hold_what_they_ask_for(
    scale: str,
    kind: str,
    levels: int,
    weighed: int,
    is_read: bool,  # noqa: FBT001
) -> None:
    entry = shipped().scales[scale]
    assert (entry.kind, len(entry.levels), len(entry.weighs)) == (kind, levels, weighed)
    assert entry.can_be_read is is_read


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


# Claims that are wrong or out of date, and that must not come back


def _everything_shipped() -> str:
    """All packs as text, in lower case."""
    return "\n".join(file.read_text("utf-8") for file in sorted(PACKS.glob("*.toml"))).lower()


@pytest.mark.parametrize(
    "wrong",
    [
        "decision 1201",
        "pc.dec/1201",
        "tallinn manual 3",
        "five functions",
        "bureau of international cyberspace policy",
        "established by the cyber diplomacy act",
    ],
)
def test_no_pack_repeats_a_claim_that_is_known_to_be_wrong(wrong: str) -> None:
    assert wrong not in _everything_shipped()


@pytest.mark.parametrize(
    ("name", "entry", "says"),
    [  # names and bodies that are met with in the literature lead to what took their place
        ("programme of action", "term.programme_of_action", "inst.un.gm"),
        ("programme of action", "inst.un.gm", "took the place"),
        ("european union agency for network and information security", "term.enisa", "before 2019"),
        ("ms-isac", "term.ms_isac", "ended on 30 september 2025"),
        ("ms-isac", "mm.ncsr", "ended on 30 september 2025"),
        ("asean comprehensive cyber security framework", "inst.asean.strategy", "no document of"),
        ("itu cybersecurity framework", "term.itu_framework", "no single framework"),
        ("guidelines for the security of information systems", "inst.oecd.digital_security",
         "superseded"),
        ("proxies", "term.norm", "not among them"),
        ("tallinn manual", "term.tallinn_manual", "none had been published"),
        ("mitigation", "term.phases", "part of respond"),
    ],
)  # fmt: skip
def test_an_old_name_is_found_with_what_is_true_today(name: str, entry: str, says: str) -> None:
    knowledge = shipped()
    entries: dict[str, Any] = {**knowledge.terms, **knowledge.instruments, **knowledge.maturity}
    text = msgspec.json.encode(entries[entry]).decode().lower()
    assert name in text
    assert says in text


def test_the_measures_of_the_osce_are_those_of_decisions_1106_and_1202() -> None:
    measures = [c for c in shipped().commitments.values() if c.group == "grp.osce"]
    assert all("Decision 1202, 10 March 2016" in c.source[0] for c in measures)
    first = [c.id for c in measures if c.agreed == dt.date(2013, 12, 3)]
    assert first == [f"cbm.osce.{number}" for number in range(1, 12)]
    assert {c.agreed for c in measures} == {dt.date(2013, 12, 3), dt.date(2016, 3, 10)}


@pytest.mark.parametrize("pack", sorted(file.stem for file in PACKS.glob("*.toml")))
def test_every_entry_of_every_pack_has_a_source_a_day_and_a_mark(pack: str) -> None:
    document = tomllib.loads((PACKS / f"{pack}.toml").read_text("utf-8"))
    for row in document["entry"]:
        entry = {**document.get("defaults", {}), **row}
        assert all(len(source) > 10 for source in entry["source"]), entry["id"]
        assert entry["as_of"] >= dt.date(2000, 1, 1), entry["id"]
        assert isinstance(entry["verified"], bool), entry["id"]
