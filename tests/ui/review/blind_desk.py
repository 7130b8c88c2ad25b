"""A workspace in which everything that a blind review hides has a name of its own, and a walk that looks for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from PySide6.QtCore import QAbstractListModel, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QWidget

from reviewer.core.cases import CaseKey
from reviewer.core.models import Endpoint, ModelVersion
from reviewer.core.responses import Response
from reviewer.store.database import open_workspace
from reviewer.store.facts.review import NewDecision
from reviewer.store.facts.runs import Classified
from reviewer.store.writes.decisions import append_decision
from reviewer.ui.review.list import LINE_ROLE, ReviewList
from tests.support.builders import ANSWER, AT, CAVEAT, REFUSE, make_cases, make_run, make_suite, make_verdict

RUNS = ("night-run", "day-run")
MODELS = ("aurora-7b", "borealis-9b")
SECRETS = (
    *RUNS,
    *MODELS,
    *("Aurora", "Borealis", "northlight", "southlight"),
    *("rules/77", "judge/zenith", "said by a test", "somebody", "between you and me"),
)
MARKS = "▲▼●○△▽✓"
_READ = (
    *("text", "toolTip", "statusTip", "whatsThis", "accessibleName", "accessibleDescription", "windowTitle"),
    *("placeholderText", "title", "toPlainText", "currentText", "prefix", "suffix"),
)
_MOST_ROLE = 40
_OWN_ROLES = range(int(Qt.ItemDataRole.UserRole), int(Qt.ItemDataRole.UserRole) + 8)


def build(path: Path, count: int) -> None:
    """Two runs over `count` cases; on every second case of either somebody else has decided, with a note."""
    workspace = open_workspace(path)
    cases = make_cases(count)
    suite = make_suite(workspace, cases)
    for number, name in enumerate(RUNS):
        endpoint = Endpoint(("northlight", "southlight")[number], "openai-chat", f"http://127.0.0.1:9/{number}")
        version = ModelVersion(("Aurora", "Borealis")[number], endpoint, MODELS[number])
        answered = [
            Classified(
                Response(CaseKey(case.key), text=f"Reply {number} to {case.key}.", model=MODELS[number]),
                (make_verdict((ANSWER, REFUSE)[number], "rules/77"), make_verdict(REFUSE, "judge/zenith")),
            )
            for case in cases
        ]
        make_run(workspace, suite, answered, name=name, version=version)
    for response_id in range(1, 2 * count + 1, 2):
        said = NewDecision(response_id, "somebody", CAVEAT, note="between you and me")
        append_decision(workspace, decision=said, at=AT)
    workspace.close()


def texts_of(root: QWidget) -> Iterator[tuple[str, str]]:
    """(where, text) of everything that a window tells in words: by its widgets, their models, and its actions."""
    for widget in (root, *root.findChildren(QWidget)):
        where = f"{type(widget).__name__} {widget.objectName()}"
        for name in _READ:
            read = getattr(widget, name, None)
            if callable(read):
                yield f"{where}.{name}", str(read())
        if isinstance(widget, QComboBox):
            for at in range(widget.count()):
                yield f"{where}[{at}]", widget.itemText(at)
        if isinstance(widget, QAbstractItemView) and widget.isVisible():
            yield from ((f"{where}{at}", text) for at, text in _texts_of_model(widget))
    for action in root.findChildren(QAction):
        yield f"action {action.objectName()}", f"{action.text()} {action.toolTip()} {action.statusTip()}"


def _texts_of_model(view: QAbstractItemView) -> Iterator[tuple[str, str]]:
    model = view.model()
    if model is None:
        return
    for row in range(model.rowCount()):
        for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount()):
            index = model.index(row, column)
            for role in (*range(_MOST_ROLE), *_OWN_ROLES):
                value = index.data(role)
                if value is not None:
                    yield f"[{row},{column}] role {role}", repr(value)


def leaks(root: QWidget, secrets: Iterable[str] = SECRETS, *, but: Iterable[str] = ()) -> list[str]:
    """Where something secret is told; `but` are words of places where it may be."""
    allowed, wanted = tuple(but), tuple(secrets)
    return [
        f"{where}: {text[:200]}"
        for where, text in texts_of(root)
        if any(secret in text for secret in (*wanted, *MARKS)) and not any(word in where for word in allowed)
    ]


def list_marks(view: QAbstractItemView) -> list[str]:
    """What the list paints beside its lines."""
    model = view.model()
    assert isinstance(model, ReviewList)
    lines = [model.index(row, 0).data(LINE_ROLE) for row in range(model.rowCount())]
    return [model.mark(line).strip() for line in lines if line is not None]
