from typing import Any

import pytest

from comity.formats.reading import Reading
from comity.stix.base import Sco
from comity.stix.markings import Tlp
from comity.stix.sco import (
    Directory,
    DomainName,
    EmailAddress,
    EmailMessage,
    File,
    NetworkTraffic,
    WindowsRegistryKey,
)
from comity.stix.sdo import Grouping, Indicator, Note, Vulnerability
from comity.stix.sro import Relationship
from tests.formats.misp.events import (
    EVENT,
    attribute,
    level,
    literals,
    of,
    one,
    read,
    rules,
    tags,
    uuid,
)

MD5, SHA256 = "a" * 32, "c" * 64


def part(relation: str, kind: str, value: str, number: int, **changes: Any) -> dict[str, Any]:
    return attribute(kind, value, number, object_relation=relation, **changes)


def misp_object(name: str, *parts: Any, number: int = 50, **changes: Any) -> dict[str, Any]:
    return {
        "uuid": uuid(number),
        "name": name,
        "meta-category": "misc",
        "description": "From the template",
        "template_uuid": uuid(60),
        "template_version": "3",
        "timestamp": "1772403600",
        "Attribute": list(parts),
        **changes,
    }


def composed(name: str, *parts: Any, **changes: Any) -> Reading:
    reading = read(Object=[misp_object(name, *parts, **changes)])
    assert reading.losses == ()
    return reading


def test_an_object_without_a_mapping_is_a_grouping_of_its_attributes() -> None:
    reading = composed("av-signature", part("signature", "text", "OSX/X", 1), comment="Found")
    grouping, note = one(reading, Grouping), one(reading, Note)
    assert (grouping.id, grouping.name) == (f"grouping--{uuid(50)}", "av-signature")
    assert grouping.description == "Found"
    assert grouping.object_refs == (note.id,)
    assert 'misp:template_version="3"' in grouping.labels
    assert 'misp:object_relation="signature"' in note.labels


def test_the_attributes_of_a_file_are_about_one_file() -> None:
    reading = composed(
        "file",
        part("filename", "filename", "C:\\x\\a.exe", 1, to_ids=False),
        part("md5", "md5", MD5, 2),
        part("sha256", "sha256", SHA256.upper(), 3),
        part("size-in-bytes", "size-in-bytes", "35", 4, to_ids=False),
        part("mimetype", "mime-type", "text/plain", 5, to_ids=False),
        part("entropy", "float", "0.5", 6, to_ids=False),
    )
    file = one(reading, File)
    assert (file.name, file.size, file.mime_type) == ("a.exe", 35, "text/plain")
    assert file.hashes == {"MD5": MD5, "SHA-256": SHA256}
    assert file.parent_directory_ref == one(reading, Directory).id
    assert [it.id for it in of(reading, Indicator)] == [f"indicator--{uuid(n)}" for n in (2, 3)]
    assert literals(reading) == {MD5, SHA256}
    links = of(reading, Relationship)
    assert {(it.relationship_type, it.target_ref) for it in links} == {("based-on", file.id)}
    notes = {note.id: note.object_refs[0] for note in of(reading, Note)}
    assert notes == {
        f"note--{uuid(1)}": file.id,
        f"note--{uuid(4)}": file.id,
        f"note--{uuid(5)}": file.id,
        f"note--{uuid(6)}": f"report--{EVENT}",
    }
    assert file.id in one(reading, Grouping).object_refs


def test_a_sample_names_and_hashes_its_file() -> None:
    reading = read(
        Object=[misp_object("file", part("malware-sample", "malware-sample", f"a.exe|{MD5}", 1))]
    )
    assert (one(reading, File).name, one(reading, File).hashes) == ("a.exe", {"MD5": MD5})


def test_a_second_hash_of_one_kind_stays_in_its_attribute() -> None:
    reading = composed("file", part("md5", "md5", MD5, 1), part("md5", "md5", "b" * 32, 2))
    assert one(reading, File).hashes == {"MD5": MD5}
    assert literals(reading) == {MD5, "b" * 32}


def test_a_file_of_which_nothing_identifies_it_is_only_grouped() -> None:
    reading = composed("file", part("size-in-bytes", "size-in-bytes", "35", 1))
    assert of(reading, File) == []
    large = composed("file", part("md5", "md5", MD5, 1), part("size-in-bytes", "text", "9" * 20, 2))
    assert one(large, File).size is None


