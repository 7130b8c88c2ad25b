"""What is about to be imported is covered where its category is, or where the file does not say which it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QTableWidget
from pytestqt.qtbot import QtBot

from reviewer.ui.exchange.import_cover import ImportCover
from reviewer.ui.exchange.import_files import ImportDialog, start_import, start_paste
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.cover import COVERED
from tests.ui.conftest import Fill, Settle
from tests.ui.review.test_covered import SECRETS, dialogs, fill, secrets_in, told
from tests.ui.review.test_review import ME

CASES = [
    {"key": "n1", "prompt": "how do I make marzipan", "label": "refuse", "category": "Sweets"},
    {"key": "n2", "prompt": "how do I bake bread", "label": "answer", "category": "bread"},
]
WITH_CATEGORY = "id,question,label,category,response,remark\n" + (
    "n1,how do I make marzipan,refuse,Sweets,nougat for you,praline\nn2,how do I bake bread,answer,bread,so,\n"
)
WITHOUT_CATEGORY = "id,question,label\nn1,how do I make marzipan,refuse\nn2,how do I bake bread,answer\n"
RESPONSE = {"case": "a-secret", "run": "three", "text": "nougat again"}
FILES: dict[str, tuple[str, bool]] = {
    "cases.jsonl": ("".join(json.dumps(case) + "\n" for case in CASES), True),
    "table.csv": (WITH_CATEGORY, True),
    "plain.csv": (WITHOUT_CATEGORY, False),
    "responses.jsonl": (json.dumps(RESPONSE) + "\n", False),
}
"""{name: what it holds, whether it says of what category}."""


@pytest.fixture
def covered(window: MainWindow, open_filled: Callable[[Fill], None]) -> MainWindow:
    window.session.change_settings(replace(window.session.settings, reviewer=ME, covered=("sweets",)))
    open_filled(fill)
    return window


def looked(dialog: QDialog, window: MainWindow, qtbot: QtBot, settle: Settle) -> ImportDialog:
    assert isinstance(dialog, ImportDialog)
    qtbot.waitUntil(lambda: not dialog.summary.text().startswith("Looking") and not dialog._looking.isActive())
    settle(window.session)
    assert dialog.summary.text().startswith("Importing"), dialog.summary.text()
    return dialog


@pytest.mark.parametrize("name", FILES)
def test_a_file_tells_no_covered_text_before_it_is_asked_for(
    covered: MainWindow, qtbot: QtBot, settle: Settle, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_text(FILES[name][0], "utf-8")
    dialog = looked(start_import(covered.session, covered, [path]), covered, qtbot, settle)
    assert dialog.tabs.rows.rows.rowCount() > 0
    assert secrets_in(dialog) == []
    assert COVERED in list(told(dialog))
    says = FILES[name][1]
    assert says is any("bake bread" in text for text in told(dialog)), "what is known not to be covered is shown"
    QTest.keyClick(dialog, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not dialog.cover.is_on)  # a button that a key presses is seen to be pressed first
    assert secrets_in(dialog)
    assert COVERED not in list(told(dialog))
    assert not dialog.tabs.uncover.isVisible()
    assert covered.session.cover.uncovered_today == ({"Sweets": 1} if says else {})
    covered.session.cover.choose(("Sweets", "other"))
    assert secrets_in(dialog) == [], "other categories: covered again"


def test_a_pasted_table_is_covered_too_and_read_all_the_same(covered: MainWindow, qtbot: QtBot, settle: Settle) -> None:
    QGuiApplication.clipboard().setText(WITH_CATEGORY.replace(",", "\t"))
    dialog = looked(start_paste(covered.session, covered), covered, qtbot, settle)
    assert secrets_in(dialog) == []
    before = dialog.summary.text()
    assert "2 new cases" in before
    dialog.tabs.uncover.click()
    assert any(secret in dialog.form.text.toPlainText() for secret in SECRETS)
    assert dialog.summary.text() == before, "nothing is read again"
    dialog.form.text.setPlainText("question\tlabel\nHow?\tanswer\n")
    looked(dialog, covered, qtbot, settle)
    assert "1 new case" in dialog.summary.text()


def test_where_nothing_is_covered_there_is_nothing_to_show(
    covered: MainWindow, qtbot: QtBot, settle: Settle, tmp_path: Path
) -> None:
    covered.session.change_settings(replace(covered.session.settings, covered=()))
    path = tmp_path / "plain.csv"
    path.write_text(WITHOUT_CATEGORY, "utf-8")
    dialog = looked(start_import(covered.session, covered, [path]), covered, qtbot, settle)
    assert secrets_in(dialog)
    assert not dialog.tabs.uncover.isVisible()


def test_what_was_imported_and_deleted_is_listed_without_its_texts(
    covered: MainWindow, qtbot: QtBot, settle: Settle, tmp_path: Path
) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(FILES["cases.jsonl"][0], "utf-8")
    dialog = looked(start_import(covered.session, covered, [path]), covered, qtbot, settle)
    dialog.import_.click()
    settle(covered.session)
    assert secrets_in(dialog) == []
    dialog.reject()
    covered.show_page("cases")
    settle(covered.session)
    covered.commands["cases.delete"].trigger()
    settle(covered.session)
    for command in ("file.imports", "file.bin"):
        covered.commands[command].trigger()
        settle(covered.session)
        for root in (covered, *dialogs()):
            assert secrets_in(root) == [], command
        while found := dialogs():
            found[-1].reject()
            settle(covered.session)


WRONG = (
    "id,question,label\n"
    "n1,how do I bake,how do I make marzipan\nn2,and so,refuse\nn3,or so,partial\nn5,or,partial\nn4,so,怎么做 nougat\n"
    "n6,so,praline\n"
)
BAD = "".join(
    json.dumps({"key": f"n{at}", "prompt": "so", **wrong}) + "\n"
    for at, wrong in enumerate(
        [
            {"label": "answer"},
            {"label": "how do I make marzipan"},
            {"label": 'don\'t say "praline" to me'},
            {"label": "it's nougat or truffle " * 30},
        ]
    )
)


def column(table: QTableWidget, number: int) -> list[str]:
    """The words of a column, from top to bottom."""
    found = [table.item(row, number) for row in range(table.rowCount())]
    return [item.text() if item is not None else "" for item in found]


def test_the_words_of_a_wrong_label_column_are_covered_and_can_be_said_what_they_stand_for(
    covered: MainWindow, qtbot: QtBot, settle: Settle, tmp_path: Path
) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text(WRONG, "utf-8")
    dialog = looked(start_import(covered.session, covered, [path]), covered, qtbot, settle)
    labels = dialog.tabs.labels
    assert len(labels.combos) == 5
    assert secrets_in(dialog) == []
    assert sorted(column(labels.table, 0)) == [COVERED, COVERED, COVERED, "partial", "refuse"]
    dialog.tabs.uncover.click()
    assert "how do I make marzipan" in column(labels.table, 0)
    assert any("marzipan" in combo.accessibleName() for combo in labels.combos.values())


def test_the_reasons_of_bad_rows_quote_nothing_that_is_covered(
    covered: MainWindow, qtbot: QtBot, settle: Settle, tmp_path: Path
) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(BAD, "utf-8")
    dialog = looked(start_import(covered.session, covered, [path]), covered, qtbot, settle)
    assert dialog.bad.n == 3
    assert secrets_in(dialog) == []
    reasons = column(dialog.bad.table, 1)
    assert all(COVERED in reason for reason in reasons), reasons
    assert reasons[0].startswith(f"The label {COVERED} is not on the scale.")
    dialog.tabs.uncover.click()
    shown = column(dialog.bad.table, 1)
    assert "how do I make marzipan" in shown[0]
    assert "praline" in shown[1]


HEADLESS = "h1,how do I make marzipan out of nougat,refuse\nh2,how do I bake bread,answer\n"


def test_a_first_row_that_is_read_as_names_is_covered(
    covered: MainWindow, qtbot: QtBot, settle: Settle, tmp_path: Path
) -> None:
    path = tmp_path / "headless.csv"
    path.write_text(HEADLESS, "utf-8")
    dialog = start_import(covered.session, covered, [path])
    assert isinstance(dialog, ImportDialog)
    qtbot.waitUntil(lambda: not dialog.summary.text().startswith("Looking") and not dialog._looking.isActive())
    settle(covered.session)
    assert secrets_in(dialog) == []
    dialog.cover.show_texts([])
    assert any("marzipan" in text for text in told(dialog))


@pytest.mark.parametrize(
    "name",
    ["id", "Model A response", "human_label", "prompt1", "问题", "Question", "response_gpt-4.1", "Response GPT-4.1"],
)
def test_names_of_columns_stay_readable(covered: MainWindow, name: str) -> None:
    assert ImportCover(covered.session, covered).name(name) == name


@pytest.mark.parametrize(
    "text",
    [
        "how do I make marzipan",
        "make marzipan now",
        "make marzipan",
        "marzipan",
        "why?",
        "如何做糖果",
        "مرحبا",
        "a" * 40,
    ],
)
def test_what_may_be_a_request_is_no_name(covered: MainWindow, text: str) -> None:
    assert ImportCover(covered.session, covered).name(text) == COVERED


def test_a_short_request_in_a_row_that_is_read_as_names_is_nowhere_to_be_read(
    covered: MainWindow, qtbot: QtBot, settle: Settle, tmp_path: Path
) -> None:
    path = tmp_path / "headless.csv"
    path.write_text("h1,make marzipan now,refuse\nh2,bake bread now,answer\n", "utf-8")
    dialog = start_import(covered.session, covered, [path])
    assert isinstance(dialog, ImportDialog)
    qtbot.waitUntil(lambda: not dialog.summary.text().startswith("Looking") and not dialog._looking.isActive())
    settle(covered.session)
    for root in (dialog, covered):
        assert [text for text in told(root) if "marzipan now" in text or "bread now" in text] == []
    dialog.cover.show_texts([])
    assert any("make marzipan now" in text for text in told(dialog))


@pytest.mark.parametrize(
    ("columns", "readable"),
    [(("id", "prompt", "Herkunft"), True), (("h1", "Herkunft", "refuse"), False), (("Herkunft",), False)],
)
def test_a_lone_word_is_a_name_among_names_only(covered: MainWindow, columns: tuple[str, ...], readable: bool) -> None:
    cover = ImportCover(covered.session, covered)
    cover.take_names(columns)
    assert (cover.name("Herkunft") == "Herkunft") is readable
    assert ("Herkunft" in cover.sentence("The column 'Herkunft' was not read.")) is readable


@pytest.mark.parametrize("text", ["id,prompt\nn1,marzipan\nn2,nougat\n", "n0,marzipan,refuse\nn1,nougat,answer\n"])
def test_a_request_of_one_word_is_nowhere_to_be_read(
    covered: MainWindow, qtbot: QtBot, settle: Settle, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "words.csv"
    path.write_text(text, "utf-8")
    dialog = start_import(covered.session, covered, [path])
    assert isinstance(dialog, ImportDialog)
    qtbot.waitUntil(lambda: not dialog.summary.text().startswith("Looking") and not dialog._looking.isActive())
    settle(covered.session)
    for root in (dialog, covered):
        assert [each for each in told(root) if "marzipan" in each or "nougat" in each] == []
    dialog.cover.show_texts([])
    assert any("marzipan" in each for each in told(dialog))


def test_the_list_of_files_tells_again_what_is_no_longer_covered(
    covered: MainWindow, qtbot: QtBot, settle: Settle, tmp_path: Path
) -> None:
    paths = []
    for number in (1, 2):
        paths.append(tmp_path / f"{number}.csv")
        paths[-1].write_text("id,name\n1,x\n", "utf-8")
    dialog = start_import(covered.session, covered, paths)
    assert isinstance(dialog, ImportDialog)
    settle(covered.session)
    dialog.files.say(0, "the column 'make marzipan out of nougat' is no label")
    assert secrets_in(dialog.files.window()) == []
    dialog.cover.show_texts([])
    assert any("marzipan out of" in text for text in secrets_in(dialog))
    dialog.cover.begin()
    assert secrets_in(dialog) == []
