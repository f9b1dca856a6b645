"""Policies of witnesses (tlog-policy)."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import BadInput
from comity.record import note
from comity.record.cosignature import CosignerPair, WitnessKeys
from comity.record.keys import KeyPair
from comity.record.policy import (
    MAX_DEPTH,
    MAX_LINES,
    MAX_POLICY,
    Group,
    Member,
    Policy,
    k_of_n,
    parse,
    satisfied,
    weak,
)
from tests.record.support import randomness

LOG = KeyPair.generate(randomness()).keys
OTHER_LOG = KeyPair.generate(randomness(99)).keys
WITNESSES = tuple(CosignerPair.generate(randomness(seed)).keys for seed in range(1, 8))
A, B, C, D, E, F, G = WITNESSES


def lines(*names: str) -> str:
    """The lines that define witnesses under one-letter names."""
    found = []
    for name, keys in zip("abcdefg", WITNESSES, strict=True):
        if name in names:
            found += [
                f"witness {name}1 {keys.ed25519}",
                f"witness {name}2 {keys.ml_dsa_44}",
                f"group {name} all {name}1 {name}2",
            ]
    return "\n".join(found) + "\n"


def test_the_example_of_the_standard_is_read() -> None:
    text = f"""# known logs
log {LOG.ed25519}  https://log.example/
log\t{LOG.ml_dsa_44}

{lines("a", "b", "c", "d", "e", "f")}
  group X-witnesses 2 a b c
group Y-witnesses any d e f
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""
    policy = parse(text.encode())
    assert policy.logs == (LOG,)
    assert policy.log(LOG.origin) == LOG
    assert policy.log("another") is None
    assert policy.witnesses == (A, B, C, D, E, F)
    assert policy.quorum == Group(
        "X-and-Y", 2, (Group("X-witnesses", 2, (A, B, C)), Group("Y-witnesses", 1, (D, E, F)))
    )
    for cosigned, enough in (
        ({A, B, D}, True), ({B, C, E, F}, True), ({A, B, C}, False), ({A, D, E, F}, False),
        ({A, B, G}, False), (set(), False),
    ):  # fmt: skip
        assert satisfied(policy, cosigned) == enough


def test_one_witness_or_none_may_be_the_quorum() -> None:
    alone = parse((lines("a") + "quorum a\n").encode())
    assert alone.quorum == A
    assert satisfied(alone, {A})
    assert not satisfied(alone, {B})
    none = parse(b"quorum none")
    assert none == Policy((), None)
    assert satisfied(none, set())
    assert weak(none) == ("The policy demands no witness.",)


def test_the_own_witness_never_counts() -> None:
    policy = k_of_n((LOG,), WITNESSES[:3], 2)
    assert satisfied(policy, {A, B})
    assert not satisfied(policy, {A, B}, own={A})
    assert satisfied(policy, {A, B, C}, own={A})
    assert weak(k_of_n((LOG,), WITNESSES[:1], 1), own={A}) == (
        "The quorum can never be met, since the log's own witness does not count.",
    )


@pytest.mark.parametrize(("n", "k"), [(4, 3), (5, 4), (7, 5)])
def test_a_quorum_is_strong_from_the_known_numbers_on(n: int, k: int) -> None:
    assert weak(k_of_n((LOG,), WITNESSES[:n], k)) == ()
    (sentence,) = weak(k_of_n((LOG,), WITNESSES[:n], k - 1))
    assert "a log could show two histories" in sentence


def test_fewer_than_four_witnesses_are_weak() -> None:
    assert weak(k_of_n((LOG,), WITNESSES[:3], 2)) == (
        "The policy counts 3 of at least four witnesses: none of them may be hostile.",
    )
    assert len(weak(k_of_n((LOG,), WITNESSES[:2], 1))) == 2
    assert "counts 3 of at least four" in weak(k_of_n((LOG,), WITNESSES[:4], 3), own={A})[0]


@st.composite
def trees(draw: st.DrawFn) -> Member:
    """Some way to put five witnesses into nested groups."""
    counter = itertools.count()

    def grown(given: tuple[WitnessKeys, ...]) -> Member:
        if len(given) == 1:
            return given[0]
        cuts = draw(st.sets(st.integers(1, len(given) - 1), min_size=1))
        edges = [0, *sorted(cuts), len(given)]
        members = tuple(grown(given[low:high]) for low, high in itertools.pairwise(edges))
        return Group(f"group-{next(counter)}", draw(st.integers(1, len(members))), members)

    return grown(WITNESSES[:5])


@settings(deadline=None, max_examples=60)
@given(trees(), st.sets(st.sampled_from(WITNESSES[:5]), max_size=2))
def test_what_two_quorums_share_is_counted_right(quorum: Member, own: set[WitnessKeys]) -> None:
    policy = Policy((LOG,), quorum)
    assert parse(str(policy).encode()) == policy
    sets = [
        set(chosen)
        for size in range(6)
        for chosen in itertools.combinations(WITNESSES[:5], size)
        if satisfied(policy, chosen, own)
    ]
    counted = set(policy.witnesses) - own
    fewest = min((len(one & other & counted) for one in sets for other in sets), default=None)
    said = weak(policy, own)
    if fewest is None:
        assert "can never be met" in said[0]
    else:
        hostile = (len(counted) - 1) // 3
        assert any("two histories" in sentence for sentence in said) == (fewest <= hostile)
        assert any("at least four" in sentence for sentence in said) == (len(counted) < 4)


