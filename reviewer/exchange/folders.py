"""What was named for an import as files: patterns and folders are gone into, each file by what it is."""

from __future__ import annotations

import glob
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from reviewer.core.errors import InputError, KnownError
from reviewer.exchange.registry import detect

_MAGIC = frozenset("*?[")
_MOST_FILES = 10_000
_LATER = ("responses", "completions", "verdicts", "decisions")
"""Formats whose rows refer to those of others, in the order in which they must come: by the end of their names."""


@dataclass
class ToImport:
    """The files to import, in order, and those of a folder that are in no format that is known, each with why."""

    files: list[Path] = field(default_factory=list)
    left_out: list[tuple[Path, str]] = field(default_factory=list)


def chosen_files(named: Iterable[Path], format_name: str = "", encoding: str = "") -> ToImport:
    """Raises InputError for a pattern that nothing matches and a folder with nothing to import.

    A file that was named itself stays where it was named; those of a folder or pattern come sorted, cases first.
    """
    chosen = ToImport()
    for path in named:
        if not path.exists() and _MAGIC & set(str(path)):
            _add_matching(chosen, path, format_name, encoding)
        elif path.is_dir() and not format_name:
            _add_folder(chosen, path, encoding)
        else:
            chosen.files.append(path)
    return chosen


def _add_matching(chosen: ToImport, pattern: Path, format_name: str, encoding: str) -> None:
    found = sorted(map(Path, glob.glob(str(pattern), recursive=True)))
    if not found:
        raise InputError(f"No file matches {pattern}.", "Check the pattern and the folder.")
    files = [path for path in found if path.is_file()]
    for folder in [path for path in found if path.is_dir() and not files and not format_name]:
        _add_folder(chosen, folder, encoding)
    chosen.files += _in_order(files, encoding)


def _add_folder(chosen: ToImport, folder: Path, encoding: str) -> None:
    """A folder in a format of its own is one thing to import."""
    try:
        detect(folder, encoding)
    except KnownError as fault:
        inside = [path for path in sorted(folder.rglob("*")) if path.is_file() and not _is_hidden(path, folder)]
        if len(inside) > _MOST_FILES:
            raise InputError(f"{folder} has {len(inside):,} files.", "Name those to import.") from None
        known = [path for path in inside if _is_known(chosen, path, encoding)]
        if not known:
            raise fault from None
        chosen.files += _in_order(known, encoding)
    else:
        chosen.files.append(folder)


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def _is_known(chosen: ToImport, path: Path, encoding: str) -> bool:
    try:
        detect(path, encoding)
    except KnownError as fault:
        chosen.left_out.append((path, str(fault)))
        return False
    return True


def _in_order(paths: Iterable[Path], encoding: str) -> list[Path]:
    def place(path: Path) -> int:
        try:
            name = detect(path, encoding).name
        except KnownError:
            return len(_LATER)
        return next((at for at, ending in enumerate(_LATER, start=1) if name.endswith(ending)), 0)

    return sorted(paths, key=place)
