"""Names without an end, markup and right-to-left text: no page grows wider than the window, and nothing is markup."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QAbstractListModel, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from reviewer.store.database import Workspace
from reviewer.store.facts.runs import Classified
from reviewer.store.queries.review import response_ids
from reviewer.store.queries.runs import run_named
from reviewer.ui.compare.page import ComparePage
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.frame.pages import PAGES as ALL_PAGES
from reviewer.ui.kit.keymap import BY_ID
from tests.gallery.workspaces import names_workspace
from tests.support.builders import (
    ANSWER,
    REFUSE,
    decide,
    make_case,
    make_response,
    make_run,
    make_suite,
    make_verdict,
)
from tests.support.tool_cases import case_of
from tests.ui.conftest import Fill, Settle

ENDLESS = "k" * 3000
RIGHT_TO_LEFT = "ארוך" * 700
KEYS = (ENDLESS, f"<img src=x>{'<b>' * 500}", RIGHT_TO_LEFT, "\u202eback\u202c wards", "plain", "a\nb\tc")
CALLED = {"id": "c", "type": "function", "function": {"name": ENDLESS, "arguments": ENDLESS}}
TOOLS: list[object] = [
    {"role": "user", "content": "x", "name": ENDLESS},
    {"role": "assistant", "content": None, "tool_calls": [CALLED]},
    {"role": "tool", "tool_call_id": "c", "content": RIGHT_TO_LEFT},
]
PAGES = ("cases", "runs", "review", "compare", "score", "agreement", "reports")
WIDTH = 1366
Role = Qt.ItemDataRole


def hostile(workspace: Workspace) -> None:
    """Two runs over cases whose keys, tags, categories, models and texts have no end; one response is decided."""
    cases = [
        make_case(key, label=(ANSWER, REFUSE)[n % 2], category=key, tags=(key, "t" * 2000))
        for n, key in enumerate(KEYS)
    ]
    cases.append(case_of("tools", TOOLS))
    suite = make_suite(workspace, cases, "s" * 2000)
    for name, action in (("r" * 2000, ANSWER), (RIGHT_TO_LEFT, REFUSE)):
        answered = [
            Classified(
                make_response(case.key, text="x" * 20_000),
                (make_verdict(action), make_verdict(ANSWER, "judge" + "j" * 900)),
            )
            for case in cases
        ]
        make_run(workspace, suite, answered, name=name)
    decide(workspace, response_ids(workspace, run_named(workspace, RIGHT_TO_LEFT).id)[0], ANSWER, "n" * 900)


@pytest.mark.parametrize("page", PAGES)
def test_no_page_grows_wider_than_the_window(
    window: MainWindow, open_filled: Callable[[Fill], None], settle: Settle, page: str
) -> None:
    open_filled(hostile)
    window.show_page(page)
    for _ in (*KEYS, "tools"):
        settle(window.session)
        QApplication.processEvents()
        wide = [
            f"{type(widget).__name__} {widget.accessibleName()[:40]!r} in {type(widget.parent()).__name__}"
            for widget in window.findChildren(QWidget)
            if widget.isVisible() and widget.minimumSizeHint().width() > WIDTH
        ]
        assert not wide, "\n".join(wide)
        assert window.width() <= WIDTH
        if page in ("review", "compare"):
            window.commands[f"{page}.next"].trigger()


def test_a_notice_about_a_name_without_an_end_widens_nothing(window: MainWindow, settle: Settle) -> None:
    window.session.notice.emit(f"The run {ENDLESS} is finished.")
    settle(window.session)
    QApplication.processEvents()
    assert window.notices.isVisible()
    assert window.width() <= WIDTH


@pytest.mark.parametrize("page", PAGES)
def test_nothing_in_a_list_or_a_table_reorders_what_stands_beside_it(
    window: MainWindow, settle: Settle, open_filled: Callable[[Fill], None], page: str
) -> None:
    """Overrides of the direction of a text are shown as marks, in every row that a list has."""
    open_filled(hostile)
    window.show_page(page)
    settle(window.session)
    seen = window.pages[page].findChildren(QAbstractItemView)
    for view in seen:
        list(cells_of(view))  # asks for the rows that are read when they are seen
    settle(window.session)
    told = [(type(view).__name__, text) for view in seen for text in cells_of(view)]
    assert told
    assert [(view, text[:80]) for view, text in told if "\u202e" in text] == []


def cells_of(view: QAbstractItemView) -> Iterator[str]:
    model = view.model()
    for row in range(model.rowCount() if model is not None else 0):
        for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount()):
            for role in (Role.DisplayRole, Role.ToolTipRole, Role.AccessibleTextRole):
                yield str(model.index(row, column).data(role) or "")


BIDI = "in\u202egnp.voice\u202c <b>bold</b> C:\\..\\etc " + "x" * 300
OPENED = (
    *("cases.rescale", "cases.retention", "cases.plan", "cases.export_erase", "cases.delete_suite", "cases.new_suite"),
    *("file.export", "file.imports", "file.bin", "file.restore", "file.packet_send", "runs.new"),
)
"""Commands that open a dialog which names suites, runs, people or categories."""


@pytest.mark.parametrize("command", OPENED)
def test_no_dialog_lets_a_name_turn_its_sentence_round(
    window: MainWindow, settle: Settle, open_filled: Callable[[Fill], None], command: str
) -> None:
    def fill(workspace: Workspace) -> None:
        suite = make_suite(workspace, [make_case("one", category=BIDI), make_case("two", category=BIDI)], BIDI)
        run_id = make_run(workspace, suite, [Classified(make_response("one"))], name=BIDI)
        decide(workspace, response_ids(workspace, run_id)[0], REFUSE, BIDI)

    open_filled(fill)
    window.show_page("cases")
    settle(window.session)
    window.commands[command].trigger()
    settle(window.session)
    QApplication.processEvents()
    dialogs = [each for each in window.findChildren(QDialog) if each.isVisible()]
    assert dialogs
    for dialog in dialogs:
        told = [dialog.windowTitle(), *(label.text() for label in dialog.findChildren(QLabel))]
        told += [box.itemText(at) for box in dialog.findChildren(QComboBox) for at in range(box.count())]
        told += [button.text() for button in dialog.findChildren(QAbstractButton)]
        assert [text for text in told if "\u202e" in text] == []
        assert dialog.width() < WIDTH
        dialog.reject()


@pytest.mark.parametrize("page", ALL_PAGES)
def test_no_label_of_a_page_lets_a_name_turn_it_round(
    window: MainWindow, settle: Settle, open_filled: Callable[[Fill], None], page: str
) -> None:
    """Also of what is one step away: the next one, the list of queues, the labels that are disputed."""
    open_filled(names_workspace)
    window.show_page(page)
    settle(window.session)
    shown = window.pages[page]
    for command in ("", f"{page}.next", f"{page}.queues", f"{page}.labels", f"{page}.edit", f"{page}.side_by_side"):
        if command in BY_ID:
            window.commands[command].trigger()
            settle(window.session)
        assert [told for told in words_of(shown) if "\u202e" in told[1]] == [], command


def words_of(root: QWidget) -> Iterator[tuple[str, str]]:
    """What labels, buttons, lists and tool tips say; what a field holds to be changed is its own."""
    for widget in root.findChildren(QWidget):
        if isinstance(widget, QLineEdit | QTextEdit | QPlainTextEdit):
            continue
        for name in ("text", "toolTip", "accessibleName", "accessibleDescription", "title"):
            yield f"{type(widget).__name__} {name}", str(widget.property(name) or "")
        if isinstance(widget, QComboBox):
            yield from ((f"list {widget.accessibleName()}", widget.itemText(at)) for at in range(widget.count()))
        if isinstance(widget, QAbstractItemView) and widget.isVisible():
            yield from ((f"{type(widget).__name__} {widget.accessibleName()}", text) for text in cells_of(widget))


def test_a_verdict_about_names_without_an_end_is_not_cut_off(
    window: MainWindow, settle: Settle, open_filled: Callable[[Fill], None]
) -> None:
    open_filled(names_workspace)
    window.show_page("compare")
    settle(window.session)
    page = window.pages["compare"]
    assert isinstance(page, ComparePage)
    verdict = page.decision.verdict
    assert "Donaudampf" in verdict.text()
    assert max(map(verdict.fontMetrics().horizontalAdvance, verdict.text().split())) <= verdict.width()
