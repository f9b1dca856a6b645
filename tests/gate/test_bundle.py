"""What goes together is decided together: one object may give another away."""

import json
from typing import Any

import pytest

from comity.gate.bundle import Released, release_all
from comity.gate.release import release
from comity.gate.sanitise import sanitise
from comity.stix.decode import Received, decode
from tests.gate.cast import AT, MARKINGS, OWN_ID, RECIPIENTS, SETTING, random_uuid, thing

ALPHA = (RECIPIENTS["alpha"],)
COMPUTED = "28bb3599-77cd-5a82-a950-b5bc3caf07c4"  # of 198.51.100.3


def id_of(kind: str, name: str) -> str:
    return f"{kind}--{random_uuid(name)}"


def named(kind: str, as_: str, *marks: str, **more: Any) -> Received:
    return thing(*marks, kind=kind, id=id_of(kind, as_), **more)


def together(*objects: Received, held: tuple[Received, ...] = ()) -> Released:
    return release_all(objects, ALPHA, "inform", AT, SETTING, held=held)


def refused(released: Released, index: int) -> set[str]:
    return {r.rule for r in released.decisions[index].reasons if not r.allows}


RED = named("campaign", "red", "TLP:RED", name="Winter")
STRICT = named("campaign", "strict", "TLP:AMBER+STRICT", name="Summer")


def report(*refs: str, **more: Any) -> Received:
    return named("report", "report", "TLP:GREEN", object_refs=list(refs), **more)


def test_a_report_does_not_name_what_is_red():
    free = named("campaign", "free", "TLP:GREEN")
    released = together(report(str(free.value.id), str(RED.value.id)), free, RED)
    assert [decision.allowed for decision in released.decisions] == [True, True, False]
    assert [part.selector for part in released.decisions[0].redactions] == ["object_refs.[1]"]
    copy = sanitise(
        report(str(free.value.id), str(RED.value.id)),
        released.decisions[0].redactions,
        key=b"k" * 32,
        by=OWN_ID,
    )
    assert json.loads(copy.raw)["object_refs"] == [free.value.id]


def test_it_does_not_name_it_in_its_words_either():
    free = named("campaign", "free", "TLP:GREEN")
    words = f"See {str(RED.value.id).upper()}."
    (decision,) = together(report(str(free.value.id), description=words), held=(RED,)).decisions
    assert {part.selector for part in decision.redactions} == {"description"}


def test_a_relationship_to_what_is_red_stays():
    ends = {"source_ref": id_of("indicator", "i"), "target_ref": str(RED.value.id)}
    released = together(named("relationship", "r", "TLP:GREEN", **ends), held=(RED,))
    assert refused(released, 0) == {"redaction", "reference"}


def test_a_reference_to_what_stays_for_another_reason_is_listed():
    released = together(report(str(STRICT.value.id)), STRICT)
    assert [decision.allowed for decision in released.decisions] == [True, False]
    assert released.decisions[0].redactions == ()
    ends = {(it.selector, it.target) for it in released.dangling}
    assert ("object_refs.[0]", STRICT.value.id) in ends
    assert ("created_by_ref", OWN_ID) in ends


def test_what_is_classified_above_the_recipient_is_not_named():
    campaign = named("campaign", "classified", "TLP:GREEN", "GEHEIM")
    released = together(report(str(campaign.value.id)), held=(campaign,))
    assert refused(released, 0) == {"redaction", "reference"}


@pytest.mark.parametrize(("uuid", "told"), [(COMPUTED, False), (random_uuid("ip"), True)])
def test_an_id_that_was_computed_from_a_value_is_not_told_where_the_value_is_not(uuid, told):
    address = thing("TLP:AMBER", kind="ipv4-addr", by=None, id=f"ipv4-addr--{uuid}")
    released = together(report(f"ipv4-addr--{uuid}"), held=(address,))
    assert released.decisions[0].allowed == told


def test_a_note_does_not_quote_a_part_that_is_taken_out():
    campaign = named(
        "campaign", "c", "TLP:GREEN", description="Port of Narva", parts={"description": "TLP:RED"}
    )
    note = named(
        "note",
        "n",
        "TLP:GREEN",
        content="They aim at the port of  NARVA next.",
        abstract="An aim",
        object_refs=[str(campaign.value.id)],
    )
    released = together(note, campaign)
    assert refused(released, 0) == {"redaction", "reference"}
    assert released.decisions[1].allowed


@pytest.mark.parametrize("written", ["198.51.100.3", "198[.]51[.]100[.]3", "http://198.51.100.3/"])
def test_a_note_does_not_quote_the_address_of_a_strict_indicator(written):
    indicator = named("indicator", "i", "TLP:AMBER+STRICT")
    note = named("note", "n", "TLP:GREEN", content=f"Block {written} now.", object_refs=[OWN_ID])
    assert refused(together(note, held=(indicator,)), 0) == {"redaction", "reference"}
    assert together(note).decisions[0].allowed


def test_every_version_of_what_may_not_leave_stays():
    loose = named("campaign", "red", "TLP:CLEAR", modified="2026-03-02T00:00:00.000Z")
    assert refused(together(loose, held=(RED,)), 0) == {"versions"}


