import hashlib
from email.message import EmailMessage

import pytest

from comity.errors import BadInput
from comity.formats.detect import detect
from comity.formats.email_message import claimed_authentication
from tests.formats.prose_samples import objects, positions, reading


def mail(body: str = "Block hxxp://bad[.]example.net/x now.\n", **headers: str) -> EmailMessage:
    made = EmailMessage()
    named = {"From": "José <A@Evil.org>", "Subject": "Alert", "Message-ID": "<x@y.example>"}
    for name, value in {**named, "Date": "Tue, 11 Oct 2022 10:00:00 +0200", **headers}.items():
        if value:
            made[name.replace("_", "-")] = value
    made.set_content(body)
    return made


def test_an_e_mail_becomes_a_report_with_its_sender() -> None:
    got = reading(mail().as_bytes())
    (report,) = objects(got, "report")
    assert (report.name, report.published) == ("Alert", "2022-10-11T08:00:00Z")
    assert report.description == "Block hxxp://bad[.]example.net/x now."
    (sender,) = objects(got, "email-addr")
    assert (sender.value, sender.display_name) == ("A@evil.org", "José")
    (message,) = objects(got, "email-message")
    assert (message.from_ref, message.subject) == (sender.id, "Alert")
    assert (message.message_id, message.date) == ("<x@y.example>", "2022-10-11T08:00:00Z")
    assert positions(got, "url") == ["body, line 1, characters 7-32"]
    assert {sender.id, message.id} < set(report.object_refs)


def test_the_subject_is_searched_too() -> None:
    got = reading(mail(Subject="1.2.3[.]4 attacks").as_bytes())
    assert positions(got, "ipv4-addr") == ["subject, line 1, characters 1-9"]


@pytest.mark.parametrize(
    ("headers", "claims"),
    [
        ({}, ["none"]),
        ({"Authentication_Results": "mx; dkim=pass header.d=evil.org"}, ["claimed-dkim"]),
        ({"DKIM_Signature": "v=1; a=rsa-sha256"}, ["claimed-dkim"]),
        ({"Authentication_Results": "mx; dkim=fail"}, ["none"]),
    ],
)
def test_who_sent_it_is_a_claim_and_never_a_check(
    headers: dict[str, str], claims: list[str]
) -> None:
    (report,) = objects(reading(mail(**headers).as_bytes()), "report")
    assert report.labels == tuple(f"comity:sender-authentication={one}" for one in claims)
    claimed = claimed_authentication(reading(mail(**headers).as_bytes()))
    assert claimed == tuple(one for one in claims if one != "none")


def test_a_signature_around_the_message_is_a_claim() -> None:
    raw = (
        b"From: a@b.org\nSubject: x\nContent-Type: multipart/signed; boundary=b;"
        b' protocol="application/pgp-signature"\n\n--b\n\nevil[.]com\n--b\n'
        b"Content-Type: application/pgp-signature\n\nx\n--b--\n"
    )
    got = reading(raw)
    assert objects(got, "report")[0].labels[0].endswith("claimed-pgp")
    assert objects(got, "domain-name")[0].value == "evil.com"


def test_beside_plain_text_html_is_searched_for_hidden_links_alone() -> None:
    made = mail("See https://shown.example.net/ please.\n")
    made.add_alternative(
        '<a href="https://shown.example.net/">a</a> other.org'
        '<a href="https://hidden.example.net/">b</a>',
        subtype="html",
    )
    got = reading(made.as_bytes())
    assert [one.value for one in objects(got, "url")] == [
        "https://shown.example.net/", "https://hidden.example.net/"
    ]  # fmt: skip
    assert "other.org" not in [one.value for one in objects(got, "domain-name")]


def test_without_plain_text_the_html_is_read() -> None:
    made = mail()
    made.set_content("<p>evil[.]com</p>", subtype="html")
    assert objects(reading(made.as_bytes()), "domain-name")[0].value == "evil.com"


