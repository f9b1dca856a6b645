"""A cell that is, as a whole, one value of a kind that somebody else named."""

from comity.formats.extract import hosts
from comity.formats.extract.found import Kind
from comity.formats.extract.refang import refang
from comity.formats.extract.scan import scan


def whole(text: str, kind: Kind) -> str | None:
    """Return the usual form of a text that is one value of the kind, else ``None``.

    Where a table says what a cell holds no doubt is left, so only the grammar decides.
    """
    plain = refang(text.strip()).text
    value = plain.lower()
    match kind:
        case "ipv4":
            return plain if hosts.ipv4(plain) else None
        case "ipv6":
            return value if hosts.ipv6(plain) else None
        case "domain":
            value = value.rstrip(".")
            return value if hosts.domain(value) else None
        case _:
            same = next((one for one in scan(plain) if one.kind == kind), None)
            return same.value if same and same.as_written == plain else None
