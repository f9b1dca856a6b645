"""The command for witnesses: keys that are made once, a policy for others, evidence."""

import json

from comity.record import policy
from comity.record.cosignature import CosignerPair, parse_witness_keys
from comity.record.evidence import Evidence, Kind
from tests.actions.test_witnesses import forked, keys_of, record_in_memory
from tests.record.support import randomness

OTHER = CosignerPair.generate(randomness(70)).keys


def test_the_keys_are_made_once(comity):
    made = json.loads(comity("witness", "keys", "--json").stdout)
    assert parse_witness_keys(tuple(made["vkeys"])).name == made["name"]
    assert json.loads(comity("witness", "keys", "--json").stdout) == made
    assert made["vkeys"][0] in comity("witness", "keys").stdout


def test_the_policy_is_one_that_others_can_read(comity):
    comity.case()
    assert "no witnesses.toml" in comity("witness", "policy").stderr
    file = comity.home / "witnesses.toml"
    file.write_text(
        f'quorum = 1\n[[witness]]\nname = "A"\nurl = "https://a.example"\n'
        f"vkeys = {list(OTHER.vkeys)}\n"
    )
    done = comity("witness", "policy")
    assert done.returncode == 0
    assert done.stdout.startswith("# Weak: ")
    assert policy.parse(done.stdout.encode()).witnesses == (OTHER,)
    assert json.loads(comity("witness", "policy", "--json").stdout)["weak"]
    comity("record", "prove", "0", "--out", "proof")
    (comity.folder / "policy").write_text(done.stdout)
    checked = comity("record", "check", "proof", "--policy", "policy")
    assert checked.returncode == 1
    assert "Unwitnessed" in checked.stdout


def test_evidence_of_a_fork_is_checked_against_the_keys_of_the_log(comity):
    record = record_in_memory(71)
    twin = forked(record, b"other")
    file = comity.folder / "fork"
    first, second = record.checkpoint() or b"", twin.checkpoint() or b""
    file.write_bytes(bytes(Evidence(Kind.FORK, first, second)))
    pins = [part for key in keys_of(record).vkeys for part in ("--vkey", key)]
    done = comity("witness", "check", "fork", *pins)
    assert done.returncode == 0
    assert "signed two histories of 1 entries" in done.stdout
    file.write_bytes(bytes(Evidence(Kind.FORK, first, first)))
    done = comity("witness", "check", "fork", *pins, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["ok"] is False
