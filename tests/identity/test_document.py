"""A root document has one form; each way to leave it is refused with a sentence."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import BadInput
from comity.identity.document import MAX_ROOT, parse
from tests.identity.support import (
    DESK,
    ONLINE,
    edited,
    pair,
    root_1,
    version_1,
)


def _a_key(value: Any, keytype: str) -> Any:
    return next(key for key in value["signed"]["keys"].values() if key["keytype"] == keytype)


def _stranger(value: Any) -> None:
    value["signed"]["roles"]["root"]["keyids"][0] = "0" * 64


def _extra_root_key(value: Any) -> None:
    roles = value["signed"]["roles"]
    roles["root"]["keyids"] += roles["targets"]["keyids"]


def _other_id(value: Any) -> None:
    text = json.dumps(value)
    first = value["signed"]["roles"]["root"]["keyids"][0]
    value["signed"] = json.loads(text.replace(first, "0" * 64))["signed"]


def _spelled_otherwise(value: Any) -> None:
    key = _a_key(value, "ml-dsa")
    key["keyval"]["public"] = key["keyval"]["public"].rstrip("\n")


def _rsa(value: Any) -> None:
    _a_key(value, "ml-dsa")["keytype"] = "rsa"


def _no_key(value: Any) -> None:
    _a_key(value, "ml-dsa")["keyval"]["public"] = "no PEM"


def _odd_hex(value: Any) -> None:
    _a_key(value, "ed25519")["keyval"]["public"] = "xyz"


def _signature_twice(value: Any) -> None:
    value["signatures"].append(value["signatures"][0])


def _swapped(value: Any) -> None:
    value["signed"]["x-comity-holders"][0]["keyids"].reverse()


def _odd_holder(value: Any) -> None:
    value["signed"]["x-comity-holders"][0]["keyids"].pop()


def _online_threshold_one(value: Any) -> None:
    value["signed"]["roles"]["targets"]["threshold"] = 1


def _someone_signs_snapshots(value: Any) -> None:
    roles = value["signed"]["roles"]
    roles["snapshot"]["keyids"] = roles["targets"]["keyids"]


ONE_FORM = "not in the one form that Comity writes"
DEFECTS: list[tuple[Callable[[Any], Any], str]] = [
    (lambda v: v.pop("signatures"), "missing required field `signatures`"),
    (lambda v: v.update(more=1), "unknown field `more`"),
    (lambda v: v["signed"].update(more=1), "unknown field `more`"),
    (lambda v: v["signed"].update({"_type": "targets"}), "Invalid enum value 'targets'"),
    (lambda v: v["signed"].update(version=0), "`int` >= 1"),
    (lambda v: v["signed"].update(version=True), "Expected `int`, got `bool`"),
    (lambda v: v["signed"].update(version=1e3), "Expected `int`"),
    (lambda v: v["signed"].update(expires="2027-12-31"), "matching regex"),
    (lambda v: v["signed"].update(expires="2027-02-31T09:00:00Z"), "in no calendar"),
    (lambda v: v["signed"].update(spec_version="2.0.0"), ONE_FORM),
    (lambda v: v["signed"].update(consistent_snapshot=False), ONE_FORM),
    (lambda v: v["signed"]["roles"].pop("snapshot"), "missing required field `snapshot`"),
    (lambda v: v["signed"]["roles"]["root"].update(threshold=3), "keys of one kind would reach"),
    (lambda v: v["signed"]["x-comity-node"].update(kind="host"), "Invalid enum value 'host'"),
    (lambda v: v["signed"]["x-comity-node"].update(inbox="ftp://a"), "The inbox is not written"),
    (lambda v: v["signed"]["x-comity-holders"].clear(), "at least one holder"),
    (lambda v: v["signatures"][0].update(sig="xy"), "matching regex"),
    (lambda v: v["signatures"][0].update(sig="00" * 3310), "matching regex"),
    (_stranger, ONE_FORM),
    (_extra_root_key, ONE_FORM),
    (_other_id, ONE_FORM),
    (_spelled_otherwise, ONE_FORM),
    (_rsa, "Invalid enum value 'rsa'"),
    (_no_key, "neither an Ed25519 nor an ML-DSA-65 key"),
    (_odd_hex, "neither an Ed25519 nor an ML-DSA-65 key"),
    (_signature_twice, "two signatures by one key"),
    (_swapped, "The Ed25519 key of a pair has 32 bytes"),
    (_odd_holder, "names no whole pairs"),
    (_online_threshold_one, ONE_FORM),
    (_someone_signs_snapshots, ONE_FORM),
]


@pytest.mark.parametrize(("change", "sentence"), DEFECTS, ids=lambda v: getattr(v, "__name__", v))
def test_a_document_in_another_form_is_refused(change: Callable[[Any], Any], sentence: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse(edited(version_1(), change))
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b'{"signatures":[],"signatures":[],"signed":{}}', "each member stands once"),
        (b'{"signatures":[],"signed":{"a":"\\ud800"}}', "no JSON"),
        (b"[]", "Expected `object`"),
        (b" " * (MAX_ROOT + 1), "longer than"),
    ],
    ids=["empty", "too deep", "a member twice", "half a surrogate", "a list", "too long"],
)
def test_what_is_no_document_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        parse(data)


def test_blanks_and_order_in_the_file_are_nothing() -> None:
    shuffled = json.dumps(json.loads(version_1()), indent=3, sort_keys=False).encode()
    assert parse(shuffled).root == root_1()


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(BadInput):
        parse(data)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_one_changed_byte_never_makes_another_valid_root(data: st.DataObject) -> None:
    whole = bytearray(version_1())
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] = data.draw(st.integers(0, 255))
    try:
        document = parse(bytes(whole))
    except BadInput:
        return
    enough = len(document.signed_by(root_1())) >= root_1().threshold
    assert document.root == root_1() or not enough


def test_a_key_that_is_used_twice_is_refused() -> None:
    root = root_1()
    twice = replace(root.holders[1], pairs=root.holders[0].pairs)
    with pytest.raises(BadInput, match="stands in the document twice"):
        replace(root, holders=(root.holders[0], twice, root.holders[2]))


def test_half_of_a_pair_that_is_used_twice_is_refused() -> None:
    root = root_1()
    half = replace(root.pairs[1], ed25519=root.pairs[0].ed25519)
    other = replace(root.holders[1], pairs=(half,))
    with pytest.raises(BadInput, match="stands in the document twice"):
        replace(root, holders=(root.holders[0], other, root.holders[2]))


@pytest.mark.parametrize("half", ["ed25519", "ml_dsa_65"])
def test_a_root_key_that_signs_dispatches_is_refused(half: str) -> None:
    mixed = replace(pair(ONLINE).public, **{half: getattr(pair(DESK).public, half)})
    with pytest.raises(BadInput, match="root keys are never online"):
        replace(root_1(), online=mixed)


def test_a_time_that_is_not_a_whole_second_in_utc_is_refused() -> None:
    root = root_1()
    elsewhere = root.expires.astimezone(timezone(timedelta(hours=1)))
    for expires in (elsewhere, root.expires.replace(microsecond=1, tzinfo=UTC)):
        with pytest.raises(BadInput, match="at a whole second, written in UTC"):
            replace(root, expires=expires)


@pytest.mark.parametrize("version", [0, 100_001])
def test_a_version_out_of_bounds_is_refused(version: int) -> None:
    with pytest.raises(BadInput, match="is 1 to 100000"):
        replace(root_1(), version=version)
