"""Files that are no reports: each is one sentence that says what to do."""

import pytest

from comity.errors import BadInput
from comity.formats.text import MAX_BYTES
from tests.formats.prose_samples import reading

BAD = {
    "empty": (b"", "The file is empty"),
    "blank": (b" \n\t", "The file is empty"),
    "only_a_mark": (b"\xef\xbb\xbf", "The file is empty"),
    "too_large": (b"x" * (MAX_BYTES + 1), "split it"),
    "nul_bytes": (b"text\0text", "bytes that no text has"),
    "utf16_without_mark": ("text".encode("utf-16-le"), "save it as UTF-8"),
    "utf16_cut_off": ("text".encode("utf-16")[:-1], "damaged UTF-16"),
    "utf32": ("text".encode("utf-32"), "UTF-32; save it as UTF-8"),
    "docx": (b"PK\x03\x04rest", "ZIP archive or an Office document"),
    "doc": (b"\xd0\xcf\x11\xe0rest", "old Office or Outlook"),
    "png": (b"\x89PNG\r\n", "a picture"),
    "jpeg": (b"\xff\xd8\xff\xe0", "a picture"),
    "gzip": (b"\x1f\x8b\x08", "unpack it"),
    "program": (b"MZ\x90\0\3", "never send a program"),
    "rtf": (b"{\\rtf1 x}", "Rich Text"),
    "xml": (b'<?xml version="1.0"?><stix:STIX_Package/>', "of no format that can be read"),
    "broken_json": (b'<{\n "type": "note"\n}', "of no format that can be read"),
    "other_json": (b'{"a": 1}', "of no format that can be read"),
    "json_in_latin1": (b'{"type":"note","x":"\xe9"}', "save it as UTF-8"),
    "table_of_what": (b"colour,size\nred,1\n", "has no column whose name says"),
    "pdf": (b"%PDF-1.7", "hand in its text instead"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_no_report_is_refused_in_one_sentence(name: str) -> None:
    data, sentence = BAD[name]
    with pytest.raises(BadInput, match=sentence) as caught:
        reading(data)
    assert "\n" not in str(caught.value)


def test_a_word_that_begins_like_a_program_is_text() -> None:
    assert reading(b"MZ is a mark.").format == "text"


def test_random_bytes_are_no_text_and_a_terminal_log_is() -> None:
    junk = bytes(range(1, 256)) * 20
    with pytest.raises(BadInput, match="bytes that no text has"):
        reading(junk)
    log = b"\x1b[31mred\x1b[0m alert\x0c\n" * 50 + b"\x01"
    assert reading(log).format == "text"
