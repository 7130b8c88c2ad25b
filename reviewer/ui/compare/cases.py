"""The compared cases, list by list, and the chosen one's two responses side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QListView, QSplitter, QVBoxLayout, QWidget

from reviewer.core.cases import CaseKey
from reviewer.core.decisions import FinalSource
from reviewer.core.scoring.flips import CaseFlip, FlipKind
from reviewer.report.facts import PEOPLE
from reviewer.store.database import Workspace
from reviewer.store.facts.review import ReviewItem
from reviewer.store.queries.review import review_item
from reviewer.ui.compare.list import FlipDelegate, FlipList, FlipRow, row_facts
from reviewer.ui.compare.state import Comparing
from reviewer.ui.kit.cover import COVERED, covered_words
from reviewer.ui.kit.differences import NOT_BOTH
from reviewer.ui.kit.kept import offer
from reviewer.ui.kit.one_line import OneLine
from reviewer.ui.kit.page import plain_label, row
from reviewer.ui.kit.reading import ReadingPane
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.steady_list import SteadyList
from reviewer.ui.kit.strip import ActionStrip
from reviewer.ui.kit.theme import GRID
from reviewer.wording.plain_text import names_apart, preview
from reviewer.wording.plural import counted
from reviewer.wording.tables import named

ALL_CHANGED = "everything that changed"
EVERY_SLICE = "all slices"
COVERED_BOTH = "These texts are covered. {compare.uncover} shows them."


@dataclass(frozen=True)
class WantedFlips:
    """Which compared cases a click asks for, and how they are called."""

    name: str
    holds: Callable[[CaseFlip], bool]


class CompareCases(QWidget):
    """`case_opened` carries the case key that is to be reviewed."""

    case_opened = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.lists, self.slices = QComboBox(), QComboBox()
        self.lists.setAccessibleName("List")
        self.slices.setAccessibleName("Slice")
        self.slices.setMaximumWidth(32 * GRID)
        self.count = plain_label(wrap=False)
        self.model = FlipList(session, self)
        self.list = self._make_list()
        self.strip = ActionStrip()
        self.request = plain_label()
        self.heads = (OneLine(), OneLine())
        self.texts = (ReadingPane("Response of A"), ReadingPane("Response of B"))
        self._shown: Comparing | None = None
        self._wanted: WantedFlips | None = None
        self._current = self._open = (0, 0)
        self.items: Sequence[ReviewItem | None] = ()
        session.cover.changed.connect(self._cover_again)
        self._lay_out()
        for combo in (self.lists, self.slices):
            combo.activated.connect(self._choose)

    def _make_list(self) -> QListView:
        found = SteadyList()
        found.setModel(self.model)
        found.setItemDelegate(FlipDelegate(found))
        found.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        found.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        found.setAccessibleName("Compared cases")
        found.selectionModel().currentChanged.connect(self._show_current)
        found.activated.connect(self.open_in_review)
        return found

    def _lay_out(self) -> None:
        panes = QSplitter(Qt.Orientation.Horizontal)
        for combo in (self.lists, self.slices):
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for head, text in zip(self.heads, self.texts, strict=True):
            side = QWidget()
            column = QVBoxLayout(side)
            column.setContentsMargins(0, 0, 0, 0)
            column.addWidget(head)
            column.addWidget(text, 1)
            panes.addWidget(side)
        detail = QWidget()
        column = QVBoxLayout(detail)
        column.setContentsMargins(0, GRID, 0, 0)
        for widget in (self.request, self.strip):
            column.addWidget(widget)
        column.addWidget(panes, 1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.list)
        split.addWidget(detail)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        labels = [plain_label(text, wrap=False) for text in ("List", "Slice")]
        for label, combo in zip(labels, (self.lists, self.slices), strict=True):
            label.setBuddy(combo)
        layout.addLayout(row(labels[0], self.lists, labels[1], self.slices, self.count, None))
        layout.addWidget(split, 1)

    # showing

    def show_comparison(self, shown: Comparing) -> None:
        """Another comparison; the list and the slice stay where they still are. The same one read again keeps what is
        behind a figure, the chosen case and what is in sight too."""
        again = self._shown is not None and _compared(self._shown) == _compared(shown)
        chosen, within = self.lists.currentData(), self.slices.currentText()
        self._shown, self._wanted = shown, self._wanted if again else None
        lists = [(f"{name} ({number:,})", name) for name, number in self._counted(shown)]
        offer(self.lists, lists, chosen if chosen in [name for _, name in lists] else ALL_CHANGED)
        values = sorted({each for flip in shown.flips for each in flip.slices})
        slices = [(EVERY_SLICE, None), *((f"{by}: {preview(value, 60)}", (by, value)) for by, value in values)]
        offer(self.slices, slices, dict(slices).get(within))
        self._refill(again=again)

    @staticmethod
    def _counted(shown: Comparing) -> Iterator[tuple[str, int]]:
        kinds = [flip.kind for flip in shown.flips]
        yield ALL_CHANGED, sum(kind is not FlipKind.UNCHANGED for kind in kinds)
        for kind in FlipKind:
            yield str(kind), kinds.count(kind)
        for name, keys in _left_out(shown):
            yield name, len(keys)

    def show_wanted(self, wanted: WantedFlips) -> None:
        """The cases behind a figure or a cell, whatever list was chosen."""
        self._wanted = wanted
        self.slices.setCurrentIndex(0)
        self._refill()
        if self.model.rows:
            self.list.setFocus()

    def show_slice(self, by: str, value: str) -> None:
        """Everything that changed in this slice."""
        self.slices.setCurrentIndex(max(self.slices.findText(f"{by}: {preview(value, 60)}"), 0))
        self.lists.setCurrentIndex(0)
        self._choose()

    def _choose(self) -> None:
        self._wanted = None
        self._refill()

    def _refill(self, *, again: bool = False) -> None:
        """The first case is chosen; `again` the one that was, if it is still there."""
        shown, before = self._shown, self.list.currentIndex().row()
        kept = self.model.rows[before].key if again and 0 <= before < len(self.model.rows) else None
        above = self.list.verticalScrollBar().value()
        if shown is None or shown.found is None:
            return
        rows = list(self._rows(shown))
        self.model.show_rows(rows, shown.found.a.scale)
        named_ = f"{self._wanted.name}: " if self._wanted else ""
        self.count.setText(f"{named_}{counted(len(rows), 'case')}")
        if not rows:
            self._clear()
            return
        at = next((at for at, each in enumerate(rows) if each.key == kept), -1)
        self.list.setCurrentIndex(self.model.index(max(at, 0)))
        if at == before:
            self.list.verticalScrollBar().setValue(above)

    def _rows(self, shown: Comparing) -> Iterator[FlipRow]:
        first, second = shown.places
        chosen, within = self.lists.currentData(), self.slices.currentData()
        others = dict(_left_out(shown))
        if self._wanted is None and chosen in others:
            for key in others[chosen]:
                yield FlipRow(key, first.get(key, 0), second.get(key, 0), None, str(chosen))
            return
        for flip in shown.flips:
            if (within is None or tuple(within) in flip.slices) and self._is_wanted(flip, str(chosen)):
                yield FlipRow(flip.key, first.get(flip.key, 0), second.get(flip.key, 0), flip)

    def _is_wanted(self, flip: CaseFlip, chosen: str) -> bool:
        if self._wanted is not None:
            return self._wanted.holds(flip)
        return flip.kind is not FlipKind.UNCHANGED if chosen == ALL_CHANGED else flip.kind == chosen

    # one case

    def _clear(self) -> None:
        self._current = (0, 0)
        self.request.setText("No case here.")
        self.strip.show_facts(None)
        for head, text in zip(self.heads, self.texts, strict=True):
            head.show_lines([])
            text.show_text("")

    def _show_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        if not index.isValid() or self._shown is None:
            return
        chosen = self.model.rows[index.row()]
        wanted = (chosen.first, chosen.second)
        if wanted != self._current:
            self.items, self._open = (), (0, 0)
        self._current = wanted
        self.strip.show_facts(row_facts(chosen, self.model.scale) if chosen.flip else None)

        def query(workspace: Workspace) -> tuple[ReviewItem | None, ReviewItem | None]:
            one, two = (review_item(workspace, found) if found else None for found in wanted)
            return one, two

        self._session.read(query, lambda items: self._show_items(wanted, items), partial(self._not_read, wanted))

    def _not_read(self, wanted: tuple[int, int], error: Exception) -> None:
        """Nothing of the pair before stands under another one's heading."""
        if wanted == self._current:
            for head, text in zip(self.heads, self.texts, strict=True):
                head.show_lines([])
                text.show_text("This response could not be read.")
        self._session.tasks.failed.emit(error)

    def _show_items(self, wanted: tuple[int, int], items: Sequence[ReviewItem | None]) -> None:
        """Shown only if the list has not gone on meanwhile."""
        if wanted != self._current:
            return
        chosen = self.model.rows[self.list.currentIndex().row()]
        one, two = (item is not None and item.final.source in PEOPLE for item in items)
        self.strip.show_facts(row_facts(chosen, self.model.scale, (one, two)) if chosen.flip else None)
        self.items = items
        known = [item for item in items if item is not None]
        if known:
            untrusted_request = known[0].case.request
            told = COVERED if self.is_covered else preview(untrusted_request, 300)
            self.request.setText(f"{preview(known[0].case.key, 60)}: {told}")
        names = dict(zip([item.run for item in known], names_apart([item.run for item in known], 40), strict=True))
        for letter, item, head, text in zip("AB", items, self.heads, self.texts, strict=True):
            head.show_lines([_head(letter, item, names, self.model)])
            text.show_text(self._text_of(item) if item is not None else "")

    def _text_of(self, item: ReviewItem) -> str:
        if self.is_covered:
            return covered_words("response", item.case.category, "compare.uncover")
        return item.response.text

    @property
    def is_covered(self) -> bool:
        """Whether the pair that is shown is covered."""
        known = next((item for item in self.items if item is not None), None)
        return known is not None and self._open != self._current and self._session.cover.covers(known.case.category)

    def uncover(self) -> None:
        """Show the pair where it is covered, until another one is shown."""
        known = [item for item in self.items if item is not None]
        if not self.is_covered:
            self._session.notice.emit("No text is covered here.")
            return
        self._open = self._current
        self._session.count_uncovered(known[0].case.category, len(known))
        self._show_items(self._current, self.items)

    def _cover_again(self) -> None:
        self._open = (0, 0)
        if self.items:
            self._show_items(self._current, self.items)

    def step(self, by: int) -> None:
        """The next or previous case of the list."""
        at = self.list.currentIndex().row() + by
        if 0 <= at < len(self.model.rows):
            self.list.setCurrentIndex(self.model.index(at))

    def open_in_review(self) -> None:
        """Go to the case in Review, both runs side by side."""
        index = self.list.currentIndex()
        if index.isValid():
            self.case_opened.emit(self.model.rows[index.row()].key)


