"""On a workspace of hostile names nothing is read as markup, no local picture is loaded, `&` makes no Alt key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractListModel, QPoint, Qt
from PySide6.QtGui import QAction, QColor, QHelpEvent, QImage
from PySide6.QtGui import Qt as QtText
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QDialog,
    QGroupBox,
    QHeaderView,
    QLabel,
    QMenu,
    QMessageBox,
    QPushButton,
    QTabBar,
    QTableView,
    QTextEdit,
    QToolTip,
    QWidget,
)

from reviewer.core.actions import Action, ActionId, ActionScale
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import Classified
from reviewer.store.queries.review import response_ids
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.frame.pages import PAGES
from reviewer.ui.kit.plain import PlainLabels, literal
from tests.support.builders import decide as decide_on
from tests.support.builders import make_case, make_model_version, make_response, make_run, make_suite, make_verdict
from tests.support.pixels import colours_of
from tests.ui.conftest import Fill, Settle

MAGENTA = QColor("#ff00ff")
NAME = "R&D"
DIALOGS = ("file.export", "file.paste", "runs.new", "runs.judge", "view.palette", "view.reviewer", "help.keys")
SHOWN_ROLES = (Qt.ItemDataRole.WhatsThisRole, Qt.ItemDataRole.StatusTipRole)


@pytest.fixture
def picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An image tag that names a picture on this machine, short enough to be whole in a table's preview."""
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(MAGENTA)
    assert image.save(str(tmp_path / "m.png"))
    monkeypatch.chdir(tmp_path)
    return "<img src='file:m.png'>"


def hostile(picture: str) -> Fill:
    """Every name in the workspace has markup in it, an ampersand, a line end, a control that turns text round."""
    wild = f"{picture}<b>{NAME}</b>"
    long = f"{wild}\n\u202e{'w' * 3000}"
    names = ("answer", "ask", "refuse")
    scale = ActionScale(tuple(Action(ActionId(name), f"{wild}{name}", f"<h1>{wild}</h1>", long) for name in names))

    def fill(workspace: Workspace) -> None:
        keys = [f"{wild}{n}" for n in range(3)] + [f"{long}{n}" for n in range(2)]
        cases = [
            make_case(key, f"{wild} what?", scale.ids[0], category=category, tags=(wild, long), pair=wild)
            for key, category in zip(keys, (wild, long, wild, long, wild), strict=True)
        ]
        suite = make_suite(workspace, cases, wild, scale=scale)
        for name in (wild, f"{wild} 2", long):
            answered = [
                Classified(
                    make_response(case.key, text=wild * 3),
                    (make_verdict(ActionId("answer"), wild), make_verdict(ActionId("refuse"), f"judge {wild}")),
                )
                for case in cases
            ]
            run = make_run(workspace, suite, answered, name=name, version=make_model_version(name, system=wild))
        decide_on(workspace, response_ids(workspace, run)[0], ActionId("ask"), wild)

    return fill


def tip() -> QLabel | None:
    """The label that Qt shows as the tool tip now."""
    shown = [w for w in QApplication.topLevelWidgets() if w.inherits("QTipLabel") and w.isVisible()]
    return shown[0] if shown and isinstance(shown[0], QLabel) else None


def ask_for_tip(widget: QWidget, place: QPoint) -> QLabel | None:
    QToolTip.hideText()
    for old in [w for w in QApplication.topLevelWidgets() if w.inherits("QTipLabel")]:
        old.hide()
    QApplication.sendEvent(widget, QHelpEvent(QHelpEvent.Type.ToolTip, place, widget.mapToGlobal(place)))
    return tip()


def is_rich(label: QLabel) -> bool:
    return label.textFormat() is not Qt.TextFormat.PlainText and QtText.mightBeRichText(label.text())


def items(view: QAbstractItemView) -> Iterator[QPoint]:
    """Where in the view its first items are, or would be."""
    model = view.model()
    if model is None or isinstance(view, QHeaderView):
        return
    for row in range(min(model.rowCount(), 8)):
        for column in range(1 if isinstance(model, QAbstractListModel) else min(model.columnCount(), 10)):
            index = model.index(row, column)
            assert [index.data(role) for role in SHOWN_ROLES] == [None, None]
            yield view.visualRect(index).center()


def rendered_as_markup(root: QWidget) -> Iterator[str]:
    """Every place under `root` where a text would be read as markup, each tried with Qt's own event."""
    for widget in root.findChildren(QWidget):
        assert (widget.whatsThis(), widget.statusTip()) == ("", "")
        where = f"{type(widget).__name__} {widget.accessibleName()[:30]!r}"
        if isinstance(widget, QLabel) and widget.isVisible() and is_rich(widget):
            yield f"{where}: label {widget.text()[:60]!r}"
        if isinstance(widget, QTextEdit) and any(f.isImageFormat() for f in widget.document().allFormats()):
            yield f"{where}: a picture in the text"
        places = [widget.rect().center()] if widget.toolTip() else []
        target = widget
        if isinstance(widget, QAbstractItemView):
            places, target = list(items(widget)), widget.viewport()
        for place in places:
            shown = ask_for_tip(target, place)
            if shown is not None and is_rich(shown):
                yield f"{where}: tip {shown.text()[:60]!r}"


