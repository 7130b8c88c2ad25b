"""Carrying decisions over from the list of runs: said first, stored when asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from reviewer.core.actions import DEFAULT_SCALE
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import Classified
from reviewer.store.queries import review
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.review.history import history_text
from reviewer.ui.runs.carrying import CarryOverDialog
from tests.support.builders import REFUSE, decide, fill, make_cases, make_response, make_run
from tests.support.long_import import end_import, importing
from tests.ui.conftest import WAIT_MS, Fill, Settle


def two_runs(workspace: Workspace) -> None:
    cases = make_cases(3)
    filled = fill(workspace, cases)
    same = [Classified(make_response(case.key), ()) for case in cases]
    make_run(workspace, filled.suite_id, same, name="next")
    for response_id in filled.response_ids[:2]:
        decide(workspace, response_id, REFUSE, "ann")


@pytest.fixture
def runs_page(window: MainWindow, settle: Settle, open_filled: Callable[[Fill], None]) -> MainWindow:
    window.session.change_settings(replace(window.session.settings, reviewer="lead"))
    open_filled(two_runs)
    window.show_page("runs")
    settle(window.session)
    return window


def test_it_waits_for_another_program(
    soon_tried_again: None, runs_page: MainWindow, settle: Settle, qtbot: QtBot, tmp_path: Path
) -> None:
    session, said = runs_page.session, list[str]()
    session.notice.connect(said.append)
    with importing(tmp_path / "own.sqlite") as process:
        runs_page.commands["runs.carry_over"].trigger()
        settle(session)
        (dialog,) = runs_page.findChildren(CarryOverDialog)
        dialog.store.click()
        qtbot.waitUntil(
            lambda: any("Carrying decisions over is not stored yet" in each for each in said), timeout=WAIT_MS
        )
        end_import(process)
    qtbot.waitUntil(lambda: any("They were carried over and are marked." in each for each in said), timeout=WAIT_MS)


def test_it_is_said_first_and_stored_when_asked_for(runs_page: MainWindow, settle: Settle) -> None:
    session = runs_page.session
    runs_page.commands["runs.carry_over"].trigger()
    settle(session)
    (dialog,) = runs_page.findChildren(CarryOverDialog)
    assert "2 decisions of run hold for next, on 2 responses." in dialog.sentence.text()
    dialog.store.click()
    settle(session)
    items = [session.tasks.database_call(partial(review.review_item, session.workspace, each)) for each in (4, 5, 6)]
    assert [[event.action for event in item.events] for item in items] == [[REFUSE], [REFUSE], []]
    assert all(event.carried_from for item in items for event in item.events)
    assert history_text(items, DEFAULT_SCALE).count("carried over from another run") == 2
