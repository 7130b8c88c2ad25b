"""The agreement screen by keyboard, in the real window: what it shows is what the agreement says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from reviewer.app.figures import agreement_words as words
from reviewer.app.figures.agreement import AgainstPeople, RunAgreement, run_agreement
from reviewer.core.actions import ActionId
from reviewer.review.place import Picked
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import Classified
from reviewer.store.queries.review import response_ids
from reviewer.ui.agreement.page import AgreementPage
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.session import Session
from reviewer.ui.review.page import ReviewPage
from tests.support.builders import (
    ANSWER,
    REFUSE,
    decide,
    make_cases,
    make_response,
    make_run,
    make_suite,
    make_verdict,
)
from tests.ui.conftest import Fill, Settle


class Screen:
    """The window with the agreement screen on it."""

    def __init__(self, window: MainWindow, settle: Settle) -> None:
        self.window, self.session, self._settle = window, window.session, settle
        window.show_page("agreement")
        self.settle()
        page = window.pages["agreement"]
        assert isinstance(page, AgreementPage)
        self.page = page

    def settle(self) -> None:
        self._settle(self.session)
        QApplication.processEvents()

    def press(self, *keys: Qt.Key) -> None:
        for key in keys:
            QTest.keyClick(self.window.focusWidget() or self.window, key)
            self.settle()

    @property
    def shown(self) -> tuple[RunAgreement, AgainstPeople]:
        assert self.page.shown is not None
        run, one = self.page.shown
        assert one is not None
        return run, one

    def stored(self, run: str) -> RunAgreement:
        """The agreement computed anew from the workspace."""
        return self.session.tasks.database_call(lambda: run_agreement(self.session.workspace, run))

    @property
    def review(self) -> ReviewPage:
        page = self.window.pages["review"]
        assert isinstance(page, ReviewPage)
        return page

    @property
    def reviewed(self) -> tuple[str, str]:
        """Run and case key on the review screen."""
        assert self.review.state.current is not None
        left = self.review.state.current.left
        assert left is not None
        return left.run, left.case.key


Opener = Callable[[Fill], Screen]


@pytest.fixture
def screen(window: MainWindow, demo_session: Session, settle: Settle) -> Screen:
    assert demo_session is window.session
    return Screen(window, settle)


@pytest.fixture
def open_screen(window: MainWindow, settle: Settle, open_filled: Callable[[Fill], None]) -> Opener:
    """Opens the screen on a workspace that is filled as a test wants it."""

    def make(fill: Fill) -> Screen:
        open_filled(fill)
        return Screen(window, settle)

    return make


def rules_and_judge(workspace: Workspace) -> None:
    """Four responses: people say what the rules say but once, the judge differs twice from the rules."""
    said: list[tuple[ActionId | None, ActionId]] = [
        (ANSWER, ANSWER),
        (REFUSE, ANSWER),
        (ANSWER, REFUSE),
        (None, REFUSE),
    ]
    cases = make_cases(len(said))
    answered = [
        Classified(make_response(case.key), (make_verdict(rules), make_verdict(judge, "judge/one")))
        for case, (rules, judge) in zip(cases, said, strict=True)
    ]
    run = make_run(workspace, make_suite(workspace, cases), answered)
    for response_id in response_ids(workspace, run):
        decide(workspace, response_id, ANSWER)


def test_the_figures_are_the_agreements(screen: Screen) -> None:
    run, one = screen.shown
    assert run == screen.stored(run.line.name)
    page = screen.page
    assert page.sentence.text() == words.agreement_sentence(run, one)
    assert page.people.text() == words.people_words(run)
    assert page.notes.text() == "\n".join(words.notes(run))
    assert page.levels.figures.table == words.levels_table(one)
    assert page.reviewers.figures.table == words.reviewers_table(run)
    versions = [row[0] for row in page.classifiers.figures.table.rows]
    assert versions == ["1.0", "1.1", "1.2", "1.3"], "a row for each model version"
    cells = page.panel.map.cells
    for row, people in enumerate(words.rows_that_occur(one.actions)):
        for column, said in enumerate(one.actions.scale.ids):
            number = one.actions.confusion[people][said]
            assert cells.index(row, column).data() == (str(number) if number else "·")


def test_arrows_choose_the_run_and_classifier_below(screen: Screen) -> None:
    assert screen.window.focusWidget() is screen.page.classifiers
    first = screen.shown[0].line.name
    screen.press(Qt.Key.Key_Up if first == "1.3" else Qt.Key.Key_Down)
    other = screen.shown[0].line
    assert other.name != first
    assert screen.page.run.currentData() == other.id == screen.session.run_id
    assert screen.page.sentence.text() == words.agreement_sentence(*screen.shown)


def test_another_run_is_chosen_above(screen: Screen) -> None:
    before = screen.shown[0].line.name
    screen.page.run.setFocus()
    screen.press(Qt.Key.Key_Down if screen.page.run.currentIndex() == 0 else Qt.Key.Key_Up)
    assert screen.shown[0].line.name != before


def test_d_reviews_only_what_differs(screen: Screen) -> None:
    run, one = screen.shown
    screen.press(Qt.Key.Key_D)
    assert screen.window.page == "review"
    queue = screen.review.state.queue
    assert queue is not None
    assert list(queue.ids) == [each.response_id for each in one.differing]
    assert screen.reviewed == (run.line.name, one.differing[0].key)
    assert screen.review.bar.queue.accessibleName() == f"Queue: {one.name} and people differ ({len(one.differing)})"
    screen.press(Qt.Key.Key_J)
    assert screen.reviewed[1] == one.differing[1].key


def test_the_picked_queue_stays_until_another_is_chosen(screen: Screen) -> None:
    screen.press(Qt.Key.Key_D, Qt.Key.Key_J)
    place = screen.reviewed
    screen.window.show_page("score")
    screen.settle()
    screen.window.show_page("review")
    screen.review.refresh()
    screen.settle()
    assert isinstance(screen.session.picked, Picked)
    assert screen.reviewed == place
    screen.press(Qt.Key.Key_Q)
    QTest.keyClicks(screen.window.focusWidget(), "all, in")
    screen.press(Qt.Key.Key_Return)
    assert screen.session.picked is None
    assert screen.review.state.queue is not None
    assert len(screen.review.state.queue.ids) == screen.shown[0].responses


def test_every_cell_opens_its_cases(screen: Screen) -> None:
    run, one = screen.shown
    rows = words.rows_that_occur(one.actions)
    people, said, row, column = next(
        (people, said, row, column)
        for row, people in enumerate(rows)
        for column, said in enumerate(one.actions.scale.ids)
        if len(one.cell(people, said)) >= 2
    )
    panel = screen.page.panel
    panel.map.setFocus()
    screen.press(Qt.Key.Key_Home, *[Qt.Key.Key_Down] * row, *[Qt.Key.Key_Right] * column, Qt.Key.Key_Return)
    wanted = [each.key for each in one.cell(people, said)]
    assert [each.case for each in panel.list.cases.found] == wanted
    assert panel.cell.text().startswith(words.cell_words(one, people, said))
    assert screen.window.focusWidget() is panel.list
    screen.press(Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert screen.reviewed == (run.line.name, wanted[1])
    assert screen.review.state.queue is not None
    assert len(screen.review.state.queue.ids) == len(wanted)


def test_t_puts_a_table_in_place_of_the_shades(screen: Screen) -> None:
    panel = screen.page.panel
    assert panel.map.isVisible()
    screen.press(Qt.Key.Key_T)
    assert not panel.map.isVisible()
    assert panel.table.isVisible()
    assert panel.table.figures.table == words.confusion_table(screen.shown[1])
    screen.press(Qt.Key.Key_T)
    assert panel.map.isVisible()


def test_rules_and_a_judge_stand_beside_each_other(open_screen: Opener) -> None:
    screen = open_screen(rules_and_judge)
    page = screen.page
    assert [row[2] for row in page.classifiers.figures.table.rows] == ["rules/1", "judge/one"]
    assert page.apart_button.isVisible()
    assert page.apart_button.text() == "Where classifiers differ (2)"
    assert "no κ: only 3" in page.sentence.text()
    column = page.panel.map.cells.columnCount() - 2
    assert page.panel.map.cells.headerData(column, Qt.Orientation.Horizontal) == "○ unscored"
    page.panel.map.setFocus()
    screen.press(Qt.Key.Key_Home, *[Qt.Key.Key_Right] * column, Qt.Key.Key_Return)
    assert [each.case for each in page.panel.list.cases.found] == ["case-003"]
    page.classifiers.setFocus()
    screen.press(Qt.Key.Key_Down)
    assert screen.shown[1].name == "judge/one"
    assert not page.panel.list.isVisible(), "another classifier has other cells"
    screen.press(Qt.Key.Key_W)
    assert screen.review.bar.queue.accessibleName() == "Queue: classifiers differ from each other (2)"
    assert screen.reviewed == ("run", "case-001")


def test_a_decision_changes_the_figures(open_screen: Opener) -> None:
    screen = open_screen(rules_and_judge)
    before = screen.shown[1].actions.same
    screen.press(Qt.Key.Key_D)
    screen.review.deciding.decide(0, REFUSE)
    screen.settle()
    screen.window.show_page("agreement")
    screen.settle()
    run, _ = screen.shown
    assert run.disputed == 1 or screen.shown[1].actions.same > before
    assert run == screen.stored("run")


def test_without_verdicts_or_decisions_it_says_what_is_missing(open_screen: Opener) -> None:
    screen = open_screen(lambda w: make_run(w, make_suite(w, make_cases(1)), [Classified(make_response("case-000"))]))
    assert screen.page.sentence.text().startswith("No classifier has read run yet")
    assert screen.page.panel.none.isVisible()
    assert not screen.page.differ_button.isEnabled()
    screen.press(Qt.Key.Key_D)
    assert screen.window.page == "agreement"


def test_without_a_run_it_says_what_to_do(window: MainWindow, settle: Settle) -> None:
    screen = Screen(window, settle)
    sentences = [label.text() for label in screen.page.findChildren(QLabel) if label.isVisible()]
    assert any(sentence.startswith("There is no run to compare with people yet.") for sentence in sentences)


@pytest.mark.parametrize(("page", "command"), [("runs", "runs.agreement"), ("score", "score.agreement")])
def test_other_screens_lead_here(
    window: MainWindow, demo_session: Session, settle: Settle, page: str, command: str
) -> None:
    window.show_page(page)
    settle(demo_session)
    window.commands[command].trigger()
    settle(demo_session)
    assert window.page == "agreement"
    shown = window.pages["agreement"]
    assert isinstance(shown, AgreementPage)
    assert shown.shown is not None
    assert shown.shown[0].line.id == demo_session.run_id
