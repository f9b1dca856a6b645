"""Damage on disk: the verification names it, and nothing is signed over it."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from comity.errors import BadInput, Unavailable
from tests.record.support import on_disk

SMALL, LARGE = b"small", b"L" * 70_000
NAMES = [sha256(body).hexdigest() for body in (SMALL, LARGE)]
HOLDER = f'{{"blobs":["{NAMES[0]}","{NAMES[1]}"],"kind":"x"}}'.encode()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A record of 300 entries: one full tile, a partial one, and one level above."""
    with on_disk(tmp_path) as record:
        record.append([b"payload that is long enough"] * 299)
        record.append([HOLDER], dict(zip(NAMES, (SMALL, LARGE), strict=True)))
    return tmp_path


@contextmanager
def database(home: Path, name: str = "log.db") -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(home / "record" / name)
    with connection:
        yield connection
    connection.close()


def flip(table: str, column: str, where: str) -> str:
    """A statement that changes the 21st byte."""
    value = f"CAST(substr({column}, 1, 20) || x'07' || substr({column}, 22) AS BLOB)"
    return f"UPDATE {table} SET {column} = {value} WHERE {where}"  # noqa: S608 - fixed words


TAIL = [
    (flip("entries", "entry", "idx = 290"), "Entry 290: The payload of"),
    (flip("openings", "salt", "idx = 290"), "Entry 290: The payload of"),
    (flip("openings", "payload", "idx = 290"), "Entry 290: "),
    ("UPDATE openings SET salt = 'short' WHERE idx = 290", "Entry 290: The salt of an opening"),
    ("DELETE FROM openings WHERE idx = 290", "entry 290 is missing, and no tombstone"),
    ("DELETE FROM entries WHERE idx = 290", "Entry 290 is missing."),
    (
        flip("tiles", "hashes", "level = 0 AND n = 1"),
        "tile/0/001.p/44 is not what its entries hash to",
    ),
    (
        flip("tiles", "hashes", "level = 1"),
        "tile/1/000.p/1 is not what its entries hash to",
    ),
    ("DELETE FROM tiles WHERE level = 1", "tile/1/000.p/1 is not what its entries hash to"),
]
"""Damage at the right edge, which the next signature depends on."""

BACK = [
    (flip("entries", "entry", "idx = 3"), "Entry 3: The payload of"),
    (flip("openings", "payload", "idx = 3"), "Entry 3: The payload of"),
    (
        flip("tiles", "hashes", "level = 0 AND n = 0"),
        "tile/0/000 is not what its entries hash to",
    ),
    ("UPDATE bodies SET body = 'other'", "is damaged; restore it from a copy"),
    ("DELETE FROM bodies", "The record holds no body"),
    ("INSERT INTO tiles VALUES (5, 0, x'00')", "tile/5/000 is not part of the tree"),
    ("DELETE FROM held", "list of the bodies that entry 299 holds is wrong"),
    ("INSERT INTO tombstones VALUES (3, 4, 1)", "list of tombstones is not what the entries say"),
]


@pytest.mark.parametrize(("damage", "sentence"), [*TAIL, *BACK])
def test_the_verification_names_the_damage(home: Path, damage: str, sentence: str) -> None:
    with database(home) as connection:
        assert connection.execute(damage).rowcount
    with on_disk(home, 1) as record:
        report = record.verify()
        assert not report.ok
        assert any(sentence in problem for problem in report.problems), report.problems


@pytest.mark.parametrize("damage", [damage for damage, _ in TAIL])
def test_nothing_is_signed_over_damage_at_the_right_edge(home: Path, damage: str) -> None:
    with on_disk(home, 1) as record:
        before = record.checkpoint()
    with database(home) as connection:
        connection.execute(damage)
    with on_disk(home, 1) as record:
        with pytest.raises(Unavailable, match="nothing more is signed"):
            record.append([b"x"])
        assert record.checkpoint() == before


def test_a_damaged_tile_of_a_new_batch_is_found_before_it_is_signed(home: Path) -> None:
    """A crash leaves a batch unsigned, and its tile is damaged before the next writer comes."""
    with on_disk(home, 1) as record:
        before = record.checkpoint()
        record.append([b"one", b"two"])
    with database(home, "checkpoint.db") as connection:
        connection.execute("UPDATE checkpoint SET body = ?", (before,))
    with database(home) as connection:
        # Only the hash of the last entry, which no signed root covers yet.
        connection.execute(
            "UPDATE tiles SET hashes = CAST(substr(hashes, 1, 45 * 32) || zeroblob(32) AS BLOB)"
            " WHERE level = 0 AND n = 1"
        )
    with on_disk(home, 2) as record:
        with pytest.raises(Unavailable, match=r"tile/0/001 is not what the entries hash to"):
            record.append([b"x"])
        assert record.checkpoint() == before


