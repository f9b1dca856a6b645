"""What the child process says, and in which words a person hears it."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

Refusal = Literal["password", "size", "pages", "picture", "damaged"]

SENTENCES: Mapping[Refusal, str] = {
    "password": "The PDF is protected by a password; save it without one and hand it in again.",
    "size": (
        "The PDF unpacks to more than can be read safely; hand in the pages that matter, or"
        " the text alone."
    ),
    "pages": "The PDF has more than 2000 pages; hand in the pages that matter.",
    "picture": (
        "The PDF holds pictures of text; no text could be read. Hand in the original document,"
        " or a version made searchable by text recognition."
    ),
    "damaged": "The PDF is damaged and could not be read; export it again, or send its text.",
}


class Answer(Struct, frozen=True, omit_defaults=True):
    """The text of each page and what was left in the file, or why there is no text.

    ``embedded`` names the files inside, of which ``more_embedded`` have no name here; ``links``
    counts the links that leave the file. ``not_searched``: its parts are too broken or too many
    to be sure that these are all.
    """

    pages: tuple[str, ...] = ()
    embedded: tuple[str, ...] = ()
    more_embedded: int = 0
    links: int = 0
    not_searched: bool = False
    refused: Refusal | None = None
