"""Where a key lies is told from what each system reports of it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent

from reviewer.ui.kit.positions import digit_meant, meant_by_place, sign_at

NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.mark.parametrize(
    ("sign", "scan_code", "mac"),
    [("1", 0x02, 0x12), ("6", 0x07, 0x16), ("0", 0x0B, 0x1D), ("Q", 0x10, 0x0C), ("A", 0x1E, 0x00), ("M", 0x32, 0x2E)],
)
def test_a_place_is_the_same_on_every_system(sign: str, scan_code: int, mac: int) -> None:
    assert sign_at("windows", scan_code, 0) == sign
    assert sign_at("xcb", scan_code + 8, 0) == sign_at("wayland", scan_code + 8, 0) == sign
    assert sign_at("cocoa", 1, mac) == sign


@pytest.mark.parametrize(
    ("platform", "scan_code", "virtual"), [("xcb", 65, 0), ("cocoa", 1, 0x0A), ("offscreen", 10, 0)]
)
def test_other_places_are_no_digit_and_no_letter(platform: str, scan_code: int, virtual: int) -> None:
    assert sign_at(platform, scan_code, virtual) == ""


@pytest.mark.parametrize(
    ("key", "modifiers", "sign", "meant"),
    [
        (Qt.Key.Key_1, NONE, "1", None),
        (Qt.Key.Key_1, SHIFT, "1", QKeyCombination(SHIFT, Qt.Key.Key_1)),
        (Qt.Key.Key_Ampersand, NONE, "1", QKeyCombination(NONE, Qt.Key.Key_1)),
        (Qt.Key.Key_Ampersand, CONTROL, "1", QKeyCombination(CONTROL, Qt.Key.Key_1)),
        (Qt.Key.Key_Dead_Caron, SHIFT, "2", QKeyCombination(SHIFT, Qt.Key.Key_2)),
        (Qt.Key.Key_AsciiTilde, Qt.KeyboardModifier.GroupSwitchModifier, "2", None),
        (Qt.Key.Key_At, CONTROL | ALT, "0", None),
        (Qt.Key.Key_Q, NONE, "A", None),
        (0x0424, NONE, "A", QKeyCombination(NONE, Qt.Key.Key_A)),
        (0x0424, CONTROL | SHIFT, "A", QKeyCombination(CONTROL | SHIFT, Qt.Key.Key_A)),
        (0x0424, ALT, "A", None),
        (Qt.Key.Key_Return, NONE, "", None),
    ],
)
def test_a_digit_counts_by_place_and_a_letter_where_it_is_not_latin(
    key: int, modifiers: Qt.KeyboardModifier, sign: str, meant: QKeyCombination | None
) -> None:
    assert meant_by_place(QKeyEvent(QEvent.Type.KeyPress, key, modifiers), sign) == meant


@pytest.mark.parametrize(
    ("key", "modifiers", "typed", "sign", "digit"),
    [
        (Qt.Key.Key_2, NONE, "2", "2", "2"),
        (Qt.Key.Key_2, Qt.KeyboardModifier.KeypadModifier, "2", "", "2"),
        (Qt.Key.Key_Eacute, NONE, "é", "2", "2"),
        (Qt.Key.Key_2, SHIFT, "2", "2", "2"),
        (Qt.Key.Key_At, SHIFT, "@", "2", ""),
        (Qt.Key.Key_A, NONE, "a", "A", ""),
        (Qt.Key.Key_2, ALT, "", "2", ""),
    ],
)
def test_a_digit_is_what_is_typed_or_what_lies_there(
    key: int, modifiers: Qt.KeyboardModifier, typed: str, sign: str, digit: str
) -> None:
    assert digit_meant(QKeyEvent(QEvent.Type.KeyPress, key, modifiers, typed), sign) == digit
