"""Whatever is opened while a review is blind: no dialog, list or page tells a version, a verdict or another's word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QDialog

from reviewer.core.cases import CaseKey
from reviewer.core.responses import Response
from reviewer.host.clock import now
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.runs import Classified
from reviewer.store.queries.review import response_ids
from reviewer.store.queries.runs import run_named
from reviewer.store.writes.decisions import create_review_plan
from reviewer.store.writes.runs import add_responses
from reviewer.ui.exchange.packets import PacketsDialog
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.review.forerunners import Forerunners
from reviewer.ui.review.history import HistoryOfDecisions
from tests.support.builders import LATER
from tests.ui.conftest import Settle
from tests.ui.review.blind_desk import MODELS, RUNS, SECRETS, build, leaks
from tests.ui.review.test_blind import REVEAL, BlindDesk, dialogs
from tests.ui.review.test_review import ME

CASES = 6
SAID_NOWHERE_ELSE = tuple(word for word in SECRETS if word != "somebody")
"""The guideline of a new suite speaks of somebody too."""
SIGNS_OF_THEIR_OWN = ("MoreLines",)
"""`▼ 14 more lines` is of the text, and not of a verdict."""
ENDS = {
    "file.quit": "the window",
    "file.demo": "the workspace",
    "file.lock": "the sight of everything",
    "review.blind": "the blind review",
    "review.verdict": "its being blind here",
    "review.accept": "it too: who has decided sees the rest",
    "review.accept_right": "it too",
    "review.cannot_decide": "it too",
    "review.cannot_decide_right": "it too",
}
"""Commands that are not walked over, with what they end."""


def asked_again(workspace: Workspace) -> None:
    """Each version was asked the first cases twice; a queue of each run is drawn."""
    for name, model in zip(RUNS, MODELS, strict=True):
        run_id = run_named(workspace, name).id
        answers = [Response(CaseKey(f"case-{n:03}"), text="Said later.", model=model) for n in range(3)]
        add_responses(workspace, run_id=run_id, responses=[Classified(each) for each in answers], at=LATER, again=True)
        items = [(each, 1.0) for each in response_ids(workspace, run_id)]
        create_review_plan(workspace, run_id=run_id, items=items, design="uniform", seed=5, at=now())


@pytest.fixture
def desk(window: MainWindow, tmp_path: Path, settle: Settle) -> BlindDesk:
    path = tmp_path / "reviewing.sqlite"
    build(path, CASES)
    workspace = open_workspace(path)
    asked_again(workspace)
    workspace.close()
    window.session.change_settings(replace(window.session.settings, reviewer=ME))
    window.session.open(path, create=False)
    settle(window.session)
    return BlindDesk(window, settle)


def usable(window: MainWindow) -> Iterator[str]:
    walked = [command.id for command, _ in window.commands.usable()]
    yield from (each for each in walked if each not in ENDS and not each.startswith("review.decide"))


def leave(desk: BlindDesk) -> None:
    """Whatever was opened closes, and the review is in front again."""
    for dialog in dialogs(desk.window):
        dialog.reject()
    for gone in desk.window.findChildren(QDialog):
        gone.deleteLater()  # at once, and not only when nothing can reach it any more
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    desk.window.show_page("review")
    desk.page.finding.queues.leave()
    desk.page.finding.line.leave()
    desk.window.activateWindow()
    desk.settle()


@pytest.mark.parametrize("page", ["review", "cases"])
@pytest.mark.parametrize("both", [False, True])
def test_no_command_opens_what_tells_what_is_hidden(desk: BlindDesk, page: str, both: bool) -> None:
    desk.begin(both=both)
    desk.press(Qt.Key.Key_B, Qt.Key.Key_J)
    desk.window.show_page(page)
    desk.settle()
    opened: set[str] = set()
    told: dict[str, list[str]] = {}
    commands = list(usable(desk.window))
    for command in commands:
        desk.window.show_page(page)
        desk.settle()
        desk.window.commands[command].trigger()
        desk.settle()
        opened.update(type(each).__name__ for each in dialogs(desk.window))
        if found := leaks(desk.window, SAID_NOWHERE_ELSE, but=SIGNS_OF_THEIR_OWN):
            told[command] = found[:3]
        leave(desk)
        assert desk.session.sight.blind
    assert told == {}
    assert len(opened) > 12, opened


@pytest.mark.parametrize("both", [False, True])
def test_earlier_responses_and_the_history_name_no_version(desk: BlindDesk, both: bool) -> None:
    desk.begin(both=both)
    desk.press(Qt.Key.Key_B, Qt.Key.Key_J)
    desk.press(Qt.Key.Key_E, shift=True)
    (dialog,) = dialogs(desk.window)
    assert isinstance(dialog, Forerunners)
    assert "Reply" in dialog.text.toPlainText()
    assert leaks(desk.window, but=SIGNS_OF_THEIR_OWN) == []
    leave(desk)
    desk.press(Qt.Key.Key_3)
    if not both:
        desk.press(Qt.Key.Key_K)
    desk.press(Qt.Key.Key_Y)
    if both:
        history = dialogs(desk.window)
        assert all(isinstance(each, HistoryOfDecisions) for each in history)
        assert leaks(desk.window, but=SIGNS_OF_THEIR_OWN) == [], "one of two decisions reveals neither"


@pytest.mark.parametrize("command", ["file.export", "file.imports", "file.bin", "runs.new"])
def test_what_names_versions_is_not_opened_and_says_so(desk: BlindDesk, command: str) -> None:
    desk.begin(both=False)
    desk.press(Qt.Key.Key_B)
    desk.window.commands[command].trigger()
    desk.settle()
    assert dialogs(desk.window) == []
    assert "End the blind review first" in desk.window.notices.text
    desk.press(Qt.Key.Key_B)
    desk.window.commands[command].trigger()
    desk.settle()
    assert len(dialogs(desk.window)) == 1


def test_what_a_blind_reviewer_decided_can_be_sent_back(desk: BlindDesk, tmp_path: Path) -> None:
    desk.begin(both=False)
    desk.press(Qt.Key.Key_B, Qt.Key.Key_3)
    desk.window.commands["file.packet_send"].trigger()
    desk.settle()
    (dialog,) = dialogs(desk.window)
    assert isinstance(dialog, PacketsDialog)
    offered = [dialog.what.itemText(row) for row in range(dialog.what.count())]
    assert offered == [
        "plan 2 (6 responses) of run 1",
        "plan 1 (6 responses) of run 2",
        "what was decided on run 1",
        "what was decided on run 2",
    ]
    dialog.what.setCurrentIndex(2)
    dialog.write_to(tmp_path / "back.jsonl")
    desk.settle()
    assert (tmp_path / "back.jsonl").read_text(encoding="utf-8").count("somebody") > 0
    assert leaks(desk.window, SAID_NOWHERE_ELSE, but=(*SIGNS_OF_THEIR_OWN, *REVEAL)) == []
