"""The first page: what this is in two sentences, and the ways in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from reviewer.ui.kit.called_by_qt import handles, paints
from reviewer.ui.kit.keymap import tell_key
from reviewer.ui.kit.page import answer_label, margins, plain_label, row, section_label
from reviewer.ui.kit.plain import literal
from reviewer.ui.kit.scrolling import TabbedScroll
from reviewer.ui.kit.theme import GRID, colours, small_font
from reviewer.wording.plain_text import plain_text, preview

WHAT_THIS_IS = (
    "Reviewer asks one question of every response that a language model gave to a sensitive request: was this the "
    "right action? You read, correct the automatic reading where it is wrong, and get one score in which refusing too "
    "much and refusing too little cost the same."
)
WHAT_LEAVES = (
    "Does anything leave this computer? Only requests to the endpoints that you set up, while you run or judge a model "
    "or test a connection; with Work offline in the View menu, nothing at all."
)
DROP = "Drop a file here: cases, responses, or a workspace."
WIDTH = 84 * GRID
MOST_RECENT = 6


class WelcomePage(QWidget):
    """Shown while no workspace is open. `pressed` comes when a key is pressed while one is being opened."""

    demo_wanted = Signal()
    new_wanted = Signal()
    open_wanted = Signal()
    import_wanted = Signal()
    recent_wanted = Signal(str)
    pressed = Signal()

    def __init__(self, recent: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = answer_label()
        title.setText("Was this the right action?")
        column = QVBoxLayout()
        column.setSpacing(2 * GRID)
        column.addStretch(1)
        column.addWidget(title)
        column.addWidget(plain_label(WHAT_THIS_IS))
        column.addWidget(plain_label(WHAT_LEAVES))
        column.addSpacing(GRID)
        column.addLayout(self._buttons())
        column.addWidget(self._drop_area())
        existing = [path for path in recent if Path(path).exists()][:MOST_RECENT]
        if existing:
            column.addSpacing(GRID)
            column.addWidget(section_label("Recent"))
            column.addLayout(self._recent(existing))
        self._told = plain_label()
        self._told.setAccessibleName("What is being opened")
        column.addWidget(self._told)
        column.addStretch(2)
        self._inner = inner = QWidget()
        inner.setLayout(column)
        inner.setMaximumWidth(WIDTH)
        ground = QWidget()
        ground.setAutoFillBackground(True)
        ground.setBackgroundRole(QPalette.ColorRole.Base)
        centred = QHBoxLayout(ground)
        margins(centred, 4)
        centred.addStretch(1)
        centred.addWidget(inner, 4)
        centred.addStretch(1)
        scroll = TabbedScroll()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(ground)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def show_opening(self, name: str) -> None:
        """What of that name is being opened, or nothing any more: until then there is nothing to press here."""
        self._told.setText(f"Opening {name}…" if name else "")
        for button in self._inner.findChildren(QPushButton):
            button.setEnabled(not name)
        (self if name else self.demo).setFocus()

    @handles
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() and event.key() not in (Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self.pressed.emit()
        else:
            super().keyPressEvent(event)

    def _buttons(self) -> QHBoxLayout:
        self.demo = QPushButton("Open the demo workspace")
        self.demo.setDefault(True)
        self.demo.setToolTip("132 cases with two recorded model versions and some decisions; nothing is sent anywhere")
        new, open_ = QPushButton("New workspace…"), QPushButton("Open a workspace…")
        tell_key(new, "file.new", "An empty workspace, one file on this machine")
        tell_key(open_, "file.open", "A workspace that you already have")
        for button, signal in ((self.demo, self.demo_wanted), (new, self.new_wanted), (open_, self.open_wanted)):
            button.clicked.connect(lambda _checked=False, wanted=signal: wanted.emit())
            button.setAutoDefault(True)  # Return presses what has the focus
            button.setMinimumHeight(4 * GRID)
        return row(self.demo, new, open_, None)

    def _drop_area(self) -> QWidget:
        area = DropArea()
        button = QPushButton("Import a file…")
        button.setAutoDefault(True)
        button.setMinimumHeight(4 * GRID)
        button.setToolTip("CSV, JSON lines, spreadsheets and other tools' logs; you see what will be stored first")
        button.clicked.connect(lambda _checked=False: self.import_wanted.emit())
        layout = row(plain_label(DROP), button)
        layout.setStretch(0, 1)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        area.setLayout(layout)
        return area

    def _recent(self, paths: Sequence[str]) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(GRID // 2)
        for path in paths:
            where = plain_label(plain_text(str(Path(path).parent)))
            where.setFont(small_font(where.font()))
            where.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            line = row(self._recent_button(path), where)
            line.setStretch(1, 1)
            column.addLayout(line)
        return column

    def _recent_button(self, path: str) -> QPushButton:
        button = QPushButton(literal(preview(Path(path).name, 60)))
        button.setFlat(True)
        button.setAutoDefault(True)
        button.setAccessibleName(f"Open {plain_text(path)}")
        button.setToolTip(plain_text(path))
        button.clicked.connect(lambda _checked=False: self.recent_wanted.emit(path))
        return button


class DropArea(QWidget):
    """Says by its broken outline that something can be dropped; the window takes it wherever it falls."""

    @paints
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours().edge), 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.end()
