"""Which cosignatures are enough: a policy of the reader (C2SP tlog-policy, draft).

The file is the standard's own; a second implementation reads it too. Comity demands more of it: a
log is two ``log`` lines and a witness two ``witness`` lines, one for each key, and the two lines
of a witness are joined by a group that demands both::

    witness a-classical <vkey of type 0x04>
    witness a-quantum   <vkey of type 0x06>
    group   a all a-classical a-quantum
    group   enough 2 a b c
    quorum  enough
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from comity.errors import BadInput
from comity.record import checkpoint, cosignature, note
from comity.record.checkpoint import LogKeys
from comity.record.cosignature import WitnessKeys

MAX_POLICY: Final = 1 << 20
"""Bytes accepted in one policy."""
MAX_LINES: Final = 256
"""Lines that say something: 32 logs, 32 witnesses and 32 groups, as the standard recommends, are
192."""
MAX_DEPTH: Final = 32
"""Groups inside of groups."""
NONE: Final = "none"
"""The quorum of a policy that demands no witness."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_BLANK = re.compile(r"[ \t]+")
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")


@dataclass(frozen=True, slots=True)
class Group:
    """Witnesses and groups of which at least ``threshold`` must have cosigned."""

    name: str
    threshold: int
    members: tuple[Member, ...]


Member = WitnessKeys | Group


@dataclass(frozen=True, slots=True)
class Policy:
    """The logs that are trusted, and what must have cosigned; ``quorum`` None demands nothing.

    Every witness and group stands in the quorum at most once, so it is a tree.
    """

    logs: tuple[LogKeys, ...]
    quorum: Member | None

    @property
    def witnesses(self) -> tuple[WitnessKeys, ...]:
        """Return every witness that counts towards the quorum."""
        return tuple(_witnesses(self.quorum)) if self.quorum else ()

    def log(self, origin: str) -> LogKeys | None:
        """Return the pinned keys of a log, None where the policy does not know it."""
        return next((one for one in self.logs if one.origin == origin), None)

    def __str__(self) -> str:
        """Return the policy as a file."""
        lines = [f"log {vkey}" for one in self.logs for vkey in one.vkeys]
        lines += _lines(self.quorum) if self.quorum else []
        name = NONE if self.quorum is None else self.quorum.name
        return "\n".join((*lines, f"quorum {name}", ""))


def k_of_n(logs: Sequence[LogKeys], witnesses: Sequence[WitnessKeys], k: int) -> Policy:
    """Return the policy that demands ``k`` of the witnesses, none where ``k`` is 0."""
    cosignature.check_distinct(witnesses)
    if not 0 <= k <= len(witnesses):
        raise BadInput(f"{k} of {len(witnesses)} witnesses can never cosign.")
    return Policy(tuple(logs), Group("quorum", k, tuple(witnesses)) if k else None)


def satisfied(
    policy: Policy, cosigned: Collection[WitnessKeys], own: Collection[WitnessKeys] = ()
) -> bool:
    """Say whether the witnesses that cosigned a checkpoint are enough.

    ``own`` are witnesses of whoever runs the log: they never count.
    """
    return policy.quorum is None or _met(policy.quorum, set(cosigned) - set(own))


def weak(policy: Policy, own: Collection[WitnessKeys] = ()) -> tuple[str, ...]:
    """Return a sentence for each reason why the policy is weak; none where it is strong.

    Strong means: of n witnesses f = (n - 1) // 3 may be hostile, f is at least 1, and any two
    quorums have more than f witnesses in common, so that an honest one would have to cosign two
    histories. For k of n that is k > (n + f) / 2.
    """
    if policy.quorum is None:
        return ("The policy demands no witness.",)
    count = len(set(policy.witnesses) - set(own))
    common = _common(policy.quorum, set(own))
    if common is None:
        return ("The quorum can never be met, since the log's own witness does not count.",)
    found = []
    if count < 4:
        found.append(
            f"The policy counts {count} of at least four witnesses: none of them may be hostile."
        )
    hostile = (count - 1) // 3
    if common <= hostile:
        found.append(
            f"Two quorums may have as few as {common} of {count} witnesses in common, and "
            f"{hostile} of them may be hostile: a log could show two histories."
        )
    return tuple(found)


def parse(data: bytes) -> Policy:
    """Return the policy in a file; raise BadInput with one sentence for each way it is wrong."""
    if len(data) > MAX_POLICY:
        raise BadInput(f"The policy is longer than {MAX_POLICY} bytes.")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise BadInput("The policy is not UTF-8 text.") from None
    if _CONTROL.search(text):
        raise BadInput("The policy contains a control character.")
    reader = _Reader()
    count = 0
    for line in text.split("\n"):
        words = _BLANK.split(line.strip(" \t"))
        if words[0].startswith("#") or words == [""]:
            continue
        count += 1
        if count > MAX_LINES:
            raise BadInput(f"The policy has more than {MAX_LINES} lines.")
        reader.line(words)
    return reader.policy()


