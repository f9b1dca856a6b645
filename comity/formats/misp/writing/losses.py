"""What of the objects does not stand in the event, and how large the event may grow."""

from typing import Any

import msgspec
from msgspec import Struct

from comity.errors import BadInput
from comity.formats.text import MAX_BYTES

Sent = dict[str, Any]


class Unwritten(Struct, frozen=True):
    """One thing that was not written, or not as it was; ``str()`` is one sentence.

    ``id`` is the id of the object, ``None`` for what is true of many of them.
    """

    id: str | None
    rule: str

    def __str__(self) -> str:
        return f"{self.id} {self.rule}." if self.id else f"{self.rule}."


class Ledger:
    """The losses of one writing, what each object comes back as, and the bytes spent."""

    def __init__(self) -> None:
        self.losses: dict[Unwritten, None] = {}
        # By the id of an object the id that a reader gives to what was written for it.
        self.written: dict[str, str] = {}
        self.left_out: set[str] = set()
        self._spent = 0
        self._numbers: dict[str, str] = {}

    def lose(self, id_: str | None, rule: str) -> None:
        """Note a loss; the same one twice is one."""
        self.losses.setdefault(Unwritten(id_, rule))

    def leave_out(self, id_: str, rule: str) -> None:
        """Note an object of which nothing is written."""
        self.lose(id_, rule)
        self.left_out.add(id_)

    def number(self, group: str) -> str:
        """A number for the uuid of a sharing group, which MISP's own software asks for."""
        return self._numbers.setdefault(group, str(len(self._numbers) + 1))

    def spend(self, part: object) -> None:
        """Count a part that can stand in an event many times over.

        Raises ``BadInput`` where such parts alone would make a file that nothing reads.
        """
        self._spent += len(msgspec.json.encode(part))
        if self._spent > MAX_BYTES:
            raise BadInput(
                f"The event would have more than {MAX_BYTES} bytes, the most that is read;"
                " split the file."
            )
