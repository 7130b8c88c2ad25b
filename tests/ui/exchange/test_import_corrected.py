"""What a person corrects before an import: the guesses of a named format, and label words that come late in a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from reviewer.ui.exchange import imports as work
from reviewer.ui.exchange.import_columns import use_words
from reviewer.ui.kit.session import Session
from tests.ui.cases.test_cases import Screen, screen
from tests.ui.exchange.test_import import choose, labels, read_as, ready, uses
from tests.ui.exchange.test_import_window import dialog_of

__all__ = ["screen"]


def task(number: int, **data: str) -> dict[str, object]:
    chosen = {"from_name": "action", "to_name": "t", "type": "choices", "value": {"choices": ["refuse"]}}
    return {"id": number, "data": data, "annotations": [{"id": number, "completed_by": 1, "result": [chosen]}]}


def test_a_named_format_s_guess_is_corrected_under_columns(screen: Screen, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    tasks = [task(n, question=f"How {n}?", said=f"No, {n}.", gold="refuse", topic="x") for n in range(3)]
    path.write_text(json.dumps(tasks), encoding="utf-8")
    dialog = dialog_of(screen, session, path)
    assert dialog.form.format_name == "label-studio"
    assert dialog.summary.text() == "Importing adds: 3 new cases."
    assert uses(dialog)["said"] == "kept beside the row"

    read_as(dialog, "said", "response")
    ready(screen, dialog)
    read_as(dialog, "gold", "label: the right action")
    ready(screen, dialog)
    read_as(dialog, "topic", "kept beside the row")
    ready(screen, dialog)

    assert uses(dialog)["topic"] == "kept beside the row"
    assert dialog.tabs.mapping == {"response": "said", "label": "gold", "category": ""}
    assert dialog.summary.text() == "Importing adds: 3 new cases, 3 new responses, 3 new decisions."
    dialog.import_.setFocus()
    QTest.keyClick(dialog.import_, Qt.Key.Key_Return)
    screen.settle()
    screen.settle()
    assert set(labels(screen, session, "tasks").values()) == {"refuse"}


def test_a_log_s_metadata_can_be_the_label(screen: Screen, session: Session, tmp_path: Path) -> None:
    reply = {"message": {"role": "assistant", "content": "No."}, "stop_reason": "stop"}
    samples = [
        {"id": n, "epoch": 1, "input": f"How {n}?", "target": "", "metadata": {"gold": "refuse", "wild": "x"},
         "output": {"model": "m", "choices": [reply]}}
        for n in range(2)
    ]  # fmt: skip
    head = {"task": "t", "created": "2025-06-01T12:00:00", "model": "m"}
    path = tmp_path / "log.json"
    path.write_text(json.dumps({"version": 2, "status": "success", "eval": head, "samples": samples}), encoding="utf-8")
    dialog = dialog_of(screen, session, path)
    model = dialog.tabs.columns.columns
    places = [line.name for line in model.lines]
    assert [line.name for line in model.lines if line.choices] == places[:3], "what can be corrected stands first"
    assert set(places[:3]) == {"target", "metadata.gold", "metadata.wild"}

    read_as(dialog, "metadata.gold", "label: the right action")
    ready(screen, dialog)

    assert model.index(places.index("metadata.gold"), 1).data(Qt.ItemDataRole.AccessibleTextRole) == use_words("label")
    dialog.import_.setFocus()
    QTest.keyClick(dialog.import_, Qt.Key.Key_Return)
    screen.settle()
    screen.settle()
    assert set(labels(screen, session, "t").values()) == {"refuse"}


@pytest.mark.parametrize("answer", ["clarify", ""])
def test_label_words_behind_the_rows_that_were_looked_at_are_asked_about(
    screen: Screen, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr(work, "HEAD_RECORDS", 100)
    monkeypatch.setattr("reviewer.exchange.kit.preview.ROWS_LOOKED_AT", 100)
    rows = "".join(f"q{n},How {n}?,{'answer' if n < 300 else 'odd'}\n" for n in range(310))
    path = tmp_path / "long.csv"
    path.write_text(f"id,prompt,label\n{rows}", encoding="utf-8")
    dialog = dialog_of(screen, session, path)
    assert "The rest is read when it is imported" in dialog.summary.text()

    dialog.import_.setFocus()
    QTest.keyClick(dialog.import_, Qt.Key.Key_Return)
    screen.settle()
    screen.settle()

    assert "1 label word comes that stands for no action yet; nothing was imported" in dialog.summary.text()
    assert dialog.tabs.currentWidget() is dialog.tabs.labels
    assert dialog.tabs.labels.n_asked == 1
    if answer:
        choose(dialog.tabs.labels.combos["odd"], answer)
        ready(screen, dialog)
    QTest.keyClick(dialog.import_, Qt.Key.Key_Return)
    screen.settle()
    screen.settle()
    stored = labels(screen, session, "long")
    assert (len(stored), stored.get("q305")) == ((310, "clarify") if answer else (300, None))