def test_a_policy_can_be_written_and_read_again() -> None:
    for policy in (k_of_n((LOG, OTHER_LOG), WITNESSES, 5), k_of_n((LOG,), (), 0)):
        assert parse(str(policy).encode()) == policy


RENAMED = replace(A.ed25519, name="other")
ODD = note.VerifierKey("log", 0x05, b"k" * 32)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("#" * (MAX_POLICY + 1), "longer than 1048576 bytes"),
        ("quorum none\x00\n", "a control character"),
        ("quorum none\r\n", "a control character"),
        ("log x\n" * (MAX_LINES + 1), "A verifier key is written as"),
        ("", "has no quorum line"),
        ("quorum none\nquorum none\n", "more than one quorum line"),
        ("quorum a b\n", "says nothing that is known: “quorum …”"),
        ("group a all\n", "says nothing that is known: “group …”"),
        ("peer a\n", "says nothing that is known: “peer …”"),
        ("quorum a\n", "uses the name a before a line defines it"),
        (lines("a") + "group g 1 a a\nquorum g\n", "counts a twice"),
        (lines("a") + "group g 1 a\nquorum a\n", "counts a twice"),
        (lines("a") + "group g 0 a\nquorum g\n", "The group g demands 0 of 1 members."),
        (lines("a") + "group g 2 a\nquorum g\n", "The group g demands 2 of 1 members."),
        (lines("a") + "group g -1 a\nquorum g\n", "The group g demands -1 of 1 members."),
        (lines("a") + "group a all a\nquorum a\n", "defines the name a twice"),
        (f"witness none {A.ed25519}\n", "defines the name none twice"),
        (f"witness a {A.ed25519}\nquorum a\n", "by both of its keys"),
        (f"witness a {A.ed25519}\ngroup g all a\n", "by both of its keys"),
        (
            f"witness a {A.ed25519}\nwitness b {A.ml_dsa_44}\ngroup g any a b\n",
            "by both of its keys",
        ),
        (f"witness a {A.ed25519}\n{lines('b')}group g all a b\n", "by both of its keys"),
        (
            f"witness a {A.ed25519}\nwitness b {B.ml_dsa_44}\ngroup g all a b\n",
            "two different names",
        ),
        (f"witness a {A.ed25519}\nwitness b {B.ed25519}\ngroup g all a b\n", "one Ed25519 key"),
        (lines("a") + f"witness o {RENAMED}\n", "stands in the policy twice, the second time as"),
        (f"log {LOG.ed25519}\nlog {LOG.ed25519}\n", "stands in the policy twice"),
        (f"log {LOG.ml_dsa_44}\nwitness a {LOG.ml_dsa_44}\n", "stands in the policy twice"),
        (f"witness a {LOG.ed25519}\n", "A key of type 0x01 is no key of a witness"),
        (f"log {A.ed25519}\n", "A key of type 0x04 is no key of a log"),
        (f"log {ODD}\n", "A key of type 0x05 is no key of a log: log."),
        (f"log {LOG.ed25519}\nquorum none\n", "exactly two verifier keys"),
    ],
)
def test_each_bad_policy_has_its_sentence(text: str, sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse(text.encode())
    assert sentence in str(caught.value)


def test_a_policy_that_is_no_text_or_has_no_end_is_refused() -> None:
    with pytest.raises(BadInput, match="not UTF-8"):
        parse(b"\xff")


def chain(groups: int) -> bytes:
    """A group of a group of a group."""
    names = ["a", *(f"g{number}" for number in range(groups))]
    nested = "".join(f"group {name} 1 {inner}\n" for inner, name in itertools.pairwise(names))
    return f"{lines('a')}{nested}quorum {names[-1]}\n".encode()


def test_groups_nest_only_so_deep() -> None:
    policy = parse(chain(MAX_DEPTH))
    assert satisfied(policy, {A})
    assert len(weak(policy)) == 1
    assert parse(str(policy).encode()) == policy
    with pytest.raises(BadInput, match="nest more than 32 deep"):
        parse(chain(MAX_DEPTH + 1))


def test_a_policy_has_only_so_many_lines() -> None:
    comments = b"# nothing\n\n" * MAX_LINES
    assert parse(comments + b"quorum none\n").quorum is None
    logs = (note.VerifierKey("log", note.ED25519, bytes([n]) * 32) for n in range(MAX_LINES))
    many = "".join(f"log {key}\n" for key in logs)
    with pytest.raises(BadInput, match="more than 256 lines"):
        parse(f"{many}quorum none\n".encode())


def test_k_of_n_refuses_what_can_never_be() -> None:
    with pytest.raises(BadInput, match="4 of 3 witnesses can never cosign"):
        k_of_n((LOG,), WITNESSES[:3], 4)
    with pytest.raises(BadInput, match="the same name"):
        k_of_n((LOG,), (A, A), 1)
