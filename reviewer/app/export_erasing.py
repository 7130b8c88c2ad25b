"""Export everything of a suite, read it back, and only then erase the suite."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.app.bundle_figures import BundleAsked
from reviewer.app.bundles import write_bundle
from reviewer.app.deleting import delete_into_bin, suite_to_delete
from reviewer.app.erasing import erase_now
from reviewer.app.exports import ExportRequest, export
from reviewer.app.jobs.imports import ImportRequest, import_file
from reviewer.app.verifying import verify_bundle
from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.core.scoring.score import Options
from reviewer.exchange.kit.options import ImportOptions
from reviewer.host.files import private_folder
from reviewer.store.database import Workspace, make_empty, open_workspace
from reviewer.store.dialects import dialect_for
from reviewer.store.dialects.sealing import throwaway_key
from reviewer.store.facts.bin import Erased
from reviewer.store.facts.runs import RunLine
from reviewer.store.facts.suites import StoredSuite
from reviewer.store.queries import runs, suites

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_OF_SUITE, _OF_RUN = ("cases", "labels"), ("responses", "verdicts", "decisions")
NOT_ERASED = "Nothing was erased."


@dataclass(frozen=True)
class ExportedSuite:
    """The files that were written, with their SHA-256, and what was erased."""

    folder: Path
    files: dict[str, str]
    erased: Erased


def export_and_erase(
    workspace: Workspace, suite: str, folder: Path, author: str, key: Ed25519PrivateKey | None = None
) -> ExportedSuite:
    """Write cases, labels, and of each run what came back, what was said of it and a bundle; read it all back; erase.

    Raises InputError where there is no such suite, where the folder has something in it and where what was written does
    not read back; EnvironmentFault where it cannot be written: then nothing is erased.
    """
    workspace.check_writable()
    line = suites.suite_named(workspace, suite)
    of_suite = [each for each in runs.runs(workspace) if each.suite_id == line.id]
    _take(folder)
    _write(workspace, line, of_suite, folder, key)
    _check(workspace, line, of_suite, folder)
    files = {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in sorted(folder.iterdir())}
    item, _ = delete_into_bin(workspace, suite_to_delete(workspace, suite), author)
    return ExportedSuite(folder, files, erase_now(workspace, [item.id], author))


def _take(folder: Path) -> None:
    """Raises InputError where the folder is not empty, EnvironmentFault where it cannot be made."""
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise InputError(f"{folder} is there already and has something in it.", "Give a new folder.")
        private_folder(folder)
    except OSError as error:
        raise EnvironmentFault(f"The folder {folder} cannot be made ({error.strerror}).", NOT_ERASED) from error


def _named(number: int, what: str) -> str:
    return f"run-{number}-{what}.jsonl"


def _write(
    workspace: Workspace, suite: StoredSuite, of_suite: list[RunLine], folder: Path, key: Ed25519PrivateKey | None
) -> None:
    for what in _OF_SUITE:
        export(workspace, ExportRequest(folder / f"{what}.jsonl", what, suite=suite.name))
    for number, run in enumerate(of_suite, start=1):
        for what in _OF_RUN:
            export(workspace, ExportRequest(folder / _named(number, what), what, run=run.name))
        write_bundle(workspace, BundleAsked(run.name, "", Options()), folder / f"run-{number}.zip", key=key)


def _check(workspace: Workspace, suite: StoredSuite, of_suite: list[RunLine], folder: Path) -> None:
    """Raises InputError where what was written does not read back as what is here."""
    with _empty() as other:
        _read(other, folder / "cases.jsonl", suite)
        if suites.suite_named(other, suite.name).content_hash != suite.content_hash:
            raise _unlike("The cases", folder)
        for number, run in enumerate(of_suite, start=1):
            for what in ("responses", "decisions"):
                _read(other, folder / _named(number, what), suite)
            found = {each.name: each for each in runs.runs(other)}.get(run.name)
            if run.states and (found is None or (found.states, found.reviewed) != (run.states, run.reviewed)):
                raise _unlike(f"What was exported of the run {run.name}", folder)
            if wrong := verify_bundle(folder / f"run-{number}.zip").wrong:
                raise InputError(f"The bundle of the run {run.name} does not verify: {wrong[0]}", NOT_ERASED)


def _unlike(what: str, folder: Path) -> InputError:
    return InputError(f"{what} in {folder} did not read back as it is here.", NOT_ERASED)


def _read(other: Workspace, path: Path, suite: StoredSuite) -> None:
    options = ImportOptions(suite.scale, suite.name)
    report = import_file(other, ImportRequest(path, options=options, strict=True)) if path.stat().st_size else None
    if report is not None and report.bad:
        raise InputError(
            f"What was exported does not read back: {path.name}, line {report.bad[0].line}: {report.bad[0].reason}",
            NOT_ERASED,
        )


@contextmanager
def _empty() -> Iterator[Workspace]:
    """A workspace for what is read back, encrypted with a key that only this process knows."""
    with tempfile.TemporaryDirectory(prefix="reviewer-export-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "read-back.db"
        make_empty(path)
        dialect_for(path).make_sealed(path, throwaway_key())
        other = open_workspace(path)
        try:
            yield other
        finally:
            other.close()
