"""The child processes that check signatures, really started."""

import datetime as dt
import sys

import pytest

from comity.errors import BadInput, Unavailable
from comity.formats.sandbox import process, senders
from comity.formats.sandbox.senders import check_sender, look_at_key
from comity.formats.sender import SenderKey
from tests.formats.sandbox import gnupg_samples as gnupg
from tests.formats.sandbox.dkim_samples import (
    MAIL,
    NOW,
    RFC_8463,
    RFC_8463_KEYS,
    record,
    rsa_key,
    rsa_record,
    signed,
    signed_by_dkimpy,
)
from tests.formats.sandbox.test_openpgp import mime

KEYS = (
    SenderKey("s1._domainkey.example.org.txt", record()),
    SenderKey("a.asc", gnupg.CERTIFICATE.encode()),
)


def verdicts(mail: bytes, keys: tuple[SenderKey, ...] = KEYS) -> list[tuple[str, str]]:
    return [(one.method, one.verdict) for one in check_sender(mail, NOW, keys)]


def test_published_and_made_signatures_are_valid() -> None:
    assert verdicts(RFC_8463, RFC_8463_KEYS) == [("dkim", "valid"), ("dkim", "valid")]
    assert verdicts(mime(gnupg.GOOD)) == [("openpgp", "valid")]


def test_a_mail_signed_in_both_ways_has_both_results() -> None:
    assert verdicts(signed(mime(gnupg.GOOD))) == [("dkim", "valid"), ("openpgp", "valid")]


def test_a_mail_without_signatures_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(senders, "_CHILDREN", {})
    assert check_sender(MAIL, NOW, KEYS) == ()


def test_the_signature_is_judged_as_at_the_time_that_is_given() -> None:
    mail = signed(tags=b"t=1700000000; x=1700000100; ")
    at = dt.datetime.fromtimestamp(1_700_000_050, dt.UTC)
    assert check_sender(mail, at, KEYS)[0].verdict == "valid"
    assert check_sender(mail, at + dt.timedelta(minutes=1), KEYS)[0].verdict == "invalid"


def test_a_body_of_twenty_megabytes_is_checked() -> None:
    key = rsa_key(2048)
    mail = MAIL + b"0123456789 abcdefghijklmnopqrstuvwxyz\r\n" * (20_000_000 // 39)
    keys = (SenderKey(KEYS[0].name, rsa_record(key.public_key())),)
    made = signed_by_dkimpy(key, mail)
    assert verdicts(made, keys) == [("dkim", "valid")]
    assert verdicts(made.replace(b"xyz", b"xyZ", 1), keys) == [("dkim", "invalid")]


SIGNATURE = signed().removesuffix(MAIL)
MARK = b"-----BEGIN PGP SIGNED MESSAGE-----"


@pytest.mark.parametrize(
    "mail",
    [
        SIGNATURE.replace(b"simple;", b"relaxed;") + MAIL + b" " * 20_000_000,
        SIGNATURE.replace(b"simple;", b"relaxed;") + MAIL + b" \t\r\n" * 5_000_000,
        SIGNATURE + MAIL + b"\r\n" * 10_000_000,
        SIGNATURE.replace(b" v=1", b"\r\n " * 300_000 + b" v=1") + MAIL,
        SIGNATURE.replace(b"; h=", b"; h=" + b"from:" * 150_000) + MAIL,
        SIGNATURE.replace(b"; h=", b";" * 900_000 + b" h=") + MAIL,
        SIGNATURE + b"a:\r\n" * 250_000 + MAIL,
        b"DKIM-Signature:\r\n" * 50_000 + MAIL,
    ],
    ids=["blanks", "blank_lines", "lines", "folds", "names", "tags", "fields", "signatures"],
)
def test_hostile_signed_mails_are_answered_within_the_limits(mail: bytes) -> None:
    found = check_sender(mail, NOW, KEYS)
    assert found
    assert not any("within the time" in one.reason for one in found)


@pytest.mark.parametrize(
    "mail",
    [
        mime(gnupg.GOOD, before=b"--=_b x\r\n" * 2_000_000),
        mime(gnupg.GOOD, before=b"--=_b\r\n" * 2_000_000),
        b"From: a@b.example\r\n\r\n" + (MARK + b"\n") * 400_000,
        b"From: a@b.example\r\n\r\n" + MARK + b"\n" + b"Hash: A\n" * 2_000_000,
        b"From: a@b.example\r\nContent-Type: multipart/signed; " + b"a=b;" * 200_000
        + b"\r\n\r\n" + MARK,
    ],
    ids=["no_boundaries", "boundaries", "begins", "hashes", "parameters"],
)  # fmt: skip
def test_hostile_openpgp_mails_are_answered_within_the_limits(mail: bytes) -> None:
    (found,) = check_sender(mail, NOW, KEYS)
    assert "within the time" not in found.reason


def test_a_mail_too_large_to_check_says_so() -> None:
    (found,) = check_sender(SIGNATURE + MAIL + b"x" * senders.MOST_BYTES, NOW, KEYS)
    assert found.verdict == "not checked"
    assert "32 MiB" in found.reason


def test_a_child_that_takes_too_long_is_ended_and_the_intake_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(process, "SECONDS", 0.2)
    slow = (sys.executable, "-c", "import time; time.sleep(60)")
    monkeypatch.setattr(senders, "_CHILDREN", {"dkim": slow})
    (found,) = check_sender(signed(), NOW, KEYS)
    assert found.verdict == "not checked"
    assert "within the time" in found.reason


def test_a_child_that_cannot_start_is_a_reason_and_no_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(senders, "_CHILDREN", dict.fromkeys(("dkim", "openpgp"), ("/nowhere/py",)))
    (found,) = check_sender(signed(), NOW, KEYS)
    assert found.verdict == "not checked"
    assert "No process could be started" in found.reason
    with pytest.raises(Unavailable, match="No process could be started"):
        look_at_key("a.asc", gnupg.CERTIFICATE.encode(), NOW)


def test_keys_of_both_kinds_are_looked_at() -> None:
    assert look_at_key(KEYS[0].name, KEYS[0].data, NOW).facts[0] == ("kind", "DKIM")
    assert look_at_key("a.asc", KEYS[1].data, NOW).facts[0] == ("kind", "OpenPGP")


@pytest.mark.parametrize("name", ["a.asc", "s1._domainkey.example.org.txt"])
def test_a_private_key_is_refused_before_anything_reads_it(name: str) -> None:
    with pytest.raises(BadInput, match="holds a private key"):
        look_at_key(name, b"-----BEGIN RSA PRIVATE KEY-----\n", NOW)


def test_what_is_no_key_is_refused_in_the_child_s_words() -> None:
    with pytest.raises(BadInput, match="no OpenPGP certificate"):
        look_at_key("report.pdf", b"%PDF-1.7", NOW)