_SAID_BY = {
    FinalSource.ADJUDICATED: "settled",
    FinalSource.DECIDED: "decided",
    FinalSource.JUDGE: "by a judge",
    FinalSource.RULES: "by the rules",
}


def _head(letter: str, item: ReviewItem | None, names: Mapping[str, str], model: FlipList) -> str:
    if item is None:
        return f"{letter}: no response"
    who = f", {_SAID_BY[item.final.source]}" if item.final.source else ""
    return f"{letter} · {names[item.run]}: {named(model.scale, item.final.action)}{who}"


def _compared(shown: Comparing) -> tuple[int, ...]:
    """The two runs, by their ids."""
    return () if shown.found is None else (shown.found.a.id, shown.found.b.id)


def _left_out(shown: Comparing) -> tuple[tuple[str, Sequence[CaseKey]], ...]:
    """The cases that were not compared, by the reason."""
    if shown.found is None:
        return ()
    c = shown.found.comparison
    return (
        ("only in A", c.only_a),
        ("only in B", c.only_b),
        ("asked or labelled otherwise", c.changed),
        ("unscored in one of them", c.dropped),
    )


def why_not_both(cases: CompareCases) -> str:
    """Why the two versions' responses to the chosen case cannot be told apart; nothing where they can."""
    if len(cases.items) != 2 or None in cases.items:
        return NOT_BOTH
    return COVERED_BOTH if cases.is_covered else ""
