"""Claims, disputes, and fact sheets as files."""

import datetime as dt

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.assess.facts import Claim, sheet
from comity.assess.facts_file import FactsFile, read_facts, write_facts
from comity.errors import BadInput
from comity.knowledge.load.packs import shipped

FEATURES = shipped().features
THEN = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


def claim(name, value, by="owner"):
    return Claim(name=name, value=value, said_by=by, said_at=THEN, source="a telephone call")


def read(text: str) -> FactsFile:
    return read_facts(text.encode(), FEATURES, file="facts.toml")


def fact(body: str) -> str:
    return f'[[fact]]\nsaid_by = "owner"\nsource = "call"\n{body}\n'


def test_a_fact_is_known_when_all_agree_disputed_when_two_differ_and_else_unknown():
    facts = sheet(
        FEATURES,
        [
            claim("victim.is_ci", True),
            claim("victim.is_ci", True, by="colleague"),
            claim("data.personal", True),
            claim("data.personal", False, by="colleague"),
            claim("cross_border", None),
        ],
    )
    assert facts.facts["victim.is_ci"].state == "known"
    assert facts.facts["data.personal"].state == "disputed"
    assert facts.facts["cross_border"].state == "unknown"
    assert facts.known() == {"victim.is_ci": True}


def test_what_somebody_calls_disputed_decides_nothing_even_where_nobody_else_spoke():
    text = fact('name = "data.personal"\nvalue = true\nstate = "disputed"')
    facts = sheet(FEATURES, read(text).claims)
    assert facts.facts["data.personal"].state == "disputed"
    assert facts.known() == {}


def test_a_list_in_another_order_is_no_dispute():
    facts = sheet(
        FEATURES,
        [
            claim("origin.territories", ("FRA", "BRA")),
            claim("origin.territories", ("BRA", "FRA"), by="colleague"),
        ],
    )
    assert facts.facts["origin.territories"].state == "known"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("victim.is_ci", "yes", "must be true or false"),
        ("victim.sector", True, "must be text"),
        ("incident.aware_at", dt.datetime(2026, 3, 2, 9), "needs a time zone"),  # noqa: DTZ001
        ("incident.status", "over", "must be one of ongoing, contained, closed"),
        ("effect.kinds", ("theft", "fire"), "must be one of dos,"),
        ("victim.colour", "red", "there is no feature 'victim.colour'"),
        ("victim.state", "Estonia", "three-letter code such as EST"),
        ("victim.state", "<b>x</b>", "three-letter code such as EST"),
        ("victim.state", "UK", "three-letter code such as EST"),
        ("origin.territories", ("EST", ["x"]), "must be a list of words"),
        ("origin.territories", ("EST",) * 51, "at most 50 entries"),
        ("incident.aware_at", dt.datetime(9999, 1, 1, tzinfo=dt.UTC), "between the years 1970"),
    ],
)
def test_a_claim_that_does_not_fit_its_feature_is_refused(name, value, says):
    with pytest.raises(BadInput) as refusal:
        sheet(FEATURES, [claim(name, value)])
    assert says in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x", "is not valid TOML"),
        ("[fact]\nname = 'a'", "two brackets"),
        ("[facts]\n", "unknown part 'facts'"),
        ("[sheet]\nown = 3\n", "facts.toml, [sheet]:"),
        ("[sheet]\nown = 'Estonia'\n", "[sheet]: own must be a state's three-letter code"),
        ("[sheet]\nreplay_at = 2021-01-01T00:00:00\n", "replay_at needs a time zone"),
        ("x = " + "9" * 5000, "a number with too many digits"),
        ("x = " + "[" * 5000, "or is nested too deeply"),
        ("fact = [3]", "fact 1: it must be a table, not a number"),
        (fact("name = 3\nvalue = true"), "fact 1: name must be text, not a number"),
        (fact('name = "victim.is_ci"\nvalue = true\nstate = "maybe"'), "state cannot be 'maybe'"),
        (fact('name = "victim.is_ci"\nvalue = true\nsaid_at = "x"'), "said_at must be a time"),
        (fact('name = "incident.aware_at"\nvalue = 2021-05-14'), "00Z, not 2021-05-14"),
        (fact('name = "origin.territories"\nvalue = [["EST"]]'), "fact 1: origin.territories"),
        (fact('name = "incident.status"\nvalue = "over"'), "facts.toml, fact 1: incident.status"),
        (fact('name = "victim.is_ci"'), "fact 1: victim.is_ci is marked known and has no value"),
        (
            fact('name = "victim.is_ci"\nstate = "unknown"\nvalue = true'),
            "is marked unknown and has a value",
        ),
        (fact('name = "victim.is_cii"\nvalue = true'), "there is no feature 'victim.is_cii'"),
        (fact('name = "victim.is_ci"\nvalue = true\nnote = "x"'), "there is no entry note in it"),
        (fact('name = "incident.aware_at"\nvalue = "yesterday"'), "is not a time such as"),
        ("[[fact]]\nname = 'victim.is_ci'\nvalue = true\n", "fact 1: said_by is missing"),
    ],
)
def test_a_sheet_that_cannot_be_used_says_where_and_why(text, says):
    with pytest.raises(BadInput) as refusal:
        sheet(FEATURES, read(text).claims)
    assert says in str(refusal.value)


