"""Export everything of a suite, read it back, and only then erase the suite."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.app.bundle_figures import BundleAsked
from reviewer.app.bundles import write_bundle
from reviewer.app.deleting import delete_into_bin, suite_to_delete
from reviewer.app.erasing import erase_now
from reviewer.app.exports import ExportRequest, export
from reviewer.app.jobs.imports import ImportReport, ImportRequest, import_file, options_for, store_records
from reviewer.app.stopping import never, stop_if
from reviewer.app.verifying import verify_bundle
from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.core.runs import RunStatus
from reviewer.core.scoring.score import Options
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.registry import detect, read_file
from reviewer.host.files import SEALED_ENDING, private_folder, sealed_as_written
from reviewer.host.sealed_files import content_of, is_sealed, unlock_file
from reviewer.store.database import Workspace, make_empty, open_workspace
from reviewer.store.dialects import dialect_for
from reviewer.store.dialects.sealing import throwaway_key
from reviewer.store.facts.bin import Erased
from reviewer.store.facts.runs import RunLine
from reviewer.store.facts.suites import StoredSuite
from reviewer.store.queries import runs, suites
from reviewer.store.writes.deleting import check_not_worked_on

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_OF_SUITE, _OF_RUN = ("cases", "labels"), ("responses", "verdicts", "decisions")
NOT_ERASED = "Nothing was erased."
ERASING = "Erasing…"
"""The step that is not stopped any more."""


@dataclass(frozen=True)
class ExportedSuite:
    """The files that were written, with their SHA-256, and what was erased."""

    folder: Path
    files: dict[str, str]
    erased: Erased


@dataclass(frozen=True)
class Watching:
    """Who watches: `told` hears of each step before it begins, `cancelled` is asked before each. Nothing stops what
    has begun to be erased.
    """

    told: Callable[[str], object] = lambda _step: None
    cancelled: Callable[[], bool] = never

    def step(self, words: str) -> None:
        """Raises ReportCancelledError where it is not to go on."""
        stop_if(self.cancelled)
        self.told(words)


ALONE = Watching()


def export_and_erase(
    workspace: Workspace,
    suite: str,
    folder: Path,
    author: str,
    key: Ed25519PrivateKey | None = None,
    *,
    interrupted: bool = False,
    passphrase: str = "",
    watching: Watching = ALONE,
) -> ExportedSuite:
    """Write cases, labels, and of each run what came back, what was said of it and a bundle; read it all back; erase.
    With a `passphrase` each file is encrypted under it before it is on the disk.

    Raises InputError where there is no such suite, where the folder has something in it, where a run is being sent
    (unless that is known to be `interrupted`) and where what was written does not read back; EnvironmentFault where it
    cannot be written, ReportCancelledError where whoever is `watching` says so: then nothing is erased, and what was
    written is removed again.
    """
    workspace.check_writable()
    line = suites.suite_named(workspace, suite)
    of_suite = [each for each in runs.runs(workspace) if each.suite_id == line.id]
    check_not_worked_on(workspace, [each.id for each in of_suite])
    sent = next((each.name for each in of_suite if each.status is RunStatus.RUNNING), None)
    if sent is not None and not interrupted:
        raise InputError(f"The run {sent} is being sent.", f"Stop it first. {NOT_ERASED}")
    was_there = folder.exists()
    _take(folder)
    try:
        with sealed_as_written(passphrase):
            _write(workspace, line, of_suite, folder, key, watching)
        _check(workspace, line, of_suite, _WrittenFiles(folder, passphrase), watching)
        watching.step(ERASING)
        files = {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in sorted(folder.iterdir())}
        item, _ = delete_into_bin(workspace, suite_to_delete(workspace, suite), author, interrupted=interrupted)
    except BaseException:
        _take_away(folder, was_there=was_there)
        raise
    return ExportedSuite(folder, files, erase_now(workspace, [item.id], author))


def _take(folder: Path) -> None:
    """Raises InputError where the folder is not empty, EnvironmentFault where it cannot be made."""
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise InputError(f"{folder} is there already and has something in it.", "Give a new folder.")
        private_folder(folder)
    except OSError as error:
        raise EnvironmentFault(f"The folder {folder} cannot be made ({error.strerror}).", NOT_ERASED) from error


def _take_away(folder: Path, *, was_there: bool) -> None:
    """Nothing is left behind where nothing was erased. Raises EnvironmentFault where something of it stays."""
    try:
        for path in folder.iterdir():
            path.unlink()
        if not was_there:
            folder.rmdir()
    except OSError as error:
        raise EnvironmentFault(
            f"It was not finished, and what was written in {folder} could not be removed ({error.strerror}).",
            f"Remove that folder yourself. {NOT_ERASED}",
        ) from error


def _named(number: int, what: str) -> str:
    return f"run-{number}-{what}.jsonl"


def _write(
    workspace: Workspace,
    suite: StoredSuite,
    of_suite: list[RunLine],
    folder: Path,
    key: Ed25519PrivateKey | None,
    watching: Watching,
) -> None:
    for what in _OF_SUITE:
        watching.step(f"Writing {what}.jsonl…")
        export(workspace, ExportRequest(folder / f"{what}.jsonl", what, suite=suite.name))
    for number, run in enumerate(of_suite, start=1):
        for what in _OF_RUN:
            watching.step(f"Writing {_named(number, what)}…")
            export(workspace, ExportRequest(folder / _named(number, what), what, run=run.name))
        bundle = folder / f"run-{number}.zip"
        watching.step(f"Writing {bundle.name}…")
        asked = BundleAsked(run.name, "", Options())
        write_bundle(workspace, asked, bundle, key=key, cancelled=watching.cancelled)


@dataclass(frozen=True)
class _WrittenFiles:
    """The folder that was written, and the passphrase of its files; "" where they are plain."""

    folder: Path
    passphrase: str

    def file(self, name: str) -> Path:
        """Unlocked."""
        if not self.passphrase:
            return self.folder / name
        path = self.folder / f"{name}{SEALED_ENDING}"
        unlock_file(path, self.passphrase)
        return path


def _check(
    workspace: Workspace, suite: StoredSuite, of_suite: list[RunLine], written: _WrittenFiles, watching: Watching
) -> None:
    """Raises InputError where what was written does not read back as what is here."""
    with _empty() as other:
        watching.step("Reading back cases.jsonl…")
        _read(other, written.file("cases.jsonl"), suite)
        if suites.suite_named(other, suite.name).content_hash != suite.content_hash:
            raise _unlike("The cases", written.folder)
        for number, run in enumerate(of_suite, start=1):
            for what in ("responses", "decisions"):
                watching.step(f"Reading back {_named(number, what)}…")
                _read(other, written.file(_named(number, what)), suite)
            found = {each.name: each for each in runs.runs(other)}.get(run.name)
            if run.states and (found is None or (found.states, found.reviewed) != (run.states, run.reviewed)):
                raise _unlike(f"What was exported of the run {run.name}", written.folder)
            watching.step(f"Verifying run-{number}.zip…")
            if wrong := verify_bundle(written.file(f"run-{number}.zip")).wrong:
                raise InputError(f"The bundle of the run {run.name} does not verify: {wrong[0]}", NOT_ERASED)


def _unlike(what: str, folder: Path) -> InputError:
    return InputError(f"{what} in {folder} did not read back as it is here.", NOT_ERASED)


def _read(other: Workspace, path: Path, suite: StoredSuite) -> None:
    request = ImportRequest(path, options=ImportOptions(suite.scale, suite.name), strict=True)
    if not (len(content_of(path)) if is_sealed(path) else path.stat().st_size):
        return
    report = _read_sealed(other, request) if is_sealed(path) else import_file(other, request)
    if report.bad:
        raise InputError(
            f"What was exported does not read back: {path.name}, line {report.bad[0].line}: {report.bad[0].reason}",
            NOT_ERASED,
        )


def _read_sealed(other: Workspace, request: ImportRequest) -> ImportReport:
    """Our own file, however large: read in this process, which has its key."""
    format_ = detect(request.path)
    records = read_file(request.path, options_for(other, request, format_.name), format_.name)
    return store_records(other, records, request, format_.name)


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
