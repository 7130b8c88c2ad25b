#!/bin/sh
# Every check of the repository with one command: sh packaging/test.sh [arguments for pytest]
#
# ruff, mypy, import-linter and the size budget are tests themselves (tests/architecture), so pytest has the last word.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
. packaging/setup.sh

reviewer_setup dev

if [ "$qt_loads" = no ]; then
    give_up "The tests draw the window offscreen, and Qt cannot be loaded here: $qt_error"
fi

# What the person's own shell sets must not reach the tests.
unset REVIEWER_WORKSPACE REVIEWER_PASSPHRASE REVIEWER_DEMO_OUT
QT_QPA_PLATFORM=offscreen
export QT_QPA_PLATFORM

if [ "$scratch" != "$root" ]; then
    PYTHONDONTWRITEBYTECODE=1
    HYPOTHESIS_STORAGE_DIRECTORY="$scratch/.hypothesis"
    MYPY_CACHE_DIR="$scratch/.mypy_cache"
    RUFF_CACHE_DIR="$scratch/.ruff_cache"
    export PYTHONDONTWRITEBYTECODE HYPOTHESIS_STORAGE_DIRECTORY MYPY_CACHE_DIR RUFF_CACHE_DIR
    set -- -o "cache_dir=$scratch/.pytest_cache" "$@"
fi

exec "$venv_python" -m pytest "$@"
