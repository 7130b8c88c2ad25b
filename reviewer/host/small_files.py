"""The text of a file that a person wrote or chose and that is small by its nature: a policy, a template, a prompt."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from reviewer.core.errors import InputError

MOST_BYTES = 1_000_000


def small_text(path: Path, what: str, remedy: str, *, most: int = MOST_BYTES) -> str:
    """The UTF-8 text, without a byte order mark. `what` begins the sentence: `The policy`.

    Raises InputError for a file that cannot be read, is larger than `most` bytes, is no text, and for a device or a
    pipe, which may never end.
    """
    try:
        content = _content(path, most)
        text = content.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        raise InputError(f"{what} {shown_path(path)} cannot be read: {_why(error)}.", remedy) from error
    if len(content) > most:
        raise InputError(f"{what} {shown_path(path)} is larger than {most:,} bytes.", remedy)
    if "\0" in text:
        raise InputError(f"{what} {shown_path(path)} is a binary file, not text.", remedy)
    return text


def check_no_pipe(path: Path) -> None:
    """Raise InputError for a device or a pipe, which may never end and would be waited for while it is opened.

    What is not there at all is left to whoever opens it.
    """
    try:
        is_odd = path.exists() and not (path.is_file() or path.is_dir())
    except OSError:
        return
    if is_odd:
        raise InputError(
            f"{shown_path(path)} is a device or a pipe, not a file.", "Save what it gives to a file first."
        )


def _content(path: Path, most: int) -> bytes:
    """Up to one byte more than `most`; one that is cut within a character is cut before it."""
    waits = getattr(os, "O_NONBLOCK", 0)  # a pipe that nobody writes to would be waited for while it is opened
    with open(os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | waits), "rb") as handle:
        if not stat.S_ISREG(os.fstat(handle.fileno()).st_mode):
            raise OSError(0, "it is a device, a pipe or a folder, not a file")
        content = handle.read(most + 1)
    return content if len(content) <= most else b" " * (most + 1)


def _why(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8 text"
    return (error.strerror if isinstance(error, OSError) else None) or str(error)[:200]


def shown_path(path: Path) -> str:
    """The path, without its middle where it is longer than any system has."""
    text = str(path)
    return text if len(text) <= 400 else f"{text[:200]}…{text[-60:]}"
