"""No way round the gate: imports, edits, regroupings, quotations, copies and releases in any order.

The model knows one thing of each secret: who may see it. It is told when the secret comes in and
never asks the gate. What was delivered is searched for the secret, byte by byte.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from comity.gate.bundle import release_all
from comity.gate.sanitise import sanitise
from comity.gate.setting import Terms
from comity.stix.decode import Received, decode
from tests.gate.cast import (
    ALPHA,
    ALPHA_ID,
    AT,
    BRAVO,
    MARKINGS,
    OWN_ID,
    RECIPIENTS,
    SETTING,
    random_uuid,
    thing,
)

OWN_HOUSE = {"own", "own person"}
MEMBERS = {
    ALPHA: {"alpha", "alpha node", "alpha person", "cleared alpha"},
    BRAVO: {"bravo"},
    "anna": {"alpha person"},
}
NAMED = st.sets(st.sampled_from(sorted(MEMBERS)), max_size=2)
KINDS = st.sampled_from(["indicator", "domain-name", "campaign", "identity", "x-own-type"])
LIMIT = st.sampled_from(["TLP:AMBER+STRICT", "TLP:RED"])
MORE = st.sampled_from(sorted(set(MARKINGS) - {"undescribed"}))


def audience(limit: str, maker: str, named: Iterable[str]) -> set[str]:
    """Who may see it, said once more without the gate's words."""
    persons = {name for name in RECIPIENTS if RECIPIENTS[name].kind == "person"}
    if maker != OWN_ID:
        return set() if limit == "TLP:RED" else OWN_HOUSE
    if limit == "TLP:RED":
        return {who for name in named if name == "anna" for who in MEMBERS[name]} & persons
    return OWN_HOUSE.union(*(MEMBERS[name] for name in named))


