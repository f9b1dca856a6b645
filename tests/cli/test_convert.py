"""``comity convert``: another format, the same markings, and a word on all that is lost."""

import json
from typing import Any

import pytest


def _demo(examples):
    return str(examples / "ransomware-hse-2021/bundle.json")


def test_a_bundle_becomes_a_misp_event_and_what_is_lost_is_said_by_number_first(comity, examples):
    done = comity("convert", _demo(examples), "--to", "misp")
    assert done.returncode == 0
    event = json.loads(done.stdout)["Event"]
    assert event["info"].startswith("Ransomware at Ireland")
    assert {"name": "tlp:clear"} in event["Tag"]
    said = done.stderr.splitlines()
    assert said[0].endswith("things are not as in the report:")
    assert said[-1].startswith("  and ")
    assert len(said) == 22


def test_json_has_every_loss(comity, examples):
    done = comity("convert", _demo(examples), "--to", "misp", "--json")
    found = json.loads(done.stdout)
    assert (found["from"], found["to"]) == ("stix-bundle", "misp")
    assert len(found["losses"]) > 20
    assert any(loss.startswith("incident--") for loss in found["losses"])
    assert found["content"]["Event"]["published"] is False
    assert done.stderr == ""


def test_a_bundle_keeps_the_bytes_of_every_object(comity, examples):
    done = comity("convert", _demo(examples), "--to", "stix")
    assert done.returncode == 0
    sent = json.loads((examples / "ransomware-hse-2021/bundle.json").read_text("utf-8"))
    made = json.loads(done.stdout)
    assert (made["type"], made["objects"]) == ("bundle", sent["objects"])
    assert done.stderr == ""
    assert comity("convert", _demo(examples), "--to", "stix").stdout == done.stdout


def test_from_misp_to_stix_and_back_nothing_is_lost(comity):
    event: dict[str, Any] = {
        "uuid": "5d1a9c3e-6b0f-4a53-9a55-000000000001",
        "info": "Phishing",
        "date": "2026-03-01",
        "timestamp": "1772400000",
        "publish_timestamp": "1772400000",
        "published": False,
        "threat_level_id": "2",
        "analysis": "1",
        "distribution": "1",
        "Attribute": [
            {
                "uuid": "5d1a9c3e-6b0f-4a53-8a55-000000000002",
                "type": "domain",
                "category": "Network activity",
                "value": "x.example",
                "to_ids": True,
                "distribution": "0",
                "timestamp": "1772400000",
            }
        ],
    }
    (comity.folder / "event.json").write_text(json.dumps({"Event": event}))
    assert comity("convert", "event.json", "--to", "stix", "--out", "a.json").returncode == 0
    done = comity("convert", "a.json", "--to", "misp")
    assert done.stderr == ""
    made = json.loads(done.stdout)["Event"]
    assert {key: made[key] for key in event if key != "Attribute"} == {
        key: value for key, value in event.items() if key != "Attribute"
    }
    assert event["Attribute"][0].items() <= made["Attribute"][0].items()


def test_prose_from_standard_input_can_be_converted(comity):
    text = "TLP:RED\nA report\n\nThe server was 203.0.113[.]7 and it was seen on many days by us.\n"
    done = comity("convert", "-", "--to", "misp", stdin=text)
    assert done.returncode == 0
    event = json.loads(done.stdout)["Event"]
    assert (event["distribution"], {"name": "tlp:red"} in event["Tag"]) == ("0", True)
    assert [it["value"] for it in event["Attribute"]] == ["203.0.113.7"]


def test_nothing_is_recorded(comity, examples):
    comity("convert", _demo(examples), "--to", "misp", "--out", "new/event.json")
    assert not comity.home.exists()
    assert json.loads((comity.folder / "new/event.json").read_text("utf-8"))["Event"]
    assert (comity.folder / "new/event.json").stat().st_mode & 0o077 == 0


def test_a_file_that_is_there_is_never_written_over(comity, examples):
    there = comity.folder / "there.json"
    there.write_text("mine")
    done = comity("convert", _demo(examples), "--to", "misp", "--out", "there.json")
    assert (done.returncode, done.stdout, there.read_text()) == (2, "", "mine")
    assert done.stderr == (
        "comity: there.json is there already: name a new file, or move that one away\n"
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("missing.json", "--to", "misp"), "comity: there is no file missing.json\n"),
        ((".", "--to", "misp"), "comity: . is a folder: name the files in it\n"),
        (("empty", "--to", "misp"), "comity: empty: The file is empty.\n"),
        (("broken", "--to", "stix"), "comity: broken: The JSON stops before its end, "),
        (("marking", "--to", "misp"),
         "comity: marking: The file holds nothing that a MISP event could be made of.\n"),
        (("nothing", "--to", "stix"),
         "comity: nothing: The file holds no object that could be written.\n"),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence(comity, arguments, sentence):
    tlp = "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"
    marking: dict[str, Any] = {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": tlp,
        "name": "TLP:CLEAR",
    }
    marking |= {"created": "2022-10-01T00:00:00.000Z"}
    extension = {"extension_type": "property-extension", "tlp_2_0": "clear"}
    marking["extensions"] = {
        "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d": extension
    }
    bundle = {"type": "bundle", "id": tlp.replace("marking-definition", "bundle")}
    (comity.folder / "empty").write_text("")
    (comity.folder / "broken").write_text('{"type": "bundle", "objects": [{"type"')
    (comity.folder / "marking").write_text(json.dumps({**bundle, "objects": [marking]}))
    (comity.folder / "nothing").write_text(json.dumps({**bundle, "objects": []}))
    done = comity("convert", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(sentence)
    assert done.stderr.count("\n") == 1


def test_a_format_that_nobody_writes_is_bad_usage(comity, examples):
    assert comity("convert", _demo(examples), "--to", "pdf").returncode == 2
    assert comity("convert", _demo(examples)).returncode == 2


def test_a_place_that_cannot_be_written_to_is_exit_code_three(comity, examples):
    (comity.folder / "file").write_text("a file where a folder should be")
    done = comity("convert", _demo(examples), "--to", "misp", "--out", "file/event.json")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("comity: file/event.json could not be written: ")
