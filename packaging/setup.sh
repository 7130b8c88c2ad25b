# Sourced by start.sh and test.sh, never run by itself: finds Python, adds what the system lacks, makes the virtual
# environment and installs Reviewer into it from the checkout. POSIX sh. The caller sets `root` (the checkout) and is in it.
#
# reviewer_setup EXTRA  ("" or "dev") leaves:
#   venv_python    the interpreter of the environment
#   scratch        a folder that can be written to: the checkout, or one in the user's cache if the checkout is read-only
#   qt_loads       "yes" if Qt can draw offscreen here, else "no"

say() { printf '%s\n' "$*" >&2; }

# 3 is the command line's "the environment failed".
give_up() {
    say "$@"
    exit 3
}

is_root() { [ "$(id -u)" = 0 ]; }

python_is_new_enough() {
    "$1" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${REVIEWER_PYTHON:-} python3 python3.13 python3.12 python3.11 /usr/bin/python3; do
        if command -v "$candidate" >/dev/null 2>&1 && python_is_new_enough "$candidate"; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

# Debian and Ubuntu keep ensurepip, without which a virtual environment has no pip, in a package of its own.
missing_venv_package() {
    if ! environment_is_ready && ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        "$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'
    fi
}

# Every library outside the wheels that the offscreen and X11 platforms of Qt need, with the package that has it.
qt_libraries='
libEGL.so.1=libegl1
libGL.so.1=libgl1
libX11.so.6=libx11-6
libX11-xcb.so.1=libx11-xcb1
libdbus-1.so.3=libdbus-1-3
libfontconfig.so.1=libfontconfig1
libfreetype.so.6=libfreetype6
libglib-2.0.so.0=libglib2.0-0
libwayland-client.so.0=libwayland-client0
libwayland-cursor.so.0=libwayland-cursor0
libxcb-cursor.so.0=libxcb-cursor0
libxcb-icccm.so.4=libxcb-icccm4
libxcb-image.so.0=libxcb-image0
libxcb-keysyms.so.1=libxcb-keysyms1
libxcb-randr.so.0=libxcb-randr0
libxcb-render-util.so.0=libxcb-render-util0
libxcb-render.so.0=libxcb-render0
libxcb-shape.so.0=libxcb-shape0
libxcb-shm.so.0=libxcb-shm0
libxcb-sync.so.1=libxcb-sync1
libxcb-util.so.1=libxcb-util1
libxcb-xfixes.so.0=libxcb-xfixes0
libxcb-xinerama.so.0=libxcb-xinerama0
libxcb-xkb.so.1=libxcb-xkb1
libxkbcommon-x11.so.0=libxkbcommon-x11-0
libxkbcommon.so.0=libxkbcommon0
'

missing_qt_packages() {
    # ldconfig is outside an ordinary user's PATH on Debian.
    known=$(PATH="$PATH:/usr/sbin:/sbin" ldconfig -p 2>/dev/null) || return 0
    for pair in $qt_libraries; do
        case $known in
            *"${pair%%=*} "*) ;;
            *) printf '%s ' "${pair#*=}" ;;
        esac
    done
    if ! find /usr/share/fonts "${HOME:-/root}/.fonts" -name '*.[ot]tf' 2>/dev/null | grep -q .; then
        printf '%s ' fonts-dejavu-core
    fi
}

# The tests press real keys in a window under X11, read PDF files with poppler and watch system calls; without
# these programs they are skipped.
test_programs='
Xvfb=xvfb
xdotool=xdotool
setxkbmap=x11-xkb-utils
xkbcomp=x11-xkb-utils
pdftotext=poppler-utils
strace=strace
'

missing_test_packages() {
    [ "$extra" = dev ] || return 0
    for pair in $test_programs; do
        command -v "${pair%%=*}" >/dev/null 2>&1 || printf '%s ' "${pair#*=}"
    done
}

apt_install() {
    say "Installing with apt: $*"
    DEBIAN_FRONTEND=noninteractive
    export DEBIAN_FRONTEND
    # On an empty machine there are no package lists yet, and old ones name files that are gone.
    { apt-get update -q && apt-get install -q -y --no-install-recommends "$@"; } >&2
}

# The one command that an ordinary user needs somebody with the rights to run.
apt_command() { printf 'sudo apt-get install --no-install-recommends %s' "$*"; }

can_apt() { is_root && command -v apt-get >/dev/null 2>&1; }

