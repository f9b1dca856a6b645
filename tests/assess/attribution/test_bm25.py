"""The plain ranking: what raises a cluster, and what must not matter."""

import math

from hypothesis import given
from hypothesis import strategies as st

from comity.assess.attribution import prepare, rank

FEATURES = st.sampled_from([f"T{n}" for n in range(1000, 1010)] + ["S0001", "S0002"])
REFERENCES = st.lists(st.sampled_from("abcdef"), max_size=5)
PROFILES = st.dictionaries(
    st.sampled_from(["G1", "G2", "G3", "G4"]), st.dictionaries(FEATURES, REFERENCES, max_size=6)
)


def order(observed, profiles):
    return [cluster for cluster, _ in rank(observed, profiles)]


def test_a_rare_technique_says_more_than_one_that_everybody_uses():
    profiles = {
        "G1": {"T1": ["a"], "T9": ["a"]},
        "G2": {"T1": ["a"], "T2": ["a"]},
        "G3": {"T1": ["a"], "T2": ["a"]},
    }
    assert order(["T1", "T9"], profiles)[0] == "G1"


def test_what_several_publishers_saw_weighs_more_than_what_one_did():
    profiles = {
        "G1": {"T1": ["a"], "T2": ["a", "b"]},
        "G2": {"T1": ["a", "b"], "T2": ["a"]},
        "G3": {"T3": ["a"]},
    }
    assert order(["T1"], profiles)[:2] == ["G2", "G1"]


def test_one_publisher_named_twice_is_one_publisher():
    profiles = {"G1": {"T1": ["a", "a", "a"], "T2": ["a"]}, "G2": {"T1": ["a"], "T2": ["a"]}}
    scores = dict(rank(["T1"], profiles))
    assert scores["G1"] == scores["G2"]


def test_a_cluster_without_anything_known_is_ranked_last_and_not_left_out():
    profiles: dict[str, dict[str, list[str]]] = {
        "G0": {},
        "G1": {"T1": ["a"]},
        "G2": {"T1": []},
        "G3": {"T2": ["a"]},
    }
    ranked = rank(["T1"], profiles)
    assert ranked[0][0] == "G1"
    assert {cluster for cluster, _ in ranked} == {"G0", "G1", "G2", "G3"}
    assert dict(ranked)["G0"] == 0.0


def test_no_profiles_give_an_empty_ranking():
    assert rank(["T1"], {}) == []
    assert rank([], {"G1": {}}) == [("G1", 0.0)]


def test_a_score_is_that_of_the_published_formula():
    profiles = {"G1": {"T1": ["a", "b"], "T2": ["a"]}, "G2": {"T2": ["a"]}, "G3": {"T3": ["a"]}}
    mean = (3 + 1 + 1) / 3
    rarity = math.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    wanted = rarity * 2 * 2 / (2 + 1 * (1 - 0.3 + 0.3 * 3 / mean))
    assert math.isclose(dict(rank(["T1"], profiles))["G1"], wanted)


@given(PROFILES, st.lists(FEATURES, max_size=8))
def test_neither_order_nor_repetition_of_what_was_seen_matters(profiles, observed):
    once = dict(rank(observed, profiles))
    again = dict(rank([*reversed(observed), *observed], profiles))
    assert once.keys() == again.keys() == profiles.keys()
    assert all(math.isclose(once[cluster], again[cluster]) for cluster in once)


@given(PROFILES, st.lists(FEATURES, max_size=8), FEATURES)
def test_seeing_more_never_lowers_a_cluster(profiles, observed, more):
    before, after = dict(rank(observed, profiles)), dict(rank([*observed, more], profiles))
    assert all(after[cluster] >= before[cluster] for cluster in before)


@given(PROFILES, st.lists(FEATURES, max_size=8))
def test_prepared_weights_rank_like_a_single_call(profiles, observed):
    prepared = prepare(profiles)
    assert prepared.rank(observed) == prepared.rank(observed) == rank(observed, profiles)
