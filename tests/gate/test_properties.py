"""Rules about the rules: what no marking, order or missing value may change."""

import itertools

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import BadInput
from comity.gate.release import release
from comity.gate.setting import Setting, Terms
from comity.stix.markings import Tlp
from tests.gate.asking import LABELS, LEVELS, OBJECT, Asked, asked, less, part, recipients
from tests.gate.cast import AFTER, AT, BEFORE, MARKINGS, PUBLIC, RECIPIENTS, thing
from tests.stix.samples import ALL_TYPES


def tighter(one: Asked) -> st.SearchStrategy[Asked]:
    """One more limit, or one thing less that speaks for it."""
    changes = [
        st.sampled_from(LABELS).map(lambda label: one.with_(labels=(*one.labels, label))),
        part.map(lambda more: one.with_(parts=(*one.parts, more))),
        recipients.map(lambda more: one.with_(recipients=(*one.recipients, *more))),
        st.sampled_from(
            [
                Terms(object=OBJECT, embargo_until=AFTER),
                Terms(object=OBJECT, expires=BEFORE),
                Terms(object=OBJECT, groups=("csirts",)),
                Terms(object=OBJECT, agreement="mou"),
            ]
        ).map(lambda more: one.with_(terms=(*one.terms, more))),
        st.just(one.with_(by=None)),
        st.just(one.with_(purpose="publish")),
        st.just(one.with_(default=Tlp.RED)),
        st.just(one.with_(consents=one.consents[1:])),
        st.just(
            one.with_(terms=tuple(msgspec.structs.replace(terms, named=()) for terms in one.terms))
        ),
        st.sampled_from(
            [
                one.with_(recipients=(*one.recipients[1:], weaker))
                for weaker in less(one.recipients[0])
            ]
        ),
    ]
    # To mark what carries no level is to give it one, and may open it.
    markings = [name for name in MARKINGS if name not in LEVELS or set(one.marks) & set(LEVELS)]
    changes.append(st.sampled_from(markings).map(lambda name: one.with_(marks=(*one.marks, name))))
    return st.one_of(changes)


@given(asked.flatmap(lambda one: st.tuples(st.just(one), tighter(one))))
def test_no_limit_more_and_no_credit_less_ever_opens_anything(pair):
    before, after = (one.answer() for one in pair)
    if after.allowed:
        assert before.allowed
        parts = ({part.selector for part in decision.redactions} for decision in (before, after))
        assert next(parts) <= next(parts)


@given(asked, st.randoms(use_true_random=False))
def test_no_order_changes_a_decision(one, random):
    def mixed(values):
        return tuple(random.sample(values, len(values)))

    other = one.with_(
        **{
            name: mixed(getattr(one, name))
            for name in ("marks", "labels", "parts", "recipients", "terms", "consents")
        },
        setting=msgspec.structs.replace(
            one.setting,
            markings=mixed(one.setting.markings),
            schemes=mixed(one.setting.schemes),
            equivalences=mixed(one.setting.equivalences),
        ),
    )
    assert other.answer() == one.answer() == one.answer()


@given(asked)
def test_a_no_says_why_and_a_yes_has_nothing_against_it(one):
    decision = one.answer()
    against = [reason for reason in decision.reasons if not reason.allows]
    assert decision.allowed == (not against)
    assert decision.allowed or not decision.redactions


@pytest.mark.parametrize("kind", ALL_TYPES)
def test_a_node_that_set_up_nothing_publishes_only_what_is_clear(kind):
    """Distribution 3, or none, and TLP:CLEAR: nothing else leaves to the public."""
    names = [name for name in MARKINGS if not name.startswith("PAP:")]
    empty = Setting(markings=tuple(MARKINGS.values()))
    for marks in itertools.chain(
        [()], itertools.combinations(names, 1), itertools.combinations(names, 2)
    ):
        received = thing(*marks, kind=kind, by=None)
        free = "TLP:CLEAR" in marks and set(marks) <= {"TLP:CLEAR", "distribution 3"}
        # A translation goes with what it translates; words of originators bind where none is known.
        free &= kind != "language-content"
        assert release(received, (PUBLIC,), "publish", AT, empty).allowed == free


@pytest.mark.parametrize("recipient", RECIPIENTS.values(), ids=list(RECIPIENTS))
def test_what_is_unmarked_leaves_to_nobody_from_a_node_that_set_up_nothing(recipient):
    assert not release(thing(), (recipient,), "inform", AT, Setting(), by="officer").allowed


def test_without_a_recipient_nothing_leaves():
    assert not release(thing("TLP:CLEAR"), (), "inform", AT, Setting()).allowed


def test_clear_is_refused_as_the_level_of_what_is_unmarked():
    with pytest.raises(BadInput, match="not free for everybody"):
        Setting(default=Tlp.CLEAR)
