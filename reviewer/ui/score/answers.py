"""The score screen's answers to "why?": the responses behind each figure and mark, listed below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from reviewer.app.figures import behind
from reviewer.core.actions import ActionId
from reviewer.core.scoring.score import FigureKey, Slice
from reviewer.ui.score.asking import Asking
from reviewer.ui.score.behind_list import Reviewable
from reviewer.ui.score.cards import cell_words
from reviewer.ui.score.cells import ConfusionPanel
from reviewer.ui.score.distances import DistanceChart, distance_name
from reviewer.ui.score.dot_plot import DotPlot, slice_name
from reviewer.ui.score.panels import ChartPanel, FiguresPanel
from reviewer.ui.score.state import Scoring
from reviewer.wording.plain_text import preview


@dataclass(frozen=True)
class Panels:
    """What can be asked; the charts are those of the panels."""

    figures: FiguresPanel
    confusion: ConfusionPanel
    frontier: ChartPanel
    distances: Sequence[ChartPanel]
    distance_charts: Sequence[DistanceChart]
    slices: ChartPanel
    slices_chart: DotPlot


class ScoreAnswers:
    """Asks for what is behind what was opened. `tabled` are the slices in the rows of their table."""

    def __init__(self, asking: Asking, state: Scoring, panels: Panels, review: Callable[[Reviewable], object]) -> None:
        self._asking, self._state, self._panels = asking, state, panels
        self.tabled: Sequence[Slice] = ()
        charted = (panels.frontier, *panels.distances, panels.slices)
        for answer in (panels.figures.behind, panels.confusion.behind, *(panel.behind for panel in charted)):
            answer.review_wanted.connect(review)
        panels.confusion.map.cell_opened.connect(self._ask_cell)
        panels.figures.figure_opened.connect(self._ask_figure)
        panels.frontier.chart.mark_opened.connect(self._ask_point)
        for number, chart in enumerate(panels.distance_charts):
            chart.mark_opened.connect(partial(self._ask_distance, number))
        panels.slices_chart.mark_opened.connect(lambda row: self._ask_slice(panels.slices_chart.slices[row]))
        panels.slices.table.row_opened.connect(lambda row: self._ask_slice(self.tabled[row]))

    def _ask_figure(self, key: FigureKey, name: str) -> None:
        answer = self._panels.figures.behind
        self._asking.ask(answer, name, partial(behind.behind_figure, key=key), then=answer.list.setFocus)

    def _ask_cell(self, label: str, final: str) -> None:
        first, answer = self._state.scores.first if self._state.scores else None, self._panels.confusion.behind
        if first is not None:
            ask = partial(behind.behind_cell, label=ActionId(label), final=ActionId(final))
            self._asking.ask(answer, cell_words(first.card, label, final), ask, [0], answer.list.setFocus)

    def _ask_point(self, number: int) -> None:
        """The versions come first; constant policies have no responses."""
        runs, answer = self._state.scores.scored if self._state.scores else (), self._panels.frontier.behind
        if number < len(runs):
            name = preview(runs[number].line.name, 60)
            self._asking.ask(answer, name, behind.behind_point, [number], answer.list.setFocus)

    def _ask_distance(self, number: int, mark: int) -> None:
        answer, chart = self._panels.distances[number].behind, self._panels.distance_charts[number]
        steps = [0, *(step for step in chart.distances if step)][mark]
        ask = partial(behind.behind_distance, steps=steps)
        self._asking.ask(answer, distance_name(steps), ask, [number], answer.list.setFocus)

    def _ask_slice(self, found: Slice) -> None:
        first, answer = self._state.scores.first if self._state.scores else None, self._panels.slices.behind
        if first is not None:
            ask = partial(behind.behind_slice, by=found.by, value=found.value)
            self._asking.ask(answer, slice_name(first.card.scale, found), ask, then=answer.list.setFocus)
