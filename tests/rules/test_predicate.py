"""What a rule says when facts are missing, and what it refuses at authoring."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import BadInput
from comity.rules.predicate import Fault, Rules, Truth, Unknown

RULES = Rules({"a": "bool", "b": "bool", "s": "string", "l.m": "strings", "n": "int", "t": "time"})


@pytest.mark.parametrize(
    ("rule", "facts", "verdict"),
    [
        ("a", {"a": True}, Truth(True)),
        ("a", {}, Unknown(("a",))),
        ("a || b", {"b": True}, Truth(True)),
        ("a && b", {"b": False}, Truth(False)),
        ("a && b", {"b": True}, Unknown(("a",))),
        ("a || b", {}, Unknown(("a", "b"))),
        ("l.m.exists(x, x != s)", {"l.m": ("IRL",), "s": "EST"}, Truth(True)),
        ("l.m.exists(x, x != s)", {"l.m": (), "s": "EST"}, Truth(False)),
        ("l.m.exists(x, x != s)", {"l.m": ("IRL",)}, Unknown(("s",))),
        ("s == 'a || b'", {}, Unknown(("s",))),
        (
            "t < timestamp('2021-05-14T00:00:00Z')",
            {"t": dt.datetime(2021, 5, 1, tzinfo=dt.UTC)},
            Truth(True),
        ),
    ],
)
def test_a_missing_fact_makes_a_rule_unknown_only_where_it_matters(rule, facts, verdict):
    assert RULES.compile(rule)(facts) == verdict


def test_a_rule_that_fails_is_a_fault_and_not_false():
    verdict = RULES.compile("1 / n == 1")({"n": 0})
    assert isinstance(verdict, Fault)
    assert "divide by zero" in verdict.reason


def test_a_fact_of_the_wrong_type_is_a_fault_and_not_unknown():
    assert isinstance(RULES.compile("a")({"a": "yes"}), Fault)


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("has(a.b)", "has()"),
        ("nope", "undeclared reference to 'nope'"),
        ("s == 1", "no matching overload"),
        ("a &&", "Syntax error"),
        ("n", "must be true or false"),
        ("a || " * 1000 + "a", "at most 4000 characters"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_when_it_is_written(rule, says):
    with pytest.raises(BadInput) as refusal:
        RULES.compile(rule)
    assert says in str(refusal.value)


FACT = st.sampled_from([True, False, None])


@given(a=FACT, b=FACT, rule=st.sampled_from(["a && b", "a || b", "!a || b", "a == b"]))
def test_learning_a_missing_fact_never_overturns_what_was_decided(a, b, rule):
    known = {name: value for name, value in (("a", a), ("b", b)) if value is not None}
    before = RULES.compile(rule)(known)
    for filled_a in [a] if a is not None else [True, False]:
        for filled_b in [b] if b is not None else [True, False]:
            after = RULES.compile(rule)({"a": filled_a, "b": filled_b})
            assert isinstance(after, Truth)
            if isinstance(before, Truth):
                assert after == before
