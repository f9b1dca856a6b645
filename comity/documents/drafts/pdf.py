"""Drafts as PDF, set by Typst with fonts that come with the package.

Typst reads no system font, no file and no network here, and takes the draft as data. The time of
creation is that of the draft, so that the same draft gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from importlib import resources

import msgspec
import typst

from comity.documents.drafts.model import Draft, shown, text_of

_LATIN, _ARABIC, _HAN = "Noto Sans", "Noto Sans Arabic", "Noto Sans CJK TC"
_IS_ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff]")
# Kana, Hangul and full-width forms are in the same font.
_IS_HAN = re.compile(
    r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
)


def draft_pdf(draft: Draft) -> bytes:
    """The draft as PDF."""
    text = text_of(draft)
    han = _IS_HAN.search(text) is not None
    rtl = draft.direction == "rtl"
    data = {
        **msgspec.to_builtins(draft),
        "blanks": draft.blanks,
        "reference": "".join(map(shown, draft.header[0].runs)),
        # The first font also sets spaces and marks, which should not part the words of a script.
        "fonts": ((_ARABIC, _LATIN) if rtl else (_LATIN, _ARABIC)) + ((_HAN,) if han else ()),
        "arabic": _IS_ARABIC.search(text) is not None,
    }
    made = _compiler(han=han).compile(
        input=_template(),
        format="pdf",
        sys_inputs={"draft": msgspec.json.encode(data).decode()},
        timestamp=dt.datetime.fromisoformat(draft.created),
    )
    if not isinstance(made, bytes):
        raise TypeError("Typst gave no PDF")
    return made


@cache
def _template() -> bytes:
    return resources.files("comity.documents").joinpath("templates/draft.typ").read_bytes()


@cache
def _compiler(*, han: bool) -> typst.Compiler:
    """One compiler for all drafts; the large Chinese font is read only where it is needed."""
    folders = [
        str(resources.files("fontpkg_noto_sans").joinpath("files")),
        str(resources.files("fontpkg_noto_sans_arabic").joinpath("files")),
    ]
    if han:
        folders.append(str(resources.files("cvttf_NotoSansCJK_Regular")))
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=folders
    )
    return typst.Compiler(font_paths=fonts, ignore_system_fonts=True)
