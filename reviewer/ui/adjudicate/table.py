"""The matter on the table: the request, the response, what was said of it side by side, and the strip that settles."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.cases import Case
from reviewer.review.docket import OnTheTable
from reviewer.ui.adjudicate.cards import Cards, decision_cards, dispute_cards
from reviewer.ui.adjudicate.ruling_line import RulingLine
from reviewer.ui.kit.called_by_qt import handles
from reviewer.ui.kit.cover import covered_words
from reviewer.ui.kit.one_line import OneLine
from reviewer.ui.kit.reading import ReadingPane
from reviewer.ui.kit.strip import Marker, StripFacts
from reviewer.ui.kit.theme import GRID, small_font
from reviewer.ui.review.scale_cells import ScaleCells
from reviewer.ui.runs.table import one_line

REQUEST_SHARE = 0.22
"""Of the height, at most, for a request over its response: the response has the rest."""
_ANY_HEIGHT = 16_777_215
"""Qt's own largest size of a widget, which its Python names leave out."""
KEEP, CANNOT_DECIDE = "keep the label", "cannot decide"
SHOWS = "adjudicate.page_down"
"""The command that shows a covered text, before it reads on."""


class MatterView(QWidget):
    """Shows one matter; what is pressed is up to `Settling`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scale: ActionScale | None = None
        self._points = 12
        self.facts, self.hint = OneLine(), OneLine()
        self.request, self.response = ReadingPane("Request"), ReadingPane("Response")
        self.cards = Cards()
        self.ruling = RulingLine()
        self.cells = ScaleCells("Settle", "adjudicate.settle", "adjudicate.cannot_decide")
        self.facts.setFont(small_font(self.facts.font()))
        self.facts.setAccessibleName("Case")
        self.hint.setFont(small_font(self.hint.font()))
        self.hint.setAccessibleName("What to press")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        for widget, stretch in (
            (self.facts, 0),
            (self.request, 2),
            (self.response, 5),
            (self.cards, 2),
            (self.ruling, 0),
            (self.cells, 0),
            (self.hint, 0),
        ):
            layout.addWidget(widget, stretch)

    def set_scale(self, scale: ActionScale) -> None:
        if self.scale is None or self.scale.hash != scale.hash:
            self.scale = scale
            self.cells.set_scale(scale)

    def set_points(self, points: int) -> None:
        self._points = points
        for pane in (self.request, self.response):
            pane.set_points(points)

    def show_matter(self, matter: OnTheTable, me: str, *, covered: bool = False) -> None:
        """The same again stays where it was scrolled to. Where it is `covered`, no text of it is shown."""
        scale = self.scale
        if scale is None:
            return
        self.facts.show_lines([_facts(matter.case)])
        request, response = conversation(matter.case), matter.item.response.text if matter.item is not None else ""
        if covered:
            request, response = (covered_words(what, matter.case.category, SHOWS) for what in ("request", "response"))
        self.request.show_text(request, stay=True)
        self.response.setVisible(matter.item is not None)
        if matter.item is not None:
            self.response.show_text(response, stay=True)
            self.cards.show_cards(decision_cards(matter.decisions, scale, me, covered=covered), self._points)
        elif matter.dispute is not None:
            self.response.show_text("")
            self.cards.show_cards(dispute_cards(matter.dispute, scale, me, covered=covered), self._points)
        self._fit()
        self.cells.show_facts(_strip(matter, scale))
        self.cells.none_words = KEEP if matter.dispute is not None else CANNOT_DECIDE
        self.cells.caption()

    @handles
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """A request takes its own height, up to a share; of a disputed label, where nothing else is read, all of it."""
        share = min(self.request.own_height(), int(self.height() * REQUEST_SHARE))
        over = not self.response.isHidden()
        self.request.setMinimumHeight(share if over else 0)
        self.request.setMaximumHeight(share if over else _ANY_HEIGHT)

    def show_nothing(self, why: str) -> None:
        self.facts.show_lines([])
        self.request.show_text("")
        self.response.show_text(why)
        self.response.show()
        self._fit()
        self.cards.show_cards([], self._points)
        self.cells.show_facts(None)
        self.press(None, enabled=False)

    def press(self, action: ActionId | None, *, enabled: bool, none: bool = False) -> None:
        """Frame the cell of the action that waits for its cause or note; `none` frames the last one."""
        rank = None if self.scale is None or action is None else self.scale.rank(action)
        self.cells.press(len(self.scale) if none and self.scale is not None else rank, enabled=enabled)

    def read_on(self, pages: int) -> None:
        """Scroll the response by nearly a page; of a label dispute the request."""
        bar = (self.response if self.response.isVisible() else self.request).verticalScrollBar()
        bar.setValue(bar.value() + pages * (bar.pageStep() - 2 * GRID))


def conversation(case: Case) -> str:
    """All turns, each under who said it; one request alone is itself."""
    if len(case.messages) == 1 and not case.messages[0].name:
        return case.request
    return "\n\n".join(f"{each.speaker.capitalize()}:\n{each.shown}" for each in case.messages)


def _facts(case: Case) -> str:
    named = [case.key, case.category, case.segment, *case.tags, "borderline" if case.borderline else ""]
    return " · ".join(one_line(each) for each in named if each)


def _strip(matter: OnTheTable, scale: ActionScale) -> StripFacts:
    if matter.dispute is not None:
        present, proposed = matter.dispute.present, matter.dispute.proposed
        return StripFacts(scale, present.label, present.band, (Marker(proposed.label, "Proposed", solid=True),))
    said = tuple(Marker(each.action, one_line(each.reviewer), solid=True) for each in matter.decisions)
    return StripFacts(scale, matter.case.label, matter.case.band, said)
