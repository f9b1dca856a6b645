"""The other commands, their exit codes, and how fast they start."""

import json
import os
import pty
import sqlite3
import subprocess
import sys

import pytest


def test_version_and_help_import_nothing_heavy():
    script = (
        "import sys\nbefore = set(sys.modules)\nfrom comity.cli.main import main\n"
        "try:\n    main([sys.argv[1]])\nexcept SystemExit:\n    pass\n"
        "print(sorted({m.split('.')[0] for m in set(sys.modules) - before} & "
        "{'msgspec', 'cryptography', 'jinja2', 'rich', 'babel', 'cel_expr_python', 'sqlite3'}))"
    )
    for flag in ("--version", "--help"):
        done = subprocess.run(
            [sys.executable, "-c", script, flag], check=True, capture_output=True, text=True
        )
        assert done.stdout.splitlines()[-1] == "[]"


def test_a_terminal_sees_that_something_is_going_on_and_a_pipe_does_not(comity):
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "comity", "demo"], cwd=comity.folder,
        env={**os.environ, "COMITY_HOME": str(comity.home), "TERM": "xterm"},
        stdout=subprocess.PIPE, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    try:
        while more := os.read(ours, 65536):  # a terminal that nobody reads holds its writer up
            shown += more
    except OSError:  # how Linux says that the other end is closed
        pass
    os.close(ours)
    out, _ = process.communicate()
    assert process.returncode == 0
    assert b"reading, assessing, recording" in shown
    assert b"making the demonstration node" in shown
    assert b"reading, assessing" not in out
    assert comity("demo").stderr == ""


def test_a_command_that_does_not_exist_is_bad_usage(comity):
    assert comity("assist").returncode == 2
    assert comity().returncode == 2


def test_the_packs_can_be_listed_shown_and_searched(comity):
    norms = comity("knowledge", "list", "norms").stdout.splitlines()
    assert len(norms) == 11
    shown = json.loads(comity("knowledge", "show", "norm.un.13h", "--json").stdout)
    assert shown["paragraph"].startswith("A/70/174")
    found = comity("knowledge", "search", "24/7", "preservation").stdout
    assert "ch.budapest.247" in found
    assert comity("knowledge", "show", "norm.un.13z").returncode == 2


@pytest.mark.parametrize("word", ["Албания", "албания", "阿尔巴尼亚", "ألبانيا", "Albanie"])
def test_a_state_is_found_by_its_name_in_another_language(comity, word):
    assert "ALB" in comity("knowledge", "search", word).stdout.split()


def test_an_accent_typed_as_a_character_of_its_own_is_the_same_accent(comity):
    assert "PER" in comity("knowledge", "search", "Pe\u0301rou").stdout.split()


def test_a_state_is_shown_with_its_names_and_what_was_not_verified_of_them(comity):
    shown = json.loads(comity("knowledge", "show", "ALB", "--json").stdout)
    assert shown["names"]["zh"] == "阿尔巴尼亚"
    assert "TUR: has names not verified in: ar" in comity("knowledge", "check").stdout


