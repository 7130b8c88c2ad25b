"""Finding words on the page of a report: in its labels and in the cells of its tables, in the order of reading."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QScrollArea, QTableView, QWidget

from reviewer.ui.kit.called_by_qt import filters, paints
from reviewer.ui.kit.finding import Searchable
from reviewer.ui.kit.theme import ACCENT, GRID, is_dark

BREAK = "\u200b"
"""Where an unbroken text may end its line; stands in labels only."""
_BETWEEN = "\n\ue000\n"
"""Stands between two texts, and no words are found over it."""


HEADING = -1
"""The row of a table's headings."""


class _Text(NamedTuple):
    """What a label, one cell of a table or one of its headings says."""

    part: QLabel | QTableView
    words: str
    row: int = 0
    column: int = 0


class _Occurrence(NamedTuple):
    text: _Text
    start: int
    end: int


class PageSearch:
    """Of the page that a scroll area shows. A line is drawn round the label or the cell that the place stands in."""

    def __init__(self, area: QScrollArea) -> None:
        self._area = area
        self._texts: list[_Text] | None = None
        self._begins: list[int] = []
        self._searchable = Searchable("")
        self._places: list[_Occurrence] = []
        self._ring: FoundRing | None = None
        self._selected: QLabel | None = None

    def find(self, words: str) -> int:
        if self._texts is None:
            self._texts = list(_texts_on(self._page))
            self._begins, at = [], 0
            for text in self._texts:
                self._begins.append(at)
                at += len(text.words) + len(_BETWEEN)
            self._searchable = Searchable(_BETWEEN.join(text.words for text in self._texts))
        self._places = [self._place(found.start, found.end) for found in self._searchable.find(words)]
        self._let_go()
        return len(self._places)

    def _place(self, start: int, end: int) -> _Occurrence:
        at = bisect_right(self._begins, start) - 1
        text = (self._texts or [])[at]
        return _Occurrence(text, start - self._begins[at], end - self._begins[at])

    def first_from_here(self) -> int:
        top = self._area.verticalScrollBar().value()
        return next((at for at, each in enumerate(self._places) if self._area_of(each.text).bottom() >= top), 0)

    def go(self, at: int, *, unfold: bool) -> None:
        """Nothing is folded on a page, so there is nothing to `unfold`."""
        place = self._places[at]
        around = self._area_of(place.text)
        middle = around.center()
        # the edges of a high cell first, so that its beginning is seen where it has no room
        self._area.ensureVisible(middle.x(), around.bottom(), 0, 4 * GRID)
        self._area.ensureVisible(middle.x(), around.top(), 0, 4 * GRID)
        self._let_go()
        self._ring = FoundRing(self._page, partial(self._area_of, place.text))
        if isinstance(place.text.part, QLabel):
            self._selected = place.text.part
            _select(place.text.part, place.start, place.end)
        elif place.text.row != HEADING:
            place.text.part.setCurrentIndex(place.text.part.model().index(place.text.row, place.text.column))

    def forget(self) -> None:
        self._places, self._texts = [], None
        self._let_go()

    def begin_anew(self) -> None:
        self.forget()

    @property
    def _page(self) -> QWidget:
        return self._area.widget() or self._area

    def _area_of(self, text: _Text) -> QRect:
        """Where the text stands on the page."""
        part, page = text.part, self._page
        if isinstance(part, QLabel):
            return QRect(part.mapTo(page, QPoint(0, 0)), part.size())
        if text.row == HEADING:
            header = part.horizontalHeader()
            place = QPoint(header.sectionViewportPosition(text.column), 0)
            size = QSize(header.sectionSize(text.column), header.height())
            return QRect(header.viewport().mapTo(page, place), size)
        cell = part.visualRect(part.model().index(text.row, text.column))
        return QRect(part.viewport().mapTo(page, cell.topLeft()), cell.size())

    def _let_go(self) -> None:
        """Nothing is pointed at; the page may have gone meanwhile, and everything on it."""
        if self._ring is not None and shiboken6.isValid(self._ring):
            self._ring.hide()
            self._ring.deleteLater()
        if self._selected is not None and shiboken6.isValid(self._selected):
            self._selected.setSelection(0, 0)
        self._ring = self._selected = None


class FoundRing(QWidget):
    """A line round what was found, through which the mouse goes; it stays there when the page gets another size."""

    def __init__(self, page: QWidget, around: Callable[[], QRect]) -> None:
        super().__init__(page)
        self._around = around
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        page.installEventFilter(self)
        self._put_round()
        self.show()
        self.raise_()

    def _put_round(self) -> None:
        self.setGeometry(self._around().adjusted(-GRID // 2, -GRID // 4, GRID // 2, GRID // 4))

    @filters
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            QTimer.singleShot(0, self, self._put_round)  # what stands on the page gets its place first
        return super().eventFilter(watched, event)

    @paints
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QPen(QColor(ACCENT[is_dark()][0]), 2))
        painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()


def _texts_on(page: QWidget) -> Iterator[_Text]:
    """From top to bottom; of a table row by row. A layout gives its widgets in the order in which they were added."""
    for part in page.findChildren(QWidget):
        if isinstance(part, QTableView):
            yield from _cells_of(part)
        elif isinstance(part, QLabel):
            yield _Text(part, part.text().replace(BREAK, ""))


def _cells_of(table: QTableView) -> Iterator[_Text]:
    model = table.model()
    if not table.horizontalHeader().isHidden():
        for column in range(model.columnCount()):
            heading = model.headerData(column, Qt.Orientation.Horizontal)
            yield _Text(table, str(heading or ""), HEADING, column)
    for row in range(model.rowCount()):
        for column in range(model.columnCount()):
            yield _Text(table, str(model.index(row, column).data() or ""), row, column)


def _select(label: QLabel, start: int, end: int) -> None:
    """Select some of its words, which are counted without the places where a line may end."""
    letters = [at for at, letter in enumerate(label.text()) if letter != BREAK]
    if start < end <= len(letters):
        label.setSelection(letters[start], letters[end - 1] + 1 - letters[start])
