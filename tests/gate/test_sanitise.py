import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import BadInput
from comity.gate.decision import Reason, Redaction
from comity.gate.release import release
from comity.gate.sanitise import Sanitised, prune, sanitise
from comity.stix.base import Versioned
from comity.stix.comity_ext import COMITY, comity_incident
from comity.stix.decode import Received, decode
from comity.stix.sdo import Incident
from comity.wording import say
from tests.gate.cast import ALPHA_ID, AT, OWN_ID, RECIPIENTS, SETTING, thing
from tests.stix.samples import UUID

KEY = b"k" * 32
WHY = Reason("tlp", allows=False, text=say("it may not"))
HARBOUR = "zz-harbour-of-öland"


def without(received: Received, *selectors: str, key: bytes = KEY) -> Sanitised:
    redactions = [Redaction(selector, WHY) for selector in selectors]
    return sanitise(received, redactions, key=key, by=OWN_ID)


def told(sanitised: Sanitised) -> dict[str, Any]:
    return dict(json.loads(sanitised.raw))


def test_a_part_that_may_not_leave_is_taken_out_and_the_rest_goes():
    received = thing("TLP:CLEAR", parts={"description": "TLP:RED"}, description=HARBOUR)
    decision = release(received, (RECIPIENTS["alpha"],), "inform", AT, SETTING)
    assert decision.allowed
    assert {part.selector for part in decision.redactions} == {"description"}
    copy = sanitise(received, decision.redactions, key=KEY, by=OWN_ID)
    assert HARBOUR.encode() not in copy.raw
    assert [part.selector for part in copy.diff] == ["description"]


def test_an_object_that_needs_the_part_does_not_leave():
    received = thing("TLP:CLEAR", parts={"pattern": "TLP:RED"})
    decision = release(received, (RECIPIENTS["alpha"],), "inform", AT, SETTING)
    assert not decision.allowed
    assert "redaction" in {reason.rule for reason in decision.reasons if not reason.allows}
    with pytest.raises(BadInput, match="Nothing valid is left"):
        without(received, "pattern")


def test_the_copy_is_a_new_object_of_the_node_that_says_what_it_is():
    received = thing(by=ALPHA_ID, name="Relay", description=HARBOUR)
    copy = without(received, "description")
    value = decode(copy.raw).value
    assert isinstance(value, Versioned)
    assert value.id == copy.id != received.value.id
    assert value.created_by_ref == OWN_ID
    said = value.extensions[COMITY]["sanitised"]
    assert said["creator"] == ALPHA_ID
    assert without(received, "description") == copy
    assert without(received, "name").id != copy.id


def test_nobody_can_try_out_what_is_missing_without_the_key():
    one, other = (
        thing(description=text) for text in ("first of two guesses", "second of two guesses")
    )
    copies = [without(received, "description") for received in (one, other)]
    assert copies[0].id != copies[1].id
    again = without(one, "description", key=b"another key of thirty-two bytes..")
    assert (again.id, again.diff) != (copies[0].id, copies[0].diff)
    with pytest.raises(BadInput, match="32 bytes"):
        without(one, "description", key=b"short")


def test_a_later_place_in_a_list_stays_marked_when_an_earlier_one_goes():
    references = [{"source_name": name, "url": f"https://{name}.example/"} for name in "abc"]
    received = thing(
        parts={"external_references.[0]": "TLP:RED", "external_references.[2].url": "TLP:AMBER"},
        external_references=references,
    )
    copy = told(without(received, "external_references.[0]"))
    assert copy["external_references"] == references[1:]
    (marking,) = copy["granular_markings"]
    assert marking["selectors"] == ["external_references.[1].url"]


def test_what_cannot_stand_without_the_part_goes_with_it():
    received = thing(kind="location", latitude=59.0, longitude=18.0, precision=10.0)
    copy = told(without(received, "latitude"))
    assert not {"latitude", "longitude", "precision"} & set(copy)
    assert copy["country"] == "EE"


@pytest.mark.parametrize(
    "again",
    [
        {"name": f"Attack on {HARBOUR}"},
        {"name": HARBOUR.upper()},
        {"labels": ["x", HARBOUR]},
        {"x_custom": {"deep": [{HARBOUR: 1}]}},
        {"external_references": [{"source_name": "s", "url": f"https://x/{HARBOUR}"}]},
    ],
)
def test_what_repeats_a_part_goes_with_it(again):
    copy = without(thing(description=HARBOUR, **again), "description")
    assert HARBOUR not in copy.raw.decode().casefold()


