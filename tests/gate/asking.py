"""A release that is asked for, as one value that tests draw and change."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import strategies as st

from comity.gate.decision import Decision
from comity.gate.purpose import Purpose
from comity.gate.recipient import Recipient, Recipients
from comity.gate.release import release
from comity.gate.setting import Consent, Setting, Terms
from comity.stix.markings import Tlp
from tests.gate.cast import (
    AFTER,
    ALPHA,
    ALPHA_ID,
    AT,
    BEFORE,
    BRAVO,
    CLIENT,
    MARKINGS,
    OWN_ID,
    RECIPIENTS,
    SETTING,
    thing,
)
from tests.stix.samples import UUID

OBJECT = f"campaign--{UUID}"
LEVELS = [level.label for level in Tlp]
LABELS = ["x", "tlp:green", "tlp:red", "PAP:AMBER", "orcon", "Secret", "pap = nonsense"]
PARTS = ["name", "description", "aliases.[0]", "aliases", "created_by_ref"]
_TEXTS = {"name": "Winter storm", "description": "TLP:GREEN\nAgainst ports", "objective": "none"}


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Names of markings, of parts with a marking each, and everything else that counts."""

    marks: tuple[str, ...]
    labels: tuple[str, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    maker: str | None = OWN_ID
    recipients: Recipients
    purpose: Purpose = "inform"
    terms: tuple[Terms, ...] = ()
    consents: tuple[Consent, ...] = ()
    default: Tlp = Tlp.RED
    by: str | None = None
    setting: Setting = SETTING

    def with_(self, **changes: Any) -> Asked:
        return msgspec.structs.replace(self, **changes)

    def answer(self) -> Decision:
        setting = msgspec.structs.replace(
            self.setting, default=self.default, terms=self.terms, consents=self.consents
        )
        more = {"labels": list(self.labels)} if self.labels else {}
        received = thing(
            *self.marks,
            kind="campaign",
            by=self.maker,
            parts=self.parts,
            aliases=["Storm", "Gale"],
            **_TEXTS,
            **more,
        )
        return release(received, self.recipients, self.purpose, AT, setting, by=self.by)


def mostly(usual: Any, others: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Four in five times the usual value: where all is drawn evenly, hardly anything leaves."""
    return st.integers(0, 4).flatmap(lambda drawn: others if drawn == 4 else st.just(usual))


audiences = st.lists(
    st.sampled_from([ALPHA, BRAVO, CLIENT, "anna", "officer", "csirts", "public"]), max_size=3
).map(tuple)
terms = st.builds(
    Terms,
    object=st.just(OBJECT),
    originator=mostly(None, st.sampled_from([OWN_ID, ALPHA_ID])),
    named=audiences,
    groups=mostly((), st.sampled_from([("csirts",), ("csirts", "neighbours")])),
    agreement=mostly(None, st.sampled_from(["mou", "lapsed", "other"])),
    embargo_until=mostly(None, st.sampled_from([BEFORE, AFTER])),
    expires=mostly(None, st.sampled_from([AFTER, BEFORE])),
)
consents = st.builds(
    Consent,
    originator=st.sampled_from([ALPHA_ID, OWN_ID, "unknown"]),
    object=st.just(OBJECT),
    audience=audiences,
    until=st.sampled_from([None, BEFORE, AFTER]),
)
recipients = mostly(
    (RECIPIENTS["alpha person"],),
    st.lists(st.sampled_from(list(RECIPIENTS.values())), min_size=1, max_size=2).map(tuple),
)
levels = st.sampled_from(LEVELS).map(lambda level: (level,))
others = st.lists(st.sampled_from(list(MARKINGS)), max_size=2).map(tuple)
marks = st.tuples(levels, mostly((), others)).map(lambda both: both[0] + both[1]) | others
part = st.tuples(st.sampled_from(PARTS), st.sampled_from(list(MARKINGS)))
purposes = mostly("inform", st.sampled_from(["mitigation", "publish", "evidence"]))
asked = st.builds(
    Asked,
    marks=marks,
    labels=mostly((), st.lists(st.sampled_from(LABELS), max_size=1).map(tuple)),
    parts=mostly((), st.lists(part, max_size=2).map(tuple)),
    maker=mostly(OWN_ID, st.just(ALPHA_ID)),
    recipients=recipients,
    purpose=purposes,
    terms=st.lists(terms, max_size=2).map(tuple),
    consents=st.lists(consents, max_size=2).map(tuple),
    default=st.sampled_from([Tlp.RED, Tlp.AMBER, Tlp.GREEN]),
    by=mostly("officer", st.none()),
)


def less(recipient: Recipient) -> list[Recipient]:
    """The same recipient with one thing less to its credit."""
    taken: list[dict[str, Any]] = [
        {"groups": ()},
        {"clearances": ()},
        {"need_to_know": False},
        {"client_of": ()},
        {"state": None},
    ]
    return [msgspec.structs.replace(recipient, **change) for change in taken]
