#!/usr/bin/env bash
# One script for a fresh machine: run the simulated kiosk, or run every check and test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

say() { printf 'setup: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

usage() {
  cat >&2 <<'TEXT'
./setup.sh run [options of kiosk run]   the kiosk with simulated hardware, sample photos and the real model
./setup.sh test [options of pytest]     every check and test
TEXT
  exit 2
}

# Debian installs python3 without venv; what is missing is installed where we may.
install_packages() {
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "installing $* with apt"
    apt-get update -qq >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >&2
  else
    return 1
  fi
}

find_python() {
  local candidate
  for candidate in "${SKIN_KIOSK_PYTHON:-}" python3 python3.13 python3.12 python3.11; do
    if [ -n "$candidate" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  fail "Python 3.11 or newer is needed: install python3"
}

# make_venv FOLDER PYTHON PIP-ARGUMENTS...: makes or refreshes an environment, once a change.
make_venv() {
  local folder=$1 python=$2
  shift 2
  local wanted
  wanted="$("$python" --version) $PWD $* $(cat pyproject.toml constraints/*.txt | sha256sum)"
  if [ -x "$folder/bin/python" ] && [ "$(cat "$folder/wanted" 2>/dev/null)" = "$wanted" ]; then
    return
  fi
  say "making $folder (a minute or two)"
  "$python" -c 'import ensurepip, venv' 2>/dev/null || install_packages python3-venv \
    || fail "Python's venv is missing: apt install python3-venv"
  "$python" -m venv --clear "$folder"
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "$@" >&2
  printf '%s' "$wanted" >"$folder/wanted"
}

run() {
  make_venv .venv "$(find_python)" --editable '.[device]'
  export SKIN_KIOSK_HOME="$PWD/.kiosk"
  exec .venv/bin/kiosk run --simulate "$@"
}

# tflite-runtime ends at Python 3.11 and numpy 1, so it is tested in an environment of its own.
make_tflite_venv() {
  local python
  for python in "$(find_python)" "$(command -v python3.11 || true)"; do
    if [ -n "$python" ] && "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))'; then
      make_venv .venv-tflite "$python" --constraint constraints/bookworm.txt \
        tflite-runtime==2.14.0 numpy opencv-python-headless pydantic
      export SKIN_KIOSK_TFLITE_PYTHON="$PWD/.venv-tflite/bin/python"
      return
    fi
  done
  say "no Python 3.11 here: the tests of tflite-runtime are skipped"
}

# What drives Chromium is a Node.js inside Playwright's package; a small Debian lacks its libatomic.
find_chromium() {
  { command -v chromium >/dev/null || install_packages chromium; } \
    && { .venv/bin/python -m playwright --version >/dev/null 2>&1 || install_packages libatomic1; } \
    || say "no Chromium that can be driven, and no right to install it: the tests of the pages in a browser are skipped"
}

# PostgreSQL's programs alone: the tests run a cluster of their own, so Debian is kept from making and starting one.
install_postgresql() {
  local settings=/etc/postgresql-common/createcluster.conf
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && [ ! -e "$settings" ]; then
    mkdir -p "$(dirname "$settings")"
    printf 'create_main_cluster = false\n' >"$settings"
  fi
  install_packages postgresql
}

find_postgresql() {
  command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || install_postgresql \
    || say "no PostgreSQL, and no right to install it: the tests of the server on PostgreSQL are skipped"
}

# A foreign client of the server's uploads, as its lock file pins it; Node.js and npm are packages of .venv.
install_tus_js() {
  local folder=tests/javascript
  if [ "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ]; then
    return
  fi
  say "installing tus-js-client with npm"
  (cd "$folder" && ../../.venv/bin/npm ci >&2) || fail "tus-js-client cannot be installed: is there internet?"
}

run_tests() {
  make_venv .venv "$(find_python)" --editable '.[dev]'
  make_tflite_venv
  install_tus_js
  find_chromium
  find_postgresql
  .venv/bin/ruff format --check .
  .venv/bin/ruff check .
  .venv/bin/mypy
  .venv/bin/lint-imports
  if [ $# -gt 0 ]; then
    .venv/bin/python -m pytest "$@"
  else
    .venv/bin/python -m pytest --numprocesses auto --dist loadfile --ignore tests/bench
    # What measures time needs the machine to itself.
    .venv/bin/python -m pytest tests/bench
  fi
}

verb=${1:-}
[ $# -gt 0 ] && shift
case $verb in
  run) run "$@" ;;
  test) run_tests "$@" ;;
  install | update | uninstall) fail "$verb is not built yet: ./setup.sh run shows the kiosk on this machine" ;;
  *) usage ;;
esac
