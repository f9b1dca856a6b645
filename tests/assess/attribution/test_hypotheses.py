"""When nobody may be named, and what first place rests on: small worlds made by hand."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.assess.attribution import prepare
from comity.assess.attribution.hypotheses import Attribution, attribute, prepare_profiles
from comity.knowledge.actors import ActorKnowledge, Alleged, Cluster
from comity.wording import say


def world(clusters, campaigns=None) -> ActorKnowledge:
    """Clusters by id: feature -> references."""
    return ActorKnowledge(
        clusters={
            ident: Cluster(
                id=ident,
                name=f"Cluster {ident}",
                aliases=(),
                features=features,
                alleged=(Alleged("PRK", "somebody"),) if ident == "G1" else (),
            )
            for ident, features in clusters.items()
        },
        names={},
        aliases=frozenset(),
        campaigns=campaigns or {},
        sources=("made by hand",),
        made_of="0" * 64,
    )


def features(prefix: str, count: int, refs=("one", "two", "three")):
    return {f"{prefix}{n}": tuple(refs) for n in range(count)}


# Nineteen other clusters, so that what one cluster alone has is rare.
CROWD = {f"G{n}": features(f"X{n}-", 12) for n in range(10, 29)}
CLEAR = world({"G1": features("A", 15), "G2": features("B", 15), **CROWD})


def found(seen, knowledge=CLEAR, victim=None) -> Attribution:
    ranker = prepare(prepare_profiles(knowledge))
    return attribute(seen, knowledge, ranker, victim=victim)


def reasons(attribution) -> str:
    return "; ".join(map(str, attribution.abstain))


def test_what_fits_one_well_known_cluster_alone_has_no_reason_against_it():
    clear = found([f"A{n}" for n in range(6)])
    assert clear.candidates[0].cluster.id == "G1"
    assert clear.abstain == ()
    assert [c.rank for c in clear.candidates] == list(range(1, len(clear.candidates) + 1))


@pytest.mark.parametrize("seen", [[], ["Z1", "Z2", "Z3", "Z4"], ["A1", "A2"], ["A1", "A1", "A1"]])
def test_fewer_than_three_observations_that_any_profile_has_name_nobody(seen):
    assert "observations known to any profile" in reasons(found(seen))


def test_a_thin_profile_names_nobody():
    thin = world({"G1": features("A", 9), **CROWD})
    assert "profile of the first cluster is thin: 9 features" in reasons(
        found([f"A{n}" for n in range(9)], thin)
    )


def test_what_fits_no_cluster_well_leaves_an_unknown_actor():
    common = world({f"G{n}": features("A", 12) for n in range(1, 21)})
    weak = found(["A1", "A2", "A3", "A4"], common)
    assert "unknown actor" in reasons(weak)
    assert "come first together" in reasons(weak)


def test_a_few_rare_traces_that_outweigh_everything_else_name_nobody():
    # G2 fits by six common techniques, G1 by two rare ones that anybody could have planted.
    shared = {f"S{n}": ("one", "two", "three") for n in range(6)}
    crowd = {
        ident: {**own, **(shared if number < 7 else {})}
        for number, (ident, own) in enumerate(CROWD.items())
    }
    planted = world(
        {"G1": features("A", 15, [f"r{n}" for n in range(30)]), "G2": shared | features("B", 9),
         **crowd}
    )  # fmt: skip
    result = found(["A0", "A1", *shared], planted)
    assert result.candidates[0].cluster.id == "G1"
    assert result.candidates[0].rank_capped > 1
    assert "planted" in reasons(result)


def test_one_source_that_carries_the_result_names_nobody_and_is_named():
    lone = {**features("A", 15, ["the only report"]), "S1": ("a", "b"), "S2": ("a", "b")}
    other = {"S1": ("a", "b", "c"), "S2": ("a", "b", "c"), **features("B", 12)}
    result = found(["A0", "A1", "A2", "S1", "S2"], world({"G1": lone, "G2": other, **CROWD}))
    assert result.candidates[0].cluster.id == "G1"
    assert result.sources == ("the only report",)
    assert "one source carries the result" in reasons(result)


def test_a_victim_in_the_state_alleged_to_be_behind_it_speaks_against_a_cluster():
    seen = [f"A{n}" for n in range(6)]
    assert found(seen, victim="EST").abstain == ()
    result = found(seen, victim="PRK")
    assert "somebody" in str(result.candidates[0].against[0])
    assert "speaks against" in reasons(result)
    # It contradicts; it does not move the ranking.
    assert [c.cluster.id for c in result.candidates] == [
        c.cluster.id for c in found(seen).candidates
    ]


def test_a_report_that_nobody_vouches_for_names_nobody_whatever_it_holds():
    ranker = prepare(prepare_profiles(CLEAR))
    doubt = say("The report has not been verified.")
    seen = [f"A{n}" for n in range(6)]
    result = attribute(seen, CLEAR, ranker, victim=None, doubt=doubt)
    assert result.abstain == (doubt,)


def test_a_second_cluster_close_behind_names_nobody():
    near = world({
        "G1": {**features("S", 8), **features("A", 4)},
        "G2": {**features("S", 8), **features("B", 4)},
        **CROWD,
    })  # fmt: skip
    result = found([*(f"S{n}" for n in range(8)), "A0"], near)
    assert result.candidates[0].cluster.id == "G1"
    assert "close behind" in reasons(result)


def test_what_has_something_of_everybody_resembles_nobody():
    everybody = [feature for own in CLEAR.clusters.values() for feature in own.features]
    result = found([*(f"A{n}" for n in range(15)), *everybody])
    assert "known for only 15 of 258 observations" in reasons(result)


def test_an_incident_is_no_evidence_about_itself():
    own = {**features("A", 4, ["report on C0001"]), **features("B", 12)}
    knowledge = world(
        {"G1": own, "G2": features("C", 12), **CROWD}, {"C0001": ("report on C0001",)}
    )
    seen = [f"A{n}" for n in range(4)]
    assert found(seen, knowledge).candidates
    without = knowledge.without(["C0001"])
    assert found(seen, without).candidates == ()
    assert without.clusters["G2"] == knowledge.clusters["G2"]
    assert knowledge.without([]) is knowledge


def test_the_smallest_set_without_which_another_comes_first():
    near = world({
        "G1": {**features("S", 5), "A0": ("x", "y", "z"), **features("D", 9)},
        "G2": {**features("S", 5), **features("B", 10)},
        **CROWD,
    })  # fmt: skip
    result = found([*(f"S{n}" for n in range(5)), "A0"], near)
    assert result.candidates[0].cluster.id == "G1"
    assert result.tipping == ("A0",)
    assert result.would_tell is not None
    assert result.would_tell[0] in "BD"


SEEN = st.lists(
    st.sampled_from([f"{letter}{n}" for letter in "ABZ" for n in range(8)] + ["X10-1", "X11-2"]),
    max_size=12,
)


@given(seen=SEEN, order=st.randoms())
def test_the_order_and_the_repetition_of_what_was_seen_change_nothing(seen, order):
    shuffled = [*seen, *seen[:3]]
    order.shuffle(shuffled)
    one, other = found(seen), found(shuffled)
    assert [c.cluster.id for c in one.candidates] == [c.cluster.id for c in other.candidates]
    assert one.abstain == other.abstain
    assert set(one.observed) == set(other.observed)


@given(seen=SEEN)
def test_taking_evidence_away_never_lifts_the_matches_of_a_cluster(seen):
    whole = {c.cluster.id: len(c.matches) for c in found(seen).candidates}
    for left in itertools.islice(itertools.combinations(seen, max(0, len(seen) - 1)), 4):
        for candidate in found(left).candidates:
            most = whole.get(candidate.cluster.id, len(set(seen)))
            assert len(candidate.matches) <= most


@given(seen=SEEN)
def test_whatever_is_seen_there_are_at_most_five_and_each_has_something_that_was_seen(seen):
    result = found(seen)
    assert len(result.candidates) <= 5
    assert all(c.matches for c in result.candidates)
    assert set(result.observed).isdisjoint(result.unmatched)
    assert bool(result.candidates) or bool(result.abstain)
