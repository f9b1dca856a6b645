"""``comity assess`` and ``comity demo`` from start to end."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.markings import set_up

CASES = ["ransomware-hse-2021", "wiper-albania-2022"]


def test_the_demo_ends_with_a_dossier_and_says_what_to_do_next(comity):
    done = comity("demo")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    (page,) = (comity.folder / "comity-dossier").glob("*/dossier.html")
    assert str(page.relative_to(comity.folder)) in done.stdout
    assert "17 May 2021 04:36" in done.stdout
    assert "Next:" in done.stdout


@pytest.mark.parametrize("case", CASES)
def test_a_shipped_case_gives_the_same_dossier_as_json(comity, examples, case):
    folder = examples / case
    done = comity(
        "assess", str(folder / "bundle.json"), "--facts", str(folder / "facts.toml"),
        "--out", "out", "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    written = json.loads((comity.folder / "out" / "dossier.json").read_text("utf-8"))
    assert printed["dossier"] == written
    assert written["inputs"][0]["losses"] == []
    assert printed["files"]["html"] == "out/dossier.html"


@pytest.mark.parametrize("case", CASES)
def test_a_shipped_case_as_prose_names_the_same_techniques(comity, examples, case):
    def techniques(file):
        done = comity("assess", str(examples / case / file), "--json")
        assert done.returncode == 0, done.stderr
        dossier = json.loads(done.stdout)["dossier"]
        assert dossier["inputs"][0]["losses"] == []
        return {row["id"] for row in dossier["techniques"]}

    assert techniques("report.txt") == techniques("bundle.json")


def test_the_dossier_can_be_read_by_its_owner_only(comity):
    comity.case()
    for name in ("dossier.html", "dossier.json"):
        assert os.stat(comity.folder / "out" / name).st_mode & 0o077 == 0  # noqa: PTH116


def test_the_drafts_lie_beside_the_dossier_and_earlier_ones_are_set_aside(comity):
    comity.case()
    folder = comity.folder / "out" / "drafts"
    (folder / "sitrep.docx").write_text("filled in by an officer")
    done = comity.case("--json")
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    made = {comity.folder / name for name in printed["files"]["all"]}
    assert {file for file in made if file.parent == folder} == set(folder.iterdir())
    aside = comity.folder / "out" / f"before-{printed['entry']}"
    assert (aside / "drafts" / "sitrep.docx").read_text() == "filled in by an officer"
    assert str(aside.relative_to(comity.folder)) in done.stderr
    assert os.stat(folder / "sitrep.pdf").st_mode & 0o077 == 0  # noqa: PTH116


def test_what_was_said_of_another_incident_does_not_stay_beside_the_new_dossier(comity, examples):
    albania = examples / "wiper-albania-2022" / "bundle.json"
    comity("assess", str(albania), "--attribution", "--out", "out")
    out = comity.folder / "out"
    assert (out / "attribution.html").is_file()
    # Another data folder counts its entries from the beginning again.
    for home in ("one", "two"):
        done = comity.case("--home", str(comity.folder / home))
        assert done.returncode == 0, done.stderr
    assert not (out / "attribution.html").exists()
    assert not (out / "attribution.json").exists()
    kept = sorted(p.name for p in out.glob("before-*"))
    assert len(kept) == 2
    assert (out / kept[0] / "attribution.html").is_file()


def test_what_is_said_on_the_command_line_becomes_a_fact_with_its_source(comity, examples):
    bundle = examples / "wiper-albania-2022" / "bundle.json"
    done = comity(
        "assess", str(bundle), "--as", "EST", "--victim", "ALB",
        "--aware", "2022-07-15T10:00:00+02:00", "--now", "2022-07-18T09:00:00Z", "--json",
    )  # fmt: skip
    dossier = json.loads(done.stdout)["dossier"]
    assert dossier["asked_by"] == "Estonia"
    assert dossier["counterparts"] == ["Albania"]
    aware = next(row for row in dossier["facts"] if row["id"] == "incident.aware_at")
    assert aware["sources"] == ["command line, --aware"]
    assert aware["value"] == "15 Jul 2022 10:00 UTC+2"


@pytest.mark.parametrize(
    "typed",
    ["alb", "ALBANIA", "ألبانيا", "阿尔巴尼亚", "Albanie", "албания", "\u200fألبانيا\u200f"],
)
def test_the_victim_can_be_named_in_each_language_of_the_united_nations(comity, examples, typed):
    bundle = examples / "wiper-albania-2022" / "bundle.json"
    done = comity("assess", str(bundle), "--as", "Estonie", "--victim", typed, "--json")
    assert done.stderr == ""
    dossier = json.loads(done.stdout)["dossier"]
    assert dossier["asked_by"] == "Estonia"
    assert dossier["counterparts"] == ["Albania"]


def test_a_report_that_was_called_back_and_graded_says_so_and_one_that_was_not_is_kept_in(
    comity, examples
):
    bundle = str(examples / "ransomware-hse-2021" / "bundle.json")

    def facts(*options):
        done = comity("assess", bundle, *options, "--json")
        assert done.returncode == 0, done.stderr
        dossier = json.loads(done.stdout)["dossier"]
        return dossier["doubts"], {row["id"]: row for row in dossier["facts"]}

    doubts, _ = facts()
    assert any("has not been verified" in text for text in doubts)
    how = "A. Owner called the duty desk back"
    doubts, known = facts("--verified", how, "--grade", "b2")
    assert not any("verified" in text for text in doubts)
    assert how in known["report.verified"]["claims"][0]["sources"][0]
    assert known["report.reliability"]["value"] == "B"
    assert known["report.credibility"]["value"] == "2"
    refused = comity("assess", bundle, "--grade", "H9")
    assert refused.returncode == 2
    assert "such as B2" in refused.stderr


def test_a_fact_said_twice_and_differently_is_disputed_and_not_overwritten(comity, examples):
    folder = examples / "ransomware-hse-2021"
    done = comity(
        "assess", str(folder / "bundle.json"), "--facts", str(folder / "facts.toml"),
        "--victim", "EST", "--json",
    )  # fmt: skip
    dossier = json.loads(done.stdout)["dossier"]
    state = next(row for row in dossier["facts"] if row["id"] == "victim.state")
    assert state["state"] == "disputed"
    assert {claim["value"] for claim in state["claims"]} == {"Ireland", "Estonia"}


def test_a_bad_object_is_reported_and_the_good_ones_are_kept(comity):
    good = {
        "type": "identity", "spec_version": "2.1", "name": "Ministry",
        "id": "identity--7b2a5ab5-7c0c-4b4a-9d4d-6f5e7f0e7a01",
        "created": "2026-01-01T00:00:00Z", "modified": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    bad = {**good, "id": "identity--7b2a5ab5-7c0c-4b4a-9d4d-6f5e7f0e7a02", "created": "yesterday"}
    bundle = {"type": "bundle", "id": "bundle--x", "objects": [good, bad]}
    (comity.folder / "b.json").write_text(json.dumps(bundle))
    done = comity("assess", "b.json", "--json")
    assert done.returncode == 0, done.stderr
    (row,) = json.loads(done.stdout)["dossier"]["inputs"]
    assert row["objects"] == 1
    (loss,) = row["losses"]
    assert bad["id"] in loss
    assert "created" in loss
    assert "1 received objects could not be used" in comity("assess", "b.json").stdout


def test_a_report_can_come_on_standard_input(comity, examples):
    text = (examples / "ransomware-hse-2021" / "bundle.json").read_text("utf-8")
    done = comity("assess", "-", stdin=text)
    assert done.returncode == 0, done.stderr


BAD = {
    "a file that is not there": (None, "there is no file bad.json"),
    "an empty file": (b"", "empty"),
    "a file cut off": (b'{"type":"bundle","objects":[{"ty', "stops before its end"),
    "nesting without end": (b'{"type":"bundle","objects":' + b"[" * 100_000, "nested too deeply"),
    "another encoding": ('{"type":"bundle"}'.encode("utf-16"), "UTF-8"),
    "a key twice around the objects": (
        b'{"type":"bundle","id":"a","id":"b","objects":[]}', "more than once"
    ),
    "numbers that are none": (b'{"type":"bundle","id":NaN,"objects":[]}', "has NaN at byte 22"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_gets_one_sentence_and_leaves_nothing_behind(comity, name):
    data, says = BAD[name]
    if data is not None:
        (comity.folder / "bad.json").write_bytes(data)
    done = comity("assess", "bad.json")
    assert done.returncode == 2
    assert done.stdout == ""
    assert says in done.stderr
    assert done.stderr.startswith("comity: ")
    assert done.stderr.count("\n") == 1
    assert not comity.home.exists()


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--victim", "atlantis"], "--victim: no state is called 'atlantis': type its name"),
        (["--as", "UK"], "three capital letters"),
        (["--as", "ee"], "--as: type EST for Estonia"),
        (["--victim", "Congo"], "may be COG (Congo) or COD (Democratic Republic of the Congo)"),
        (["--now", "9999-12-31T23:00:00-12:00"], "is not a time with a zone"),
        (["--aware", "2021-05-14T04:36"], "is not a time with a zone"),
        (["--facts", "nowhere.toml"], "there is no file nowhere.toml"),
        (["--verified", " "], "--verified takes a word on who called back"),
        (["--verified", "bundle.json= "], "--verified takes a word on who called back"),
        (
            [__file__, "--verified", "called the ministry"],
            "say which one was confirmed, as FILE=HOW",
        ),
        (["-", "--facts", "-"], "standard input can be read only once"),
        (["--out", __file__], "is a file: name a folder"),
    ],
)
def test_bad_usage_is_refused_before_anything_is_recorded(comity, examples, args, says):
    done = comity("assess", str(examples / "ransomware-hse-2021" / "bundle.json"), *args)
    assert done.returncode == 2
    assert says in done.stderr
    assert not comity.home.exists()


def test_an_entity_outside_the_packs_is_accepted_with_a_word(comity, examples):
    bundle = str(examples / "ransomware-hse-2021" / "bundle.json")
    done = comity("assess", bundle, "--as", "XXA")
    assert done.returncode == 0
    assert "XXA is not a state of the packs" in done.stderr


def test_a_folder_that_cannot_be_written_is_said_and_the_result_is_in_the_record(comity):
    (comity.folder / "out" / "dossier.html").mkdir(parents=True)
    done = comity.case()
    assert done.returncode == 3
    assert "could not be written" in done.stderr
    assert "assessment" in comity("record", "list").stdout


def test_text_from_outside_cannot_steer_the_terminal(comity):
    incident = {
        "type": "incident", "spec_version": "2.1", "name": "\x1b[2J\x1b[31mall clear",
        "id": "incident--7b2a5ab5-7c0c-4b4a-9d4d-6f5e7f0e7a01",
        "created": "2026-01-01T00:00:00Z", "modified": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    (comity.folder / "b.json").write_text(json.dumps(incident))
    done = comity("assess", "b.json")
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout


def test_marks_of_direction_in_a_file_name_turn_no_text_around(comity, examples):
    name = "evil\u202egnp.json"
    bundle = (examples / "wiper-albania-2022" / "bundle.json").read_bytes()
    (comity.folder / name).write_bytes(bundle)
    done = comity("assess", name, "--attribution", "--out", "out")
    assert done.returncode == 0, done.stderr
    out = comity.folder / "out"
    written = [*out.glob("*.html"), *out.glob("*.json"), *out.glob("drafts/*.html")]
    assert len(written) > 5
    assert [file.name for file in written if "\u202e" in file.read_text()] == []


def test_code_lying_in_the_working_folder_is_not_run(comity):
    for name in ("argparse.py", "json.py", "sqlite3.py", "rich.py"):
        (comity.folder / name).write_text("raise SystemExit('hostile code was run')")
    root = Path(__file__).parent.parent.parent
    done = subprocess.run(
        [str(root / "run"), "knowledge", "list", "norms"], check=False, cwd=comity.folder,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "hostile" not in done.stdout + done.stderr


def test_a_line_break_in_a_title_or_a_file_name_forges_no_line(comity):
    incident = {
        "type": "incident", "spec_version": "2.1", "name": "A\nVictim in France; written for NATO",
        "id": "incident--7b2a5ab5-7c0c-4b4a-9d4d-6f5e7f0e7a01",
        "created": "2026-01-01T00:00:00Z", "modified": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    (comity.folder / "b\n     9  forged.json").write_text(json.dumps(incident))
    done = comity("assess", "b\n     9  forged.json")
    assert done.returncode == 0, done.stderr
    assert not any(line.startswith("Victim in France") for line in done.stdout.splitlines())
    listed = comity("record", "list").stdout.splitlines()
    assert len(listed) == 2


def test_a_file_name_that_is_no_text_keeps_nothing_out_of_the_record(comity, examples):
    name = os.fsdecode(b"bad\xff.json")
    data = (examples / "ransomware-hse-2021" / "bundle.json").read_bytes()
    (comity.folder / name).write_bytes(data)
    done = comity("assess", name)
    assert done.returncode == 0, done.stderr
    assert "bad\\xff.json" in comity("record", "list").stdout


def test_what_is_to_be_confirmed_is_marked_on_the_terminal_too(comity):
    done = comity("demo")
    rows = done.stdout[done.stdout.index("Decide") : done.stdout.index("Whom to reach")]
    assert rows.count("confirmed)") == 3


def test_a_report_above_the_ceiling_of_the_data_folder_is_refused(comity):
    comity.home.mkdir(mode=0o700)
    set_up(comity.home)
    (comity.folder / "r.txt").write_text("Demoland sealed\nThe address 198.51.100.7 was seen.\n")
    done = comity("assess", "r.txt")
    assert done.returncode == 2
    assert "r.txt: line 1: SEALED (Demoland) is above what this node may hold" in done.stderr
    assert not (comity.home / "record").exists()
