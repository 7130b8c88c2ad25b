#!/bin/sh
# Every check of the repository with one command: sh packaging/test.sh [arguments for pytest]
#
# Long tests repeat less than they could; with --whole, as continuous integration has it, they repeat in full.
# The tests are dealt out to one worker more than there are cores, for many wait for what they started; -n says another
# number, -n 0 none.
# ruff, mypy, import-linter and the size budget are tests themselves (tests/architecture), so pytest has the last word.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
. packaging/setup.sh

reviewer_setup dev

if [ "$qt_loads" = no ]; then
    give_up "The tests draw the window offscreen, and Qt cannot be loaded here: $qt_error"
fi

# What the person's own shell sets must not reach the tests. Without compiled modules each of the hundreds of programs
# that the tests start would compile the whole package anew.
unset REVIEWER_WORKSPACE REVIEWER_PASSPHRASE REVIEWER_DEMO_OUT PYTHONDONTWRITEBYTECODE
QT_QPA_PLATFORM=offscreen
export QT_QPA_PLATFORM

if [ "$scratch" != "$root" ]; then
    PYTHONPYCACHEPREFIX="$scratch/pycache"
    HYPOTHESIS_STORAGE_DIRECTORY="$scratch/.hypothesis"
    MYPY_CACHE_DIR="$scratch/.mypy_cache"
    RUFF_CACHE_DIR="$scratch/.ruff_cache"
    export PYTHONPYCACHEPREFIX HYPOTHESIS_STORAGE_DIRECTORY MYPY_CACHE_DIR RUFF_CACHE_DIR
    set -- -o "cache_dir=$scratch/.pytest_cache" "$@"
fi

workers_given() {
    for argument in "$@"; do
        case $argument in
            -n | -n[0-9al]* | --numprocesses | --numprocesses=*) return 0 ;;
        esac
    done
    return 1
}

if ! workers_given "$@"; then
    cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null) || cores=2
    set -- -n "$((cores + 1))" --dist worksteal "$@"
fi

exec "$venv_python" -m pytest "$@"
