"""A reviewer in a process of their own, who decides with real keys, blind and side by side, until they are killed.

`python -m tests.e2e.blind_hands WORKSPACE DECISIONS UNDO_EVERY END`: tells each key before it is pressed, and each
decision once the window says that it is stored. With `END` `kill` they are killed right after the key that follows so
many decisions, with `close` they go on until nothing is left.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reviewer.store.facts.review import QueueFilter
from reviewer.ui.application import make_application
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Tasks
from reviewer.ui.review.page import ReviewPage
from reviewer.ui.review.response_pane import ResponsePane

ME = "tireless"
KEYS = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_5)


def tell(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


class BlindHands:
    def __init__(self, path: Path) -> None:
        self.session = Session(Tasks(), path.with_suffix(".json"))
        self.session.change_settings(replace(self.session.settings, reviewer=ME))
        self.window = MainWindow(self.session)
        self.window.resize(1366, 768)
        self.window.show()
        self.session.open(path, create=False)
        self.settle()
        self.window.show_page("review")
        self.settle()
        page = self.window.pages["review"]
        assert isinstance(page, ReviewPage)
        self.page = page
        self.pressed = 0

    def settle(self) -> None:
        while self.session.tasks.under_way:
            QApplication.processEvents()
        QApplication.processEvents()

    def press(self, key: Qt.Key, *, shift: bool = False) -> None:
        held = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        QTest.keyClick(self.window.focusWidget() or self.window, key, held)
        self.settle()

    def begin(self) -> None:
        """Side by side and blind; after a kill it is so already."""
        if self.page.state.queue is not None and self.page.state.queue.second is None:
            self.page.state.load(1, 2, QueueFilter.ALL)
            self.settle()
        if not self.page.state.blind.on:
            self.press(Qt.Key.Key_B)
            # what was in sight until now is not blind any more: begin behind it, and come back to it last
            self.press(Qt.Key.Key_J)
        tell(begun=self.index)

    @property
    def index(self) -> int:
        return self.page.state.current.index if self.page.state.current is not None else -1

    def decide(self, pane: ResponsePane, *, shift: bool, die: bool = False) -> None:
        """One key on the response whose text stands there."""
        found = re.search(r"Reply (\d) to case-(\d+)", pane.text.toPlainText())
        assert found is not None
        run, case, rank = int(found[1]), int(found[2]), self.pressed % len(KEYS)
        before = len(self.page.deciding._own)
        tell(pressing=[run, case, rank], at=self.index)
        if die:
            held = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
            QTest.keyClick(self.window.focusWidget() or self.window, KEYS[rank], held)
            os.kill(os.getpid(), signal.SIGKILL)
        self.press(KEYS[rank], shift=shift)
        assert len(self.page.deciding._own) == before + 1
        self.pressed += 1
        tell(stored=[run, case, rank])

    def work(self, decisions: int, undo_every: int, *, die: bool) -> None:
        """Until so many are made, and then in the middle of the next; or until nothing is left."""
        of_round = -1
        while True:
            here = self.index
            for pane, shift in ((self.page.left, False), (self.page.right, True)):
                if not _is_decided(pane) and self.index == here:
                    self.decide(pane, shift=shift, die=die and self.pressed >= decisions)
                    if self.pressed % undo_every == 0:
                        self.press(Qt.Key.Key_U)
                        tell(undone=1)
                        break
            if self.index != here or not all(map(_is_decided, self.panes)):
                continue
            if here + 1 < len(self.page.list_model.ids):
                self.press(Qt.Key.Key_J)
            elif of_round == self.pressed:
                return
            else:
                of_round = self.pressed
                self.press(Qt.Key.Key_Home)

    @property
    def panes(self) -> tuple[ResponsePane, ResponsePane]:
        return self.page.left, self.page.right


def _is_decided(pane: ResponsePane) -> bool:
    return any(cell.isChecked() for cell in pane.buttons)


def main() -> None:
    path, decisions, undo_every, end = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    application = make_application(["reviewer"], path.with_suffix(".none.json"))
    hands = BlindHands(path)
    hands.begin()
    hands.work(decisions, undo_every, die=end == "kill")
    hands.window.close()
    application.quit()


if __name__ == "__main__":
    main()