def test_a_translation_leaves_only_with_what_it_translates_as_a_whole():
    campaign = named("campaign", "c", "TLP:GREEN", description="x y z")
    partly = named(
        "campaign", "c", "TLP:GREEN", description="x y z", parts={"description": "TLP:RED"}
    )
    german = named(
        "language-content",
        "l",
        "TLP:GREEN",
        object_ref=str(campaign.value.id),
        contents={"de": {"description": "a b c"}},
    )
    assert together(german, campaign).decisions[0].allowed
    assert refused(together(german, partly), 0) == {"translation"}
    assert refused(together(german), 0) == {"translation"}
    alone = release(german, ALPHA, "inform", AT, SETTING)
    assert {reason.rule for reason in alone.reasons if not reason.allows} == {"translation"}


def test_an_object_inside_another_keeps_its_marking():
    inside = json.loads(RED.raw)
    note = named("note", "n", "TLP:GREEN", content="x", object_refs=[OWN_ID], x_carried=[inside])
    assert refused(together(note), 0) == {"tlp"}


def test_a_copy_of_what_another_made_does_not_become_our_own():
    partner = f"identity--{random_uuid('partner')}"
    received = named(
        "campaign",
        "p",
        "ORCON",
        "TLP:GREEN",
        by=partner,
        description="d",
        parts={"description": "TLP:RED"},
    )
    decision = release(received, (RECIPIENTS["own"],), "inform", AT, SETTING)
    assert decision.allowed
    copy = sanitise(received, decision.redactions, key=b"k" * 32, by=OWN_ID)
    again = release(decode(copy.raw), ALPHA, "inform", AT, SETTING)
    assert {reason.rule for reason in again.reasons if not reason.allows} == {"originator"}


def test_the_order_of_objects_changes_no_decision():
    objects = [RED, STRICT, report(str(RED.value.id), str(STRICT.value.id)), thing("TLP:CLEAR")]
    forward = dict(zip(map(id, objects), together(*objects).decisions, strict=True))
    back = dict(zip(map(id, objects[::-1]), together(*objects[::-1]).decisions, strict=True))
    assert forward == back


def test_markings_are_named_though_they_do_not_leave_themselves():
    marking = thing(kind="marking-definition", by=None, id=MARKINGS["GEHEIM"].id)
    released = together(thing("TLP:CLEAR", "RESTRICTED"), held=(marking,))
    assert refused(released, 0) == {"classification"}


def test_thousands_of_objects_are_decided_in_one_pass():
    secret = [
        thing(
            "TLP:AMBER+STRICT",
            kind="domain-name",
            by=None,
            id=id_of("domain-name", f"d{number}"),
            value=f"host-{number}.example.org",
        )
        for number in range(1_000)
    ]
    text = " ".join(f"host-{number}.example.org" for number in range(1_000, 3_000))
    note = named("note", "n", "TLP:GREEN", content=text, object_refs=[OWN_ID])
    assert together(note, held=tuple(secret)).decisions[0].allowed


def test_a_value_in_a_part_that_stays_is_not_quoted_even_where_all_of_its_object_stays():
    indicator = named("indicator", "i", "TLP:CLEAR", parts={"pattern": "TLP:RED"})
    note = named("note", "n", "TLP:GREEN", content="Block 198.51.100.3", object_refs=[OWN_ID])
    assert refused(together(note, indicator), 0) == {"redaction", "reference"}


def test_an_address_out_of_prose_that_stays_is_not_quoted_by_itself():
    words = {"description": "They used c2.harbour.example and more."}
    campaign = named("campaign", "c", "TLP:GREEN", parts={"description": "TLP:RED"}, **words)
    note = named("note", "n", "TLP:GREEN", content="C2[.]harbour[.]example", object_refs=[OWN_ID])
    assert refused(together(note, campaign), 0) == {"redaction", "reference"}


def test_what_cannot_be_selected_is_taken_out_with_what_is_around_it_or_not_at_all():
    quoting: dict[str, Any] = {"a.b": f"see {RED.value.id}"}
    inside = thing("TLP:GREEN", x_more=quoting)
    (decision,) = together(inside, held=(RED,)).decisions
    assert {part.selector for part in decision.redactions} == {"x_more"}
    assert refused(together(thing("TLP:GREEN", **quoting), held=(RED,)), 0) == {"reference"}


def test_a_language_of_a_part_is_no_limit():
    sent = json.loads(thing("TLP:GREEN", name="Nimi").raw)
    sent["granular_markings"] = [{"selectors": ["name"], "lang": "et"}]
    (decision,) = together(decode(json.dumps(sent).encode())).decisions
    assert decision.allowed
    assert decision.redactions == ()


@pytest.mark.parametrize("pattern", ["'" + "\\'" * 100_000, "'x" * 100_001, "'\\"])
def test_a_hostile_pattern_is_gone_through_once(pattern):
    indicator = named("indicator", "i", "TLP:AMBER+STRICT", pattern=pattern)
    note = named("note", "n", "TLP:GREEN", content="Free.", object_refs=[OWN_ID])
    assert together(note, held=(indicator,)).decisions[0].allowed
