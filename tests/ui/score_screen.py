"""The score screen as tests use it: by keyboard, in the real window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reviewer.app.figures.scores import ScoredRun, score_run
from reviewer.core.scoring.score import Options
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.session import Session
from reviewer.ui.review.page import ReviewPage
from reviewer.ui.score.page import ScorePage


class Screen:
    """The window with the score screen on it."""

    def __init__(self, window: MainWindow, settle: Callable[[Session], None]) -> None:
        self.window, self.session, self._settle = window, window.session, settle
        window.show_page("score")
        self.settle()
        page = window.pages["score"]
        assert isinstance(page, ScorePage)
        self.page = page

    def settle(self) -> None:
        self._settle(self.session)
        QApplication.processEvents()

    def press(self, *keys: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for key in keys:
            QTest.keyClick(self.window.focusWidget() or self.window, key, modifier)
            self.settle()

    def stored(self, run: str, options: Options | None = None) -> ScoredRun:
        """The run scored anew from the workspace."""
        got: list[ScoredRun] = []
        self.session.read(lambda workspace: score_run(workspace, run, options), got.append)
        self.settle()
        return got[0]

    @property
    def shown(self) -> ScoredRun:
        assert self.page.state.scores is not None
        first = self.page.state.scores.first
        assert first is not None
        return first

    def figures(self) -> dict[str, tuple[str, ...]]:
        table = self.page.figures.table.figures.table
        return {cells[0]: cells[1:] for cells in table.rows}

    def counts(self) -> dict[str, tuple[str, ...]]:
        return {cells[0]: cells[1:] for cells in self.page.counts.figures.table.rows}


def reviewed_case(screen: Screen) -> tuple[str, str]:
    page = screen.window.pages["review"]
    assert isinstance(page, ReviewPage)
    assert page.state.current is not None
    left = page.state.current.left
    assert left is not None
    return left.run, left.case.key
