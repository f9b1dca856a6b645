"""All files of the drafts: three forms of each, and their list."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

import msgspec

from comity.documents.drafts.docx import draft_docx
from comity.documents.drafts.html import draft_page
from comity.documents.drafts.index import DraftRow, FileRow, index_of, index_page
from comity.documents.drafts.model import Draft, Drafts
from comity.documents.drafts.pdf import draft_pdf
from comity.documents.language import Language
from comity.documents.model import Dossier

FORMS: Mapping[str, Callable[[Draft], bytes]] = {
    "html": draft_page,
    "docx": draft_docx,
    "pdf": draft_pdf,
}


def as_data(drafts: Drafts) -> dict[str, bytes]:
    """Each draft as data (JSON), by its id: what the record holds."""
    return {
        draft.id: msgspec.json.format(msgspec.json.encode(draft), indent=2)
        for draft in drafts.drafts
    }


def draft_files(drafts: Drafts, dossier: Dossier, language: Language) -> dict[str, bytes]:
    """The bytes of every file by its name, the list among them as index.html and index.json."""
    files: dict[str, bytes] = {}
    rows = []
    data = as_data(drafts)
    for draft in drafts.drafts:
        made = {f"{draft.id}.{form}": write(draft) for form, write in FORMS.items()}
        files |= made
        rows.append(
            DraftRow(
                id=draft.id,
                template=draft.template,
                title=draft.title,
                purpose=draft.purpose,
                audience=draft.audience,
                addressee=draft.addressee,
                blanks=draft.blanks,
                sha256=_hash(data[draft.id]),
                files=tuple(FileRow(name, _hash(body)) for name, body in made.items()),
            )
        )
    index = index_of(drafts, dossier, tuple(rows))
    files["index.html"] = index_page(index, language)
    files["index.json"] = msgspec.json.format(msgspec.json.encode(index), indent=2)
    return files


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
