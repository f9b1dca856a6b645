import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.formats.extract.scan import scan
from comity.formats.extract.special import special_address, special_name
from comity.formats.extract.whole import whole

SHA256 = "a1" * 32


def values(text: str) -> list[tuple[str, str]]:
    return [(found.kind, found.value) for found in scan(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("seen at 1.2.3[.]4.", [("ipv4", "1.2.3.4")]),
        ("seen at 1[.\n]2(.)3{.}4", [("ipv4", "1.2.3.4")]),
        ("evil[.]example", [("domain", "evil.example")]),
        ("evil[dot]com, evil (dot) com", [("domain", "evil.com")] * 2),
        ("evil[.com or evil.]com", [("domain", "evil.com")] * 2),
        ("me[at]evil[.]com", [("email", "me@evil.com")]),
        ("me (at) evil [dot] com", [("email", "me@evil.com")]),
        ("me[@]evil.com", [("email", "me@evil.com")]),
        ("2001[:]db8::1", [("ipv6", "2001:db8::1")]),
        ("hxxp://a[.]co/x", [("url", "http://a.co/x"), ("domain", "a.co")]),
        ("hXXps[:]//a.co", [("url", "https://a.co"), ("domain", "a.co")]),
        ("h**p[://]a.co", [("url", "http://a.co"), ("domain", "a.co")]),
        ("fxp://a.co", [("url", "ftp://a.co"), ("domain", "a.co")]),
        ("setup[.]py", [("domain", "setup.py")]),
    ],
)
def test_a_defanged_value_is_found_plain(text: str, expected: list[tuple[str, str]]) -> None:
    found = scan(text)
    assert [(one.kind, one.value) for one in found] == expected
    assert found[0].defanged


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MD5 " + "B" * 32, [("md5", "b" * 32)]),
        (f"{'c' * 40} {SHA256} {'d' * 128}", [
            ("sha1", "c" * 40), ("sha256", SHA256), ("sha512", "d" * 128)]),
        ("a" * 33, []),
        (f"{SHA256}.exe", [("sha256", SHA256)]),
        ("cve-2021-44228", [("cve", "CVE-2021-44228")]),
        ("CVE\u20112021\u201144228", [("cve", "CVE-2021-44228")]),
        ("T1059, T1059.001. TA0001", [
            ("technique", "T1059"), ("technique", "T1059.001"), ("tactic", "TA0001")]),
        ("S0154 and G0007", [("software", "S0154"), ("group", "G0007")]),
        ("campaign C0038, error 0xC0000005, C0038x", [("campaign", "C0038")]),
        ("AML.T0051, AML.T0051.000 of AML.TA0005; aml.t0051", [
            ("technique", "AML.T0051"), ("technique", "AML.T0051.000"), ("tactic", "AML.TA0005")]),
        ("TA505, T34, AT1059, T10590", []),
        ("Write to A.B@Evil.COM.", [("email", "A.B@evil.com")]),
        ("10.0.0.0/8 and 1.2.3.4/99", [("ipv4", "10.0.0.0/8"), ("ipv4", "1.2.3.4")]),
        ("2001:DB8::1. fe80::/10", [("ipv6", "2001:db8::1"), ("ipv6", "fe80::/10")]),
        ("攻击者使用evil.com进行", [("domain", "evil.com")]),
        ("bücher.de and xn--bcher-kva.de", [
            ("domain", "bücher.de"), ("domain", "xn--bcher-kva.de")]),
        ("EVIL.COM", [("domain", "evil.com")]),
        ("dns://a.example.net", [
            ("url", "dns://a.example.net"), ("domain", "a.example.net")]),
        ("http://[2001:db8::1]:80/x", [
            ("url", "http://[2001:db8::1]:80/x"), ("ipv6", "2001:db8::1")]),
        ("http://1.2.3.4:80", [("url", "http://1.2.3.4:80"), ("ipv4", "1.2.3.4")]),
        ("http://u:p@Host.com/A", [("url", "http://u:p@host.com/A"), ("domain", "host.com")]),
    ],
)  # fmt: skip
def test_a_bare_value_is_found_in_its_usual_form(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert values(text) == expected
    assert not any(found.defanged for found in scan(text))


@pytest.mark.parametrize(
    "text",
    [
        "version 1.2.3.4", "Version=4.0.0.0", "v10.0.1.2", "firmware: 1.2.3.4", "1.3.6.1.4.1",
        "01.02.03.04", "256.1.1.1",
        "report.py", "setup.zip", "payload.exe", "lib.so", "README.md", "invoice.docx", "run.sh",
        "System.Net", "ASP.NET", "the end.And then", "com.example.service", "os.system(x)",
        "/usr/bin/tool.info", "C:\\temp\\tool.info", "my_module.name",
        "12:30:45", "std::string", "fe::add", "00:11:22:33:44:55", "0:1:2:3:4:5:6:7",
        "a@b", "picture@2x.png", "@name", "a..b", "-.-", "http://localhost/x", "x@y@z",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_value_is_left_alone(text: str) -> None:
    assert values(text) == []


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("(see http://a.co/x).", "http://a.co/x"),
        ("http://a.co/x_(y)", "http://a.co/x_(y)"),
        ("http://a.co/x?q=1, then", "http://a.co/x?q=1"),
        ("++http://a.co/++ in AsciiDoc", "http://a.co/"),
        ("http://a.co/x[text]", "http://a.co/x"),
        ("<http://a.co/x>", "http://a.co/x"),
        ("“http://a.co/x”", "http://a.co/x"),
        ("http://a.co/?b=c==", "http://a.co/?b=c=="),
    ],
)
def test_a_url_ends_where_the_sentence_goes_on(text: str, url: str) -> None:
    assert values(text)[0] == ("url", url)


def test_what_a_url_cites_is_found_too() -> None:
    assert ("technique", "T1059.001") in values("https://attack.mitre.org/techniques/T1059/001/")
    assert ("sha256", SHA256) in values(f"https://scan.example.com/file/{SHA256}/analysis/")


def test_a_url_too_long_to_be_one_gives_its_host_alone() -> None:
    assert values("http://a.co/" + "x" * 5000) == [("domain", "a.co")]


def test_addresses_and_names_for_special_use_are_known() -> None:
    special = ["10.1.2.3", "192.0.2.1", "127.0.0.1", "10.0.0.0/8", "2001:db8::1", "fe80::1"]
    assert all(map(special_address, special))
    assert not any(map(special_address, ["8.8.8.8", "0.0.0.0/0", "2606:4700::1111"]))
    assert special_name("evil.example")
    assert special_name("example.com")
    assert not special_name("notexample.com")


def test_a_cell_is_a_value_as_a_whole_or_not_at_all() -> None:
    assert whole(" evil[.]zip ", "domain") == "evil.zip"
    assert whole("report.py", "domain") == "report.py"
    assert whole("1.2.3.4", "ipv4") == "1.2.3.4"
    assert whole("2001:DB8::1", "ipv6") == "2001:db8::1"
    assert whole("A" * 32, "md5") == "a" * 32
    assert whole("A" * 32, "sha1") is None
    assert whole("see evil.com", "domain") is None
    assert whole("hxxp://evil.com/a", "url") == "http://evil.com/a"


_label = st.from_regex(r"[a-z][a-z0-9]{1,10}", fullmatch=True)
_octet = st.integers(0, 255).map(str)
_dot = st.sampled_from(["[.]", "(.)", "{.}", "[dot]", "(dot)", "[.\n]", "[ . ]"])
_near = st.sampled_from(["", "see ", "(", "\n* ", "“", "C2: "])


@given(st.lists(_label, min_size=1, max_size=4), st.sampled_from(["com", "ru", "zip"]), _dot, _near)
def test_a_defanged_domain_comes_back(labels: list[str], top: str, dot: str, before: str) -> None:
    name = ".".join([*labels, top])
    (found,) = scan(before + name.replace(".", dot) + " ")
    assert (found.kind, found.value, found.defanged) == ("domain", name, True)


@given(st.tuples(_octet, _octet, _octet, _octet), _dot, _near)
def test_a_defanged_address_comes_back(octets: tuple[str, ...], dot: str, before: str) -> None:
    (found,) = scan(before + dot.join(octets))
    assert (found.kind, found.value, found.defanged) == ("ipv4", ".".join(octets), True)


_pieces = st.sampled_from(
    ["[.]", "(at)", "hxxp", "://", "evil", ".com", "1.2.3.4", "[", "]", "@", " ", "\n", "/", "a1",
     "[:]", "T1059", ".001", "CVE-2021-1234", "::", "[dot]", "f" * 32, "é", "中", "(", ")", ","]
)  # fmt: skip


@given(st.lists(_pieces, max_size=25).map("".join) | st.text(max_size=80))
def test_every_span_points_at_what_was_written(text: str) -> None:
    found = scan(text)
    assert found == scan(text)
    for one in found:
        assert 0 <= one.start < one.end <= len(text)
        assert text[one.start : one.end] == one.as_written
        assert one.value
    starts = [one.start for one in found]
    assert starts == sorted(starts)


SIZE = 5_000_000

HOSTILE = {
    "one_word": "a",
    "hexadecimal_without_end": "abcdef01",
    "dots": "a.",
    "brackets": "[.]",
    "open_brackets": "[",
    "open_brackets_and_blanks": "[   ",
    "schemes": "http://",
    "hosts_without_end": "http://a.1/",
    "at_signs": "a@",
    "near_addresses": "a@a.a",
    "colons": ":",
    "octets": "1.2.3.",
    "closing_brackets": "http://a.co/" + ")" * 4090 + " ",
    "user_names": "http://" + "a:" * 63,
    "blanks": " ",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_costs_no_more_than_its_length(name: str) -> None:
    # Anything worse than linear would take minutes here; completing is the proof.
    unit = HOSTILE[name]
    scan(unit * (SIZE // 10 // len(unit)))


def test_five_megabytes_of_hostile_text_are_scanned_to_the_end() -> None:
    share = SIZE // len(HOSTILE)
    text = "".join(unit * (share // len(unit)) for unit in HOSTILE.values())
    assert scan(text + " 1.2.3[.]4")[-1].value == "1.2.3.4"
