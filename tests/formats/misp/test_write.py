"""What is written for MISP, read again: nothing is lost without a word, nobody sees more."""

import json
import uuid as uuids
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from comity.errors import BadInput
from comity.formats import stix_bundle
from comity.formats.detect import read
from comity.formats.misp import reader
from comity.formats.misp.write import Written, write
from comity.formats.reading import Reading
from comity.stix.audience import Audience, Organisation, SharingGroup, audience_marking, audience_of
from comity.stix.base import StixObject
from comity.stix.canonical import canonical
from comity.stix.markings import TLP_2_IDS, Tlp, tlp_of
from comity.stix.meta import MarkingDefinition
from comity.stix.sco import DomainName
from comity.stix.sdo import AttackPattern, Indicator, Note, Report
from tests.formats.misp.events import (
    GROUP,
    SOURCE,
    attribute,
    event,
    of,
    one,
    tags,
    uuid,
)
from tests.formats.misp.events import read as read_event
from tests.formats.misp.strategies import EVENTS

_AT = "2026-03-01T00:00:00.000Z"
_OTHER = {**GROUP, "id": "8", "uuid": uuid(808), "name": "Nordic CSIRTs"}
_ORDER = (0, 4, 1, 2, 3)
_PAPS = (None, "clear", "green", "amber", "red")
Limit = tuple[int, frozenset[str], int, int]


def _again(reading: Reading) -> tuple[Written, Reading]:
    written = write(reading.objects)
    return written, reader.read(written.data, source=SOURCE)


def _limits(reading: Reading) -> dict[str, Limit]:
    """By id who may see it: place of the distribution, sharing groups, TLP, place of the PAP.

    Each number is larger where fewer may see. What two elements give of one id is limited as
    the stricter of both.
    """
    known = {
        it.id: audience for it in of(reading, MarkingDefinition) if (audience := audience_of(it))
    }
    found: dict[str, Limit] = {}
    for item in reading.objects:
        value = item.received.value
        if isinstance(value, MarkingDefinition) or not isinstance(value, StixObject):
            continue
        marks = [known[ref] for ref in value.object_marking_refs if ref in known]
        said = [it.distribution for it in marks if it.distribution is not None]
        groups = {it.sharing_group.uuid for it in marks if it.sharing_group}
        tlps = [tlp for ref in value.object_marking_refs if (tlp := tlp_of(ref)) is not None]
        limit = (
            max((-_ORDER.index(level) for level in said), default=-len(_ORDER)),
            frozenset(groups),
            max(tlps, default=-1),
            max((_PAPS.index(it.pap) for it in marks), default=0),
        )
        old = found.get(value.id, limit)
        found[value.id] = (
            max(old[0], limit[0]),
            old[1] | limit[1],
            max(old[2], limit[2]),
            max(old[3], limit[3]),
        )
    return found


def _no_wider(new: Limit, old: Limit) -> bool:
    groups = new[0] > old[0] or old[1] <= new[1]
    return new[0] >= old[0] and groups and new[2] >= old[2] and new[3] >= old[3]


def _losses(written: Written) -> list[str]:
    return [str(loss) for loss in written.losses]


def _bundle(*objects: dict[str, Any]) -> Reading:
    """STIX from elsewhere: objects with ids and times where they have none."""
    whole = []
    for number, sent in enumerate(objects):
        kind = sent["type"]
        made = {"spec_version": "2.1", "id": f"{kind}--{uuid(500 + number)}", **sent}
        if "value" not in sent and kind not in ("file", "mutex", "process", "marking-definition"):
            made = {"created": _AT, "modified": _AT, **made}
        whole.append(made)
    text = json.dumps({"type": "bundle", "id": f"bundle--{uuid(1)}", "objects": whole})
    reading = stix_bundle.read(text.encode(), source=SOURCE)
    assert reading.losses == ()
    return reading


def _report(*refs: str, **more: Any) -> dict[str, Any]:
    own = {"type": "report", "id": f"report--{uuid(400)}", "name": "A report", "published": _AT}
    return {**own, "object_refs": list(refs) or [f"indicator--{uuid(501)}"], **more}


def _indicator(pattern: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "indicator",
        "pattern": pattern,
        "pattern_type": "stix",
        "valid_from": _AT,
        **more,
    }


