"""Files that belong to the one that is imported and lie beside it: they are looked for in its own folder only."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from reviewer.core.errors import InputError, KnownError
from reviewer.exchange.kit.sources import FileHead, read_head

_MOST_FILES = 200


def lies_in(folder: Path, other: Path) -> bool:
    """Whether a path that a file names leads into the folder, links followed; False for what no path can be."""
    try:
        return Path(os.path.realpath(other)).is_relative_to(os.path.realpath(folder))
    except (OSError, ValueError):
        return False


def file_in(folder: Path, untrusted_name: str) -> Path | None:
    """The file of that name in the folder or below; None where there is none, or the name leads out of it."""
    found = folder / untrusted_name
    try:
        return found if lies_in(folder, found) and found.is_file() else None
    except OSError:  # a name that is too long for the disk is that of no file
        return None


def named_file(path: Path, name: str, what: str) -> Path:
    """The file that a person named for a part, from the folder of the imported one. Raises InputError."""
    found = path.parent / name
    if not os.path.isfile(found):
        raise InputError(f"There is no file {found}.", f"Correct the name of the file with the {what}.")
    return found


def renamed(path: Path, words: tuple[str, ...], by: tuple[str, ...], suffixes: tuple[str, ...]) -> Iterator[Path]:
    """The files beside whose name has one of the words `by` where this file's has one of `words`."""
    for word in words:
        if word in path.stem.lower():
            at = path.stem.lower().rindex(word)
            for other in by:
                for suffix in (path.suffix, *suffixes):
                    found = path.with_name(f"{path.stem[:at]}{other}{path.stem[at + len(word) :]}{suffix}")
                    if found != path and found.is_file():
                        yield found


def only_file(path: Path, fits: Callable[[FileHead], bool]) -> Path | None:
    """The one file beside that fits; None where there is none, or several."""
    found = []
    for each in sorted(path.parent.iterdir())[:_MOST_FILES]:
        if each != path and each.is_file() and _fits(each, fits):
            found.append(each)
    return found[0] if len(found) == 1 else None


def _fits(path: Path, fits: Callable[[FileHead], bool]) -> bool:
    """A file that cannot be read fits nothing: it is not the one that was asked for."""
    try:
        return fits(read_head(path))
    except KnownError:
        return False
