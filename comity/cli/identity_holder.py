"""``comity identity`` on a holder's machine: making root keys, signing a draft with them."""

from __future__ import annotations

import argparse
import secrets
import sys

from comity.cli import common, identity_asking, identity_shown
from comity.cli.files import write_whole
from comity.cli.identity_shown import emit, free

_NEGATIVE = 1


def holder(args: argparse.Namespace) -> int:
    """Make and lock the keys first, then write the public file that makes them count."""
    from comity.identity.ceremony import holder_file, holder_fingerprint
    from comity.identity.holders import Holder
    from comity.identity.locked import lock_pair
    from comity.identity.pair import PrivatePair
    from comity.record import files

    names = [f"holder-{number}.pem" for number in range(1, args.pairs + 1)]
    public = args.out / "holder.public.json"
    for path in (*(args.out / name for name in names), public):
        free(path)
    office = identity_asking.field(args.name, "--name", "Which office holds these keys?")
    pairs = [PrivatePair.generate(secrets.token_bytes) for _ in names]
    made = Holder(office, tuple(pair.public for pair in pairs))
    said = identity_asking.passphrase(args.key_command, f"the keys of {office}", new=True)
    with files.disk("The folder for the keys"):
        files.make_directory(args.out)
        for name, pair in zip(names, pairs, strict=True):
            files.write_durably(args.out / name, lock_pair(pair, said, secrets.token_bytes))
    write_whole(public, holder_file(made))
    emit(
        args,
        {
            "holder": office,
            "private": [str(args.out / name) for name in names],
            "public": str(public),
            "fingerprint": holder_fingerprint(made),
        },
        [
            f"Keep:  {', '.join(names)} and the passphrase, apart from each other",
            f"Give:  {public} to the node",
            f"Read aloud when it arrives: {holder_fingerprint(made)}",
        ],
    )
    return 0


def sign(args: argparse.Namespace) -> int:
    """Show, ask, sign; the file is written once, with all signatures or none of them."""
    from comity.identity.document import MAX_ROOT, parse
    from comity.identity.locked import MAX_LOCKED, unlock_pair
    from comity.identity.root import sign_root

    data = common.read_file(str(args.file), MAX_ROOT)
    root = parse(data).root
    version = root.version
    _, shown = identity_shown.of(args, data)
    if not args.yes and not identity_asking.agreed(shown, f"sign {version}"):
        print("Nothing was signed.", file=sys.stderr)
        return _NEGATIVE
    for file in args.key:
        locked = common.read_file(file, MAX_LOCKED)
        pair = unlock_pair(locked, identity_asking.passphrase(args.key_command, file, new=False))
        data = sign_root(data, pair)
        if pair.public not in root.pairs:
            print(
                f"comity: {file} holds no key of version {version}: it counts only if it is one "
                "of the version before",
                file=sys.stderr,
            )
    write_whole(args.file, data)
    signed = len(parse(data).signed_by(root))
    emit(
        args,
        {"file": str(args.file), "version": version, "signed": signed, "threshold": root.threshold},
        [f"Signed: {args.file} has {signed} of the {root.threshold} signatures that it needs"],
    )
    return 0
