"""The versions of the scored run's suite over time, on the score screen."""

from __future__ import annotations

from reviewer.app.figures.trends import FollowedRuns
from reviewer.ui.kit.figures_table import FiguresTable
from reviewer.ui.score.panels import ChartPanel
from reviewer.ui.score.trend_chart import TrendChart, trend_table

LOOK_ONLY = "Point at a version, or step through them with the arrow keys."


class TrendPanel(ChartPanel):
    """Away where the suite has too few runs for a trend."""

    def __init__(self) -> None:
        self.lines = TrendChart()
        super().__init__("", self.lines, FiguresTable("Versions"), hint=LOOK_ONLY)
        self.hide()

    def show_runs(self, found: FollowedRuns | None) -> None:
        self.setVisible(found is not None)
        if found is None:
            return
        newest = f", the {len(found.names)} newest" if found.n_older else ""
        self.title.setText(f"Versions of the suite{newest}, on the {found.trend.n_shared:,} cases that all answered")
        self.lines.show_runs(found)
        self.show_table(trend_table(found))
        self.say(found.sentence)
