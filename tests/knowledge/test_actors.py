"""Actor knowledge out of the installed packages, and its derived copy."""

import json
import multiprocessing
import os
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from comity.errors import BadInput
from comity.knowledge.attack import read_bundle, together
from comity.knowledge.load.actors import (
    actors_of,
    operator_actors,
    operator_file,
    shipped_actors,
)
from comity.knowledge.load.derived import derived
from comity.knowledge.load.packs import shipped

KNOWLEDGE = shipped()


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "comity"


def test_the_packages_give_clusters_with_names_references_and_alleged_sponsors():
    actors = shipped_actors(KNOWLEDGE)
    assert len(actors.clusters) > 150
    known = actors.clusters["G0007"]
    assert "Fancy Bear" in known.aliases
    assert all(re.fullmatch(r"[TS]\d{4}(\.\d{3})?", feature) for feature in known.features)
    assert all(refs for refs in known.features.values())
    assert {a.state for a in known.alleged} == {"RUS"}
    assert all(a.by for c in actors.clusters.values() for a in c.alleged)
    assert actors.names["T1486"] == "Data Encrypted for Impact"
    assert actors.names["AML.T0051"] == "LLM Prompt Injection"
    assert {"APT28", "Lazarus Group"} <= actors.aliases


def test_a_name_that_two_publishers_use_for_different_clusters_joins_nothing():
    # MISP's entry IRIDIUM is another cluster than the one that ATT&CK gives this alias.
    sandworm = shipped_actors(KNOWLEDGE).clusters["G0034"]
    assert "IRIDIUM" in sandworm.aliases
    assert {alleged.state for alleged in sandworm.alleged} == {"RUS"}


def test_a_sponsor_is_always_a_state_of_the_packs():
    actors = shipped_actors(KNOWLEDGE)
    said = {a.state for c in actors.clusters.values() for a in c.alleged}
    assert said <= set(KNOWLEDGE.states)


def test_the_reports_on_a_campaign_are_told_apart_from_the_rest_of_a_profile():
    actors = shipped_actors(KNOWLEDGE)
    others = actors.without(["C0038"])
    lost = set(actors.clusters["G1001"].features) - set(others.clusters["G1001"].features)
    assert lost
    assert others.clusters["G0007"] == actors.clusters["G0007"]


def test_the_copy_is_made_once_for_its_owner_alone(cache):
    first = shipped_actors(KNOWLEDGE)
    (copy,) = cache.glob("actors-*.msgpack")
    made = copy.stat()
    assert shipped_actors(KNOWLEDGE) == first
    assert copy.stat() == made
    assert made.st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", [b"", b"x" * 100, None])
def test_a_damaged_copy_is_made_again(cache, damage):
    first = shipped_actors(KNOWLEDGE)
    (copy,) = cache.glob("actors-*.msgpack")
    whole = copy.read_bytes()
    copy.write_bytes(whole[:-1] if damage is None else damage)
    assert shipped_actors(KNOWLEDGE) == first
    assert copy.read_bytes()[32:] == whole[32:]