def test_an_attachment_is_listed_with_its_hash_and_not_opened() -> None:
    made = mail()
    made.add_attachment(b"%PDF-1", maintype="application", subtype="pdf", filename="inv.pdf")
    got = reading(made.as_bytes())
    (file,) = objects(got, "file")
    assert file.hashes == {"SHA-256": hashlib.sha256(b"%PDF-1").hexdigest()}
    assert (file.name, file.size, file.mime_type) == ("inv.pdf", 6, "application/pdf")
    (loss,) = got.losses
    assert str(loss) == (
        "The object at attachment 1 was not read: it is the attached file 'inv.pdf', which is"
        " not opened; hand it in by itself."
    )


def test_a_forwarded_message_is_an_attachment() -> None:
    made = mail()
    made.add_attachment(mail("inner.evil[.]com", Subject="Inner"))
    got = reading(made.as_bytes())
    assert objects(got, "file")[0].name == "Inner"
    assert len(got.losses) == 1


def test_unknown_letters_are_read_as_windows_and_said() -> None:
    raw = b"From: a@b.org\nSubject: x\nContent-Type: text/plain; charset=nonsense\n\ncaf\xe9"
    got = reading(raw)
    assert "Windows-1252" in got.notes[0]
    assert objects(got, "report")[0].description == "café"


def test_an_encrypted_message_is_refused_with_what_to_do() -> None:
    raw = b"From: a@b.org\nSubject: x\nContent-Type: multipart/encrypted; boundary=b\n\n--b--"
    with pytest.raises(BadInput, match="decrypt it"):
        reading(raw)


def test_a_message_without_sender_and_subject_is_still_read() -> None:
    got = reading(b"Received: by x\nDate: nonsense\n\nevil[.]com")
    assert objects(got, "report")[0].name == "An e-mail without a subject"
    assert objects(got, "email-message") == []
    assert "comity:undated" in objects(got, "report")[0].labels


def test_e_mail_is_known_by_its_headers() -> None:
    assert detect(b"From: a\r\nDate: b\r\n\r\nx") == "email"
    assert detect(b"Received: a;\n\tb\nFrom: c\n\nx") == "email"
    assert detect(b"From: the desk officer\n\nA note.") == "text"
    assert detect(b"Subject: a\nDate: b\n\nx") == "text"


def nested(levels: int, lines: int = 1) -> bytes:
    raw = b"From: a@b.org\nSubject: x\n"
    for level in range(levels):
        raw += b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (level, level)
    return raw + b"Content-Type: text/plain\n\nevil[.]com\n" + b"\n" * lines


def test_a_hundred_levels_of_parts_are_read() -> None:
    assert objects(reading(nested(100)), "domain-name")[0].value == "evil.com"


@pytest.mark.parametrize("raw", [nested(501), nested(100, 300_000)])
def test_parts_packed_into_each_other_without_measure_are_refused(raw: bytes) -> None:
    with pytest.raises(BadInput, match="save the message that matters alone"):
        reading(raw)


@pytest.mark.parametrize(
    "line",
    [b"From: " + b"(" * 1_000_000, b"From: " + b"a," * 500_000, b"Subject: " + b"=?utf-8?q?a?= "
     * 100_000, b"Content-Type: text/plain; " + b"a=b; " * 200_000, b"From: a\n" * 100_000,
     b"Date: " + b"1 " * 500_000, b"Message-ID: " + b"<" * 1_000_000],
)  # fmt: skip
def test_hostile_headers_cost_no_more_than_their_length(line: bytes) -> None:
    got = reading(b"Return-Path: x\nTo: y\n" + line + b"\n\nevil[.]com")
    assert objects(got, "domain-name")[-1].value == "evil.com"


@pytest.mark.parametrize(
    ("rest", "note"),
    [
        (b"\n", "has no text of its own"),
        (
            b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSeen\n",
            "something of it is missing",
        ),
        (b"Content-Type: multipart/mixed; boundary=b\n\nSeen\n", "something of it is missing"),
        (b"Content-Transfer-Encoding: base64\n\nU2Vl!!bg=\n", "what could be read of it was"),
    ],
    ids=["no_text", "cut_off", "no_part", "base64"],
)
def test_what_is_missing_of_a_broken_message_is_told(rest: bytes, note: str) -> None:
    got = reading(b"From: a@example.org\nSubject: x\n" + rest)
    assert any(note in said for said in got.notes)


def test_a_whole_message_has_nothing_to_tell() -> None:
    assert reading(mail().as_bytes()).notes == ()
