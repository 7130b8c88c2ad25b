"""The line above the table of cases: suite, search, filters; and the line that asks about unsaved edits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPushButton, QVBoxLayout, QWidget

from reviewer.core.cases import CaseStatus
from reviewer.store.facts.suites import SuiteLine
from reviewer.ui.kit.called_by_qt import filters
from reviewer.ui.kit.kept import offer
from reviewer.ui.kit.keymap import tell_key
from reviewer.ui.kit.page import plain_label, row
from reviewer.ui.kit.theme import GRID
from reviewer.wording.plain_text import plain_text

SEARCH_MS = 150
_INTO_TABLE = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class FilterValues(TypedDict):
    """The part of a CaseFilter that a person chooses here."""

    words: str
    label: str
    category: str
    status: str
    retired: bool


class CaseFilters(QWidget):
    """`changed` comes when another list is wanted, a moment after the last key in the search."""

    changed = Signal()
    suite_chosen = Signal(int)
    down_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown_suite: int | None = None
        self.suite = QComboBox()
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search keys, messages, tags")
        self.search.setClearButtonEnabled(True)
        self.search.installEventFilter(self)
        self.label, self.category, self.status = QComboBox(), QComboBox(), QComboBox()
        self.retired = QCheckBox("Show retired")
        self.count = plain_label(wrap=False)
        self.new, self.bring = QPushButton("New case"), QPushButton("Import…")
        tell_key(self.new, "cases.new", "Write a case here")
        tell_key(self.bring, "file.import", "Import cases, responses or decisions")
        self.identity = plain_label(wrap=False)
        self._name()
        self._fill(self.status, "any status", [(str(status), str(status)) for status in CaseStatus])
        self._fill(self.label, "any label", [])
        self._fill(self.category, "any category", [])
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SEARCH_MS)
        self._timer.timeout.connect(self.changed)
        self.search.textChanged.connect(lambda _text: self._timer.start())
        for combo in (self.label, self.category, self.status):
            combo.activated.connect(lambda _index: self.changed.emit())
        self.retired.clicked.connect(lambda _checked: self.changed.emit())
        self.suite.activated.connect(lambda _index: self.suite_chosen.emit(self.suite.currentData()))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(row(self.suite, self.identity, None, self.count, self.new, self.bring))
        filters = row(self.search, self.label, self.category, self.status, self.retired)
        filters.setStretch(0, 1)
        layout.addLayout(filters)

    def only_read(self, why: str) -> None:
        """Where nothing can be changed, nothing offers to."""
        for button in (self.new, self.bring) if why else ():
            button.setEnabled(False)
            button.setToolTip(why)

    def _name(self) -> None:
        names = {
            self.suite: "Suite",
            self.search: "Search cases",
            self.label: "Filter by label",
            self.category: "Filter by category",
            self.status: "Filter by status",
            self.retired: "Show retired cases",
            self.count: "Number of cases",
            self.identity: "Identity of the suite's content",
        }
        for widget, name in names.items():
            widget.setAccessibleName(name)
        for combo in (self.suite, self.label, self.category):
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            combo.setMaximumWidth((50 if combo is self.suite else 18) * GRID)

    def _fill(self, combo: QComboBox, all_text: str, items: Sequence[tuple[str, str]]) -> None:
        """Put other choices in and keep the one that was made where it is still there."""
        chosen = combo.currentData()
        known = [value for _, value in items]
        offer(
            combo,
            [(all_text, ""), *((plain_text(text), value) for text, value in items)],
            chosen if chosen in known else "",
        )

    def wanted(self) -> FilterValues:
        return FilterValues(
            words=self.search.text(),
            label=self.label.currentData(),
            category=self.category.currentData(),
            status=self.status.currentData(),
            retired=self.retired.isChecked(),
        )

    def clear(self) -> None:
        """Show everything that is not retired; with a word of the retired left as it is."""
        self.search.clear()
        self._timer.stop()
        for combo in (self.label, self.category, self.status):
            combo.setCurrentIndex(0)
        self.changed.emit()

    def take_focus(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def show_listing(
        self, suites: Sequence[SuiteLine], suite: SuiteLine | None, categories: Sequence[str], shown: int
    ) -> None:
        self.setVisible(bool(suites))
        self.suite.clear()
        for each in suites:
            self.suite.addItem(f"{plain_text(each.name)} ({sum(each.n_cases.values()):,})", each.id)
        if suite is None:
            return
        self.suite.setCurrentIndex(self.suite.findData(suite.id))
        labels = [(f"{rank} {action.short_name}", str(action.id)) for rank, action in enumerate(suite.scale.actions, 1)]
        self._fill(self.label, "any label", labels)
        self._fill(self.category, "any category", [(category, category) for category in categories])
        total = sum(suite.n_cases.values())
        counts = ", ".join(f"{n:,} {status}" for status, n in suite.n_cases.items())
        self.count.setText(f"{shown:,} of {total:,}")
        self.count.setToolTip(counts)
        self.identity.setText(f"content {suite.content_hash[:8]}")
        self.identity.setToolTip(f"SHA-256 of scale and cases: {suite.content_hash}\n{counts}")

    @filters
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down and Return go from the search into the table."""
        pressed = watched is self.search and event.type() is QEvent.Type.KeyPress
        if pressed and isinstance(event, QKeyEvent) and event.key() in _INTO_TABLE:
            self.down_wanted.emit()
            return True
        return super().eventFilter(watched, event)


class UnsavedBar(QWidget):
    """Asks in the page itself what becomes of unsaved edits."""

    save_wanted = Signal()
    discard_wanted = Signal()
    keep_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = plain_label()
        self.text.setAccessibleName("Unsaved edits")
        self.keep, self.discard = QPushButton("Keep editing"), QPushButton("Discard")
        self.save = QPushButton("Save")
        for button, signal in (
            (self.keep, self.keep_wanted),
            (self.discard, self.discard_wanted),
            (self.save, self.save_wanted),
        ):
            button.setAutoDefault(True)
            button.setAccessibleName(f"{button.text()}: unsaved edits")
            button.clicked.connect(lambda _checked=False, wanted=signal: wanted.emit())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        line = row(self.text, self.keep, self.discard, self.save)
        line.setStretch(0, 1)
        layout.addLayout(line)
        self.hide()

    def ask(self, what: str) -> None:
        self.text.setText(f"{what}: there are unsaved edits. Save them, or discard them and go on?")
        self.show()
        self.save.setFocus()
