"""The property types that the structs share (STIX 2.1 §2 and §7.2).

``Identifier`` and the ``ref`` types check the form of an id; closed vocabularies are
``Literal``s at their property, open ones are plain strings.
"""

from typing import Annotated, Any, ClassVar, NoReturn, TypeAlias

from msgspec import Meta, Struct, field

from comity.stix.error import StixError

_HEX = "[0-9a-fA-F]"
# Every id is matched against it: possessive, because a fixed count has nothing to give back.
_UUID = f"{_HEX}{{8}}+-{_HEX}{{4}}+-{_HEX}{{4}}+-{_HEX}{{4}}+-{_HEX}{{12}}+"
MAX_INTEGER = 2**53 - 1

HEX_PATTERN = r"\A(?:[0-9a-fA-F]{2})+\Z"
KEY_PATTERN = r"\A[a-zA-Z0-9_-]{1,250}\Z"
SELECTOR_PATTERN = r"\A[a-z0-9_-]{1,250}(?:\.(?:\[[0-9]+\]|[a-zA-Z0-9_-]{1,250}))*\Z"
TYPE_PATTERN = r"\A[a-z][a-z0-9-]{2,249}\Z"
# Lazy, because the first "--" is nearly always the one before the UUID.
_TYPE_OF_ID = "[a-z][a-z0-9-]{1,249}?"
ID_PATTERN = rf"\A{_TYPE_OF_ID}--{_UUID}\Z"


def ref(*types: str) -> Meta:
    """The form of an id whose type is one of ``types``."""
    return Meta(pattern=rf"\A(?:{'|'.join(types)})--{_UUID}\Z")


def ref_except(*types: str) -> Meta:
    """The form of an id whose type is none of ``types``."""
    return Meta(pattern=rf"\A(?!(?:{'|'.join(types)})--){_TYPE_OF_ID}--{_UUID}\Z")


# What the standard leaves to extensions stays as parsed: the raw bytes are the truth.
Opaque: TypeAlias = dict[str, Any]

# Pairs of property names, for the rules between them.
Pairs: TypeAlias = tuple[tuple[str, str], ...]

TypeName = Annotated[str, Meta(pattern=TYPE_PATTERN)]
Identifier = Annotated[str, Meta(pattern=ID_PATTERN)]
IdentityRef = Annotated[str, ref("identity")]
Integer = Annotated[int, Meta(ge=-MAX_INTEGER, le=MAX_INTEGER)]
Count = Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
Percent = Annotated[int, Meta(ge=0, le=100)]
Hex = Annotated[str, Meta(pattern=HEX_PATTERN)]
Key = Annotated[str, Meta(pattern=KEY_PATTERN)]

NON_EMPTY = Meta(min_length=1)  # STIX 2.1 §2.3, §2.12: a dictionary or list is never empty
Strings = Annotated[tuple[str, ...], NON_EMPTY]
Identifiers = Annotated[tuple[Identifier, ...], NON_EMPTY]
MarkingRefs = Annotated[tuple[Annotated[str, ref("marking-definition")], ...], NON_EMPTY]
Hashes = Annotated[dict[Key, str], NON_EMPTY]
Extensions = Annotated[dict[str, Opaque], NON_EMPTY]
Dictionary = Annotated[Opaque, NON_EMPTY]


class Plain(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Any part of a STIX object. JSON holds no cycles, so the collector need not look."""


class Checked(Plain, frozen=True, kw_only=True):
    """A struct whose rules between properties are data; breaking one raises ``StixError``."""

    not_before: ClassVar[Pairs] = ()  # (later, earlier), equal instants allowed
    after: ClassVar[Pairs] = ()  # (later, earlier), equal instants refused
    one_of: ClassVar[tuple[tuple[str, ...], ...]] = ()
    not_both: ClassVar[Pairs] = ()
    needs: ClassVar[Pairs] = ()  # (property, what it requires)

    def __post_init__(self) -> None:
        # On the path of every object read: one instant twice, the usual case, is one ``Timestamp``.
        for later, earlier in self.not_before:
            end, start = getattr(self, later), getattr(self, earlier)
            if end is not start and end is not None and start is not None and end < start:
                self.refuse(later, f"must not be earlier than {earlier}")
        for later, earlier in self.after:
            end, start = getattr(self, later), getattr(self, earlier)
            if end is not None and start is not None and end <= start:
                self.refuse(later, f"must be later than {earlier}")
        for names in self.one_of:
            for name in names:
                if self.gives(name):
                    break
            else:
                self.refuse("", f"must have at least one of {', '.join(names)}")
        if self.not_both or self.needs:
            self._check_pairs()

    def _check_pairs(self) -> None:
        for name, other in self.not_both:
            if self.gives(name) and self.gives(other):
                self.refuse(name, f"must not stand beside {other}")
        for name, other in self.needs:
            if self.gives(name) and not self.gives(other):
                self.refuse(name, f"must not stand without {other}")

    def gives(self, name: str) -> bool:
        """Whether the property was given; false and zero are values too."""
        value = getattr(self, name)
        return value is not None and value not in ((), {})

    def refuse(self, path: str, rule: str) -> NoReturn:
        """Raise ``StixError`` for this struct."""
        raise StixError(getattr(self, "id", None), path, rule)


class ExternalReference(Checked, frozen=True, kw_only=True):
    """A pointer to content outside STIX (STIX 2.1 §2.5)."""

    source_name: str
    description: str | None = None
    url: str | None = None
    hashes: Hashes = field(default_factory=dict)
    external_id: str | None = None

    def __post_init__(self) -> None:
        # Written out, not as ``one_of``: this is the most frequent part of all.
        if self.url is None and self.external_id is None and self.description is None:
            self.refuse("", "must have at least one of description, url, external_id")


class KillChainPhase(Plain, frozen=True, kw_only=True):
    """A phase of a named kill chain (STIX 2.1 §2.11)."""

    kill_chain_name: str
    phase_name: str


class GranularMarking(Checked, frozen=True, kw_only=True):
    """A marking or a language for parts of an object (STIX 2.1 §7.2.3)."""

    one_of = (("marking_ref", "lang"),)
    not_both = (("marking_ref", "lang"),)

    selectors: Annotated[tuple[Annotated[str, Meta(pattern=SELECTOR_PATTERN)], ...], NON_EMPTY]
    marking_ref: Annotated[str, ref("marking-definition")] | None = None
    lang: str | None = None


KillChainPhases = Annotated[tuple[KillChainPhase, ...], NON_EMPTY]
ExternalReferences = Annotated[tuple[ExternalReference, ...], NON_EMPTY]
GranularMarkings = Annotated[tuple[GranularMarking, ...], NON_EMPTY]
