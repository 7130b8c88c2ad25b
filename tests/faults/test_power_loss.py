"""Power is lost at any moment, and the disk keeps any part of what was not brought to it: nothing acknowledged is lost.

What the real program writes is recorded once (`tests.support.crash_disk`); hundreds of disks are then made of it, each
of another moment, with writes that are missing, torn, out of order or without their end. Each is opened as a person
would open it after the computer has started again.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from reviewer.core.errors import KnownError
from reviewer.host.partials import CONVERTING, RESTORING
from reviewer.store.database import open_workspace
from reviewer.store.dialects import dialect_for
from reviewer.store.encrypting import encrypt, lock_all, unlock
from reviewer.store.queries.chain import first_misfit
from tests.store.test_histories import MADE_BEFORE
from tests.support.commands import CHECKOUT, case, lines, program
from tests.support.crash_disk import WAYS, CrashDisk, Step, can_record, record
from tests.support.effort import often
from tests.support.encrypted import PASSPHRASE
from tests.support.killed_review import assert_sound, decided, said
from tests.ui.review.blind_desk import build

pytestmark = pytest.mark.skipif(not can_record(), reason="strace is not installed or not permitted here")

CASES = often(30, 8)
KILLS, LOSSES, OTHERS, COPIES = often(200, 20), often(100, 20), often(25, 8), often(40, 20)
NAME = "w.sqlite"
LEFT = (".partial", RESTORING, CONVERTING)


class Desk(NamedTuple):
    """A folder with a workspace as it was before, and what a program then did in it."""

    before: Path
    steps: list[Step]


def recorded(tmp_path: Path, before: Path, *command: str) -> Desk:
    """`command` has the path of the workspace as {}."""
    live, scratch = tmp_path / "live", tmp_path / "scratch"
    shutil.copytree(before, live)
    scratch.mkdir()
    folders = dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"), str(scratch / "home"))
    env = {**os.environ, **folders, "PYTHONPATH": str(CHECKOUT), "QT_QPA_PLATFORM": "offscreen"}
    env |= {"REVIEWER_PASSPHRASE": PASSPHRASE, "REVIEWER_FILE_PASSPHRASE": PASSPHRASE}
    words = [word.replace("{}", str(live / NAME)) for word in command]
    steps = record(words, live, scratch, env, CHECKOUT)
    # the same names as in the folder that the disks start from
    return Desk(before, [step.moved(live, before) for step in steps])


class Found(NamedTuple):
    """What is there after the power came back, and what the program had said by then."""

    folder: Path
    way: str
    told: str


def power_losses(desk: Desk, times: int, into: Path, ways: Sequence[str] = WAYS) -> Iterator[Found]:
    rng = random.Random(5)  # noqa: S311 the same moments each time
    last = len(desk.steps)
    drawn = [0, last, *(rng.randint(0, last) for _ in range(times - 2))]
    moments = sorted((at, ways[n % len(ways)], n) for n, at in enumerate(drawn))
    disk, done = CrashDisk(desk.before), 0
    for moment, way, number in moments:
        for step in desk.steps[done:moment]:
            disk.take(step)
        done = max(done, moment)
        folder = into / f"{number}-{way}"
        disk.lose_power(way, rng, folder)
        yield Found(folder, way, disk.told.decode())
        shutil.rmtree(folder)


def assert_whole_files(folder: Path) -> None:
    """What stands beside the workspace under a name of its own is no half file."""
    for path in folder.iterdir():
        if path.name == NAME:
            continue
        if path.suffix == ".json":
            json.loads(path.read_text(encoding="utf-8"))
        elif path.suffix == ".sqlite" and not path.name.startswith("."):
            assert dialect_for(path).problems(path) == [], path.name


def rows_of(path: Path) -> tuple[tuple[str, int], ...]:
    """Table → rows, with the schema's revision among them."""
    workspace = open_workspace(path, create=False, backs_up=False)
    try:
        with workspace.read() as session:
            connection = session.connection()
            query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%\\_fts%' ESCAPE '\\'"
            names = sorted(str(name) for (name,) in connection.exec_driver_sql(query))
            counts = {name: connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one() for name in names}  # noqa: S608
    finally:
        workspace.close()
    return tuple(counts.items())


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A blind review by real keys in the real window, of all responses."""
    folder = tmp_path_factory.mktemp("review")
    before = folder / "before"
    before.mkdir()
    build(before / NAME, CASES)
    hands = ("-m", "tests.e2e.blind_hands", "{}", "100000", "100000", "close")
    return recorded(folder, before, *program(*hands, prefix=()))


@pytest.mark.parametrize(("times", "ways"), [(KILLS, WAYS[:1]), (LOSSES, WAYS[1:])], ids=["killed", "without power"])
def test_a_review_keeps_every_acknowledged_decision(
    review: Desk, tmp_path: Path, times: int, ways: Sequence[str]
) -> None:
    """`killed`: the disk as the system has it after any call of the program, which is what SIGKILL leaves."""
    acknowledged = 0
    for found in power_losses(review, times, tmp_path, ways):
        assert_whole_files(found.folder)
        kept, pressed = said(found.told, "stored"), said(found.told, "pressing")
        assert_sound(found.folder / NAME)
        there = decided(found.folder / NAME, 2 * CASES)
        assert not kept - there, "what the window called stored is there"
        assert not there - pressed, "nothing is there that no key said"
        assert (there - kept).total() <= 1, "only the one being typed may be more"
        acknowledged += kept.total()
    assert acknowledged > times


def test_a_copy_that_is_taken_file_by_file_meanwhile_is_sound_or_told(review: Desk, tmp_path: Path) -> None:
    """As a synchroniser takes it: the file of one moment with the log of another."""
    rng, sound, refused = random.Random(6), 0, 0  # noqa: S311 the same moments each time
    for number in range(COPIES):
        first = rng.randrange(len(review.steps))
        moments = (first, min(first + rng.randrange(400), len(review.steps)))
        parts = ((NAME,), ("-wal",)) if number % 2 else (("-wal",), (NAME,))
        disk, folder = CrashDisk(review.before), tmp_path / str(number)
        folder.mkdir()
        for at, step in enumerate([*review.steps, Step("told", "")]):
            for moment, part in zip(moments, parts, strict=True):
                if at == moment:
                    disk.copy(folder, part)
            disk.take(step)
        try:
            workspace = open_workspace(folder / NAME, create=False)
        except KnownError:
            refused += 1
            continue
        assert workspace.problems() == []
        assert first_misfit(workspace) is None
        workspace.close()
        assert not decided(folder / NAME, 2 * CASES) - said(disk.told.decode(), "pressing")
        sound += 1
    assert sound > 0


@pytest.mark.parametrize("is_encrypted", [False, True], ids=["plain", "encrypted"])
def test_an_import_is_there_whole_or_not_at_all(is_encrypted: bool, tmp_path: Path) -> None:
    before = tmp_path / "before"
    before.mkdir()
    build(before / NAME, CASES)
    if is_encrypted:
        encrypt(before / NAME, PASSPHRASE)
    file = lines(tmp_path / "cases.jsonl", [case(f"c{n}", prompt=f"How {n}? " + "x" * 700) for n in range(600)])
    desk = recorded(tmp_path, before, *program("import", str(file), "--suite", "New", "--workspace", "{}"))
    ends = assert_old_or_new(desk, tmp_path)
    assert ends == {"old", "new"}


def assert_old_or_new(desk: Desk, tmp_path: Path) -> set[str]:
    """Each time the workspace is wholly as before or wholly as after, and as after once the program had said so."""
    live = rows_of(tmp_path / "live" / NAME)
    start = tmp_path / "start"
    shutil.copytree(desk.before, start)
    states = {rows_of(start / NAME): "old", live: "new"}
    ends = set()
    for found in power_losses(desk, OTHERS, tmp_path / "disks"):
        assert_whole_files(found.folder)
        assert_sound(found.folder / NAME)
        end = states[rows_of(found.folder / NAME)]
        assert end == "new" or not found.told
        if found.way == "all":
            assert not [path.name for path in found.folder.iterdir() if path.name.endswith(LEFT)]
        ends.add(end)
    return ends


def test_a_new_workspace_is_there_or_can_be_made_again(tmp_path: Path) -> None:
    before = tmp_path / "before"
    before.mkdir()
    file = lines(tmp_path / "cases.jsonl", [case(f"c{n}") for n in range(5)])
    desk = recorded(tmp_path, before, *program("import", str(file), "--suite", "New", "--workspace", "{}"))
    whole, nothing = rows_of(tmp_path / "live" / NAME), 0
    for found in power_losses(desk, OTHERS, tmp_path / "disks"):
        path = found.folder / NAME
        open_workspace(path, create=True).close()
        assert_sound(path)
        assert dict(rows_of(path))["case"] in (0, 5)
        assert not found.told or rows_of(path) == whole
        nothing += dict(rows_of(path))["case"] == 0
    assert nothing


def test_a_migration_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    before = tmp_path / "before"
    before.mkdir()
    (before / NAME).write_bytes(gzip.decompress(MADE_BEFORE.read_bytes()))
    desk = recorded(tmp_path, before, *program("runs", "--workspace", "{}"))
    assert any(".before-" in step.path + step.other for step in desk.steps)
    # what is opened afterwards is migrated then
    assert "new" in assert_old_or_new(desk, tmp_path)


def test_a_restore_leaves_the_old_file_or_the_backup(tmp_path: Path) -> None:
    before = tmp_path / "before"
    before.mkdir()
    build(before / NAME, 2)
    shutil.copy(before / NAME, tmp_path / "backup.sqlite")
    file = lines(tmp_path / "cases.jsonl", [case(f"c{n}") for n in range(50)])
    added = recorded(tmp_path, before, *program("import", str(file), "--suite", "New", "--workspace", "{}"))
    shutil.rmtree(added.before)
    shutil.move(tmp_path / "live", before)
    shutil.rmtree(tmp_path / "scratch")
    desk = recorded(
        tmp_path, before, *program("restore", str(tmp_path / "backup.sqlite"), "--yes", "--workspace", "{}")
    )
    assert assert_old_or_new(desk, tmp_path) == {"old", "new"}


def test_an_encryption_leaves_the_plain_file_or_the_encrypted_one(tmp_path: Path) -> None:
    before = tmp_path / "before"
    before.mkdir()
    build(before / NAME, 2)
    desk = recorded(tmp_path, before, *program("encrypt", "--workspace", "{}"))
    unlock(tmp_path / "live" / NAME, PASSPHRASE)
    assert_old_or_new(desk, tmp_path)
    lock_all()
