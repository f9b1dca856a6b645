from comity.formats.misp.limits import Limits
from comity.formats.misp.sheet import Sheet, identified
from comity.stix.markings import Tlp
from comity.stix.sco import File, NetworkTraffic
from comity.stix.sdo import Note
from comity.stix.timestamp import Timestamp
from tests.formats.misp.events import SOURCE, uuid

AT = Timestamp("2026-03-01T12:00:00.000Z")
MD5 = "a" * 32


def _file(**more: str) -> File:
    return identified(File(spec_version="2.1", id="", hashes={"MD5": MD5, **more}))


def _written(*files: File) -> list[File]:
    sheet = Sheet(SOURCE)
    for index, file in enumerate(files):
        sheet.put(file, f"/{index}", ())
    values = (item.received.value for item in sheet.written())
    return [value for value in values if isinstance(value, File)]


def test_what_two_say_of_one_observable_is_said_by_one_object() -> None:
    sha1, sha256 = {"SHA-1": "b" * 40}, {"SHA-256": "c" * 64}
    (file,) = _written(_file(**sha1), _file(**sha256), _file())
    assert file.hashes == {"MD5": MD5, **sha1, **sha256}


def test_what_contradicts_itself_is_kept_twice() -> None:
    assert len(_written(_file(**{"SHA-1": "b" * 40}), _file(**{"SHA-1": "c" * 40}))) == 2


def test_a_property_that_one_lacks_is_taken_from_the_other() -> None:
    small = File(spec_version="2.1", id=_file().id, hashes={"MD5": MD5}, size=1)
    assert [file.size for file in _written(_file(), small)] == [1]
    large = File(spec_version="2.1", id=_file().id, hashes={"MD5": MD5}, size=2)
    assert [file.size for file in _written(small, large, large)] == [1, 2, 2]


def test_lists_are_joined_in_order() -> None:
    def flow(*protocols: str) -> NetworkTraffic:
        ref = f"ipv4-addr--{uuid(1)}"
        id_ = f"network-traffic--{uuid(2)}"
        return NetworkTraffic(spec_version="2.1", id=id_, protocols=protocols, dst_ref=ref)

    sheet = Sheet(SOURCE)
    for value in (flow("ipv4", "tcp"), flow("tcp", "http")):
        sheet.put(value, "", ())
    (item,) = sheet.written()
    assert getattr(item.received.value, "protocols", ()) == ("ipv4", "tcp", "http")


def test_the_limits_of_both_bind() -> None:
    sheet = Sheet(SOURCE)
    for tlp in (Tlp.GREEN, Tlp.RED):
        sheet.put(_file(), "", (Limits(tlp=tlp),))
    assert sheet.bound_by(_file().id, (Limits(tlp=Tlp.RED), Limits(tlp=Tlp.GREEN)))
    assert not sheet.bound_by(_file().id, (Limits(tlp=Tlp.RED),))
    assert not sheet.bound_by("file--x", ())


def test_what_breaks_a_rule_of_stix_is_a_loss() -> None:
    sheet = Sheet(SOURCE)
    id_ = f"note--{uuid(1)}"
    note = Note(
        spec_version="2.1", id=id_, created=AT, modified=AT, content="x", object_refs=("x",)
    )
    sheet.put(note, "/Event/Attribute/0", ())
    assert sheet.written() == []
    assert [(loss.id, loss.path) for loss in sheet.losses] == [(id_, "object_refs[0]")]
