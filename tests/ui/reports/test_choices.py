"""What is chosen for a report in the window: the page shows it, and the file is the command line's."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit
from pytestqt.qtbot import QtBot

from reviewer.app.report_templates import load_template
from reviewer.app.reporting import write_run_report
from reviewer.host.paths import resources_folder
from reviewer.report.facts import RunReport
from reviewer.report.forms import FORMS
from reviewer.report.options import CoverChoice, Level
from reviewer.report.sections import SECTIONS
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.queries import runs
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.figures_table import FiguresTable
from reviewer.ui.kit.session import Session
from reviewer.ui.reports.choices import CheckedList
from reviewer.ui.reports.made import ReportChoice
from reviewer.ui.reports.page import ReportsPage
from reviewer.ui.reports.preview import shown_texts
from tests.ui.conftest import Settle

SAMPLES = resources_folder().parent / "sample_cases"
CHANGE = 'name = "the change"\nmaximum_broken = 0\n'


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Templates are kept beside the settings, which are this test's."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


class Desk:
    """The reports screen of the demo workspace, the newest run against the one before."""

    def __init__(self, window: MainWindow, settle: Settle) -> None:
        self.window, self.session, self._settle = window, window.session, settle
        self.names: list[str] = []
        window.session.read(lambda workspace: [line.name for line in runs.runs(workspace)], self.names.extend)
        settle(window.session)
        self.show()

    def show(self) -> None:
        self.window.show_page("reports")
        self.settle()

    @property
    def page(self) -> ReportsPage:
        page = self.window.pages["reports"]
        assert isinstance(page, ReportsPage)
        return page

    def settle(self) -> None:
        QApplication.processEvents()
        self._settle(self.session)
        while not self.page.preview.is_complete:
            QApplication.processEvents()
        self._settle(self.session)

    @property
    def report(self) -> RunReport:
        assert self.page.report is not None
        return self.page.report

    @property
    def words(self) -> str:
        return "\n".join(shown_texts(self.page.preview))

    @property
    def tables(self) -> list[str]:
        return [table.accessibleName() for table in self.page.preview.findChildren(FiguresTable)]

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.window.focusWidget() or self.window, key, modifier)
        self.settle()

    def against(self, number: int = 1) -> None:
        """The next entry of the box beside the run."""
        self.page.options.second.setFocus()
        for _ in range(number):
            self.press(Qt.Key.Key_Down)

    def tick(self, listed: CheckedList, key: str) -> None:
        """Space on the entry, by keyboard."""
        row = next(at for at in range(listed.count()) if listed.item(at).data(Qt.ItemDataRole.UserRole) == key)
        listed.setFocus()
        listed.setCurrentRow(row)
        QTest.keyClick(listed, Qt.Key.Key_Space)
        self.settle()

    def take_policy(self, path: Path, text: str) -> None:
        from reviewer.app.figures.gating import read_policy

        path.write_text(text, encoding="utf-8")
        self.page.choices.policy.take(read_policy(path))
        self.settle()

    def patterns(self, qtbot: QtBot, *wanted: str) -> None:
        box = self.page.choices.patterns
        box.setPlainText("\n".join(wanted))
        qtbot.waitUntil(lambda: self.page.state.choice.shown.redact == wanted)
        self.settle()


@pytest.fixture
def desk(window: MainWindow, demo_session: Session, settle: Settle) -> Desk:
    assert demo_session is window.session
    return Desk(window, settle)


@pytest.fixture
def written_by_both(
    desk: Desk, demo_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """Asks that the window's file is byte by byte what the command line's own function writes, at the same time."""
    monkeypatch.setattr("reviewer.app.reporting.now", lambda: "2026-11-29T12:00:00Z")

    def check(*endings: str) -> None:
        desk.page.refresh()
        desk.settle()
        for ending in endings:
            desk.page.files.write(desk.report, str(tmp_path / f"window{ending}"), desk.page.state.choice.house)
        desk.settle()
        workspace, choice = open_workspace(demo_copy), desk.page.state.choice
        for ending in endings:
            _written(workspace, choice, tmp_path / f"command{ending}")
            assert _content(tmp_path / f"window{ending}") == _content(tmp_path / f"command{ending}"), ending
        workspace.close()

    return check


def _written(workspace: Workspace, choice: ReportChoice, path: Path) -> None:
    """As the command line writes it."""
    house = Path(choice.house) if choice.house else None
    write_run_report(
        workspace,
        choice.run,
        choice.options,
        path,
        against=choice.against,
        policy=choice.policy,
        shown=choice.shown,
        house=house,
    )


def _content(path: Path) -> dict[str, bytes]:
    """Byte by byte; of a workbook each part, but for the part that has the time of writing."""
    if path.suffix != ".xlsx":
        return {"": path.read_bytes()}
    with ZipFile(path) as parts:
        return {name: parts.read(name) for name in parts.namelist() if name != "docProps/core.xml"}


def test_the_file_is_the_command_lines(
    desk: Desk, qtbot: QtBot, tmp_path: Path, written_by_both: Callable[..., None]
) -> None:
    desk.against()
    desk.take_policy(tmp_path / "policy.toml", CHANGE)
    desk.tick(desk.page.choices.sections, "limits")
    desk.tick(desk.page.choices.categories, "chemistry")
    desk.patterns(qtbot, "r[eé]viewer-1", r"\bthe\b")
    assert desk.report.gate is not None
    assert desk.report.covering is not None
    assert desk.report.covering.places > 0
    written_by_both(*FORMS)


def test_a_house_template_lays_the_file_out(desk: Desk, written_by_both: Callable[..., None]) -> None:
    desk.page.choices.choose_house(str(SAMPLES / "house-report.html.jinja"))
    desk.settle()
    form = desk.page.choices.form
    assert [form.itemData(at) for at in range(form.count())] == [".html", ".md", ".txt"]
    written_by_both(".html")
    desk.page.choices.no_house.click()
    assert [form.itemData(at) for at in range(form.count())] == list(FORMS)


def test_the_page_has_the_sections_of_the_report_and_page_one_first(desk: Desk) -> None:
    desk.against()
    a, b = desk.names[1], desk.names[0]
    assert desk.report.versus is not None
    assert (desk.report.versus.run, desk.report.run) == (a, b)
    assert shown_texts(desk.page.preview)[0] == f"Is {b} better than {a}?"
    made = desk.page.state.made
    assert made is not None
    titles = [section.title for section in made.sections]
    assert titles[0] == "In short"
    assert {"The frontier", "Cases whose action changed", "Cases"} <= set(titles)
    texts = iter(shown_texts(desk.page.preview))
    assert all(title in texts for title in titles[1:])


def test_sections_and_detail_are_chosen_by_key(desk: Desk) -> None:
    choices = desk.page.choices
    choices.level.setFocus()
    desk.press(Qt.Key.Key_Up)
    assert desk.page.state.choice.shown.level is Level.SUMMARY
    assert "cases" not in [section.key for section in desk.page.state.made.sections]  # type: ignore[union-attr]
    desk.tick(choices.sections, "slices")
    assert "Slices" not in desk.tables
    assert desk.page.state.choice.shown.sections == tuple(each.id for each in SECTIONS if each.id != "slices")
    desk.tick(choices.sections, "slices")
    assert desk.page.state.choice.shown.sections == ()
    assert "Slices" in desk.tables


def test_the_last_section_stays(desk: Desk) -> None:
    choices = desk.page.choices
    desk.page._choose(replace(desk.page.state.choice, shown=replace(desk.page.state.choice.shown, sections=("run",))))
    desk.settle()
    desk.tick(choices.sections, "run")
    assert desk.page.state.choice.shown.sections == ("run",)
    assert choices.sections.ticked == ("run",)


def test_patterns_say_what_they_find_and_a_broken_one_is_a_sentence(desk: Desk, qtbot: QtBot) -> None:
    desk.patterns(qtbot, "poster")
    found = desk.page.state.made
    assert found is not None
    assert found.redaction.places > 0
    assert desk.page.choices.found.text().startswith(f"{found.redaction.places} place")
    assert "»poster«" in desk.page.choices.examples.text()
    assert "poster" not in " ".join(case.request for case in desk.report.cases)
    before = desk.report
    desk.patterns(qtbot, "poster", "(")
    assert "does not work" in desk.window.notices.text
    assert desk.report is before
    desk.patterns(qtbot)
    assert not desk.page.choices.found.isVisible()
    assert desk.report.covering is None


def test_what_is_covered_is_on_no_place_of_the_page(desk: Desk) -> None:
    desk.page.choices.cover.setFocus()
    desk.press(Qt.Key.Key_Down)
    assert desk.page.state.choice.shown.cover is CoverChoice.PROMPTS
    assert {case.request for case in desk.report.cases} == {"[covered]"}
    assert "Requests are covered" in desk.words


def test_a_policy_about_a_change_needs_the_version_before(desk: Desk, tmp_path: Path) -> None:
    before = desk.report
    desk.take_policy(tmp_path / "policy.toml", CHANGE)
    assert "Choose that version under Against" in desk.window.notices.text
    assert desk.report is before
    desk.against()
    assert desk.report.gate is not None
    assert desk.report.gate.sentence in desk.words


def test_choices_are_saved_as_a_template_and_come_back(desk: Desk) -> None:
    desk.tick(desk.page.choices.sections, "paper")
    desk.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    dialog = desk.page.findChild(QInputDialog, "reports.template")
    assert dialog is not None
    edit = dialog.findChild(QLineEdit)
    assert isinstance(edit, QLineEdit)
    QTest.keyClicks(edit, "without the paper")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    desk.settle()
    shown = desk.page.state.choice.shown
    assert load_template("without the paper") == shown
    assert desk.page.choices.template.currentData() == "without the paper"
    desk.tick(desk.page.choices.sections, "paper")
    assert desk.page.choices.template.currentData() == ""
    desk.page.choices.template.setFocus()
    desk.press(Qt.Key.Key_Down)
    assert desk.page.state.choice.shown == shown
    assert "paper" not in desk.page.choices.sections.ticked


def test_the_last_choices_are_the_workspaces(desk: Desk, demo_copy: Path, settle: Settle, tmp_path: Path) -> None:
    desk.against(2)
    desk.take_policy(tmp_path / "policy.toml", CHANGE)
    desk.tick(desk.page.choices.sections, "paper")
    chosen = desk.page.state.choice
    assert chosen.against == desk.names[2]
    desk.session.open(tmp_path / "another.sqlite", create=True)
    settle(desk.session)
    assert desk.page.state.choice.shown.sections == ()
    desk.session.open(demo_copy, create=False)
    settle(desk.session)
    desk.settle()
    assert desk.page.state.choice == chosen
    assert desk.report.versus is not None


def test_a_report_that_is_given_up_while_it_is_written_is_not_there(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "big.html"
    path.write_text("what was there", encoding="utf-8")
    desk.page.files.write(desk.report, str(path))
    QTest.keyClick(desk.window, Qt.Key.Key_Escape)
    desk.settle()
    assert path.read_text(encoding="utf-8") == "what was there"
    assert desk.window.notices.text == "The report is not written."
    assert not desk.page.progress.isVisible()


def test_the_folder_is_shown_by_the_systems_program(
    desk: Desk, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not desk.page.folder_button.isVisible()
    desk.press(Qt.Key.Key_O)
    assert desk.window.notices.text == "No report has been written yet."
    told = tmp_path / "told"
    for name in ("xdg-open", "open"):
        (tmp_path / name).write_text(f'#!/bin/sh\nprintf %s "$1" > "{told}"\n', encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    desk.page.files.write(desk.report, str(tmp_path / "r.md"))
    desk.settle()
    assert desk.page.folder_button.isVisible()
    desk.press(Qt.Key.Key_O)
    qtbot.waitUntil(lambda: told.exists() and told.read_text(encoding="utf-8") == str(tmp_path))


@pytest.mark.parametrize("page", ["score", "compare"])
def test_one_key_leads_here_with_both_runs(desk: Desk, page: str) -> None:
    ids: list[int] = []
    desk.session.read(lambda workspace: [line.id for line in runs.runs(workspace)], ids.extend)
    desk.settle()
    desk.session.run_id, desk.session.second_run_id = ids[2], ids[0]
    desk.session.selection_changed.emit()
    desk.window.show_page(page)
    desk.settle()
    QTest.keyClick(desk.window.focusWidget() or desk.window, Qt.Key.Key_R)
    desk.settle()
    assert desk.window.page == "reports"
    assert desk.report.versus is not None
    assert (desk.report.run, desk.report.versus.run) == (desk.names[0], desk.names[2])
