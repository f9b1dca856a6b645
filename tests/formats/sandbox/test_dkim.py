"""DKIM: valid is what two other implementations call so, and never what must not count."""

import base64

import dkim as dkimpy
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import BadInput
from comity.formats.sandbox import dkim
from comity.formats.sandbox.dkim_tags import read_record
from comity.formats.sandbox.question import Question
from comity.formats.sender import SenderCheck, SenderKey
from tests.formats.sandbox.dkim_samples import (
    HEADERS,
    MAIL,
    NOW,
    RFC_8463,
    RFC_8463_KEYS,
    question,
    record,
    rsa_key,
    rsa_record,
    signed,
    signed_by_dkimpy,
)

KEY = record()
GOOD = signed()


def checked(mail: bytes, key: bytes | None = KEY) -> SenderCheck:
    (found,) = dkim.check(question(key), mail)
    return found


def test_the_message_that_rfc_8463_publishes_is_valid_under_both_keys() -> None:
    found = dkim.check(Question(keys=RFC_8463_KEYS, now=NOW), RFC_8463)
    assert [(one.verdict, one.who, one.aligned) for one in found] == [
        ("valid", "football.example.com", True)
    ] * 2
    assert "weak (RSA, 1024 bits)" in found[1].reason
    assert "made on 2018-06-10" in found[0].reason


def test_the_published_message_changed_by_one_letter_is_valid_under_neither() -> None:
    changed = RFC_8463.replace(b"lost", b"last")
    found = dkim.check(Question(keys=RFC_8463_KEYS, now=NOW), changed)
    assert [one.verdict for one in found] == ["invalid", "invalid"]


def test_what_dkimpy_signs_is_valid() -> None:
    key = rsa_key(2048)
    found = checked(signed_by_dkimpy(key), rsa_record(key.public_key()))
    assert (found.verdict, found.who, found.aligned) == ("valid", "example.org", True)
    assert len(found.key) == 64


def test_a_file_saved_with_line_feeds_alone_is_read_as_it_was_sent() -> None:
    assert checked(GOOD.replace(b"\r\n", b"\n")).verdict == "valid"


DEFECTS = {
    "body_changed_by_one_byte": (GOOD.replace(b"100[.]7", b"100[.]8"), KEY, "The body is not"),
    "text_added_behind": (GOOD + b"Pay here.\r\n", KEY, "The body is not"),
    "subject_changed": (GOOD.replace(b"Report", b"Refund"), KEY, "headers are not those"),
    "wrong_key": (GOOD, record(Ed25519PrivateKey.generate()), "another key signed"),
    "second_from_above": (b"From: a@evil.example\r\n" + GOOD, KEY, "2 headers From"),
    "second_subject_above": (b"Subject: Pay\r\n" + GOOD, KEY, "2 headers Subject"),
    "second_from_behind_a_return": (b"X: a\rFrom: a@evil.example\r\n" + GOOD, KEY, "line ends"),
    "a_line_without_a_name": (GOOD.replace(b"To:", b"To"), KEY, "has no name"),
    "two_senders_in_from": (
        signed(MAIL.replace(b"From: ", b"From: a@evil.example, ")), KEY, "not hold one address"
    ),
    "no_from": (signed(MAIL.partition(b"\r\n")[2]), KEY, "no From header"),
    "from_not_signed": (signed(headers=b"to:subject"), KEY, "The From header is not signed"),
    "part_of_the_body": (signed(tags=b"l=10; "), KEY, "Only the first 10 bytes"),
    "ended": (signed(tags=b"t=1700000000; x=1700000100; "), KEY, "ended on 2023-11-14"),
    "ends_before_it_begins": (signed(tags=b"t=1700000100; x=1; "), KEY, "before it begins"),
    "speaks_for_another_domain": (signed(tags=b"i=a@evil.example; "), KEY, "outside its domain"),
    "below_a_key_that_forbids_it": (
        signed(tags=b"i=a@sub.example.org; "), record(tags=b"t=s; "), "(t=s)"
    ),
    "a_tag_twice": (signed(tags=b"d=evil.example; "), KEY, "says d= twice"),
    "sha1": (GOOD.replace(b"ed25519-sha256", b"rsa-sha1"), KEY, "still trusted"),
    "another_version": (GOOD.replace(b"v=1", b"v=2"), KEY, "version"),
    "an_unknown_way": (GOOD.replace(b"relaxed/simple", b"nofws/simple"), KEY, "(c=)"),
    "no_base64": (GOOD.replace(b"; bh=", b"; bh=*"), KEY, "no base64"),
    "time_is_no_number": (signed(tags=b"t=soon; "), KEY, "no number"),
    "time_beyond_the_calendar": (signed(tags=b"x=999999999999; "), KEY, "no number"),
    "nothing_in_it": (b"DKIM-Signature: \r\n" + MAIL, KEY, "does not say v="),
    "key_withdrawn": (GOOD, b"v=DKIM1; p=", "withdrawn"),
    "key_is_for_something_else": (GOOD, record(tags=b"s=tlsrpt; "), "not for e-mail"),
    "key_is_for_sha1": (GOOD, record(tags=b"h=sha1; "), "not for SHA-256"),
    "key_is_text": (GOOD, b"hello", "its tags are broken"),
    "key_of_another_kind": (GOOD, rsa_record(rsa_key(2048).public_key()), "another kind"),
}  # fmt: skip


