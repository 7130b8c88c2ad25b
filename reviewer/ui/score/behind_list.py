"""The responses behind a figure or a mark that was asked "why?", in a list below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from reviewer.app.figures.behind import Behind, JudgedResponse
from reviewer.app.figures.scores import ScoredRun
from reviewer.ui.kit.page import plain_label
from reviewer.ui.kit.theme import GRID
from reviewer.ui.score.cards import version_name
from reviewer.ui.score.cell_cases import CellCase, CellList
from reviewer.wording.plural import counted
from reviewer.wording.tables import named


@dataclass(frozen=True)
class Reviewable:
    """Responses of a run that are to be reviewed as one queue, and which of them first."""

    run: ScoredRun
    title: str
    responses: Sequence[JudgedResponse]
    begin: int


class BehindList(QWidget):
    """Away until something is asked. `review_wanted` carries a `Reviewable`."""

    review_wanted = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = plain_label()
        self.list = CellList(f"{name}: responses behind it")
        self.title.setFont(self.list.font())
        self.list.activated.connect(self._open)
        self._name = ""
        self._found: Sequence[tuple[ScoredRun, Behind]] = ()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.title)
        layout.addWidget(self.list)
        self.hide()

    def show_behind(self, name: str, found: Sequence[tuple[ScoredRun, Behind]]) -> None:
        """What is behind `name` in each of one or two runs."""
        self._name, self._found = name, found
        runs = [run for run, _ in found]
        if len(runs) > 1:
            words = "; ".join(f"{version_name(runs, run)}: {behind.words}" for run, behind in found)
        else:
            words = "".join(behind.words for _, behind in found)
        cases = [
            CellCase(one.seen.case, one.seen.repeat, one.seen.reviewed, _said(run, runs, one))
            for run, behind in found
            for one in behind.responses
        ]
        self.title.setText(f"{name}: {words}. {'Return opens one in Review.' if cases else ''}".rstrip())
        self.list.show_cases(cases)
        self.setVisible(bool(found))

    def close_list(self) -> None:
        self.show_behind("", ())

    def _open(self, index: QModelIndex) -> None:
        place = index.row()
        for run, behind in self._found:
            if place < len(behind.responses):
                self.review_wanted.emit(Reviewable(run, self._name, behind.responses, place))
                return
            place -= len(behind.responses)


def _said(run: ScoredRun, runs: Sequence[ScoredRun], one: JudgedResponse) -> str:
    """`A  1 answer → 5 refuse, credit 0, 4 steps over-cautious`."""
    scale, seen = run.card.scale, one.seen
    letter = f"{'AB'[runs.index(run)]}   " if len(runs) > 1 else ""
    if seen.final.action is None or one.credit is None:
        return f"{letter}{named(scale, seen.label)} → unscored: {seen.final.reason}"
    steps = abs(one.distance or 0)
    side = "over-cautious" if (one.distance or 0) > 0 else "under-cautious"
    apart = f", {counted(steps, 'step')} {side}" if steps else ""
    return f"{letter}{named(scale, seen.label)} → {named(scale, seen.final.action)}, credit {one.credit:g}{apart}"