def test_a_damaged_body_is_named_and_not_served(home: Path) -> None:
    path = home / "record" / "blobs" / NAMES[1]
    path.write_bytes(b"M" + LARGE[1:])
    with on_disk(home, 1) as record:
        assert record.verify().problems == (
            f"Entry 299: The body {NAMES[1]} in the record is damaged; restore it from a copy.",
        )
        with pytest.raises(Unavailable, match="is damaged"):
            record.blob(NAMES[1])
        record.put_blob(LARGE)
        assert record.verify().ok
        path.with_name("f" * 64).write_bytes(b"nobody's")
        assert f"The body {'f' * 64} in the record is damaged" in record.verify().problems[0]


def test_a_damaged_checkpoint_is_named_and_not_continued(home: Path) -> None:
    with database(home, "checkpoint.db") as connection:
        connection.execute("UPDATE checkpoint SET body = replace(body, '300', '299')")
    with on_disk(home, 1) as record:
        assert any("does not fit the note" in problem for problem in record.verify().problems)
        with pytest.raises(Unavailable, match="The last checkpoint on disk is damaged"):
            record.append([b"x"])


def test_a_damaged_entry_is_not_proven(home: Path) -> None:
    with database(home) as connection:
        connection.execute(flip("openings", "payload", "idx = 3"))
        connection.execute("DELETE FROM entries WHERE idx = 4")
        connection.execute("DELETE FROM openings WHERE idx = 5")
    with on_disk(home, 1) as record:
        with pytest.raises(Unavailable, match="run the verification"):
            record.prove(3)
        with pytest.raises(Unavailable, match="Entry 4 is missing on disk"):
            record.prove(4)
        with pytest.raises(BadInput, match="has been erased"):
            record.prove(5)


def copy(home: Path, name: str, to: Path) -> None:
    """Copy a database as a careful operator does: by SQLite's own backup."""
    source, target = sqlite3.connect(home / "record" / name), sqlite3.connect(to)
    source.backup(target)
    source.close()
    target.close()


def restore(home: Path, name: str, copied: Path) -> None:
    for path in (home / "record").glob(f"{name}*"):
        path.unlink()
    shutil.copy(copied, home / "record" / name)


def test_an_older_log_is_not_written_to(home: Path, tmp_path: Path) -> None:
    copy(home, "log.db", tmp_path / "old.db")
    with on_disk(home, 1) as record:
        record.append([b"signed", b"later"])
    restore(home, "log.db", tmp_path / "old.db")
    with on_disk(home, 2) as record:
        with pytest.raises(Unavailable, match="ends at 300 entries, but 302 have already been"):
            record.append([b"fork"])
        with pytest.raises(Unavailable, match="Entry 300 is missing on disk"):
            list(record.entries())
        assert "ends at 300 entries, but 302 have been signed" in record.verify().problems[0]
    (home / "record" / "log.db").unlink()
    with on_disk(home, 3) as record, pytest.raises(Unavailable, match="ends at 0 entries"):
        record.append([b"fork"])


@pytest.mark.parametrize("lost", [False, True], ids=["older", "lost"])
def test_an_older_checkpoint_is_verified_and_signed_forward(
    home: Path, tmp_path: Path, *, lost: bool
) -> None:
    copy(home, "checkpoint.db", tmp_path / "old.db")
    with on_disk(home, 1) as record:
        record.append([b"signed", b"later"])
    if lost:
        (home / "record" / "checkpoint.db").unlink()
    else:
        restore(home, "checkpoint.db", tmp_path / "old.db")
    with on_disk(home, 2) as record:
        report = record.verify()
        assert (report.ok, report.unsigned) == (True, 302 if lost else 2)
        assert record.append([b"next"]).first_index == 302
        assert record.verify().unsigned == 0


def test_a_log_with_another_history_is_not_written_to(home: Path, tmp_path: Path) -> None:
    with on_disk(tmp_path / "other", seed=8) as record:
        record.append([b"another history"] * 300)
    copy(tmp_path / "other", "log.db", tmp_path / "other.db")
    restore(home, "log.db", tmp_path / "other.db")
    with on_disk(home, 1) as record:
        with pytest.raises(Unavailable, match="do not lead to the signed root"):
            record.append([b"fork"])
        assert "The entries do not lead to the signed root." in record.verify().problems


def test_something_else_that_moves_the_checkpoint_is_noticed(home: Path) -> None:
    with on_disk(home, 1) as record:
        record.append([b"x"])
        signer = record._signer

        class Meddler:
            keys, create = signer.keys, signer.create

            def sign(self, *given: object) -> object:
                with database(home, "checkpoint.db") as connection:
                    connection.execute("UPDATE checkpoint SET body = x'00'")
                return signer.sign(*given)  # type: ignore[arg-type]

        record._signer = Meddler()  # type: ignore[assignment]
        with pytest.raises(Unavailable, match="something else writes"):
            record.append([b"y"])


def test_a_tile_that_is_lost_under_an_open_record_is_noticed(home: Path) -> None:
    with on_disk(home, 1) as record:
        record.append([b"x"])
        with database(home) as connection:
            connection.execute("DELETE FROM tiles WHERE level = 0 AND n = 1")
        with pytest.raises(Unavailable, match="does not hold 45 hashes: nothing more is signed"):
            record.append([b"y"])