@pytest.mark.parametrize(("mail", "key", "reason"), DEFECTS.values(), ids=DEFECTS)
def test_a_signature_that_does_not_count_is_invalid_and_says_why(
    mail: bytes, key: bytes, reason: str
) -> None:
    found = checked(mail, key)
    assert found.verdict == "invalid"
    assert reason in found.reason
    assert found.reason.endswith(".")


def test_without_the_key_the_domain_is_named_and_nothing_is_said_of_the_signature() -> None:
    found = checked(signed(MAIL.replace(b"100", b"101")), None)
    assert (found.verdict, found.who, found.key) == ("no key", "example.org", "")
    assert "s1._domainkey.example.org" in found.reason


def test_a_key_in_test_mode_counts_no_more_than_none() -> None:
    found = checked(GOOD, record(tags=b"t=y; "))
    assert found.verdict == "not checked"
    assert "tries DKIM out" in found.reason


@pytest.mark.parametrize(
    ("sender", "domain", "belongs"),
    [
        ("cert@example.org", "example.org", True),
        ("cert@team.example.org", "example.org", True),
        ("cert@example.org", "mail.example.org", False),
        ("cert@example.org", "evil.example", False),
        ("cert@badexample.org", "example.org", False),
        ("cert@example.org.evil.example", "example.org", False),
        ('"cert@example.org"@evil.example', "example.org", False),
    ],
)
def test_a_valid_signature_says_whether_the_sender_belongs_to_the_domain(
    sender: str, domain: str, *, belongs: bool
) -> None:
    mail = MAIL.replace(b"cert@example.org", sender.encode())
    (found,) = dkim.check(question(KEY, domain=domain), signed(mail, domain=domain.encode()))
    assert (found.verdict, found.aligned) == ("valid", belongs)


def test_headers_that_are_not_signed_are_named() -> None:
    found = checked(signed(headers=b"from:to"))
    assert "not the headers Subject, Date, Content-Type." in found.reason


def test_of_very_many_signatures_ten_are_checked_and_the_rest_is_said() -> None:
    header = GOOD.removesuffix(MAIL)
    found = dkim.check(question(KEY), header * 2_000 + MAIL)
    assert [one.verdict for one in found] == ["valid"] * 10 + ["not checked"]
    assert "1990 DKIM signatures more" in found[-1].reason


def test_a_mail_without_a_signature_gives_no_result() -> None:
    assert dkim.check(question(KEY), MAIL) == ()


@pytest.mark.parametrize("ways", [b"simple/simple", b"relaxed/relaxed", b"simple/relaxed"])
@pytest.mark.parametrize(
    "body",
    [b"", b"\r\n\r\n", b"no end", b"a \t b  \r\n c\r\n\r\n\r\n", b" \t\r\n", b"\xff\x00\r\n"],
)
def test_bodies_at_the_edges_are_read_as_the_other_implementation_reads_them(
    ways: bytes, body: bytes
) -> None:
    head = MAIL.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    assert checked(signed(head + body, ways=ways)).verdict == "valid"


def test_headers_folded_and_spaced_are_read_as_the_other_implementation_reads_them() -> None:
    mail = MAIL.replace(b"Subject: Report", b"SUBJECT:\t Report \t\r\n  of   Friday ")
    for ways in (b"simple/simple", b"relaxed/simple"):
        assert checked(signed(mail, ways=ways)).verdict == "valid"


