"""The two lists of what is to be settled: responses on which reviewers differ, and disputed labels."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QVBoxLayout, QWidget

from reviewer.core.actions import ActionScale
from reviewer.review.docket import Docket
from reviewer.store.facts.disputes import DisputedResponse, LabelDispute
from reviewer.ui.kit.keymap import name_keys
from reviewer.ui.kit.keys import CommandKeys
from reviewer.ui.kit.page import plain_label
from reviewer.ui.kit.theme import GRID, small_font
from reviewer.ui.runs.table import one_line
from reviewer.wording.plural import counted


class Matters(QWidget):
    """`chosen` carries whether it is of the labels, and the place in that list."""

    chosen = Signal(bool, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.responses, self.labels = self._list("Responses on which reviewers differ"), self._list("Disputed labels")
        self.of_responses, self.of_labels = plain_label(), plain_label()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        for heading, list_, stretch in (
            (self.of_responses, self.responses, 3),
            (self.of_labels, self.labels, 1),
        ):
            heading.setFont(small_font(heading.font()))
            layout.addWidget(heading)
            layout.addWidget(list_, stretch)
        self.responses.itemClicked.connect(lambda item: self.chosen.emit(False, self.responses.row(item)))
        self.labels.itemClicked.connect(lambda item: self.chosen.emit(True, self.labels.row(item)))

    def _list(self, name: str) -> QListWidget:
        list_ = QListWidget()
        CommandKeys(list_)
        list_.setAccessibleName(name)
        list_.setUniformItemSizes(True)
        list_.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        list_.setTextElideMode(Qt.TextElideMode.ElideRight)
        return list_

    def show_docket(self, docket: Docket, scale: ActionScale, me: str) -> None:
        """What is there, with what each is about; what the person is a party to is said."""
        self.of_responses.setText(counted(len(docket.responses), "response"))
        name_keys(self.of_labels, "text", f"{counted(len(docket.labels), 'disputed label')} ({{adjudicate.labels}})")
        _fill(self.responses, [_response_line(each, scale, me) for each in docket.responses])
        _fill(self.labels, [_label_line(each, scale, me) for each in docket.labels])
        for widget in (self.of_labels, self.labels):
            widget.setVisible(bool(docket.labels))

    def show_place(self, *, labels: bool, index: int) -> None:
        """Where the person is; the other list has no place."""
        here, other = (self.labels, self.responses) if labels else (self.responses, self.labels)
        here.setCurrentRow(index)
        other.setCurrentRow(-1)
        if other.hasFocus():
            here.setFocus()

    @property
    def current(self) -> QListWidget:
        return self.labels if self.labels.currentRow() >= 0 else self.responses


def _fill(list_: QListWidget, lines: Sequence[str]) -> None:
    """As many rows as lines; those that stay are not made anew."""
    while list_.count() > len(lines):
        list_.takeItem(list_.count() - 1)
    list_.addItems([""] * (len(lines) - list_.count()))
    for row, line in enumerate(lines):
        item = list_.item(row)
        if item.text() != line:
            item.setText(line)
            item.setSizeHint(QSize(0, list_.fontMetrics().height() + GRID))
        item.setToolTip(line)


def _response_line(each: DisputedResponse, scale: ActionScale, me: str) -> str:
    """`case-7 · 2 3 5`: the numbers of what was said, 0 for cannot decide."""
    said = sorted(0 if action is None else scale.rank(action) + 1 for action in each.said.values())
    repeat = f" · repeat {each.repeat}" if each.repeat > 1 else ""
    party = " · you" if me in each.said else ""
    return f"{one_line(each.key)}{repeat} · {' '.join(map(str, said))}{party}"


def _label_line(each: LabelDispute, scale: ActionScale, me: str) -> str:
    """`case-7 · 5 → 3`."""
    now, then = (
        "?" if label is None else str(scale.rank(label) + 1) for label in (each.present.label, each.proposed.label)
    )
    return f"{one_line(each.key)} · {now} → {then}{' · you' if each.reviewer == me else ''}"
