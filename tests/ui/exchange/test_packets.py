"""Packets by the window: sent as files, taken in by another workspace, and what contradicts is shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reviewer.app.packets import PacketTaken, export_decisions
from reviewer.core.decisions import Hidden
from reviewer.host.clock import now
from reviewer.review.assigning import split_plan
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.packets import PacketKind
from reviewer.store.facts.review import NewDecision
from reviewer.store.queries import review
from reviewer.store.queries.plans import plan_called
from reviewer.store.queries.runs import run_named
from reviewer.store.writes.decisions import append_decision, create_review_plan
from reviewer.ui.exchange.packets import PacketsDialog, TakenDialog, start_sending, take_in
from reviewer.ui.frame.main_window import MainWindow
from tests.support.builders import REFUSE, fill, make_cases
from tests.ui.conftest import Fill, Settle
from tests.ui.review.test_review import Desk


def planned(workspace: Workspace) -> None:
    filled = fill(workspace, make_cases(10))
    items = [(each, 1.0) for each in filled.response_ids]
    create_review_plan(workspace, run_id=filled.run_id, items=items, design="uniform", seed=5, at=now())


@pytest.fixture
def home(window: MainWindow, open_filled: Callable[[Fill], None]) -> MainWindow:
    window.session.change_settings(replace(window.session.settings, reviewer="lead"))
    open_filled(planned)
    return window


def sending(window: MainWindow, settle: Settle) -> PacketsDialog:
    dialog = start_sending(window.session, window)
    settle(window.session)
    return dialog


def test_a_plan_is_split_into_files(home: MainWindow, settle: Settle, tmp_path: Path) -> None:
    dialog = sending(home, settle)
    assert "plan 1 (10 responses) of run" in dialog.what.currentText()
    assert not dialog.write.isEnabled()
    dialog.names.setText("ann, ben,  ann ,")
    assert dialog.write.isEnabled()
    dialog.overlap.setCurrentIndex(dialog.overlap.findData(0.2))
    dialog.blind.setChecked(True)
    dialog.write_to(tmp_path)
    settle(home.session)
    files = sorted(path.name for path in tmp_path.glob("packet-*.jsonl"))
    assert files == ["packet-1-ann.jsonl", "packet-1-ben.jsonl"]
    heads = [json.loads((tmp_path / name).read_text(encoding="utf-8").splitlines()[0])["packet"] for name in files]
    assert [(head["reviewer"], head["blind"], head["run"]) for head in heads] == [("ann", True, ""), ("ben", True, "")]
    again = sending(home, settle)
    assert again.names.text() == "ann, ben"
    assert not again.overlap.isEnabled()


def test_what_came_back_is_taken_in_and_contradictions_are_shown(
    home: MainWindow, settle: Settle, tmp_path: Path
) -> None:
    from reviewer.app.packets import export_decisions, export_share, import_packet

    workspace = home.session.workspace
    plan = home.session.tasks.database_call(lambda: split_plan(workspace, plan_called(workspace, "1"), ["ann"]))
    share, back = tmp_path / "share.jsonl", tmp_path / "back.jsonl"
    home.session.tasks.database_call(lambda: export_share(workspace, plan, "ann", share))
    other = open_workspace(tmp_path / "ann.sqlite")
    import_packet(other, share, "ann")
    ids = review.response_ids(other, run_named(other, "run").id)
    append_decision(other, decision=NewDecision(ids[0], "ann", REFUSE), at=now())
    export_decisions(other, "run", back)
    other.close()
    said: list[str] = []
    home.session.notice.connect(said.append)
    take_in(home.session, back, home)
    settle(home.session)
    assert "1 event taken in" in said[-1]
    assert not home.findChildren(TakenDialog)
    back.write_text(back.read_text(encoding="utf-8").replace('"action": "refuse"', '"action": "answer"'), "utf-8")
    take_in(home.session, back, home)
    settle(home.session)
    QApplication.processEvents()
    (dialog,) = home.findChildren(TakenDialog)
    assert "is here with other content" in dialog.text.toPlainText()


def test_with_nothing_to_send_it_says_so(window: MainWindow, settle: Settle) -> None:
    dialog = sending(window, settle)
    assert "nothing to send" in dialog.problem.text()
    assert not dialog.write.isEnabled()


def heads(folder: Path) -> dict[str, str]:
    """{file: for whom it is}."""
    lines = {path.name: path.read_text(encoding="utf-8").splitlines()[0] for path in folder.glob("*.jsonl")}
    return {name: json.loads(line)["packet"]["reviewer"] for name, line in sorted(lines.items())}


def test_names_that_come_to_the_same_file_and_files_that_are_there_cost_nobody_a_packet(
    home: MainWindow, settle: Settle, tmp_path: Path
) -> None:
    before = tmp_path / "packet-1-cem.jsonl"
    before.write_text('{"packet": {"reviewer": "of another workspace"}}\n', "utf-8")
    dialog = sending(home, settle)
    dialog.names.setText("ann b, ann-b, ANN B, cem")
    dialog.write_to(tmp_path)
    settle(home.session)
    assert heads(tmp_path) == {
        "packet-1-ANN-B-3.jsonl": "ANN B",
        "packet-1-ann-b-2.jsonl": "ann-b",
        "packet-1-ann-b.jsonl": "ann b",
        "packet-1-cem-2.jsonl": "cem",
        "packet-1-cem.jsonl": "of another workspace",
    }


def test_a_name_with_a_comma_stays_one_reviewer(home: MainWindow, settle: Settle, tmp_path: Path) -> None:
    workspace = home.session.workspace
    names = ["Smith, Ann", "ben"]
    home.session.tasks.database_call(lambda: split_plan(workspace, plan_called(workspace, "1"), names))
    dialog = sending(home, settle)
    dialog.write_to(tmp_path)
    settle(home.session)
    assert list(heads(tmp_path).values()) == ["Smith, Ann", "ben"]


def test_what_is_decided_on_a_blind_packet_says_what_was_out_of_sight(
    home: MainWindow, qtbot: QtBot, settle: Settle, tmp_path: Path
) -> None:
    """A packet holds no verdict, so nobody saw one; of a blind one nobody saw which version it is either."""
    dialog = sending(home, settle)
    dialog.names.setText("ann")
    dialog.blind.setChecked(True)
    dialog.unlabelled.setChecked(True)
    dialog.write_to(tmp_path)
    settle(home.session)
    first = home.session.workspace.path
    home.session.open(tmp_path / "ann.sqlite", create=True)
    settle(home.session)
    home.session.change_settings(replace(home.session.settings, reviewer="ann"))
    take_in(home.session, tmp_path / "packet-1-ann.jsonl", home)
    settle(home.session)
    desk = Desk(home, settle)
    home.activateWindow()
    qtbot.waitUntil(home.isActiveWindow)
    desk.press(Qt.Key.Key_3)
    run = desk.page.state.queue.run.name if desk.page.state.queue else ""
    back = tmp_path / "back.jsonl"
    home.session.tasks.database_call(lambda: export_decisions(home.session.workspace, run, back))
    home.session.open(first, create=False)
    settle(home.session)
    take_in(home.session, back, home)
    settle(home.session)
    ids = desk.session.tasks.database_call(lambda: review.response_ids(home.session.workspace, 1))
    (said,) = (event for each in ids for event in desk.read(each).events)
    assert (said.reviewer, said.verdict_hidden) == ("ann", True)
    assert said.hidden == frozenset({Hidden.VERDICT, Hidden.VERSIONS, Hidden.LABEL})


def test_the_line_that_says_what_came_reads_as_a_sentence() -> None:
    taken = PacketTaken(PacketKind.DECISIONS, "one", "", decisions=6, disputes=1, marks=1, known=1)
    assert taken.sentence == "one: 6 events, 1 disputed label and 1 flag or skip taken in; 1 was here before."
