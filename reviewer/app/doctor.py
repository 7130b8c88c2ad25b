"""`reviewer doctor`: what this installation and this workspace are like, each as one checkable sentence."""

from __future__ import annotations

import importlib.util
import os
import sqlite3
import sys
from dataclasses import dataclass

from reviewer import __version__
from reviewer.app.environment import installed_pyside_version, pyside_problem
from reviewer.app.paths import log_folder, resources_folder, samples_folder, settings_file, workspace_path
from reviewer.core.errors import KnownError
from reviewer.store.database import open_workspace


@dataclass(frozen=True)
class Finding:
    ok: bool
    what: str
    sentence: str


def examine(workspace: str | None) -> list[Finding]:
    """Everything there is to say, problems included; raises nothing that a finding can hold."""
    return [
        Finding(True, "Reviewer", f"{__version__} on Python {sys.version.split()[0]}"),
        _window(),
        _search(),
        _shipped(),
        _languages(),
        Finding(True, "settings", str(settings_file())),
        Finding(True, "log", str(log_folder())),
        _keyring(),
        _workspace(workspace),
    ]


def _window() -> Finding:
    version = installed_pyside_version()
    problem = pyside_problem(version, sys.version_info[:2])
    return Finding(problem is None, "window", problem or f"PySide6 {version}")


def _search() -> Finding:
    with sqlite3.connect(":memory:") as connection:
        options = {row[0] for row in connection.execute("PRAGMA compile_options")}
    connection.close()
    if "ENABLE_FTS5" in options:
        return Finding(True, "SQLite", f"{sqlite3.sqlite_version} with full-text search")
    return Finding(
        False, "SQLite", f"{sqlite3.sqlite_version} lacks full-text search (FTS5); use another Python build."
    )


def _shipped() -> Finding:
    missing = [str(folder) for folder in (resources_folder(), samples_folder()) if not folder.is_dir()]
    if missing:
        return Finding(False, "program files", f"missing: {', '.join(missing)}; install Reviewer again.")
    return Finding(True, "program files", str(resources_folder()))


def _languages() -> Finding:
    covered = ", ".join(f"{name} ({code})" for code, name in covered_languages().items())
    return Finding(True, "languages", f"the rules read {covered}; a response in another one is unscored")


def covered_languages() -> dict[str, str]:
    """The languages that the rules read: code to English name."""
    from reviewer.classify.language import COVERED_LANGUAGES

    return dict(COVERED_LANGUAGES)


def _keyring() -> Finding:
    there = importlib.util.find_spec("keyring") is not None
    return Finding(
        there, "keyring", "the library is installed" if there else "the library is missing; install Reviewer again."
    )


def _workspace(given: str | None) -> Finding:
    path = workspace_path(given)
    if not path.exists():
        if given is not None:
            return Finding(False, "workspace", f"there is none at {path}; check the path.")
        return Finding(True, "workspace", f"none yet; it will be made at {path}")
    try:
        workspace = open_workspace(path, create=False)
    except KnownError as error:
        return Finding(False, "workspace", str(error))
    try:
        problems = workspace.problems()
    finally:
        workspace.close()
    if problems:
        return Finding(False, "workspace", f"{path}: {'; '.join(problems)}. Restore a backup.")
    writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    return Finding(writable, "workspace", f"{path} is sound" + ("" if writable else ", but it cannot be written to"))
