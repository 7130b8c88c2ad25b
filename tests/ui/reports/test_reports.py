"""The reports screen by keyboard: the page says what the written report says, and what is shown is what is written."""

from __future__ import annotations

import csv
import io
import json
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QTableView
from pytestqt.qtbot import QtBot

from reviewer.app.figures.scores import score_run
from reviewer.app.reporting import build_report
from reviewer.core.bands import BandChoice
from reviewer.core.scoring.score import Options
from reviewer.report import tables
from reviewer.report.document import title
from reviewer.report.facts import RunReport
from reviewer.store.database import open_workspace
from reviewer.store.queries import runs
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.figures_table import FiguresTable
from reviewer.ui.kit.finding import Searchable
from reviewer.ui.kit.session import Session
from reviewer.ui.reports.case_lines import CaseLinesTable
from reviewer.ui.reports.page import ReportsPage
from reviewer.ui.reports.page_search import FoundRing
from reviewer.ui.reports.preview import shown_texts
from reviewer.ui.reports.writing import file_name
from reviewer.ui.score.changes_chart import NOW_LESS_BEFORE, ChangesChart
from reviewer.wording import score as wording
from reviewer.wording.score import figure
from reviewer.wording.tables import Table, constants, slices, sources, two_sided_error
from tests.support.builders import ANSWER, REFUSE, fill, make_case
from tests.ui.conftest import Settle

CONTROL = Qt.KeyboardModifier.ControlModifier
MARKUP = "<b>bold</b><img src='http://127.0.0.1:9/x'>\u202eevil"


class Screen:
    """The window with the reports screen on it."""

    def __init__(self, window: MainWindow, settle: Settle) -> None:
        self.window, self.session, self._settle = window, window.session, settle
        window.show_page("reports")
        self.settle()
        page = window.pages["reports"]
        assert isinstance(page, ReportsPage)
        self.page = page

    def settle(self) -> None:
        self._settle(self.session)
        while not self.page_is_complete:
            QApplication.processEvents()

    @property
    def page_is_complete(self) -> bool:
        page = self.window.pages["reports"]
        assert isinstance(page, ReportsPage)
        return page.preview.is_complete

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.window.focusWidget() or self.window, key, modifier)
        QApplication.processEvents()

    @property
    def report(self) -> RunReport:
        assert self.page.report is not None
        return self.page.report

    @property
    def texts(self) -> list[str]:
        return shown_texts(self.page.preview)

    def table(self, name: str) -> Table:
        found = [t for t in self.page.preview.findChildren(FiguresTable) if t.accessibleName() == name]
        return found[0].figures.table

    def export(self, path: Path) -> None:
        """Ctrl+S, type the file's name, Return."""
        self.press(Qt.Key.Key_S, CONTROL)
        dialog = self.page.findChild(QFileDialog, "reports.export")
        assert dialog is not None
        edit = dialog.findChild(QLineEdit, "fileNameEdit")
        assert edit is not None
        edit.selectAll()
        QTest.keyClicks(edit, str(path))
        QTest.keyClick(edit, Qt.Key.Key_Return)
        self.settle()


@pytest.fixture
def screen(window: MainWindow, demo_session: Session, settle: Settle) -> Screen:
    assert demo_session is window.session
    return Screen(window, settle)


def test_the_page_says_what_the_report_says(screen: Screen) -> None:
    report = screen.report
    card = report.scorecard
    assert title(report) in screen.texts
    assert wording.summary(card, report.run) in screen.texts
    assert figure(card.score.balanced) in screen.texts
    assert screen.table("Beside the constant policies") == constants(card)
    assert screen.table("Two-sided error") == two_sided_error(card)
    assert screen.table("Slices") == slices(card)
    assert screen.table("Where the final actions came from") == sources(card)
    for name, value in tables.hashes(report):
        assert value in screen.texts, name


def test_every_case_is_a_row_with_who_decided_what(screen: Screen) -> None:
    cases = screen.page.preview.findChild(CaseLinesTable)
    assert isinstance(cases, CaseLinesTable)
    assert cases.lines.rowCount() == len(screen.report.cases)
    row, case = next(
        (row, case) for row, case in enumerate(screen.report.cases) if any(r.decisions for r in case.responses)
    )
    said = cases.lines.index(row, 0).data()
    assert case.key in said
    assert case.responses[0].decisions[0].reviewer in said
    assert not cases.grab().isNull()


