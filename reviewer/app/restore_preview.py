"""What restoring a backup would change: what would be gone, what would come back. Nothing is changed by looking."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from reviewer.store.facts.contents import Contents, LastDecision
from reviewer.store.opening import open_to_read
from reviewer.store.queries.contents import contents_of
from reviewer.store.restoring import check_backup
from reviewer.wording.plain_text import NAME_CHARACTERS, preview
from reviewer.wording.plural import counted

_MOST_NAMED = 5


@dataclass(frozen=True)
class RestorePreview:
    """Of the workspace as it is `now` and of the `backup`."""

    now: Contents
    backup: Contents

    @property
    def runs_gone(self) -> list[str]:
        return _names(self.now, self.backup)

    @property
    def runs_back(self) -> list[str]:
        return _names(self.backup, self.now)

    @property
    def decisions_gone(self) -> int:
        return len(self.now.decisions - self.backup.decisions)

    @property
    def decisions_back(self) -> int:
        return len(self.backup.decisions - self.now.decisions)

    @property
    def tables(self) -> list[tuple[str, int, int]]:
        """Name, rows now, rows in the backup; of each table that has any."""
        names = dict.fromkeys((*self.now.counts, *self.backup.counts))
        rows = ((name, self.now.counts.get(name, 0), self.backup.counts.get(name, 0)) for name in names)
        return [row for row in rows if row[1] or row[2]]

    @property
    def sentences(self) -> list[str]:
        return [
            _moved("be gone", self.decisions_gone, self.runs_gone),
            _moved("come back", self.decisions_back, self.runs_back),
            f"The last decision: now {_last(self.now.last)}; in the backup {_last(self.backup.last)}.",
        ]


def preview_restore(path: Path, source: Path) -> RestorePreview:
    """Both files are only read; a workspace that is not there holds nothing.

    Raises InputError where `source` is no sound backup, KnownError where the workspace cannot be read.
    """
    path, source = path.expanduser().resolve(), source.expanduser().resolve()
    check_backup(source, path)
    return RestorePreview(_read(path) if path.exists() else Contents(), _read(source))


def _read(path: Path) -> Contents:
    with closing(open_to_read(path, "It is only compared.")) as workspace:
        return contents_of(workspace)


def _names(one: Contents, other: Contents) -> list[str]:
    return sorted(name for name, _at in one.runs - other.runs)


def _moved(how: str, decisions: int, runs: list[str]) -> str:
    if not decisions and not runs:
        return f"No decision and no run would {how}."
    more = f" and {len(runs) - _MOST_NAMED} more" if len(runs) > _MOST_NAMED else ""
    first = (preview(run, NAME_CHARACTERS) for run in runs[:_MOST_NAMED])
    named = f" ({', '.join(first)}{more})" if runs else ""
    parts = [counted(decisions, "decision")] * bool(decisions) + [counted(len(runs), "run") + named] * bool(runs)
    return f"{' and '.join(parts)} would {how}."


def _last(decision: LastDecision | None) -> str:
    if decision is None:
        return "none"
    by = preview(decision.reviewer, NAME_CHARACTERS)
    return f"by {by} on {decision.at[:16].replace('T', ' at ')} UTC"
