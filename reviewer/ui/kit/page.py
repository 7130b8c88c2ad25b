"""What every screen has: its name, a heading, an empty state, and a say in when it reads again."""

from __future__ import annotations

from collections.abc import Callable, Collection
from enum import IntEnum

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from reviewer.core.changes import Changes
from reviewer.ui.kit.called_by_qt import sizes
from reviewer.ui.kit.commands import CommandTable
from reviewer.ui.kit.keymap import name_keys
from reviewer.ui.kit.keys import OwnKeys
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID, answer_font, heading_font

WIDEST_WORD = 30 * GRID


class Grade(IntEnum):
    """What a page does about a write. `ROWS`: read again what is seen, nothing moves; `ANEW`: load the page anew."""

    NOTHING = 0
    ROWS = 1
    ANEW = 2


class Page(QWidget):
    """A screen of the window. It lives as long as the workspace that it shows: another one gets a page of its own.

    `refresh` is called when the page is shown and has to be loaded anew: at its first showing, after another suite or
    run was selected, or after a write that `grade` calls `ANEW`; `read_rows` after one that it calls `ROWS`. A page
    that is not shown waits until it is. A page with unsaved input is not loaded anew: only its rows are read, and the
    rest waits until `input_settled` is called.
    """

    name = ""

    def __init__(self, session: Session, commands: CommandTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.commands = commands
        self._stale = Grade.ANEW
        self._touched = Changes()
        self._asked_for = True
        self._shown = False
        session.changed.connect(self._on_changed)
        session.selection_changed.connect(self.make_stale)

    def fill(self, content: QWidget, nothing: str, command: str) -> EmptyOr:
        """The page's shell: its content from edge to edge, or, while there is `nothing`, what to do next."""
        action = self.commands[command]
        shell = EmptyOr(content, EmptyState(nothing, action.text(), action.trigger))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(shell)
        return shell

    def grade(self, changes: Changes) -> Grade:
        """What a write means for this page. Pages override it."""
        return Grade.ANEW if changes else Grade.NOTHING

    def refresh(self) -> None:
        """Load anew. Pages override it; it must not wait."""

    def read_rows(self, changes: Changes) -> None:
        """Read again what is seen of what these changes touched, without moving anything. Pages override it."""

    @property
    def has_unsaved_input(self) -> bool:
        """Whether the person has typed or ticked something that loading anew would lose. Pages override it."""
        return False

    def input_settled(self) -> None:
        """What was typed is stored or given up: do what waited for that."""
        self._refresh_if_shown()

    def holds_back(self, _go_on: Callable[[], object]) -> bool:
        """Whether the person is asked first what becomes of unsaved edits; `_go_on` is called once that is said."""
        return False

    def take_focus(self) -> None:
        """Put the focus where work begins. Pages override it."""
        self.setFocus()

    def leave(self) -> None:
        """The window closes or another workspace comes: store what was typed, end what goes on. Pages override it."""

    def keep_typed(self) -> None:
        """The window locks: store what was typed where that is done without asking. Pages override it."""

    def make_stale(self) -> None:
        """The person wants something else shown: load anew, whatever is typed here (a page stores that itself)."""
        self._stale, self._asked_for = Grade.ANEW, True
        self._refresh_if_shown()

    def not_read(self, error: Exception) -> None:
        """Loading failed: say so; the page is loaded anew when it is next shown or something changes."""
        self._stale = Grade.ANEW
        self.session.tasks.failed.emit(error)

    def set_shown(self, shown: bool) -> None:
        self._shown = shown
        self._refresh_if_shown()

    def _on_changed(self, changes: Changes) -> None:
        grade = self.grade(changes)
        if grade is Grade.NOTHING:
            return
        self._stale = max(self._stale, grade)
        self._touched |= changes
        self._refresh_if_shown()

    def _refresh_if_shown(self) -> None:
        if not (self._shown and self._stale and self.session.is_open):
            return
        if self._stale is Grade.ANEW and (self._asked_for or not self.has_unsaved_input):
            self._stale, self._touched, self._asked_for = Grade.NOTHING, Changes(), False
            self.refresh()
        elif self._touched:
            touched, self._touched = self._touched, Changes()
            self._stale = Grade.NOTHING if self._stale is Grade.ROWS else Grade.ANEW
            self.read_rows(touched)


def grade_of_figures(changes: Changes, run_ids: Collection[int]) -> Grade:
    """What a write means for a page of figures of these runs: what other runs are answered changes nothing."""
    if not changes.kinds & {"decisions", "verdicts", "labels", "responses", "runs"}:
        return Grade.NOTHING
    elsewhere = bool(run_ids) and changes.responses and not changes.touches_run(*run_ids)
    return Grade.NOTHING if elsewhere else Grade.ANEW


class EmptyState(QWidget):
    """One sentence that says what to do next, with keys as `named_keys` has them, and one button that does it."""

    def __init__(self, sentence: str, button: str, act: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = QLabel()
        name_keys(self.label, "text", sentence)
        self.label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.label.setWordWrap(True)
        self.button = QPushButton(button)
        self.button.setAutoDefault(True)  # Return presses it, as in a dialog
        OwnKeys((self.button,), self)
        self.setFocusProxy(self.button)
        self.button.clicked.connect(lambda _checked=False: act())
        layout = QVBoxLayout(self)
        layout.setSpacing(2 * GRID)
        layout.addStretch(2)
        layout.addWidget(self.label)
        layout.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)


class EmptyOr(QWidget):
    """Either a page's content or its empty state."""

    def __init__(self, content: QWidget, empty: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content, self._empty = content, empty
        self._stack = QStackedLayout(self)
        self._stack.addWidget(content)
        self._stack.addWidget(empty)

    @property
    def is_empty(self) -> bool:
        return self._stack.currentWidget() is self._empty

    def show_content(self, filled: bool) -> None:
        """Show the one or the other; what to do next gets the focus where it was in here."""
        focused = self.isAncestorOf(QApplication.focusWidget() or self.window())
        self._stack.setCurrentWidget(self._content if filled else self._empty)
        self.setFocusProxy(self._content if filled else self._empty)
        if focused and not filled:
            self._empty.setFocus()


class _WrappedLabel(QLabel):
    """Never reads its text as markup. Where its lines wrap, a word without an end makes nothing wider."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)

    @sizes
    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), WIDEST_WORD), hint.height()) if self.wordWrap() else hint


def heading(text: str, *, wrap: bool = False) -> QLabel:
    """Let it wrap where it shows a name that somebody gave."""
    label = _WrappedLabel(text)
    label.setFont(heading_font(label.font()))
    label.setWordWrap(wrap)
    return label


def section_label(text: str = "") -> QLabel:
    """Over a part of a page."""
    return heading(text, wrap=True)


def answer_label() -> QLabel:
    """A page's one answer, in its largest text."""
    label = plain_label()
    label.setFont(answer_font(label.font()))
    return label


def plain_label(text: str = "", *, wrap: bool = True) -> QLabel:
    """A label that never reads its text as markup."""
    label = _WrappedLabel(text)
    label.setWordWrap(wrap)
    return label


def row(*widgets: QWidget | None) -> QHBoxLayout:
    """Widgets side by side on the grid; None is a stretch."""
    layout = QHBoxLayout()
    layout.setSpacing(GRID)
    for widget in widgets:
        if widget is None:
            layout.addStretch(1)
        else:
            layout.addWidget(widget)
    return layout


def margins(layout: QVBoxLayout | QHBoxLayout, units: int = 2) -> None:
    """The same margin on all sides, in grid units."""
    layout.setContentsMargins(units * GRID, units * GRID, units * GRID, units * GRID)
    layout.setSpacing(GRID)
