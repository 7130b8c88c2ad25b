"""The window asks who a person is and what their interests are; both can be changed, and what was said stays."""

from __future__ import annotations

import pytest

from reviewer.app.bundle_figures import BundleAsked
from reviewer.app.bundles import write_bundle
from reviewer.core.scoring.score import Options
from reviewer.store.database import open_workspace
from reviewer.store.queries.interests import declared_interests
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.frame.name import NameDialog
from reviewer.ui.kit.person import PersonDialog
from reviewer.ui.kit.session import Session
from tests.ui.conftest import Settle

pytestmark = pytest.mark.usefixtures("demo_session")


def opened(window: MainWindow, settle: Settle) -> PersonDialog:
    window.commands["view.reviewer"].trigger()
    (dialog,) = (each for each in window.findChildren(NameDialog) if each.isVisible())
    settle(window.session)
    return dialog


def say(window: MainWindow, settle: Settle, name: str, words: str) -> None:
    dialog = opened(window, settle)
    dialog.name.setText(name)
    dialog.interests.selectAll()
    dialog.interests.insertPlainText(words)
    dialog.use.click()
    settle(window.session)


def statements(session: Session) -> list[str]:
    assert session.path is not None
    workspace = open_workspace(session.path)
    try:
        return [said.statement for said in declared_interests(workspace).get("ann", ())]
    finally:
        workspace.close()


def test_what_is_said_is_stored_under_the_name_and_shown_again(window: MainWindow, settle: Settle) -> None:
    say(window, settle, "ann", "I work for the vendor.")
    assert window.session.reviewer == "ann"
    assert statements(window.session) == ["I work for the vendor."]
    dialog = opened(window, settle)
    assert dialog.interests.toPlainText() == "I work for the vendor."
    assert not dialog.before.isVisible()
    dialog.use.click()
    settle(window.session)
    assert statements(window.session) == ["I work for the vendor."]


def test_what_was_said_before_stays_and_is_shown(window: MainWindow, settle: Settle) -> None:
    for words in ("I own shares.", "none"):
        say(window, settle, "ann", words)
    assert statements(window.session) == ["none", "I own shares."]
    dialog = opened(window, settle)
    assert "I own shares." in dialog.before.text()
    dialog.name.setText("somebody else")
    assert dialog.interests.toPlainText() == ""
    assert not dialog.before.isVisible()
    dialog.reject()


def test_a_statement_that_is_too_long_cannot_be_sent(window: MainWindow, settle: Settle) -> None:
    dialog = opened(window, settle)
    dialog.interests.insertPlainText("x" * 2001)
    assert not dialog.use.isEnabled()
    assert "2,001 characters" in dialog.form.problem(dialog.interests)
    dialog.interests.setPlainText("none")
    assert dialog.use.isEnabled()
    dialog.reject()


def test_in_a_bundle_nothing_can_be_declared(window: MainWindow, settle: Settle) -> None:
    path = window.session.path
    assert path is not None
    workspace = open_workspace(path)
    write_bundle(workspace, BundleAsked("1.3", "", Options()), path.with_name("b.zip"))
    workspace.close()
    window.session.open(path.with_name("b.zip"), create=False)
    settle(window.session)
    dialog = opened(window, settle)
    assert not dialog.interests.isVisible()
    dialog.name.setText("ann")
    dialog.use.click()
    settle(window.session)
    assert window.session.reviewer == "ann"
