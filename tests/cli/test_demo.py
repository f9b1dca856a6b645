"""``comity demo``: a living node in a fresh folder, and hands off every other one."""

import json
import re

import pytest

from comity.node.demonstration import FILE, begin
from tests.cli.conftest import Command


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A demonstration, and what the call that made it said."""
    comity = Command(tmp_path_factory.mktemp("demo"))
    done = comity("demo", "--out", "out")
    assert done.returncode == 0, done.stderr
    return comity, done


def kinds(comity):
    return [row["kind"] for row in json.loads(comity("record", "list", "--json").stdout)]


def test_the_dossier_comes_first_and_then_how_to_sign_in(made):
    _comity, done = made
    assert done.stderr == ""
    dossier, node = done.stdout.index("Dossier:"), done.stdout.index("Node:")
    assert dossier < node
    said = done.stdout[node:]
    assert "comity serve" in said
    assert "duty-officer@demo.example" in said
    assert re.search(r"password [a-z]{4}(-[a-z]{4}){3}", said)


def test_only_the_owner_of_the_folder_reads_the_passwords(made):
    comity, _ = made
    assert (comity.home / FILE).stat().st_mode & 0o077 == 0
    assert comity.home.stat().st_mode & 0o077 == 0


def test_the_codes_are_printed_for_every_role(made):
    comity, _ = made
    done = comity("demo", "--codes")
    assert done.returncode == 0, done.stderr
    rows = done.stdout.splitlines()
    assert len(rows) == 8
    assert all(re.search(r"@demo\.example .* [0-9]{6}$", row) for row in rows)
    same = json.loads(comity("demo", "--codes", "--json").stdout)
    assert all(one["email"] in row for one, row in zip(same, rows, strict=True))


def test_a_second_call_leaves_the_world_alone_and_says_so(made):
    comity, _ = made
    before = (comity.home / FILE).read_bytes()
    entries = kinds(comity)
    done = comity("demo", "--out", "out")
    assert "left as it is" in done.stdout
    assert (comity.home / FILE).read_bytes() == before
    assert kinds(comity) == [*entries, "import", "import", "assessment"]  # the dossier alone


def test_the_record_of_the_world_verifies(made):
    comity, _ = made
    assert json.loads(comity("record", "verify", "--json").stdout)["ok"]


def test_a_folder_in_use_is_not_touched(comity):
    comity.case()
    done = comity("demo", "--out", "out")
    assert done.returncode == 0, done.stderr
    assert "was in use" in done.stdout
    assert not (comity.home / FILE).exists()
    assert not (comity.home / "node").exists()


def test_keys_that_an_operator_put_into_a_folder_make_it_one_in_use(comity):
    (comity.home / "senders").mkdir(parents=True)
    done = comity("demo", "--out", "out")
    assert "was in use" in done.stdout
    assert not (comity.home / FILE).exists()


def test_a_demonstration_that_was_not_finished_is_called_so(comity):
    comity.home.mkdir()
    assert begin(comity.home)
    done = comity("demo", "--out", "out")
    assert "was not finished" in done.stdout
    assert not (comity.home / "node").exists()
    assert comity("demo", "--codes").returncode == 2


def test_without_a_demonstration_there_are_no_codes(comity):
    done = comity("demo", "--codes")
    assert done.returncode == 2
    assert "there is no demonstration in" in done.stderr
    assert not comity.home.exists()


def test_as_json_the_dossier_alone_goes_to_standard_output(comity):
    done = comity("demo", "--out", "out", "--json")
    assert json.loads(done.stdout)["entry"] == 2
    assert "duty-officer@demo.example" in done.stderr
