"""What the node knows and set up for itself: the values that decisions rest on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

import msgspec

from comity.errors import BadInput
from comity.gate.classification import Classification, Equivalence, Scheme, covers, rank
from comity.gate.marks import Marks, marking_marks, together, worded
from comity.gate.purpose import Purpose
from comity.stix.markings import Tlp, tlp_of
from comity.stix.meta import MarkingDefinition
from comity.stix.timestamp import Timestamp


class Own(msgspec.Struct, frozen=True):
    """The node's own organisation: its UUID and the ids of its STIX identities."""

    uuid: str
    identities: tuple[str, ...] = ()


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """The scope of an agreement; parties are UUIDs of organisations or codes of states.

    It holds from ``since`` up to and without ``until``.
    """

    id: str
    parties: tuple[str, ...]
    purposes: tuple[Purpose, ...]
    since: Timestamp | None = None
    until: Timestamp | None = None


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """An originator lets one object go to an audience: persons, organisations, groups, "public".

    ``originator`` is the id of its identity. It ends at ``until``.
    """

    originator: str
    object: str
    audience: tuple[str, ...]
    until: Timestamp | None = None


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What the node has recorded of one object; several terms of one object all bind.

    ``originator``: the identity that it came from, or the node's own for its own work.
    ``named``: persons and organisations that somebody named as recipients.
    ``groups``: it goes to members of at least one of them only.
    ``agreement``: the agreement under which it was received.
    """

    object: str
    originator: str | None = None
    named: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    agreement: str | None = None
    embargo_until: Timestamp | None = None
    expires: Timestamp | None = None


class Setting(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Everything beside the object, the recipients, the purpose and the time.

    ``default`` is the TLP level of what carries none; it is never CLEAR. ``communities`` are
    the node's own, ``connected`` those connected to them (MISP's distribution 1 and 2).
    ``markings`` are definitions that came with what was received: several of one id all bind.
    ``harmless`` are ids of markings that a person read and that limit nothing. ``addressees`` are
    the clearances of those of whom the node knows a name only.
    """

    default: Tlp = Tlp.RED
    own: Own | None = None
    communities: tuple[str, ...] = ()
    connected: tuple[str, ...] = ()
    markings: tuple[MarkingDefinition, ...] = ()
    harmless: tuple[str, ...] = ()
    schemes: tuple[Scheme, ...] = ()
    equivalences: tuple[Equivalence, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    consents: tuple[Consent, ...] = ()
    terms: tuple[Terms, ...] = ()
    addressees: Mapping[str, tuple[Classification, ...]] = {}

    def __post_init__(self) -> None:
        if self.default is Tlp.CLEAR:
            raise BadInput(
                "What carries no marking is not free for everybody; set the default to GREEN"
                " or stricter."
            )
        if len(self.by_scheme) < len(self.schemes):
            raise BadInput("Two schemes of classification have one name; give each its own.")
        for row in self.equivalences:
            for level in (row.of, row.protected_as):
                if rank(level, self.by_scheme) is None:
                    raise BadInput(
                        f"No scheme {level.scheme} with a level {level.level} is set up; correct"
                        " the equivalence."
                    )
        for name, levels in self.addressees.items():
            for level in levels:
                if rank(level, self.by_scheme) is None:
                    raise BadInput(
                        f"No scheme {level.scheme} with a level {level.level} is set up; correct"
                        f" the clearances of {name}."
                    )

    def said(self, refs: Iterable[str]) -> Marks:
        """What these markings say together; a published TLP id means what was published."""
        return together(self._one(ref) for ref in refs)

    def _one(self, ref: str) -> Marks:
        if (level := tlp_of(ref)) is not None:
            return Marks(levels=(level,))
        id_ = ref.lower()
        described = self._described.get(id_)
        if id_ in self._harmless:
            return msgspec.structs.replace(described or Marks(), unknown=())
        if described is None and id_ in self.words:
            return Marks(classified=(self.words[id_],))
        return Marks(unknown=(ref,)) if described is None else described

    def cleared(self, clearances: Iterable[Classification], needed: Classification) -> bool:
        """Whether somebody with these clearances may see what is classified so."""
        return covers(clearances, needed, self.by_scheme, self.equivalences)

    @cached_property
    def by_scheme(self) -> dict[str, Scheme]:
        """The schemes by name."""
        return {scheme.name: scheme for scheme in self.schemes}

    @cached_property
    def words(self) -> dict[str, Classification]:
        """Ids, statements and labels of all schemes, as they are compared.

        A level with its scheme behind it, as reasons and documents write it, is always one.
        """
        found = {
            worded(level.title): level
            for scheme in self.schemes
            for level in (Classification(scheme.name, name) for name in scheme.levels)
        }
        for scheme in self.schemes:
            for text, level in scheme.markings.items():
                found[worded(text)] = Classification(scheme.name, level)
        return found

    @cached_property
    def own_uuids(self) -> frozenset[str]:
        """The UUID of the own organisation, if there is one."""
        return frozenset() if self.own is None else frozenset((self.own.uuid.lower(),))

    @cached_property
    def own_identities(self) -> frozenset[str]:
        """The ids of the own identities."""
        return frozenset(map(str.lower, self.own.identities if self.own else ()))

    @cached_property
    def agreements_by_id(self) -> dict[str, list[Agreement]]:
        """Agreements by id: where one id was given twice, both bind."""
        found: dict[str, list[Agreement]] = {}
        for agreement in self.agreements:
            found.setdefault(agreement.id, []).append(agreement)
        return found

    @cached_property
    def terms_by_object(self) -> dict[str, list[Terms]]:
        """Terms by the id of their object."""
        found: dict[str, list[Terms]] = {}
        for terms in self.terms:
            found.setdefault(terms.object.lower(), []).append(terms)
        return found

    @cached_property
    def consents_by_object(self) -> dict[str, list[Consent]]:
        """Consents by the id of their object."""
        found: dict[str, list[Consent]] = {}
        for consent in self.consents:
            found.setdefault(consent.object.lower(), []).append(consent)
        return found

    @cached_property
    def _harmless(self) -> frozenset[str]:
        return frozenset(map(str.lower, self.harmless))

    @cached_property
    def _described(self) -> dict[str, Marks]:
        found: dict[str, list[Marks]] = {}
        for marking in self.markings:
            found.setdefault(marking.id.lower(), []).append(marking_marks(marking, self.words))
        return {id_: together(marks) for id_, marks in found.items()}
