"""The child process, really started."""

import subprocess
import sys

import pytest

from comity.errors import BadInput, Unavailable
from comity.formats.sandbox import pdf as child
from comity.formats.sandbox import process, run
from comity.formats.sandbox.answer import SENTENCES
from comity.formats.text import MAX_BYTES
from tests.formats.pdf_samples import encrypted, pdf, text, with_extras

GOOD = pdf(text("Green Group", "Seen at 1.2.3[.]4"), text("evil[.]com"))
BOMB = pdf(b" " * 200_000_000, packed=True)


def test_the_text_of_each_page_comes_back() -> None:
    pages = run.pdf_text(GOOD).pages
    assert [page.splitlines() for page in pages] == [
        ["Green Group", "Seen at 1.2.3[.]4"], ["evil[.]com"]
    ]  # fmt: skip


def test_an_empty_password_protects_nothing() -> None:
    (page,) = run.pdf_text(encrypted("")).pages
    assert page.strip() == "Seen at 1.2.3[.]4"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (encrypted("secret"), "protected by a password"),
        (pdf(b""), "holds pictures of text; no text could be read"),
        (BOMB, "unpacks to more than can be read safely"),
        (pdf(*[b""] * 2001), "more than 2000 pages"),
        (GOOD[:200], "damaged"),
        (b"%PDF-1.7\njunk", "damaged"),
        (b"%PDF-" + b"[" * 100_000, "damaged"),
    ],
    ids=["password", "pictures", "bomb", "pages", "cut_off", "junk", "brackets"],
)
def test_a_pdf_without_readable_text_is_one_clear_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence) as caught:
        run.pdf_text(data)
    assert "\n" not in str(caught.value)
    assert ";" in str(caught.value)  # what is wrong; what to do


def test_the_same_answers_come_without_a_process() -> None:
    assert child.answer(GOOD).pages == run.pdf_text(GOOD).pages
    assert child.answer(encrypted("secret")).refused == "password"
    assert child.answer(pdf(b"")).refused == "picture"
    assert child.answer(pdf(*[b""] * 2001)).refused == "pages"
    assert child.answer(b"%PDF-").refused == "damaged"
    assert set(SENTENCES) == {"password", "size", "pages", "picture", "damaged"}


def test_too_much_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "MOST_TEXT", 15)
    assert child.answer(GOOD).refused == "size"


def test_a_pdf_over_the_limit_starts_no_process() -> None:
    with pytest.raises(BadInput, match="split it"):
        run.pdf_text(b" " * (MAX_BYTES + 1))


def test_a_child_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "SECONDS", 0.2)
    monkeypatch.setattr(run, "_CHILD", (sys.executable, "-c", "import time; time.sleep(60)"))
    with pytest.raises(BadInput, match="within the time and memory"):
        run.pdf_text(GOOD)


def test_a_child_that_says_too_much_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "MOST_ANSWER", 1000)
    flood = "import sys\nwhile True: sys.stdout.write('x' * 1000)"
    monkeypatch.setattr(run, "_CHILD", (sys.executable, "-c", flood))
    with pytest.raises(BadInput, match="within the time and memory"):
        run.pdf_text(GOOD)


def test_a_child_that_cannot_start_is_no_fault_of_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run, "_CHILD", ("/nowhere/python",))
    with pytest.raises(Unavailable, match="No process could be started"):
        run.pdf_text(GOOD)


@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.socket()",
        "open('/etc/hostname')",
        "bytearray(600 * 1024 * 1024)",
        "import os; os.pipe()",
    ],
)
def test_a_confined_process_has_no_network_no_files_and_little_memory(attempt: str) -> None:
    first = "import socket, os; from comity.formats.sandbox.limits import confine; confine()"
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"{first}; print('confined', flush=True); {attempt}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "confined\n"
    assert done.returncode != 0
    assert "Error" in done.stderr


def test_embedded_files_and_links_are_counted_and_not_opened() -> None:
    got = run.pdf_text(with_extras(GOOD))
    assert (got.embedded, got.more_embedded, got.links) == (("plan.docm",), 0, 1)
    assert not got.not_searched
    assert (run.pdf_text(GOOD).embedded, run.pdf_text(GOOD).links) == ((), 0)


def test_a_file_pinned_to_a_page_is_an_embedded_file_too() -> None:
    pinned = b"/Annots [<< /Subtype /FileAttachment /FS << /F (memo.doc) >> >>] /Contents"
    data = GOOD.replace(b"/Contents", pinned, 1)
    assert child.answer(data).embedded == ("memo.doc",)


def test_a_pdf_whose_annotations_cannot_be_followed_says_so() -> None:
    broken = child.answer(GOOD.replace(b"/Contents", b"/Annots [7] /Contents", 1))
    assert broken.not_searched
    assert broken.pages == child.answer(GOOD).pages


def test_more_annotations_and_names_than_are_looked_at_are_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(child, "MOST_NAMES", 0)
    assert child.answer(with_extras(GOOD)).more_embedded == 1
    monkeypatch.setattr(child, "MOST_ANNOTATIONS", 0)
    assert child.answer(with_extras(GOOD)).not_searched
