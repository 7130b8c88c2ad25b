"""A key that is typed in the window: for this session only, gone with the lock and with the workspace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from reviewer.core.models import SESSION_KEY, Endpoint
from reviewer.endpoints.keys import forget_typed_keys, is_key_known
from reviewer.store.queries import runs
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.runs.endpoint import EndpointDialog
from tests.support.loopback import LoopbackServer
from tests.ui.conftest import Settle
from tests.ui.runs.test_new_run import Asking, type_in

KEY = "sk-typed-0123456789"
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def hands(qtbot: QtBot, window: MainWindow, settle: Settle) -> Iterator[Asking]:
    window.activateWindow()
    yield Asking(qtbot, window, settle)
    forget_typed_keys()


def stored(hands: Asking) -> Endpoint:
    found: list[list[Endpoint]] = []
    hands.session.read(runs.endpoints, found.append)
    hands.settle()
    return found[0][0]


def type_key(dialog: EndpointDialog, key: str) -> None:
    if not dialog.session_key.wanted.isChecked():
        dialog.session_key.wanted.click()
    assert not dialog.key_service.isVisible()
    dialog.session_key.key.setFocus()
    type_in(dialog.session_key.key, key)


def run_with_typed_key(hands: Asking, server: LoopbackServer, name: str = "") -> None:
    dialog = hands.open()
    dialog.version.change_endpoint.click()
    type_key(hands.endpoint(), KEY)
    hands.endpoint().save_button.click()
    hands.settle()
    dialog.version.model.setCurrentText("m")
    dialog.name.setText(name)
    hands.previewed(dialog, "(the key from what is typed for this session)")
    dialog.start()
    hands.wait("finished")
    assert {each.headers["authorization"] for each in server.completions} == {f"Bearer {KEY}"}


def all_files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_typed_key_is_sent_and_stored_nowhere(hands: Asking, server: LoopbackServer, tmp_path: Path) -> None:
    hands.add_endpoint(server.base_url)
    run_with_typed_key(hands, server)
    assert (stored(hands).key_service, stored(hands).key_env) == (SESSION_KEY, "")
    assert KEY.encode() not in all_files(tmp_path)
    dialog = hands.open()
    dialog.version.change_endpoint.click()
    again = hands.endpoint()
    assert again.session_key.key.text() == ""
    assert "known until you lock" in again.session_key.key.placeholderText()
    again.save_button.click()  # nothing typed: the one that is known stays
    hands.settle()
    assert is_key_known(stored(hands))


def test_the_lock_forgets_it_and_the_next_run_says_so(hands: Asking, server: LoopbackServer) -> None:
    hands.add_endpoint(server.base_url)
    run_with_typed_key(hands, server)
    sent = len(server.completions)
    locking = hands.window.locking
    locking.lock()
    hands.settle()
    assert locking.screen is not None
    locking.screen.unlock.click()
    hands.settle()
    assert not is_key_known(stored(hands))
    dialog = hands.open()
    dialog.version.model.setCurrentText("m")
    hands.previewed(dialog, '"model": "m"')
    dialog.start()
    page = hands.wait("stopped")
    assert "is typed for each session" in page.detail.message.text()
    assert "“Change…”" in page.detail.message.text()
    assert len(server.completions) == sent


def test_another_workspace_forgets_it(hands: Asking, server: LoopbackServer, tmp_path: Path) -> None:
    hands.add_endpoint(server.base_url)
    run_with_typed_key(hands, server)
    endpoint = stored(hands)
    assert is_key_known(endpoint)
    hands.session.open(tmp_path / "other.sqlite", create=True)
    hands.settle()
    assert not is_key_known(endpoint)


def test_nothing_of_it_is_seen_copied_or_put_back(hands: Asking) -> None:
    hands.add_endpoint("http://127.0.0.1:1/v1")
    hands.open().version.change_endpoint.click()
    dialog = hands.endpoint()
    type_key(dialog, KEY)
    field = dialog.session_key.key
    assert field.text() == KEY
    assert KEY not in field.displayText()
    QGuiApplication.clipboard().setText("before")
    field.selectAll()
    for key in (Qt.Key.Key_C, Qt.Key.Key_X):
        QTest.keyClick(field, key, CTRL)
    assert QGuiApplication.clipboard().text() == "before"
    for widget in QApplication.allWidgets():
        told = (widget.accessibleName(), widget.accessibleDescription(), widget.toolTip(), widget.windowTitle())
        assert not any(KEY in each for each in told), widget
        assert widget is field or not isinstance(widget, QLineEdit) or KEY not in widget.text()
    dialog.reject()
    assert not is_key_known(Endpoint("here", "openai-chat", "http://127.0.0.1:1/v1", key_service=SESSION_KEY))


def test_a_tick_without_a_key_is_asked_for(hands: Asking) -> None:
    hands.add_endpoint("http://127.0.0.1:1/v1")
    hands.open().version.change_endpoint.click()
    dialog = hands.endpoint()
    dialog.session_key.wanted.click()
    dialog.save_button.click()
    assert dialog.isVisible()
    assert "The key is missing" in dialog.form.problem(dialog.session_key.key)
    dialog.session_key.key.setText("sk-häßlich")
    dialog.save_button.click()
    assert "no header can carry" in dialog.form.problem(dialog.session_key.key)
    assert "häßlich" not in dialog.form.problem(dialog.session_key.key)
    dialog.session_key.wanted.click()  # taken back
    assert dialog.key_service.isVisible()
    dialog.save_button.click()
    hands.settle()
    assert stored(hands).key_service == ""
