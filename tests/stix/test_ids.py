import json
import uuid
import warnings
from typing import Any

import msgspec
import pytest
import stix2

from comity.errors import BadInput
from comity.stix.base import Sco
from comity.stix.decode import decode
from comity.stix.ids import computed_id, sco_id
from comity.stix.registry import SCO_TYPES
from tests.stix.samples import raw, sample

FIXED = sorted(SCO_TYPES - {"process"})


def _oracle(kind: str, **changes: Any) -> str:
    sent = {name: value for name, value in sample(kind, **changes).items() if name != "id"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return str(stix2.parse(json.dumps(sent), version="2.1").id)


def test_the_published_vector_holds() -> None:
    expected = "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"
    assert sco_id("ipv4-addr", {"value": "198.51.100.3"}) == expected


@pytest.mark.parametrize("kind", FIXED)
def test_ids_agree_with_stix2(kind: str) -> None:
    properties = sample(kind)
    assert sco_id(kind, properties) == _oracle(kind)
    value = decode(raw(kind)).value
    assert isinstance(value, Sco)
    assert computed_id(value) == _oracle(kind)


@pytest.mark.parametrize(
    "hashes",
    [
        {"SHA-512": "c" * 128, "SHA-256": "a" * 64},
        {"SHA-256": "a" * 64, "SHA-1": "d" * 40},
        {"SHA-1": "d" * 40, "MD5": "b" * 32},
        {"SHA3-256": "e" * 64},
    ],
)
def test_one_hash_is_chosen_as_stix2_does(hashes: dict[str, str]) -> None:
    assert sco_id("file", {"hashes": hashes}) == _oracle("file", name=..., hashes=hashes)


def test_only_the_first_hash_counts() -> None:
    both = sco_id("file", {"hashes": {"SHA-256": "a" * 64, "MD5": "b" * 32}})
    assert both == sco_id("file", {"hashes": {"MD5": "b" * 32}})


def test_case_is_not_folded() -> None:
    assert sco_id("domain-name", {"value": "Example.com"}) != sco_id(
        "domain-name", {"value": "example.com"}
    )


def test_other_properties_do_not_count() -> None:
    plain, more = sample("url"), sample("url", defanged=True, x_note="n")
    assert sco_id("url", plain) == sco_id("url", more)


def test_a_process_has_no_computed_id() -> None:
    with pytest.raises(BadInput, match="random UUID"):
        sco_id("process", sample("process"))


def test_only_observables_have_computed_ids() -> None:
    with pytest.raises(BadInput, match="no cyber-observable type"):
        sco_id("indicator", sample("indicator"))


def test_ids_are_version_5() -> None:
    value = decode(raw("mutex")).value
    assert isinstance(value, Sco)
    renamed = msgspec.structs.replace(value, id=computed_id(value))
    assert uuid.UUID(renamed.id.removeprefix("mutex--")).version == 5
