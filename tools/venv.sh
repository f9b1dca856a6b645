#!/bin/sh
# Sourced by ./run and ./test: makes .venv from one lock file, and does nothing when it is current.
# A fresh Debian has python3 and pip but neither ensurepip nor leave to install into the system,
# so the environment is made without pip and filled by the pip outside it.

comity_venv() { # $1 = lock file
  lock=$1
  root=$(pwd)
  stamp=.venv/.comity-$(basename "$lock" .lock)
  want=$(printf '%s\n' "$root" | cat - "$lock" tools/venv.sh | cksum)
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; then
    return 0
  fi
  python=""
  for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
      python=$candidate
      break
    fi
  done
  if [ -z "$python" ]; then
    echo "Comity needs Python 3.11 or newer. On Debian or Ubuntu: apt-get install python3 python3-pip" >&2
    return 3
  fi
  if ! "$python" -m pip --version >/dev/null 2>&1; then
    echo "Comity needs pip to install its libraries. On Debian or Ubuntu: apt-get install python3-pip" >&2
    return 3
  fi
  echo "Setting up .venv from $lock (once; about half a minute) ..." >&2
  [ -x .venv/bin/python ] || "$python" -m venv --without-pip .venv || return 3
  if [ -d wheelhouse ]; then
    set -- --no-index --find-links wheelhouse
  else
    set --
  fi
  progress=off
  [ -t 2 ] && progress=on
  "$python" -m pip --python .venv/bin/python install --quiet --progress-bar $progress \
    --disable-pip-version-check --require-hashes "$@" -r "$lock" >&2 || {
    echo "The libraries could not be installed; the lines above say why." >&2
    return 3
  }
  site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  printf '%s\n' "$root" >"$site/comity.pth"
  .venv/bin/python -m compileall -q comity "$site" >/dev/null 2>&1 || true
  printf '%s' "$want" >"$stamp"
  echo "Set up." >&2
}
