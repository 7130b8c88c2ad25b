"""What a person chose, and where they looked, stays while what is shown is read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QModelIndex, QSignalBlocker
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QTableView

Names = Callable[[], Sequence[Hashable]]
"""What each row of a view is of, from the first; names that stand more than once are told apart by their order."""


@contextmanager
def kept_place(view: QTableView, names: Names, *, quiet: bool = False) -> Iterator[None]:
    """In the block other rows are put into the view. The chosen row stays chosen and the one that is seen first stays
    where it is, under their names; where the chosen one has gone, none is chosen.

    A `quiet` view tells nobody that the row was put back.
    """
    before = _numbered(names())
    current, top = view.currentIndex(), view.rowAt(0)
    chosen = before[current.row()] if 0 <= current.row() < len(before) else None
    first = before[top] if 0 <= top < len(before) else None
    across, above = view.horizontalScrollBar().value(), view.rowViewportPosition(top) if first else 0
    yield
    after = _numbered(names())
    row = after.index(chosen) if chosen in after else -1
    if view.currentIndex().row() != row:
        _choose(view, row, current.column(), quiet=quiet)
    if first in after:
        _bring_back(view, after.index(first), above)
    view.horizontalScrollBar().setValue(across)


def _numbered(names: Sequence[Hashable]) -> list[tuple[Hashable, int]]:
    seen: Counter[Hashable] = Counter()
    found = []
    for name in names:
        found.append((name, seen[name]))
        seen[name] += 1
    return found


def _choose(view: QTableView, row: int, column: int, *, quiet: bool) -> None:
    """Without scrolling to it."""
    scrolls = view.hasAutoScroll()
    view.setAutoScroll(False)
    blocker = QSignalBlocker(view.selectionModel()) if quiet else None
    if row < 0:
        view.clearSelection()
    view.setCurrentIndex(view.model().index(row, max(column, 0)) if row >= 0 else QModelIndex())
    if blocker is not None:
        blocker.unblock()
        view.viewport().update()
    view.setAutoScroll(scrolls)


def _bring_back(view: QTableView, row: int, above: int) -> None:
    bar = view.verticalScrollBar()
    if view.verticalScrollMode() is QAbstractItemView.ScrollMode.ScrollPerItem:
        bar.setValue(row)
    else:
        bar.setValue(bar.value() + view.rowViewportPosition(row) - above)


def offer(combo: QComboBox, choices: Sequence[tuple[str, object]], chosen: object) -> None:
    """Let these be chosen, words and what they stand for, of which `chosen` is. What is there already is not put in
    anew: a list that hangs open stays open."""
    there = [(combo.itemText(at), _as_given(combo.itemData(at))) for at in range(combo.count())]
    if there != list(choices):
        combo.clear()
        for words, data in choices:
            combo.addItem(words, data)
    at = next((at for at, (_, data) in enumerate(choices) if data == chosen), -1)
    if combo.currentIndex() != at:
        combo.setCurrentIndex(at)


def _as_given(data: object) -> object:
    """Qt gives back a tuple as a list."""
    return tuple(data) if isinstance(data, list) else data
