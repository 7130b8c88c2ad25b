"""Choose which runs are drawn together: of any suite on the scored run's scale."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from reviewer.app.figures.trends import MOST_RESPONSES
from reviewer.store.facts.runs import RunLine
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.theme import GRID
from reviewer.ui.runs.table import local_time, one_line
from reviewer.ui.score.following import Following
from reviewer.wording.plural import counted

ABOUT = (
    "The runs that you tick are drawn together, the oldest first, over the cases that all of them answered alike asked "
    "and labelled. Space ticks a run."
)
FEWEST = 2
_ID = Qt.ItemDataRole.UserRole


class PickRunsDialog(QDialog):
    """`picked` carries the ids of the runs that were ticked, none for the newest of the scored run's suite."""

    picked = Signal(object)

    def __init__(self, lines: Sequence[RunLine], ticked: Collection[int], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Choose runs")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._stored = {line.id: line.stored for line in lines}
        self.list = QListWidget()
        self.list.setAccessibleName("Runs to draw together")
        for line in lines:
            self._add(line, ticked=line.id in ticked)
        self.said = plain_label()
        self.newest, self.draw = QPushButton("&Newest of the suite"), QPushButton("&Draw these")
        cancel = QPushButton("Cancel")
        self.draw.setDefault(True)
        self.newest.clicked.connect(lambda _checked=False: self._take(frozenset()))
        self.draw.clicked.connect(lambda _checked=False: self._take(self.ticked))
        cancel.clicked.connect(self.reject)
        self.list.itemChanged.connect(self._tell)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(plain_label(ABOUT))
        layout.addWidget(self.list, 1)
        layout.addWidget(self.said)
        layout.addLayout(row(self.newest, None, self.draw, cancel))
        self.resize(80 * GRID, 60 * GRID)
        self._tell()
        self.list.setFocus()

    def _add(self, line: RunLine, *, ticked: bool) -> None:
        words = (
            one_line(line.name),
            one_line(line.suite),
            counted(line.stored, "response"),
            local_time(line.created_at),
        )
        item = QListWidgetItem(" · ".join(words), self.list)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
        item.setData(_ID, line.id)

    @property
    def ticked(self) -> frozenset[int]:
        items = (self.list.item(number) for number in range(self.list.count()))
        return frozenset(item.data(_ID) for item in items if item.checkState() == Qt.CheckState.Checked)

    def _tell(self) -> None:
        ticked = self.ticked
        together = sum(self._stored[each] for each in ticked)
        if len(ticked) < FEWEST:
            said = "Tick two runs or more."
        elif together > MOST_RESPONSES:
            said = f"{together:,} responses together are too many: {MOST_RESPONSES:,} at most. Take a run away."
        else:
            said = f"{counted(len(ticked), 'run')} with {counted(together, 'response')} together."
        self.said.setText(said)
        self.draw.setEnabled(len(ticked) >= FEWEST and together <= MOST_RESPONSES)

    def _take(self, ids: frozenset[int]) -> None:
        self.picked.emit(ids)
        self.accept()


def pick_runs(following: Following, parent: QWidget) -> None:
    """Ask which runs are followed."""
    dialog = PickRunsDialog(following.offered, following.followed, parent.window())
    dialog.picked.connect(following.pick)
    show_over(dialog)