@pytest.mark.parametrize("ending", ["html", "json", "csv"])
def test_the_report_that_is_shown_is_written(screen: Screen, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"out.{ending}"
    screen.export(path)
    text = path.read_text("utf-8-sig")
    report = screen.report
    if ending == "json":
        document = json.loads(text)
        assert document["score"]["balanced"]["value"] == report.scorecard.score.balanced
        assert document["report"]["created_at"] == report.created_at
    elif ending == "csv":
        assert len(list(csv.DictReader(io.StringIO(text)))) == report.scorecard.n_responses
    else:
        assert figure(report.scorecard.score.balanced) in text
    assert screen.window.notices.text == f"The report was written to {path}."


def test_the_name_offered_is_the_runs_and_follows_the_form(screen: Screen) -> None:
    screen.press(Qt.Key.Key_S, CONTROL)
    dialog = screen.page.findChild(QFileDialog, "reports.export")
    assert dialog is not None
    assert Path(dialog.selectedFiles()[0]).name == f"report {screen.report.run}.html"
    json_form = next(words for words in dialog.nameFilters() if "*.json)" in words)
    dialog.selectNameFilter(json_form)
    dialog.filterSelected.emit(json_form)
    assert Path(dialog.selectedFiles()[0]).name == f"report {screen.report.run}.json"
    dialog.reject()


def test_a_file_that_cannot_be_written_is_a_sentence(screen: Screen, tmp_path: Path) -> None:
    screen.page.files.write(screen.report, str(tmp_path / "none" / "out.html"))
    screen.settle()
    assert "cannot be written" in screen.window.notices.text
    screen.page.files.write(screen.report, str(tmp_path / "out.docx"))
    screen.settle()
    assert "ending .docx is not known" in screen.window.notices.text
    assert not list(tmp_path.glob("out*"))


def test_other_bands_make_another_report(screen: Screen) -> None:
    screen.page.options.bands.setFocus()
    screen.press(Qt.Key.Key_Down)
    screen.settle()
    options = Options(bands=BandChoice.parse("none"))
    got: list[float | None] = []
    screen.session.read(
        lambda workspace: score_run(workspace, screen.report.run, options).card.score.balanced, got.append
    )
    screen.settle()
    assert screen.report.scorecard.score.balanced == got[0]
    assert any(text.startswith("No tolerance bands") for text in screen.texts)


def test_another_run_is_chosen_for_the_other_screens_too(screen: Screen) -> None:
    before = screen.report.run
    screen.page.options.run.setFocus()
    screen.press(Qt.Key.Key_Down)
    screen.settle()
    assert screen.report.run != before
    assert screen.session.run_id == screen.page.options.run.currentData()


def test_making_can_be_stopped_and_the_page_stays(screen: Screen, qtbot: QtBot) -> None:
    gate, before = threading.Event(), screen.report
    screen.session.tasks.on_database(lambda: gate.wait(20))
    screen.page.refresh()
    assert screen.page.progress.isVisible()
    assert not screen.page.export_button.isEnabled()
    screen.press(Qt.Key.Key_Escape)
    assert not screen.page.progress.isVisible()
    gate.set()
    qtbot.waitUntil(lambda: screen.session.tasks.under_way == 0)
    assert screen.report is before
    assert screen.page.preview.isVisible()
    assert screen.page.export_button.isEnabled()
    assert screen.window.notices.text == "The report was stopped."


def test_stopped_before_the_first_it_offers_to_make_it(
    window: MainWindow, demo_session: Session, settle: Settle
) -> None:
    gate = threading.Event()
    demo_session.tasks.on_database(lambda: gate.wait(20))
    window.show_page("reports")
    page = window.pages["reports"]
    assert isinstance(page, ReportsPage)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    gate.set()
    settle(demo_session)
    assert page.stopped.isVisible()
    page.stopped.button.click()
    settle(demo_session)
    assert page.preview.isVisible()


def test_without_a_run_it_says_what_to_do(window: MainWindow, settle: Settle) -> None:
    screen = Screen(window, settle)
    assert screen.page.empty.isVisible()
    screen.press(Qt.Key.Key_S, CONTROL)
    assert screen.window.notices.text == "There is no report to export yet."


def test_nothing_from_outside_is_markup(window: MainWindow, settle: Settle, tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "hostile.sqlite", create=True)
    fill(workspace, [make_case(MARKUP, MARKUP, label=ANSWER, category=MARKUP), make_case("b", label=REFUSE)])
    shown = build_report(workspace, "run")
    workspace.close()
    window.session.open(tmp_path / "hostile.sqlite", create=False)
    settle(window.session)
    screen = Screen(window, settle)
    assert screen.report.cases == shown.cases
    labels = screen.page.preview.findChildren(QLabel)
    assert labels
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)
    cases = screen.page.preview.findChild(CaseLinesTable)
    assert isinstance(cases, CaseLinesTable)
    words = " ".join(str(cases.lines.index(row, 0).data()) for row in range(2))
    assert "<b>bold</b>" in words
    assert "\u202e" not in words


