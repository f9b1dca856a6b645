"""OpenPGP: what GnuPG signed is valid, and only if it covers all that a reader sees."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pysequoia import SignatureMode, Tsk, sign

from comity.errors import BadInput
from comity.formats.sandbox import openpgp
from comity.formats.sandbox.question import KeyFacts, Question
from comity.formats.sender import SenderCheck, SenderKey
from tests.formats.sandbox import gnupg_samples as gnupg
from tests.formats.sandbox.gnupg_samples import PART

NOW = dt.datetime(2026, 11, 28, tzinfo=dt.UTC)
KEYS = (gnupg.CERTIFICATE, gnupg.ENDED, gnupg.REVOKED)
ANN = Tsk.generate("Ann <ann@example.org>")
ANN_CERT = str(ANN.extract_certificate())
TOP = b"To: desk@example.net\r\nSubject: Report\r\nMIME-Version: 1.0\r\n"


def mime(signature: str, *, sender: bytes = b"cert@example.org", text: bytes = PART,
         before: bytes = b"", between: bytes = b"", behind: bytes = b"") -> bytes:  # fmt: skip
    """A message of RFC 3156: a part, its signature, and what somebody put around them."""
    return (
        b"From: " + sender + b"\r\n" + TOP + b'Content-Type: multipart/signed; boundary="=_b";\r\n'
        b' protocol="application/pgp-signature"\r\n\r\n' + before + b"--=_b\r\n" + text
        + b"\r\n--=_b\r\n" + between + b"Content-Type: application/pgp-signature\r\n\r\n"
        + signature.replace("\n", "\r\n").encode() + b"\r\n--=_b--\r\n" + behind
    )  # fmt: skip


def plain(text: str, kind: str = "text/plain") -> bytes:
    return b"From: cert@example.org\r\n" + TOP + f"Content-Type: {kind}\r\n\r\n{text}".encode()


def check(mail: bytes, keys: tuple[str, ...] = KEYS, now: dt.datetime = NOW) -> SenderCheck:
    given_keys = tuple(SenderKey(f"{n}.asc", key.encode()) for n, key in enumerate(keys))
    (found,) = openpgp.check(Question(keys=given_keys, now=now), mail)
    return found


def test_what_gnupg_signed_is_valid_and_says_who_and_when() -> None:
    found = check(mime(gnupg.GOOD))
    assert (found.verdict, found.aligned) == ("valid", True)
    assert found.who == (
        "055E 4EDC 5E39 753A 72D1 5701 1600 D97C 84EE 9311 CERT of Example <cert@example.org>"
    )
    assert "made on 2024-03-01" in found.reason
    assert "subject and date are not signed" in found.reason


def test_a_file_saved_with_line_feeds_alone_is_read_as_it_was_sent() -> None:
    assert check(mime(gnupg.GOOD).replace(b"\r\n", b"\n")).verdict == "valid"


def test_what_the_library_signs_is_valid() -> None:
    made = sign(ANN.signer(), PART, mode=SignatureMode.DETACHED).decode()
    found = check(mime(made, sender=b"Ann <ann@example.org>"), (ANN_CERT,))
    assert (found.verdict, found.aligned) == ("valid", True)


def test_a_certificate_without_the_address_of_from_is_valid_for_somebody_else() -> None:
    found = check(mime(gnupg.GOOD, sender=b"minister@example.org"))
    assert (found.verdict, found.aligned) == ("valid", False)


def test_what_was_signed_before_a_certificate_ended_stays_valid() -> None:
    mail = mime(gnupg.BY_ENDED_IN_TIME, sender=b"cert@expired.example")
    assert check(mail).verdict == "valid"


DEFECTS = {
    "text_changed": (mime(gnupg.GOOD, text=PART.replace(b"7", b"8")), "not the one that was"),
    "signed_after_the_certificate_ended": (
        mime(gnupg.BY_ENDED_TOO_LATE), "after the certificate ended on 2024-06-01"
    ),
    "certificate_revoked": (mime(gnupg.BY_REVOKED), "has been revoked"),
    "signature_ended": (mime(gnupg.ENDS_SOON), "ended on 2024-03-06"),
    "signature_damaged": (mime(gnupg.GOOD[:120] + "\n-----END PGP SIGNATURE-----"), "is damaged"),
    "no_signature_in_it": (mime("hello"), "is damaged"),
    "second_from": (b"From: a@evil.example\r\n" + mime(gnupg.GOOD), "2 headers From"),
    "text_behind_a_return": (
        mime(gnupg.GOOD, before=b"x\r--=_b\rContent-Type: text/plain\r\rpay\r\n"), "line ends"
    ),
    "no_boundary": (mime(gnupg.GOOD).replace(b'boundary="=_b"', b"x=1"), "where its parts begin"),
    "cleartext_changed": (plain(gnupg.CLEARTEXT.replace("100.7", "100.8")), "not the one that was"),
}  # fmt: skip


@pytest.mark.parametrize(("mail", "reason"), DEFECTS.values(), ids=DEFECTS)
def test_a_signature_that_does_not_count_is_invalid_and_says_why(mail: bytes, reason: str) -> None:
    found = check(mail)
    assert found.verdict == "invalid"
    assert reason in found.reason


EXTRA = b"Content-Type: text/plain\r\n\r\nPay into another account.\r\n--=_b\r\n"
NESTED = mime(gnupg.GOOD).partition(b"MIME-Version: 1.0\r\n")[2]
WRAPPED = {
    "a_part_before_the_signed_one": mime(gnupg.GOOD, before=b"--=_b\r\n" + EXTRA[:-7]),
    "a_part_beside_the_signature": mime(gnupg.GOOD, between=EXTRA),
    "a_part_behind_the_end": mime(gnupg.GOOD, behind=b"--=_b\r\n" + EXTRA),
    "signed_message_inside_another": (
        b"From: cert@example.org\r\n" + TOP + b"Content-Type: multipart/mixed; boundary=o\r\n\r\n"
        b"--o\r\n\r\nPay into another account.\r\n--o\r\n" + NESTED + b"\r\n--o--\r\n"
    ),
    "signature_is_no_signature_part": mime(gnupg.GOOD).replace(
        b"Content-Type: application/pgp-signature", b"Content-Type: text/plain"
    ),
    "text_before_cleartext": plain("Pay into another account.\n" + gnupg.CLEARTEXT),
    "text_behind_cleartext": plain(gnupg.CLEARTEXT + "Pay into another account.\n"),
    "text_in_the_head_of_cleartext": plain(
        gnupg.CLEARTEXT.replace("Hash: SHA256", "Hash: SHA256\nPay: into another account")
    ),
    "words_as_a_hash_of_cleartext": plain(
        gnupg.CLEARTEXT.replace("Hash: SHA256", "Hash: SHA256. Pay: now!")
    ),
    "cleartext_twice": plain(gnupg.CLEARTEXT + gnupg.CLEARTEXT),
    "cleartext_as_markup": plain(gnupg.CLEARTEXT, "text/html"),
}


@pytest.mark.parametrize("mail", WRAPPED.values(), ids=WRAPPED)
def test_a_signature_over_a_part_says_nothing_of_the_message(mail: bytes) -> None:
    found = check(mail)
    assert found.verdict == "not checked"
    assert "covers only a part" in found.reason


def test_a_text_signed_from_first_line_to_last_is_valid_but_not_its_comment() -> None:
    found = check(plain(gnupg.CLEARTEXT))
    assert (found.verdict, found.aligned) == ("valid", True)
    assert "nor is the comment above the signature" in found.reason


def test_without_the_certificate_the_fingerprint_is_named() -> None:
    found = check(mime(gnupg.GOOD), ())
    assert (found.verdict, found.aligned) == ("no key", False)
    assert found.who == "055E 4EDC 5E39 753A 72D1 5701 1600 D97C 84EE 9311"


def test_a_key_file_that_is_none_does_not_stand_in_the_way_of_the_others() -> None:
    assert check(mime(gnupg.GOOD), ("nonsense", *KEYS)).verdict == "valid"


def armored(*signatures: str) -> str:
    """Several signatures in one armor, as people make who sign together."""
    from pysequoia import ArmorKind, Sig, armor  # noqa: PLC0415

    raw = b"".join(bytes(Sig.from_bytes(one.encode())) for one in signatures)
    return armor(raw, ArmorKind.Signature)


def test_each_of_several_signatures_has_its_own_result() -> None:
    other = sign(ANN.signer(), b"another text", mode=SignatureMode.DETACHED).decode()
    keys = tuple(SenderKey(f"{n}.asc", k.encode()) for n, k in enumerate((*KEYS, ANN_CERT)))
    mail = mime(armored(other, gnupg.GOOD, gnupg.ENDS_SOON))
    found = openpgp.check(Question(keys=keys, now=NOW), mail)
    assert [one.verdict for one in found] == ["invalid", "valid", "invalid"]


def test_of_very_many_signatures_ten_are_checked_and_the_rest_is_said() -> None:
    mail = mime(armored(*[gnupg.GOOD] * 200))
    keys = (SenderKey("a.asc", gnupg.CERTIFICATE.encode()),)
    found = openpgp.check(Question(keys=keys, now=NOW), mail)
    assert [one.verdict for one in found] == ["valid"] * 10 + ["not checked"]
    assert "190 signatures more" in found[-1].reason


@pytest.mark.parametrize(
    "mail",
    [
        plain("Nothing is signed here."),
        mime(gnupg.GOOD).replace(b"application/pgp-signature", b"application/pkcs7-signature"),
    ],
    ids=["no_signature", "smime"],
)
def test_a_mail_without_an_openpgp_signature_gives_no_result(mail: bytes) -> None:
    assert openpgp.check(Question(keys=(), now=NOW), mail) == ()


GOOD = mime(gnupg.GOOD)
TEXT_AT = GOOD.index(PART)


@settings(max_examples=150, deadline=None)
@given(st.integers(TEXT_AT, TEXT_AT + len(PART) - 1), st.integers(1, 255))
def test_no_byte_of_the_signed_part_can_be_flipped(at: int, flip: int) -> None:
    changed = bytearray(GOOD)
    changed[at] ^= flip
    assert check(bytes(changed)).verdict != "valid"


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_at_all_make_it_fall_over(junk: bytes) -> None:
    for mail in (
        b'Content-Type: multipart/signed; protocol="application/pgp-signature"; ' + junk,
        mime(gnupg.GOOD).replace(gnupg.GOOD[40:80].encode(), junk),
        plain(gnupg.CLEARTEXT) + junk.strip(),
    ):
        for one in openpgp.check(Question(keys=(SenderKey("k.asc", junk),), now=NOW), mail):
            assert one.verdict != "valid"


def look(key: str | bytes) -> KeyFacts:
    data = key.encode() if isinstance(key, str) else key
    return openpgp.look(Question(keys=(SenderKey("key.asc", data),), now=NOW))


def test_a_certificate_is_shown_with_what_people_compare() -> None:
    found = look(gnupg.CERTIFICATE)
    facts = dict(found.facts)
    assert facts["fingerprint"] == "055E 4EDC 5E39 753A 72D1 5701 1600 D97C 84EE 9311"
    assert facts["user id"] == "CERT of Example <cert@example.org>"
    assert facts["ends"] == "never"
    assert found.name == "055E4EDC5E39753A72D157011600D97C84EE9311.asc"
    assert found.warnings == ()


def test_a_certificate_that_is_no_text_is_kept_as_such() -> None:
    assert look(bytes(ANN.extract_certificate())).name.endswith(".pgp")


def test_a_certificate_that_ended_is_taken_with_a_warning() -> None:
    found = look(gnupg.ENDED)
    assert dict(found.facts)["ends"] == "2024-06-01"
    assert "only what was signed before" in found.warnings[0]


def test_a_certificate_without_an_address_is_taken_with_a_warning() -> None:
    found = look(str(Tsk.generate("Ann").extract_certificate()))
    assert "names no address" in found.warnings[0]


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        (gnupg.REVOKED, "was revoked by its owner"),
        (bytes(ANN), "holds a private key"),
        ("hello", "no OpenPGP certificate"),
        (gnupg.GOOD, "no OpenPGP certificate"),
        (bytes(ANN.extract_certificate()) * 2, "2 OpenPGP certificates"),
        (b"", "no OpenPGP certificate"),
    ],
    ids=["revoked", "private", "text", "signature", "two", "empty"],
)
def test_what_is_no_usable_certificate_is_refused_in_a_sentence(
    key: str | bytes, sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        look(key)


def test_a_certificate_is_taken_until_it_is_known_to_be_revoked() -> None:
    assert look(gnupg.BEFORE_REVOCATION).name == look_name(gnupg.BEFORE_REVOCATION)
    mail = mime(gnupg.BY_REVOKED, sender=b"cert@revoked.example")
    assert check(mail, (gnupg.BEFORE_REVOCATION,)).verdict == "valid"
    assert check(mail, (gnupg.REVOKED,)).verdict == "invalid"


def look_name(key: str) -> str:
    return dict(look(key).facts)["fingerprint"].replace(" ", "") + ".asc"
