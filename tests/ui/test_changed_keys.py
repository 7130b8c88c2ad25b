"""Every key can be another: then nothing in the window tells of the old one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QWidget

import reviewer
from reviewer.store.facts.review import QueueFilter
from reviewer.ui.frame.pages import PAGES
from reviewer.ui.kit.commands import COMMANDS
from reviewer.ui.kit.keymap import effective, key_of, native
from tests.ui.review.test_review import Desk
from tests.ui.review.test_review import desk as desk  # the fixture

_SOURCES = Path(reviewer.__file__).parent
_TELL = ("text", "toolTip", "placeholderText", "accessibleDescription", "title", "statusTip")
_OF_ANY_CONTROL = {"Return", "Esc", "Space", "Home", "End", "Up", "Down", "Left", "Right", "PgUp", "PgDown", "Del"}
"""Keys that work a control wherever it stands, and are named for that."""
_WORDS_TOO = set("ABI")
"""What also begins a sentence or is a version: named as a key only in brackets."""
_NAMED = re.compile(
    r"\b(?:Ctrl|Shift|Alt|Meta)\+[^\s]|\bF\d{1,2}\b|\([A-Z?/]\)|(?:^|[.;:(] ?|\bor |\bPress )[C-HJ-Z] [a-z]"
)
_OWN = {
    "ui/kit/commands.py": "the table of all keys",
    "ui/kit/positions.py": "keys by place",
    "ui/kit/export.py": "a menu's own keys",
    "ui/score/chart_over_table.py": "the key that copies everywhere",
    "ui/review/scale_cells.py": "how Shift is written shortly",
}


def other_keys() -> dict[str, str]:
    """For every command a key that no other one has, and that none had before."""
    held = ("Meta", "Ctrl+Meta", "Alt+Meta", "Ctrl+Alt+Meta", "Shift+Meta", "Ctrl+Shift+Meta", "Alt+Shift+Meta")
    keys = (f"{each}+F{number}" for each, number in product(held, range(1, 36)))
    chosen = {command.id: next(keys) for command in COMMANDS}
    assert all(len(own) == 1 for own in effective(chosen).values())
    return chosen


def pattern(key: str) -> str:
    """Where a sentence names a key: apart from other letters; a lone letter in brackets, or before what it does."""
    if key in _WORDS_TOO:
        return rf"\({key}[);,]"
    if len(key) > 1:
        return rf"(?<![\w+⇧]){re.escape(key)}(?![\w+])"
    return rf"\({re.escape(key)}[);,]|(?:^|[.;:,(] ?|\bor |\bPress ){re.escape(key)}(?: [a-z]|[,;)])"


OLD = {native([key]) for command in COMMANDS for key in command.keys} - _OF_ANY_CONTROL - set("0123456789")
_OLD = re.compile("|".join(pattern(key) for key in sorted(OLD)))


def told(root: QWidget) -> Iterator[tuple[str, str]]:
    for widget in (root, *root.findChildren(QWidget)):
        for name in _TELL:
            words = widget.property(name)
            if isinstance(words, str):
                yield f"{type(widget).__name__} {widget.accessibleName()}.{name}", words


def old_keys(root: QWidget) -> list[str]:
    """Where one of the keys of the table is named."""
    return [f"{where}: {words[:160]}" for where, words in told(root) if _OLD.search(words)]


def test_the_patterns_find_keys_as_sentences_name_them() -> None:
    named = ("Guideline (H closes)", "N takes it.", "it (B; Shift+B: settings)", "F5 sends it.", "Press Y to go")
    for words in named:
        assert _OLD.search(words), words
    for words in ("A letter", "1.0 (older)", "Return opens one", "I cannot", "5 refuse"):
        assert not _OLD.search(words), words


def dialogs(desk: Desk) -> list[QDialog]:
    return [each for each in desk.window.findChildren(QDialog) if each.isVisible()]


def do(desk: Desk, command_id: str) -> None:
    desk.window.commands[command_id].trigger()
    desk.settle()


REVIEW = (
    "review.next_difference",
    "review.side_by_side",
    "review.difference",
    "review.next_difference",
    "review.guideline",
    "review.verdict",
    "review.accept",
    "review.judges",
    "review.verdict",
    "review.extend_next",
    "review.twin",
    "review.flag",
    "review.adjudicate",
    "review.note",
    "review.queues",
    "review.go_to",
    "review.search",
    "review.find",
    "review.blind",
    "review.next",
    "review.ask_again",
    "review.adjudicate",
    "review.blind",
)
OPENED = (
    "review.blind_settings",
    "review.plan",
    "review.dispute",
    "review.history",
    "view.session",
    "view.lock",
    "view.palette",
    "help.keys",
    "runs.new",
    "cases.new_suite",
)


def test_with_every_key_changed_none_of_the_old_ones_is_named(desk: Desk) -> None:
    """What stood there before they were changed is told anew; then all that is opened, refused or shown since."""
    for page in PAGES:
        desk.window.show_page(page)
        desk.settle()
    desk.window.show_page("review")
    desk.press(Qt.Key.Key_S, shift=True)
    assert old_keys(desk.window), "the walk finds keys where they are named"
    settings = desk.session.settings
    desk.session.change_settings(replace(settings, keys=other_keys(), covered=("medicine",)))
    desk.settle()
    assert key_of("review.note").endswith("F22") or "Meta" in key_of("review.note")
    assert old_keys(desk.window) == []
    for page in PAGES:
        desk.window.show_page(page)
        desk.settle()
        assert old_keys(desk.window) == [], page
    desk.window.show_page("review")
    for command_id in REVIEW:
        do(desk, command_id)
        assert old_keys(desk.window) == [], command_id
        for over in dialogs(desk):
            over.reject()
    for command_id in OPENED:
        do(desk, command_id)
        assert old_keys(desk.window) == [], command_id
        for over in dialogs(desk):
            over.reject()
        desk.settle()
    desk.choose("1.0", QueueFilter.DISPUTED)
    for page, command_id in (("adjudicate", "adjudicate.settle.1"), ("runs", "runs.judge_go_on"), ("gate", "gate.run")):
        desk.window.show_page(page)
        desk.settle()
        do(desk, command_id)
        assert old_keys(desk.window) == [], page
    QApplication.processEvents()


def test_a_sentence_names_a_command_that_lost_its_key_by_its_name(desk: Desk) -> None:
    desk.session.change_settings(replace(desk.session.settings, keys={"review.guideline": "", "review.flag": ""}))
    do(desk, "review.guideline")
    assert any(words == "Guideline (“Guideline and rationale” closes)" for _, words in told(desk.page.guideline))
    do(desk, "review.flag")
    assert desk.page.bar.flag.toolTip() == "You have flagged this response"


def test_cells_name_the_keys_that_decide_now(desk: Desk) -> None:
    cells = desk.page.left.buttons
    before = [cell.text() for cell in cells]
    assert before[0] == "1  answer"
    assert before[-1] == "0  cannot decide"
    chosen = {"review.decide.1": "Z", "review.cannot_decide": "C"}
    desk.session.change_settings(replace(desk.session.settings, keys=chosen))
    assert (cells[0].text(), cells[-1].text()) == ("1  answer (Z)", "C  cannot decide")
    assert cells[0].toolTip().endswith("(Z)")
    desk.session.change_settings(replace(desk.session.settings, keys={}))
    assert [cell.text() for cell in cells] == before


def _sentences(path: Path) -> Iterator[str]:
    """Every string of a module that is no docstring or word in place of one."""
    tree = ast.parse(path.read_text("utf-8"))
    aside = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in aside:
            yield node.value


@pytest.mark.parametrize("room", ["ui", "app", "review"])
def test_no_sentence_of_the_program_has_a_key_written_into_it(room: str) -> None:
    """Sentences say `{review.note}` or ask `key_or_name`."""
    found = [
        f"{path.relative_to(_SOURCES)}: {words[:120]}"
        for path in sorted((_SOURCES / room).rglob("*.py"))
        if str(path.relative_to(_SOURCES)) not in _OWN
        for words in _sentences(path)
        if _NAMED.search(words)
    ]
    assert found == []