require_python() {
    if ! python=$(find_python) && can_apt && apt_install python3 python3-venv; then
        python=$(find_python) || python=
    fi
    if [ -z "$python" ]; then
        give_up "No Python 3.11 or newer was found. Install it (on Debian 12 and later: $(apt_command python3 python3-venv))" \
            "or name one with REVIEWER_PYTHON=/path/to/python3, then run this again."
    fi
}

require_system_packages() {
    venv_package=$(missing_venv_package)
    qt_packages=$(missing_qt_packages)
    test_packages=$(missing_test_packages)
    if [ -n "$venv_package$qt_packages$test_packages" ] && can_apt; then
        # Word splitting is meant: these are lists of package names.
        # shellcheck disable=SC2086
        apt_install $venv_package $qt_packages $test_packages || say "apt could not install everything."
        venv_package=$(missing_venv_package)
        qt_packages=$(missing_qt_packages)
        test_packages=$(missing_test_packages)
    fi
    if [ -n "$venv_package" ]; then
        # shellcheck disable=SC2086
        give_up "$python cannot make a virtual environment. Run this once, then start again:" \
            "$(apt_command $venv_package $qt_packages)"
    fi
    if [ -n "$qt_packages" ]; then
        # shellcheck disable=SC2086
        say "The window needs some system libraries. This one command adds them: $(apt_command $qt_packages)"
    fi
    if [ -n "$test_packages" ]; then
        # shellcheck disable=SC2086
        say "The tests of keyboards or of PDF files are skipped. This one command adds what they need: $(apt_command $test_packages)"
    fi
}

# What the environment was made from. Another path, Python, list of requirements or of versions: another environment.
environment_stamp() {
    "$python" - "$root" pyproject.toml packaging/constraints.txt packaging/setup.sh <<'PYTHON'
import hashlib
import pathlib
import sys

digest = hashlib.sha256(f"{sys.version}\n{sys.executable}\n{sys.argv[1]}\n".encode())
for name in sys.argv[2:]:
    digest.update(pathlib.Path(name).read_bytes())
sys.stdout.write(digest.hexdigest())
PYTHON
}

# An installation that was cut off leaves no stamp, and is made again.
stamped() { [ "$(cat "$venv/reviewer-stamp-$1" 2>/dev/null)" = "$stamp" ]; }

pip_install() {
    "$venv_python" -m pip install -q --disable-pip-version-check --no-input -c packaging/constraints.txt "$@" >&2 ||
        give_up "pip could not install what Reviewer needs; its message is above." \
            "Check the network or the package index that pip is set to, then run this again."
}

# Whether the environment on disk is the one that is wanted. One with the developer's tools has all of an ordinary one.
environment_is_ready() {
    environment_runs && { stamped dev || { [ -z "$extra" ] && stamped run; }; }
}

# A system upgrade can take away the interpreter that an environment points at.
environment_runs() { [ -x "$venv_python" ] && "$venv_python" -c '' 2>/dev/null; }

make_environment() {
    if ! environment_runs || ! stamped run; then
        say "Making a virtual environment in $venv"
        "$python" -m venv --clear "$venv" >&2 || give_up "The virtual environment $venv could not be made; see above."
    fi
    say "Installing Reviewer and what it needs (a few minutes the first time)"
    # The build tool comes first and pinned, so that the build needs no environment of its own.
    pip_install hatchling
    pip_install --no-build-isolation --editable ".${extra:+[$extra]}"
    printf '%s' "$stamp" >"$venv/reviewer-stamp-${extra:-run}"
    printf '%s' "$stamp" >"$venv/reviewer-stamp-run"
}

# The closing word on the libraries: Qt is asked to draw, whatever the lists above say.
check_qt() {
    if qt_error=$(QT_QPA_PLATFORM=offscreen "$venv_python" -c '
from PySide6.QtGui import QGuiApplication
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication
QApplication([])
' 2>&1); then
        qt_loads=yes
    else
        qt_loads=no
    fi
}

choose_scratch() {
    scratch=$root
    if [ ! -w "$root" ]; then
        scratch="${XDG_CACHE_HOME:-${HOME:?is not set}/.cache}/reviewer-checkout"
        mkdir -p "$scratch" || give_up "Neither $root nor $scratch can be written to. Copy the checkout to a folder of yours."
    fi
}

reviewer_setup() {
    umask 022
    extra=$1
    choose_scratch
    require_python
    venv="$scratch/.venv"
    venv_python="$venv/bin/python"
    stamp=$(environment_stamp)
    require_system_packages
    environment_is_ready || make_environment
    check_qt
}
