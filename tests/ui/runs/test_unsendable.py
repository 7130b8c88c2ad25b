"""What a protocol cannot send is said in the dialogs before anything is sent, and is an error in the run."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from reviewer.core.changes import Changes
from reviewer.store.database import Workspace
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.runs.send_run import send_run
from tests.support.builders import put_cases
from tests.support.loopback import LoopbackServer
from tests.support.tool_cases import AGENT, case_of
from tests.ui.conftest import WAIT_MS, Settle
from tests.ui.runs.test_new_run import CASES, Asking

ODD: list[object] = [{"role": "user", "content": [{"type": "brain_wave"}]}]
TOLD = "1 case cannot be sent and becomes an error (odd): OpenAI chat completions cannot send a part of the type"


@pytest.fixture
def asking(qtbot: QtBot, window: MainWindow, settle: Settle) -> Asking:
    window.activateWindow()
    asking = Asking(qtbot, window, settle)

    def add(workspace: Workspace) -> tuple[None, Changes]:
        return None, put_cases(workspace, 1, [case_of("agent", AGENT), case_of("odd", ODD)]).changes

    asking.session.write(add)
    asking.settle()
    return asking


def test_both_dialogs_say_what_cannot_be_sent_and_the_rest_is_sent(asking: Asking, server: LoopbackServer) -> None:
    asking.add_endpoint(server.base_url)
    dialog = asking.open()
    dialog.version.model.setCurrentText("m")
    asking.qtbot.waitUntil(lambda: TOLD in dialog.requests.text(), timeout=WAIT_MS)
    assert server.completions == []
    dialog.start()
    page = asking.wait("finished")
    assert len(server.completions) == CASES + 1
    assert page.current is not None
    assert page.current.states == {"ok": CASES + 1, "error": 1}
    resumed = send_run(asking.session, page.current, asking.window)
    asking.qtbot.waitUntil(lambda: TOLD in resumed.volume.text(), timeout=WAIT_MS)
    resumed.reject()
