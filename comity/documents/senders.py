"""What checking a signature found, in words."""

from __future__ import annotations

from comity.documents.model import SenderRow
from comity.documents.plain import plain
from comity.formats.sender import SenderCheck
from comity.wording import Sentence, Translate, say

_LONGEST = 600  # characters: names in it come from the message
_NAMES = {"dkim": "DKIM", "openpgp": "OpenPGP"}


def sender_row(check: SenderCheck, tr: Translate) -> SenderRow:
    """One check with its verdict and reason as one text."""
    return SenderRow(
        method=check.method,
        verdict=check.verdict,
        who=plain(check.who, _LONGEST),
        aligned=check.aligned,
        says=plain(f"{_verdict(check).render(tr)} {tr(check.reason)}", _LONGEST),
    )


def _verdict(check: SenderCheck) -> Sentence:
    method = _NAMES[check.method]
    match check.verdict:
        case "valid" if not check.aligned:
            return say(
                "{method} signature valid for {who} (key given by the operator), to whom the From "
                "address does NOT belong: it does not show that the message is from that address.",
                method=method, who=check.who,
            )  # fmt: skip
        case "valid" if check.method == "dkim":
            return say(
                "DKIM signature valid for {who} (key given by the operator), same domain as From.",
                who=check.who,
            )
        case "valid":
            return say(
                "OpenPGP signature valid for {who} (certificate given by the operator), which names"
                " the From address.",
                who=check.who,
            )
        case "no key" if check.who:
            return say(
                "Claims a signature ({method}) of {who}; no such key is known here: add it with"
                " 'comity senders add'.",
                method=method, who=check.who,
            )  # fmt: skip
        case "no key" | "not checked":
            return say("{method} signature not checked.", method=method)
        case "invalid" if check.who:
            return say(
                "{method} signature NOT valid; it is said to be of {who}.",
                method=method, who=check.who,
            )  # fmt: skip
    return say("{method} signature NOT valid.", method=method)
