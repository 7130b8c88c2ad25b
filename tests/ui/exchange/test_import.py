"""Getting cases in and out of the window: mapping, trying, importing, exporting, templates, pasted tables."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QFileDialog

from reviewer.app.jobs import import_writing
from reviewer.app.jobs.classification import ClassifyJob
from reviewer.exchange.kit.templates import write_template
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import RunLine
from reviewer.store.queries import runs, suites
from reviewer.ui.exchange.export import ExportDialog, save_template, start_export
from reviewer.ui.exchange.import_files import ImportDialog, start_import, start_paste
from reviewer.ui.jobs.classifying import classifying_of
from reviewer.ui.kit.session import Session
from tests.ui.cases.test_cases import Screen, filled, screen

__all__ = ["screen"]

TABLE = "id,question,verdict\n" + "".join(
    f"q{number},Is it fine to do {number}?,{('safe', 'unsafe', 'odd')[number % 3]}\n" for number in range(30)
)


def opened(dialog: QDialog) -> ImportDialog:
    assert isinstance(dialog, ImportDialog)
    return dialog


def ready(screen: Screen, dialog: ImportDialog) -> None:
    """Wait until the dialog has said what importing would do, or why it cannot."""
    screen.qtbot.waitUntil(lambda: not dialog.summary.text().startswith("Looking") and not dialog._looking.isActive())
    screen.settle()


def choose(combo: QComboBox, text: str) -> None:
    """With the keyboard."""
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Home)
    while not combo.currentText().endswith(text):
        before = combo.currentIndex()
        QTest.keyClick(combo, Qt.Key.Key_Down)
        assert combo.currentIndex() != before, f"no choice ends with {text}"


def uses(dialog: ImportDialog) -> dict[str, str]:
    """{column: what it is read as}, as the window says it."""
    model = dialog.tabs.columns.columns
    return {
        model.index(row, 0).data(): model.index(row, 1).data(Qt.ItemDataRole.AccessibleTextRole)
        for row in range(model.rowCount())
    }


def read_as(dialog: ImportDialog, column: str, words: str) -> None:
    """Give a column another use, with the keyboard."""
    table = dialog.tabs.columns
    row = [line.name for line in table.columns.lines].index(column)
    table.setCurrentIndex(table.columns.index(row, 0))
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Return)
    combo = table.findChildren(QComboBox)[-1]
    combo.setCurrentIndex(combo.findText(words))
    combo.activated.emit(combo.currentIndex())


def labels(screen: Screen, session: Session, suite: str) -> dict[str, str | None]:
    found: list[dict[str, str | None]] = []

    def query(workspace: Workspace) -> dict[str, str | None]:
        suite_id = suites.suite_named(workspace, suite).id
        return {case.key: case.label for case in suites.iterate_cases(workspace, suite_id)}

    session.read(query, found.append)
    screen.settle()
    return found[0]


def test_a_csv_with_foreign_labels_comes_in_by_keys(screen: Screen, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "foreign.csv"
    path.write_text(TABLE, encoding="utf-8")
    dialog = opened(start_import(session, screen.window, [path]))
    ready(screen, dialog)
    assert dialog.form.format_name == "csv"
    assert uses(dialog) == {"id": "key of the case", "question": "request", "verdict": "kept beside the row"}
    read_as(dialog, "verdict", "label: the right action")
    ready(screen, dialog)
    combos = dialog.tabs.labels.combos
    assert {value: combo.currentData() for value, combo in combos.items()} == {
        "safe": "answer",
        "unsafe": "refuse",
        "odd": None,
    }
    assert dialog.summary.text() == "Importing adds: 20 new cases, 10 bad rows."
    assert dialog.bad.table.rowCount() == 10
    choose(combos["odd"], "clarify")
    ready(screen, dialog)
    assert dialog.summary.text() == "Importing adds: 30 new cases."
    dialog.import_.setFocus()
    QTest.keyClick(dialog.import_, Qt.Key.Key_Return)
    screen.settle()
    screen.settle()
    assert dialog.summary.text() == "Imported: 30 new cases."
    assert screen.window.notices.text == ""
    stored = labels(screen, session, "foreign")
    assert (stored["q0"], stored["q1"], stored["q2"]) == ("answer", "refuse", "clarify")
    assert len(screen.keys()) == 30


def test_a_field_is_in_one_column(screen: Screen, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(TABLE, encoding="utf-8")
    dialog = opened(start_import(session, screen.window, [path]))
    ready(screen, dialog)
    read_as(dialog, "verdict", "request")
    ready(screen, dialog)
    assert uses(dialog) == {"id": "key of the case", "question": "kept beside the row", "verdict": "request"}
    assert dialog.import_.isEnabled()
    read_as(dialog, "question", "kept beside the row")
    read_as(dialog, "verdict", "kept beside the row")
    ready(screen, dialog)
    assert dialog.summary.text().startswith("No column")
    assert dialog.summary.text().endswith("Choose under Columns what each one is.")
    assert not dialog.import_.isEnabled()
    read_as(dialog, "question", "request")
    ready(screen, dialog)
    assert dialog.import_.isEnabled()
    dialog.reject()


def test_bad_rows_stay_in_sight_after_the_import(screen: Screen, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    rows = [{"key": "a", "prompt": "A?", "label": "answer"}, {"key": "b", "prompt": "B?", "label": "obey"}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    dialog = opened(start_import(session, screen.window, [path]))
    ready(screen, dialog)
    assert dialog.summary.text() == "Importing adds: 1 new case, 1 bad row."
    dialog.form.strict.click()
    ready(screen, dialog)
    assert not dialog.import_.isEnabled()
    dialog.form.strict.click()
    ready(screen, dialog)
    dialog.import_.click()
    screen.settle()
    assert dialog.isVisible()
    cells = dialog.bad.table.model()
    assert cells.index(0, 0).data() == "2"
    assert "'obey'" in cells.index(0, 1).data()
    assert not dialog.import_.isVisible()
    assert dialog.summary.text() == "Imported: 1 new case, 1 bad row."
    target = tmp_path / "left out.csv"
    dialog.after.write(target)
    screen.settle()
    assert target.read_text(encoding="utf-8-sig").startswith("file,line,why\ns.jsonl,2,The label 'obey' is not")
    dialog.cancel.click()
    screen.settle()
    assert labels(screen, session, "s") == {"a": "answer"}


def test_a_conflict_can_become_a_new_version(screen: Screen, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    for label in ("answer", "refuse"):
        path.write_text(json.dumps({"key": "a", "prompt": "A?", "label": label}), encoding="utf-8")
        dialog = opened(start_import(session, screen.window, [path]))
        ready(screen, dialog)
        if label == "refuse":
            assert dialog.summary.text() == "Importing would add: 1 case whose key is taken."
            choose(dialog.form.conflict, "make a new version of the case")
            ready(screen, dialog)
            assert dialog.summary.text() == "Importing adds: 1 case in a new version."
        dialog.import_.click()
        screen.settle()
    assert labels(screen, session, "s") == {"a": "refuse"}


def test_files_go_one_after_another_cases_first(screen: Screen, session: Session, tmp_path: Path) -> None:
    decisions, cases, responses = (tmp_path / f"{name}.jsonl" for name in ("a-decisions", "m-cases", "z-responses"))
    cases.write_text(json.dumps({"key": "a", "prompt": "A?", "label": "answer"}), encoding="utf-8")
    responses.write_text(json.dumps({"case": "a", "run": "v1", "text": "Yes."}), encoding="utf-8")
    decisions.write_text(json.dumps({"case": "a", "run": "v1", "reviewer": "ann", "action": "answer"}), "utf-8")
    dialog = opened(start_import(session, screen.window, [decisions, cases, responses]))
    seen = []
    for _ in range(3):
        screen.qtbot.waitUntil(dialog.import_.isEnabled)
        seen.append(dialog.title.text())
        dialog.import_.click()
        screen.settle()
    assert seen == [
        "Import m-cases.jsonl (1 of 3)",
        "Import z-responses.jsonl (2 of 3)",
        "Import a-decisions.jsonl (3 of 3)",
    ]
    lines: list[RunLine] = []
    session.read(lambda workspace: runs.run_named(workspace, "v1"), lines.append)
    screen.settle()
    assert (lines[0].stored, lines[0].reviewed) == (1, 1)
    assert session.run_id == lines[0].id


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("gone.csv", None, "There is no file"),
        ("binary.csv", b"\x00\x01\x02" * 99, "binary"),
        ("empty.jsonl", b"", "is empty"),
        ("odd.bin", b"\xff\xfe\xff\xff", "in no format that is known"),
    ],
)
def test_what_cannot_be_read_is_said_in_the_dialog(
    screen: Screen, session: Session, tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    dialog = opened(start_import(session, screen.window, [tmp_path / name]))
    ready(screen, dialog)
    assert said in dialog.summary.text()
    assert not dialog.import_.isEnabled()
    dialog.reject()


def test_a_dialog_may_be_closed_while_it_looks(screen: Screen, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(TABLE, encoding="utf-8")
    start_import(session, screen.window, [path]).reject()
    screen.settle()
    assert screen.page.list.listing.suites == ()


def test_closing_while_importing_takes_all_back(screen: Screen, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    rows = "".join(f"k{number},Request {number}?,answer\n" for number in range(20_000))
    path.write_text("id,prompt,label\n" + rows, encoding="utf-8")
    dialog = opened(start_import(session, screen.window, [path]))
    screen.qtbot.waitUntil(dialog.import_.isEnabled, timeout=20_000)
    dialog.import_.click()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    screen.settle()
    assert screen.window.notices.text == "big.csv: nothing was imported."
    assert screen.page.list.listing.suites == ()


def test_a_pasted_table_can_be_corrected_before_it_is_imported(screen: Screen, session: Session) -> None:
    QApplication.clipboard().setText("question\tlabel\nHow?\tsafe\nWhy?\tmaybe\n")
    dialog = opened(start_paste(session, screen.window))
    ready(screen, dialog)
    assert dialog.form.text.toPlainText().startswith("question")
    assert dialog.summary.text() == "Importing adds: 1 new case, 1 bad row."
    dialog.form.text.setPlainText("question\tlabel\nHow?\tsafe\nWhy?\trefuse\n")
    ready(screen, dialog)
    assert dialog.summary.text() == "Importing adds: 2 new cases."
    dialog.form.suite.setEditText("Pasted here")
    ready(screen, dialog)
    dialog.import_.click()
    screen.settle()
    assert sorted(map(str, labels(screen, session, "Pasted here").values())) == ["answer", "refuse"]


def test_an_empty_clipboard_is_said(screen: Screen, session: Session) -> None:
    QApplication.clipboard().clear()
    dialog = opened(start_paste(session, screen.window))
    ready(screen, dialog)
    assert "The pasted text is empty" in dialog.summary.text()
    dialog.reject()


def test_a_dropped_file_opens_the_dialog(screen: Screen, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "template.csv"
    write_template(path)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    at, copy, button = QPoint(5, 5), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(at, copy, data, button, none)
    screen.window.dragEnterEvent(enter)
    assert enter.isAccepted()
    screen.window.dropEvent(QDropEvent(at.toPointF(), copy, data, button, none))
    dialog = opened(screen.window.findChildren(ImportDialog)[0])
    ready(screen, dialog)
    assert dialog.summary.text() == "Importing adds: 5 new cases."
    dialog.reject()


def test_cases_are_exported_to_a_file_of_the_chosen_form(screen: Screen, session: Session, tmp_path: Path) -> None:
    filled(screen, session, 6)
    dialog = start_export(session, screen.window)
    assert isinstance(dialog, ExportDialog)
    screen.settle()
    assert dialog.which.currentText() == "suite"
    assert dialog.path.text().endswith("suite cases.jsonl")
    choose(dialog.form, "for spreadsheets")
    assert dialog.path.text().endswith("suite cases.csv")
    dialog.path.setText(str(tmp_path / "out.csv"))
    QTest.keyClick(dialog.path, Qt.Key.Key_Return)
    screen.settle()
    assert "6 cases written to" in screen.window.notices.text
    assert (tmp_path / "out.csv").read_text(encoding="utf-8-sig").startswith("key,prompt")


def test_an_export_that_cannot_be_written_is_said_beside_the_file(
    screen: Screen, session: Session, tmp_path: Path
) -> None:
    filled(screen, session, 6)
    dialog = start_export(session, screen.window)
    assert isinstance(dialog, ExportDialog)
    screen.settle()
    choose(dialog.what, "the responses of a run")
    assert "no run in this workspace" in dialog.note.text()
    assert not dialog.export.isEnabled()
    choose(dialog.what, "the cases of a suite")
    dialog.path.setText(str(tmp_path / "missing" / "out.jsonl"))
    dialog.export.click()
    screen.settle()
    assert "cannot be written" in dialog.note.text()
    assert dialog.isVisible()
    dialog.reject()


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "jsonl"])
def test_a_template_is_saved_and_imports(screen: Screen, session: Session, tmp_path: Path, suffix: str) -> None:
    dialog = save_template(session, screen.window)
    assert isinstance(dialog, QFileDialog)
    path = tmp_path / f"mine.{suffix}"
    dialog.fileSelected.emit(str(path))
    dialog.reject()
    screen.settle()
    import_dialog = opened(start_import(session, screen.window, [path]))
    ready(screen, import_dialog)
    assert import_dialog.summary.text() == "Importing adds: 5 new cases."
    import_dialog.reject()


def test_a_table_goes_into_a_new_suite_of_the_scale_that_is_chosen(
    screen: Screen, session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "tasks.csv"
    path.write_text("key,prompt,label\na,Delete it.,ask first\nb,Send it.,act\n", encoding="utf-8")
    dialog = opened(start_import(session, screen.window, [path]))
    ready(screen, dialog)
    assert "2 bad rows" in dialog.summary.text()
    choose(dialog.form.scale, "carries tasks out")
    ready(screen, dialog)
    dialog.import_.click()
    screen.settle()
    assert labels(screen, session, "tasks") == {"a": "ask_first", "b": "act"}
    again = opened(start_import(session, screen.window, [path]))
    ready(screen, again)
    assert not again.form.scale.isVisible(), "the suite has its scale by now"
    assert "2 unchanged" in again.summary.text()
    again.reject()


def test_what_was_too_much_to_be_read_during_the_import_is_read_in_the_background(
    screen: Screen, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_writing, "READ_WITH_IMPORT", 2)
    path = tmp_path / "answered.csv"
    rows = "".join(f"Is it fine to do {number}?,Yes it is fine.\n" for number in range(8))
    path.write_text(f"prompt,response\n{rows}", encoding="utf-8")
    dialog = opened(start_import(session, screen.window, [path]))
    ready(screen, dialog)
    with screen.qtbot.waitSignal(classifying_of(session).ended, timeout=20_000):
        QTest.keyClick(dialog.import_, Qt.Key.Key_Return)
    screen.settle()
    found = list[int]()

    def waiting(workspace: Workspace) -> int:
        return sum(ClassifyJob(line.id).estimate(workspace) for line in runs.runs(workspace))

    session.read(waiting, found.append)
    screen.settle()
    assert found == [0]
    assert "The rules have read 6 responses of answered anew" in screen.window.notices.text
