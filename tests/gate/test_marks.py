"""What a marking says, however it is written, and what it leaves unsaid."""

from typing import Any

import pytest

from comity.errors import BadInput
from comity.gate.classification import Classification, Equivalence, Scheme
from comity.gate.cleared import may_take_in
from comity.gate.marks import Marks
from comity.gate.recipient import Recipient
from comity.gate.release import marks_of
from comity.gate.setting import Setting
from comity.stix.comity_ext import COMITY
from comity.stix.markings import TLP_1_IDS, TLP_2_EXTENSION, TLP_2_IDS, Tlp
from comity.stix.meta import MarkingDefinition
from tests.gate.cast import MARKINGS, SETTING, foreign_marking, statement, thing


def ours(**extension: Any) -> dict[str, Any]:
    return {COMITY: {"extension_type": "property-extension", **extension}}


def said(*markings: MarkingDefinition) -> Marks:
    return Setting(markings=markings).said([markings[0].id])


@pytest.mark.parametrize(
    ("properties", "level"),
    [
        ({"definition_type": "tlp", "definition": {"tlp": "amber"}}, Tlp.AMBER),
        ({"definition_type": "tlp", "definition": {"tlp": "purple"}}, Tlp.RED),
        ({"definition_type": "TLP:CLEAR", "definition": {"TLP": "CLEAR"}}, Tlp.CLEAR),
        ({"definition_type": "statement", "definition": {"statement": "TLP:GREEN"}}, Tlp.GREEN),
        ({"extensions": {TLP_2_EXTENSION: {"tlp_2_0": "amber+strict"}}}, Tlp.AMBER_STRICT),
        ({"extensions": {TLP_2_EXTENSION: {}}}, Tlp.RED),
        ({"name": "TLP:RED", "definition_type": "tlp", "definition": {"tlp": "green"}}, Tlp.RED),
    ],
)
def test_a_level_under_an_id_of_its_own_is_read(properties: dict[str, Any], level: Tlp) -> None:
    found = said(foreign_marking("own", **properties))
    assert (found.level, found.unknown) == (level, ())


@pytest.mark.parametrize(
    "marking",
    [
        MARKINGS["statement"],
        MARKINGS["IEP"],
        MARKINGS["undescribed"],
        statement("TLP:GREEN, and do ask us first"),
        foreign_marking(
            "later version",
            extensions=ours(audience={"distribution": 3, "until": "x"}),
        ),
        foreign_marking(
            "broken audience",
            extensions=ours(audience={"pap": "blue"}),
        ),
        foreign_marking(
            "both",
            definition_type="statement",
            definition={"statement": "Ask first"},
            extensions={TLP_2_EXTENSION: {"tlp_2_0": "clear"}},
        ),
    ],
    ids=lambda marking: marking.name or str(marking.definition or "extension"),
)
def test_a_marking_that_is_not_understood_in_full_opens_nothing(marking):
    found = said(marking)
    assert found.unknown == (marking.id,) or found.level is Tlp.RED


def test_published_ids_mean_what_was_published_whoever_defines_them_anew():
    forged = foreign_marking(
        "x", definition_type="tlp", definition={"tlp": "clear"}, id=TLP_2_IDS[Tlp.RED]
    )
    assert said(forged).levels == (Tlp.RED,)
    assert (
        Setting()
        .said([TLP_1_IDS[Tlp.AMBER].upper().replace("MARKING-DEFINITION", "marking-definition")])
        .level
        is Tlp.AMBER
    )


def test_of_two_definitions_of_one_id_both_bind():
    open_, strict = (
        foreign_marking("one", definition_type="tlp", definition={"tlp": word})
        for word in ("clear", "amber")
    )
    assert said(open_, strict).level is said(strict, open_).level is Tlp.AMBER


@pytest.mark.parametrize(
    ("label", "pap"),
    [("PAP:RED", "red"), ("pap: white", "clear"), ('pap="green"', "green"), ("PAP:X", "red")],
)
def test_a_label_states_a_pap(label, pap):
    assert marks_of(thing("TLP:CLEAR", labels=[label]), SETTING).pap == (pap,)


