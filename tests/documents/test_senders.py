"""What checking a signature found, in words that nobody can take for more."""

import pytest

from comity.documents.senders import sender_row
from comity.formats.sender import Method, SenderCheck, Verdict


def says(
    method: Method, verdict: Verdict, who: str = "example.org", *, aligned: bool = True
) -> str:
    return sender_row(SenderCheck(method, verdict, who, aligned, "Because."), str).says


@pytest.mark.parametrize(
    ("method", "begins"),
    [
        ("dkim", "DKIM signature valid for example.org (key given by the operator), same domain"),
        ("openpgp", "OpenPGP signature valid for example.org (certificate given by the operator)"),
    ],
)
def test_a_valid_signature_names_who_signed_and_whence_the_key_came(
    method: Method, begins: str
) -> None:
    assert says(method, "valid").startswith(begins)
    assert says(method, "valid").endswith("Because.")


@pytest.mark.parametrize("method", ["dkim", "openpgp"])
def test_a_valid_signature_of_somebody_else_does_not_vouch_for_the_sender(method: Method) -> None:
    assert "does NOT belong" in says(method, "valid", aligned=False)


def test_an_unknown_key_is_no_fault_of_the_mail() -> None:
    assert "add it with 'comity senders add'" in says("dkim", "no key")
    assert "NOT valid" not in says("dkim", "no key")
    assert says("openpgp", "no key", "").startswith("OpenPGP signature not checked.")


def test_an_invalid_signature_says_so_whoever_it_claims() -> None:
    assert "NOT valid; it is said to be of example.org" in says("dkim", "invalid")
    assert says("dkim", "invalid", "").startswith("DKIM signature NOT valid. Because.")


def test_a_name_from_the_message_cannot_steer_the_page_or_fill_it() -> None:
    row = sender_row(SenderCheck("openpgp", "valid", "\x1b[2J\u202e" + "x" * 9_000, True, ""), str)
    assert "\x1b" not in row.says
    assert "\u202e" not in row.says
    assert len(row.says) < 1_000
    assert len(row.who) < 1_000
