"""What a reader of prose or of a table found, before it becomes objects."""

from msgspec import Struct

from comity.formats.extract.found import Found
from comity.formats.extract.places import Places
from comity.formats.extract.scan import find
from comity.formats.extract.special import special_address, special_name
from comity.formats.misp.observables import OBSERVABLES, Observed
from comity.formats.produced import CANDIDATE_LABEL, DEFANGED_LABEL, SPECIAL_USE_LABEL
from comity.stix.timestamp import Timestamp
from comity.stix.types import ExternalReference

MOST_CONTEXTS = 3

# The attribute type of MISP by which an observable of each kind is made.
OBSERVED_AS = {
    "ipv4": "ip-dst", "ipv6": "ip-dst", "domain": "domain", "url": "url", "email": "email",
    "md5": "md5", "sha1": "sha1", "sha256": "sha256", "sha512": "sha512",
}  # fmt: skip


class Cited(Struct, frozen=True):
    """An entry of a public register: a CVE number or an ATT&CK id."""

    kind: str
    id: str


class Hit(Struct, frozen=True):
    """One value at one place, or at ``count`` places of which this is the first.

    ``context`` is what the file says around it; ``indicates`` is whether it is put forward
    as a sign of an attack, be it by the file or by us as a candidate. Where it is not, the
    context becomes a note.
    """

    subject: Observed | Cited
    position: str
    context: str | None = None
    indicates: bool = False
    labels: tuple[str, ...] = ()
    at: Timestamp | None = None
    references: tuple[ExternalReference, ...] = ()
    count: int = 1


class Passage(Struct, frozen=True):
    """A stretch of prose with the place it has in the file.

    ``before`` leads its positions (``page 3, ``); ``exact`` is false where markup was taken
    out, so that lines are still those of the file and characters are not.
    """

    text: str
    before: str = ""
    first_line: int = 1
    exact: bool = True


def hits_in(passage: Passage) -> list[Hit]:
    """Every value that stands in a passage, each once, in order of its first place."""
    places = Places(passage.text, first_line=passage.first_line)
    seen: dict[tuple[str, str], _Seen] = {}
    for found in find(passage.text):
        seen.setdefault((found.kind, found.value), _Seen(found)).add(found, places)
    return [_hit(one, places, passage) for one in seen.values()]


class _Seen:
    """One value with what is said around its first places, so that a long list stays small."""

    __slots__ = ("contexts", "count", "defanged", "first")

    def __init__(self, first: Found) -> None:
        self.first = first
        self.count = 0
        self.defanged = False
        self.contexts: list[str] = []

    def add(self, found: Found, places: Places) -> None:
        self.count += 1
        self.defanged = self.defanged or found.defanged
        if len(self.contexts) < MOST_CONTEXTS:
            observed = found.kind in OBSERVED_AS
            said = (
                places.line_text(found.start)
                if observed
                else places.sentence(found.start, found.end)
            )
            self.contexts.append(said)


def _hit(seen: _Seen, places: Places, passage: Passage) -> Hit:
    found = seen.first
    place = places.position(found.start, found.end) if passage.exact else places.line(found.start)
    position = passage.before + place
    context = " ".join(dict.fromkeys(seen.contexts))
    type_ = OBSERVED_AS.get(found.kind)
    if type_ is None:
        return Hit(Cited(found.kind, found.value), position, context, count=seen.count)
    observed = OBSERVABLES[type_](found.value)
    if found.kind == "email":  # as often that of the author or of a victim
        return Hit(observed, position, count=seen.count)
    defanged = (DEFANGED_LABEL,) if seen.defanged else ()
    special = (SPECIAL_USE_LABEL,) if special_use(found.kind, found.value) else ()
    labels = (CANDIDATE_LABEL, *defanged, *special)
    return Hit(observed, position, context, indicates=True, labels=labels, count=seen.count)


def special_use(kind: str, value: str) -> bool:
    """Whether a value is an address or a name that no public party holds."""
    if kind in ("ipv4", "ipv6"):
        return special_address(value)
    return kind == "domain" and special_name(value)
