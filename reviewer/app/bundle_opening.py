"""Open a bundle as a workspace that can only be read, and compare the runs of two."""

from __future__ import annotations

import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.core.errors import InputError
from reviewer.host.sealed_files import MAGIC
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import RunLine
from reviewer.store.opening import open_or_read
from reviewer.store.queries import runs

if TYPE_CHECKING:
    from reviewer.app.figures.comparing import ComparedRuns
    from reviewer.app.verifying import OpenedBundle
    from reviewer.core.scoring.score import Options

SUFFIX = ".zip"
_ZIP = b"PK"


def is_bundle(path: Path) -> bool:
    """Whether a file is to be opened as a bundle: it is a zip or an encrypted one, or is called one and not there."""
    try:
        if not path.exists():
            return path.suffix.lower() == SUFFIX
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(MAGIC)).startswith((_ZIP, MAGIC))
    except OSError:
        return False


def open_file(path: Path, *, create: bool = True) -> Workspace:
    """The workspace in a file, or a bundle. Raises as `open_or_read` and `open_bundle`."""
    path = path.expanduser()
    return open_bundle(path) if is_bundle(path) else open_or_read(path, create=create)


def open_bundle(path: Path) -> Workspace:
    """A bundle as a workspace that can only be read; it lies in a folder of its own, which goes when it is closed.

    Hashes, chain and signature are checked first, the figures are not. Raises InputError for a file that is no bundle
    or was changed.
    """
    from reviewer.app.verifying import open_verified

    return _opened(path, open_verified(path))


def _opened(path: Path, found: OpenedBundle) -> Workspace:
    from reviewer.store.rebuilding import rebuilt

    # the one who closes the workspace takes the folder away: it lives as long as the window may
    folder = tempfile.TemporaryDirectory(prefix="reviewer-bundle-", ignore_cleanup_errors=True)
    said = f"The bundle {path.name} is open to be read; nothing in it can be changed."
    try:
        workspace = rebuilt(
            Path(folder.name) / "bundle.db",
            found.rows,
            str(found.manifest["schema"]),
            read_only=said,
            closed=folder.cleanup,
        )
    except BaseException:
        folder.cleanup()
        raise
    workspace.shown_path = path.absolute()
    return workspace


def compare_bundles(a: Path, b: Path, options: Options | None = None) -> ComparedRuns:
    """The run of one bundle against the run of another. Raises InputError as `open_bundle` and `compare_runs`."""
    from reviewer.app.figures.comparing import check_one_scale, compare_observed
    from reviewer.app.verifying import open_verified

    first, second = open_verified(a), open_verified(b)
    if first.members == second.members:
        raise InputError(f"{a} and {b} are the same bundle.", "Give two different ones.")
    with closing(_opened(a, first)) as one, closing(_opened(b, second)) as other:
        lines = [runs.run_named(each, found.asked.run) for each, found in ((one, first), (other, second))]
        check_one_scale(*lines)
        if lines[0].name == lines[1].name:
            lines = [_called_apart(line, path) for line, path in zip(lines, (a, b), strict=True)]
        before, after = ((line, runs.observed(each, line.id)) for line, each in zip(lines, (one, other), strict=True))
        return compare_observed(one, before, after, options, other=other)


def _called_apart(line: RunLine, path: Path) -> RunLine:
    return replace(line, name=f"{line.name} ({path.name})")
