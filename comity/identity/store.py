"""The private keys that a node keeps online: each in a locked file that its owner alone may read.

Root keys are never here. Their holders keep them elsewhere (``locked.lock_pair``).
"""

from __future__ import annotations

import re
import stat
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol

from comity.errors import BadInput, Unavailable
from comity.identity.locked import MAX_LOCKED, lock, unlock
from comity.identity.pair import PublicPair
from comity.record import files

DIRECTORY: Final = "keys"
"""Folder of the locked files, in ``<home>/identity``."""

_NAME = re.compile(r"(online|recipient)-[A-Za-z0-9_-]{1,64}")


class KeyStore(Protocol):
    """Holder of a node's online secrets, by name.

    ``put`` is atomic and durable: after a crash the secret is there whole or not at all. It never
    writes over another secret, so that a new pair cannot take the place of one whose root still
    holds. Wrong passphrases are BadInput and change nothing; failures of the disk are
    Unavailable; nobody retries. No secret is in an exception or in what an object shows of itself.
    """

    def put(self, name: str, secret: bytes) -> None:
        """Keep a secret under a name that is not taken."""

    def get(self, name: str) -> bytes:
        """Return a secret; BadInput if there is none of that name."""

    def names(self) -> tuple[str, ...]:
        """Return the names of what is kept, sorted; needs no passphrase."""


def online_name(pair: PublicPair) -> str:
    """Return the name of an online pair: a new pair is kept beside the old one."""
    return f"online-{pair.kids[0]}"


def recipient_name(recipient: str) -> str:
    """Return the name of the secret that opens what is sealed to ``recipient``."""
    return f"recipient-{sha256(recipient.encode()).hexdigest()[:32]}"


class FileKeys:
    """``KeyStore`` in a folder; ``passphrase()`` is asked when a secret is written or read."""

    def __init__(
        self, directory: Path, passphrase: Callable[[], bytes], randomness: Callable[[int], bytes]
    ) -> None:
        self._directory = directory
        self._passphrase = passphrase
        self._randomness = randomness

    def put(self, name: str, secret: bytes) -> None:
        """Lock the secret and write it durably; two writers of one name hold the same lock."""
        path = self._path(name)
        if path.exists():
            raise _taken(name)
        body = lock(secret, self._passphrase(), self._randomness)
        with files.disk("The key file"):
            files.make_directory(self._directory)
            files.write_durably(path, body)

    def get(self, name: str) -> bytes:
        """Read and unlock."""
        path = self._path(name)
        with files.disk("The key file"):
            if not path.exists():
                raise _missing(name)
            if stat.S_IMODE(path.stat().st_mode) & 0o077:
                raise Unavailable(
                    f"Others than its owner may read or change the key file {path}: set its mode "
                    "to 600, and consider a new passphrase and new keys."
                )
            with path.open("rb") as file:
                body = file.read(MAX_LOCKED + 1)
        return unlock(body, self._passphrase())

    def names(self) -> tuple[str, ...]:
        """List the files."""
        with files.disk("The key file"):
            if not self._directory.is_dir():
                return ()
            found = [path.stem for path in self._directory.glob("*.pem")]
        return tuple(sorted(name for name in found if _NAME.fullmatch(name)))

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise BadInput("A key is named online- or recipient- and its id.")
        return self._directory / f"{name}.pem"


class MemoryKeys:
    """``KeyStore`` that is gone with the process: the twin for tests."""

    def __init__(self) -> None:
        self._secrets: dict[str, bytes] = {}

    def put(self, name: str, secret: bytes) -> None:
        """Keep the secret."""
        if name in self._secrets:
            raise _taken(name)
        self._secrets[name] = secret

    def get(self, name: str) -> bytes:
        """Return the secret."""
        if name not in self._secrets:
            raise _missing(name)
        return self._secrets[name]

    def names(self) -> tuple[str, ...]:
        """Return the names."""
        return tuple(sorted(self._secrets))


def _taken(name: str) -> BadInput:
    return BadInput(f"There is a key {name} already: keys are never written over.")


def _missing(name: str) -> BadInput:
    return BadInput(f"There is no key {name} here: restore it from a backup, or rotate.")