def alt_keys(root: QWidget) -> Iterator[str]:
    """Every text with a name in it whose ampersand Qt would take for the mark of an Alt key."""
    texts = [button.text() for button in root.findChildren(QAbstractButton)]
    texts += [label.text() for label in root.findChildren(QLabel) if label.buddy() is not None]
    texts += [box.title() for box in root.findChildren(QGroupBox)]
    texts += [bar.tabText(at) for bar in root.findChildren(QTabBar) for at in range(bar.count())]
    texts += [menu.title() for menu in root.findChildren(QMenu)]
    texts += [action.text() for action in root.findChildren(QAction)]
    yield from (text[:80] for text in texts if NAME in text.replace("&&", "\0"))


@contextmanager
def as_qt_would() -> Iterator[None]:
    """Without the program's own way, to see that a test would see a fault."""
    assert isinstance(QApplication.style(), PlainLabels)
    QApplication.setStyle("Fusion")
    try:
        yield
    finally:
        QApplication.setStyle(PlainLabels("Fusion"))


def magenta(widget: QWidget) -> int:
    """How many of its pixels have the colour of the picture."""
    return colours_of(widget)[MAGENTA.name()]


@pytest.mark.parametrize("page", PAGES)
def test_no_page_reads_a_name_as_markup_or_makes_a_key_of_it(
    window: MainWindow, open_filled: Callable[[Fill], None], settle: Settle, picture: str, page: str
) -> None:
    open_filled(hostile(picture))
    window.show_page(page)
    settle(window.session)
    for view in window.pages[page].findChildren(QAbstractItemView):
        if view.isVisible() and view.model() is not None and view.model().rowCount():
            view.setCurrentIndex(view.model().index(0, 0))
            settle(window.session)
    if page == "cases":
        window.commands["cases.edit"].trigger()
        settle(window.session)
    assert list(rendered_as_markup(window)) == []
    assert list(alt_keys(window)) == []


@pytest.mark.parametrize("command", DIALOGS)
def test_no_dialog_reads_a_name_as_markup_or_makes_a_key_of_it(
    window: MainWindow, open_filled: Callable[[Fill], None], settle: Settle, picture: str, command: str
) -> None:
    open_filled(hostile(picture))
    window.show_page(page := "runs" if command.startswith("runs.") else "cases")
    settle(window.session)
    for view in window.pages[page].findChildren(QAbstractItemView):
        if view.isVisible() and view.model() is not None and view.model().rowCount():
            view.setCurrentIndex(view.model().index(0, 0))
    settle(window.session)
    window.commands[command].trigger()
    settle(window.session)
    dialogs = [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]
    assert dialogs
    for dialog in dialogs:
        assert list(rendered_as_markup(dialog)) == []
        assert list(alt_keys(dialog)) == []
        dialog.reject()


def test_the_walk_finds_what_qt_would_render(
    window: MainWindow, open_filled: Callable[[Fill], None], settle: Settle, picture: str
) -> None:
    with as_qt_would():
        open_filled(hostile(picture))
        window.show_page("cases")
        settle(window.session)
        found = list(rendered_as_markup(window))
    assert [each for each in found if "tip" in each]


def test_a_tool_tip_loads_no_picture_of_this_machine(
    window: MainWindow, open_filled: Callable[[Fill], None], settle: Settle, picture: str
) -> None:
    open_filled(hostile(picture))
    window.show_page("cases")
    settle(window.session)
    table = next(each for each in window.pages["cases"].findChildren(QTableView) if each.isVisible())
    prompt = next(p for p in items(table) if picture in str(table.indexAt(p).data(Qt.ItemDataRole.ToolTipRole)))
    shown = ask_for_tip(table.viewport(), prompt)
    assert shown is not None
    assert picture in shown.text()
    assert magenta(shown) == 0
    with as_qt_would():
        shown = ask_for_tip(table.viewport(), prompt)
        assert shown is not None
        assert magenta(shown) > 0


def test_a_message_box_loads_no_picture_of_this_machine(window: MainWindow, picture: str) -> None:
    box = QMessageBox(window)
    box.setText(picture)
    box.setInformativeText(picture)
    box.open()
    QApplication.processEvents()
    assert magenta(box) == 0
    assert list(rendered_as_markup(box)) == []
    box.close()
    box.deleteLater()


@pytest.mark.parametrize("text", ["Q&A answer", "&&", "a & b &", "plain"])
def test_an_ampersand_is_shown_as_one(text: str) -> None:
    button = QPushButton(literal(text))
    assert button.shortcut().isEmpty()
    assert button.text().replace("&&", "&") == text
