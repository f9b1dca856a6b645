"""Files that the operator puts into the data folder: rules of approval, marking schemes."""

from __future__ import annotations

from pathlib import Path

from comity.errors import BadInput, Unavailable


def read(home: Path, name: str, largest: int) -> bytes | None:
    """The bytes of a file of the data folder, None where there is none.

    Raises BadInput where it is larger than ``largest`` bytes, and Unavailable.
    """
    file = home / name
    try:
        if file.stat().st_size > largest:
            raise BadInput(f"{name} is larger than {largest >> 10} KiB")
        return file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unavailable(f"{file} cannot be read: {error.strerror}") from error
