"""The shipped lists, compared with what their own library finds in them."""

import json

import pytest
from pymispwarninglists.api import WarningList as Peer

from comity.assess.benign_context import benign_context
from comity.assess.values import Value
from comity.errors import Unavailable
from comity.knowledge.load import warning_lists
from comity.knowledge.load.warning_lists import load, shipped
from comity.knowledge.warning_lists import ALL_KINDS, Kind

VALUES: tuple[tuple[Kind, str], ...] = (
    *(("address", text) for text in (
        "8.8.8.8", "1.1.1.1", "52.95.110.1", "13.107.6.152", "10.1.2.3", "185.199.108.153",
        "104.16.1.1", "45.125.12.147", "2606:4700::1111", "2001:4860:4860::8888", "fe80::1",
        "2001:db8::1", "203.0.113.5", "91.198.174.192",
    )),
    *(("domain", text) for text in (
        "google.com", "www.google.com", "bit.ly", "evil.dyndns.org", "example.com",
        "nosuch.invalid", "www.virustotal.com", "login.microsoftonline.com",
        "drive.google.com", "zip", "ac.uk",
    )),
    *(("hash", text) for text in (
        "d41d8cd98f00b204e9800998ecf8427e", "44d88612fea8a8f36de82e1278abb02f", "0" * 32,
    )),
    ("email", "soc@bank.example"),
    ("email", "x@mailinator.com"),
)  # fmt: skip


@pytest.fixture(scope="module")
def lists():
    return list(shipped())


def test_every_shipped_list_is_read_and_has_a_version_a_source_and_a_hash(lists):
    assert len(lists) > 100
    assert [one.name for one in lists if one.fault] == []
    assert all(one.version and len(one.sha256) == 64 for one in lists)
    assert {one.source.split(",")[0] for one in lists} == {"MISP warning lists (CC0 1.0)"}
    assert sum(bool(one.kinds) for one in lists) > 100


def test_the_same_is_found_as_by_the_library_of_the_lists(lists):
    """It compares every entry with every value; its filter of networks takes no more lists."""
    agreed = 0
    for one in lists:
        if one.match == "regex" or len(one.entries) > 5_000:
            continue
        peer = Peer(
            {"name": one.name, "version": "1", "description": "", "type": one.match,
             "list": list(one.entries)},
            slow_search=True,
        )  # fmt: skip
        bare = {entry.lstrip(".") for entry in one.entries} if one.match == "hostname" else set()
        for kind, text in VALUES:
            if kind in one.kinds and (one.match != "cidr" or kind == "address"):
                found = benign_context([Value(kind, text, ())], [one]).listed
                assert bool(found) == (text in peer or text in bare), (one.name, text)
                agreed += bool(found)
    assert agreed > 30


def test_lists_of_a_million_names_are_read_too(lists):
    assert max(len(one.entries) for one in lists) >= 1_000_000
    found = benign_context([Value("domain", "www.google.com", ())], lists)
    assert "Top 1,000,000 most-used sites from Tranco" in {one.list_name for one in found.listed}
    assert found.faults == ()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"{", "truncated"),
        (b'{"name": "x"}', "missing required field"),
        (b'{"name": "x", "list": [], "type": "oracle"}', "oracle"),
        (b'{"name": "x", "list": [1]}', "Expected `str`"),
        (b'{"name": "\xff", "list": []}', "utf"),
    ],
)
def test_a_broken_list_is_handed_out_with_its_fault(data, says):
    one = load("some-list", data, "here")
    assert one.name == "some-list"
    assert one.entries == ()
    assert says in str(one.fault)


def test_a_list_that_names_no_types_is_for_all_and_one_of_other_types_for_none():
    given = {"name": "x", "list": ["a"], "version": 3}
    assert load("x", json.dumps(given).encode(), "here").kinds == ALL_KINDS
    phone = {**given, "matching_attributes": ["phone-number"]}
    assert load("x", json.dumps(phone).encode(), "here").kinds == frozenset()


def test_nothing_is_read_before_the_first_list_is_asked_for(monkeypatch):
    monkeypatch.setattr(warning_lists, "_PACKAGE", "no_such_package")
    lists = shipped()
    with pytest.raises(Unavailable, match="not installed"):
        next(lists)