def test_a_sheet_that_is_no_utf_8_or_far_too_large_is_refused():
    with pytest.raises(BadInput, match="not UTF-8"):
        read_facts("é".encode("latin-1"), FEATURES, file="f")
    with pytest.raises(BadInput, match="larger than 1 MiB"):
        read_facts(b" " * (1 << 20) + b" ", FEATURES, file="f")


VALUES = {
    "bool": st.booleans(),
    "int": st.integers(-(2**53) + 1, 2**53 - 1),
    "time": st.datetimes(
        min_value=dt.datetime(1990, 1, 1),  # noqa: DTZ001  # hypothesis adds the zone
        max_value=dt.datetime(2100, 1, 1),  # noqa: DTZ001
        timezones=st.just(dt.UTC),
    ),
}


WORDS = st.text(min_size=1).filter(lambda word: word != "unknown")


def fitting(feature):
    """Values that fit a feature."""
    words = st.sampled_from(["EST", "IRL", "XXA"]) if feature.states else WORDS
    if feature.values:
        words = st.sampled_from(feature.values)
    if feature.type == "strings":
        return st.lists(words, max_size=3).map(tuple)
    return words if feature.type == "string" else VALUES[feature.type]


TELLING = st.text().filter(str.strip)
CLAIMS = st.sampled_from(list(FEATURES.values())).flatmap(
    lambda feature: st.builds(
        Claim,
        name=st.just(feature.id),
        value=st.none() | fitting(feature),
        said_by=TELLING,
        said_at=st.none() | VALUES["time"],
        source=TELLING,
    )
)


@given(st.lists(CLAIMS, max_size=4), st.none() | st.text())
def test_a_written_sheet_reads_back_to_the_same_claims(claims, case):
    written = FactsFile(case=case, own="EST", replay_at=None, claims=tuple(claims))
    back = read(write_facts(written).decode())
    assert [msgspec.structs.replace(claim, place="") for claim in back.claims] == claims
    assert (back.case, back.own) == (case, "EST")
    assert [claim.place for claim in back.claims] == [
        f"facts.toml, fact {number}" for number in range(1, len(claims) + 1)
    ]


def test_the_word_unknown_is_no_answer_and_so_no_no():
    (claim,) = read(fact('name = "actor.type"\nvalue = "unknown"')).claims
    assert claim.value is None


@pytest.mark.parametrize("blank", ["", " ", "\u00a0"])
def test_a_fact_names_who_said_it_and_where_it_is_from(blank):
    text = f'[[fact]]\nname = "report.verified"\nvalue = true\nsaid_by = "{blank}"\nsource = "x"'
    with pytest.raises(BadInput, match=r"facts.toml, fact 1: said_by must say something"):
        read(text)


def test_a_sheet_saved_with_a_byte_order_mark_is_read():
    assert read_facts(b"\xef\xbb\xbf[sheet]\nown = 'EST'", FEATURES, file="f").own == "EST"


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_a_moment_to_look_from_lies_within_the_calendar(year):
    with pytest.raises(BadInput, match="between the years 1970 and 2200"):
        read(f"[sheet]\nreplay_at = {year}-01-01T00:00:00Z")
