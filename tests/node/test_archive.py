"""What a hostile archive cannot do."""

import hashlib
import os
import zipfile

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comity.errors import BadInput
from comity.node import archive
from comity.node.archive import FORMAT, MANIFEST, Manifest, Member


def listing(*members, **more):
    about = {
        "format": FORMAT, "made_at": "2026-03-02T09:00:00Z", "version": "1", "origin": "o",
        "size": 1, "root": "r", "database": "none",
    }  # fmt: skip
    return Manifest(**{**about, **more}, members=members)


def member(path, body=b"x"):
    return Member(path, len(body), hashlib.sha256(body).hexdigest())


def made(folder, entries, manifest):
    """An archive as somebody else might write it."""
    file = folder / "a.zip"
    with zipfile.ZipFile(file, "w") as out:
        for info, body in entries:
            out.writestr(info, body)
        if manifest is not None:
            out.writestr(MANIFEST, msgspec.json.encode(manifest))
    return file


def refused(file, folder, why):
    into = folder / "into"
    into.mkdir()
    with pytest.raises(BadInput, match=why):
        archive.read(file, into)


def test_what_was_written_is_read_again(tmp_path):
    source = tmp_path / "source"
    source.write_bytes(b"x" * 3_000_000)
    file, into = tmp_path / "a.zip", tmp_path / "into"
    members = tuple(archive.write(file, [("keys/log.pem", source), ("b/c d.txt", source)]))
    archive.seal(file, listing(*members))
    into.mkdir()
    assert archive.read(file, into).members == members
    for path in ("keys/log.pem", "b/c d.txt"):
        assert (into / path).read_bytes() == source.read_bytes()
        assert (into / path).stat().st_mode & 0o077 == 0
        assert (into / path).parent.stat().st_mode & 0o077 == 0
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "path",
    ["../out", "/etc/out", "a/../../out", "a//b", "a/./b", "..", ".", "a\\..\\b", "a\nb",
     "/".join("a" * 30)],
)  # fmt: skip
def test_a_path_that_leads_outside_or_is_none_is_refused(tmp_path, path):
    file = made(tmp_path, [(path, b"x")], listing(member(path)))
    refused(file, tmp_path, "no path inside|damaged")
    assert not (tmp_path / "out").exists()


def test_a_link_is_refused(tmp_path):
    info = zipfile.ZipInfo("record")
    info.external_attr = 0o120777 << 16
    refused(
        made(tmp_path, [(info, b"/etc")], listing(member("record", b"/etc"))), tmp_path, "plain"
    )


def test_a_member_that_comes_twice_is_refused(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate"):
        file = made(tmp_path, [("a", b"x"), ("a", b"x")], listing(member("a")))
    refused(file, tmp_path, "twice")


def test_a_list_that_names_a_member_twice_is_refused(tmp_path):
    file = made(tmp_path, [("a", b"x")], listing(member("a"), member("a", b"y")))
    refused(file, tmp_path, "twice")


def test_a_member_that_is_not_listed_and_one_that_is_missing_are_refused(tmp_path):
    refused(made(tmp_path, [("a", b"x"), ("b", b"x")], listing(member("a"))), tmp_path, "its list")
    (tmp_path / "into").rmdir()
    refused(made(tmp_path, [("a", b"x")], listing(member("a"), member("b"))), tmp_path, "its list")


def test_a_file_that_is_also_a_folder_is_refused(tmp_path):
    file = made(tmp_path, [("a", b"x"), ("a/b", b"x")], listing(member("a"), member("a/b")))
    refused(file, tmp_path, "comes twice|no backup")


def test_what_unfolds_into_more_than_it_is_is_refused(tmp_path):
    bomb = b"0" * 5_000_000
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("a", bomb)
        out.writestr(MANIFEST, msgspec.json.encode(listing(member("a", bomb))))
    refused(file, tmp_path, "compressed")


def test_members_that_share_their_bytes_are_refused(tmp_path):
    """Two entries of the list of the archive over one body: the sum is more than the file."""
    body = b"x" * 10_000
    file = made(tmp_path, [("aa", body)], listing(member("aa", body), member("ab", body)))
    data = file.read_bytes()
    at = data.index(b"PK\x01\x02")
    length = data.index(b"PK\x01\x02", at + 4) - at
    twin = data[at : at + length].replace(b"aa", b"ab")
    end = data.index(b"PK\x05\x06")
    tail = bytearray(data[end:])
    tail[8:10] = tail[10:12] = (3).to_bytes(2, "little")
    size = int.from_bytes(tail[12:16], "little") + length
    tail[12:16] = size.to_bytes(4, "little")
    file.write_bytes(data[:at] + twin + data[at:end] + tail)
    refused(file, tmp_path, "larger than the file|damaged")


def test_a_changed_byte_is_found(tmp_path):
    file = made(tmp_path, [("a", b"as it was")], listing(member("a", b"as it was")))
    file.write_bytes(file.read_bytes().replace(b"as it was", b"as it isn"))
    refused(file, tmp_path, "damaged|is not what")


def test_a_list_that_lies_about_a_hash_is_found(tmp_path):
    file = made(tmp_path, [("a", b"x")], listing(member("a", b"y")))
    refused(file, tmp_path, "is not what the list says")


@pytest.mark.parametrize("manifest", [None, listing(format="comity-backup/9")])
def test_another_form_is_named(tmp_path, manifest):
    refused(made(tmp_path, [], manifest), tmp_path, "no manifest.json|comity-backup/9")


def test_what_is_not_there_is_said(tmp_path):
    with pytest.raises(BadInput, match="there is no file"):
        archive.read(tmp_path / "none", tmp_path)


@example(body=b"x", cut=432, put=b"\x00\x00\x00\x01")  # its list begins before the file
@given(body=st.binary(max_size=400), cut=st.integers(0, 600), put=st.binary(max_size=8))
def test_no_damage_is_taken_for_a_backup(tmp_path_factory, body, cut, put):
    folder = tmp_path_factory.mktemp("a")
    file = made(folder, [("a", body)], listing(member("a", body)))
    data = file.read_bytes()
    damaged = data[:cut] + put + data[cut + len(put) :]
    file.write_bytes(damaged[: len(data)])
    into = folder / "into"
    into.mkdir()
    try:
        archive.read(file, into)
    except BadInput:
        return
    assert os.listdir(into) == ["a"]  # noqa: PTH208
    assert (into / "a").read_bytes() == body
