import pytest

from comity.errors import BadInput
from comity.formats.detect import detect
from comity.formats.pdf_report import PdfText
from tests.formats.prose_samples import objects, positions, reading


def test_the_text_of_a_pdf_is_read_page_by_page() -> None:
    pages = PdfText(("Green Group\nSeen at 1.2.3[.]4", "", "also\nT1059"))
    got = reading(b"%PDF-1.7", pdf_text=lambda _: pages)
    assert (got.format, got.reader) == ("pdf", "pdf/1")
    assert objects(got, "report")[0].name == "Green Group"
    assert positions(got, "ipv4-addr") == ["page 1, line 2, characters 9-17"]
    assert positions(got, "attack-pattern") == ["page 3, line 2, characters 1-5"]
    (loss,) = got.losses
    assert str(loss) == (
        "The object at page 2 was not read: it gave no text: it may be damaged or a"
        " picture of text; hand in that page as text."
    )


def test_where_nothing_takes_text_out_a_pdf_is_refused() -> None:
    assert detect(b"\n%PDF-1.4") == "pdf"
    with pytest.raises(BadInput, match="hand in its text instead"):
        reading(b"%PDF-1.4")


def test_what_a_pdf_holds_beside_text_is_named() -> None:
    pages = PdfText(("Seen",), embedded=("plan.docm",), more_embedded=3, links=2, not_searched=True)
    got = reading(b"%PDF-1.7", pdf_text=lambda _: pages)
    embedded, further = map(str, got.losses)
    assert embedded == (
        "The object at embedded file 1 was not read: it is the embedded file 'plan.docm', which is"
        " not opened; hand it in by itself."
    )
    assert further.endswith("it is one of 3 embedded files more.")
    links, sure = got.notes
    assert links == (
        "2 links lead out of the PDF; where to was not read unless the text says it. Hand in the"
        " addresses that matter as text."
    )
    assert sure == "The PDF could not be searched to its end for embedded files and links."