def _event_of(written: Written) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(written.data)["Event"]
    return found


def _marking(audience: Audience) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(canonical(audience_marking(audience)))
    return found


# What the reader made of MISP comes back as it was.


def _files(shared: Path) -> list[Path]:
    found = sorted((shared / "cases/misp").rglob("*.json"))
    alone = ("test_attributes_collection_", "test_objects_collection_")
    return [file for file in found if not file.name.startswith(alone)]


def test_every_published_event_comes_back_whole_and_for_the_same_people(shared: Path) -> None:
    objects = 0
    for file in _files(shared):
        reading = read(file.read_bytes(), source=SOURCE)
        written, back = _again(reading)
        old = {str(item.received.value.id): item for item in reading.objects}
        new = {str(item.received.value.id): item for item in back.objects}
        assert old.keys() <= new.keys()
        stated = "collection" not in file.name  # those events have no distribution
        limits = _limits(back)
        for id_, limit in _limits(reading).items():
            assert limits[id_] == limit or not stated
            assert _no_wider(limits[id_], limit)
        for id_, item in old.items():
            before, after = json.loads(item.received.raw), json.loads(new[id_].received.raw)
            assert set(before.pop("labels", ())) <= set(after.pop("labels", ()))
            if not stated:
                before.pop("object_marking_refs", None)
                after.pop("object_marking_refs", None)
            if file.name != "201909_MissingLink.json":
                assert before == after
        if file.name != "201909_MissingLink.json":
            assert _losses(written) == []
        objects += len(old)
    assert objects > 3500


def test_a_date_after_the_last_change_which_the_reader_does_not_keep_is_said(shared: Path) -> None:
    file = shared / "cases/misp/201909_MissingLink.json"
    written, _ = _again(read(file.read_bytes(), source=SOURCE))
    (loss,) = _losses(written)
    assert loss.endswith("not when it was made; that of 2 objects is not in the event.")


def test_the_same_objects_give_the_same_bytes(shared: Path) -> None:
    for file in _files(shared)[:6]:
        reading = read(file.read_bytes(), source=SOURCE)
        assert write(reading.objects) == write(reading.objects)


def test_several_events_come_back_as_several(shared: Path) -> None:
    file = shared / "cases/misp/test_events_collection_1.json"
    reading = read(file.read_bytes(), source=SOURCE)
    written, back = _again(reading)
    assert len(json.loads(written.data)["response"]) == 2
    assert [it.id for it in of(back, Report)] == [it.id for it in of(reading, Report)]


def test_an_event_keeps_its_uuid_title_day_grades_and_tags_word_for_word() -> None:
    reading = read_event(
        Attribute=[
            attribute("ip-dst", "198.51.100.3", comment="C2", Tag=tags('a:b="c"', "TLP:AMBER"))
        ],
        Tag=tags("tlp:green", 'osint:source-type="blog-post"', "PAP:AMBER"),
        extends_uuid=uuid(77),
    )  # fmt: skip
    written, _ = _again(reading)
    sent = _event_of(written)
    assert (sent["uuid"], sent["info"]) == (event()["uuid"], event()["info"])
    assert (sent["date"], sent["timestamp"]) == ("2026-03-01", "1772400000")
    assert (sent["threat_level_id"], sent["analysis"], sent["extends_uuid"]) == ("2", "1", uuid(77))
    assert [tag["name"] for tag in sent["Tag"]] == [
        "tlp:green",
        'osint:source-type="blog-post"',
        "PAP:AMBER",
    ]
    (made,) = sent["Attribute"]
    assert (made["uuid"], made["type"], made["value"]) == (uuid(10), "ip-dst", "198.51.100.3")
    assert (made["to_ids"], made["comment"]) == (True, "C2")
    assert [tag["name"] for tag in made["Tag"]] == ['a:b="c"', "TLP:AMBER"]


def test_an_event_that_is_written_waits_for_somebody_to_publish_it() -> None:
    reading = read_event(Attribute=[attribute("domain", "x.example")], published=True)
    assert _event_of(_again(reading)[0])["published"] is False


