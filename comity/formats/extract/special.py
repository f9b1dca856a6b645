"""Addresses and names set aside for special use, which no public party holds.

Sources: the IANA special-purpose address registries (RFC 6890) with RFC 1918 (private),
RFC 5737 and RFC 3849 (documentation), RFC 6598 (shared), RFC 4193 (unique local); the IANA
special-use domain names (RFC 6761) with RFC 6762 (local), RFC 7686 (onion), RFC 8375
(home.arpa), RFC 9476 (alt), and ``internal``, which ICANN reserved in 2024.
"""

import ipaddress

_V4 = tuple(
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
_V6 = tuple(
    ipaddress.IPv6Network(text)
    for text in (
        "::/128", "::1/128", "::ffff:0:0/96", "64:ff9b:1::/48", "100::/64", "2001::/23",
        "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10",
        "ff00::/8",
    )
)  # fmt: skip
_TOPS = frozenset(
    {"alt", "arpa", "example", "internal", "invalid", "local", "localhost", "onion", "test"}
)
_PAIRS = frozenset({"example.com", "example.net", "example.org"})


def special_address(value: str) -> bool:
    """Whether an IP address, or a network in CIDR form, lies in a special-purpose block."""
    network = ipaddress.ip_network(value, strict=False)
    if isinstance(network, ipaddress.IPv4Network):
        return any(network.subnet_of(block) for block in _V4)
    return any(network.subnet_of(block) for block in _V6)


def special_name(value: str) -> bool:
    """Whether a domain name, in lower case, is reserved or lies below a reserved one."""
    labels = value.split(".")
    return labels[-1] in _TOPS or ".".join(labels[-2:]) in _PAIRS
