"""Scripts that nobody could read here are named: by the command, and once in the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from reviewer.app import fonts
from reviewer.app.doctor import examine
from reviewer.app.fonts import CharacterReading, characters_in, without_font
from reviewer.host.fonts import can_ask, is_shown
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.queries.characters import KINDS
from reviewer.ui.frame.fonts import FontWatch
from reviewer.ui.frame.main_window import MainWindow
from reviewer.wording.scripts import SCRIPTS, lacking_words, scripts_of
from tests.support.builders import fill, make_case
from tests.ui.conftest import Fill, Settle

THAI, GEORGIAN = "สวัสดี", "გამარჯობა"


def filled(workspace: Workspace) -> None:
    cases = [make_case(f"case-{number:03}") for number in range(900)]
    asked = replace(cases[-1].messages[-1], content=f"What does {THAI} mean?")
    fill(workspace, [*cases[:-1], replace(cases[-1], messages=(asked,))])


def only_latin(character: str) -> bool:
    return character not in {script.letter for script in SCRIPTS}


def test_every_script_is_known_by_its_letter() -> None:
    assert [scripts_of(script.letter) for script in SCRIPTS] == [[script] for script in SCRIPTS]
    assert scripts_of("plain text, œuvre – 1.5 €") == []


def test_scripts_are_named_in_one_sentence() -> None:
    assert lacking_words(scripts_of(f"{THAI}{GEORGIAN}中")) == (
        "Texts here are partly in Thai, Georgian and Chinese characters, which no installed font shows: install one, "
        "for example a Noto font."
    )
    assert lacking_words([]) == ""


@pytest.mark.skipif(not can_ask(), reason="this system has no fontconfig")
def test_the_system_has_a_font_for_latin_and_none_for_what_no_font_has() -> None:
    assert is_shown("a")
    assert not is_shown("\U000ffffd")


def test_the_command_names_a_script_of_the_last_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "is_shown", only_latin)
    monkeypatch.setattr(fonts, "can_ask", lambda: True)
    path = tmp_path / "w.sqlite"
    workspace = open_workspace(path)
    filled(workspace)
    assert {script.name for script in without_font(characters_in(workspace))} == {"Thai"}
    workspace.close()
    found = {each.what: each for each in examine(str(path))}
    assert "in Thai, which no installed font shows" in found["fonts"].sentence
    assert found["fonts"].ok


def test_texts_of_every_length_are_read_to_the_last(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "w.sqlite")
    long = replace(make_case("long").messages[-1], content=f"{'plain words ' * 100_000}{GEORGIAN}")
    fill(workspace, [replace(make_case("long"), messages=(long,)), *(make_case(f"{n}") for n in range(300))])
    reading = CharacterReading()
    steps = 0
    while not reading.is_whole:
        reading.read_on(workspace)
        steps += 1
    assert set(GEORGIAN) <= reading.characters
    assert steps > len(KINDS)
    workspace.close()


def test_the_window_says_it_once(
    window: MainWindow,
    open_filled: Callable[[Fill], None],
    settle: Settle,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fonts, "is_shown", only_latin)
    monkeypatch.setattr(fonts, "can_ask", lambda: True)
    said: list[str] = []
    window.session.notice.connect(said.append)
    watch = window.findChild(FontWatch)
    assert watch is not None
    open_filled(filled)
    qtbot.waitUntil(lambda: not watch.is_reading)
    settle(window.session)
    assert sum("Thai" in each for each in said) == 1
    path = window.session.path
    assert path is not None
    with qtbot.waitSignal(window.session.opened):
        window.session.open(path, create=False)
    qtbot.waitUntil(lambda: not watch.is_reading)
    settle(window.session)
    assert sum("Thai" in each for each in said) == 1
