"""A person's settings on this machine: who reviews, how the window looks, which workspaces were open."""

from __future__ import annotations

import getpass
import json
import logging
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path

from reviewer.core.errors import KnownError
from reviewer.host.files import write_file

log = logging.getLogger(__name__)

RECENT = 8


@dataclass(frozen=True)
class Settings:
    """Plain values; `theme` is system, light or dark; sizes are in points, `ui_scale` in percent."""

    reviewer: str = ""
    theme: str = "system"
    text_points: int = 12
    ui_scale: int = 100
    recent: tuple[str, ...] = ()
    window: dict[str, str] = field(default_factory=dict)

    def with_recent(self, workspace: Path) -> Settings:
        path = str(workspace)
        return replace(self, recent=(path, *(other for other in self.recent if other != path))[:RECENT])


def load(path: Path) -> Settings:
    """The settings, or the defaults where the file is missing or not usable; the latter is logged."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError) as error:
        log.warning("settings %s are not usable and were left aside: %s", path, error)
        return Settings()
    return _usable(stored if isinstance(stored, dict) else {})


def _usable(stored: dict[str, object]) -> Settings:
    """What is of the right kind; a person may have edited the file."""
    default = Settings()
    recent = stored.get("recent")
    known = {**stored, "recent": tuple(map(str, recent)) if isinstance(recent, list) else ()}
    good = {
        f.name: known[f.name] for f in fields(Settings) if type(known.get(f.name)) is type(getattr(default, f.name))
    }
    return replace(default, **good)  # type: ignore[arg-type]  # each value has its field's own type


def save(settings: Settings, path: Path) -> None:
    """Write atomically. A folder that cannot be written is logged: losing a preference must not stop the work."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, json.dumps(asdict(settings), indent=1).encode())
    except (OSError, KnownError) as error:
        log.warning("settings %s could not be saved: %s", path, error)


def default_reviewer() -> str:
    """The name under which decisions are stored when nobody gave one: the account's."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "reviewer"
