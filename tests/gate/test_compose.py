"""What goes together: nothing that may not leave, and the same bytes each time."""

from hypothesis import given, settings
from hypothesis import strategies as st

from comity.formats.stix_bundle import bundle_of
from comity.gate.compose import compose
from comity.gate.recipient import Recipient
from comity.gate.setting import Own, Setting
from comity.stix.canonical import canonical
from comity.stix.decode import decode
from comity.stix.markings import TLP_2_IDS, Tlp
from comity.stix.timestamp import Timestamp

OWN = "0b0f6f5c-0000-4000-8000-000000000001"
SETTING = Setting(own=Own(uuid=OWN, identities=(f"identity--{OWN}",)), communities=("all of us",))
NOW = Timestamp("2026-11-29T09:00:00.000Z")
OTHER = "0b0f6f5c-0000-4000-8000-000000000002"
KEY = b"k" * 32
LEVELS = st.sampled_from([None, *Tlp])


def tool(number, level, part=None):
    made: dict[str, object] = {
        "type": "tool", "spec_version": "2.1", "id": f"tool--1d0f2b3c-0000-4000-8000-{number:012x}",
        "created": "2026-03-02T09:00:00.000Z", "modified": "2026-03-02T09:00:00.000Z",
        "name": f"canary-{number}", "description": f"story-{number}",
    }  # fmt: skip
    if level is not None:
        made["object_marking_refs"] = [TLP_2_IDS[level]]
    if part is not None:
        made["granular_markings"] = [{"marking_ref": TLP_2_IDS[part], "selectors": ["description"]}]
    return decode(canonical(made))


def uses(number, source, target):
    made = {
        "type": "relationship", "spec_version": "2.1", "relationship_type": "uses",
        "id": f"relationship--1d0f2b3c-0000-4000-8000-{number:012x}",
        "created": "2026-03-02T09:00:00.000Z", "modified": "2026-03-02T09:00:00.000Z",
        "source_ref": source.value.id, "target_ref": target.value.id,
        "object_marking_refs": [TLP_2_IDS[Tlp.CLEAR]],
    }  # fmt: skip
    return decode(canonical(made))


def put(objects, groups=(), held=()):
    to = (Recipient(kind="organisation", name="x", organisation=OTHER, groups=groups),)
    return compose(objects, to, "inform", NOW, SETTING, key=KEY, held=held, by="officer")


def test_what_goes_whole_goes_as_the_bytes_that_came():
    one = tool(1, Tlp.CLEAR)
    assert put([one]).leaving == (one,)


def test_a_thing_that_two_reports_brought_goes_once():
    one = tool(1, Tlp.CLEAR)
    found = put([one, one])
    assert len(found.items) == 2
    assert found.leaving == (one,)


def test_a_relationship_goes_with_both_its_ends_or_not_at_all():
    one, other = tool(1, Tlp.CLEAR), tool(2, Tlp.CLEAR)
    link = uses(3, one, other)
    assert link in put([one, other, link]).leaving
    assert link not in put([one, link], held=[other]).leaving


def test_a_translation_of_a_relationship_goes_with_it_or_not_at_all():
    one, other = tool(1, Tlp.CLEAR), tool(2, Tlp.CLEAR)
    link = uses(3, one, other)
    made = {
        "type": "language-content", "spec_version": "2.1",
        "id": "language-content--1d0f2b3c-0000-4000-8000-000000000004",
        "created": "2026-03-02T09:00:00.000Z", "modified": "2026-03-02T09:00:00.000Z",
        "object_ref": link.value.id, "contents": {"fr": {"description": "se sert de"}},
        "object_marking_refs": [TLP_2_IDS[Tlp.CLEAR]],
    }  # fmt: skip
    translation = decode(canonical(made))
    assert translation in put([one, other, link, translation]).leaving
    found = put([one, link, translation], held=[other])
    assert translation not in found.leaving
    assert "what it translates" in str(found.items[2].decision.reasons[0].text)


@settings(max_examples=60)
@given(st.lists(st.tuples(LEVELS, st.none() | st.sampled_from(list(Tlp))), max_size=6),
       st.booleans())  # fmt: skip
def test_nothing_stricter_than_the_recipient_may_see_is_in_the_bytes(drawn, friend):
    objects = [tool(number, level, part) for number, (level, part) in enumerate(drawn)]
    found = put(objects, ("all of us",) if friend else ())
    sent = [item.raw for item in found.leaving]
    text = bundle_of(sent) if sent else b""
    free = {Tlp.CLEAR, Tlp.GREEN} if friend else {Tlp.CLEAR}
    for number, (level, part) in enumerate(drawn):
        assert (f"canary-{number}".encode() in text) <= (level in free)
        whole = level in free and (part is None or part in free)
        assert (f"story-{number}".encode() in text) <= whole
    again = put(objects, ("all of us",) if friend else ())
    assert [item.raw for item in again.leaving] == sent
