"""The dialogs of a new run: filled in by keyboard, every mistake said beside its field, nothing sent before Start."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.core.models import Endpoint
from reviewer.store.queries import runs
from reviewer.store.writes.runs import save_endpoint
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.covered_text import SHOW
from reviewer.ui.kit.fields import number, whole_number
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.runs.endpoint import EndpointDialog, parsed_headers
from reviewer.ui.runs.new_run import NewRunDialog
from reviewer.ui.runs.page import RunsPage
from reviewer.ui.runs.table import BAR, RUN, STATUS, duration_words, rate_words, share_words
from tests.support.builders import AT, make_case, make_cases, make_suite, put_cases
from tests.support.loopback import LoopbackServer, echo, error, models, slow, unused_port
from tests.ui.asked import dialog_in_front
from tests.ui.conftest import WAIT_MS, Settle

CASES = 20
Key = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier


class Asking:
    """The window with its dialogs, filled in as a person does."""

    def __init__(self, qtbot: QtBot, window: MainWindow, settle: Settle) -> None:
        self.qtbot, self.window, self.session = qtbot, window, window.session
        self._settle = settle
        self.session.write(lambda workspace: (make_suite(workspace, make_cases(CASES), "suite"), Changes(cases=True)))
        self.settle()

    def settle(self) -> None:
        self._settle(self.session)

    def add_endpoint(self, base_url: str, name: str = "here") -> None:
        endpoint = Endpoint(name, "openai-chat", base_url, max_attempts=1)
        self.session.write(lambda workspace: save_endpoint(workspace, endpoint=endpoint, at=AT))
        self.settle()

    def open(self) -> NewRunDialog:
        self.window.show_page("runs")
        self.settle()
        self.window.commands["runs.new"].trigger()
        dialog = self.new_run()
        self.settle()
        return dialog

    def new_run(self) -> NewRunDialog:
        self.settle()
        dialog = dialog_in_front()
        assert isinstance(dialog, NewRunDialog)
        return dialog

    def endpoint(self) -> EndpointDialog:
        dialog = dialog_in_front()
        assert isinstance(dialog, EndpointDialog)
        return dialog

    def said(self, dialog: NewRunDialog, finding: str) -> None:
        self.qtbot.waitUntil(lambda: finding in dialog.connection.sentence.text(), timeout=WAIT_MS)

    def previewed(self, dialog: NewRunDialog, piece: str) -> None:
        self.qtbot.waitUntil(lambda: piece in dialog.preview.toPlainText(), timeout=WAIT_MS)

    def wait(self, status: str) -> RunsPage:
        page = self.window.pages["runs"]
        assert isinstance(page, RunsPage)
        self.qtbot.waitUntil(lambda: page.model.index(0, STATUS).data() == status, timeout=WAIT_MS)
        self.settle()
        return page


@pytest.fixture
def asking(qtbot: QtBot, window: MainWindow, settle: Settle) -> Asking:
    window.activateWindow()
    return Asking(qtbot, window, settle)


def type_in(widget: QWidget, text: str) -> None:
    QTest.keyClicks(widget, text)


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def test_twenty_cases_by_keyboard_from_nothing_to_finished(asking: Asking, server: LoopbackServer) -> None:
    asking.window.show_page("runs")
    asking.settle()
    QTest.keyClick(asking.window, Key.Key_R, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    dialog = asking.new_run()
    asking.settle()
    QTest.keyClick(dialog, Key.Key_W, ALT)  # New… endpoint
    asking.qtbot.waitUntil(lambda: dialog_in_front() is not dialog, timeout=WAIT_MS)
    endpoint = asking.endpoint()
    endpoint.activateWindow()  # what a window manager does when a dialog opens
    asking.qtbot.waitUntil(lambda: focused() is endpoint.name, timeout=WAIT_MS)
    type_in(focused(), "loopback")
    QTest.keyClick(focused(), Key.Key_Tab)
    QTest.keyClick(focused(), Key.Key_Tab)
    assert focused() is endpoint.base_url
    type_in(focused(), server.base_url)
    QTest.keyClick(focused(), Key.Key_Return)
    asking.settle()
    assert dialog.version.endpoint().name == "loopback"

    dialog.activateWindow()  # what a window manager does when the dialog above it closes
    asking.qtbot.waitUntil(lambda: QApplication.focusWidget() is not None, timeout=WAIT_MS)
    QTest.keyClick(dialog, Key.Key_M, ALT)  # Model id
    type_in(focused(), "test-model")
    asking.previewed(dialog, '"model": "test-model"')
    assert f"POST {server.base_url}/chat/completions" in dialog.preview.toPlainText()
    assert dialog.requests.text().startswith("20 requests in all: 20 cases. About ")
    assert server.received == []
    QTest.keyClick(focused(), Key.Key_Return)
    page = asking.wait("finished")
    assert page.model.index(0, BAR).data() == f"{CASES} of {CASES}"
    assert page.model.index(0, RUN).data() == "suite test-model"
    assert page.current is not None
    assert asking.session.run_id == page.current.id
    assert set(server.prompts().values()) == {1}


def test_everything_that_is_filled_in_is_sent(asking: Asking, server: LoopbackServer) -> None:
    asking.add_endpoint(server.base_url)
    dialog = asking.open()
    fields = dialog.version
    for control, text in (
        (dialog.limit, "2"),
        (dialog.repeats, "3"),
        (dialog.name, "my run"),
        (fields.name, "kind"),
        (fields.system, "Be kind."),
        (fields.sampling.temperature, "0,5"),
        (fields.sampling.top_p, "0.9"),
        (fields.sampling.max_tokens, "64"),
        (fields.sampling.seed, "7"),
    ):
        control.setFocus(Qt.FocusReason.TabFocusReason)
        type_in(control, text)
    fields.model.setCurrentText("m")
    asking.previewed(dialog, '"seed": 7')
    assert dialog.requests.text().startswith("6 requests in all: 2 cases, each 3 times. About ")
    dialog.start()
    page = asking.wait("finished")
    assert page.model.index(0, RUN).data() == "my run"
    assert len(server.completions) == 6
    # the repeats of a case, each with a seed of its own, come in any order
    body = min(server.completions, key=lambda received: (received.prompt, received.body["seed"])).body
    expected = {"model": "m", "temperature": 0.5, "top_p": 0.9, "max_tokens": 64, "seed": 7}
    assert {name: body[name] for name in expected} == expected
    assert body["messages"] == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "What about case-000?"},
    ]


def test_each_mistake_is_said_beside_its_field_and_nothing_starts(asking: Asking, server: LoopbackServer) -> None:
    asking.add_endpoint(server.base_url)
    dialog = asking.open()
    fields = dialog.version
    for control, text in (
        (dialog.limit, "0"),
        (dialog.repeats, "x"),
        (fields.sampling.temperature, "3"),
        (fields.sampling.seed, "1.5"),
    ):
        control.setText(text)
    dialog.start()
    for wrong in (dialog.limit, dialog.repeats, fields.sampling.temperature, fields.sampling.seed, fields.model):
        assert dialog.form.problem(wrong)
    assert focused() is dialog.limit
    assert "Not started" in dialog.status.text()
    asking.settle()
    assert dialog.isVisible()
    assert server.received == []
    dialog.limit.setText("1")
    QTest.keyClick(dialog.limit, Key.Key_Tab)
    assert not dialog.form.problem(dialog.limit)


def test_what_the_run_can_find_is_said_before_there_is_a_model(asking: Asking, server: LoopbackServer) -> None:
    dialog = asking.open()

    def says(words: str) -> None:
        asking.qtbot.waitUntil(lambda: words in dialog.finding.answer.text(), timeout=WAIT_MS)

    says("This suite has 10 cases at each end: with 1 repeat")
    says("a change of 0.5 takes ")
    QTest.keyClick(dialog, Key.Key_L, ALT)
    QTest.keyClick(focused(), Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    type_in(focused(), "1.5")
    says("a change of 1.5 takes ")
    dialog.repeats.setText("4")
    dialog.limit.setText("8")
    says("The first 8 cases are 4 cases at each end: with 4 repeats")
    dialog.finding.gain.setText("7")
    says("from 0.05 to 2")
    assert server.received == []


def test_a_name_that_is_taken_is_said_in_the_dialog(asking: Asking, server: LoopbackServer) -> None:
    asking.add_endpoint(server.base_url)
    for _ in range(2):
        dialog = asking.open()
        dialog.version.model.setCurrentText("m")
        dialog.name.setText("same")
        dialog.start()
        asking.settle()
    assert "A run named 'same' exists" in dialog.status.text()
    assert dialog.isVisible()
    dialog.name.setText("other")
    dialog.start()
    asking.wait("finished")


def test_an_existing_version_is_offered_again_and_the_last_endpoint_is_remembered(
    asking: Asking, server: LoopbackServer
) -> None:
    for name in ("a", "b"):
        asking.add_endpoint(server.base_url + f"?{name}", name)
    dialog = asking.open()
    dialog.version.endpoint_choice.setCurrentText("b")
    dialog.version.model.setCurrentText("m")
    dialog.version.sampling.seed.setText("5")
    dialog.start()
    asking.wait("finished")

    dialog = asking.open()
    assert dialog.version.endpoint_choice.currentText() == "b"
    dialog.version.model.setCurrentText("m")
    dialog.start()
    assert "Another model version is named 'm'" in dialog.form.problem(dialog.version.name)
    dialog.version.version_choice.setCurrentIndex(1)
    assert dialog.version.sampling.seed.text() == "5"
    assert not dialog.version.model.isEnabled()
    dialog.start()
    page = asking.wait("finished")
    assert [line.version.hash for line in page.model.lines] == [page.model.lines[0].version.hash] * 2


def test_the_connection_test_says_what_it_found(asking: Asking, server: LoopbackServer) -> None:
    asking.add_endpoint(server.base_url)
    dialog = asking.open()
    dialog.version.model.setCurrentText("test-model")
    for default, finding in ((echo, "✓ The endpoint answers"), (error(401, "no"), "✗ The endpoint does not accept")):
        server.default = default
        QTest.keyClick(dialog, Key.Key_T, ALT)
        asking.said(dialog, finding)


def test_the_connection_test_of_an_endpoint_that_is_down(asking: Asking) -> None:
    asking.add_endpoint(f"http://127.0.0.1:{unused_port()}/v1")
    dialog = asking.open()
    dialog.version.model.setCurrentText("m")
    dialog.connection.button.click()
    asking.settle()
    assert "✗ There is no connection to" in dialog.connection.sentence.text()
    dialog.version.fetch.click()
    asking.settle()
    assert "There is no connection to" in dialog.form.problem(dialog.version.model)


def test_the_connection_test_can_be_stopped_and_ends_with_the_dialog(asking: Asking, server: LoopbackServer) -> None:
    server.default = slow
    asking.add_endpoint(server.base_url)
    dialog = asking.open()
    dialog.version.model.setCurrentText("test-model")
    dialog.connection.button.click()
    asking.qtbot.waitUntil(lambda: len(server.completions) == 1, timeout=WAIT_MS)
    dialog.connection.button.click()
    asking.settle()
    assert dialog.connection.sentence.text() == "Stopped."
    dialog.connection.button.click()
    asking.qtbot.waitUntil(lambda: len(server.completions) == 2, timeout=WAIT_MS)
    QTest.keyClick(dialog, Key.Key_Escape)
    asking.settle()
    assert dialog_in_front() is None


def test_models_are_fetched_into_the_picker(asking: Asking, server: LoopbackServer) -> None:
    server.models_behaviour = models("only-model")
    asking.add_endpoint(server.base_url)
    dialog = asking.open()
    QTest.keyClick(dialog, Key.Key_F, ALT)
    asking.qtbot.waitUntil(lambda: dialog.version.model_id() == "only-model", timeout=WAIT_MS)
    server.models_behaviour = models("first", "second")
    dialog.version.fetch.click()
    asking.settle()
    picker = dialog.version.model
    picker.hidePopup()
    assert [picker.itemText(n) for n in range(picker.count())] == ["first", "second"]
    assert dialog.version.model_id() == "only-model"


def test_recorded_responses_need_only_a_file(asking: Asking, tmp_path: Path) -> None:
    file = tmp_path / "responses.jsonl"
    file.write_text("".join(f'{{"case": "{case.key}", "text": "Sure."}}\n' for case in make_cases(CASES)))
    dialog = asking.open()
    dialog.version.new_endpoint.click()
    endpoint = asking.endpoint()
    endpoint.name.setText("file")
    endpoint.protocol.setCurrentIndex(endpoint.protocol.findData("recorded"))
    assert not endpoint.base_url.isVisible()
    endpoint.save_button.click()
    assert endpoint.form.problem(endpoint.file)
    endpoint.file.setText(str(file))
    endpoint.save_button.click()
    asking.settle()
    dialog.version.model.setCurrentText("m")
    asking.previewed(dialog, "Nothing is sent.")
    dialog.start()
    asking.wait("finished")


def test_an_endpoint_takes_no_key_and_says_what_is_wrong(asking: Asking) -> None:
    asking.add_endpoint("http://127.0.0.1:1/v1")
    dialog = asking.open()
    dialog.version.new_endpoint.click()
    endpoint = asking.endpoint()
    endpoint.name.setText("here")
    endpoint.base_url.setText("127.0.0.1:8080")
    endpoint.key_env.setText("sk-1234567890")
    endpoint.key_service.setText("sk-1234567890")
    endpoint.headers.setPlainText("Authorization: Bearer sk-1234567890")
    endpoint.timeout.setText("0")
    endpoint.concurrency.setText("5000")
    endpoint.attempts.setText("-1")
    endpoint.save_button.click()
    for control in (
        endpoint.name,
        endpoint.base_url,
        endpoint.key_env,
        endpoint.key_service,
        endpoint.headers,
        endpoint.timeout,
        endpoint.concurrency,
        endpoint.attempts,
    ):
        assert endpoint.form.problem(control)
    endpoint.base_url.setText("http://127.0.0.1:8080/v1/messages")
    endpoint.save_button.click()
    assert "Leave /messages out" in endpoint.form.problem(endpoint.base_url)
    assert endpoint.isVisible()
    asking.settle()
    assert asking.session.path is not None
    assert b"sk-1234567890" not in asking.session.path.read_bytes()


def test_an_existing_endpoint_keeps_its_address_and_changes_its_limits(asking: Asking) -> None:
    asking.add_endpoint("http://127.0.0.1:1/v1")
    dialog = asking.open()
    dialog.version.change_endpoint.click()
    endpoint = asking.endpoint()
    assert not endpoint.base_url.isEnabled()
    endpoint.concurrency.setText("9")
    endpoint.network.stream.setChecked(True)
    endpoint.key_env.setText("SOME_KEY")
    endpoint.headers.setPlainText("X-Team: a\nX-Api-Key: $OTHER_KEY")
    endpoint.save_button.click()
    asking.settle()
    found: list[list[Endpoint]] = []
    asking.session.read(runs.endpoints, found.append)
    asking.settle()
    [[stored]] = found
    assert (stored.base_url, stored.concurrency, stored.key_env) == ("http://127.0.0.1:1/v1", 9, "SOME_KEY")
    assert stored.headers == {"X-Team": "a", "X-Api-Key": "$OTHER_KEY"}
    assert stored.network.stream


def test_every_control_of_the_dialogs_has_a_name(asking: Asking, server: LoopbackServer) -> None:
    dialog = asking.open()
    dialog.version.new_endpoint.click()
    for each in (dialog, asking.endpoint()):
        for kind in (QLineEdit, QComboBox, QPlainTextEdit):
            for control in each.findChildren(kind):
                inside = isinstance(control.parentWidget(), QComboBox)
                assert inside or control.accessibleName(), control
        for button in each.findChildren(QAbstractButton):
            assert button.text() or not button.isVisible()


def test_no_two_controls_of_a_dialog_share_a_letter(asking: Asking) -> None:
    dialog = asking.open()
    dialog.version.new_endpoint.click()
    for each in (dialog, asking.endpoint()):
        texts = [label.text() for label in each.findChildren(QLabel) if label.buddy() and label.window() is each]
        texts += [button.text() for button in each.findChildren(QAbstractButton) if button.window() is each]
        letters = [text[text.index("&") + 1].lower() for text in texts if "&" in text]
        assert len(letters) == len(set(letters)), sorted(letters)


def test_without_cases_the_dialog_says_so(qtbot: QtBot, window: MainWindow, settle: Settle) -> None:
    dialog = NewRunDialog(window.session, window)
    show_over(dialog)
    settle(window.session)
    assert "no cases yet" in dialog.form.problem(dialog.suite)
    dialog.start()
    assert dialog.isVisible()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (duration_words(0.4), "0 s"),
        (duration_words(185), "3 min 5 s"),
        (duration_words(7800), "2 h 10 min"),
        (rate_words(0), ""),
        (rate_words(0.5), "30/min"),
        (rate_words(4.25), "4.2/s"),
        (share_words(0, 0), "–"),
        (share_words(1, 1000), "1 %"),
        (share_words(999, 1000), "99 %"),
        (share_words(10, 10), "100 %"),
    ],
)
def test_figures_are_said_in_words(words: str, expected: str) -> None:
    assert words == expected


def test_numbers_are_read_or_refused() -> None:
    assert number(" 0,5 ", "T", low=0, high=2) == 0.5
    assert number("", "T", low=0, high=2) is None
    assert whole_number("", "N", low=1, high=5) is None
    for bad in ("nan", "inf", "3", "-1", "x"):
        with pytest.raises(InputError):
            number(bad, "T", low=0, high=2)
    for bad in ("0", "6", "1.0", "x"):
        with pytest.raises(InputError):
            whole_number(bad, "N", low=1, high=5)


@pytest.mark.parametrize("text", ["no colon", "Bad Name: x", "X: é", "X-Api-Key: abc", "Cookie: a=b"])
def test_headers_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(InputError):
        parsed_headers(text)


def test_the_first_request_stays_covered_until_it_is_asked_for(asking: Asking, server: LoopbackServer) -> None:
    session = asking.session
    session.change_settings(replace(session.settings, covered=("chemistry",)))
    secret = make_case("aa", "how is it brewed", category="Chemistry")
    session.write(lambda workspace: (put_cases(workspace, 1, [secret]), Changes(cases=True)))
    asking.add_endpoint(server.base_url)
    dialog = asking.open()
    dialog.version.model.setFocus()
    type_in(focused(), "test-model")
    asking.previewed(dialog, "This request is covered, because its category is Chemistry.")
    assert "brewed" not in dialog.preview.toPlainText()
    button = next(each for each in dialog.findChildren(QPushButton) if each.text() == SHOW)
    QTest.keyClick(button, Key.Key_Space)
    assert "how is it brewed" in dialog.preview.toPlainText()
    assert button.isHidden()
    assert session.cover.uncovered_today == {"Chemistry": 1}
    session.change_settings(replace(session.settings, covered=("chemistry", "other")))
    assert "brewed" not in dialog.preview.toPlainText()
