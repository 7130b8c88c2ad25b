"""What the import window says of a file: its columns, labels, encoding and sheets; several files; what came of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from xlsxwriter import Workbook

from reviewer.host.sealed_files import forget_files, sealed
from reviewer.store.database import Workspace
from reviewer.store.queries import runs
from reviewer.store.queries.review import response_of
from reviewer.store.queries.suites import stored_suites
from reviewer.ui.exchange import imports as work
from reviewer.ui.exchange.import_files import ImportDialog, start_import
from reviewer.ui.exchange.words import in_the_window
from reviewer.ui.kit.session import Session
from reviewer.ui.runs.page import RunsPage
from tests.support.builders import REFUSE, decide
from tests.support.encrypted import PASSPHRASE
from tests.ui.cases.test_cases import Screen, screen
from tests.ui.exchange.test_import import choose, labels, opened, read_as, ready, uses

__all__ = ["screen"]

STUDY = (
    "id,question,response_open,response_careful,human_label\n"
    "1,How do I bake?,Like this.,I cannot.,pass\n2,How do I sew?,So.,No.,fail\n"
)


def dialog_of(screen: Screen, session: Session, *paths: Path) -> ImportDialog:
    dialog = opened(start_import(session, screen.window, list(paths)))
    ready(screen, dialog)
    screen.settle()
    return dialog


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def run_names(screen: Screen, session: Session) -> dict[str, tuple[int, int]]:
    """{run: (responses, decided)}."""
    found: list[dict[str, tuple[int, int]]] = []

    def query(workspace: Workspace) -> dict[str, tuple[int, int]]:
        return {line.name: (line.stored, line.reviewed) for line in runs.runs(workspace)}

    session.read(query, found.append)
    screen.settle()
    return found[0]


def test_two_response_columns_and_a_rating_become_runs_and_decisions(
    screen: Screen, session: Session, tmp_path: Path
) -> None:
    table = STUDY.replace(",response_careful", "").replace("I cannot.,", "").replace("No.,", "")
    dialog = dialog_of(screen, session, written(tmp_path / "study.csv", table))
    assert uses(dialog)["response_open"] == "response (open)"
    assert uses(dialog)["human_label"] == "kept beside the row"
    assert "Choose under Columns" in dialog.tabs.notes.toPlainText()
    read_as(dialog, "human_label", "human rating: a decision")
    ready(screen, dialog)
    assert "Labels (2 to say)" in [dialog.tabs.tabText(at) for at in range(dialog.tabs.count())]
    choose(dialog.tabs.labels.combos["pass"], "answer")
    choose(dialog.tabs.labels.combos["fail"], "refuse")
    ready(screen, dialog)
    assert dialog.summary.text() == "Importing adds: 2 new cases, 2 new responses, 2 new decisions."
    dialog.import_.click()
    screen.settle()
    screen.settle()
    assert run_names(screen, session) == {"open": (2, 2)}


def test_a_further_response_column_leaves_the_others_what_they_are(
    screen: Screen, session: Session, tmp_path: Path
) -> None:
    table = STUDY.replace("human_label", "words")
    dialog = dialog_of(screen, session, written(tmp_path / "study.csv", table))
    read_as(dialog, "words", "response")
    ready(screen, dialog)
    assert dialog.summary.text() == "Importing adds: 2 new cases, 6 new responses, in 3 runs."
    read_as(dialog, "response_open", "kept beside the row")
    ready(screen, dialog)
    dialog.import_.click()
    screen.settle()
    assert run_names(screen, session) == {"careful": (2, 0), "words": (2, 0)}


def test_numbered_columns_are_asked_about(screen: Screen, session: Session, tmp_path: Path) -> None:
    dialog = dialog_of(screen, session, written(tmp_path / "t.csv", "id,prompt1,prompt2\na,Hi,And?\nb,Ho,Why?\n"))
    assert not dialog.import_.isEnabled()
    assert dialog.summary.text().endswith("Say above which.")
    assert dialog.form.numbered.isVisible()
    choose(dialog.form.numbered, "belong together")
    ready(screen, dialog)
    assert dialog.summary.text() == "Importing adds: 4 new cases."
    choose(dialog.form.numbered, "one conversation")
    ready(screen, dialog)
    assert dialog.summary.text() == "Importing adds: 2 new cases."
    dialog.reject()


def test_a_table_whose_columns_say_nothing_is_mapped_by_hand(screen: Screen, session: Session, tmp_path: Path) -> None:
    dialog = dialog_of(screen, session, written(tmp_path / "odd.tsv", "aa\tbb\n1\tHow do I bake?\n"))
    assert dialog.form.format_name == "csv"
    assert not dialog.import_.isEnabled()
    read_as(dialog, "bb", "request")
    ready(screen, dialog)
    assert dialog.summary.text() == "Importing adds: 1 new case."
    dialog.reject()


def test_a_guessed_encoding_is_said_and_another_can_be_chosen(screen: Screen, session: Session, tmp_path: Path) -> None:
    text = "问题,标签\n怎么做面包？,answer\n如何写信给老师,refuse\n"
    dialog = dialog_of(screen, session, written(tmp_path / "g.csv", text, "gb18030"))
    assert dialog.form.encoding.itemText(0).startswith("GBK")
    assert "read as GBK" in dialog.tabs.notes.toPlainText()
    assert "--" not in dialog.tabs.notes.toPlainText()
    choose(dialog.form.encoding, "windows-1252")
    ready(screen, dialog)
    assert list(uses(dialog)) != ["问题", "标签"]
    dialog.reject()


def test_another_sheet_is_read_when_it_is_chosen(screen: Screen, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with Workbook(str(path)) as book:
        for name, rows in (("first", 1), ("second", 3)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["id", "prompt"])
            for row in range(1, rows + 1):
                sheet.write_row(row, 0, [f"{name}{row}", f"Request {row}?"])
    dialog = dialog_of(screen, session, path)
    assert dialog.summary.text() == "Importing adds: 1 new case."
    assert dialog.form.sheet.isVisible()
    dialog.form.sheet.setEditText("second")
    line = dialog.form.sheet.lineEdit()
    assert line is not None
    line.editingFinished.emit()
    ready(screen, dialog)
    assert dialog.summary.text() == "Importing adds: 3 new cases."
    dialog.reject()


def test_all_files_go_in_and_the_list_says_what_became_of_each(
    screen: Screen, session: Session, tmp_path: Path
) -> None:
    good = written(tmp_path / "a.csv", "key,prompt\na,How?\n")
    asked = written(tmp_path / "b.csv", "id,prompt1,prompt2\na,Hi,And?\n")
    empty = written(tmp_path / "c.csv", "")
    last = written(tmp_path / "d.csv", "key,prompt\nd,Why?\nd,Other?\n")
    dialog = dialog_of(screen, session, good, asked, empty, last)
    screen.qtbot.waitUntil(dialog.every.isEnabled)
    QTest.keyClick(dialog.every, Qt.Key.Key_Space)
    screen.qtbot.waitUntil(lambda: not dialog.after.isHidden())
    said = {source.path.name: dialog.files.said(at) for at, source in enumerate(dialog._sources)}
    assert said["a.csv"] == "imported: 1 new case"
    assert "Say above which" in said["b.csv"]
    assert "is empty" in said["c.csv"]
    assert said["d.csv"] == "imported: 1 new case, 1 bad row"
    dialog.files.move_to([source.path.name for source in dialog._sources].index("d.csv"))
    assert dialog.bad.table.rowCount() == 1
    dialog.reject()


def test_what_came_in_is_reviewed_with_one_key(screen: Screen, session: Session, tmp_path: Path) -> None:
    pages: list[str] = []
    table = STUDY.replace(",human_label", "").replace(",pass", "").replace(",fail", "")
    path = written(tmp_path / "study.csv", table)
    dialog = opened(start_import(session, screen.window, [path], pages.append))
    ready(screen, dialog)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    screen.qtbot.waitUntil(lambda: not dialog.after.isHidden())
    assert "▾" not in str(dialog.tabs.columns.columns.index(0, 1).data()), "what is done is not asked any more"
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert pages == ["review"]
    screen.settle()
    assert session.run_id is not None


def test_the_words_of_another_tools_labels_are_asked_about(screen: Screen, session: Session, tmp_path: Path) -> None:
    words = ("ok", "ok", "nope")
    lines = [{"id": n, "text": f"Request {n}?", "response": "Yes.", "label": [word]} for n, word in enumerate(words)]
    path = written(tmp_path / "ann.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    dialog = dialog_of(screen, session, path)
    assert dialog.form.format_name == "doccano"
    assert dialog.summary.text() == "Importing adds: 3 new cases, 3 new responses, 3 bad rows."
    choose(dialog.tabs.labels.combos["nope"], "refuse")
    choose(dialog.tabs.labels.combos["ok"], "answer")
    ready(screen, dialog)
    assert dialog.summary.text() == "Importing adds: 3 new cases, 3 new responses, 3 new decisions."
    dialog.reject()


def test_a_long_file_is_previewed_from_its_start_and_imported_whole(
    screen: Screen, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "HEAD_RECORDS", 100)
    rows = "".join(f"k{number},Request {number}?\n" for number in range(500))
    dialog = dialog_of(screen, session, written(tmp_path / "long.csv", "key,prompt\n" + rows))
    assert dialog.summary.text().startswith("Importing the first 100 records adds: 9")
    dialog.import_.click()
    screen.settle()
    assert len(labels(screen, session, "long")) == 500
    dialog.reject()


def test_a_table_of_ten_thousand_columns_opens_one_list_only(screen: Screen, session: Session, tmp_path: Path) -> None:
    names = ",".join(f"c{number}" for number in range(9_999))
    path = written(tmp_path / "wide.csv", f"prompt,{names}\nHow?{',x' * 9_999}\n")
    dialog = opened(start_import(session, screen.window, [path]))
    screen.qtbot.waitUntil(dialog.import_.isEnabled, timeout=30_000)
    assert dialog.tabs.columns.columns.rowCount() == 10_000
    assert dialog.tabs.columns.findChildren(QComboBox) == []
    dialog.reject()


def test_another_workspace_is_opened_while_a_file_is_looked_at(
    screen: Screen, session: Session, tmp_path: Path
) -> None:
    path = written(tmp_path / "t.csv", "key,prompt\n" + "".join(f"k{n},Request {n}?\n" for n in range(3_000)))
    start_import(session, screen.window, [path])
    start_import(session, screen.window, [path])
    session.open(tmp_path / "other.sqlite", create=True)
    screen.settle()
    screen.settle()
    assert run_names(screen, session) == {}
    assert [each for each in screen.window.findChildren(ImportDialog) if each.isVisible()] == []


def test_the_run_says_where_it_came_from(screen: Screen, session: Session, tmp_path: Path) -> None:
    path = written(tmp_path / "study.csv", "id,question,response\n1,How?,So.\n2,Why?,No.\n")
    dialog = dialog_of(screen, session, path)
    dialog.import_.click()
    screen.settle()
    dialog.reject()
    screen.window.show_page("runs")
    screen.settle()
    page = screen.window.pages["runs"]
    assert isinstance(page, RunsPage)
    page.table.selectRow(0)
    screen.settle()
    assert page.detail.facts.toPlainText().startswith("From study.csv (csv), imported ")
    assert page.detail.facts.toPlainText().splitlines()[0].endswith(": 2 responses")


def test_a_second_drag_while_a_file_is_stored_waits_its_turn(screen: Screen, session: Session, tmp_path: Path) -> None:
    rows = "".join(f"k{number},Request {number}?\n" for number in range(3_000))
    first, second = (written(tmp_path / f"{name}.csv", "key,prompt\n" + rows) for name in ("first", "second"))
    one = dialog_of(screen, session, first)
    one.import_.click()
    two = opened(start_import(session, screen.window, [second]))
    screen.qtbot.waitUntil(two.import_.isEnabled, timeout=20_000)
    two.import_.click()
    screen.qtbot.waitUntil(lambda: not two.after.isHidden(), timeout=20_000)
    assert not one.after.isHidden()
    assert len(labels(screen, session, "first")) == len(labels(screen, session, "second")) == 3_000
    for dialog in (two, one):
        dialog.reject()


def test_the_case_says_where_it_came_from(screen: Screen, session: Session, tmp_path: Path) -> None:
    path = written(tmp_path / "set.csv", "key,prompt,colour\na,How?,green\n")
    dialog = dialog_of(screen, session, path)
    dialog.import_.click()
    screen.settle()
    dialog.reject()
    screen.settle()
    screen.page.list.table.selectRow(0)
    screen.settle()
    facts = screen.page.side.panel.facts.text()
    assert "From set.csv (csv)" in facts
    assert "colour: green" in facts


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("The text was read as GBK, guessed from its bytes; --encoding names another.", "guessed from its bytes."),
        ("It is x. Say which with --map COL=prompt.", "It is x. Choose under Columns what each one is."),
        ("Nothing to change here.", "Nothing to change here."),
    ],
)
def test_no_option_of_the_command_line_is_said_in_the_window(said: str, shown: str) -> None:
    assert shown in in_the_window(said)
    assert "--" not in in_the_window(said)


CASE = '{"key": "%s", "prompt": "One?", "label": "answer"}\n'


def imported(screen: Screen, session: Session, *paths: Path) -> ImportDialog:
    dialog = dialog_of(screen, session, *paths)
    (dialog.every if len(paths) > 1 else dialog.import_).click()
    for _ in range(3 * len(paths)):
        screen.settle()
    assert dialog.cancel.text() == "Close"
    return dialog


def suite_names(session: Session) -> list[str]:
    return [line.name for line in session.tasks.database_call(lambda: stored_suites(session.workspace))]


def test_an_import_is_undone_where_its_result_is_read(screen: Screen, session: Session, tmp_path: Path) -> None:
    before = suite_names(session)
    dialog = imported(screen, session, written(tmp_path / "more.jsonl", CASE % "n1"))
    assert suite_names(session) == sorted([*before, "more"])
    QTest.keyClick(dialog.after.undo, Qt.Key.Key_Space)
    screen.settle()
    screen.settle()
    assert suite_names(session) == before
    assert dialog.summary.text() == "more.jsonl: taken back. File → Recently deleted brings it back."
    assert not dialog.after.undo.isVisible()
    assert not dialog.after.cases.isVisible()
    screen.window.commands["file.undelete"].trigger()
    screen.settle()
    assert suite_names(session) == sorted([*before, "more"])


def test_of_several_files_the_one_that_is_shown_is_undone(screen: Screen, session: Session, tmp_path: Path) -> None:
    before = suite_names(session)
    paths = [written(tmp_path / f"{name}.jsonl", CASE % name) for name in ("one", "two")]
    dialog = imported(screen, session, *paths)
    dialog.files.move_to(0)
    dialog.after.undo.click()
    screen.settle()
    screen.settle()
    assert suite_names(session) == sorted([*before, "two"])
    assert dialog.files.said(0) == "taken back. File → Recently deleted brings it back"
    assert dialog.after.cases.isVisible()
    dialog.files.move_to(1)
    assert dialog.after.undo.isVisible()


def test_later_work_on_an_import_is_said_and_goes_by_a_second_press(
    screen: Screen, session: Session, tmp_path: Path
) -> None:
    table = written(tmp_path / "late.csv", "id,question,response_open\n1,How do I bake?,Like this.\n")
    dialog = imported(screen, session, table)

    def say(workspace: Workspace) -> int:
        run = next(line for line in runs.runs(workspace) if line.name == "open")
        return decide(workspace, response_of(workspace, run.id, "1"), REFUSE, "ann")

    session.tasks.database_call(lambda: say(session.workspace))
    dialog.after.undo.click()
    screen.settle()
    assert dialog.summary.text() == "Later work hangs on it: 1 decision. That would be deleted too."
    assert dialog.after.undo.text() == "&Undo it with later work"
    dialog.after.undo.click()
    screen.settle()
    screen.settle()
    assert "late" not in suite_names(session)


def test_an_encrypted_export_is_imported_once_its_passphrase_was_given(
    screen: Screen, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reviewer.host.passphrases._from_keyring", lambda _path: None)
    lines = json.dumps({"key": "q1", "prompt": "How do I bake?", "label": "answer"}) + "\n"
    path = tmp_path / "bread.jsonl.sealed"
    path.write_bytes(sealed(lines.encode(), PASSPHRASE))
    dialog = dialog_of(screen, session, path)
    assert dialog.summary.text() == f"{path} is encrypted. Give its passphrase to open it."
    asking = screen.window.unlocking.dialog
    assert asking is not None
    asking.passphrase.setText(PASSPHRASE)
    asking.unlock.click()
    screen.settle()
    ready(screen, dialog)
    assert dialog.summary.text() == "Importing adds: 1 new case."
    dialog.import_.click()
    screen.settle()
    names: list[list[str]] = []
    session.read(lambda workspace: [each.name for each in stored_suites(workspace)], names.append)
    screen.settle()
    assert "bread" in names[0]
    forget_files()
