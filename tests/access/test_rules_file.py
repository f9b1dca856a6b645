"""An operator's rules of approval: more than what ships, never less, each fault in a sentence."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.access.release import RULES, meets, needed_for
from comity.access.roles import APPROVING, Role
from comity.access.rules_file import read_rules
from comity.errors import BadInput

OFFICER, LAWYER = frozenset({Role.RELEASING}), frozenset({Role.LEGAL})
EITHER = OFFICER | LAWYER
TEMPLATES = {
    "tpl.note_verbale": "external",
    "tpl.public_statement": "public",
    "tpl.sitrep": "internal",
}
NEEDED = st.lists(st.sampled_from([OFFICER, LAWYER, EITHER]), max_size=4).map(tuple)


def rules(text):
    return read_rules(text.encode(), TEMPLATES)


def test_a_kind_of_act_takes_its_own_rule_and_others_that_of_their_audience():
    found = rules("""
        ["tpl.note_verbale"]
        approvals = [["releasing-officer"], ["legal-adviser"]]
    """)
    assert needed_for("tpl.note_verbale", "external", found) == (OFFICER, LAWYER)
    assert needed_for("tpl.mitigation", "external", found) == (OFFICER,)
    assert needed_for("tpl.public_statement", "public", found) == RULES.approvals["public"]


def test_an_empty_file_changes_nothing():
    assert rules("") == RULES


def test_the_file_names_the_services_that_say_clear():
    assert rules('clears = ["csirt", "police"]').clears == {"csirt", "police"}
    assert rules("").clears == frozenset()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('clears = ["navy"]', "navy is no service; there are csirt, police, intelligence"),
        ("clears = 1", "cannot be read"),
        ("[external]\napprovals = []", "never less"),
        ('[external]\napprovals = [["legal-adviser"]]', "never less"),
        ('[external]\napprovals = [["releasing-officer", "legal-adviser"]]', "never less"),
        ('[public]\napprovals = [["releasing-officer"], ["releasing-officer"]]', "never less"),
        ('[external]\napprovals = [["releasing-officer"], ["duty-officer"]]', "approves nothing"),
        ('[outside]\napprovals = [["releasing-officer"]]', "no kind of act and no audience"),
        ("[external]\napprovals = [[]]", "cannot be read"),
        ('[external]\napprovals = [["king"]]', "cannot be read"),
        ("[external]\nwho = 1", "cannot be read"),
        ("[external", "cannot be read"),
        (
            """
            external.approvals = [["releasing-officer"], ["legal-adviser"]]
            "tpl.note_verbale".approvals = [["releasing-officer"]]
            """,
            "asks for less than external does",
        ),
    ],
)
def test_a_rule_that_is_wrong_is_named(text, says):
    with pytest.raises(BadInput, match=says):
        rules(text)


@given(body=st.binary(max_size=60))
def test_no_bytes_make_it_fail_otherwise(body):
    with contextlib.suppress(BadInput):
        read_rules(body, TEMPLATES)


@given(given_=NEEDED, least=NEEDED, people=st.lists(st.sampled_from([OFFICER, LAWYER]), max_size=4))
def test_what_meets_the_more_meets_the_less(given_, least, people):
    """Whoever are enough for the one rule are enough for the other."""

    def enough(needed, left):
        if not needed:
            return True
        return any(
            one <= needed[0] and enough(needed[1:], left[:at] + left[at + 1 :])
            for at, one in enumerate(left)
        )

    if meets(given_, least) and enough(given_, people):
        assert enough(least, people)


def test_only_those_who_may_approve_at_all_can_be_asked_for():
    assert {Role.RELEASING, Role.LEGAL} == APPROVING