def test_what_was_deleted_stays_deleted() -> None:
    reading = read_event(Attribute=[attribute("domain", "x.example", deleted=True)])
    written, back = _again(reading)
    assert _event_of(written)["Attribute"][0]["deleted"] is True
    assert one(back, Indicator).revoked is True


@settings(max_examples=100, deadline=None)
@given(EVENTS)
def test_whatever_an_event_holds_comes_back_or_is_a_loss_and_for_nobody_else(
    sent: dict[str, Any],
) -> None:
    reading = reader.read(json.dumps({"Event": event(**sent)}).encode(), source=SOURCE)
    if not of(reading, Report):
        return
    written, back = _again(reading)
    named = {loss.id for loss in written.losses}
    old, new = _limits(reading), _limits(back)
    for id_, limit in old.items():
        assert id_ in new or id_ in named
        # What was left out can come back by its tag alone, on an element that says it openly.
        if id_ in new and id_ not in named:
            assert _no_wider(new[id_], limit)


_LEVELS = st.sampled_from(["0", "1", "2", "3", "4", "5"])
_GROUPS = st.sampled_from([GROUP, _OTHER])
_MARKS = st.lists(
    st.sampled_from(
        ["tlp:clear", "tlp:green", "tlp:amber", "tlp:amber+strict", "TLP:RED", "PAP:RED", "x"]
    ),
    max_size=2,
    unique=True,
)
_LIMITED = st.fixed_dictionaries(
    {"distribution": _LEVELS, "SharingGroup": _GROUPS, "Tag": _MARKS.map(lambda it: tags(*it))}
)


@settings(max_examples=100, deadline=None)
@given(_LIMITED, _LIMITED, _LIMITED, _LIMITED)
def test_who_may_see_each_part_of_an_event_is_the_same_after_the_round_trip(
    whole: dict[str, Any], alone: dict[str, Any], around: dict[str, Any], inside: dict[str, Any]
) -> None:
    file = {"uuid": uuid(30), "name": "file", "meta-category": "file", **around}
    file["Attribute"] = [
        attribute("filename", "a.exe", 31, object_relation="filename", **inside),
        attribute("md5", "a" * 32, 32, object_relation="md5"),
    ]
    reading = read_event(
        Attribute=[attribute("domain", "x.example", **alone), attribute("text", "y", 11)],
        Object=[file],
        **whole,
    )
    _, back = _again(reading)
    assert _limits(back) == _limits(reading)


# STIX from elsewhere.


@pytest.mark.parametrize(
    ("pattern", "kind", "value"),
    [
        ("[ipv4-addr:value = '198.51.100.3']", "ip-dst", "198.51.100.3"),
        ("[ipv6-addr:value='2001:db8::1']", "ip-dst", "2001:db8::1"),
        ("[ domain-name:value = 'X.example' ]", "domain", "X.example"),
        ("[url:value = 'https://x.example/\\'a\\'']", "url", "https://x.example/'a'"),
        ("[file:hashes.'SHA-256' = '" + "AB" * 32 + "']", "sha256", "AB" * 32),
        ("[file:hashes.MD5 = '" + "a" * 32 + "' AND file:name = 'a.exe']",
         "filename|md5", "a.exe|" + "a" * 32),
        ("[file:name = 'a.exe' AND file:parent_directory_ref.path = 'C:\\\\x']",
         "filename", "C:\\x\\a.exe"),
        ("[network-traffic:dst_ref.value = '198.51.100.3' AND network-traffic:dst_port = 443]",
         "ip-dst|port", "198.51.100.3|443"),
        ("[network-traffic:dst_ref.value = 'x.example' AND network-traffic:dst_port = 443]",
         "hostname|port", "x.example|443"),
        ("[mutex:name = 'abc']", "mutex", "abc"),
        ("[email-addr:value = 'a@x.example']", "email", "a@x.example"),
    ],
)  # fmt: skip
def test_a_pattern_of_one_thing_becomes_its_attribute(pattern: str, kind: str, value: str) -> None:
    written, back = _again(_bundle(_report(), _indicator(pattern)))
    (made,) = _event_of(written)["Attribute"]
    assert (made["type"], made["value"], made["to_ids"]) == (kind, value, True)
    assert one(back, Indicator).id == f"indicator--{uuid(501)}"


