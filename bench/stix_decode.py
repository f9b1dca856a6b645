"""How fast STIX objects are read and checked, beside stix2 and a bare JSON parse.

The data is generated here, deterministically: a bundle of 10,000 objects (half indicators, the
rest relationships, malware, addresses, domains and files), about 800 bytes each. All three
parse the same object texts one by one, in the same process, with the collector in Python's
default state; stix2, being slow, gets a part of them. Each figure is the best of some rounds.

The goal: at least 20 times stix2 and at most 3 times slower than orjson, which checks
nothing and keeps the last of two equal keys.
"""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).parent.parent)  # else bench/http.py stands for Python's http

import argparse
import gc
import json
import time
import uuid
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import orjson
import stix2

from comity.formats import stix_bundle
from comity.formats.reading import Reading
from comity.stix.decode import decode

OBJECTS = 10_000
AT_LEAST_STIX2 = 20.0
AT_MOST_ORJSON = 3.0
_SPACE = uuid.UUID("2f6d9a50-5d0e-4c87-9a53-0f6a7f6b6c11")
_TIME = "2026-03-{day:02d}T08:{minute:02d}:00.000Z"
_WORDS = "observed beaconing from the finance segment to a relay that was rented last spring "


def generate(count: int) -> list[bytes]:
    """The object texts; the same for every run."""
    return [json.dumps(_object(index)).encode() for index in range(count)]


def _object(index: int) -> dict[str, Any]:
    kind = (
        "indicator", "relationship", "indicator", "malware", "indicator", "ipv4-addr",
        "indicator", "domain-name", "indicator", "file",
    )[index % 10]  # fmt: skip
    common: dict[str, Any] = {
        "type": kind,
        "spec_version": "2.1",
        "id": _id(kind, index),
        "object_marking_refs": ["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"],
    }
    if kind in ("ipv4-addr", "domain-name", "file"):
        return {**common, **_observable(kind, index)}
    return {
        **common,
        "created_by_ref": _id("identity", 0),
        "created": _TIME.format(day=index % 28 + 1, minute=index % 60),
        "modified": _TIME.format(day=index % 28 + 1, minute=index % 60),
        "labels": ["campaign-7", f"batch-{index % 97}"],
        "confidence": index % 101,
        "external_references": [
            {"source_name": "case", "external_id": f"C-{index}", "url": "https://example.org/c"}
        ],
        **_domain(kind, index),
    }


def _domain(kind: str, index: int) -> dict[str, Any]:
    text = f"Case {index}: " + _WORDS * 3
    if kind == "relationship":
        return {
            "relationship_type": "indicates",
            "source_ref": _id("indicator", index),
            "target_ref": _id("malware", index),
            "description": text,
        }
    if kind == "malware":
        return {"name": f"Family {index}", "is_family": True, "description": text}
    return {
        "name": f"Relay {index}",
        "description": text[:200],
        "indicator_types": ["malicious-activity"],
        "pattern": f"[ipv4-addr:value = '198.51.100.{index % 256}' AND url:value = 'u{index}']",
        "pattern_type": "stix",
        "valid_from": _TIME.format(day=index % 28 + 1, minute=index % 60),
        "kill_chain_phases": [{"kill_chain_name": "mitre-attack", "phase_name": "impact"}],
    }


def _observable(kind: str, index: int) -> dict[str, Any]:
    note = {"x_comment": f"Case {index}: " + _WORDS * 6}
    if kind == "file":
        digest = f"{index:064x}"
        return {"name": f"f{index}.exe", "hashes": {"SHA-256": digest}, "size": index, **note}
    value = f"198.51.{index % 256}.7" if kind == "ipv4-addr" else f"h{index}.example.org"
    return {"value": value, **note}


def _id(kind: str, index: int) -> str:
    return f"{kind}--{uuid.uuid5(_SPACE, f'{kind} {index}')}"


def _rate(parse: Callable[[bytes], object], texts: Sequence[bytes]) -> float:
    gc.collect()
    start = time.perf_counter()
    kept = [parse(text) for text in texts]
    taken = time.perf_counter() - start
    del kept
    return len(texts) / taken


def _parse_stix2(text: bytes) -> object:
    return stix2.parse(text, allow_custom=True)


def _read(bundle: bytes) -> Reading:
    return stix_bundle.read(bundle, source="0" * 64)


def measure(*, quick: bool) -> dict[str, float]:
    """Every figure in objects per second, ours and the peers' in turn."""
    texts = generate(OBJECTS)
    bundle = b'{"type":"bundle","id":"bundle--1","objects":[' + b",".join(texts) + b"]}"
    reading = _read(bundle)
    if len(reading.objects) != OBJECTS or reading.losses:
        raise SystemExit("The generated bundle is not read whole, so nothing was measured.")
    few = texts[:: 20 if quick else 5]
    best = dict.fromkeys(("ours", "orjson", "stix2", "whole_bundle"), 0.0)
    # In turn, so that what else the machine does falls on all of them.
    for _ in range(5 if quick else 15):
        found = {
            "ours": _rate(decode, texts),
            "orjson": _rate(orjson.loads, texts),
            "stix2": _rate(_parse_stix2, few),
            "whole_bundle": _rate(_read, [bundle]) * OBJECTS,
        }
        best = {name: max(best[name], found[name]) for name in best}
    return {**best, "bytes_each": len(bundle) / OBJECTS}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="under a minute")
    parser.add_argument("--json", action="store_true", help="one JSON object, nothing else")
    options = parser.parse_args()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = measure(quick=options.quick)
    over, under = found["ours"] / found["stix2"], found["orjson"] / found["ours"]
    met = over >= AT_LEAST_STIX2 and under <= AT_MOST_ORJSON
    goal = f"at least {AT_LEAST_STIX2:.0f}x stix2 and at most {AT_MOST_ORJSON:.0f}x below orjson"
    if options.json:
        result = {
            "name": "stix_decode",
            "unit": "objects/s",
            "ours": round(found["ours"]),
            "peers": {"stix2": round(found["stix2"])},
            "limit": {"orjson": round(found["orjson"])},
            "goal": goal,
            "met": met,
        }
        print(json.dumps(result))
        return
    print(f"{OBJECTS} generated objects, {found['bytes_each']:.0f} bytes each; objects per second")
    print(f"  ours, object by object   {found['ours']:>10,.0f}")
    print(f"  ours, whole bundle       {found['whole_bundle']:>10,.0f}")
    print(f"  stix2.parse              {found['stix2']:>10,.0f}   ours is {over:.0f}x")
    print(f"  orjson.loads, no checks  {found['orjson']:>10,.0f}   ours is {under:.1f}x below")
    print(f"goal: {goal}: {'met' if met else 'not met'}")


if __name__ == "__main__":
    main()
