"""The look: palette roles for light and dark, sizes on one 8-px grid.

Colours come from `reviewer.core.palette`; widgets take them from the palette's roles and never from a style sheet.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from reviewer.core.palette import DARK, LIGHT, Theme

GRID = 8
"""Pixels at 100 %: every margin and gap is a multiple, or half, of it."""

ACCENT = {False: ("#2f5d8a", "#ffffff"), True: ("#8fb8e0", "#16202b")}
LINE_HEIGHT = 1.45
"""Of a line of text that is read, in sizes of its font."""
OUTLINED: tuple[Any, ...] = (
    *("QCheckBox", "QRadioButton", "QLineEdit", "QComboBox", "QAbstractSpinBox", "QPushButton", "QToolButton"),
)
"""Classes of Qt with an outline of their own; PySide6 takes the names as text, where its stubs say bytes."""
_FUSION_DARKER_PERCENT = 140
_CHOICE, _GREY = "reviewer_theme", "reviewer_grey_text"
READING: Any = "QAbstractScrollArea"
"""The class of Qt that all of its text panes, lists and tables are of."""
SMALLEST_POINTS, LARGEST_POINTS = 8, 28
HEADING, ANSWER = 1.2, 1.75
"""Sizes of text beside the base and the small print, in sizes of the base."""


def is_dark() -> bool:
    """Whether the window is dark now, by its own choice or the system's."""
    return _is_dark(QGuiApplication.palette().cacheKey())


@lru_cache(maxsize=4)
def _is_dark(_palette_key: int) -> bool:
    """Of the palette that has this key now: asked dozens of times for each painting of a page."""
    return QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128


def colours() -> Theme:
    """The theme that is shown now."""
    return DARK if is_dark() else LIGHT


def apply_theme(app: QApplication, choice: str, *, grey_text: bool = False) -> None:
    """Set `system`, `light` or `dark`; the whole window repaints, and again whenever the system changes its own.

    With `grey_text`, texts, lists and tables are written in grey.
    """
    hints = app.styleHints()
    if app.property(_CHOICE) is None:
        hints.colorSchemeChanged.connect(partial(_follow, app))
    app.setProperty(_CHOICE, choice)
    app.setProperty(_GREY, grey_text)
    schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
    hints.setColorScheme(schemes.get(choice, Qt.ColorScheme.Unknown))
    _show(app, dark=schemes.get(choice, hints.colorScheme()) is Qt.ColorScheme.Dark)


def _follow(app: QApplication, scheme: Qt.ColorScheme) -> None:
    """The system's scheme is another: show it, unless the person has chosen one here."""
    if app.property(_CHOICE) == "system":
        _show(app, dark=scheme is Qt.ColorScheme.Dark)


def _show(app: QApplication, *, dark: bool) -> None:
    theme = DARK if dark else LIGHT
    palette = _palette(theme, dark)
    app.setPalette(palette)
    outlined = QPalette(palette)
    outlined.setColor(QPalette.ColorRole.Window, _outline(theme))
    for name in OUTLINED:
        app.setPalette(outlined, name)
    reading = QPalette(palette)
    if app.property(_GREY):
        reading.setColor(QPalette.ColorRole.Text, QColor(theme.muted))
    app.setPalette(reading, READING)


def _outline(theme: Theme) -> QColor:
    """Fusion outlines a control in a darker shade of its window's colour, which in the dark nobody can see."""
    return QColor(theme.edge).lighter(_FUSION_DARKER_PERCENT)


def outline(field: QWidget) -> None:
    """Of a field of several lines, which is no control for Qt, the outline of one; called again with the theme."""
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Window, _outline(colours()))
    field.setPalette(palette)


def _palette(theme: Theme, dark: bool) -> QPalette:
    role = QPalette.ColorRole
    accent, on_accent = ACCENT[dark]
    palette = QPalette()
    for roles, colour in (
        ((role.Window, role.Button, role.AlternateBase, role.ToolTipBase), theme.shade),
        ((role.Base,), theme.page),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText), theme.ink),
        ((role.PlaceholderText,), theme.muted),
        ((role.Highlight, role.Link, role.Accent), accent),
        ((role.HighlightedText, role.BrightText), on_accent),
        ((role.Mid, role.Midlight), theme.hairline),
        ((role.Dark,), theme.edge),
        ((role.Light,), theme.page),
        ((role.Shadow,), theme.edge),
    ):
        for each in roles:
            palette.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(theme.muted))
    return palette


def reading_font(points: int) -> QFont:
    """The font that cases and responses are read in."""
    font = QFont(QApplication.font())
    font.setPointSize(points)
    return font


def heading_font(base: QFont) -> QFont:
    """Of what stands over other text: larger than what it heads."""
    return _larger(base, HEADING)


def answer_font(base: QFont) -> QFont:
    """Of a page's one answer, its largest text: the score, the verdict."""
    return _larger(base, ANSWER)


def _larger(base: QFont, times: float) -> QFont:
    font = QFont(base)
    font.setPointSizeF(base.pointSizeF() * times)
    font.setWeight(QFont.Weight.DemiBold)
    return font


def small_font(base: QFont) -> QFont:
    """The one smaller size of a screen."""
    font = QFont(base)
    font.setPointSizeF(max(base.pointSizeF() * 0.88, 7.5))
    return font