@pytest.mark.parametrize(
    "pattern",
    [
        "[ipv4-addr:value = '198.51.100.3' OR ipv4-addr:value = '198.51.100.4']",
        "[ipv4-addr:value != '198.51.100.3']",
        "[ipv4-addr:value = 'no address']",
        "[file:size = 4]",
        "[domain-name:value = 'a.example'] FOLLOWEDBY [domain-name:value = 'b.example']",
        "[file:name = 'a' AND file:name = 'b']",
        "[domain-name:value = 'a.example'",
    ],
)
def test_any_other_pattern_stays_a_pattern(pattern: str) -> None:
    written, back = _again(_bundle(_report(), _indicator(pattern)))
    (made,) = _event_of(written)["Attribute"]
    assert (made["type"], made["value"]) == ("stix2-pattern", pattern)
    assert one(back, Indicator).pattern == pattern


def test_a_pattern_in_a_language_that_misp_has_no_type_for_is_a_loss() -> None:
    written = write(_bundle(_report(), _indicator("x", pattern_type="pcre")).objects)
    assert f"indicator--{uuid(501)} was left out: it has no form in a MISP event." in _losses(
        written
    )


def test_a_cve_becomes_a_vulnerability_attribute_with_its_name_beside_it() -> None:
    cve = {"source_name": "cve", "external_id": "CVE-2026-0001"}
    named = {"type": "vulnerability", "name": "Gatefall", "external_references": [cve]}
    written = write(_bundle(_report(f"vulnerability--{uuid(501)}"), named).objects)
    (made,) = _event_of(written)["Attribute"]
    assert (made["type"], made["value"]) == ("vulnerability", "CVE-2026-0001")
    assert (made["comment"], made["uuid"]) == ("Gatefall", uuid(501))


def test_a_technique_becomes_a_tag_of_the_event_under_its_own_uuid() -> None:
    number = {"source_name": "mitre-attack", "external_id": "T1059.001"}
    technique = {"type": "attack-pattern", "name": "PowerShell", "external_references": [number]}
    written, back = _again(_bundle(_report(f"attack-pattern--{uuid(501)}"), technique))
    tag = 'misp-galaxy:mitre-attack-pattern="PowerShell - T1059.001"'
    assert [it["name"] for it in _event_of(written)["Tag"]] == [tag]
    made = one(back, AttackPattern)
    assert (made.id, made.name) == (f"attack-pattern--{uuid(501)}", "PowerShell")
    assert number["external_id"] in [it.external_id for it in made.external_references]


def test_what_an_indicator_indicates_is_a_tag_of_its_attribute() -> None:
    reading = _bundle(
        _report(),
        _indicator("[domain-name:value = 'x.example']"),
        {"type": "malware", "name": "Gatefall", "is_family": True},
        {
            "type": "relationship",
            "relationship_type": "indicates",
            "source_ref": f"indicator--{uuid(501)}",
            "target_ref": f"malware--{uuid(502)}",
        },
    )
    written, _ = _again(reading)
    (made,) = _event_of(written)["Attribute"]
    (tag,) = made["Tag"]
    assert tag == {
        "name": 'misp-galaxy:stix-2.1-malware="Gatefall"',
        "relationship_type": "indicates",
    }
    assert not any("relationship" in loss or "malware" in loss for loss in _losses(written))


def test_an_observable_that_nothing_names_becomes_an_attribute_that_is_not_flagged() -> None:
    domain = {"type": "domain-name", "value": "x.example"}
    own = f"domain-name--{uuid(501)}"
    written = write(_bundle(_report(own), domain).objects)
    (made,) = _event_of(written)["Attribute"]
    assert (made["type"], made["value"], made["to_ids"]) == ("domain", "x.example", False)
    assert made["uuid"] == uuid(501)
    assert _losses(written) == []


def test_every_hash_of_a_file_is_written() -> None:
    hashes = {"MD5": "a" * 32, "SHA-256": "b" * 64}
    file = {"type": "file", "name": "a.exe", "hashes": hashes, "size": 7}
    written = write(_bundle(_report(f"file--{uuid(501)}"), file).objects)
    said = [(it["type"], it["value"]) for it in _event_of(written)["Attribute"]]
    assert said == [("filename|md5", f"a.exe|{'a' * 32}"), ("sha256", "b" * 64)]
    assert _losses(written) == [f"file--{uuid(501)} was written without hashes, size."]