@dataclass
class _Reader:
    """What the lines so far have defined."""

    logs: list[note.VerifierKey] = field(default_factory=list)
    defined: dict[str, note.VerifierKey | Member] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    public: set[bytes] = field(default_factory=set)
    quorum: Member | None = None
    decided: bool = False

    def line(self, words: list[str]) -> None:
        match words:
            case ["log", vkey] | ["log", vkey, _]:
                self.logs.append(self._key(vkey, "log", (note.ED25519, checkpoint.ML_DSA_44)))
            case ["witness", name, vkey] | ["witness", name, vkey, _]:
                types = (cosignature.ED25519_COSIGNATURE, checkpoint.ML_DSA_44)
                self._define(name, self._key(vkey, "witness", types))
            case ["group", name, threshold, *members] if members:
                self._define(name, self._group(name, threshold, members))
            case ["quorum", name]:
                if self.decided:
                    raise BadInput("The policy has more than one quorum line.")
                self.decided = True
                if name != NONE:
                    self.quorum = self._member(name)
            case _:
                raise BadInput(f"A line of the policy says nothing that is known: “{words[0]} …”.")

    def policy(self) -> Policy:
        if not self.decided:
            raise BadInput("The policy has no quorum line.")
        by_origin: dict[str, list[str]] = {}
        for key in self.logs:
            by_origin.setdefault(key.name, []).append(str(key))
        logs = tuple(checkpoint.parse_log_keys(tuple(vkeys)) for vkeys in by_origin.values())
        policy = Policy(logs, self.quorum)
        cosignature.check_distinct(policy.witnesses)
        return policy

    def _key(self, vkey: str, what: str, types: tuple[int, int]) -> note.VerifierKey:
        key = note.parse_vkey(vkey)
        if key.type not in types:
            raise BadInput(f"A key of type 0x{key.type:02x} is no key of a {what}: {key.name}.")
        if key.public_key in self.public:
            raise BadInput(f"One key stands in the policy twice, the second time as {key.name}.")
        self.public.add(key.public_key)
        return key

    def _define(self, name: str, value: note.VerifierKey | Member) -> None:
        if name == NONE or name in self.defined:
            raise BadInput(f"The policy defines the name {name} twice.")
        self.defined[name] = value

    def _group(self, name: str, threshold: str, names: list[str]) -> Member:
        match threshold:
            case "all":
                k = len(names)
            case "any":
                k = 1
            case _:
                k = int(threshold) if _NUMBER.fullmatch(threshold) else 0
        if not 1 <= k <= len(names):
            raise BadInput(f"The group {name} demands {threshold} of {len(names)} members.")
        values = [self._take(one) for one in names]
        keys = tuple(one for one in values if isinstance(one, note.VerifierKey))
        if keys:
            if len(keys) == len(values) == k == 2:
                return cosignature.parse_witness_keys(tuple(map(str, keys)))
            raise _alone(keys[0])
        members = tuple(one for one in values if not isinstance(one, note.VerifierKey))
        group = Group(name, k, members)
        if _depth(group) > MAX_DEPTH:
            raise BadInput(f"The groups of the policy nest more than {MAX_DEPTH} deep.")
        return group

    def _member(self, name: str) -> Member:
        value = self._take(name)
        if isinstance(value, note.VerifierKey):
            raise _alone(value)
        return value

    def _take(self, name: str) -> note.VerifierKey | Member:
        value = self.defined.get(name)
        if value is None:
            raise BadInput(f"The policy uses the name {name} before a line defines it.")
        if name in self.used:
            raise BadInput(f"The policy counts {name} twice.")
        self.used.add(name)
        return value


def _alone(key: note.VerifierKey) -> BadInput:
    return BadInput(
        f"A witness counts by both of its keys: join those of {key.name} by a group that demands "
        "all of the two."
    )


def _depth(member: Member) -> int:
    if isinstance(member, WitnessKeys):
        return 0
    return 1 + max(_depth(child) for child in member.members)


def _witnesses(member: Member) -> list[WitnessKeys]:
    if isinstance(member, WitnessKeys):
        return [member]
    return [one for child in member.members for one in _witnesses(child)]


def _met(member: Member, cosigned: set[WitnessKeys]) -> bool:
    if isinstance(member, WitnessKeys):
        return member in cosigned
    return sum(_met(child, cosigned) for child in member.members) >= member.threshold


def _common(member: Member, own: set[WitnessKeys]) -> int | None:
    """Return how few witnesses two sets that meet ``member`` may share; None if none can meet it.

    Members share no witness, so two choices of k among n of them overlap in 2k - n at the least,
    and those may be the ones that share the fewest.
    """
    if isinstance(member, WitnessKeys):
        return None if member in own else 1
    each = [_common(child, own) for child in member.members]
    shared = sorted(one for one in each if one is not None)
    if len(shared) < member.threshold:
        return None
    return sum(shared[: max(0, 2 * member.threshold - len(shared))])


def _lines(member: Member) -> list[str]:
    if isinstance(member, WitnessKeys):
        classical, quantum = f"{member.name}/ed25519", f"{member.name}/ml-dsa-44"
        return [
            f"witness {classical} {member.ed25519}",
            f"witness {quantum} {member.ml_dsa_44}",
            f"group {member.name} all {classical} {quantum}",
        ]
    lines = [line for child in member.members for line in _lines(child)]
    names = " ".join(child.name for child in member.members)
    return [*lines, f"group {member.name} {member.threshold} {names}"]