def test_a_strict_attribute_makes_what_it_describes_strict() -> None:
    reading = composed(
        "file",
        part("md5", "md5", MD5, 1),
        part("filename", "filename", "secret.doc", 2, Tag=tags("tlp:red")),
    )
    assert level(one(reading, File)) is Tlp.RED
    assert [level(it) for it in of(reading, Indicator)] == [Tlp.GREEN, Tlp.RED]
    assert level(one(reading, Grouping)) is Tlp.GREEN


def test_a_deleted_attribute_describes_nothing_any_more() -> None:
    reading = composed(
        "file",
        part("md5", "md5", MD5, 1),
        part("filename", "filename", "wrong.exe", 2, to_ids=False, deleted=True),
    )
    described = [file for file in of(reading, File) if file.hashes]
    assert [file.name for file in described] == [None]
    assert one(reading, Note).revoked


def test_what_is_deleted_as_a_whole_is_deleted_in_its_parts() -> None:
    reading = composed("file", part("md5", "md5", MD5, 1), deleted=True)
    assert one(reading, Grouping).revoked
    assert one(reading, Indicator).revoked


def test_an_email_is_one_message() -> None:
    reading = composed(
        "email",
        part("from", "email-src", "eve@evil.example", 1),
        part("to", "email-dst", "minister@gov.example", 2, to_ids=False),
        part("subject", "email-subject", "Urgent", 3, to_ids=False),
        part("message-id", "email-message-id", "<1@evil.example>", 4, to_ids=False),
        part("reply-to", "email-reply-to", "bob@evil.example", 5, to_ids=False),
    )
    message = one(reading, EmailMessage)
    sender, receiver, answer = of(reading, EmailAddress)
    assert (message.from_ref, message.to_refs) == (sender.id, (receiver.id,))
    assert (message.subject, message.message_id) == ("Urgent", "<1@evil.example>")
    assert message.additional_header_fields == {"Reply-To": "bob@evil.example"}
    assert answer.value == "bob@evil.example"
    assert one(reading, Relationship).target_ref == sender.id
    by_id = {note.id: note.object_refs for note in of(reading, Note)}
    assert by_id[f"note--{uuid(3)}"] == (message.id,)
    assert by_id[f"note--{uuid(2)}"] == (receiver.id, message.id)


def test_a_message_known_by_its_number_alone_takes_the_objects_uuid() -> None:
    reading = composed("email", part("message-id", "email-message-id", "<1@x>", 1))
    assert one(reading, EmailMessage).id == f"email-message--{uuid(50)}"
    assert of(composed("email", part("screenshot", "text", "x", 1)), EmailMessage) == []


def test_a_domain_and_its_addresses_are_related() -> None:
    reading = composed(
        "domain-ip",
        part("domain", "domain", "x.example", 1),
        part("ip", "ip-dst", "198.51.100.3", 2),
        part("ip", "ip-dst", "198.51.100.4", 3),
    )
    links = [it for it in of(reading, Relationship) if it.relationship_type == "resolves-to"]
    assert [it.source_ref for it in links] == [one(reading, DomainName).id] * 2
    assert literals(reading) == {"x.example", "198.51.100.3", "198.51.100.4"}


def test_a_network_connection_is_traffic_between_its_ends() -> None:
    reading = composed(
        "network-connection",
        part("ip-src", "ip-src", "198.51.100.3", 1),
        part("hostname-dst", "hostname", "c2.example", 2),
        part("ip-dst", "ip-dst", "198.51.100.4", 3),
        part("src-port", "port", "1024", 4, to_ids=False),
        part("dst-port", "port", "443", 5, to_ids=False),
        part("layer4-protocol", "text", "TCP", 6, to_ids=False),
    )
    flow = one(reading, NetworkTraffic)
    ends = {sco.id: getattr(sco, "value", None) for sco in of(reading, Sco)}
    assert (ends[str(flow.src_ref)], ends[str(flow.dst_ref)]) == ("198.51.100.3", "198.51.100.4")
    assert (flow.src_port, flow.dst_port, flow.protocols) == (1024, 443, ("tcp",))
    assert literals(reading) == {"198.51.100.3", "198.51.100.4", "c2.example"}


def test_ends_without_traffic_are_only_grouped() -> None:
    reading = composed("ip-port", part("ip", "ip-dst", "198.51.100.3", 1))
    assert of(reading, NetworkTraffic) == []