def test_when_something_was_observed_stays_with_it() -> None:
    reading = _bundle(
        _report(f"observed-data--{uuid(502)}"),
        {"type": "domain-name", "value": "x.example"},
        {
            "type": "observed-data",
            "first_observed": "2026-02-01T00:00:00.000Z",
            "last_observed": "2026-02-02T00:00:00.000Z",
            "number_observed": 3,
            "object_refs": [f"domain-name--{uuid(501)}"],
        },
    )
    written, back = _again(reading)
    (made,) = _event_of(written)["Attribute"]
    assert (made["uuid"], made["first_seen"]) == (uuid(502), "2026-02-01T00:00:00.000Z")
    assert f"observed-data--{uuid(502)} was written without number_observed." in _losses(written)
    assert f"observed-data--{uuid(502)}" in _limits(back)


def test_words_about_something_become_a_comment() -> None:
    note = {"type": "note", "content": "Seen in March", "object_refs": [f"report--{uuid(400)}"]}
    written, back = _again(_bundle(_report(f"note--{uuid(501)}"), note))
    (made,) = _event_of(written)["Attribute"]
    assert (made["type"], made["value"], made["uuid"]) == ("comment", "Seen in March", uuid(501))
    assert one(back, Note).content == "Seen in March"


@pytest.mark.parametrize(
    "sent",
    [
        {"type": "incident", "name": "Outage"},
        {"type": "opinion", "opinion": "agree", "object_refs": [f"report--{uuid(400)}"]},
        {"type": "infrastructure", "name": "Relay"},
        {"type": "process", "pid": 4},
        {"type": "x-own-thing", "x": 1},
    ],
)
def test_what_misp_has_no_form_for_is_named(sent: dict[str, Any]) -> None:
    domain = _indicator("[domain-name:value = 'x.example']")
    written = write(_bundle(_report(), domain, sent).objects)
    id_ = f"{sent['type']}--{uuid(502)}"
    assert f"{id_} was left out: it has no form in a MISP event." in _losses(written)


def test_properties_that_misp_has_no_place_for_are_named() -> None:
    domain = _indicator(
        "[domain-name:value = 'x.example']", indicator_types=["anonymization"], x_own=1
    )
    written = write(_bundle(_report(), domain).objects)
    assert _losses(written)[0].endswith("was written without indicator_types, x_own.")


def test_objects_without_a_report_get_an_event_for_the_own_organisation() -> None:
    clear = [TLP_2_IDS[Tlp.CLEAR]]
    domain = _indicator("[domain-name:value = 'x.example']", object_marking_refs=clear)
    written = write(_bundle(domain).objects)
    sent = _event_of(written)
    assert (sent["distribution"], sent["Attribute"][0]["distribution"]) == ("0", "3")
    assert any(loss.startswith("No report says who may see the whole") for loss in _losses(written))


def test_an_identity_alone_makes_no_event() -> None:
    with pytest.raises(BadInput, match="nothing that a MISP event could be made of"):
        write(_bundle({"type": "identity", "name": "Somebody"}).objects)


def test_a_pattern_that_is_only_spelled_otherwise_is_no_loss() -> None:
    written = write(_bundle(_report(), _indicator("[domain-name:value='X.example']")).objects)
    assert _losses(written) == []


def test_a_technique_that_is_cited_by_its_number_alone_keeps_number_and_link() -> None:
    number = {"source_name": "mitre-attack", "external_id": "T1486", "url": "https://x.example/t"}
    technique = {"type": "attack-pattern", "name": "T1486", "external_references": [number]}
    written = write(_bundle(_report(f"attack-pattern--{uuid(501)}"), technique).objects)
    assert _event_of(written)["Tag"] == [{"name": 'misp-galaxy:mitre-attack-pattern="T1486"'}]
    assert not any(loss.startswith("attack-pattern--") for loss in _losses(written))


def test_a_file_with_nothing_to_write_is_refused() -> None:
    marking = json.loads(canonical(audience_marking(Audience(distribution=1))))
    with pytest.raises(BadInput, match="nothing that a MISP event could be made of"):
        write(_bundle(marking).objects)


