"""What can be saved of a damaged workspace is in a new one that is sound; the rest is listed; the old one stays."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.store.database import open_workspace
from reviewer.store.dialects import sealing
from reviewer.store.encrypting import SealedError, encrypt, is_encrypted, lock
from reviewer.store.queries.chain import first_misfit
from reviewer.store.queries.soundness import first_damages, wrong_figures
from reviewer.store.salvaging import Salvaged, salvage_workspace
from tests.store.test_left_logs import kill_while_open
from tests.support.builders import REFUSE, Filled, decide, filled_workspace
from tests.support.damages import Damage, damages, flipped, sql
from tests.support.effort import often
from tests.support.encrypted import PASSPHRASE

KINDS = often(100, 50)
TABLES = ("suite", "case", "response", "verdict", "decision", "label_event", "setting")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    filled = filled_workspace(tmp_path_factory.mktemp("sound") / "w.db", 20)
    for response_id in filled.response_ids[:8]:
        decide(filled.workspace, response_id, REFUSE)
    filled.workspace.close()
    return filled.workspace.path


def rows(path: Path) -> Mapping[str, int]:
    with closing(sqlite3.connect(path)) as connection:
        return {t: connection.execute(f'SELECT count(*) FROM "{t}"').fetchone()[0] for t in TABLES}  # noqa: S608 ours


def is_sound(done: Salvaged) -> bool:
    with closing(open_workspace(done.path, create=False)) as saved:
        assert saved.problems() == []
        assert (first_damages(saved), wrong_figures(saved), first_misfit(saved)) == ([], [], None)
    return True


def test_of_a_sound_workspace_all_is_saved(sound: Path, tmp_path: Path) -> None:
    before = sound.read_bytes()
    done = salvage_workspace(sound, tmp_path / "new.db")
    assert done.lost == []
    assert is_sound(done)
    assert rows(done.path) == rows(sound)
    assert sound.read_bytes() == before
    with closing(sqlite3.connect(sound)) as old, closing(sqlite3.connect(done.path)) as new:
        for query in ("SELECT * FROM decision", "SELECT * FROM response", 'SELECT * FROM "case"', "SELECT * FROM run"):
            assert old.execute(query).fetchall() == new.execute(query).fetchall()


def test_of_every_kind_of_damage_something_sound_is_saved_and_the_rest_is_named(sound: Path, tmp_path: Path) -> None:
    every = damages(sound) | {f"flip {n}": flipped(n) for n in range(10)}
    names = random.Random(19).sample(sorted(every), min(KINDS, len(every)))  # noqa: S311 the same kinds each time
    assert len(names) >= 50
    whole, saved_any = rows(sound), 0
    for n, name in enumerate(names):
        saved_any += _is_saved(sound, tmp_path / str(n), name, every[name], whole)
    assert saved_any > 0.8 * len(names)


def _is_saved(sound: Path, folder: Path, name: str, damage: Damage, whole: Mapping[str, int]) -> bool:
    folder.mkdir()
    path = folder / "w.db"
    shutil.copyfile(sound, path)
    damage(path)
    before = path.read_bytes()
    try:
        done = salvage_workspace(path, folder / "new.db")
    except EnvironmentFault:
        assert not (folder / "new.db").exists()
        return False
    assert is_sound(done), name
    there = rows(done.path)
    assert all(there[table] <= count for table, count in whole.items()), name
    assert there == whole or done.lost or path.read_bytes() != before or name.endswith(("gone", "emptied")), name
    assert path.read_bytes() == before
    return sum(there.values()) > len(there)


def test_what_lies_around_a_damaged_page_is_saved(tmp_path: Path) -> None:
    filled: Filled = filled_workspace(tmp_path / "w.db", 600)
    filled.workspace.close()
    path = filled.workspace.path
    with closing(sqlite3.connect(path)) as connection:
        pages = connection.execute(
            "SELECT pageno FROM dbstat WHERE name = 'response' AND pagetype = 'leaf' ORDER BY pageno"
        ).fetchall()
    content = bytearray(path.read_bytes())
    (middle,) = pages[len(pages) // 2]
    content[(middle - 1) * 4096 : middle * 4096] = b"\xa5" * 4096
    path.write_bytes(content)
    done = salvage_workspace(path, tmp_path / "new.db")
    assert is_sound(done)
    assert 600 - 40 < rows(done.path)["response"] < 600
    assert any("response: rows" in phrase for phrase in done.lost)


def test_a_log_of_its_own_is_saved_with_the_file(tmp_path: Path) -> None:
    filled = filled_workspace(tmp_path / "w.db")
    filled.workspace.close()
    kill_while_open(filled.workspace.path)
    done = salvage_workspace(filled.workspace.path, tmp_path / "new.db")
    with closing(sqlite3.connect(done.path)) as connection:
        assert connection.execute("SELECT value FROM setting WHERE key = 'is'").fetchone() == ('"last word"',)


def test_nothing_is_written_over(sound: Path, tmp_path: Path) -> None:
    (tmp_path / "there.db").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="there already"):
        salvage_workspace(sound, tmp_path / "there.db")
    assert (tmp_path / "there.db").read_text(encoding="utf-8") == "mine"


def sealed_copy(sound: Path, folder: Path) -> Path:
    path = Path(shutil.copy(sound, folder / "w.db"))
    encrypt(path, PASSPHRASE)
    return path


def plain_files(folder: Path) -> list[Path]:
    return [each for each in folder.rglob("*") if each.is_file() and each.read_bytes().startswith(b"SQLite format 3")]


@pytest.mark.parametrize("damaged", [False, True])
def test_what_is_saved_of_an_encrypted_workspace_is_encrypted(sound: Path, tmp_path: Path, damaged: bool) -> None:
    path = sealed_copy(sound, tmp_path)
    with closing(sealing.connect(path, sealing.key_of(path), {})) as opened:
        (page,) = opened.execute("SELECT rootpage FROM sqlite_master WHERE name = 'verdict'").fetchone()
    held = bytearray(path.read_bytes())
    held[(page - 1) * 4096 + 700] ^= damaged
    path.write_bytes(held)
    done = salvage_workspace(path, tmp_path / "new.db")
    assert is_encrypted(done.path)
    assert is_sound(done)
    assert bool(done.lost) is damaged
    assert path.read_bytes() == held
    assert plain_files(tmp_path) == []
    lock(path)
    with pytest.raises(SealedError, match="is encrypted"):
        salvage_workspace(path, tmp_path / "again.db")
    assert not (tmp_path / "again.db").exists()


def test_of_an_encrypted_file_with_a_lost_beginning_it_is_said_that_nothing_can_be_read(
    sound: Path, tmp_path: Path
) -> None:
    path = sealed_copy(sound, tmp_path)
    held = path.read_bytes()
    path.write_bytes(held[:100] + bytes(3996) + held[4096:])
    with pytest.raises(EnvironmentFault, match="Nothing can be read"):
        salvage_workspace(path, tmp_path / "new.db")
    assert [each.name for each in tmp_path.iterdir()] == ["w.db"]


def test_a_text_of_nothing_but_brackets_costs_its_case_alone(sound: Path, tmp_path: Path) -> None:
    path = tmp_path / "w.sqlite"
    shutil.copy(sound, path)
    sql("""UPDATE "case" SET messages = replace(hex(zeroblob(50000)), '00', '[') WHERE id = 1""")(path)
    done = salvage_workspace(path, tmp_path / "saved.sqlite")
    assert done.lost[0].startswith("case, row 1, column messages: is no JSON")
    assert done.saved["case"] == rows(sound)["case"] - 1
    assert is_sound(done)