def test_labels_that_only_look_alike_state_nothing():
    received = thing("TLP:CLEAR", labels=["papua", "orconet", "secretary", "paper:x"])
    assert marks_of(received, SETTING) == marks_of(thing("TLP:CLEAR"), SETTING)


def test_labels_of_an_object_of_a_foreign_type_count():
    received = thing("TLP:CLEAR", kind="domain-name", by=None, labels=["tlp:red", 5])
    assert marks_of(received, SETTING).level is Tlp.RED


SECRET = Classification("Ownland", "SECRET")
GEHEIM = Classification("Alphaland", "GEHEIM")
VS_NFD = Classification("Alphaland", "VS-NfD")


@pytest.mark.parametrize(
    ("received", "ceiling", "answer"),
    [
        (thing("TLP:RED"), (), True),
        (thing("GEHEIM"), (), False),
        (thing("GEHEIM"), (GEHEIM,), True),
        (thing("GEHEIM"), (VS_NFD,), False),
        (thing("GEHEIM"), (SECRET,), False),
        (thing("RESTRICTED"), (VS_NFD,), True),
        (thing(parts={"pattern": "GEHEIM"}), (VS_NFD,), False),
        (thing(labels=["secret"]), (GEHEIM,), False),
        (thing("statement"), (), True),
    ],
)
def test_a_node_takes_in_what_it_is_cleared_for(received, ceiling, answer):
    decision = may_take_in(received, SETTING, ceiling)
    assert decision.allowed == answer
    assert decision.reasons


def test_of_several_equivalences_to_one_scheme_the_highest_counts():
    rows = tuple(Equivalence(of=SECRET, protected_as=level) for level in (VS_NFD, GEHEIM))
    setting = Setting(schemes=SETTING.schemes, equivalences=rows)
    assert not setting.cleared((VS_NFD,), SECRET)
    assert setting.cleared((GEHEIM,), SECRET)


def test_a_clearance_of_a_scheme_that_nobody_set_up_is_none():
    assert not SETTING.cleared((Classification("Elsewhere", "TOP"),), SECRET)
    assert not SETTING.cleared((Classification("Ownland", "TOP"),), SECRET)


def test_an_equivalence_holds_in_its_own_direction_only():
    rows = (Equivalence(of=VS_NFD, protected_as=SECRET),)
    setting = Setting(schemes=SETTING.schemes, equivalences=rows)
    assert setting.cleared((SECRET,), VS_NFD)
    assert not setting.cleared((VS_NFD,), SECRET)


def test_settings_that_contradict_themselves_are_refused_with_a_sentence():
    scheme = SETTING.schemes[0]
    with pytest.raises(BadInput, match="has no level TOP"):
        Scheme(name="S", levels=("LOW",), markings={"x": "TOP"})
    with pytest.raises(BadInput, match="have one name"):
        Setting(schemes=(scheme, scheme))
    with pytest.raises(BadInput, match="correct the equivalence"):
        Setting(equivalences=(Equivalence(of=SECRET, protected_as=GEHEIM),))


@pytest.mark.parametrize(
    "properties",
    [
        {"kind": "public", "groups": ("csirts",)},
        {"kind": "public", "need_to_know": True},
        {"kind": "person", "name": "Anna"},
        {"kind": "organisation", "name": "Alpha"},
        {"kind": "node"},
    ],
)
def test_a_recipient_that_cannot_be_told_apart_is_refused(properties):
    with pytest.raises(BadInput):
        Recipient(**properties)


@pytest.mark.parametrize("known", [(), (MARKINGS["statement"],)])
def test_an_operator_describes_a_marking_by_its_id_whether_its_definition_came_or_not(known):
    marking = MARKINGS["statement"]
    scheme = Scheme(name="S", levels=("LOW",), markings={marking.id: "LOW"})
    found = Setting(markings=known, schemes=(scheme,)).said([marking.id])
    assert found == Marks(classified=(Classification("S", "LOW"),))