# Markings of STIX from elsewhere.


@pytest.mark.parametrize(
    ("level", "distribution"),
    [(None, "0"), (Tlp.CLEAR, "3"), (Tlp.GREEN, "2"), (Tlp.AMBER, "0"), (Tlp.AMBER_STRICT, "0"),
     (Tlp.RED, "0")],
)  # fmt: skip
def test_a_tlp_level_becomes_its_tag_and_a_distribution_no_wider(
    level: Tlp | None, distribution: str
) -> None:
    marks = {"object_marking_refs": [TLP_2_IDS[level]]} if level is not None else {}
    domain = _indicator("[domain-name:value = 'x.example']", **marks)
    sent = _event_of(write(_bundle(_report(**marks), domain).objects))
    tags_ = [it["name"] for it in sent.get("Tag", ())]
    assert tags_ == ([] if level is None else [level.label.lower()])
    assert (sent["distribution"], sent["Attribute"][0]["distribution"]) == (distribution, "5")


def test_a_label_that_is_weaker_than_the_marking_is_not_handed_on() -> None:
    red = [TLP_2_IDS[Tlp.RED]]
    domain = _indicator("[domain-name:value = 'x.example']", object_marking_refs=red)
    domain["labels"] = ["tlp:clear", "x"]
    written = write(_bundle(_report(object_marking_refs=red), domain).objects)
    (made,) = _event_of(written)["Attribute"]
    # The event says RED already; a second level beside it would be believed.
    assert "tlp:clear" not in [it["name"] for it in made.get("Tag", ())]


_STATEMENT = {
    "type": "marking-definition",
    "id": f"marking-definition--{uuid(900)}",
    "created": _AT,
    "definition_type": "statement",
    "definition": {"statement": "For the eyes of the committee"},
}
_UNKNOWN = f"marking-definition--{uuid(901)}"


@pytest.mark.parametrize(
    ("ref", "why"),
    [(_STATEMENT["id"], "says what MISP cannot"), (_UNKNOWN, "is not in the file")],
)
def test_an_object_under_a_marking_that_misp_cannot_say_is_left_out(ref: str, why: str) -> None:
    domain = _indicator("[domain-name:value = 'secret.example']", object_marking_refs=[ref])
    written = write(_bundle(_report(), domain, _STATEMENT).objects)
    assert b"secret.example" not in written.data
    rule = f"indicator--{uuid(501)} was left out: its marking {ref} {why}."
    assert rule in _losses(written)


def test_an_object_of_which_parts_are_marked_is_left_out() -> None:
    marks = [{"marking_ref": TLP_2_IDS[Tlp.RED], "selectors": ["pattern"]}]
    domain = _indicator("[domain-name:value = 'secret.example']", granular_markings=marks)
    written = write(_bundle(_report(), domain).objects)
    assert b"secret.example" not in written.data
    assert "parts of it have markings of their own" in _losses(written)[0]


def test_a_name_that_is_for_fewer_than_the_event_is_no_tag_of_it() -> None:
    green, red = [TLP_2_IDS[Tlp.GREEN]], [TLP_2_IDS[Tlp.RED]]
    actor = {"type": "threat-actor", "name": "Secret Bear", "object_marking_refs": red}
    report = _report(f"threat-actor--{uuid(501)}", object_marking_refs=green)
    written = write(_bundle(report, actor).objects)
    assert b"Secret Bear" not in written.data
    assert "everybody sees who sees what it is at" in _losses(written)[0]


_A = SharingGroup(uuid=uuid(700), name="A", organisations=(Organisation(uuid=uuid(701), name="M"),))
_B = SharingGroup(uuid=uuid(710), name="B")
_AUDIENCES = [
    _marking(Audience(distribution=0)),
    _marking(Audience(distribution=1, pap="red")),
    _marking(Audience(distribution=3)),
    _marking(Audience(distribution=4, sharing_group=_A)),
    _marking(Audience(distribution=4, sharing_group=_B)),
    _marking(Audience(pap="amber")),
]
_REFS = st.lists(
    st.sampled_from(
        [*TLP_2_IDS.values(), *(it["id"] for it in _AUDIENCES), _STATEMENT["id"], _UNKNOWN]
    ),
    max_size=2,
    unique=True,
)


