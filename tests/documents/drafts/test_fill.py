"""A person completes a draft; what leaves has no page for those who release it."""

import io
import zipfile

import msgspec
import pytest

from comity.documents.drafts.docx import draft_docx
from comity.documents.drafts.fill import fill, final
from comity.documents.drafts.html import draft_page
from comity.documents.drafts.model import Blank, Draft, runs_of, text_of
from comity.documents.drafts.pdf import draft_pdf
from tests.documents.drafts.samples import drafted, the

WORDS = "at any hour: +372 600 0000"


@pytest.fixture(scope="module")
def draft() -> Draft:
    return the(drafted()[0], "notification-che")


def test_every_blank_that_is_answered_becomes_words(draft: Draft):
    filled = fill(draft, dict.fromkeys(draft.blanks, WORDS))
    assert filled.blanks == ()
    assert text_of(filled).count(WORDS) == sum(isinstance(run, Blank) for run in runs_of(draft))


def test_what_is_not_answered_stays_a_blank(draft: Draft):
    first, *rest = draft.blanks
    assert fill(draft, {first: WORDS}).blanks == tuple(rest)
    assert fill(draft, {first: ""}) == draft


def test_a_marking_is_decided_by_a_person(draft: Draft):
    green = fill(draft, {}, "TLP:GREEN")
    assert green.marking == "TLP:GREEN"
    assert "TLP:AMBER" not in text_of(green).replace("\n".join(green.before_release), "")
    assert fill(draft, {}).marking == draft.marking


@pytest.mark.parametrize("write", [draft_page, draft_docx, draft_pdf])
def test_the_final_document_has_no_page_for_those_who_release_it(draft: Draft, write):
    whole = fill(draft, dict.fromkeys(draft.blanks, "x"))
    body = write(final(whole, "RELEASED"))
    assert len(body) < len(write(whole))
    if write is draft_page:
        assert "not part of the document" not in body.decode()
        assert "RELEASED" in body.decode()
    elif write is draft_docx:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            assert "not part of the document" not in archive.read("word/document.xml").decode()


def test_a_completed_draft_comes_back_from_the_record_as_it_was(draft: Draft):
    filled = fill(draft, dict.fromkeys(draft.blanks, WORDS), "TLP:GREEN")
    assert msgspec.json.decode(msgspec.json.encode(filled), type=Draft) == filled
