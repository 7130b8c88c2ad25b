"""The score that each row of the run list shows: as the score page has it, kept, and never a stale one."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from reviewer.app.figures.run_scores import read_score
from reviewer.app.figures.scores import score_run
from reviewer.core.changes import Changes
from reviewer.core.scoring.score import BalancedScore
from reviewer.store.database import Workspace
from reviewer.store.facts.review import NewDecision
from reviewer.store.facts.runs import Classified
from reviewer.store.queries import review
from reviewer.store.queries.runs import run_named, runs
from reviewer.store.writes.decisions import append_decision
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.runs import scores
from reviewer.ui.runs.table import SCORE
from reviewer.wording.tables import limits
from tests.support.builders import ANSWER, AT, REFUSE, make_cases, make_response, make_run, make_suite, make_verdict
from tests.ui.conftest import WAIT_MS, Settle
from tests.ui.runs_screen import Screen, model_at


@pytest.fixture
def screen(qtbot: QtBot, window: MainWindow, settle: Settle) -> Screen:
    return Screen(qtbot, window, settle)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The runs whose score was read, in order."""
    found: list[int] = []

    def counted(workspace: Workspace, run_id: int) -> Callable[[], BalancedScore]:
        found.append(run_id)
        return read_score(workspace, run_id)

    monkeypatch.setattr(scores, "read_score", counted)
    return found


def add_runs(screen: Screen, *names: str) -> None:
    """Runs over one suite of forty cases, half of them labelled refuse; three of four responses refuse."""

    def work(workspace: Workspace) -> tuple[None, Changes]:
        cases = make_cases(40)
        suite_id = make_suite(workspace, cases)
        for name in names:
            said = [make_verdict(REFUSE if number % 4 else ANSWER) for number in range(len(cases))]
            answered = [Classified(make_response(case.key), (each,)) for case, each in zip(cases, said, strict=True)]
            make_run(workspace, suite_id, answered, name=name)
        return None, Changes(runs=True, responses=True)

    screen.session.write(work)
    screen.settle()


def decide_second(name: str) -> Callable[[Workspace], tuple[int, Changes]]:
    """A person decides a response that refused, and rightly: it answers, they say."""

    def work(workspace: Workspace) -> tuple[int, Changes]:
        response_id = review.response_ids(workspace, run_named(workspace, name).id)[1]
        return append_decision(workspace, decision=NewDecision(response_id, "ana", ANSWER), at=AT)

    return work


def decide_the_second(screen: Screen, name: str) -> None:
    screen.session.write(decide_second(name))
    screen.settle()


def shown(screen: Screen) -> dict[str, str]:
    return {line.name: screen.cell(SCORE, row) for row, line in enumerate(screen.page.model.lines)}


def as_scored(screen: Screen) -> dict[str, str]:
    """What the score page says of every run."""
    found: list[dict[str, str]] = []

    def work(workspace: Workspace) -> dict[str, str]:
        cards = {line.name: score_run(workspace, line.name).card for line in runs(workspace)}
        return {name: f"{card.score.balanced:.3f} {limits(card, 'balanced')}" for name, card in cards.items()}

    screen.session.read(work, found.append)
    screen.settle()
    return found[0]


def test_every_run_shows_the_score_that_its_page_has_the_newest_read_first(screen: Screen, read: list[int]) -> None:
    add_runs(screen, "one", "two", "three")
    screen.go()
    assert shown(screen) == as_scored(screen)
    assert read == [line.id for line in screen.page.model.lines]


def test_a_decision_changes_the_score_of_its_run_and_reads_no_other(screen: Screen, read: list[int]) -> None:
    add_runs(screen, "one", "two")
    screen.go()
    before = shown(screen)
    read.clear()
    decide_the_second(screen, "one")
    after = shown(screen)
    assert after == as_scored(screen)
    assert after["one"] != before["one"]
    assert after["two"] == before["two"]
    assert len(read) == 1


def test_a_score_that_was_read_before_a_decision_is_not_shown_after_it(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The decision comes while the score is on its way: what arrives is of a state that is gone."""
    go_on, read = threading.Event(), threading.Event()

    def held(workspace: Workspace, run_id: int) -> Callable[[], BalancedScore]:
        computed = read_score(workspace, run_id)
        read.set()

        def later() -> BalancedScore:
            go_on.wait(WAIT_MS / 1000)
            return computed()

        return later

    monkeypatch.setattr(scores, "read_score", held)
    seen: list[str] = []
    add_runs(screen, "one")
    screen.window.show_page("runs")
    screen.qtbot.waitUntil(read.is_set, timeout=WAIT_MS)
    screen.page.model.dataChanged.connect(lambda *_: seen.append(screen.cell(SCORE)))
    screen.session.write(decide_second("one"))
    screen.qtbot.waitUntil(lambda: screen.page.model.lines[0].reviewed == 1, timeout=WAIT_MS)
    assert shown(screen) == {"one": "–"}
    go_on.set()
    screen.settle()
    assert shown(screen) == as_scored(screen)
    assert set(seen) == {"–", *as_scored(screen).values()}, "the score of before was shown for a moment"


def test_nothing_is_computed_while_the_list_is_not_seen(screen: Screen, read: list[int]) -> None:
    add_runs(screen, "one")
    screen.go()
    screen.window.show_page("cases")
    screen.settle()
    read.clear()
    decide_the_second(screen, "one")
    assert read == []
    screen.go()
    assert len(read) == 1
    assert shown(screen) == as_scored(screen)


def test_a_run_without_responses_has_a_dash_and_says_why(screen: Screen) -> None:
    screen.add_suite()
    screen.add_run(model_at("http://127.0.0.1:1/v1"))
    page = screen.go()
    cell = page.model.index(0, SCORE)
    assert cell.data() == "–"
    assert "no responses" in str(cell.data(Qt.ItemDataRole.ToolTipRole))
