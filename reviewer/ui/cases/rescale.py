"""Putting a suite on another scale: what becomes of each action, what that does, and why it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QFormLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from reviewer.app.rescaling import RescaleResult, in_use, plan_rescaling, rescale
from reviewer.core.actions import SCALE_PRESETS, ActionId, ActionScale
from reviewer.core.errors import KnownError
from reviewer.core.rescaling import Answers, Rescaling, ScaleUse, back_answers, same_answers, scale_name
from reviewer.store.facts.suites import StoredRescaling, StoredSuite
from reviewer.ui.kit.held_dialog import HeldInDialog
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.latest import LatestRead
from reviewer.ui.kit.page import heading, margins, plain_label, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.trouble import error_words
from reviewer.wording.plain_text import NAME_CHARACTERS, in_sentence, preview

NOT_ANSWERED, ASK_AGAIN = "choose…", "ask people again"
_AGAIN, _OPEN = "?", ""
HEADINGS = ("Action now", "Labels", "In bands", "Decisions", "Responses", "Becomes")


@dataclass(frozen=True)
class WayTo:
    """A scale that the suite can go to, with what need not be asked; `back` brings labels back as they were."""

    words: str
    scale: ActionScale
    answers: Answers
    back: bool = False


def ways_to(scale: ActionScale, steps: Sequence[StoredRescaling]) -> list[WayTo]:
    """Back to the scale before the last change, where there was one, and every preset that is another scale."""
    found = []
    if steps:
        last = steps[-1].rescaling
        words = f"back to {scale_name(last.before)}, with the labels as they were"
        found.append(WayTo(words, last.before, back_answers(last), back=True))
    for preset in SCALE_PRESETS:
        if preset.scale.hash not in (scale.hash, *(way.scale.hash for way in found)):
            words = f"{preset.name} – {preset.summary}"
            found.append(WayTo(words, preset.scale, same_answers(scale, preset.scale)))
    return found


def start_rescaling(session: Session, suite: StoredSuite, window: QWidget) -> QDialog:
    dialog = RescaleDialog(session, suite, window)
    show_over(dialog)
    return dialog


class AnswerTable(QTableWidget):
    """Each action of the old scale, how often it is in use, and what it becomes. `changed` on each choice."""

    changed = Signal()

    def __init__(self, scale: ActionScale) -> None:
        super().__init__(len(scale), len(HEADINGS))
        self._scale = scale
        self.combos: dict[ActionId, QComboBox] = {}
        self.setAccessibleName("What becomes of each action")
        self.setHorizontalHeaderLabels(HEADINGS)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for place, action in enumerate(scale.actions):
            self.setItem(place, 0, QTableWidgetItem(f"{place + 1} {action.name}"))
            combo = self.combos[action.id] = QComboBox()
            combo.setAccessibleName(f"What {action.name} becomes")
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            combo.activated.connect(lambda _index: self.changed.emit())
            self.setCellWidget(place, len(HEADINGS) - 1, combo)
            self.setRowHeight(place, 4 * GRID)

    def show_use(self, use: ScaleUse) -> None:
        for place, action in enumerate(self._scale.ids):
            each = use.of(action)
            for column, number in enumerate((each.labels, each.in_bands, each.decisions, each.verdicts), 1):
                item = QTableWidgetItem(f"{number:,}" if number else "–")
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(place, column, item)

    def show_way(self, way: WayTo) -> None:
        """Offer the actions of another scale, answered where nothing has to be asked."""
        for action, combo in self.combos.items():
            combo.clear()
            combo.addItem(NOT_ANSWERED, _OPEN)
            for rank, new in enumerate(way.scale.actions, 1):
                combo.addItem(f"{rank} {new.name}", str(new.id))
                combo.setItemData(rank, new.definition, Qt.ItemDataRole.ToolTipRole)
            combo.addItem(ASK_AGAIN, _AGAIN)
            if action in way.answers:
                combo.setCurrentIndex(max(combo.findData(way.answers[action] or _AGAIN), 0))
        self.resizeColumnToContents(len(HEADINGS) - 1)

    @property
    def open_ones(self) -> list[ActionId]:
        """The actions of which it is not said what they become."""
        return [action for action, combo in self.combos.items() if combo.currentData() == _OPEN]

    @property
    def answers(self) -> dict[ActionId, ActionId | None]:
        chosen = {action: str(combo.currentData()) for action, combo in self.combos.items()}
        return {action: None if new == _AGAIN else ActionId(new) for action, new in chosen.items() if new != _OPEN}


class RescaleDialog(QDialog):
    """Nothing is written before the person has seen what it does and said why."""

    def __init__(self, session: Session, suite: StoredSuite, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Change the scale")
        self._session, self._suite = session, suite
        self._ways: list[WayTo] = []
        self._plan: RescaleResult | None = None
        self._gone = False
        self._storing = HeldInDialog(session, self, self._say)
        self.finished.connect(self._leave)
        self.title = heading(f"Change the scale of {in_sentence(suite.name)}", wrap=True)
        self.scale, self.reason = QComboBox(), QLineEdit()
        self.table = AnswerTable(suite.scale)
        self.summary = plain_label()
        self.summary.setAccessibleName("What changing the scale does")
        self.change, self.cancel = QPushButton("Change the scale"), QPushButton("Cancel")
        self.change.setDefault(True)
        self._planning = LatestRead(session, self._planned, self._fail)
        self._lay_out()
        self.scale.activated.connect(self._show_way)
        self.table.changed.connect(self._look)
        self.reason.textChanged.connect(self._check)
        self.change.clicked.connect(self._change)
        self.cancel.clicked.connect(self.reject)
        self.resize(112 * GRID, 72 * GRID)
        self._say("Checking what is in use…")
        session.read(partial(in_use, suite=suite), self._have_use, self._fail)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setHorizontalSpacing(2 * GRID)
        form.setVerticalSpacing(GRID)
        self.reason.setPlaceholderText("kept in the history of every label")
        for caption, field in (("New scale", self.scale), ("Why", self.reason)):
            form.addRow(caption, field)
            field.setAccessibleName(caption)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(self.title)
        layout.addLayout(form)
        layout.addWidget(plain_label("What becomes of each action: of its labels, of what people decided, of verdicts"))
        layout.addWidget(self.table, 1)
        layout.addWidget(self.summary)
        layout.addLayout(row(None, self.cancel, self.change))

    @property
    def _way(self) -> WayTo:
        return self._ways[max(self.scale.currentIndex(), 0)]

    def _have_use(self, found: tuple[ScaleUse, list[StoredRescaling]]) -> None:
        if self._gone:
            return
        use, steps = found
        self.table.show_use(use)
        self._ways = ways_to(self._suite.scale, steps)
        self.scale.addItems([way.words for way in self._ways])
        self._show_way()

    def _show_way(self) -> None:
        self.table.show_way(self._way)
        self._look()

    def _look(self) -> None:
        """Read what the answers would do, once there is one for every action."""
        self._plan = None
        if open_ := self.table.open_ones:
            names = ", ".join(self._suite.scale[action].name for action in open_)
            self._say(f"Say what becomes of {names}.")
            return
        self._say("Working out what it would do…")
        rescaling = Rescaling(self._suite.scale, self._way.scale, self.table.answers)
        self._planning.ask(lambda workspace: plan_rescaling(workspace, self._suite, rescaling))

    def _planned(self, plan: RescaleResult) -> None:
        if not self._gone and not self.table.open_ones and plan.rescaling.answers == self.table.answers:
            self._plan = plan
            self._say("\n".join(plan.sentences))

    def _say(self, words: str) -> None:
        self.summary.setText(words)
        self._check()

    def _check(self) -> None:
        self.change.setEnabled(self._plan is not None and bool(self.reason.text().strip()))

    def _change(self) -> None:
        plan = self._plan
        if plan is None:
            return
        rescaling, back = plan.rescaling, self._way.back
        reason, author, suite = self.reason.text(), self._session.reviewer, self._suite
        self._plan = None
        self._say("Changing the scale…")
        self._set_fields(False)
        work = partial(rescale, suite=suite, rescaling=rescaling, reason=reason, author=author, back=back)
        self._storing.write("Your change of the scale", work, self._changed, partial(self._not_changed, plan))

    def _changed(self, done: RescaleResult) -> None:
        self._session.notice.emit(f"{preview(self._suite.name, NAME_CHARACTERS)}: {' '.join(done.sentences[:2])}")
        if not self._gone:
            self.accept()

    def _fail(self, error: Exception) -> None:
        if self._gone or not isinstance(error, KnownError):
            self._session.tasks.failed.emit(error)
        if not self._gone:
            self._say(error_words(error))

    def _not_changed(self, plan: RescaleResult, error: Exception) -> None:
        """It can be tried again."""
        if not self._gone:
            self._plan = plan
            self._set_fields(True)
        self._fail(error)

    def _set_fields(self, enabled: bool) -> None:
        for part in (self.scale, self.reason, self.table):
            part.setEnabled(enabled)

    def _leave(self) -> None:
        """Closed: what arrives later touches the dialog no more."""
        self._gone = True
