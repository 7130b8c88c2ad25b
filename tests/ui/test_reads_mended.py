"""Reads that fail say a sentence in place of waiting, and are tried again when the screen is next shown."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractListModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QDialog, QLabel, QProgressBar, QTextEdit, QWidget

from reviewer.core.changes import Changes
from reviewer.store.facts.runs import RunLine
from reviewer.store.queries.runs import runs
from reviewer.ui.cases.page import CasesPage
from reviewer.ui.exchange.export import start_export
from reviewer.ui.exchange.import_files import start_import
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.session import Session
from reviewer.ui.review.page import ReviewPage
from reviewer.ui.runs.judge_run import judge_run
from reviewer.ui.runs.new_run import NewRunDialog
from reviewer.ui.runs.send_run import send_run
from tests.ui.conftest import Settle

PAGES = ("cases", "runs", "review", "compare", "score", "agreement", "reports", "adjudicate")
WAITING = re.compile(r"…|\w+ing\b.*…")
OURS = "is damaged: no such table"
ALL = Changes(runs=True, responses=True, verdicts=True, decisions=True, suites=True, cases=True, labels=True)


def rename_tables(path: Path, *, gone: bool) -> None:
    """Take every table away from under the program, or put it back."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA legacy_alter_table=ON")
        found = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '%fts%'"
        )
        for (name,) in found.fetchall():
            if name.startswith("gone_") != gone:
                other = f"gone_{name}" if gone else name.removeprefix("gone_")
                connection.execute(f'ALTER TABLE "{name}" RENAME TO "{other}"')
        connection.commit()


def texts(shown: QWidget) -> Iterator[str]:
    """What stands on the widget: labels, panes of text, and the first rows of lists and tables."""
    for label in shown.findChildren(QLabel):
        if label.isVisible():
            yield label.text()
    for pane in shown.findChildren(QTextEdit):
        if pane.isVisible():
            yield pane.toPlainText()
    for view in shown.findChildren(QAbstractItemView):
        model = view.model()
        if view.isVisible() and model is not None:
            for row in range(min(model.rowCount(), 5)):
                for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount()):
                    yield str(model.index(row, column).data(Qt.ItemDataRole.DisplayRole) or "")


def waiting(shown: QWidget) -> list[str]:
    """What says that something is still awaited."""
    busy = [bar for bar in shown.findChildren(QProgressBar) if bar.isVisible() and bar.maximum() == 0]
    return [text for text in texts(shown) if WAITING.fullmatch(text)] + [bar.accessibleName() for bar in busy]


@pytest.fixture
def path(demo_session: Session) -> Path:
    assert demo_session.path is not None
    return demo_session.path


@pytest.mark.parametrize("page", PAGES[1:])  # the cases are shown, and read, when a workspace is opened
def test_a_page_that_cannot_be_read_says_so_and_is_read_when_it_is_shown_again(
    window: MainWindow, path: Path, settle: Settle, page: str
) -> None:
    rename_tables(path, gone=True)
    window.show_page(page)
    settle(window.session)
    assert OURS in window.notices.text
    assert waiting(window) == []
    empty = list(texts(window))
    rename_tables(path, gone=False)
    window.show_page("cases")
    window.show_page(page)
    settle(window.session)
    assert list(texts(window)) != empty
    assert waiting(window) == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_cannot_be_read_again_waits_for_nothing(
    window: MainWindow, path: Path, settle: Settle, page: str
) -> None:
    window.show_page(page)
    settle(window.session)
    window.notices.hide()
    rename_tables(path, gone=True)
    window.session.changed.emit(ALL)
    settle(window.session)
    assert OURS in window.notices.text
    assert waiting(window) == []


def first_run(session: Session, settle: Settle) -> RunLine:
    found: list[RunLine] = []
    session.read(runs, found.extend)
    settle(session)
    return next(line for line in found if line.stored)


def exporting(window: MainWindow, _line: RunLine, _folder: Path) -> QDialog:
    return start_export(window.session, window)


def importing(window: MainWindow, _line: RunLine, folder: Path) -> QDialog:
    table = folder / "cases.csv"
    table.write_text("key,request,label\nk1,How are you?,answer\n", encoding="utf-8")
    return start_import(window.session, window, [table])


def starting(window: MainWindow, _line: RunLine, _folder: Path) -> QDialog:
    dialog = NewRunDialog(window.session, window)
    show_over(dialog)
    return dialog


def sending(window: MainWindow, line: RunLine, _folder: Path) -> QDialog:
    return send_run(window.session, line, window)


def judging(window: MainWindow, line: RunLine, _folder: Path) -> QDialog:
    return judge_run(window.session, line, window)


@pytest.mark.parametrize("ask", [exporting, importing, starting, sending, judging])
def test_a_dialog_that_cannot_read_says_so(
    window: MainWindow,
    path: Path,
    settle: Settle,
    tmp_path: Path,
    ask: Callable[[MainWindow, RunLine, Path], QDialog],
) -> None:
    line = first_run(window.session, settle)
    rename_tables(path, gone=True)
    dialog = ask(window, line, tmp_path)
    settle(window.session)
    assert waiting(dialog) == []
    assert any(OURS in text for text in (*texts(dialog), window.notices.text))
    dialog.reject()


def test_a_case_that_cannot_be_read_is_not_shown_as_the_one_before(
    window: MainWindow, path: Path, settle: Settle
) -> None:
    page = window.pages["cases"]
    assert isinstance(page, CasesPage)
    before = page.panel.title.text()
    rename_tables(path, gone=True)
    page.list.choose_row(1)
    settle(window.session)
    assert page.panel.title.text() != before
    assert page.panel.detail is None
    assert OURS in window.notices.text


def test_review_stays_at_the_case_that_is_shown(window: MainWindow, path: Path, settle: Settle) -> None:
    window.show_page("review")
    settle(window.session)
    page = window.pages["review"]
    assert isinstance(page, ReviewPage)
    assert page.state.current is not None
    rename_tables(path, gone=True)
    page.list.setCurrentIndex(page.list_model.index(5))
    page.list.clicked.emit(page.list_model.index(5))
    settle(window.session)
    assert page.list.currentIndex().row() == page.state.current.index
    assert page.state.wanted == page.state.current.index
    assert OURS in window.notices.text