def test_the_check_of_the_packs_answers_yes(comity):
    done = comity("knowledge", "check", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["sound"] is True


@pytest.mark.parametrize("verb", ["list", "verify", "keys"])
def test_a_data_folder_without_a_record_is_named_and_not_called_sound(comity, verb):
    done = comity("record", verb)
    assert done.returncode == 2
    assert "there is no record in" in done.stderr
    assert "comity demo" in done.stderr
    assert not comity.home.exists()


def test_the_record_holds_reports_facts_and_the_assessment_and_proves_them(comity):
    comity.case()
    rows = json.loads(comity("record", "list", "--json").stdout)
    assert [row["kind"] for row in rows] == ["import", "import", "assessment"]
    report = json.loads(comity("record", "verify", "--json").stdout)
    assert report["ok"]
    assert report["size"] == 3
    assert comity("record", "prove", "2", "--out", "proof").returncode == 0
    checked = comity("record", "check", "proof", COMITY_HOME="/nonexistent")
    assert checked.returncode == 0
    assert "compare this fingerprint" in checked.stdout


def test_a_proof_under_pinned_keys_says_so_and_under_other_keys_fails(comity, tmp_path):
    comity.case()
    comity("record", "prove", "0", "--out", "proof")
    keys = json.loads(comity("record", "keys", "--json").stdout)["vkeys"]
    pins = [part for key in keys for part in ("--vkey", key)]
    done = comity("record", "check", "proof", *pins)
    assert done.returncode == 0
    assert "Proven under pinned keys" in done.stdout
    comity.case("--home", str(tmp_path / "other"))
    other = json.loads(
        comity("record", "keys", "--json", "--home", str(tmp_path / "other")).stdout
    )["vkeys"]
    wrong = [part for key in other for part in ("--vkey", key)]
    assert comity("record", "check", "proof", *wrong).returncode == 1
    assert comity("record", "check", "proof", "--vkey", "nonsense").returncode == 2


def test_a_changed_proof_is_refused(comity):
    comity.case()
    comity("record", "prove", "1", "--out", "proof")
    file = comity.folder / "proof"
    text = file.read_text()
    file.write_text(text.replace("index 1", "index 0"))
    done = comity("record", "check", "proof")
    assert done.returncode == 1
    assert "Not proven" in done.stdout


def test_a_damaged_record_is_not_sound_and_the_entry_is_named(comity):
    comity.case()
    with sqlite3.connect(comity.home / "record" / "log.db") as log:
        log.execute("UPDATE openings SET payload = CAST(payload || ' ' AS BLOB) WHERE idx = 1")
    log.close()
    done = comity("record", "verify")
    assert done.returncode == 1
    assert "NOT sound" in done.stdout
    assert "Entry 1" in done.stdout


def test_erasing_takes_two_officers_and_a_confirmation_and_leaves_a_tombstone(comity):
    comity.case()
    erase = ("record", "erase", "1", "--reason", "named a patient")
    assert comity(*erase, "--officer", "A. Owner", "--yes").returncode == 2
    both = (*erase, "--officer", "A. Owner", "--officer", "B. Colleague")
    asked = comity(*both, stdin="no\n")
    assert asked.returncode == 1
    assert "cannot be undone" in asked.stderr
    done = comity(*both, stdin="erase 1\n")
    assert done.returncode == 0, done.stderr
    rows = json.loads(comity("record", "list", "--json").stdout)
    assert [row["kind"] for row in rows] == ["import", "erased", "assessment", "erasure"]
    assert comity("record", "verify").returncode == 0


def test_the_dialogue_saves_each_answer_and_can_be_continued(comity):
    first = comity("intake", "--as", "EST", stdin="Estonia\n2026-03-02T09:00Z\n?\n\nq\n")
    assert first.returncode == 0, first.stderr
    assert "It decides:" in first.stderr
    sheet = (comity.folder / "facts.toml").read_text("utf-8")
    assert 'value = "EST"' in sheet
    with (comity.folder / "facts.toml").open("a") as file:
        file.write("# a colleague's remark\n")
    again = comity("intake", stdin="\nq\n")
    assert "Continuing facts.toml: 3 answers so far" in again.stderr
    assert "a colleague's remark" in (comity.folder / "facts.toml").read_text("utf-8")


def test_what_was_answered_with_not_known_can_be_answered_later(comity):
    comity("intake", "--as", "EST", stdin="\n" * 40)
    again = comity("intake", stdin="\n" * 400)
    assert "0 questions answered" not in again.stdout


def test_a_dialogue_that_breaks_off_keeps_what_was_answered(comity):
    comity("intake", stdin="Estonia\nnonsense")
    assert 'value = "EST"' in (comity.folder / "facts.toml").read_text("utf-8")


def test_a_sheet_from_the_dialogue_feeds_an_assessment(comity, examples):
    comity("intake", "--as", "IRL", stdin="Ireland\n2026-03-02T09:00Z\nq\n")
    bundle = str(examples / "ransomware-hse-2021" / "bundle.json")
    done = comity("assess", bundle, "--facts", "facts.toml", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["dossier"]["asked_by"] == "Ireland"


@pytest.mark.parametrize("args", [["knowledge", "list"], ["knowledge", "check"], ["demo"]])
def test_a_reader_that_goes_away_is_no_failure(comity, args):
    shell = f"{sys.executable} -m comity {' '.join(args)} | head -n 1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", shell], check=False, cwd=comity.folder,
        env={"COMITY_HOME": str(comity.home), "PATH": "/usr/bin:/bin", "HOME": str(comity.folder)},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.stderr == ""


def test_profiles_from_an_official_bundle_stand_in_place_of_the_package(comity):
    bundle = {
        "type": "bundle", "id": "bundle--1",
        "objects": [
            {"type": "intrusion-set", "id": "intrusion-set--7b2a5ab5-7c0c-4b4a-9d4d-6f5e7f0e7a01",
             "name": "Made-up Group",
             "external_references": [{"source_name": "mitre-attack", "external_id": "G9001"}]},
        ],
    }  # fmt: skip
    assert "G0007" in comity("knowledge", "list", "actors").stdout
    (comity.folder / "attack.json").write_text(json.dumps(bundle))
    done = comity("knowledge", "update", "--attack", "attack.json")
    assert done.returncode == 0, done.stderr
    assert "1 clusters, 0 with a profile" in done.stdout
    assert "G0007" not in comity("knowledge", "list", "actors").stdout
    assert "Made-up Group" in comity("knowledge", "show", "G9001").stdout
    (comity.folder / "attack.json").write_text("{}")
    refused = comity("knowledge", "update", "--attack", "attack.json")
    assert refused.returncode == 2
    assert "attack.json" in refused.stderr
    assert "Made-up Group" in comity("knowledge", "show", "G9001").stdout


def test_a_campaign_that_prose_refers_to_is_no_evidence_about_itself(comity, examples):
    report = examples / "wiper-albania-2022" / "report.txt"
    done = comity("assess", str(report), "--attribution", "--out", "prose")
    assert done.returncode == 0, done.stderr
    page = json.loads((comity.folder / "prose" / "attribution.json").read_text("utf-8"))
    assert page["left_out"] == ["C0038"]
    assert page["candidates"][0]["id"] != "G1001"


def test_a_file_on_resemblance_is_written_only_when_it_is_asked_for(comity, examples):
    folder = examples / "wiper-albania-2022"
    args = ("assess", str(folder / "bundle.json"), "--facts", str(folder / "facts.toml"))
    comity(*args, "--out", "without")
    assert not (comity.folder / "without" / "attribution.html").exists()
    done = comity(*args, "--attribution", "--out", "with")
    assert done.returncode == 0, done.stderr
    assert "never for others" in done.stdout
    page = (comity.folder / "with" / "attribution.html").read_text("utf-8")
    assert "Do not attribute." in page
    dossier = (comity.folder / "with" / "dossier.html").read_text("utf-8")
    assert "Magic Hound" in page
    assert "Magic Hound" not in dossier
