"""What a judge's control set said, and a person's word on whether a judge that drifted may go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFrame,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from reviewer.core.actions import ActionScale
from reviewer.store.facts.judging import JudgeRunLine
from reviewer.ui.jobs.judging import action_words, is_held
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.theme import GRID
from reviewer.ui.runs.table import one_line
from reviewer.wording.plain_text import in_sentence


class DriftDialog(QDialog):
    """`let_go_on` carries the name of who lets the judge go on; leaving the dialog changes nothing."""

    let_go_on = Signal(str)

    def __init__(self, judging: JudgeRunLine, scale: ActionScale, reviewer: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("The judge's control set")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        held = is_held(judging)
        found: Mapping[str, Any] = judging.drift or {}
        self.sentence = plain_label(str(found.get("sentence", "")))
        self.sentence.setAccessibleName("What the control set said")
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.table = _changes_table(found.get("changes", []), scale)
        self.table.setVisible(self.table.rowCount() > 0)
        self.name = QLineEdit(reviewer)
        label = QLabel("&Who lets it go on")
        label.setBuddy(self.name)
        self.name.setAccessibleName("Who lets it go on")
        self.go_on = QPushButton("&Go on with this judge")
        self.leave = QPushButton("&Leave it" if held else "Close")
        self.leave.setDefault(True)
        self.leave.clicked.connect(self.reject)
        self.go_on.clicked.connect(lambda _checked=False: self._let_go_on())
        self.name.textChanged.connect(lambda text: self.go_on.setEnabled(bool(text.strip())))
        self.go_on.setEnabled(bool(reviewer.strip()))
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(plain_label(_head(judging, held=held)))
        layout.addWidget(self.sentence)
        layout.addWidget(self.table, 1)
        if self.table.rowCount() == 0:
            layout.addStretch(1)
        if held:
            layout.addWidget(plain_label("Going on is written down with the judging, with this name and the time."))
            layout.addLayout(row(label, self.name))
            layout.addLayout(row(None, self.go_on, self.leave))
        else:
            layout.addLayout(row(None, self.leave))
        for unused in () if held else (label, self.name, self.go_on):
            unused.setParent(self)
            unused.hide()
        self.resize(104 * GRID, (64 if self.table.rowCount() else 30) * GRID)
        self.leave.setFocus()

    def _let_go_on(self) -> None:
        name = self.name.text().strip()
        self.accept()
        self.let_go_on.emit(name)


def _head(judging: JudgeRunLine, *, held: bool) -> str:
    on = (
        f"{in_sentence(judging.classifier)} on the control set {in_sentence(judging.control_run)}, "
        f"before it judged {in_sentence(judging.run)}."
    )
    if held:
        return f"{on} It is held: nothing of the run was judged."
    if judging.accepted_by:
        return f"{on} {in_sentence(judging.accepted_by)} let it go on, {judging.accepted_at[:16].replace('T', ' ')}."
    return on


def _changes_table(changes: Sequence[Mapping[str, Any]], scale: ActionScale) -> QTableWidget:
    table = QTableWidget(len(changes), 5)
    table.setAccessibleName("Control verdicts that changed")
    table.setHorizontalHeaderLabels(["Case", "Repeat", "Before", "Now", "Which is"])
    for place, change in enumerate(changes):
        before, now = change.get("before"), change.get("now")
        words = (
            one_line(str(change.get("case", ""))),
            str(change.get("repeat", "")),
            action_words(scale, before),
            action_words(scale, now),
            _direction(scale, before, now),
        )
        for column, text in enumerate(words):
            table.setItem(place, column, QTableWidgetItem(text))
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setFrameShape(QFrame.Shape.NoFrame)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    return table


def _direction(scale: ActionScale, before: str | None, now: str | None) -> str:
    ids = [str(action) for action in scale.ids]
    if before not in ids or now not in ids:
        return "from or to unscored ○"
    return "more cautious" if ids.index(now) > ids.index(before) else "less cautious"
