"""A person's settings on this machine: who reviews, how the window looks, which workspaces were open."""

from __future__ import annotations

import getpass
import json
import logging
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from reviewer.core.errors import KnownError
from reviewer.host.files import private_folder, write_file

log = logging.getLogger(__name__)

RECENT = 8


@dataclass(frozen=True)
class Settings:
    """Plain values; `theme` is system, light or dark; sizes are in points, `ui_scale` in percent.

    `keys` has the keys of the commands whose keys were changed, apart by blanks. `score_width` is the ± that the
    corrected score is brought to. After `break_minutes` of review a break is suggested, 0 for never. Texts of the
    categories in `covered` are not shown before they are asked for; `grey_text` shows all of them in grey.
    With `offline` nothing is sent. The window locks itself after `lock_minutes` without a key or the mouse where the
    workspace is encrypted, after `lock_minutes_plain` where it is not; 0 for never.
    """

    reviewer: str = ""
    theme: str = "system"
    text_points: int = 12
    ui_scale: int = 100
    recent: tuple[str, ...] = ()
    window: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    score_width: float = 0.02
    break_minutes: int = 45
    covered: tuple[str, ...] = ()
    grey_text: bool = False
    offline: bool = False
    lock_minutes: int = 15
    lock_minutes_plain: int = 0

    def with_recent(self, workspace: Path) -> Settings:
        path = str(workspace)
        return replace(self, recent=(path, *(other for other in self.recent if other != path))[:RECENT])


def load(path: Path) -> Settings:
    """The settings, or the defaults where the file is missing or not usable; the latter is logged."""
    return read(path)[0]


def read(path: Path) -> tuple[Settings, str]:
    """The settings, and a sentence where the file is not usable: then they are the defaults, and the file is kept."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings(), ""
    except (OSError, ValueError, RecursionError) as error:
        return Settings(), _left_aside(path, str(error))
    if not isinstance(stored, dict):
        return Settings(), _left_aside(path, "it holds no settings")
    return _usable(stored), ""


def _left_aside(path: Path, why: str) -> str:
    """Keep what cannot be read under another name: it would be written over by the next change."""
    log.warning("settings %s are not usable and were left aside: %s", path, why)
    kept = path.with_name(f"{path.name}.broken")
    try:
        write_file(kept, path.read_bytes())
    except (OSError, KnownError) as error:
        log.warning("%s could not be copied: %s", path, error)
        return f"Your settings in {path} could not be read, so the window starts with the usual ones."
    return f"Your settings could not be read, so the window starts with the usual ones. What they were is in {kept}."


def _usable(stored: dict[str, object]) -> Settings:
    """What is of the right kind; a person may have edited the file."""
    default = Settings()
    good: dict[str, Any] = {}
    for each in fields(Settings):
        usual = getattr(default, each.name)
        found = _of_kind(stored.get(each.name), usual)
        good[each.name] = usual if found is None else found
    return replace(default, **good)


def _of_kind(value: object, usual: object) -> object | None:
    """The value as one of the same kind as `usual`; None where it is of another."""
    if isinstance(usual, tuple):
        return tuple(map(str, value)) if isinstance(value, list) else None
    if isinstance(usual, dict):
        texts = isinstance(value, dict) and all(isinstance(each, str) for each in value.values())
        return value if texts else None
    if isinstance(usual, float) and type(value) is int:
        return float(value)
    return value if type(value) is type(usual) else None


def save(settings: Settings, path: Path) -> None:
    """Write atomically. A folder that cannot be written is logged: losing a preference must not stop the work."""
    try:
        private_folder(path.parent)
        write_file(path, json.dumps(asdict(settings), indent=1).encode())
    except (OSError, KnownError) as error:
        log.warning("settings %s could not be saved: %s", path, error)


def default_reviewer() -> str:
    """The name under which decisions are stored when nobody gave one: the account's."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "reviewer"