@pytest.mark.parametrize(
    ("run", "name"),
    [
        ("1.0", "report 1.0"),
        ("../../etc/passwd", "report etc-passwd"),
        ("a:b|c\nd", "report a-b-c-d"),
        ("größe", "report größe"),
        ("...", "report"),
        ("x" * 200, f"report {'x' * 60}"),
    ],
)
def test_a_runs_name_becomes_a_file_name(run: str, name: str) -> None:
    assert file_name(run) == name


def find_for(screen: Screen, words: str) -> str:
    """Ctrl+F, the words; what the line says of them."""
    screen.press(Qt.Key.Key_F, CONTROL)
    line = screen.page.preview.find_line
    line.words.clear()
    QTest.keyClicks(line.words, words)
    QApplication.processEvents()
    return line.count.text()


def test_words_are_found_on_the_whole_page_and_stepped_through_by_key(screen: Screen) -> None:
    preview = screen.page.preview
    everywhere = [*screen.texts]
    for table in preview.findChildren(QTableView):
        model = table.model()
        columns = range(model.columnCount())
        everywhere += [str(model.headerData(column, Qt.Orientation.Horizontal)) for column in columns]
        everywhere += [str(model.index(row, at).data() or "") for row in range(model.rowCount()) for at in columns]
    expected = sum(len(Searchable(text).find("refuse")) for text in everywhere)
    assert expected > 20
    assert find_for(screen, "REFUSE") == f"1 of {expected}"
    line, seen = preview.find_line, set()
    screen.press(Qt.Key.Key_Return)
    for number in range(2, expected + 1):
        screen.press(Qt.Key.Key_N)
        assert line.count.text() == f"{number} of {expected}"
        (ring,) = (each for each in preview.findChildren(FoundRing) if not each.isHidden())
        assert not ring.visibleRegion().isEmpty()
        seen.add(ring.pos().toTuple())
    assert len(seen) > 10
    screen.press(Qt.Key.Key_N)
    assert line.count.text() == f"1 of {expected}"
    screen.press(Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    assert line.count.text() == f"{expected} of {expected}"
    screen.press(Qt.Key.Key_Escape)
    assert not line.is_open
    assert screen.window.focusWidget() is preview


def test_words_that_the_line_breaks_of_a_label_part_are_found_and_selected(screen: Screen) -> None:
    label = next(each for each in screen.page.preview.findChildren(QLabel) if each.text().count("\u200b") == 1)
    first, second = label.text().split("\u200b")
    words = first[-6:] + second[:6]
    assert find_for(screen, words).startswith("1 of ")
    assert label.selectedText().replace("\u200b", "") == words
    find_for(screen, "balanced")
    assert sum(each.hasSelectedText() for each in screen.page.preview.findChildren(QLabel)) <= 1


def test_what_is_covered_is_not_found_and_another_report_is_searched_anew(screen: Screen) -> None:
    case = screen.report.cases[0]
    words = " ".join(case.request.split()[:4])
    assert find_for(screen, words) == "1 of 1"
    screen.session.cover.choose([case.category])
    screen.settle()
    assert screen.page.preview.find_line.count.text() == "not found"
    screen.session.cover.choose([])
    screen.settle()
    assert screen.page.preview.find_line.count.text() == "1 found"


def test_two_runs_of_another_screen_run_from_the_older_to_the_newer_and_those_chosen_here_as_chosen(
    screen: Screen,
) -> None:
    """Review had the newer one beside the older: the report took it for the version before."""
    lines = {
        line.name: line.id for line in screen.session.tasks.database_call(lambda: runs.runs(screen.session.workspace))
    }
    screen.session.select(run_id=lines["1.0"], second_run_id=lines["1.3"])
    screen.settle()
    assert screen.report.run == "1.3"
    assert screen.report.versus is not None
    assert screen.report.versus.run == "1.0"
    assert screen.session.run_id == lines["1.0"], "the review stays where it was"
    screen.page.options.runs_chosen.emit(lines["1.0"], lines["1.3"])
    screen.settle()
    assert screen.report.run == "1.0"
    (chart,) = screen.page.preview.findChildren(ChangesChart)
    assert chart.axis == NOW_LESS_BEFORE
