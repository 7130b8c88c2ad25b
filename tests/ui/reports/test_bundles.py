"""Bundles from the window: signed with a key that is asked for, verified in sentences."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from reviewer.app.bundle_opening import open_file
from reviewer.app.verifying import verify_bundle
from reviewer.core.scoring.policy import policy
from reviewer.host.signing import fingerprint, new_key
from reviewer.store.facts.runs import RunLine
from reviewer.store.queries import runs
from reviewer.ui.exchange.verify import NO, NONE, YES, VerifyDialog
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.session import Session
from reviewer.ui.reports.bundle_dialog import BundleDialog
from reviewer.ui.reports.page import ReportsPage
from tests.ui.conftest import Settle

PASSPHRASE = "correct horse"


@pytest.fixture
def page(window: MainWindow, demo_session: Session, settle: Settle) -> ReportsPage:
    """The newest run against the one before it, held against a policy."""

    def choose(lines: list[RunLine]) -> None:
        demo_session.run_id, demo_session.second_run_id = lines[0].id, lines[1].id

    demo_session.read(runs.runs, choose)
    settle(demo_session)
    window.show_page("reports")
    settle(demo_session)
    page = window.pages["reports"]
    assert isinstance(page, ReportsPage)
    page.choices.policy.take(policy({"name": 'a "name"', "maximum_broken": 3, "protected_tags": ["a, b"]}))
    settle(demo_session)
    return page


def asked(page: ReportsPage) -> BundleDialog:
    QTest.keyClick(page.window(), Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    dialog = page.findChild(BundleDialog, "reports.bundle")
    assert isinstance(dialog, BundleDialog)
    return dialog


def saved_as(page: ReportsPage, path: Path, settle: Settle) -> None:
    QApplication.processEvents()  # the dialog has come
    dialog = page.window().findChild(QFileDialog, "reports.bundle_file")
    assert isinstance(dialog, QFileDialog)
    edit = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(edit, QLineEdit)
    edit.setText(str(path))
    QTest.keyClick(edit, Qt.Key.Key_Return)
    settle(page.session)
    window = page.window()
    assert isinstance(window, MainWindow)
    assert path.exists(), window.notices.text


def test_a_signed_bundle_verifies_and_says_who_signed(page: ReportsPage, settle: Settle, tmp_path: Path) -> None:
    public = new_key(tmp_path / "mine.key", PASSPHRASE)
    dialog = asked(page)
    dialog.key.setText(str(tmp_path / "mine.key"))
    dialog.passphrase.setFocus()
    QTest.keyClicks(dialog.passphrase, "wrong")
    QTest.keyClick(dialog.passphrase, Qt.Key.Key_Return)
    settle(page.session)
    assert "could not be opened" in dialog.form.problem(dialog.passphrase)
    assert dialog.isVisible()
    QTest.keyClicks(dialog.passphrase, PASSPHRASE)
    QTest.keyClick(dialog.passphrase, Qt.Key.Key_Return)
    settle(page.session)
    path = tmp_path / "bundle.zip"
    saved_as(page, path, settle)
    found = verify_bundle(path, public)
    assert (found.wrong, found.signed_by) == ((), fingerprint(public))
    assert page.report is not None
    assert found.run == page.report.run
    opened = open_file(path)
    assert {line.name for line in runs.runs(opened)} == {page.report.run, page.state.choice.against}
    opened.close()
    assert not page.progress.isVisible()


def test_without_a_key_it_is_not_signed_and_what_is_taken_out_is_said(
    page: ReportsPage, window: MainWindow, settle: Settle, tmp_path: Path
) -> None:
    dialog = asked(page)
    assert not dialog.passphrase.isEnabled()
    dialog.cover.setFocus()
    QTest.keyClick(dialog.cover, Qt.Key.Key_End)
    dialog.go_on.click()
    settle(page.session)
    path = tmp_path / "bundle.zip"
    saved_as(page, path, settle)
    found = verify_bundle(path)
    assert (found.wrong, found.signed_by) == ((), "")
    assert found.unchecked
    assert all(sentence in window.notices.text for sentence in found.unchecked)
    assert "not signed" in window.notices.text


def test_what_is_found_in_a_bundle_is_told_in_sentences(page: ReportsPage, settle: Settle, tmp_path: Path) -> None:
    key, other = new_key(tmp_path / "one.key", PASSPHRASE), new_key(tmp_path / "two.key", PASSPHRASE)
    assert key != other
    dialog = asked(page)
    dialog.key.setText(str(tmp_path / "one.key"))
    dialog.passphrase.setText(PASSPHRASE)
    dialog.go_on.click()
    settle(page.session)
    path = tmp_path / "bundle.zip"
    saved_as(page, path, settle)
    shown = VerifyDialog(page.session, path, page.window())
    shown.open()
    assert shown.progress.isVisible()
    settle(page.session)
    assert shown.answer.text() == YES
    assert fingerprint(key) in shown.said.text()
    shown.check(tmp_path / "one.key.pub")
    settle(page.session)
    assert "with the key that you gave" in shown.said.text()
    shown.check(tmp_path / "two.key.pub")
    settle(page.session)
    assert shown.answer.text() == NO
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    shown.check()
    settle(page.session)
    assert shown.answer.text() == NO
    assert len(shown.said.text().split("\n")) > 1
    shown.reject()


@pytest.mark.parametrize("content", [b"no bundle", None])
def test_what_is_no_bundle_is_a_sentence(
    window: MainWindow, session: Session, settle: Settle, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "bundle.zip"
    if content is not None:
        path.write_bytes(content)
    shown = VerifyDialog(session, path, window)
    shown.open()
    settle(session)
    QApplication.processEvents()
    assert shown.answer.text() in (NO, NONE)
    assert "went wrong in Reviewer itself" not in shown.said.text()
    shown.reject()


def test_a_bundle_that_is_being_written_can_be_stopped(
    page: ReportsPage, tmp_path: Path, settle: Settle, window: MainWindow
) -> None:
    said: list[str] = []
    page.session.notice.connect(said.append)
    target = tmp_path / "stopped" / "b.zip"
    target.parent.mkdir()
    asked(page).go_on.click()
    settle(page.session)
    chosen = page.window().findChild(QFileDialog, "reports.bundle_file")
    assert isinstance(chosen, QFileDialog)
    chosen.fileSelected.emit(str(target))
    assert page.bundles.is_busy
    assert page.cancel_button.isVisible()
    assert page.progress.isVisible()
    window.commands["reports.cancel"].trigger()
    settle(page.session)
    assert said[-1] == "The bundle is not written."
    assert not page.bundles.is_busy
    assert not page.cancel_button.isVisible()
    assert list(target.parent.iterdir()) == []
