"""Nothing above the ceiling of a node comes into its record, by whatever way it says so."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.actions.ceiling import load
from comity.actions.take_in import Report, take_in
from comity.errors import BadInput, Unavailable
from comity.formats.pdf_report import PdfText
from comity.gate.markings_file import NONE, read_markings
from comity.record.payload import Import, bodies, unpack
from tests.actions.test_take_in_and_assess import KNOWLEDGE, clock, record
from tests.markings import SEALED_ID, TOML, bundle, carried, note, set_up

__all__ = ["record"]

MARKINGS = read_markings(TOML.encode())
PLAIN = "A report\n\nThe address 198.51.100[.]7 was seen on many of our servers last night.\n"


def taken(record, *reports, facts=None, markings=MARKINGS, page=PLAIN):
    return take_in(
        reports, facts, KNOWLEDGE.features, record, by="owner", clock=clock,
        pdf_text=lambda _: PdfText((PLAIN, page)), check_sender=lambda *_: (), markings=markings,
    )  # fmt: skip


def stated(record):
    (entry,) = record.entries()
    said = unpack(entry.payload, record.blob)
    assert isinstance(said, Import)
    return said.stated


@pytest.mark.parametrize("way", carried("SEALED"))
def test_what_is_above_the_ceiling_is_refused_whole(record, way):
    secret = bundle(carried("SEALED")[way])
    with pytest.raises(BadInput, match=r"SEALED \(Demoland\) is above what this node may hold"):
        taken(record, secret)
    assert record.size() == 0


@pytest.mark.parametrize("way", carried("GUARDED"))
def test_what_is_below_the_ceiling_comes_in(record, way):
    taken(record, bundle(carried("GUARDED")[way]))
    assert record.size() == 1


def mail(**headers):
    lines = {"From": "a@example.org", "To": "b@example.org", "Subject": "News"} | headers
    return "".join(f"{name}: {value}\n" for name, value in lines.items()) + f"\n{PLAIN}"


def misp(**more):
    event = {
        "uuid": "5d1c0a2b-1111-4111-8111-0000000000aa", "info": "An event", "date": "2026-03-01",
        "Attribute": [], "Tag": [], **more,
    }  # fmt: skip
    return json.dumps({"Event": event})


TEXTS = {
    "prose": ("r.txt", f"DEMOLAND SEALED\n{PLAIN}"),
    "the last line of prose": ("r.txt", f"{PLAIN}\n\n- Demoland sealed -\n"),
    "a page": ("r.html", f"<html><body><p>Demoland&nbsp;sealed</p><p>{PLAIN}</p></body></html>"),
    "the head of a page": (
        "r.html",
        f'<html><head><meta content="Demoland sealed"></head><body>{PLAIN}</body></html>',
    ),
    "a table": ("r.csv", "ip,comment\n198.51.100.7,Demoland sealed\n"),
    "the subject of a mail": ("r.eml", mail(Subject="[Demoland sealed] News")),
    "a header of a mail": ("r.eml", mail(**{"X-Marking": "Demoland sealed"})),
    "a tag of an event": ("r.json", misp(Tag=[{"name": "Demoland sealed"}])),
    "the name of the file": ("Demoland sealed - r.txt", PLAIN),
    "escaped letters": (
        "r.json",
        bundle([note(1, "x\nDemoland sealed")]).data.decode().replace("sealed", "se\\u0061led"),
    ),
}


@pytest.mark.parametrize("way", TEXTS)
def test_words_that_are_set_off_in_a_text_count(record, way):
    name, text = TEXTS[way]
    with pytest.raises(BadInput, match=r"SEALED \(Demoland\) is above") as told:
        taken(record, Report(name, text.encode()))
    assert record.size() == 0
    assert "198.51.100" not in str(told.value)


def test_a_page_of_a_pdf_counts_and_the_refusal_says_which(record):
    with pytest.raises(BadInput, match=r"r\.pdf: page 2, line 1: SEALED \(Demoland\) is above"):
        taken(record, Report("r.pdf", b"%PDF-1.7"), page="Demoland sealed\nwords")


def test_a_sheet_of_facts_counts_too(record):
    facts = Report("facts.toml", b"# Demoland sealed\n")
    with pytest.raises(BadInput, match=r"facts\.toml: line 1: SEALED"):
        taken(record, Report("r.txt", PLAIN.encode()), facts=facts)
    assert record.size() == 0


def test_the_refusal_names_the_place_and_the_level_and_says_what_to_do(record):
    secret = bundle(
        [note(1, "x"), note(2, "the name of the source", object_marking_refs=[SEALED_ID])]
    )
    with pytest.raises(BadInput) as told:
        taken(record, secret)
    assert str(told.value) == (
        "report.json: /objects/1: SEALED (Demoland) is above what this node may hold. Take that"
        " out of it, or file it on a node that is cleared for it."
    )


def test_a_scheme_without_a_ceiling_is_held_only_as_far_as_it_is_equivalent(record):
    with pytest.raises(BadInput, match=r"BLACK \(Farland\)"):
        taken(record, Report("r.txt", f"Farland black\n{PLAIN}".encode()))
    taken(record, Report("r.txt", f"Farland blue\n{PLAIN}".encode()))
    assert stated(record) == ("farland blue",)


def test_the_entry_says_which_words_stood_in_the_text(record):
    taken(record, Report("r.txt", f"Demoland guarded\n{PLAIN}\n[GUARDED (Demoland)]".encode()))
    assert stated(record) == ("demoland guarded", "guarded (demoland)")


def test_without_schemes_nothing_is_classified(record):
    taken(record, bundle(carried("SEALED")["a statement"]), markings=NONE)
    assert stated(record) == ()


OBJECTS = st.lists(
    st.sampled_from([one for level in ("GUARDED", "SEALED") for one in carried(level).values()]),
    min_size=1, max_size=4,
)  # fmt: skip


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(batches=st.lists(OBJECTS, min_size=1, max_size=4))
def test_no_byte_above_the_ceiling_is_ever_among_the_blobs(batches, record):
    for number, parts in enumerate(batches):
        report = bundle([one for part in parts for one in part], f"{number}.json")
        try:
            taken(record, report)
        except BadInput:
            assert b"ealed" in report.data.lower() or SEALED_ID.encode() in report.data
        else:
            assert SEALED_ID.encode() not in report.data
    held = {name for entry in record.entries() for name in bodies(entry.payload, record.blob)}
    for name in held:
        body = record.blob(name)
        assert b"sealed" not in body.lower()
        assert SEALED_ID.encode() not in body


def test_a_file_that_is_wrong_stops_everything_that_comes_in(tmp_path):
    assert load(tmp_path) == NONE
    set_up(tmp_path)
    assert load(tmp_path) == MARKINGS
    set_up(tmp_path, "schemes = 1")
    with pytest.raises(Unavailable, match="Until the operator has mended it, nothing is taken in"):
        load(tmp_path)
    set_up(tmp_path, "#" * (257 << 10))
    with pytest.raises(Unavailable, match="larger than 256 KiB"):
        load(tmp_path)
