"""`reviewer doctor`: what this installation and this workspace are like, each as one checkable sentence."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from reviewer import __version__
from reviewer.app.bundle_opening import is_bundle
from reviewer.app.fonts import characters_in, without_font
from reviewer.app.surroundings import Surrounding, disk_of, folder_of, fonts_here, key_storage, window_platform
from reviewer.core.errors import KnownError
from reviewer.host.clock import today
from reviewer.host.collecting import collector_paused
from reviewer.host.environment import installed_pyside_version, pyside_problem
from reviewer.host.offline import locked_by
from reviewer.host.paths import log_folder, resources_folder, samples_folder, settings_file, workspace_path
from reviewer.store.database import database_library
from reviewer.store.erasing import is_unfinished
from reviewer.store.opening import open_or_read
from reviewer.store.queries import chain, soundness
from reviewer.store.queries.bin import bin_items, standing, tombstones
from reviewer.store.queries.retention import retentions
from reviewer.wording.deleting import deletion_words, retention_words
from reviewer.wording.plural import noun
from reviewer.wording.scripts import lacking_words


@dataclass(frozen=True)
class Diagnosis:
    ok: bool
    what: str
    sentence: str


def _unwatched(_done: int, _total: int) -> None:
    """Nobody looks how far it is."""


def examine(workspace: str | None, watch: Callable[[int, int], None] = _unwatched) -> list[Diagnosis]:
    """Everything there is to say, problems included; raises nothing that a finding can hold.

    `watch` is told how many of the workspace's rows were read.
    """
    path = workspace_path(workspace)
    return [
        Diagnosis(True, "Reviewer", f"{__version__} on Python {sys.version.split()[0]}"),
        _window(),
        _search(),
        _shipped(),
        _languages(),
        Diagnosis(True, "settings", str(settings_file())),
        Diagnosis(True, "log", str(log_folder())),
        _around("keyring", key_storage()),
        _around("platform", window_platform()),
        _around("scripts", fonts_here()),
        _offline(),
        _around("disk", disk_of(path)),
        _around("folder", folder_of(path)),
        *_on_workspace(workspace, watch),
    ]


def _around(what: str, found: Surrounding) -> Diagnosis:
    return Diagnosis(found.ok, what, found.sentence)


def _window() -> Diagnosis:
    version = installed_pyside_version()
    problem = pyside_problem(version, sys.version_info[:2])
    return Diagnosis(problem is None, "window", problem or f"PySide6 {version}")


def _search() -> Diagnosis:
    found = database_library()
    if found.can_search:
        return Diagnosis(True, found.name, f"{found.version} with full-text search")
    return Diagnosis(False, found.name, f"{found.version} lacks full-text search (FTS5); use another Python build.")


def _shipped() -> Diagnosis:
    missing = [str(folder) for folder in (resources_folder(), samples_folder()) if not folder.is_dir()]
    if missing:
        return Diagnosis(False, "program files", f"missing: {', '.join(missing)}; install Reviewer again.")
    return Diagnosis(True, "program files", str(resources_folder()))


def _languages() -> Diagnosis:
    covered = ", ".join(f"{name} ({code})" for code, name in covered_languages().items())
    return Diagnosis(True, "languages", f"the rules read {covered}; a response in another one is unscored")


def covered_languages() -> dict[str, str]:
    """The languages that the rules read: code to English name."""
    from reviewer.classify.language import COVERED_LANGUAGES

    return dict(COVERED_LANGUAGES)


def _offline() -> Diagnosis:
    by = locked_by()
    return Diagnosis(True, "offline", f"locked by {by}; nothing is sent" if by else "open; runs and judges can send")


_SEARCH_ANEW = (
    "Searching may find too much or too little; all else is as it was. `reviewer doctor --salvage NEW-FILE` writes a "
    "copy with a new index."
)


def _workspace(given: str | None) -> Diagnosis:
    path = workspace_path(given)
    if path.exists() and is_bundle(path):
        return _bundle(path)
    if not path.exists():
        if given is not None:
            return Diagnosis(False, "workspace", f"there is none at {path}; check the path.")
        return Diagnosis(True, "workspace", f"none yet; it will be made at {path}")
    try:
        workspace = open_or_read(path, create=False)
    except KnownError as error:
        return Diagnosis(False, "workspace", str(error))
    kept = workspace.read_only
    try:
        problems = workspace.problems()
        unfit = [] if problems else workspace.search_problems()
    except KnownError as error:  # to restore a backup would be wrong advice
        return Diagnosis(False, "workspace", " ".join(filter(None, (str(error), kept))))
    finally:
        workspace.close()
    if problems:
        return Diagnosis(False, "workspace", f"{path}: {'; '.join(problems)}. Restore a backup.")
    if unfit:
        return Diagnosis(False, "workspace", f"{path}: {'; '.join(unfit)}. {_SEARCH_ANEW}")
    return Diagnosis(not kept, "workspace", f"{path} is sound" + (f", but: {kept}" if kept else ""))


def _bundle(path: Path) -> Diagnosis:
    from reviewer.app.verifying import verify_bundle

    try:
        wrong = verify_bundle(path).wrong
    except KnownError as error:
        return Diagnosis(False, "bundle", str(error))
    return Diagnosis(not wrong, "bundle", f"{path}: {' '.join(wrong) or 'it is as it was made'}")


def _on_workspace(given: str | None, watch: Callable[[int, int], None]) -> list[Diagnosis]:
    """The workspace last; of one that is sound also whether its texts can be shown."""
    found, path = _workspace(given), workspace_path(given)
    if found.what == "bundle":
        return [found]
    if not (found.ok and path.exists()):
        return [found]
    values = _values(path, watch)
    inside = [*values, *([_events(path)] if values[0].ok else [])]
    if not all(each.ok for each in inside):
        found = Diagnosis(True, "workspace", f"the file {path} can be read, but not all in it is as it should be")
    return [_fonts(path), *inside, *(_kept(path) if values[0].ok else []), found]


def _values(path: Path, watch: Callable[[int, int], None]) -> list[Diagnosis]:
    """Whether each value can be read and each hash and figure comes out again."""
    workspace = open_or_read(path, create=False)
    try:
        done, total = 0, soundness.rows_to_read(workspace)

        def read(rows: int) -> None:
            nonlocal done
            done += rows
            watch(done, total)

        with collector_paused():
            damaged = [each.sentence for each in soundness.first_damages(workspace, read)]
            wrong = [] if damaged else soundness.wrong_figures(workspace, read)
    finally:
        workspace.close()
    return [_listed("values", damaged, "each can be read and has its hash"), *_figures(damaged, wrong)]


def _figures(damaged: list[str], wrong: list[str]) -> list[Diagnosis]:
    """Nothing is derived from values that cannot be read."""
    return [] if damaged else [_listed("figures", wrong, "all that is derived comes out again")]


def _kept(path: Path) -> list[Diagnosis]:
    """What is in the bin, and until when suites are kept."""
    workspace = open_or_read(path, create=False)
    try:
        items, kept = bin_items(workspace), [each for each in retentions(workspace, today()) if each.until is not None]
        unfinished = is_unfinished(workspace)
    finally:
        workspace.close()
    what = noun(len(items), "deletion", "deletions")
    first = min((each.due[:10] for each in items), default="")
    said = f"{len(items)} {what} can be undone; the first is erased after {first}" if items else "empty"
    if unfinished:
        said = "an erasure was not finished; it is done when the workspace is opened next"
    found = [Diagnosis(not unfinished, "bin", said)]
    words = " ".join(retention_words(each) for each in kept)
    return [*found, Diagnosis(not any(each.has_passed for each in kept), "retention", words)] if kept else found


def _listed(what: str, found: list[str], sound: str) -> Diagnosis:
    return Diagnosis(not found, what, "; ".join(found) + "." if found else sound)


def _events(path: Path) -> Diagnosis:
    """Whether every decision, verdict and label is still what was recorded; the first that is not is named."""
    workspace = open_or_read(path, create=False)
    try:
        misfit, length = chain.first_misfit(workspace), chain.chain_length(workspace)
        deleted = deletion_words(standing(tombstones(workspace)))
    finally:
        workspace.close()
    if misfit is None:
        rest = f"all {length:,} are as they were recorded"
        if deleted:
            rest = f"of {length:,} those that are here are as they were recorded. {' '.join(deleted)}"
        return Diagnosis(True, "events", rest)
    what = "entry" if misfit.source == "chain" else misfit.source.replace("_", " ")
    where = "of the chain " if misfit.source == "chain" else ""
    sentence = f"{what} {misfit.id} {where}{misfit.how}; compare with a backup to see what was changed."
    return Diagnosis(False, "events", sentence)


def _fonts(path: Path) -> Diagnosis:
    """A missing font is told, and breaks nothing."""
    workspace = open_or_read(path, create=False)
    try:
        missing = lacking_words(without_font(characters_in(workspace)))
    finally:
        workspace.close()
    return Diagnosis(True, "fonts", missing or "every script of the workspace's texts can be shown")