SIMPLE = signed(ways=b"simple/simple")
BODY_AT = SIMPLE.index(b"\r\n\r\n") + 4


@settings(max_examples=400, deadline=None)
@given(st.integers(BODY_AT, len(SIMPLE) - 1), st.integers(1, 255))
def test_no_byte_of_a_signed_body_can_be_flipped(at: int, flip: int) -> None:
    changed = bytearray(SIMPLE)
    changed[at] ^= flip
    assert checked(bytes(changed)).verdict == "invalid"


def valid_for_dkimpy(mail: bytes) -> bool:
    try:
        return bool(dkimpy.verify(mail, dnsfunc=lambda *_, **__: KEY))
    except (dkimpy.DKIMException, IndexError, ValueError):
        return False


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.binary(max_size=3))
def test_nothing_is_valid_here_that_is_not_for_the_other_implementation(
    at: int, put: bytes
) -> None:
    changed = GOOD[:at] + put + GOOD[at + 1 :]
    if any(one.verdict == "valid" for one in dkim.check(question(KEY), changed)):
        assert valid_for_dkimpy(changed)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.binary(max_size=300))
def test_no_bytes_at_all_make_it_fall_over(mail: bytes, key: bytes) -> None:
    for one in dkim.check(question(key), b"DKIM-Signature: " + mail):
        assert one.verdict != "valid"
    assert checked(GOOD, key).verdict in ("invalid", "not checked")


def look(name: str, data: bytes) -> dict[str, str]:
    return dict(dkim.look(Question(keys=(SenderKey(name, data),), now=NOW)).facts)


NAME = "s1._domainkey.example.org.txt"


def test_a_key_is_shown_with_its_domain_its_kind_and_its_size() -> None:
    facts = look("S1._domainkey.Example.ORG.txt", rsa_record(rsa_key(2048).public_key()))
    assert facts["domain"] == "example.org"
    assert facts["selector"] == "s1"
    assert facts["key"] == "RSA, 2048 bits"
    assert look(NAME, KEY)["key"] == "Ed25519"


@pytest.mark.parametrize(
    "shown",
    [
        b'"%b" "%b"\n',
        b's1._domainkey.example.org. 3600 IN TXT ( "%b"\n "%b" )',
    ],
)
def test_a_record_as_tools_show_it_is_put_together(shown: bytes) -> None:
    made = rsa_record(rsa_key(2048).public_key())
    data = shown % (made[:200].replace(b";", b"\\;"), made[200:])
    assert look(NAME, data)["key"] == "RSA, 2048 bits"
    assert read_record(data) == read_record(made)


def test_a_weak_key_is_taken_with_a_warning() -> None:
    weak = rsa_record(rsa_key(1024).public_key())
    found = dkim.look(Question(keys=(SenderKey(NAME, weak),), now=NOW))
    assert found.warnings == ("The key is weak: RSA keys should have 2048 bits.",)


# A SubjectPublicKeyInfo (RFC 5280 §4.1) of RSA with a modulus of 512 bits, all of them set.
SHORT = base64.b64encode(
    bytes.fromhex("305c300d06092a864886f70d0101010500034b003048024100") + b"\xff" * 64
    + bytes.fromhex("0203010001")
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("key.txt", KEY, "no name of a DKIM key"),
        ("s1._domainkey.org.txt", KEY, "no name of a DKIM key"),
        (NAME, b"hello", "tags are broken"),
        (NAME, b"v=DKIM1; p=", "withdrawn"),
        (NAME, b"v=DKIM1; p=" + SHORT, "bits|shorter"),
        (NAME, b"v=DKIM1; k=ed25519; p=AAAA", "no Ed25519 key"),
        (NAME, b"v=DKIM1; k=dsa; p=AAAA", "is not known"),
        (NAME, KEY + b"\n" + KEY, "broken|twice|base64"),
    ],
    ids=["name", "one_label", "text", "withdrawn", "short", "wrong_size", "kind", "two_records"],
)
def test_what_is_no_usable_key_is_refused_in_a_sentence(
    name: str, data: bytes, sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        look(name, data)


def test_the_headers_of_the_samples_are_all_that_matter() -> None:
    """The good sample has to be good, or no test above would prove anything."""
    assert checked(GOOD).reason == "Body and headers are as signed."
    assert valid_for_dkimpy(GOOD)
    assert HEADERS.startswith(b"from")
