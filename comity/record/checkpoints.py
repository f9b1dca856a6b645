"""Where the last signed checkpoint lies, apart from the log it covers.

The two are separate so that a log restored from an older copy is noticed: its size is then below
what has been signed, and signing again would fork the history.
"""

from pathlib import Path

from comity.record import database, files

FILE_NAME = "checkpoint.db"
_SCHEMA = """
CREATE TABLE checkpoint (id INTEGER PRIMARY KEY CHECK (id = 1), body BLOB NOT NULL);
INSERT INTO checkpoint VALUES (1, x'');
"""


class CheckpointDatabase:
    """One signed note that only ever moves by compare-and-swap.

    ``swap`` is atomic and durable when it returns True (SQLite, ``synchronous=FULL``); any
    process may call it at any time, and of two that expect the same body one loses. Nobody
    retries. With ``directory`` None it is in memory, for tests.
    """

    def __init__(self, directory: Path | None) -> None:
        with files.disk("The record"):
            if directory is None:
                self._connection = database.in_memory(_SCHEMA)
            else:
                database.create(directory / FILE_NAME, _SCHEMA)
                self._connection = database.connect(directory / FILE_NAME)

    def read(self) -> bytes:
        """Return the signed note, or no bytes before the first one."""
        with files.disk("The record"):
            row = self._connection.execute("SELECT CAST(body AS BLOB) FROM checkpoint").fetchone()
        return bytes(row[0])

    def swap(self, expected: bytes, body: bytes) -> bool:
        """Replace ``expected`` by ``body``; return False if something else is there."""
        with files.disk("The record"):
            cursor = self._connection.execute(
                "UPDATE checkpoint SET body = ? WHERE id = 1 AND body = ?", (body, expected)
            )
        return cursor.rowcount == 1

    def close(self) -> None:
        """Close the database."""
        self._connection.close()
