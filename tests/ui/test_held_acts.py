"""A new run, an endpoint, packets, deleting, how long a suite is kept and a batch's result wait for another process;
what is erased for good does not: it is refused with a sentence, and can be tried again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QDate
from pytestqt.qtbot import QtBot

from reviewer.app.jobs.batches import export_batch
from reviewer.app.runs import RunRequest, create_run
from reviewer.core.models import Endpoint, ModelVersion
from reviewer.review.assigning import split_plan
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.queries import review, runs
from reviewer.store.queries.bin import bin_items
from reviewer.store.queries.plans import plan_called
from reviewer.store.queries.retention import retentions
from reviewer.store.queries.suites import suites
from reviewer.store.writes.decisions import create_review_plan
from reviewer.ui.bin.export_erasing import EraseDialog
from reviewer.ui.bin.recent import RecentlyDeletedDialog
from reviewer.ui.bin.retention import RetentionDialog
from reviewer.ui.exchange.packets import start_sending, take_in
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.held_writes import waiting
from reviewer.ui.runs.endpoint import EndpointDialog
from reviewer.ui.runs.new_run import NewRunDialog
from reviewer.ui.runs.sending import RunSending
from tests.support.builders import AT, REFUSE, decide, fill, make_cases
from tests.support.long_import import end_import, importing
from tests.support.loopback import completion
from tests.ui.bin.test_deleting import ask, dialog_of, do
from tests.ui.conftest import WAIT_MS, Fill, Settle

WAITS = "is not stored yet: it waits"
CASES = 4


def beginning(workspace: Workspace) -> None:
    """A plan on one run, and another run of which nothing has been sent."""
    filled = fill(workspace, make_cases(CASES))
    items = [(each, 1.0) for each in filled.response_ids]
    create_review_plan(workspace, run_id=filled.run_id, items=items, design="uniform", seed=5, at=AT)
    endpoint = Endpoint("here", "openai-chat", "http://127.0.0.1:9/v1")
    create_run(workspace, RunRequest("Suite", ModelVersion("mv", endpoint, "m"), name="by batch"))


class Desk:
    """The window, and what it says."""

    def __init__(self, window: MainWindow, settle: Settle, qtbot: QtBot, path: Path) -> None:
        self.window, self.session, self.path = window, window.session, path
        self.do: Callable[[str], None] = lambda command: do(window, settle, command)
        self._settle, self._qtbot = settle, qtbot
        self.said: list[str] = []
        self.session.notice.connect(self.said.append)

    def settle(self) -> None:
        self._settle(self.session)

    def show(self, page: str) -> None:
        self.window.show_page(page)
        self.settle()

    def wait_for(self, words: str) -> None:
        self._qtbot.waitUntil(lambda: any(words in each for each in self.said), timeout=WAIT_MS)

    def wait_until_stored(self) -> None:
        self._qtbot.waitUntil(lambda: not waiting(self.session)[0], timeout=WAIT_MS)
        self.settle()

    def run_names(self) -> list[str]:
        return sorted(line.name for line in ask(self.window, runs.runs))


@pytest.fixture
def desk(
    soon_tried_again: None,
    window: MainWindow,
    settle: Settle,
    open_filled: Callable[[Fill], None],
    qtbot: QtBot,
    tmp_path: Path,
) -> Desk:
    window.session.change_settings(replace(window.session.settings, reviewer="lead"))
    open_filled(beginning)
    settle(window.session)
    return Desk(window, settle, qtbot, tmp_path / "own.sqlite")


def test_a_new_run_waits(desk: Desk) -> None:
    desk.show("runs")
    with importing(desk.path) as other:
        desk.do("runs.new")
        dialog = dialog_of(desk.window, NewRunDialog)
        dialog.version.version_choice.setCurrentIndex(1)
        desk.settle()
        dialog.name.setText("later")
        dialog.store_button.click()
        desk.wait_for(f"Your new run {WAITS}")
        end_import(other)
    desk.wait_until_stored()
    assert desk.run_names() == ["by batch", "later", "run"]


def test_an_endpoint_waits(desk: Desk) -> None:
    desk.show("runs")
    dialog = EndpointDialog(desk.session, desk.window)
    dialog.open()
    desk.settle()
    with importing(desk.path) as other:
        dialog.name.setText("there")
        dialog.base_url.setText("http://127.0.0.1:9/v1")
        dialog.save_button.click()
        desk.wait_for(f"The endpoint {WAITS}")
        end_import(other)
    desk.wait_until_stored()
    assert "there" in {each.name for each in ask(desk.window, runs.endpoints)}


def test_packets_that_are_sent_wait(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    dialog = start_sending(desk.session, desk.window)
    desk.settle()
    dialog.names.setText("ann, ben")
    with importing(desk.path) as other:
        dialog.write_to(tmp_path)
        desk.wait_for(f"What the packets need {WAITS}")
        assert not list(tmp_path.glob("packet-*.jsonl"))
        end_import(other)
    desk.wait_until_stored()
    qtbot.waitUntil(lambda: len(list(tmp_path.glob("packet-*.jsonl"))) == 2, timeout=WAIT_MS)


def test_a_packet_that_comes_waits(desk: Desk, tmp_path: Path) -> None:
    from reviewer.app.packets import export_decisions, export_share, import_packet

    share, back = tmp_path / "share.jsonl", tmp_path / "back.jsonl"
    workspace = desk.session.workspace
    plan = desk.session.tasks.database_call(lambda: split_plan(workspace, plan_called(workspace, "1"), ["ann"]))
    desk.session.tasks.database_call(lambda: export_share(workspace, plan, "ann", share))
    with closing(open_workspace(tmp_path / "ann.sqlite")) as there:
        import_packet(there, share, "ann")
        (first, *_) = review.response_ids(there, runs.run_named(there, "run").id)
        decide(there, first, REFUSE, "ann")
        export_decisions(there, "run", back)
    with importing(desk.path) as other:
        take_in(desk.session, back, desk.window)
        desk.wait_for(WAITS)
        end_import(other)
    desk.wait_for("1 event taken in")


def test_deleting_waits_and_bringing_back_does(desk: Desk) -> None:
    desk.show("runs")
    with importing(desk.path) as other:
        desk.do("runs.delete")
        desk.wait_for(f"What you deleted {WAITS}")
        assert len(desk.run_names()) == 2
        end_import(other)
    desk.wait_until_stored()
    (left,) = desk.run_names()
    with importing(desk.path) as other:
        desk.do("file.undelete")
        desk.wait_for(f"Bringing back what you deleted {WAITS}")
        assert desk.run_names() == [left]
        end_import(other)
    desk.wait_until_stored()
    assert len(desk.run_names()) == 2


def test_how_long_a_suite_is_kept_waits(desk: Desk) -> None:
    desk.show("cases")
    desk.do("cases.retention")
    dialog = dialog_of(desk.window, RetentionDialog)
    dialog.has_day.setChecked(True)
    dialog.day.setDate(QDate(2040, 1, 31))
    with importing(desk.path) as other:
        dialog.keep.click()
        desk.wait_for(f"How long it is kept {WAITS}")
        end_import(other)
    desk.wait_until_stored()
    (kept,) = ask(desk.window, lambda workspace: retentions(workspace, date(2039, 1, 1)))
    assert kept.until == date(2040, 1, 31)


def test_a_batchs_result_waits(desk: Desk, tmp_path: Path) -> None:
    out, back = tmp_path / "requests.jsonl", tmp_path / "results.jsonl"
    ask(desk.window, lambda workspace: export_batch(workspace, "by batch", out))
    body = completion("Yes.")
    answers = [
        {"custom_id": json.loads(line)["custom_id"], "response": {"status_code": 200, "body": body}}
        for line in out.read_text(encoding="utf-8").splitlines()
    ]
    back.write_text("".join(f"{json.dumps(line)}\n" for line in answers), encoding="utf-8")
    desk.show("runs")
    (line,) = [each for each in ask(desk.window, runs.runs) if each.name == "by batch"]
    (sending,) = desk.window.pages["runs"].findChildren(RunSending)
    with importing(desk.path) as other:
        sending._read(line, [back])
        desk.wait_for(f"The batch's result for by batch {WAITS}")
        end_import(other)
    desk.wait_for(f"{CASES} responses stored in the run by batch; 0 still missing.")


def test_what_is_erased_for_good_is_refused_and_can_be_tried_again(desk: Desk, qtbot: QtBot) -> None:
    desk.show("runs")
    desk.do("runs.delete")
    desk.do("file.bin")
    dialog = dialog_of(desk.window, RecentlyDeletedDialog)
    with importing(desk.path) as other:
        dialog.erase.click()
        dialog.sure.click()
        qtbot.waitUntil(lambda: "An import is being written" in dialog.state.text(), timeout=WAIT_MS)
        assert "Try again" in dialog.state.text()
        assert dialog.erase.isVisible()
        assert dialog.erase.isEnabled()
        assert len(ask(desk.window, bin_items)) == 1
        end_import(other)
    dialog.erase.click()
    dialog.sure.click()
    desk.settle()
    assert ask(desk.window, bin_items) == []


def test_a_suite_is_not_exported_in_vain(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    desk.show("cases")
    desk.do("cases.export_erase")
    dialog = dialog_of(desk.window, EraseDialog)
    dialog.folder.setText(str(tmp_path / "kept"))
    with importing(desk.path) as other:
        dialog.go_on.click()
        dialog.go_on.click()
        qtbot.waitUntil(lambda: "Try again" in dialog.state.text(), timeout=WAIT_MS)
        assert not (tmp_path / "kept").exists()
        end_import(other)
    dialog.go_on.click()
    dialog.go_on.click()
    desk.settle()
    assert ask(desk.window, suites) == []
