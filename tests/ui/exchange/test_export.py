"""The export dialog: forms of other tools, which rows, and what was left out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from reviewer.app.encryption import LEFT_PLAIN
from reviewer.app.jobs.imports import ImportRequest, import_file
from reviewer.core.changes import Changes
from reviewer.host.sealed_files import content_of, forget_files, unlock_file
from reviewer.store.queries.suites import stored_suites
from reviewer.ui.exchange.export import ExportDialog, start_export
from reviewer.ui.kit.session import Session
from tests.support.encrypted import PASSPHRASE
from tests.support.eval_logs import promptfoo_json, promptfoo_row
from tests.support.outgoing import awkward_workspace
from tests.ui.cases.test_cases import Screen, screen
from tests.ui.exchange.test_import import choose

__all__ = ["screen"]


@pytest.fixture
def dialog(screen: Screen, session: Session, tmp_path: Path) -> ExportDialog:
    """Over the awkward workspace, with its run a chosen."""
    awkward_workspace(tmp_path).close()
    session.open(tmp_path / "awkward.sqlite", create=False)
    screen.settle()
    found: list[int] = []
    session.read(lambda workspace: len(stored_suites(workspace)), found.append)
    screen.settle()
    assert found == [1]
    opened = start_export(session, screen.window)
    assert isinstance(opened, ExportDialog)
    screen.settle()
    choose(opened.what, "the responses of a run")
    choose(opened.which, "a")
    return opened


def forms(dialog: ExportDialog) -> list[str]:
    return [dialog.form.itemText(at) for at in range(dialog.form.count())]


def test_the_forms_follow_what_is_exported(dialog: ExportDialog) -> None:
    assert {"Label Studio tasks", "LLM Comparator, this run against another"} <= set(forms(dialog))
    assert "Inspect dataset" not in forms(dialog)
    choose(dialog.what, "the cases of a suite")
    assert {"Inspect dataset", "promptfoo tests"} <= set(forms(dialog))
    assert "Label Studio tasks" not in forms(dialog)
    choose(dialog.what, "the decisions on a run")
    assert len(forms(dialog)) == 3


def test_a_second_run_is_asked_for_where_the_form_is_made_of_pairs(
    screen: Screen, dialog: ExportDialog, tmp_path: Path
) -> None:
    assert not dialog.against.isVisible()
    choose(dialog.form, "this run against another")
    assert dialog.against.isVisible()
    assert dialog.against.currentText() == "b"
    assert dialog.path.text().endswith("a llm-comparator.json")
    dialog.path.setText(str(tmp_path / "ab.json"))
    QTest.keyClick(dialog.path, Qt.Key.Key_Return)
    screen.settle()
    assert len(json.loads((tmp_path / "ab.json").read_text(encoding="utf-8"))["examples"]) == 3


def test_only_the_rows_that_are_wanted_go_out_and_the_rest_is_said(
    screen: Screen, dialog: ExportDialog, tmp_path: Path
) -> None:
    choose(dialog.form, "Label Studio tasks")
    choose(dialog.rows.category, "homonyms")
    QTest.keyClick(dialog.rows.decided, Qt.Key.Key_Space)
    dialog.path.setText(str(tmp_path / "tasks.json"))
    dialog.export.click()
    screen.settle()
    tasks = json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8"))
    assert [(each["data"]["case"], each["data"]["repeat"]) for each in tasks] == [("plain", 1), ("plain", 2)]
    assert dialog.isVisible()
    assert "2 responses written to" in dialog.note.text()
    assert f"The labeling configuration of the project is in {tmp_path / 'tasks.config.xml'}." in dialog.note.text()
    assert dialog.cancel.text() == "Close"


def test_it_opens_at_what_the_person_works_on(screen: Screen, session: Session, tmp_path: Path) -> None:
    """A run goes back to the tool that it came from; on the Cases page it is the suite."""
    session.open(tmp_path / "new.sqlite", create=True)
    screen.settle()
    path = promptfoo_json(tmp_path / "results.json", [promptfoo_row()])
    session.write(lambda workspace: (import_file(workspace, ImportRequest(path)).runs, Changes(runs=True)))
    screen.settle()
    session.select(run_id=1, suite_id=1)
    screen.settle()
    screen.window.commands["go.review"].trigger()
    screen.window.commands["file.export"].trigger()
    screen.settle()
    (opened,) = (each for each in screen.window.findChildren(ExportDialog) if each.isVisible())
    assert (opened.what.currentText(), opened.form.currentText()) == (
        "the responses of a run",
        "promptfoo results with ratings",
    )
    opened.reject()
    screen.settle()
    screen.window.commands["go.cases"].trigger()
    screen.window.commands["file.export"].trigger()
    screen.settle()
    again = [each for each in screen.window.findChildren(ExportDialog) if each.isVisible()]
    assert [each.what.currentText() for each in again] == ["the cases of a suite"]


def test_rows_that_forbid_commercial_use_are_ticked_for_own_forms_only(dialog: ExportDialog) -> None:
    assert dialog.rows.wanted.non_commercial is True
    choose(dialog.form, "Chats to train with")
    assert dialog.rows.wanted.non_commercial is False


def test_an_export_is_encrypted_where_a_passphrase_is_given(
    screen: Screen, dialog: ExportDialog, session: Session, tmp_path: Path
) -> None:
    said: list[str] = []
    session.notice.connect(said.append)
    dialog.path.setText(str(tmp_path / "out.jsonl"))
    dialog.secret.first.setText(PASSPHRASE)
    dialog.export.click()
    assert "not the same" in dialog.secret.problem(dialog.secret.again)
    dialog.secret.again.setText(PASSPHRASE)
    dialog.export.click()
    screen.settle()
    assert not (tmp_path / "out.jsonl").exists()
    sealed = tmp_path / "out.jsonl.sealed"
    assert said[-1].endswith(f"written to {sealed}.")
    unlock_file(sealed, PASSPHRASE)
    lines = content_of(sealed).decode("utf-8").splitlines()
    assert all(json.loads(line) for line in lines)
    assert lines
    forget_files()


def test_a_plain_export_of_an_encrypted_workspace_is_told_of(
    screen: Screen, dialog: ExportDialog, session: Session, tmp_path: Path
) -> None:
    said: list[str] = []
    session.notice.connect(said.append)
    session.workspace.is_encrypted = True
    dialog.path.setText(str(tmp_path / "out.jsonl"))
    dialog.export.click()
    screen.settle()
    assert LEFT_PLAIN in said[-1]
