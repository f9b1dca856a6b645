"""Values on warning lists: found as the lists' types say, and never more than context."""

import ipaddress

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from comity.assess import benign_context as context
from comity.assess.benign_context import benign_context
from comity.assess.values import Value
from comity.knowledge.warning_lists import ALL_KINDS, WarningList


def a_list(match, *entries, kinds=ALL_KINDS, **changed):
    return WarningList(
        name=f"A list of {match}", version="7", match=match, kinds=frozenset(kinds),
        entries=entries, source="here", sha256="0" * 64, **changed,
    )  # fmt: skip


def value(kind, text):
    return Value(kind, text, ("report at line 1",))


def on(one, *values):
    found = benign_context([value(*pair) for pair in values], [one])
    return [(listed.value.text, listed.entry) for listed in found.listed]


def test_a_string_is_equal_or_not():
    one = a_list("string", "evil.example", "HTTPS://x")
    assert on(one, ("domain", "evil.example"), ("domain", "a.evil.example")) == [
        ("evil.example", "evil.example")
    ]


def test_a_host_name_stands_on_the_list_with_all_names_below_it():
    one = a_list("hostname", "google.com", ".dyn.example")
    assert on(
        one, ("domain", "www.google.com"), ("domain", "google.com"), ("domain", "notgoogle.com"),
        ("domain", "a.b.dyn.example"), ("url", "https://u:p@Docs.Google.com:443/evil.example"),
        ("url", "https://evil.example/google.com"),
    ) == [
        ("www.google.com", "google.com"),
        ("google.com", "google.com"),
        ("a.b.dyn.example", ".dyn.example"),
        ("https://u:p@Docs.Google.com:443/evil.example", "google.com"),
    ]  # fmt: skip


def test_an_address_stands_on_the_list_with_every_block_around_it():
    one = a_list("cidr", "198.51.100.7", "198.51.100.0/24", "2001:DB8:0:0::/64", "no block")
    assert on(
        one, ("address", "198.51.100.7"), ("address", "198.51.101.7"),
        ("address", "198.51.100.0/23"), ("address", "198.51.100.8/30"),
        ("address", "2001:db8::5"), ("address", "2001:db9::5"), ("url", "http://198.51.100.9/x"),
        ("url", "http://[2001:db8::6]:80/"), ("address", "none"),
    ) == [
        ("198.51.100.7", "198.51.100.0/24"),
        ("198.51.100.7", "198.51.100.7"),
        ("198.51.100.8/30", "198.51.100.0/24"),
        ("2001:db8::5", "2001:DB8:0:0::/64"),
        ("http://198.51.100.9/x", "198.51.100.0/24"),
        ("http://[2001:db8::6]:80/", "2001:DB8:0:0::/64"),
    ]  # fmt: skip


@given(st.ip_addresses(), st.integers(0, 128))
def test_a_block_holds_exactly_the_addresses_that_it_holds(address, length):
    block = ipaddress.ip_network(f"{address}/{min(length, address.max_prefixlen)}", strict=False)
    assert on(a_list("cidr", str(block)), ("address", str(address))) != []
    outside = block.broadcast_address
    if int(outside) < 2**address.max_prefixlen - 1 and block.prefixlen:
        assert on(a_list("cidr", str(block)), ("address", str(outside + 1))) == []


def test_a_part_of_a_text_is_enough_for_a_substring():
    one = a_list("substring", "mail.example", "", kinds=["email"])
    assert on(one, ("email", "a@mail.example.org"), ("domain", "mail.example")) == [
        ("a@mail.example.org", "mail.example")
    ]


def test_expressions_are_those_of_php_with_their_flags():
    one = a_list("regex", "/^(soc|ABUSE)@/i", "^noc@")
    assert on(one, ("email", "abuse@a.example"), ("email", "noc@a.example"), ("email", "x@y")) == [
        ("abuse@a.example", "/^(soc|ABUSE)@/i"),
        ("noc@a.example", "^noc@"),
    ]


def test_an_expression_that_is_broken_or_without_bound_is_named_and_not_used():
    one = a_list("regex", "(", "(a+)+$", "(?:x*y)*z", "a" * 301, "ok")
    found = benign_context([value("email", "ok@ok.example")], [one])
    assert [listed.entry for listed in found.listed] == ["ok"]
    assert [str(fault) for fault in found.faults] == [
        "4 expressions of the warning list A list of regex were not used."
    ]


def test_a_list_is_for_the_kinds_of_values_that_it_names():
    one = a_list("string", "evil.example", kinds=["email"])
    assert on(one, ("domain", "evil.example")) == []


def test_what_is_found_is_in_the_order_of_the_material_and_names_list_and_places():
    values = [value("domain", "b.example"), value("domain", "a.example")]
    lists = [a_list("string", "a.example"), a_list("hostname", "b.example", "a.example")]
    found = benign_context(values, lists)
    assert [(listed.value.text, listed.list_name) for listed in found.listed] == [
        ("b.example", "A list of hostname"),
        ("a.example", "A list of string"),
        ("a.example", "A list of hostname"),
    ]
    assert found.listed[0].value.places == ("report at line 1",)
    assert found.sha256 == benign_context(values, lists).sha256
    assert found.sha256 != benign_context(values, lists[:1]).sha256


def test_a_list_that_could_not_be_read_is_named():
    found = benign_context([value("domain", "a.example")], [a_list("string", fault="cut off")])
    assert str(found.faults[0]) == "The warning list A list of string was not used: cut off."


def test_without_values_no_list_is_asked_for():
    def lists():
        raise AssertionError
        yield

    assert benign_context([], lists()) == context.BenignContext()


def test_more_values_than_are_compared_are_said(monkeypatch):
    monkeypatch.setattr(context, "MOST_VALUES", 1)
    values = [value("domain", name) for name in ("a.example", "b.example")]
    found = benign_context(values, [a_list("string", "a.example", "b.example")])
    assert [listed.entry for listed in found.listed] == ["a.example"]
    assert str(found.faults[0]) == "1 values were not compared with the warning lists."


def test_a_name_longer_than_any_costs_no_more_than_others():
    long = "a." * 900 + "example"
    assert on(a_list("hostname", "example"), ("domain", long)) == []
    assert on(a_list("string", long), ("domain", long)) == [(long, long)]


def test_every_finding_is_a_value():
    found = benign_context([value("domain", "a.example")], [a_list("string", "a.example")])
    assert msgspec.json.decode(msgspec.json.encode(found), type=context.BenignContext) == found
