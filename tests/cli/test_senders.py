"""The keys of senders: added, listed, removed, and used when an e-mail comes in."""

import json
import stat
from pathlib import Path

import pytest

from tests.formats.sandbox import gnupg_samples as gnupg
from tests.formats.sandbox.dkim_samples import record, signed
from tests.formats.sandbox.test_openpgp import mime

NAME = "s1._domainkey.example.org.txt"
FINGERPRINT = "055E4EDC5E39753A72D157011600D97C84EE9311"


@pytest.fixture
def files(comity):
    (comity.folder / NAME).write_bytes(record())
    (comity.folder / "cert.asc").write_text(gnupg.CERTIFICATE)
    (comity.folder / "revoked.asc").write_text(gnupg.REVOKED)
    (comity.folder / "dkim.eml").write_bytes(signed())
    (comity.folder / "pgp.eml").write_bytes(mime(gnupg.GOOD))
    return comity.folder


def test_keys_are_added_listed_and_removed(comity, files):
    added = comity("senders", "add", "cert.asc")
    assert added.returncode == 0, added.stderr
    assert "055E 4EDC 5E39 753A 72D1 5701 1600 D97C 84EE 9311" in added.stdout
    assert comity("senders", "add", NAME).returncode == 0
    listed = json.loads(comity("senders", "list", "--json").stdout)
    assert [row["name"] for row in listed] == [f"{FINGERPRINT}.asc", NAME]
    asked = comity("senders", "remove", NAME, stdin="no\n")
    assert (asked.returncode, "Nothing was removed" in asked.stderr) == (1, True)
    assert comity("senders", "remove", NAME, stdin=f"remove {NAME}\n").returncode == 0
    assert comity("senders", "remove", f"{FINGERPRINT}.asc", "--yes").returncode == 0
    assert comity("senders", "list", "--json").stdout == "[]\n"


def test_keys_are_kept_where_only_their_owner_can_read(comity, files):
    comity("senders", "add", NAME)
    folder = comity.home / "senders"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / NAME).stat().st_mode) == 0o600


def test_a_revoked_certificate_and_a_name_that_is_none_are_refused(comity, files):
    done = comity("senders", "add", "revoked.asc")
    assert (done.returncode, "was revoked" in done.stderr) == (2, True)
    assert comity("senders", "add", "dkim.eml").returncode == 2
    assert comity("senders", "remove", "../cert.asc", "--yes").returncode == 2
    assert (files / "cert.asc").exists()
    assert not (comity.home / "senders").exists()


def test_a_key_that_others_could_have_put_there_is_not_used(comity, files):
    comity("senders", "add", NAME)
    (comity.home / "senders").chmod(0o777)
    done = comity("assess", "dkim.eml")
    assert done.returncode == 3
    assert "can be changed by others: chmod go-w" in done.stderr
    (files / "note.txt").write_text("Seen at 198.51.100[.]7 today")
    assert comity("assess", "note.txt").returncode == 0  # no e-mail, no key


def test_a_key_that_can_no_longer_be_used_is_listed_as_such(comity, files):
    comity("senders", "add", "cert.asc")
    (comity.home / "senders" / "old.asc").write_text(gnupg.REVOKED)
    (comity.home / "senders" / "old.asc").chmod(0o600)
    listed = comity("senders", "list")
    assert listed.returncode == 0
    assert "NOT used: The certificate D3D1" in listed.stdout


def test_who_signed_is_on_the_terminal_in_the_dossier_and_in_the_record(comity, files):
    comity("senders", "add", NAME)
    done = comity("assess", "dkim.eml", "pgp.eml", "--out", "out")
    assert done.returncode == 0, done.stderr
    shown = " ".join(done.stdout.split())
    assert "dkim.eml: DKIM signature valid for example.org (key given by the operator)" in shown
    assert "same domain as From" in shown
    assert "no such key is known here: add it with 'comity senders add'" in shown
    dossier = json.loads((files / "out" / "dossier.json").read_bytes())
    rows = [row["senders"][0] for row in dossier["inputs"]]
    assert [(row["method"], row["verdict"], row["aligned"]) for row in rows] == [
        ("dkim", "valid", True), ("openpgp", "no key", False)
    ]  # fmt: skip
    page = (files / "out" / "dossier.html").read_text("utf-8")
    assert "DKIM signature valid for example.org" in page
    assert "No signature stands in for the call-back" in page
    assert comity("record", "verify").returncode == 0


def test_a_valid_signature_is_no_call_back(comity, files):
    comity("senders", "add", NAME)
    with_key = json.loads(comity("assess", "dkim.eml", "--json").stdout)
    assert with_key["dossier"]["inputs"][0]["senders"][0]["verdict"] == "valid"
    drafts = {Path(file).stem for file in with_key["files"]["all"] if "/drafts/" in file}
    assert drafts == {"index", "sitrep", "lessons"}
