"""Damaged workspaces: a sentence or the right figure, no traceback, no wrong figure that `doctor` calls sound."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.commands import Commands
from tests.support.damages import Damage, damages, flipped, sql
from tests.support.effort import often
from tests.support.most_tables import fill_most_tables

FLIPS = often(200, 20)
KINDS = often(200, 30)
"""Of several thousand; fewer are drawn by chance, the same ones each time."""
LEAST_KINDS = 140


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sound") / "w.sqlite"


@pytest.fixture
def commands(
    sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Commands:
    """On a workspace with a row in most tables, made once."""
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path / "home"))
    done = Commands(sound, capsys)
    if not sound.exists():
        fill_most_tables(done, sound.parent)
    return Commands(tmp_path / "w.sqlite", capsys)


def _wrong_and_unseen(commands: Commands, right: dict[str, object]) -> str:
    """What is wrong with how the damaged file is met; empty where nothing is."""
    scored = commands("score", "--run", "v1", "--json")
    checked = commands("doctor")
    for outcome in (scored, checked, commands("runs"), commands("suites")):
        if "Traceback" in outcome.err or outcome.status not in (0, 1, 2, 3):
            return f"ended with {outcome.status}: {outcome.err[-300:]}"
    if scored.status and not scored.err.startswith("reviewer: "):
        return f"said nothing: {scored.err!r}"
    if scored.status == 0 and checked.status == 0 and _figures(scored.document) != _figures(right):
        return "another score, and doctor calls the file sound"
    return ""


def _figures(document: object) -> object:
    """The document without its words: a name that was changed into another one is no figure."""
    if isinstance(document, dict):
        return {name: _figures(value) for name, value in document.items()}
    if isinstance(document, list):
        return [_figures(value) for value in document]
    return None if isinstance(document, str) else document


def _met(commands: Commands, sound: Path, kinds: Sequence[tuple[str, Damage]]) -> dict[str, str]:
    """Of each kind what is wrong with how it is met, where something is."""
    shutil.copy(sound, commands.workspace)
    right = commands.done("score", "--run", "v1", "--json").document
    found = {}
    for name, damage in kinds:
        for beside in commands.workspace.parent.glob("w.*"):
            beside.unlink()
        shutil.copy(sound, commands.workspace)
        damage(commands.workspace)
        try:
            trouble = _wrong_and_unseen(commands, right)
        except Exception as error:  # noqa: BLE001 every one is what is looked for
            trouble = f"{type(error).__name__}: {error!s:.300}"
        if trouble:
            found[name] = trouble
    return found


def test_every_kind_of_damage_is_met_with_a_sentence(commands: Commands, sound: Path) -> None:
    every = list(damages(sound).items())
    assert len(every) >= LEAST_KINDS
    strange = [kind for kind in every if "." not in kind[0]]
    values = [kind for kind in every if "." in kind[0]]
    drawn = random.Random(19).sample(values, min(KINDS, len(values)))  # noqa: S311 the same kinds each time
    assert _met(commands, sound, [*strange, *drawn]) == {}


def test_a_single_flipped_bit_changes_no_score_unseen(commands: Commands, sound: Path) -> None:
    assert _met(commands, sound, [(f"flip {n}", flipped(n)) for n in range(FLIPS)]) == {}


def test_a_sound_workspace_is_called_sound(commands: Commands, sound: Path) -> None:
    shutil.copy(sound, commands.workspace)
    assert commands("doctor").status == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE response SET final_action = 'refuse' WHERE id = (SELECT min(id) FROM response WHERE state = 'ok')",
        "UPDATE response SET text = text || ' and more' WHERE id = (SELECT min(id) FROM response WHERE state = 'ok')",
        "UPDATE verdict SET action = 'clarify' WHERE id = (SELECT min(id) FROM verdict)",
        """UPDATE "case" SET label_version = 77 WHERE id = (SELECT max(id) FROM "case")""",
        "UPDATE response SET repeat = 3 WHERE id = (SELECT min(id) FROM response)",
        """UPDATE "case" SET label = 'clarify' WHERE id = (SELECT min(id) FROM "case" WHERE label <> 'clarify')""",
    ],
)
def test_figures_from_damaged_rows_say_so(commands: Commands, sound: Path, statement: str) -> None:
    shutil.copy(sound, commands.workspace)
    warning = "The stored data of run 'v1' is damaged"
    assert warning not in commands.done("score", "--run", "v1").out
    sql(statement)(commands.workspace)
    assert warning in commands.done("score", "--run", "v1").out
    assert warning in commands.done("compare", "--a", "v1", "--b", "v2").out
    assert warning in commands.done("trend", "--run", "v1", "--run", "v2").out
    assert commands("doctor").status == 1


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE suite SET created_at = replace(created_at, 'T', '\\')", "suite, row 1, column created_at"),
        ("UPDATE import_act SET at = 'yesterday' WHERE id = 1", "import_act, row 1, column at"),
        ("UPDATE origin SET at = substr(at, 1, 10) WHERE id = 1", "origin, row 1, column at"),
        ("UPDATE import_act SET extended = '[\"x\"]' WHERE id = 1", "import_act, row 1"),
        ("UPDATE endpoint SET timeout_s = 9e999", "endpoint, row 1, column timeout_s"),
    ],
)
def test_a_value_that_no_hash_covers_is_named(commands: Commands, sound: Path, statement: str, place: str) -> None:
    shutil.copy(sound, commands.workspace)
    sql(statement)(commands.workspace)
    found = commands("doctor")
    assert (found.status, place in found.out) == (1, True), found
    for command in (("imports", "list"), ("endpoints", "--json"), ("suites", "--json")):
        assert "Traceback" not in commands(*command).err
