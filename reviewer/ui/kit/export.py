"""A chart as a file: vectors (SVG) or pixels (PNG), exactly as it is shown, or what it says as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAction, QColor, QImage, QImageWriter, QKeySequence, QPainter, QRegion
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QToolButton, QWidget

from reviewer.host.files import write_file
from reviewer.host.paths import data_folder, output_file
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.left_plain import left_plain
from reviewer.ui.kit.marked import MarkedChart
from reviewer.ui.kit.plain import literal
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import colours, small_font

PNG_SCALE = 2
"""Pixels of the file for one of the chart at 100 %."""
MARGIN = 12
NAME_CHARACTERS = 100
FORMS: tuple[tuple[str, str, str], ...] = (
    ("Save as SVG…", "svg", "Ctrl+Shift+S"),
    ("Save as PNG…", "png", "Ctrl+Shift+P"),
)


def svg_bytes(chart: QWidget) -> bytes:
    """The chart as an SVG document: text stays text, name and description are its title and desc."""
    buffer, size = _buffer(), _size(chart)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRect(QPoint(0, 0), size))
    generator.setResolution(chart.logicalDpiX())
    generator.setTitle(chart.accessibleName())
    generator.setDescription(chart.accessibleDescription())
    painter = QPainter(generator)
    _paint(painter, chart, size)
    painter.end()
    return bytes(buffer.data().data())


def png_bytes(chart: QWidget) -> bytes:
    """The chart as a PNG with twice the pixels that it has at 100 %."""
    buffer, size = _buffer(), _size(chart)
    image = QImage(size * PNG_SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(PNG_SCALE)
    painter = QPainter(image)
    _paint(painter, chart, size)
    painter.end()
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def _buffer() -> QBuffer:
    buffer = QBuffer()
    buffer.setData(QByteArray())
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer


def _size(chart: QWidget) -> QSize:
    shown = chart.size().expandedTo(chart.minimumSizeHint())
    return shown + QSize(2 * MARGIN, 2 * MARGIN)


def _paint(painter: QPainter, chart: QWidget, size: QSize) -> None:
    painter.fillRect(QRect(QPoint(0, 0), size), QColor(colours().page))
    painter.translate(MARGIN, MARGIN)
    if isinstance(chart, MarkedChart):
        chart.paint(painter)
    else:
        chart.render(painter, QPoint(0, 0), QRegion(), QWidget.RenderFlag.DrawChildren)


def file_name(chart: str, *untrusted_runs: str) -> str:
    """A chart's and its runs' names as a file name: what no file system minds, and never a folder."""
    names = " ".join((chart, *untrusted_runs))
    return re.sub(r"[^\w.() -]+", "-", names).strip(" .-")[:NAME_CHARACTERS].strip()


@dataclass(frozen=True)
class Shown:
    """A chart, what it says as text, and what its file is to be called."""

    chart: QWidget
    text: Callable[[], str]
    file_name: Callable[[], str]


class ChartFiles(QObject):
    """Gives charts their context menus and buttons, asks where a picture is to go, and writes it off the GUI thread."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._window = session, parent

    def offer(self, shown: Sequence[Shown], button: QToolButton) -> None:
        """The same entries in the button's menu and in each chart's context menu; of several charts, a menu each."""
        button.setText("Save or copy   ")  # the menu's mark is drawn over the end of the text
        button.setFont(small_font(button.font()))
        button.setAutoRaise(True)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        names = ", ".join(each.chart.accessibleName() for each in shown)
        button.setAccessibleName(f"Save or copy: {names}")
        menu = QMenu(button)
        for each in shown:
            actions = self._actions(each)
            each.chart.addActions(actions)
            each.chart.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
            target = menu if len(shown) == 1 else menu.addMenu(literal(each.chart.accessibleName()))
            target.addActions(actions)
        button.setMenu(menu)

    def _actions(self, shown: Shown) -> list[QAction]:
        actions = []
        for text, ending, keys in FORMS:
            actions.append(self._action(shown, text, keys, partial(self.ask, shown, ending)))
        actions.append(self._action(shown, "Copy as text", "Ctrl+C", partial(self.copy, shown)))
        return actions

    def _action(self, shown: Shown, text: str, keys: str, act: Callable[[], object]) -> QAction:
        action = QAction(text, shown.chart)
        if isinstance(shown.chart, MarkedChart):
            # others never have the focus, or copy by themselves
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.setShortcutVisibleInContextMenu(True)
        action.triggered.connect(lambda _checked=False: act())
        return action

    def copy(self, shown: Shown) -> None:
        QApplication.clipboard().setText(shown.text())
        self._session.notice.emit(f"Copied as text: {shown.chart.accessibleName()}.")

    def ask(self, shown: Shown, ending: str) -> QFileDialog:
        """Ask where the picture is to go."""
        folder = self._session.path.parent if self._session.path else data_folder()
        kind = "Vectors (*.svg)" if ending == "svg" else "Pixels (*.png)"
        dialog = QFileDialog(self._window, "Save the chart", str(folder), kind)
        dialog.setObjectName("chart.save")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ending)
        dialog.selectFile(f"{shown.file_name()}.{ending}")
        dialog.fileSelected.connect(partial(self.write, shown.chart, ending))
        show_over(dialog)
        return dialog

    def write(self, chart: QWidget, ending: str, chosen: str) -> None:
        """Write the chart as it is now and say where it is."""
        content, path = (svg_bytes if ending == "svg" else png_bytes)(chart), Path(chosen)

        def work() -> Path:
            write_file(path, content)
            return output_file(path)

        session, plain = self._session, left_plain(self._session)
        session.tasks.on_worker(work, lambda done: session.notice.emit(f"The chart was written to {done}.{plain}"))
