"""What the computer around a workspace is like: the window's platform, keys, fonts, the disk and its folder."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import NamedTuple

from reviewer.host.fonts import can_ask, is_shown
from reviewer.host.passphrases import keyring_name
from reviewer.host.places import room, shared_place
from reviewer.wording.scripts import SCRIPTS

_LEAST_ROOM = 100_000_000
_MARGIN = 3
"""A backup and a migration each need the workspace's size once more, and something is to be left."""


class Surrounding(NamedTuple):
    ok: bool
    sentence: str


def key_storage() -> Surrounding:
    """A computer without a keyring can do all the same, so that is told and is no failure."""
    if importlib.util.find_spec("keyring") is None:
        return Surrounding(False, "the library is missing; install Reviewer again.")
    name = keyring_name()
    if name:
        return Surrounding(True, f"keys and passphrases can be kept in {name}")
    return Surrounding(True, "this computer has none; give keys by environment variables")


def window_platform() -> Surrounding:
    """Asked of the environment, as Qt does: a window is not opened for it."""
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    if chosen:
        return Surrounding(True, f"{chosen}, by QT_QPA_PLATFORM")
    if sys.platform in ("win32", "darwin"):
        return Surrounding(True, "Windows" if sys.platform == "win32" else "macOS")
    if os.environ.get("WAYLAND_DISPLAY"):
        return Surrounding(True, "wayland")
    if os.environ.get("DISPLAY"):
        return Surrounding(True, "xcb (X11)")
    return Surrounding(True, "there is no display here, so no window can open; the commands work without one")


def fonts_here() -> Surrounding:
    """Of all scripts, not only those of a workspace's texts."""
    if not can_ask():
        return Surrounding(True, "the system looks them up itself; nothing is known to be missing")
    missing = [script.name for script in SCRIPTS if not is_shown(script.letter)]
    if not missing:
        return Surrounding(True, f"all {len(SCRIPTS)} scripts that are looked for can be shown")
    return Surrounding(True, f"no font for {', '.join(missing)}; texts in these show boxes until one is installed")


def disk_of(path: Path) -> Surrounding:
    """Of the nearest folder that is there."""
    folder = next((each for each in path.absolute().parents if each.is_dir()), Path("/"))
    try:
        free, size = room(folder), path.stat().st_size if path.is_file() else 0
    except OSError as error:
        return Surrounding(False, f"the free space of {folder} cannot be told ({error.strerror}); check the disk.")
    needed = max(_LEAST_ROOM, _MARGIN * size)
    said = f"{free / 1e9:,.1f} GB free at {folder}"
    if free >= needed:
        return Surrounding(True, said)
    return Surrounding(False, f"{said}; a backup and a migration may need {needed / 1e9:,.1f} GB. Free some space.")


def folder_of(path: Path) -> Surrounding:
    """That other computers write there is told, as in the window, and is no failure: it is a person's choice."""
    place = shared_place(path)
    return Surrounding(True, "on this computer only, as far as is known" if place is None else place.sentence)
