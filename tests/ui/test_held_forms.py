"""Imports, new suites, plans, scales, packets and what else is asked for in a dialog wait for another program's import;
where one goes to needs nothing stored. What waits is told when the window, the workspace or the lock would lose it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from reviewer.review.blinding import Blinding, read_blinding
from reviewer.store.facts.review import Design, QueueFilter
from reviewer.store.queries import plans, suites
from reviewer.ui.cases.new_suite import NewSuiteDialog
from reviewer.ui.cases.rescale import RescaleDialog
from reviewer.ui.exchange.import_files import ImportDialog, start_import
from reviewer.ui.frame.ending import EndAsked
from reviewer.ui.frame.restoring import RestoreDialog
from reviewer.ui.kit.held_writes import waiting
from reviewer.ui.review.page import ReviewPage
from reviewer.ui.review.queue_plan import QueuePlanDialog
from tests.support.builders import filled_workspace
from tests.support.long_import import end_import, importing
from tests.ui.conftest import WAIT_MS
from tests.ui.frame.test_ending import Leaving
from tests.ui.test_held_elsewhere import CASES, WAITS, Desk, desk

__all__ = ["desk"]


DialogT = TypeVar("DialogT", bound=QDialog)


def shown(desk: Desk, kind: type[DialogT]) -> DialogT:
    (dialog,) = (each for each in desk.window.findChildren(kind) if each.isVisible())
    return dialog


def opened(desk: Desk, command: str, kind: type[DialogT]) -> DialogT:
    desk.window.commands[command].trigger()
    desk.settle()
    return shown(desk, kind)


def suite_names(desk: Desk) -> object:
    return desk.read(lambda workspace: [line.name for line in suites.stored_suites(workspace)])


def reviewing(desk: Desk) -> ReviewPage:
    desk.window.show_page("review")
    desk.settle()
    page = desk.window.pages["review"]
    assert isinstance(page, ReviewPage)
    return page


def ready_import(desk: Desk, tmp_path: Path, qtbot: QtBot) -> ImportDialog:
    path = tmp_path / "more.jsonl"
    rows = [{"key": f"new-{n}", "request": f"How do I bake {n} loaves?", "label": "answer"} for n in range(40)]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    dialog = start_import(desk.session, desk.window, [path])
    assert isinstance(dialog, ImportDialog)
    qtbot.waitUntil(dialog.import_.isEnabled, timeout=WAIT_MS)
    return dialog


def test_an_import_waits_in_its_window_and_is_stored(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    with importing(desk.path) as process:
        dialog = ready_import(desk, tmp_path, qtbot)  # it is looked at and tried all the same
        dialog.import_.click()
        desk.wait_for(f"The import of more.jsonl {WAITS}")
        assert "Cancel gives it up." in dialog.summary.text()
        assert "import" in dialog.summary.text().partition("gives it up.")[2]  # what holds it
        assert not dialog.import_.isEnabled()
        assert dialog.bar.isHidden()
        end_import(process)
    desk.wait_until_stored()
    assert dialog.summary.text() == "Imported: 40 new cases."
    assert suite_names(desk) == ["Suite", "more"]


def test_an_import_that_waits_is_given_up_by_cancel(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    with importing(desk.path) as process:
        dialog = ready_import(desk, tmp_path, qtbot)
        dialog.import_.click()
        desk.wait_for(WAITS)
        dialog.cancel.click()
        desk.wait_for("more.jsonl: nothing was imported.")
        end_import(process)
    desk.wait_until_stored()
    assert suite_names(desk) == ["Suite"]


def test_a_new_suite_waits_in_its_dialog(desk: Desk) -> None:
    desk.window.show_page("cases")
    desk.settle()
    with importing(desk.path) as process:
        dialog = opened(desk, "cases.new_suite", NewSuiteDialog)
        QTest.keyClicks(dialog.name, "later")
        dialog.make.click()
        desk.wait_for(f"Your new suite {WAITS}")
        assert WAITS in dialog.note.text()
        assert not dialog.make.isEnabled()
        end_import(process)
    desk.wait_until_stored()
    assert suite_names(desk) == ["Suite", "later"]
    assert not [each for each in desk.window.findChildren(NewSuiteDialog) if each.isVisible()]


def test_a_new_suite_that_waits_is_given_up_with_a_word(desk: Desk) -> None:
    desk.window.show_page("cases")
    desk.settle()
    with importing(desk.path) as process:
        dialog = opened(desk, "cases.new_suite", NewSuiteDialog)
        QTest.keyClicks(dialog.name, "later")
        dialog.make.click()
        desk.wait_for(WAITS)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        desk.wait_for("Your new suite was given up; nothing was stored.")
        end_import(process)
    desk.wait_until_stored()
    assert suite_names(desk) == ["Suite"]


def test_another_workspace_leaves_what_a_dialog_asked_for_in_its_own(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    other = tmp_path / "other.sqlite"
    filled_workspace(other, CASES).workspace.close()
    desk.window.show_page("cases")
    desk.settle()
    with importing(desk.path) as process:
        dialog = opened(desk, "cases.new_suite", NewSuiteDialog)
        QTest.keyClicks(dialog.name, "later")
        dialog.make.click()
        desk.wait_for(WAITS)
        desk.session.open(other, create=False)
        qtbot.waitUntil(lambda: desk.session.path == other, timeout=WAIT_MS)
        desk.wait_for("1 thing that you did in own.sqlite is not stored yet: it waits, and is stored there")
        end_import(process)
    desk.wait_for("stored in own.sqlite, where you did it")
    desk.wait_until_stored()
    assert suite_names(desk) == ["Suite", "later"]


def test_a_plan_waits_in_its_dialog(desk: Desk) -> None:
    page = reviewing(desk)
    with importing(desk.path) as process:
        dialog = opened(desk, "review.plan", QueuePlanDialog)
        dialog.draw.click()
        desk.wait_for(f"Your review queue {WAITS}")
        assert WAITS in dialog.trouble.text()
        end_import(process)
    desk.wait_until_stored()
    assert page.state.queue is not None
    assert str(page.state.queue.filter).startswith("plan ")


def test_an_order_that_is_to_be_drawn_waits_and_the_queue_stays(desk: Desk) -> None:
    page = reviewing(desk)
    assert page.state.queue is not None
    before, run_id = page.state.queue.filter, page.state.queue.run.id
    design: Design = "uniform"
    with importing(desk.path) as process:
        page.state.load(run_id, 0, QueueFilter.RANDOM)
        desk.wait_for(f"The order of the queue {WAITS}")
        assert page.state.queue.filter == before
        assert desk.failed  # it says what keeps it
        desk.failed.clear()
        end_import(process)
    desk.wait_for("The order of the queue is drawn. Choose the queue again.")
    desk.wait_until_stored()
    assert desk.read(lambda workspace: plans.latest_plan(workspace, run_id, design) is not None)


def test_a_change_of_the_scale_waits_in_its_dialog(desk: Desk) -> None:
    desk.window.show_page("cases")
    desk.settle()
    dialog = opened(desk, "cases.rescale", RescaleDialog)
    QTest.keyClicks(dialog.reason, "A partial answer is one of ours.")
    desk.settle()
    assert dialog.change.isEnabled()
    with importing(desk.path) as process:
        dialog.change.click()
        desk.wait_for(f"Your change of the scale {WAITS}")
        assert WAITS in dialog.summary.text()
        assert not dialog.change.isEnabled()
        end_import(process)
    desk.wait_until_stored()
    scales = desk.read(lambda workspace: [len(line.scale) for line in suites.stored_suites(workspace)])
    assert scales != [5]


def test_one_goes_to_a_case_at_once(desk: Desk) -> None:
    desk.window.show_page("cases")
    desk.settle()
    cases = desk.window.pages["cases"]
    with importing(desk.path) as process:
        cases.list.choose_row(2)  # type: ignore[attr-defined]
        desk.settle()
        desk.window.commands["cases.responses"].trigger()
        desk.settle()
        assert desk.window.page == "review"
        page = desk.window.pages["review"]
        assert isinstance(page, ReviewPage)
        assert page.state.current is not None
        assert page.state.current.response_id == 3
        assert desk.failed == []
        end_import(process)
    desk.wait_until_stored()


def test_how_one_reviews_blind_waits(desk: Desk) -> None:
    page = reviewing(desk)
    with importing(desk.path) as process:
        page.state.blind.choose(Blinding(on=True, again=10))
        assert page.state.blind.on
        desk.wait_for(f"How you review blind {WAITS}")
        end_import(process)
    desk.wait_until_stored()
    kept = desk.read(read_blinding)
    assert isinstance(kept, Blinding)
    assert (kept.on, kept.again) == (True, 10)


def test_a_look_waits_hidden_and_the_same_key_takes_it_back(desk: Desk) -> None:
    page = reviewing(desk)
    blind = page.state.blind
    blind.choose(Blinding(on=True))
    desk.settle()
    with importing(desk.path) as process:
        blind.toggle()
        desk.wait_for(f"That you look {WAITS}")
        assert blind.on
        blind.toggle()
        desk.wait_for("You have not looked; what was hidden stays hidden.")
        assert blind.on
        end_import(process)
    desk.wait_until_stored()
    assert blind.on


def test_nothing_is_restored_over_what_waits(desk: Desk) -> None:
    backup = desk.path.with_name("own.backup.sqlite")
    desk.session.workspace.backup(backup)
    dialog = opened(desk, "file.restore", RestoreDialog)
    dialog.choose(backup)
    desk.settle()
    assert dialog.go.isEnabled()
    page = reviewing(desk)
    with importing(desk.path) as process:
        page.state.blind.choose(Blinding(on=True))
        desk.wait_for(WAITS)
        dialog.go.click()
        assert "is not stored yet, and would be lost" in dialog.said.text()
        assert waiting(desk.session)[0] == 1
        end_import(process)
    desk.wait_until_stored()
    assert dialog.go.isEnabled()
    dialog.reject()


def test_the_end_of_the_session_is_stopped_once_for_what_waits(desk: Desk, qtbot: QtBot) -> None:
    reviewing(desk)
    asked = EndAsked(desk.window)
    with importing(desk.path) as process:
        desk.window.commands["review.decide.1"].trigger()
        desk.wait_for(WAITS)
        first, second = Leaving(), Leaving()
        asked.session_ends(first)
        assert first.is_cancelled
        desk.wait_for("The window closes by itself once it is")
        asked.session_ends(second)  # who leaves all the same was told
        assert not second.is_cancelled
        end_import(process)
    qtbot.waitUntil(lambda: not desk.window.isVisible(), timeout=WAIT_MS)
    assert not waiting(desk.session)[0]
