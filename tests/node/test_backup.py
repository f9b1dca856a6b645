"""What a backup holds of a node's witness: nothing."""

from pathlib import Path

from comity.node.backup import back_up, restore
from comity.record.cosignature import FILE_NAME, CosignerPair
from comity.record.keys import KeyFile
from comity.record.witness_state import WitnessState
from tests.record.support import clock, on_disk, randomness


def test_a_restored_node_is_another_witness(tmp_path: Path) -> None:
    home, file, restored = tmp_path / "home", tmp_path / "backup", tmp_path / "restored"
    with on_disk(home) as record:
        record.append([b"x"])
    key = KeyFile(home / "keys" / FILE_NAME, CosignerPair, randomness(1))
    key.create()
    WitnessState.make(home / "witness")
    assert (home / "witness" / "witness.db").exists()
    back_up(home, file, clock=clock, elsewhere=False, tell=lambda _: None)
    restore(file, restored, clock=clock, tell=lambda _: None)
    there = {path.relative_to(restored).as_posix() for path in restored.rglob("*")}
    assert "keys/log.pem" in there
    assert {name for name in there if "witness" in name} == set()
