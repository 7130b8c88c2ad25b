"""What is open on the screen when another workspace comes: nothing of the former one stays, nothing is lost."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QDialog

from reviewer.ui.cases.page import CasesPage
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.session import Session
from tests.support.builders import filled_workspace
from tests.ui.conftest import Settle


def open_two(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("alpha", "beta"):
        filled_workspace(tmp_path / f"{name}.sqlite").workspace.close()
    return tmp_path / "alpha.sqlite", tmp_path / "beta.sqlite"


def test_a_dialog_about_the_former_workspace_closes_with_a_word(
    window: MainWindow, session: Session, settle: Settle, tmp_path: Path
) -> None:
    alpha, beta = open_two(tmp_path)
    session.open(alpha, create=False)
    settle(session)
    window.commands["runs.new"].trigger()
    settle(session)
    assert any(dialog.isVisible() for dialog in window.findChildren(QDialog))
    session.open(beta, create=False)
    settle(session)
    assert not any(dialog.isVisible() for dialog in window.findChildren(QDialog))
    assert "former workspace" in window.notices.text


def test_unsaved_edits_are_asked_about_before_another_workspace_opens(
    window: MainWindow, session: Session, settle: Settle, tmp_path: Path
) -> None:
    alpha, beta = open_two(tmp_path)
    session.open(alpha, create=False)
    settle(session)
    window.show_page("cases")
    settle(session)
    page = window.pages["cases"]
    assert isinstance(page, CasesPage)
    page.start_editing()
    page.editor.category.setText("changed")
    assert page.has_unsaved_input
    window.files.open(beta)
    settle(session)
    assert session.path == alpha
    assert page.unsaved.isVisible()
    page.unsaved.discard_wanted.emit()
    settle(session)
    assert session.path == beta
