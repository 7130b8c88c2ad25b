"""Where things lie: the user's folders, the program's own resources and sample cases."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from reviewer.core.errors import EnvironmentFault, InputError

WORKSPACE_VARIABLE = "REVIEWER_WORKSPACE"
WORKSPACE_SUFFIX = ".sqlite"

_PACKAGE = Path(__file__).resolve().parents[1]


def data_folder() -> Path:
    return Path(platformdirs.user_data_dir("reviewer", appauthor=False))


def settings_file() -> Path:
    return Path(platformdirs.user_config_dir("reviewer", appauthor=False)) / "settings.json"


def log_folder() -> Path:
    return Path(platformdirs.user_log_dir("reviewer", appauthor=False))


def workspace_path(given: str | None) -> Path:
    """The workspace to use: as given, else from the environment, else the default file in the user's data folder.

    Raises InputError for a URL, of which nothing is repeated: it may hold a password.
    """
    chosen = given or os.environ.get(WORKSPACE_VARIABLE)
    if chosen and "://" in chosen:
        said = "that was given" if given else f"in {WORKSPACE_VARIABLE}"
        raise InputError(f"The workspace {said} is a URL.", "This version opens files only.")
    return Path(chosen).expanduser() if chosen else data_folder() / f"workspace{WORKSPACE_SUFFIX}"


def absolute(path: str) -> str:
    """A path as it is stored, so that it means the same from every folder; "" stays ""."""
    return str(Path(path).expanduser().absolute()) if path else ""


def output_file(path: Path) -> Path:
    """Where output given to `path` is to be put: what a link points at, else the path itself.

    Writers replace the file that is there, and an administrator may replace anything: a device, a pipe or a folder
    must never be taken for a file. Raises InputError for one, EnvironmentFault for a path that cannot be looked at.
    """
    try:
        target = path.expanduser().resolve() if path.is_symlink() else path.expanduser()
        special = target.exists() and not target.is_file()
    except (OSError, RuntimeError) as error:
        raise EnvironmentFault(f"The path {path} cannot be used ({error}).", "Choose another place.") from error
    if special:
        what = "a folder" if target.is_dir() else "a device or a pipe"
        raise InputError(f"{path} is {what}, not a file that can be written.", "Give the path of a file.")
    return target


def demo_path() -> Path:
    return data_folder() / f"demo{WORKSPACE_SUFFIX}"


def _shipped(name: str) -> Path:
    """A folder that ships inside the wheel and stands beside the package in a checkout."""
    inside = _PACKAGE / "_data" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def resources_folder() -> Path:
    return _shipped("resources")


def samples_folder() -> Path:
    return _shipped("sample_cases")
