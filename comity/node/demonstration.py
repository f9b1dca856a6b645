"""Whether a data folder is a demonstration, and how to sign in to it. No Django in here.

A demonstration is marked by one file in its folder, which every page looks for: nobody is to take
what stands on such a node for real.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from comity.errors import Unavailable

FILE = "demonstration.json"
OWN = "IRL"
"""Whose desk it is: the first example is Ireland's, and needs no attribution."""


class Login(msgspec.Struct, frozen=True):
    """How to sign in to one account; ``secret`` makes its six digits (RFC 6238), in base32."""

    name: str
    email: str
    password: str
    secret: str


class Demonstration(msgspec.Struct, frozen=True):
    """The accounts of a demonstration. ``made`` is False while it is being made."""

    accounts: tuple[Login, ...]
    made: bool


def here(home: Path) -> bool:
    """Whether this data folder is a demonstration."""
    return (home / FILE).exists()


def own_state(home: Path) -> str | None:
    """Whose desk a demonstration is, None for any other folder."""
    return OWN if here(home) else None


def read(home: Path) -> Demonstration | None:
    """The demonstration in this folder, None where there is none. Raises Unavailable."""
    try:
        return msgspec.json.decode((home / FILE).read_bytes(), type=Demonstration)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        raise Unavailable(f"{home / FILE} cannot be read: {error}") from error


def begin(home: Path) -> bool:
    """Mark a folder, before anything is made in it; False where somebody did so already."""
    try:
        handle = os.open(home / FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.encode(Demonstration((), made=False)))
    return True


def finish(home: Path, accounts: tuple[Login, ...]) -> Demonstration:
    """Keep how to sign in, readable by the owner of the folder only."""
    made = Demonstration(accounts, made=True)
    beside = home / f".{FILE}.tmp"
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(msgspec.json.encode(made))
    beside.replace(home / FILE)
    return made
