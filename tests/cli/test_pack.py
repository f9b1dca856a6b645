"""``comity pack``: two files for the hours in which the node is off."""

import json


def test_page_and_pdf_are_written_for_their_owner_only(comity):
    comity.case()
    done = comity("pack", "--out", "paper", "--as", "Estonia", "--json")
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    for form, begins in (("html", b"<!doctype html>"), ("pdf", b"%PDF")):
        file = comity.folder / made[form]
        assert file.read_bytes().startswith(begins)
        assert file.stat().st_mode & 0o077 == 0
    page = (comity.folder / "paper" / "crisis-pack.html").read_text("utf-8")
    assert "Estonia" in page
    assert "INTERNAL, good until" in page


def test_a_folder_without_a_record_is_said_to_be_one_and_stays_as_it_is(comity):
    done = comity("pack")
    assert done.returncode == 2
    assert "there is no record in" in done.stderr
    assert not comity.home.exists()
