"""Online keys and root documents on disk: whole after a crash, or not there."""

import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from comity.errors import BadInput, Unavailable
from comity.identity import ceremony
from comity.identity.own_roots import MemoryRoots, OwnRoots, RootFiles
from comity.identity.root import read_root
from comity.identity.store import FileKeys, KeyStore, MemoryKeys, online_name, recipient_name
from tests.identity.support import DESK, LEGAL, NOW, ONLINE, draft, pair, root_1, signed, version_1
from tests.record.support import randomness

SECRET = b"a secret of 32 bytes, or of more"
NAME = online_name(pair(ONLINE).public)


def keys(folder: Path, passphrase: bytes = b"a passphrase to test") -> FileKeys:
    return FileKeys(folder / "keys", lambda: passphrase, randomness())


@pytest.fixture(params=["files", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> KeyStore:
    return keys(tmp_path) if request.param == "files" else MemoryKeys()


def test_a_secret_is_kept_under_its_name_and_never_written_over(store: KeyStore) -> None:
    assert store.names() == ()
    store.put(NAME, SECRET)
    assert store.get(NAME) == SECRET
    with pytest.raises(BadInput, match="keys are never written over"):
        store.put(NAME, b"another")
    assert (store.get(NAME), store.names()) == (SECRET, (NAME,))


def test_a_secret_that_is_not_there_is_said_to_be_missing(store: KeyStore) -> None:
    with pytest.raises(BadInput, match="restore it from a backup, or rotate"):
        store.get(recipient_name("age1pq1q"))


def test_a_key_file_is_its_owners_alone_and_holds_no_plain_secret(tmp_path: Path) -> None:
    store = keys(tmp_path)
    store.put(NAME, SECRET)
    path = tmp_path / "keys" / f"{NAME}.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]
    assert SECRET not in path.read_bytes()
    assert "a passphrase" not in repr(store) + str(vars(store))
    path.chmod(0o640)
    with pytest.raises(Unavailable, match="set its mode to 600"):
        store.get(NAME)


def test_a_wrong_passphrase_loses_nothing(tmp_path: Path) -> None:
    keys(tmp_path).put(NAME, SECRET)
    with pytest.raises(BadInput, match="does not open the key file"):
        keys(tmp_path, b"not the passphrase").get(NAME)
    assert keys(tmp_path).get(NAME) == SECRET


@pytest.mark.parametrize("name", ["../log", "online-", "root-x", "online-a/b"])
def test_a_name_that_would_lead_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="A key is named online- or recipient-"):
        keys(tmp_path).put(name, SECRET)


class Crash(BaseException):
    """The process dies here."""


def dying_at(call: Callable[..., object], number: int, *, after: bool) -> Callable[..., object]:
    """Let the first ``number`` calls through, and die before or after the next one."""
    left = number

    def step(*args: object) -> object:
        nonlocal left
        left -= 1
        if left >= 0:
            return call(*args)
        if after:
            call(*args)
        raise Crash

    return step


STEPS = [("fsync", 0), ("replace", 0), ("fsync", 1), ("fsync", 2)]


@pytest.fixture(params=[(step, after) for step in STEPS for after in (False, True)], ids=str)
def dying(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A process that is killed at one of the steps by which a file gets to the disk."""
    (name, number), after = request.param
    owner: object = os if name == "fsync" else Path
    monkeypatch.setattr(owner, name, dying_at(getattr(owner, name), number, after=after))
    return monkeypatch


def test_a_crash_leaves_a_root_document_whole_or_not_there(
    tmp_path: Path, dying: pytest.MonkeyPatch
) -> None:
    roots = RootFiles(tmp_path / "identity")
    with pytest.raises(Crash):
        roots.add(version_1())
    dying.undo()
    assert roots.load() in ((), (version_1(),))
    if not roots.load():
        roots.add(version_1())
    assert roots.load() == (version_1(),)


def test_a_crash_leaves_a_key_whole_or_not_there(tmp_path: Path, dying: pytest.MonkeyPatch) -> None:
    store = keys(tmp_path)
    with pytest.raises(Crash):
        store.put(NAME, SECRET)
    dying.undo()
    if store.names():
        assert store.get(NAME) == SECRET
    else:
        store.put(NAME, SECRET)
        assert store.names() == (NAME,)


# -- root documents --------------------------------------------------------------------------


@pytest.fixture(params=["files", "memory"])
def roots(request: pytest.FixtureRequest, tmp_path: Path) -> OwnRoots:
    return RootFiles(tmp_path / "identity") if request.param == "files" else MemoryRoots()


def version_2(**changed: object) -> bytes:
    return signed(ceremony.renew(root_1(), NOW, **changed), DESK, LEGAL)  # type: ignore[arg-type]


def test_versions_are_added_one_after_the_other(roots: OwnRoots) -> None:
    assert roots.load() == ()
    with pytest.raises(BadInput, match="begins with version 2"):
        roots.add(version_2())
    roots.add(version_1())
    second = version_2()
    assert roots.add(second).version == 2
    assert roots.load() == (version_1(), second)


def test_a_version_is_never_there_in_two_forms(roots: OwnRoots) -> None:
    roots.add(version_1())
    roots.add(version_2())
    with pytest.raises(BadInput, match="does not follow version 2"):
        roots.add(version_2(holders=None, online=pair(4).public))


def test_a_document_that_too_few_signed_is_not_added(roots: OwnRoots) -> None:
    with pytest.raises(BadInput, match="signed by 2 of the 4"):
        roots.add(signed(draft(), DESK))
    assert roots.load() == ()


def test_of_two_that_add_the_same_version_at_once_one_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "identity"
    RootFiles(folder).add(version_1())
    versions = [version_2(online=pair(4).public), version_2(online=pair(5).public)]
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def add(data: bytes) -> None:
        start.wait(5)
        try:
            RootFiles(folder).add(data)
        except BadInput:
            outcomes.append("refused")
        else:
            outcomes.append("added")

    threads = [threading.Thread(target=add, args=(data,)) for data in versions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["added", "refused"]
    assert read_root(RootFiles(folder).load()[1]).version == 2


def test_a_version_that_is_missing_is_not_taken_for_an_older_identity(tmp_path: Path) -> None:
    roots = RootFiles(tmp_path)
    roots.add(version_1())
    roots.add(version_2())
    (tmp_path / "1.root.json").unlink()
    with pytest.raises(Unavailable, match="but a later version: restore it"):
        roots.load()
