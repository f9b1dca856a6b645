#!/bin/sh
# Re-creates the three lock files from pyproject.toml: versions and hashes, no addresses.
set -eu
cd "$(dirname "$0")/.."
uv=.venv/bin/uv
[ -x "$uv" ] || { pip --python .venv install uv; }
compile() {
  "$uv" pip compile --quiet --python-version 3.11 --universal --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-annotate --no-header "$@"
}
compile pyproject.toml -o requirements.lock
compile pyproject.toml --extra postgres --group dev -c requirements.lock -o requirements-dev.lock
compile pyproject.toml --extra postgres --group dev --group bench -c requirements-dev.lock -o requirements-bench.lock
if grep -n '://' requirements*.lock; then
  echo "a lock file names an address" >&2
  exit 1
fi
