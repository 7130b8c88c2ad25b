"""How many covered texts a person uncovered on one day, kept beside the settings."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from reviewer.core.errors import KnownError
from reviewer.host.files import private_folder, write_file

log = logging.getLogger(__name__)
FILE = "exposure.json"


@dataclass(frozen=True)
class Exposure:
    """Of one day, as `2026-03-01`: how many texts of each category."""

    day: str = ""
    texts: Mapping[str, int] = field(default_factory=dict)

    def on(self, day: date) -> Exposure:
        """What was counted on that day: nothing if this is another's."""
        return self if self.day == day.isoformat() else Exposure(day.isoformat())

    def with_more(self, category: str, texts: int) -> Exposure:
        return Exposure(self.day, {**self.texts, category: self.texts.get(category, 0) + texts})

    def save(self, path: Path) -> None:
        """A file that cannot be written is logged: a lost count must not stop the work."""
        try:
            private_folder(path.parent)
            write_file(path, json.dumps({"day": self.day, "texts": dict(self.texts)}).encode())
        except (OSError, KnownError) as error:
            log.warning("%s could not be saved: %s", path, error)


def load(path: Path) -> Exposure:
    """What was kept; nothing where the file is missing or not usable, and the latter is logged."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        texts = stored["texts"].items()
        return Exposure(str(stored["day"]), {str(name): int(count) for name, count in texts})
    except FileNotFoundError:
        return Exposure()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        log.warning("%s is not usable and was left aside: %s", path, error)
        return Exposure()
