"""What the columns of a table of indicators are called, and what each name means."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from comity.errors import BadInput
from comity.formats.csv_rows import DELIMITERS, Row, rows

MOST_COLUMNS = 200
_SHOWN = 12

# The name of a column, or of a type in a type column, to the attribute type of MISP.
TYPED: Mapping[str, str] = {
    **dict.fromkeys(
        ("ip", "ips", "ip_address", "ip_addresses", "ipaddress", "ipv4", "ipv6", "ipv4_addr",
         "ipv6_addr", "ip_dst", "dst_ip", "address"),
        "ip-dst",
    ),
    # The source of a connection is as often the one who was hit.
    **dict.fromkeys(("ip_src", "src_ip", "source_ip"), "ip-src"),
    **dict.fromkeys(
        ("domain", "domains", "domain_name", "fqdn", "hostname", "host", "hostnames"), "domain"
    ),
    **dict.fromkeys(("url", "urls", "uri"), "url"),
    **dict.fromkeys(("email", "e_mail", "email_address", "email_addr", "sender"), "email"),
    **dict.fromkeys(("md5", "md5_hash", "hash_md5", "filehash_md5"), "md5"),
    **dict.fromkeys(("sha1", "sha_1", "sha1_hash", "hash_sha1", "filehash_sha1"), "sha1"),
    **dict.fromkeys(
        ("sha256", "sha_256", "sha256_hash", "hash_sha256", "filehash_sha256"), "sha256"
    ),
    **dict.fromkeys(
        ("sha512", "sha_512", "sha512_hash", "hash_sha512", "filehash_sha512"), "sha512"
    ),
    **dict.fromkeys(("filename", "file_name", "file"), "filename"),
    **dict.fromkeys(("cve", "cves", "cve_id", "vulnerability"), "cve"),
    **dict.fromkeys(
        ("technique", "techniques", "technique_id", "attack_id", "mitre_id"), "technique"
    ),
}  # fmt: skip
_ANY = frozenset(
    {"value", "indicator", "indicators", "ioc", "iocs", "observable", "indicator_value",
     "ioc_value", "c2", "c2_server", "c_c", "hash", "file_hash", "hashes"}
)  # fmt: skip
_ROLES: Mapping[str, str] = {
    **dict.fromkeys(("type", "ioc_type", "indicator_type", "attribute_type"), "type"),
    **dict.fromkeys(("comment", "comments", "description", "note", "notes", "context"), "comment"),
    **dict.fromkeys(
        ("date", "timestamp", "created", "first_seen", "relevant_date", "created_at"), "date"
    ),
    **dict.fromkeys(("to_ids", "uuid", "category"), ""),
}
_UNDERSTOOD = (
    "type and value; or indicator, ip, domain, url, email, md5, sha1, sha256, sha512, filename,"
    " cve, technique; beside them comment, date, to_ids, uuid and category"
)


class Columns(NamedTuple):
    """The columns of one table by what they mean, each as its index.

    ``values`` maps an index to a MISP type, or to ``None`` where a cell may hold anything.
    """

    names: tuple[str, ...]
    delimiter: str
    first: Row
    values: Mapping[int, str | None]
    roles: Mapping[str, int]

    @property
    def typed_by_row(self) -> bool:
        """Whether each row says itself of what type its value is."""
        return "type" in self.roles and any(kind is None for kind in self.values.values())

    def unread(self) -> tuple[str, ...]:
        """The names of the columns that mean nothing here."""
        known = {*self.values, *self.roles.values()}
        return tuple(name for at, name in enumerate(self.names) if at not in known and name)


def key(name: str) -> str:
    """A column's name as it is looked up: ``SHA-256 Hash`` is ``sha_256_hash``."""
    return re.sub(r"[^a-z0-9]+", "_", name[:100].lower()).strip("_")


def columns(text: str) -> Columns | None:
    """Read the first row as a header, in whichever delimiter fits it best.

    ``None`` if the text is no table at all.
    """
    heads = [_head(text, delimiter) for delimiter in DELIMITERS]
    best = max(heads, key=lambda head: (len(head.values), len(head.names)))
    return best if _is_table(text, best) else None


def understood(table: Columns) -> None:
    """Raise ``BadInput`` for a table without a column that holds values, or far too wide.

    It names the columns seen and those that are understood.
    """
    if table.values and len(table.names) <= MOST_COLUMNS:
        return
    seen = ", ".join(repr(name[:40]) for name in table.names[:_SHOWN])
    more = f" and {len(table.names) - _SHOWN} more" if len(table.names) > _SHOWN else ""
    fault = (
        f"has {len(table.names)} columns and at most {MOST_COLUMNS} are read"
        if len(table.names) > MOST_COLUMNS
        else "has no column whose name says that it holds indicators"
    )
    raise BadInput(
        f"The table {fault}; its columns are {seen}{more}. Name them in the first line."
        f" These are understood: {_UNDERSTOOD}."
    )


def _head(text: str, delimiter: str) -> Columns:
    first = next(rows(text.removeprefix("\ufeff")[:1_000_000], delimiter), Row(1, ()))
    values: dict[int, str | None] = {}
    roles: dict[str, int] = {}
    for at, name in enumerate(first.cells):
        plain = key(name)
        if plain in TYPED:
            values[at] = TYPED[plain]
        elif plain in _ANY:
            values[at] = None
        elif plain in _ROLES:
            roles.setdefault(_ROLES[plain] or plain, at)
    return Columns(first.cells, delimiter, first, values, roles)


def _is_table(text: str, head: Columns) -> bool:
    """Whether most of the next rows have as many cells as the first."""
    width = len(head.names)
    following: list[Row] = []
    for row in rows(text[:200_000], head.delimiter):
        if row.line > head.first.line:
            following.append(row)
        if len(following) == 20:
            break
    if not following:  # a header alone: only where every name is one that is understood
        return width > 1 and len(head.values) + len(head.roles) == width
    alike = sum(len(row.cells) == width for row in following)
    if not width or alike * 2 < len(following):
        return False
    if head.values:
        words = (cell for row in following for cell in row.cells if width == 1)
        return width > 1 or not any(" " in cell for cell in words)
    # Unknown names: a table only if they look like names and all rows agree.
    names_alone = all(name and len(name) <= 40 and name[-1] not in ".!?" for name in head.names)
    prose = f"{head.delimiter} " in text.split("\n", 1)[0]
    return width > 1 and names_alone and not prose and alike == len(following)
