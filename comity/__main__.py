"""The ``comity`` command, also as ``python -m comity``."""

import sys

INTERRUPTED = 130  # 128 + SIGINT, as a shell reports it


def run() -> None:
    """Run the command. Ctrl-C ends it quietly, also while it still imports what it needs."""
    try:
        from comity.cli.main import main  # noqa: PLC0415 - an import can be interrupted too

        code = main(sys.argv[1:])
    except KeyboardInterrupt:
        code = INTERRUPTED
    sys.exit(code)


if __name__ == "__main__":
    run()
