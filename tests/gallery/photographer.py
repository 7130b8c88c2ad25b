"""Brings the window into a state, waits until it is calm, takes its picture."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from reviewer.core.errors import EnvironmentFault
from reviewer.ui.frame.main_window import MainWindow

D = TypeVar("D", bound=QDialog)

WAIT_S = 300.0
"""A loaded machine may be slow; what has not come by then does not come."""


def is_painted(shown: QWidget) -> bool:
    """Whether the screen shows what this window would paint if all of it were painted anew."""
    seen, anew = _seen_and_anew(shown)
    return seen == anew.copy(seen.rect())


def _seen_and_anew(shown: QWidget) -> tuple[QImage, QImage]:
    """What the screen shows, and the same painted anew. A screen whose pixels are scaled gives its corner only."""
    seen = shown.screen().grabWindow(shown.winId()).toImage()
    anew = shown.grab().toImage().convertToFormat(seen.format())
    seen.setDevicePixelRatio(1)
    anew.setDevicePixelRatio(1)
    return seen, anew


class Photographer:
    """Of one window in one theme at one scale."""

    def __init__(self, window: MainWindow, out: Path, suffix: str) -> None:
        self.window, self.out, self.suffix = window, out, suffix
        self.folder = out
        self.unpainted: list[str] = []
        self._opened = 0

    def wait_until(self, is_so: Callable[[], object], what: str) -> None:
        """Let the window work until it is so."""
        deadline = time.monotonic() + WAIT_S
        while not is_so():
            if time.monotonic() > deadline:
                raise EnvironmentFault(f"{what} did not come within {WAIT_S:.0f} s.", "Try again on a quieter machine.")
            QApplication.processEvents()
            time.sleep(0.002)

    def settle(self) -> None:
        """Until nothing is under way any more, also nothing that waits for another program."""
        session = self.window.session
        self.wait_until(
            lambda: not session.tasks.under_way and not (session.is_open and len(session.held)), "The end of all work"
        )
        for _ in range(3):
            QApplication.processEvents()

    def shown(self, kind: type[D]) -> D:
        """The dialog of this kind that is shown, waited for: what it shows may have to be read first."""
        found: list[D] = []

        def look() -> bool:
            found[:] = [each for each in self.window.findChildren(kind) if each.isVisible()]
            return bool(found)

        self.wait_until(look, f"The dialog {kind.__name__}")
        return found[-1]

    def take(self, name: str, widget: QWidget | None = None) -> None:
        """Of the screen: painted anew for a picture, a window shows what it has not painted for the person."""
        self.settle()
        path, shown = self.out / f"{name}-{self.suffix}.png", widget or self.window
        seen, anew = _seen_and_anew(shown)
        if seen != anew.copy(seen.rect()):
            self.unpainted.append(path.stem)
        with QPainter(anew) as painter:
            painter.drawImage(0, 0, seen)
        if not anew.save(str(path)):
            raise EnvironmentFault(f"The picture {path} could not be written.", "Check the folder.")

    def open(self, path: Path, *, create: bool = False) -> None:
        self.window.session.open(path, create=create)
        self.settle()

    def open_fresh(self, name: str) -> None:
        """A copy of a made workspace that nobody has been in: every state begins at the same place."""
        self._opened += 1
        copy = self.folder / f"{self.suffix}-{self._opened}" / f"{name}.sqlite"
        copy.parent.mkdir()
        shutil.copy(self.folder / f"{name}.sqlite", copy)
        self.open(copy)

    def page(self, name: str) -> None:
        self.window.show_page(name)
        self.settle()

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.window.focusWidget() or self.window, key, modifier)
        self.settle()

    def keys(self, *sequences: str) -> None:
        """As people write them: `J`, `Shift+S`, `Return`."""
        for sequence in sequences:
            held, _, name = sequence.rpartition("+")
            self.key(Qt.Key[f"Key_{name}"], Qt.KeyboardModifier[f"{held or 'No'}Modifier"])

    def type(self, text: str) -> None:
        QTest.keyClicks(self.window.focusWidget() or self.window, text)
        self.settle()

    @contextmanager
    def dialog(self, show: Callable[[], object]) -> Iterator[QDialog]:
        """The dialog that `show` opens, closed again afterwards."""
        before = set(self.window.findChildren(QDialog))
        show()
        opened: list[QDialog] = []

        def look() -> bool:
            shown = (each for each in self.window.findChildren(QDialog) if each.isVisible())
            opened[:] = [each for each in shown if each not in before]
            return bool(opened)

        self.wait_until(look, "A dialog")
        self.settle()
        look()  # the first one may have given way to another
        yield opened[-1]
        opened[-1].reject()
        self.settle()
        self.window.activateWindow()
