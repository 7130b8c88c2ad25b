"""Keys that were changed: never two commands on one key where both work, whatever stands in the settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from reviewer import ui
from reviewer.ui.kit.commands import COMMANDS
from reviewer.ui.kit.keymap import BY_ID, effective, meet, named_keys, portable, pressed, taken

NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
_NAMES = re.compile(r"\{((?:file|view|cases|runs|review|compare|score|adjudicate|reports|gate|help)\.[a-z_.]+)\}")
CONTROL = Qt.KeyboardModifier.ControlModifier
ids = st.sampled_from([command.id for command in COMMANDS]) | st.just("review.gone")
keys = st.sampled_from(["J", "K", "Space", "Ctrl+K", "Shift+1", "1", "?", "Ctrl++", "no key", "", "F1", "J F2 K"])


@given(st.dictionaries(ids, keys, max_size=6))
def test_no_two_commands_of_one_place_have_one_key(chosen: dict[str, str]) -> None:
    found = effective(chosen)
    for one in COMMANDS:
        for other in COMMANDS:
            if meet(one, other):
                assert not set(found[one.id]) & set(found[other.id])


def test_without_a_choice_keys_are_those_of_the_table() -> None:
    assert effective({}) == {command.id: command.keys for command in COMMANDS}


def test_a_chosen_key_is_taken_from_the_command_that_had_it() -> None:
    found = effective({"review.note": "J"})
    assert found["review.note"] == ("J",)
    assert found["review.next"] == ("Down", "Right")
    assert found["compare.next"] == ("J",), "another page's keys are another's"


def test_a_clash_is_named_within_a_page_and_with_what_works_everywhere() -> None:
    assert taken(BY_ID["review.note"], "J", effective({})) is BY_ID["review.next"]
    assert taken(BY_ID["review.note"], "Ctrl+K", effective({})) is BY_ID["view.palette"]
    assert taken(BY_ID["view.palette"], "L", effective({})) is BY_ID["cases.dispute"]
    assert taken(BY_ID["cases.new"], "M", effective({})) is None


@pytest.mark.parametrize("text", ["", "nonsense", "Ctrl+", "Ctrl+K, Ctrl+C"])
def test_what_is_no_one_key_is_none(text: str) -> None:
    assert portable(text) == ""


def key_event(key: int, held: Qt.KeyboardModifier, scan_code: int) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, held, scan_code, 0, 0)


US_1, FRENCH_1, GERMAN_Z = 10, 10, 29
"""Scan codes of X11: the same place on every keyboard."""


@pytest.mark.parametrize(
    ("key", "held", "scan_code", "found"),
    [
        (Qt.Key.Key_1, NONE, US_1, "1"),
        (Qt.Key.Key_Exclam, SHIFT, US_1, "Shift+1"),
        (Qt.Key.Key_Ampersand, NONE, FRENCH_1, "1"),
        (Qt.Key.Key_1, SHIFT, FRENCH_1, "Shift+1"),
        (Qt.Key.Key_Ampersand, CONTROL, FRENCH_1, "Ctrl+1"),
        (Qt.Key.Key_Z, NONE, GERMAN_Z, "Z"),
        (Qt.Key.Key_Question, SHIFT, 20, "?"),
        (Qt.Key.Key_A, SHIFT, 38, "Shift+A"),
        (Qt.Key.Key_Space, SHIFT, 65, "Shift+Space"),
        (Qt.Key.Key_Shift, SHIFT, 50, ""),
    ],
)
def test_a_pressed_key_is_told_as_a_command_has_it_on_us_german_and_french_keyboards(
    monkeypatch: pytest.MonkeyPatch, key: int, held: Qt.KeyboardModifier, scan_code: int, found: str
) -> None:
    monkeypatch.setattr("reviewer.ui.kit.keymap.QGuiApplication.platformName", lambda: "xcb")
    assert pressed(key_event(key, held, scan_code)) == found
    assert not found or QKeySequence(found).count() == 1


def test_every_key_that_a_sentence_names_is_of_a_command() -> None:
    """A misspelt command would stand on the screen in braces, or end the program."""
    texts = (path.read_text("utf-8") for path in Path(ui.__file__).parent.rglob("*.py"))
    named = {found for text in texts for found in _NAMES.findall(text)}
    assert {"review.blind", "adjudicate.party"} <= named
    assert named <= set(BY_ID)
    assert named_keys("{review.blind} ends it.") == "B ends it."
