"""A chart with its table under it: the figures are read without the chart."""

from __future__ import annotations

from reviewer.ui.kit.figures_table import FiguresTable
from reviewer.ui.kit.marked import MarkedChart
from reviewer.ui.score.panels import ChartPanel

LOOK_ONLY = "Point at a mark, or step through them with the arrow keys."


class ChartOverTable(ChartPanel):
    """Its marks list no responses. Tables in place of charts leave the table alone."""

    def __init__(self, chart: MarkedChart, table: str) -> None:
        super().__init__("", chart, FiguresTable(table), hint=LOOK_ONLY)
        self.table.setToolTip("Copy the chosen rows with Ctrl+C.")

    def _arrange(self) -> None:
        super()._arrange()
        self.table.setVisible(bool(self._shown.rows))
