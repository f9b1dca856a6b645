"""The list of drafts: ``drafts/index.json`` and ``drafts/index.html``."""

from __future__ import annotations

import msgspec

from comity.documents.drafts.model import SCHEMA, Audience, Drafts, LeftOut, Withheld
from comity.documents.engine import environment, style
from comity.documents.language import Language
from comity.documents.model import Dossier


class FileRow(msgspec.Struct, frozen=True):
    """A file beside the list, by the SHA-256 of its bytes."""

    name: str
    sha256: str


class DraftRow(msgspec.Struct, frozen=True, kw_only=True):
    """One draft. ``sha256`` is that of the draft as data, which the record holds."""

    id: str
    template: str
    title: str
    purpose: str
    audience: Audience
    addressee: str | None
    blanks: tuple[str, ...]
    sha256: str
    files: tuple[FileRow, ...]


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """What ``index.json`` holds."""

    schema: str = SCHEMA
    product: str
    language: str
    case: str
    title: str
    status: str
    marking: str
    created: str  #: RFC 3339, UTC: the moment of the assessment
    remarks: tuple[str, ...]
    drafts: tuple[DraftRow, ...]
    withheld: tuple[Withheld, ...]
    left_out: tuple[LeftOut, ...]  #: indicators that no draft carries


def index_of(drafts: Drafts, dossier: Dossier, rows: tuple[DraftRow, ...]) -> Index:
    """The list of one assessment."""
    return Index(
        product=dossier.product,
        language=dossier.language,
        case=drafts.case,
        title=dossier.title,
        status=dossier.status,
        marking=dossier.marking,
        created=dossier.moment.utc,
        remarks=drafts.remarks,
        drafts=rows,
        withheld=drafts.withheld,
        left_out=drafts.left_out,
    )


def index_page(index: Index, language: Language) -> bytes:
    """The list as a page in UTF-8."""
    template = environment().get_template("drafts.html")
    return template.render(
        d=index,
        _=language.tr,
        n_=language.translations.ngettext,
        css=style("draft"),
        direction="rtl" if language.right_to_left else "ltr",
    ).encode()
