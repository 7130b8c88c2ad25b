#!/bin/sh
# From a checkout to the running program with one command: sh packaging/start.sh
#
# Makes a virtual environment in the checkout (kept for the next time) and opens the demo workspace in the window.
# Without a display it runs the demo headless and says where the report is. With arguments they go to `reviewer`
# instead, as in: sh packaging/start.sh score --run "demo 1.0"
#
#   REVIEWER_DEMO_OUT   where the headless demo writes (default: reviewer-demo in the home folder)
#   REVIEWER_PYTHON     the Python to use (default: the first of at least 3.11 that is found)
set -eu

called_from=$(pwd)
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
. packaging/setup.sh

reviewer_setup ""

# Paths among the arguments are meant from where the person stands; -P, so that no folder there is taken for the program.
cd "$called_from"
if [ $# -gt 0 ]; then
    exec "$venv_python" -P -m reviewer "$@"
fi

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && [ "$qt_loads" = yes ]; then
    exec "$venv_python" -P -m reviewer demo
fi

out=${REVIEWER_DEMO_OUT:-${HOME:-$root}/reviewer-demo}
if [ "$qt_loads" = no ]; then
    say "Qt cannot be loaded here, so the demo runs without the window. Qt says:"
    say "$qt_error"
else
    say "There is no display, so the demo runs without the window."
fi
# The program itself names the reports that it wrote.
exec "$venv_python" -P -m reviewer demo --headless --out "$out"
