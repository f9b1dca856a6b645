"""Parse, run one command, turn errors into one sentence and an exit code.

Exit codes: 0 done; 1 a negative answer to a yes/no question, or no right to do it; 2 bad input or
usage; 3 disk, lock or internal failure. Results go to stdout, everything else
to stderr.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence

from comity import __version__
from comity.__main__ import INTERRUPTED
from comity.cli import (
    assess,
    backup,
    convert,
    decide,
    demo,
    held,
    identity,
    intake,
    knowledge,
    pack,
    record,
    senders,
    serve,
    token,
    witness,
)
from comity.errors import BadInput, Refused, Unavailable

_LONGEST = 2_000  # characters of an error: names and keys in it come from outside
_STOPPED = "stopped; nothing that was acknowledged is lost"
DONE, NEGATIVE, BAD_INPUT, FAILED = 0, 1, 2, 3


def parser() -> argparse.ArgumentParser:
    """The whole command line. Command modules declare arguments here and import when they run."""
    top = argparse.ArgumentParser(
        prog="comity",
        description="From a cyber incident to a coordinated, accountable response.",
        epilog="Start with: comity demo",
    )
    top.add_argument("--version", action="version", version=f"comity {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in (
        assess, backup, convert, demo, intake, knowledge, pack, record, senders, serve, token,
        decide, held, identity, witness,
    ):  # fmt: skip
        module.add_to(commands)
    return top


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    args = parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a letter is no reason to fail after the work is done.
            stream.reconfigure(errors="replace")
    try:
        code: int = args.run(args)
        sys.stdout.flush()
    except (BadInput, Refused) as error:
        return _sorry(error, NEGATIVE if isinstance(error, Refused) else BAD_INPUT)
    except (Unavailable, OSError) as error:
        if isinstance(error, BrokenPipeError):
            # The reader went away (comity ... | head): nobody is left to tell.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return DONE
        return _sorry(error, FAILED)
    except KeyboardInterrupt:
        return _sorry(_STOPPED, INTERRUPTED)
    except Exception as error:  # the last line of defence: never a traceback
        if isinstance(error.__cause__, KeyboardInterrupt):  # in the midst of importing a library
            return _sorry(_STOPPED, INTERRUPTED)
        if os.environ.get("COMITY_DEBUG"):
            raise
        said = f"internal failure ({type(error).__name__}: {error}); COMITY_DEBUG=1 shows where"
        return _sorry(said, FAILED)
    return code


def _sorry(error: object, code: int) -> int:
    from comity.documents.plain import plain

    print(f"comity: {plain(str(error), _LONGEST)}", file=sys.stderr)
    return code
