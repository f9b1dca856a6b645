"""The append-only record of a node: whatever enters, leaves or is decided is an entry here."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final, Self

from comity.errors import BadInput, Unavailable
from comity.record import checkpoint as checkpoints
from comity.record import (
    commitment,
    erasure,
    files,
    forward,
    halt,
    merkle,
    note,
    payload,
    proof,
    tiles,
    verification,
)
from comity.record.blobs import MAX_BLOB, BlobFiles
from comity.record.checkpoints import CheckpointDatabase
from comity.record.keys import FileSigner, Randomness, Signer
from comity.record.lock import LIMIT_SECONDS, FileLock, Lock
from comity.record.log import Batch
from comity.record.stores import DIRECTORY, MAX_SMALL_BODY, Stores

MAX_BATCH: Final = 10_000
"""Entries in one append."""
NO_BLOBS: Final[Mapping[str, bytes]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Appended:
    """What an append was acknowledged with; ``checkpoint`` is the signed note that covers it."""

    first_index: int
    indices: range
    checkpoint: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; ``payload`` is None once it has been erased."""

    index: int
    payload: bytes | None
    leaf_hash: bytes


class Record:
    """The record in ``home/record``, signed with the keys in ``home/keys``.

    Any number of processes may read and append. ``append`` returns only when everything is on
    disk and signed; when it raises, the batch is either absent or will be signed by whoever
    appends next, and the caller decides whether to try again. Nothing is created before the first
    write. One ``Record`` belongs to one thread. ``clock`` returns the time in UTC, ``randomness``
    that many random bytes; ``lock``, ``stores`` and ``halted`` are given by
    tests only.
    """

    def __init__(
        self,
        home: Path,
        *,
        clock: Callable[[], datetime],
        randomness: Randomness,
        signer: Signer | None = None,
        lock: Lock | None = None,
        lock_limit: float = LIMIT_SECONDS,
        stores: Stores | None = None,
        halted: halt.Halt | None = None,
    ) -> None:
        self._directory = home / DIRECTORY
        self._clock = clock
        self._randomness = randomness
        self._signer = signer or FileSigner(home / "keys", randomness)
        self._lock = lock or FileLock(self._directory / "lock", lock_limit)
        self._opened = stores
        self._halt = halted or halt.HaltFile(self._directory)
        self._checked: bytes | None = None
        self._verified: tuple[bytes, checkpoints.Checkpoint] | None = None
        self._alone: Stores | None = None

    def __enter__(self) -> Self:
        """Use the record in a ``with`` block, which closes it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the record."""
        self.close()

    def close(self) -> None:
        """Close the databases."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None
            self._checked = None

    # -- writing ---------------------------------------------------------------------------

    def append(self, payloads: Sequence[bytes], blobs: Mapping[str, bytes] = NO_BLOBS) -> Appended:
        """Append a batch of payloads (at most 65,536 bytes each) and the bodies they hold.

        ``blobs`` maps the SHA-256 (hexadecimal) of each body to it; every body that a payload
        holds (``payload.bodies``) must be among them or in the record already. Order: lock, check
        what is there, make bodies durable, commit entries, openings and tiles at once, read them
        back and rehash them, sign, compare-and-swap the checkpoint, unlock.
        """
        if not 0 < len(payloads) <= MAX_BATCH:
            raise BadInput(f"A batch has 1 to {MAX_BATCH} entries, not {len(payloads)}.")
        if any(payload.kind_of(raw) == payload.ERASURE for raw in payloads):
            raise BadInput("A tombstone is appended by erasing an entry, not by itself.")
        for name, body in blobs.items():
            _check_body(name, body)
        with self._writing() as stores:
            return self._append(stores, payloads, blobs)

    @contextmanager
    def exclusively(self) -> Iterator[None]:
        """Keep every other writer out for a ``with`` block that may append.

        What was read in the block is still so when it appends: this is how one decides on the
        state of the record. Blocks do not nest.
        """
        if self._alone is not None:
            raise RuntimeError("this record is held already")
        with self._writing() as stores:
            self._alone = stores
            try:
                yield
            finally:
                self._alone = None

    def put_blob(self, body: bytes) -> str:
        """Store a body ahead of the entry that will hold it; return its SHA-256.

        A body that no entry ever holds stays: nothing collects it.
        """
        name = payload.sha256_hex(body)
        _check_body(name, body)
        with self._writing() as stores:
            if len(body) <= MAX_SMALL_BODY:
                stores.log.put_body(name, body)
            else:
                stores.blobs.put(body)
        return name

    def erase(
        self, index: int, reason: str, officers: tuple[str, ...], rule: str | None = None
    ) -> Appended:
        """Erase the payload of an entry: sign its tombstone into the log, then delete it.

        Ordered by two different ``officers`` or by a retention ``rule`` named here. Deletes the
        opening and every body that no other entry holds, overwrites them in the database and folds
        its write-ahead log in. A crash on the way is finished by the next write. It cannot reach
        what lies outside the live database: backups, snapshots of the file system, blocks that the
        file system freed or an SSD moved, and whatever was exported or sent.
        """
        erasure.check_order(officers, rule)
        with self._writing() as stores:
            erasure.check_erasable(stores, index, self._head(stores)[1].size)
            document, account = erasure.outliving(stores, index)
            tombstone = payload.Erasure(
                at=self._clock().astimezone(UTC),
                by=" and ".join(officers) or f"rule {rule}",
                index=index,
                reason=reason,
                officers=officers,
                rule=rule,
                document=document,
                account=account,
            )
            appended = self._append(stores, (payload.encode(tombstone),), erases=index)
            if not erasure.finish(stores, erasure.WAIT_FOR_READERS):
                raise Unavailable(
                    f"Entry {index} is erased, but another process still reads an older state of "
                    "the record, so its bytes stay in log.db-wal until that process has ended and "
                    "something is written again."
                )
        return appended

    def erasable(self, index: int) -> None:
        """Raise BadInput, with the reason, where the content of an entry cannot be erased."""
        stores = self._stores()
        if stores is None:
            raise BadInput(f"The record has no entry {index}: it has 0 entries.")
        erasure.check_erasable(stores, index, self._head(stores)[1].size)

    def recover(self) -> None:
        """Finish what a crash left: sign committed entries, delete what a tombstone covers."""
        if self._stores() is not None:
            with self._writing():
                pass

    def stop(self, shown: bytes) -> str | None:
        """Stop writing for good if ``shown`` is signed by this record's keys and not in it.

        Return the reason, which every write gives from now on, or None where ``shown`` stops
        nothing. Reading goes on.
        """
        if self._signer.keys() is None:
            return None
        with self._lock.held():
            # A record that is gone altogether is the oldest copy of all.
            stores = self._stores() or Stores.at(self._directory)
            self._opened = stores
            reason = halt.reason(shown, self._pinned(), stores, self._head(stores)[1])
            # What stops it already stays: a second checkpoint might be mended, and the first not.
            if reason is not None and self.stopped() is None:
                self._halt.write(shown)
        return reason

    def stopped(self) -> str | None:
        """Return why nothing more is written, or None."""
        stores, shown = self._stores(), self._halt.read()
        if stores is None or not shown:
            return None
        return halt.reason(shown, self._pinned(), stores, self._head(stores)[1])

    # -- reading ---------------------------------------------------------------------------

    def keys(self) -> checkpoints.LogKeys | None:
        """Return the log's public keys, or None before the first append."""
        return self._signer.keys()

    def checkpoint(self) -> bytes | None:
        """Return the last signed checkpoint, or None before the first append."""
        stores = self._stores()
        return (stores.checkpoints.read() or None) if stores else None

    def size(self) -> int:
        """Return the number of signed entries."""
        stores = self._stores()
        return self._head(stores)[1].size if stores else 0

    def entries(self, start: int = 0) -> Iterator[Entry]:
        """Yield the signed entries from index ``start`` (not negative) on."""
        stores = self._stores()
        if stores is None:
            return
        _, head = self._head(stores)
        buried = stores.log.tombstones()
        due = start
        for row in stores.log.rows(start, head.size):
            if row.index != due:
                break
            due += 1
            shown = None if row.index in buried else row.payload
            yield Entry(row.index, shown, merkle.leaf_hash(row.entry))
        if due < head.size:
            raise Unavailable(f"Entry {due} is missing on disk; run the verification.")

    def blob(self, sha256: str) -> bytes:
        """Return the body with this SHA-256 (hexadecimal), checked against it."""
        stores = self._stores()
        if stores is None:
            raise BadInput(f"The record holds no body with the SHA-256 {sha256}.")
        return stores.body(sha256)

    def prove(self, index: int, cosigned: bytes | None = None) -> bytes:
        """Return a proof file for an entry (``proof.check`` reads it).

        It stands under the checkpoint ``cosigned`` where that covers the entry, else under the
        last checkpoint.
        """
        stores = self._stores()
        if stores is None:
            raise BadInput("The record is empty, so there is nothing to prove.")
        body, head = self._head(stores)
        if not 0 <= index < head.size:
            raise BadInput(f"The record has no entry {index}: it has {head.size} entries.")
        if cosigned is not None:
            covering = checkpoints.verify(cosigned, self._pinned()).checkpoint
            if index < covering.size <= head.size:
                body, head = cosigned, covering
        row = next(stores.log.rows(index, index + 1), None)
        if row is None:
            raise Unavailable(f"Entry {index} is missing on disk; run the verification.")
        try:
            opening = row.opening()
            hashes = merkle.prove_inclusion(tiles.TileHashes(stores.log.tile), index, head.size)
            leaf = merkle.leaf_hash(row.entry)
            merkle.verify_inclusion(leaf, index, head.size, hashes, head.root)
        except BadInput as error:
            damage = str(error).removesuffix(".")
            raise Unavailable(f"{damage}: the record is damaged; run the verification.") from None
        if opening is None or stores.log.is_buried(index):
            raise BadInput(f"Entry {index} has been erased, so its payload cannot be proven.")
        return proof.make(opening, index, hashes, body, self._pinned())

    def prove_consistency(self, old: int, size: int) -> tuple[bytes, ...]:
        """Return the proof that the first ``size`` entries contain the first ``old``.

        No hashes where ``old`` is 0 (RFC 9162 §2.1.4.1 begins at 1; tlog-witness at 0).
        """
        stores = self._stores()
        held = self._head(stores)[1].size if stores else 0
        if stores is None or not 0 <= old <= size <= held:
            raise BadInput(f"The record holds {held} entries, not {old} and {size} of them.")
        if not old:
            return ()
        try:
            return merkle.prove_consistency(tiles.TileHashes(stores.log.tile), old, size)
        except BadInput as error:
            damage = str(error).removesuffix(".")
            raise Unavailable(f"{damage}: the record is damaged; run the verification.") from None

    def tile(self, tile: tiles.Tile) -> bytes | None:
        """Return a tile of the signed tree as tlog-tiles serves it, None where there is none.

        An entry bundle holds salted commitments alone, never what was recorded.
        """
        stores = self._stores()
        size = self._head(stores)[1].size if stores else 0
        start, level = tile.n * tiles.WIDTH, tile.level or 0
        if stores is None or start + tile.width > size >> (tiles.HEIGHT * level):
            return None
        if tile.level is not None:
            return stores.log.tile(level, tile.n)[: tile.width * merkle.HASH_SIZE]
        return tiles.encode_bundle(
            [row.entry for row in stores.log.rows(start, start + tile.width)]
        )

    def verify(
        self, progress: Callable[[int, int], None] | None = None
    ) -> verification.VerifyReport:
        """Re-check everything on disk; ``progress`` is told (entries done, entries in all)."""
        stores = self._stores()
        if stores is None:
            return verification.EMPTY
        return verification.verify(stores, self._signer.keys(), progress)

    def copy_to(self, home: Path) -> checkpoints.Checkpoint:
        """Copy the record as of its last checkpoint, with all it commits to, into ``home``.

        ``home`` is an empty folder; the keys are not copied. Others are kept out for as long as it
        takes to note the state, and write on while that is copied. An entry that is erased
        meanwhile may take its body with it: verify the copy.
        """
        with ExitStack() as pinned:
            with self._writing() as stores:
                body, head = self._head(stores)
                pinned.enter_context(stores.log.snapshot())
                stores.log.size()  # the first read of a snapshot is what it shows from then on
            directory = home / DIRECTORY
            with files.disk("The copy of the record"):
                files.make_directory(directory)
            last = CheckpointDatabase(directory)
            last.swap(b"", body)
            last.close()
            stores.log.copy_to(directory)
            bodies = BlobFiles(directory / "blobs")
            for name in stores.log.large_bodies():
                bodies.put(stores.body(name))
        return head

    # -- inside ----------------------------------------------------------------------------

    def _stores(self) -> Stores | None:
        if self._opened is None:
            match Stores.found(self._directory):
                case 0:
                    return None
                case 1:
                    # One was lost, or is being made at this moment.
                    with self._lock.held():
                        self._opened = Stores.at(self._directory)
                case _:
                    self._opened = Stores.at(self._directory)
        return self._opened

    @contextmanager
    def _writing(self) -> Iterator[Stores]:
        """Hold the lock over a record in which nothing is left half done."""
        if self._alone is not None:
            yield self._alone
            return
        with self._lock.held():
            if self._opened is None:
                self._opened = Stores.at(self._directory)
            stores = self._opened
            if self._signer.keys() is None:
                if stores.checkpoints.read() or stores.log.size():
                    raise Unavailable(
                        "The keys of the record are missing, and new keys would make another log; "
                        "restore them from a copy."
                    )
                self._signer.create()
            body, head = self._head(stores)
            if shown := self._halt.read():
                reason = halt.reason(shown, self._pinned(), stores, head)
                if reason is not None:
                    raise Unavailable(reason)
            if body != self._checked or stores.log.size() != head.size:
                size = forward.check_prefix(stores, head)
                stores.blobs.sweep()
                if size > head.size:
                    self._sign(stores, body, forward.extend(stores, head, size))
                else:
                    self._checked = body
            erasure.finish(stores, wait_seconds=0)
            yield stores

    def _append(
        self,
        stores: Stores,
        payloads: Sequence[bytes],
        blobs: Mapping[str, bytes] = NO_BLOBS,
        erases: int | None = None,
    ) -> Appended:
        openings = [
            commitment.Opening(self._randomness(commitment.SALT_SIZE), raw) for raw in payloads
        ]
        body, head = self._head(stores)
        indices = range(head.size, head.size + len(payloads))
        held = [
            (index, name)
            for index, raw in zip(indices, payloads, strict=True)
            for name in _held(stores, raw, blobs)
        ]
        if unheld := blobs.keys() - {name for _, name in held}:
            raise BadInput(f"No payload of the batch says that it holds the body {min(unheld)}.")
        for blob in blobs.values():
            if len(blob) > MAX_SMALL_BODY:
                stores.blobs.put(blob)
        entries = [commitment.commit(opening) for opening in openings]
        leaves = [merkle.leaf_hash(entry) for entry in entries]
        stores.log.write(
            Batch(
                first=head.size,
                entries=entries,
                openings=openings,
                tiles=forward.grow(stores, head, leaves),
                bodies={name: blob for name, blob in blobs.items() if len(blob) <= MAX_SMALL_BODY},
                held=held,
                erases=erases,
            )
        )
        signed = self._sign(stores, body, forward.extend(stores, head, indices.stop))
        return Appended(indices.start, indices, signed)

    def _sign(self, stores: Stores, expected: bytes, head: checkpoints.Checkpoint) -> bytes:
        """Sign ``head``, check the signatures, and put it in the place of ``expected``."""
        timestamp = int(self._clock().timestamp())
        body = bytes(note.Note(str(head), self._signer.sign(head, timestamp)))
        try:
            signed = checkpoints.verify(body, self._pinned()).checkpoint
        except BadInput as error:
            raise Unavailable(f"The signer returned something unusable: {error}") from None
        if not stores.checkpoints.swap(expected, body):
            raise Unavailable(
                "The checkpoint changed although the record was locked: something else writes to "
                "checkpoint.db; find out what before trying again."
            )
        self._checked, self._verified = body, (body, signed)
        return body

    def _head(self, stores: Stores) -> tuple[bytes, checkpoints.Checkpoint]:
        """Return the last checkpoint as bytes and as a verified head; the empty tree before it."""
        body = stores.checkpoints.read()
        if not body:
            keys = self._signer.keys()
            return b"", checkpoints.Checkpoint(keys.origin if keys else "", 0, merkle.EMPTY_ROOT)
        if self._verified is None or self._verified[0] != body:
            try:
                self._verified = body, checkpoints.verify(body, self._pinned()).checkpoint
            except BadInput as error:
                raise Unavailable(f"The last checkpoint on disk is damaged: {error}") from None
        return self._verified

    def _pinned(self) -> checkpoints.LogKeys:
        keys = self._signer.keys()
        if keys is None:
            raise Unavailable("The keys of the record are missing; restore them from a copy.")
        return keys


def _check_body(name: str, body: bytes) -> None:
    if len(body) > MAX_BLOB:
        raise BadInput(f"A body has at most {MAX_BLOB} bytes, not {len(body)}.")
    if payload.sha256_hex(body) != name:
        raise BadInput(f"A body was given under the SHA-256 {name}, which is not its own.")


def _held(stores: Stores, raw: bytes, blobs: Mapping[str, bytes]) -> list[str]:
    """Return the bodies that a payload holds, each of them given or stored already."""

    def fetch(name: str) -> bytes:
        return blobs[name] if name in blobs else stores.body(name)

    names = sorted(payload.bodies(raw, fetch))
    for name in names:
        if name not in blobs:
            stores.body(name)
    return names
