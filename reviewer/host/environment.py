"""What the machine has, checked before anything that would fail on it without a word."""

from __future__ import annotations

import re
from importlib import metadata

PYSIDE_DISTRIBUTIONS = ("PySide6-Essentials", "PySide6")
FATAL_PYSIDE = re.compile(r"6\.12(?:\D|$)")
PYTHON_THAT_SURVIVES = (3, 12)


def installed_pyside_version() -> str | None:
    """The version of the PySide6 that is installed, or None. Reads its metadata, does not import Qt."""
    for name in PYSIDE_DISTRIBUTIONS:
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            # The bindings come under either name; the next one may be the installed one.
            continue
    return None


def pyside_problem(pyside_version: str | None, python_version: tuple[int, int]) -> str | None:
    """Why the window cannot run on this pair and what to do, or None if it can.

    PySide6 6.12 loses one reference to None with every Qt call that returns nothing. Before Python 3.12, where None
    became immortal, the interpreter dies of that after some thousand calls, at any place and without an exception.
    """
    if pyside_version is None:
        return (
            "PySide6 is not installed, so the window cannot be shown; the commands work without it. "
            'Install it with: python -m pip install "PySide6-Essentials>=6.8,<6.12"'
        )
    if FATAL_PYSIDE.match(pyside_version) and python_version < PYTHON_THAT_SURVIVES:
        return (
            f"PySide6 {pyside_version} ends Python {python_version[0]}.{python_version[1]} without warning after a few "
            "thousand Qt calls, so the window is not opened. "
            'Install one that does not, with: python -m pip install "PySide6-Essentials>=6.8,<6.12"; '
            "or use Python 3.12 or newer."
        )
    return None