def test_a_sum_that_cannot_be_made_leaves_its_attributes() -> None:
    parts = (part("ip", "ip-dst", "198.51.100.3", 1), part("dst-port", "port", "99999", 2))
    reading = read(Object=[misp_object("ip-port", *parts)])
    assert rules(reading) == [("/Event/Object/0", "value", "must end in a port from 0 to 65535")]
    assert len(of(reading, Indicator)) == 1
    assert len(of(reading, Note)) == 1


def test_a_registry_key_has_its_value() -> None:
    reading = composed(
        "registry-key",
        part("key", "regkey", "HKLM\\Run", 1),
        part("name", "text", "evil", 2, to_ids=False),
        part("data", "text", "a.exe", 3, to_ids=False),
    )
    key = one(reading, WindowsRegistryKey)
    assert key.key == "HKEY_LOCAL_MACHINE\\Run"
    assert (key.values[0].name, key.values[0].data) == ("evil", "a.exe")
    assert one(reading, Relationship).target_ref == key.id


def test_a_vulnerability_has_its_summary() -> None:
    reading = composed(
        "vulnerability",
        part("id", "vulnerability", "CVE-2026-0001", 1, to_ids=False),
        part("summary", "text", "Overflow", 2, to_ids=False),
    )
    made = one(reading, Vulnerability)
    assert made.id == f"vulnerability--{uuid(50)}"
    assert (made.name, made.description) == ("CVE-2026-0001", "Overflow")
    assert [note.object_refs for note in of(reading, Note)] == [(made.id,), (made.id,)]


def test_references_join_objects_and_attributes() -> None:
    def reference(target: str, **changes: Any) -> dict[str, Any]:
        return {
            "uuid": uuid(70),
            "referenced_uuid": target,
            "relationship_type": "drops",
            "comment": "At start",
            **changes,
        }

    first = misp_object(
        "script",
        ObjectReference=[
            reference(uuid(51)),
            reference(uuid(2), uuid=uuid(71), deleted=True),
            reference(uuid(9)),
            {"uuid": uuid(72)},
            7,
        ],
    )
    second = misp_object("file", part("md5", "md5", MD5, 1), number=51)
    reading = read(Object=[first, second], Attribute=[attribute("text", "x", 2)])
    links = [it for it in of(reading, Relationship) if it.relationship_type == "drops"]
    assert [(it.id, it.target_ref, it.revoked) for it in links] == [
        (f"relationship--{uuid(70)}", f"grouping--{uuid(51)}", False),
        (f"relationship--{uuid(71)}", f"note--{uuid(2)}", True),
    ]
    assert links[0].description == "At start"
    assert rules(reading) == [
        (
            "/Event/Object/0/ObjectReference/2",
            "referenced_uuid",
            "names no element of the event that was read",
        ),
        ("/Event/Object/0/ObjectReference/3", "referenced_uuid", "is required"),
        ("/Event/Object/0/ObjectReference/4", "", "must be a JSON object"),
    ]


@pytest.mark.parametrize("changes", [{"name": 7}, {"timestamp": "x"}, {"Tag": 7}])
def test_a_bad_object_keeps_its_attributes_for_the_own_organisation_only(changes: Any) -> None:
    reading = read(Object=[{**misp_object("file", part("md5", "md5", MD5, 1)), **changes}])
    assert level(one(reading, Indicator)) is Tlp.AMBER_STRICT
    assert of(reading, Grouping) == []
    (loss,) = reading.losses
    assert (loss.id, loss.position, loss.path) == (uuid(50), "/Event/Object/0", next(iter(changes)))


def test_a_bad_part_of_an_object_costs_only_itself() -> None:
    parts = (7, part("md5", "md5", MD5, 1))
    reading = read(Object=[misp_object("file", *parts, Tag=[7, {"name": "good"}])])
    assert [position for position, _, _ in rules(reading)] == [
        "/Event/Object/0/Tag/0",
        "/Event/Object/0/Attribute/0",
    ]
    assert one(reading, Grouping).labels[-1] == "good"
    assert one(reading, File).hashes == {"MD5": MD5}


def test_an_empty_object_is_still_grouped() -> None:
    assert one(composed("file"), Grouping).object_refs == (f"report--{EVENT}",)
    assert read(Object=[misp_object("file", Attribute=7)]).losses[0].path == "Attribute"
