"""A workspace that breaks while it is open: no page waits for ever, none shows one thing under another one's name."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from reviewer.ui.cases.page import CasesPage
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.frame.pages import PAGES
from reviewer.ui.kit.session import Session
from tests.ui.conftest import Settle

BUSY = ("looking", "reading", "importing", "making", "computing", "loading")


def break_it(path: Path) -> None:
    """Another program takes the responses and cases away under the window."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE response RENAME TO response_gone")
        connection.execute('ALTER TABLE "case" RENAME TO case_gone')
        connection.commit()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_cannot_read_says_so_and_waits_for_nothing(
    name: str, window: MainWindow, demo_session: Session, settle: Settle
) -> None:
    told: list[object] = []
    demo_session.tasks.failed.connect(told.append)
    assert demo_session.path is not None
    break_it(demo_session.path)
    window.show_page(name)
    settle(demo_session)
    QApplication.processEvents()
    shown = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
    assert not [text for text in shown if text.lower().startswith(BUSY)]
    # the fonts that texts need are looked for in steps of their own
    settle(demo_session)
    assert demo_session.tasks.under_way == 0
    # the cases were read when the workspace was opened, and the gate reads runs until it is run
    assert bool(told) is (name not in ("cases", "gate"))


def test_the_case_before_does_not_stay_beside_the_row_of_another(
    window: MainWindow, demo_session: Session, settle: Settle
) -> None:
    window.show_page("cases")
    settle(demo_session)
    page = window.pages["cases"]
    assert isinstance(page, CasesPage)
    assert page.panel.detail is not None
    assert demo_session.path is not None
    break_it(demo_session.path)
    page.list.choose_row(3)
    settle(demo_session)
    assert page.panel.detail is None
    assert window.notices.text