class Node(RuleBasedStateMachine):
    """A node that holds everything, and recipients who keep every byte that they get."""

    secrets = Bundle("secrets")  # (object, what is secret in it)
    things = Bundle("things")

    def __init__(self) -> None:
        super().__init__()
        self.numbers = itertools.count()
        self.held: list[Received] = []
        self.terms: list[Terms] = []
        self.may_see: dict[str, set[str]] = {}
        self.delivered: list[tuple[str, bytes]] = []

    def fresh(self, kind: str) -> str:
        return f"{kind}--{random_uuid(f'machine {next(self.numbers)}')}"

    def keep(self, received: Received) -> Received:
        self.held.append(received)
        return received

    def secret(self, limit: str, maker: str, named: set[str], id_: str) -> str:
        word = f"zq{next(self.numbers)}.harbour.example"
        self.may_see[word] = audience(limit, maker, named)
        if limit == "TLP:RED":
            self.may_see[id_] = self.may_see[word]
        self.terms.append(Terms(object=id_, originator=maker, named=tuple(sorted(named))))
        return word

    @initialize(target=things)
    def something_free(self) -> Received:
        return self.keep(thing("TLP:CLEAR", kind="campaign", id=self.fresh("campaign")))

    @rule(
        target=secrets,
        kind=KINDS,
        limit=LIMIT,
        maker=st.sampled_from([OWN_ID, ALPHA_ID]),
        named=NAMED,
    )
    def import_secret(
        self, kind: str, limit: str, maker: str, named: set[str]
    ) -> tuple[Received, str]:
        id_ = self.fresh(kind)
        word = self.secret(limit, maker, named, id_)
        properties: dict[str, dict[str, Any]] = {
            "indicator": {"pattern": f"[domain-name:value = '{word}']"},
            "domain-name": {"value": word},
            "x-own-type": {"x_value": [word]},
        }
        own = properties.get(kind, {"name": word})
        sent = json.loads(thing(limit, kind="campaign", by=maker).raw)
        template = (
            sent if kind == "x-own-type" else json.loads(thing(limit, kind=kind, by=maker).raw)
        )
        template |= {"type": kind, "id": id_, **own}
        if kind == "domain-name":
            del template["created_by_ref"]
        return self.keep(decode(json.dumps(template).encode())), word

    @rule(
        target=secrets,
        limit=LIMIT,
        named=NAMED,
        selector=st.sampled_from(["description", "aliases.[1]", "x_more", "pattern"]),
    )
    def import_a_secret_part(
        self, limit: str, named: set[str], selector: str
    ) -> tuple[Received, str]:
        kind = "indicator" if selector == "pattern" else "campaign"
        id_ = self.fresh(kind)
        word = self.secret(limit, OWN_ID, named, id_)
        self.may_see.pop(id_, None)  # the object itself is free
        holding: dict[str, dict[str, Any]] = {
            "description": {"description": f"Against {word}."},
            "aliases.[1]": {"aliases": ["Gale", f"{word} gang"]},
            "x_more": {"x_more": {"deep": [word]}},
            "pattern": {"pattern": f"[domain-name:value = '{word}']"},
        }
        parts = {selector: limit}
        received = thing("TLP:CLEAR", kind=kind, id=id_, parts=parts, **holding[selector])
        return self.keep(received), word

    @rule(
        target=things,
        of=st.one_of(secrets.map(lambda one: one[0]), things),
        mark=MORE,
        label=st.sampled_from(["tlp:clear", "tlp:white", "harmless"]),
        text=st.sampled_from(["TLP:CLEAR\nSee above.", "For everybody."]),
    )
    def edit(self, of: Received, mark: str, label: str, text: str) -> Received:
        """A newer version with a marking, a label and, if it has no secret there, a text more."""
        sent = json.loads(of.raw)
        refs = sent.setdefault("object_marking_refs", [])
        refs.append(MARKINGS[mark].id)
        if sent["type"] in ("campaign", "indicator"):
            sent["labels"] = [*sent.get("labels", ()), label]
            sent.setdefault("description", text)
            sent["modified"] = f"2026-04-01T00:00:{next(self.numbers) % 60:02}.000Z"
        return self.keep(decode(json.dumps(sent).encode()))

    @rule(
        target=things,
        around=st.lists(st.one_of(secrets.map(lambda one: one[0]), things), min_size=1, max_size=3),
        kind=st.sampled_from(["report", "grouping", "note", "opinion"]),
    )
    def regroup(self, around: list[Received], kind: str) -> Received:
        refs = [str(one.value.id) for one in around]
        return self.keep(thing("TLP:CLEAR", kind=kind, id=self.fresh(kind), object_refs=refs))

    @rule(target=things, one=secrets, other=things)
    def relate(self, one: tuple[Received, str], other: Received) -> Received | None:
        ends: dict[str, Any] = {"source_ref": one[0].value.id, "target_ref": other.value.id}
        id_ = self.fresh("relationship")
        if str(other.value.id).startswith(("relationship", "language-content")):
            return self.keep(thing("TLP:CLEAR", kind="relationship", id=id_))
        return self.keep(thing("TLP:CLEAR", kind="relationship", id=id_, **ends))

    @rule(target=things, one=secrets, way=st.sampled_from(["as it is", "defanged", "loud", "id"]))
    def quote(self, one: tuple[Received, str], way: str) -> Received:
        """A note quotes an observable or a part; other prose is a matter of whoever writes it."""
        received, word = one
        quotable = received.value.granular_markings or received.value.type in (
            "indicator",
            "domain-name",
        )
        said = {
            "as it is": word,
            "defanged": word.replace(".", "[.]"),
            "loud": word.upper(),
            "id": str(received.value.id),
        }[way if quotable else "id"]
        return self.keep(
            thing(
                "TLP:CLEAR",
                kind="note",
                id=self.fresh("note"),
                content=f"About {said}, see above.",
                object_refs=[OWN_ID],
            )
        )

    @rule(target=things, one=secrets)
    def carry(self, one: tuple[Received, str]) -> Received:
        inside = json.loads(one[0].raw)
        return self.keep(
            thing(
                "TLP:CLEAR",
                kind="note",
                id=self.fresh("note"),
                x_carried={"objects": [inside]},
                object_refs=[OWN_ID],
            )
        )

    @rule(target=things, one=secrets)
    def translate(self, one: tuple[Received, str]) -> Received:
        received, word = one
        return self.keep(
            thing(
                "TLP:CLEAR",
                kind="language-content",
                id=self.fresh("language-content"),
                object_ref=received.value.id,
                contents={"de": {"name": f"Übersetzt {word}"}},
            )
        )

    @rule(
        target=things,
        to=st.sampled_from(sorted(RECIPIENTS)),
        chosen=st.sets(st.integers(0, 12), min_size=1),
        everything=st.booleans(),
        purpose=st.sampled_from(["inform", "publish"]),
    )
    def release(self, to: str, chosen: set[int], *, everything: bool, purpose: Any) -> Received:
        objects = [one for at, one in enumerate(self.held) if everything or at in chosen]
        setting = msgspec.structs.replace(SETTING, terms=tuple(self.terms))
        found = release_all(
            objects, (RECIPIENTS[to],), purpose, AT, setting, held=self.held, by="officer"
        )
        back = self.held[0]
        for one, decision in zip(objects, found.decisions, strict=True):
            if not decision.allowed:
                continue
            raw = one.raw
            if decision.redactions:
                raw = sanitise(one, decision.redactions, key=b"k" * 32, by=OWN_ID).raw
                back = self.keep(decode(raw))  # the copy is kept, and may go further
            self.delivered.append((to, raw))
        return back

    @invariant()
    def nobody_holds_what_is_not_for_them(self) -> None:
        for to, raw in self.delivered:
            text = raw.decode().casefold().replace("[.]", ".")
            for word, audience_of in self.may_see.items():
                assert word not in text or to in audience_of, (word, to, text)


TestNothingLeaks = Node.TestCase
TestNothingLeaks.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


def test_the_secrets_do_reach_those_whom_they_are_for():
    """Otherwise the machine above would prove a gate that is nailed shut."""
    node = Node()
    node.something_free()
    _, word = node.import_secret("indicator", "TLP:AMBER+STRICT", OWN_ID, {ALPHA})
    node.release("alpha", {0, 1}, everything=True, purpose="inform")
    assert any(word.encode() in raw for _, raw in node.delivered)
    node.nobody_holds_what_is_not_for_them()
