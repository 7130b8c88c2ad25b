"""Planted secrets in the real window: in no text that is seen or read aloud, no title, tool tip, clipboard or file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from reviewer.core.models import SESSION_KEY, Endpoint
from reviewer.endpoints.keys import forget_typed_keys, keep_for_session
from reviewer.store.writes.runs import save_endpoint
from reviewer.ui.frame.main_window import MainWindow
from tests.e2e.test_canaries import answers, echoes, in_process_list, page, streams
from tests.support.builders import AT
from tests.support.loopback import Behaviour, Handler, LoopbackServer
from tests.ui.conftest import Settle
from tests.ui.runs.test_new_run import Asking

TYPED, HEADER, PROXY = "sk-CanaryTyped0123456789", "CanaryHeader4711abcdef", "CanaryProxy4711abcdef"
PLANTED = (TYPED, HEADER, PROXY)
FAILURES: dict[str, Behaviour] = {
    **{str(status): echoes(status) for status in (302, 401, 403, 404)},
    "page": page,
    "answer": answers,
    "stream": streams,
}
_NAMES = (
    *("text", "toPlainText", "title", "placeholderText", "windowTitle", "toolTip", "statusTip", "whatsThis"),
    *("accessibleName", "accessibleDescription"),
)


def told_by(widget: QWidget) -> Iterator[str]:
    """All that a widget shows, or that a screen reader says of it; of a field whose text is dots, the dots."""
    for name in _NAMES:
        found = getattr(widget, name, None)
        if callable(found) and not (name == "text" and isinstance(widget, QLineEdit)):
            yield str(found())
    if isinstance(widget, QLineEdit):
        yield widget.displayText()
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(at) for at in range(widget.count()))
    if isinstance(widget, QTableWidget):
        cells = (widget.item(row, at) for row in range(widget.rowCount()) for at in range(widget.columnCount()))
        yield from (f"{cell.text()} {cell.toolTip()}" for cell in cells if cell is not None)
    for action in widget.actions():
        yield f"{action.text()} {action.toolTip()}"


def seen() -> list[str]:
    texts = [text for widget in QApplication.allWidgets() for text in told_by(widget)]
    return [*texts, QGuiApplication.clipboard().text(), *in_process_list()]


def leaks(texts: list[str]) -> list[str]:
    return [text[:200] for text in texts if any(secret in text for secret in PLANTED)]


@pytest.fixture
def hands(qtbot: QtBot, window: MainWindow, settle: Settle, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asking]:
    monkeypatch.setenv("CANARY_TEAM", HEADER)
    window.activateWindow()
    yield Asking(qtbot, window, settle)
    forget_typed_keys()


def test_no_planted_secret_is_seen_or_stored(
    hands: Asking, server: LoopbackServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    team = {"X-Team": "$CANARY_TEAM"}
    endpoint = Endpoint("here", "openai-chat", server.base_url, "", SESSION_KEY, team, max_attempts=1)
    hands.session.write(lambda workspace: save_endpoint(workspace, endpoint=endpoint, at=AT))
    hands.settle()
    keep_for_session(endpoint, TYPED)
    QGuiApplication.clipboard().setText("before")
    said: list[str] = []
    hands.session.notice.connect(said.append)
    hands.session.tasks.failed.connect(lambda error: said.append(str(error)))
    for name, behaviour in FAILURES.items():
        server.default = watched(behaviour, said)
        dialog = hands.open()
        dialog.version.model.setCurrentText("m")
        dialog.limit.setText("1")
        dialog.name.setText(name)
        hands.previewed(dialog, '"model": "m"')
        said += leaks(seen())
        dialog.start()
        hands.settle()
        for shown in ("runs", "review", "cases"):
            hands.window.show_page(shown)
            hands.settle()
            said += leaks(seen())
    assert any(TYPED in str(each.headers) for each in server.completions)
    assert leaks([*said, caplog.text]) == []
    held = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert not [secret for secret in PLANTED if secret.encode() in held]


def watched(behaviour: Behaviour, said: list[str]) -> Behaviour:
    def behave(handler: Handler) -> None:
        said.extend(leaks(in_process_list()))
        behaviour(handler)

    return behave


def test_a_proxy_with_a_password_is_neither_taken_nor_repeated(hands: Asking, tmp_path: Path) -> None:
    hands.add_endpoint("http://127.0.0.1:1/v1")
    hands.open().version.change_endpoint.click()
    dialog = hands.endpoint()
    field = dialog.network.proxy
    for given in (f"http://ann:{PROXY}@127.0.0.1:9", f"ann:{PROXY}@127.0.0.1:9", f"http://127.0.0.1:9/?key={PROXY}"):
        field.setText(given)
        dialog.save_button.click()
        assert dialog.form.problem(field)
        told = [text for widget in QApplication.allWidgets() if widget is not field for text in told_by(widget)]
        assert leaks(told) == []
    dialog.reject()
    hands.settle()
    assert PROXY.encode() not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_the_search_finds_what_is_there(qtbot: QtBot, qapp: QApplication) -> None:
    assert qapp is not None
    field = QLineEdit(f"x{TYPED}")
    qtbot.addWidget(field)
    field.setAccessibleName(HEADER)
    assert len(leaks(list(told_by(field)))) == 2
