"""Disputing a label from the review and from the list of cases, by keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from reviewer.store.database import Workspace
from reviewer.store.facts.disputes import LabelDispute
from reviewer.store.queries.disputes import disputes_of_run
from reviewer.ui.adjudicate.disputing import DisputeDialog
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.session import Session
from tests.support.builders import CAVEAT, CLARIFY, fill, make_case
from tests.ui.conftest import Fill, Settle
from tests.ui.review.test_review import Desk

K = Qt.Key


def two(workspace: Workspace) -> None:
    fill(workspace, [make_case("case-1", band={CAVEAT: 0.5}), make_case("case-2")])


@pytest.fixture
def desk(window: MainWindow, settle: Settle, open_filled: Callable[[Fill], None]) -> Desk:
    window.session.change_settings(replace(window.session.settings, reviewer="ann"))
    open_filled(two)
    return Desk(window, settle)


def open_dialog(desk: Desk) -> DisputeDialog:
    (dialog,) = (each for each in desk.window.findChildren(DisputeDialog) if each.isVisible())
    return dialog


def stored(session: Session) -> list[LabelDispute]:
    return session.tasks.database_call(lambda: disputes_of_run(session.workspace, 1))


def test_l_a_digit_and_a_reason(desk: Desk) -> None:
    desk.press(K.Key_L)
    dialog = open_dialog(desk)
    assert "case-1, label version 1" in dialog.present.text()
    assert not dialog.store.isEnabled()
    QTest.keyClick(dialog.label, K.Key_3)
    QTest.keyClicks(dialog.reason, "The request is open.")
    QTest.keyClick(dialog.reason, K.Key_Return)
    desk.settle()
    (dispute,) = stored(desk.session)
    assert (dispute.key, dispute.proposed.label, dispute.reviewer) == ("case-1", CLARIFY, "ann")
    assert dict(dispute.proposed.band) == {CAVEAT: 0.5}
    assert dispute.reason == "The request is open."


def test_the_label_that_it_has_is_no_proposal(desk: Desk) -> None:
    desk.press(K.Key_L)
    dialog = open_dialog(desk)
    QTest.keyClicks(dialog.reason, "hm")
    assert dialog.store.isEnabled()
    QTest.keyClick(dialog.label, K.Key_1)
    assert not dialog.store.isEnabled()
    assert "labelled so already" in dialog.proposed.text()


def test_from_the_list_of_cases(desk: Desk) -> None:
    desk.window.show_page("cases")
    desk.settle()
    desk.window.commands["cases.dispute"].trigger()
    desk.settle()
    dialog = open_dialog(desk)
    QTest.keyClicks(dialog.reason, "Nobody asks this.")
    dialog.store.click()
    desk.settle()
    (dispute,) = stored(desk.session)
    assert (dispute.key, dispute.proposed.label) == ("case-1", None)
