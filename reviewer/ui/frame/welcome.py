"""The first page: what this is in two sentences, and the ways in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from reviewer.ui.kit.keymap import tell_key
from reviewer.ui.kit.page import heading, margins, plain_label
from reviewer.ui.kit.plain import literal
from reviewer.ui.kit.theme import GRID

WHAT_THIS_IS = (
    "Reviewer asks one question of every response a language model gave to a sensitive request: was this the right "
    "action? You label the right action of each case, look at what the model did, overrule the automatic reading where "
    "it is wrong, and get one score in which refusing too much and refusing too little cost the same."
)
STEPS = (
    "1  Cases: import requests with the right action for each, or write them here.",
    "2  Runs: send them to a model, or import responses you already have.",
    "3  Review: read each response and say what it did, with keys 1 to 5.",
    "4  Score and Reports: see one score with its baselines, and export it.",
)


class WelcomePage(QWidget):
    """Shown while no workspace is open."""

    demo_wanted = Signal()
    new_wanted = Signal()
    open_wanted = Signal()
    recent_wanted = Signal(str)

    def __init__(self, recent: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout()
        column.setSpacing(2 * GRID)
        column.addStretch(1)
        column.addWidget(heading("Was this the right action?"))
        column.addWidget(plain_label(WHAT_THIS_IS))
        column.addLayout(self._buttons())
        column.addWidget(plain_label("How it goes"))
        for step in STEPS:
            column.addWidget(plain_label(step))
        existing = [path for path in recent if Path(path).exists()]
        if existing:
            column.addSpacing(GRID)
            column.addWidget(plain_label("Recent workspaces"))
        for path in existing:
            column.addWidget(self._recent_button(path), alignment=Qt.AlignmentFlag.AlignLeft)
        column.addStretch(2)
        inner = QWidget()
        inner.setLayout(column)
        inner.setMaximumWidth(90 * GRID)
        outer = QHBoxLayout(self)
        margins(outer, 4)
        outer.addStretch(1)
        outer.addWidget(inner, 4)
        outer.addStretch(1)

    def _buttons(self) -> QHBoxLayout:
        layout = QHBoxLayout()
        layout.setSpacing(GRID)
        self.demo = QPushButton("Open the demo workspace")
        self.demo.setDefault(True)
        self.demo.setToolTip("132 cases with two recorded model versions and some decisions; nothing is sent anywhere")
        new, open_ = QPushButton("New workspace…"), QPushButton("Open a workspace…")
        tell_key(new, "file.new", "An empty workspace, one file on this machine")
        tell_key(open_, "file.open", "A workspace that is there already")
        for button, signal in ((self.demo, self.demo_wanted), (new, self.new_wanted), (open_, self.open_wanted)):
            button.clicked.connect(lambda _checked=False, wanted=signal: wanted.emit())
            button.setAutoDefault(True)  # Return presses what has the focus
            layout.addWidget(button)
        layout.addStretch(1)
        return layout

    def _recent_button(self, path: str) -> QPushButton:
        button = QPushButton(literal(path))
        button.setFlat(True)
        button.setAutoDefault(True)
        button.setAccessibleName(f"Open {path}")
        button.clicked.connect(lambda _checked=False: self.recent_wanted.emit(path))
        return button