@pytest.mark.parametrize(
    "again",
    [{"pattern": f"[domain-name:value = '{HARBOUR}']"}, {"pattern_type": HARBOUR}],
)
def test_an_object_that_repeats_a_part_where_it_is_needed_does_not_leave(again):
    assert prune(thing(description=HARBOUR, **again), ["description"]) is None


def test_a_defanged_repetition_is_one():
    received = thing(name="see hxxp://c2.example[.]org/x", description="http://c2.example.org/x")
    assert "name" not in told(without(received, "description"))


@pytest.mark.parametrize("selector", ["id", "type", "object_marking_refs", "revoked"])
def test_markings_and_names_are_never_taken_out(selector):
    received = thing("TLP:AMBER", revoked=True)
    assert prune(received, [selector]) is None


def test_a_selector_of_nothing_is_an_error():
    with pytest.raises(BadInput, match="There is no name"):
        prune(thing(), ["name"])


def test_an_incident_without_facts_can_still_be_read():
    claims = [{"name": "n", "state": "known", "said_by": "s", "said_at": str(AT), "value": HARBOUR}]
    facts = {COMITY: {"extension_type": "property-extension", "facts": claims}}
    received = thing(kind="incident", extensions=facts)
    value = decode(without(received, f"extensions.{COMITY}.facts").raw).value
    assert isinstance(value, Incident)
    ours = comity_incident(value)
    assert ours is not None
    assert ours.facts == ()
    assert ours.sanitised is not None


def test_an_observable_loses_the_id_that_was_computed_from_what_is_gone():
    received = thing(kind="file", by=None, name=HARBOUR)
    copy = without(received, "name")
    assert UUID not in copy.id
    assert "created_by_ref" not in told(copy)


def test_a_2_0_object_is_told_as_2_1_and_its_labels_are_not_told_twice():
    sent = json.loads(thing(labels=[HARBOUR, "malicious-activity"]).raw)
    del sent["spec_version"], sent["pattern_type"]
    copy = without(decode(json.dumps(sent).encode()), "labels.[0]")
    assert HARBOUR.encode() not in copy.raw
    assert told(copy)["spec_version"] == "2.1"


def test_hostile_repetition_costs_bounded_work():
    labels = [f"value number {number}" for number in range(20_000)]
    received = thing(labels=labels)
    assert prune(received, [f"labels.[{number}]" for number in range(10_000)]) is None


WORDS = st.text("qzxåß漢字 .-", min_size=8, max_size=14).filter(lambda text: len(text.strip()) >= 8)
JSON = st.recursive(
    st.one_of(WORDS, st.integers(0, 9), st.booleans()),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3),
        st.dictionaries(st.sampled_from("abcd"), inner, min_size=1, max_size=3),
    ),
    max_leaves=8,
)


def texts(value: object) -> set[str]:
    if isinstance(value, str):
        return {value}
    if isinstance(value, dict):
        value = list(value.values())
    return set().union(*map(texts, value)) if isinstance(value, list) else set()


@given(
    st.dictionaries(
        st.sampled_from(["name", "description", "labels", "x_one", "x_two", "x_three"]),
        JSON,
        min_size=1,
    ),
    st.data(),
)
def test_no_value_that_was_taken_out_is_anywhere_in_the_bytes(drawn, data):
    shapes = {"name": WORDS, "description": WORDS, "labels": st.lists(WORDS, min_size=1)}
    properties = {
        name: data.draw(shapes[name]) if name in shapes else value for name, value in drawn.items()
    }
    # Some of what is taken out is repeated elsewhere.
    pool = sorted(texts(properties))
    if pool and data.draw(st.booleans()):
        properties["x_again"] = {"e": f"so: {data.draw(st.sampled_from(pool))}!"}
    received = thing(**properties)
    chosen = data.draw(st.sets(st.sampled_from(sorted(properties)), min_size=1))
    if prune(received, chosen) is None:
        return
    copy = without(received, *chosen)
    for text in texts([properties[name] for name in chosen]):
        assert json.dumps(text, ensure_ascii=False)[1:-1].encode() not in copy.raw
    decode(copy.raw)
