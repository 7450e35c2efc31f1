#!/bin/sh
# The one door to NetValue. Needs Python 3.11 or newer with venv, and nothing else; uses uv if it is there.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
python="$here/.venv/bin/python"

usage() {
    cat <<'END'
usage: ./netvalue.sh COMMAND [OPTIONS]

  up        start everything, say where it is, and stay (--port N, --host ADDR, --quiet, --verbose, --no-browser)
  down      stop what runs
  status    say what runs
  manage    run a command of Django's manage.py on it: login_link ADDRESS, setup_link, demo, …
  backup    write everything you have into one file: backup [FILE]
  restore   bring it back: restore FILE
  test      run the tests (--slow, --faults, and every option of pytest)
  bench     run the benchmarks

Each but the last two works on one data directory: --data DIR, else NETVALUE_DATA, else .local beside this file.
END
}

say() {
    printf 'netvalue: %s\n' "$*" >&2
}

is_right_python() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null
}

find_python() {
    for name in "${PYTHON:-python3}" python3.13 python3.12 python3.14 python3.11; do
        if is_right_python "$name"; then
            # The interpreter itself, not a shim in front of it.
            "$name" -c 'import sys; print(sys.executable)'
            return
        fi
    done
    say "Python 3.11 to 3.14 is needed, and none was found. Install one, or name it: PYTHON=/path/to/python3 ./netvalue.sh"
    exit 69
}

make_venv() {
    chosen=$(find_python)
    if command -v uv >/dev/null 2>&1; then
        uv venv --quiet --clear --no-project --python "$chosen" "$here/.venv"
    elif "$chosen" -c 'import ensurepip, venv' 2>/dev/null; then
        "$chosen" -m venv --clear "$here/.venv"
    else
        say "$chosen cannot make virtual environments; install its venv (Debian and Ubuntu: apt install python3-venv)."
        exit 69
    fi
    : >"$here/.venv/made"
}

# install LIST: a copy of the list in .venv says that all of it is there, so the next start needs no network.
install() {
    { [ -e "$here/.venv/made" ] && is_right_python "$python"; } || make_venv
    if cmp -s "$here/$1" "$here/.venv/$1" || cmp -s "$here/requirements-dev.txt" "$here/.venv/requirements-dev.txt"; then
        return
    fi
    say "installing the libraries of $1 …"
    rm -f "$here/.venv/requirements.txt" "$here/.venv/requirements-dev.txt"
    if command -v uv >/dev/null 2>&1; then
        uv pip install --quiet --compile-bytecode --require-hashes --python "$python" -r "$here/$1"
    else
        "$python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$here/$1"
    fi || {
        say "the libraries could not be installed; the reason stands above. Once installed, NetValue needs no network."
        exit 69
    }
    cp "$here/$1" "$here/.venv/$1"
}

unset PYTHONHOME PYTHONPATH
command=${1:-help}
[ $# -eq 0 ] || shift
case $command in
up | down | status | backup | restore | manage)
    install requirements.txt
    PYTHONPATH=$here exec "$python" -m netvalue.embedded "$command" "$@"
    ;;
test)
    install requirements-dev.txt
    cd "$here"
    [ -n "${COVERAGE:-}" ] || exec "$python" -m pytest "$@"
    "$python" -m coverage run -m pytest "$@"
    exec "$python" -m coverage report
    ;;
bench)
    install requirements-dev.txt
    cd "$here"
    exec "$python" -m tests.benchmarks "$@"
    ;;
help | -h | --help)
    usage
    ;;
*)
    usage >&2
    exit 64
    ;;
esac