def _marked(sent: dict[str, Any], refs: list[str]) -> dict[str, Any]:
    return {**sent, "object_marking_refs": refs} if refs else sent


def _token(number: int) -> str:
    return f"token{number}q"


@settings(max_examples=120, deadline=None)
@given(st.lists(_REFS, min_size=11, max_size=11), st.booleans())
@example([[]] * 11, True)
def test_nobody_reads_anything_that_its_marking_did_not_let_them_read(
    refs: list[list[str]], reported: Any
) -> None:
    """Each object holds a word of its own; where it is read again, its marking still binds."""
    ids = [f"domain-name--{uuids.UUID(int=5 << 64 | 1)}"]
    sent: list[dict[str, Any]] = [
        {"type": "domain-name", "id": ids[0], "value": f"{_token(0)}.example"},
        _indicator(f"[domain-name:value = '{_token(1)}.example']", labels=["tlp:clear"]),
        {"type": "malware", "name": _token(2), "is_family": True},
        {"type": "relationship", "relationship_type": "indicates", "description": _token(3),
         "source_ref": f"indicator--{uuid(501)}", "target_ref": f"malware--{uuid(502)}"},
        {"type": "note", "content": _token(4), "object_refs": [f"malware--{uuid(502)}"]},
        {"type": "identity", "name": _token(5), "identity_class": "organization"},
        {"type": "observed-data", "first_observed": _AT, "last_observed": _AT,
         "number_observed": 1, "object_refs": ids},
        {"type": "grouping", "name": _token(7), "context": "x", "description": _token(7),
         "labels": ['misp:name="file"'], "object_refs": [f"note--{uuid(504)}"]},
        {"type": "note", "content": _token(8), "object_refs": [f"malware--{uuid(502)}"],
         "labels": ['misp:type="EventReport"']},
        {"type": "vulnerability", "name": _token(9)},
        _report(*(f"malware--{uuid(502)}",), name=_token(10), description=_token(10),
                created_by_ref=f"identity--{uuid(505)}"),
    ]  # fmt: skip
    marked = [_marked(one, ref) for one, ref in zip(sent, refs, strict=True)]
    reading = _bundle(*(marked if reported else marked[:-1]), *_AUDIENCES, _STATEMENT)
    old = _limits_of_bundle(refs)
    written, back = _again(reading)
    limits = _limits(back)
    for item in back.objects:
        text = item.received.raw.decode()
        for number, limit in enumerate(old):
            if _token(number) in text and not isinstance(item.received.value, MarkingDefinition):
                assert limit is not None
                assert _no_wider(limits[str(item.received.value.id)], limit)
    named = {loss.id for loss in written.losses}
    for item in reading.objects:
        value = item.received.value
        # An observable comes back under the id that its value gives.
        if not isinstance(value, MarkingDefinition | DomainName) and str(value.id) not in limits:
            assert value.id in named
    assert ids[0] in named or _token(0).encode() in written.data


def _limits_of_bundle(refs: list[list[str]]) -> list[Limit | None]:
    """Who may see each object; ``None`` where its marking cannot be said."""
    said = {
        _AUDIENCES[0]["id"]: (0, None, 0),
        _AUDIENCES[1]["id"]: (1, None, 4),
        _AUDIENCES[2]["id"]: (3, None, 0),
        _AUDIENCES[3]["id"]: (4, _A.uuid, 0),
        _AUDIENCES[4]["id"]: (4, _B.uuid, 0),
        _AUDIENCES[5]["id"]: (None, None, 3),
    }
    found: list[Limit | None] = []
    for several in refs:
        if _STATEMENT["id"] in several or _UNKNOWN in several:
            found.append(None)
            continue
        tlps = [tlp for ref in several if (tlp := tlp_of(ref)) is not None]
        marks = [said[ref] for ref in several if ref in said]
        levels = [-_ORDER.index(it[0]) for it in marks if it[0] is not None]
        strictest = max(levels, default=-len(_ORDER) if tlps else 0)
        groups = {it[1] for it in marks if it[1]} if strictest == -1 else set()
        paps = max((it[2] for it in marks), default=0)
        found.append((strictest, frozenset(groups), max(tlps, default=-1), paps))
    return found