def test_where_no_copy_can_be_kept_the_knowledge_is_made_all_the_same(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    said: list[str] = []
    assert shipped_actors(KNOWLEDGE, tell=said.append).clusters
    assert "cannot be kept" in said[0]


def test_other_states_in_the_packs_make_another_copy(cache):
    shipped_actors(KNOWLEDGE)
    stamps = [
        msgspec.structs.replace(s, sha256="0" * 64) if s.name == "states" else s
        for s in KNOWLEDGE.stamps
    ]
    shipped_actors(msgspec.structs.replace(KNOWLEDGE, stamps=tuple(stamps)))
    assert len(list(cache.glob("actors-*.msgpack"))) == 2


def test_a_crash_while_writing_leaves_no_half_copy(cache, monkeypatch):
    def crash(fd: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(KeyboardInterrupt):
        shipped_actors(KNOWLEDGE)
    assert [path.suffix for path in cache.iterdir()] == [".lock"]


def _build_slowly(folder: str, built: str) -> None:
    os.environ["XDG_CACHE_HOME"] = folder

    def build() -> dict[str, int]:
        with Path(built).open("a") as file:
            file.write("built\n")
        return {"a": 1}

    assert derived("test", "0", dict[str, int], build, lambda _: None) == {"a": 1}


def test_of_several_processes_one_builds_and_the_others_wait(tmp_path):
    context = multiprocessing.get_context("spawn")
    built = tmp_path / "built"
    workers = [
        context.Process(target=_build_slowly, args=(str(tmp_path), str(built))) for _ in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0, 0]
    assert built.read_text() == "built\n"


GROUP: dict[str, Any]
TOOL: dict[str, Any]
HOW: dict[str, Any]
GROUP, TOOL, HOW = (
    {"type": kind, "id": f"{kind}--7b2a5ab5-7c0c-4b4a-9d4d-6f5e7f0e7a0{n}", "name": name,
     "external_references": [{"source_name": "mitre-attack", "external_id": ident}]}
    for n, (kind, name, ident) in enumerate((
        ("intrusion-set", "Made-up Group", "G9001"), ("malware", "Made-up Tool", "S9001"),
        ("attack-pattern", "Made-up Technique", "T9001"),
    ))
)  # fmt: skip
USES: dict[str, Any] = {
    "type": "relationship", "id": "relationship--7b2a5ab5-7c0c-4b4a-9d4d-6f5e7f0e7a09",
    "relationship_type": "uses", "source_ref": GROUP["id"], "target_ref": TOOL["id"],
    "description": "It was seen. (Citation: Somebody 2026)(Citation: Other 2026)",
}  # fmt: skip


def bundle(*objects: dict[str, Any]) -> bytes:
    """A made-up bundle in the shape of an official one."""
    return json.dumps({"type": "bundle", "id": "bundle--1", "objects": objects}).encode()


def test_an_official_bundle_gives_profiles_with_all_references():
    attack = read_bundle(bundle(GROUP, TOOL, USES), source="made up")
    actors = actors_of(attack, ["0" * 64], KNOWLEDGE)
    assert actors.clusters["G9001"].features == {"S9001": ("Other 2026", "Somebody 2026")}
    assert actors.names["S9001"] == "Made-up Tool"
    assert "Made-up Group" in actors.aliases
    assert "made up, version not stated" in actors.sources


def test_what_is_revoked_or_deprecated_is_left_out():
    gone = [{**TOOL, "revoked": True}, {**HOW, "x_mitre_deprecated": True}]
    attack = read_bundle(bundle(GROUP, *gone, USES), source="made up")
    assert set(attack.objects) == {GROUP["id"]}
    assert actors_of(attack, [], KNOWLEDGE).clusters["G9001"].features == {}


def test_several_bundles_are_read_as_one():
    attack = together(
        [read_bundle(bundle(GROUP, USES), source="a"), read_bundle(bundle(TOOL, HOW), source="b")]
    )
    assert set(actors_of(attack, [], KNOWLEDGE).clusters["G9001"].features) == {"S9001"}
    assert len(attack.sources) == 2


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[" * 10_000, b'{"type": "bundle", "objects": []}', bundle({"type": "identity"}),
     b'{"type": "bundle", "objects": [{"type": 3}]}', b"\xff"],
)  # fmt: skip
def test_any_other_file_gets_one_sentence(data):
    with pytest.raises(BadInput, match="made up"):
        read_bundle(data, source="made up")


def test_what_an_operator_took_stands_in_place_of_the_package_until_it_is_damaged(tmp_path):
    assert operator_actors(tmp_path) is None
    made = actors_of(read_bundle(bundle(GROUP, TOOL, USES), source="x"), [], KNOWLEDGE)
    file = operator_file(tmp_path)
    file.parent.mkdir()
    file.write_bytes(msgspec.json.encode(made))
    assert operator_actors(tmp_path) == made
    file.write_bytes(b"{")
    with pytest.raises(BadInput, match="update"):
        operator_actors(tmp_path)
