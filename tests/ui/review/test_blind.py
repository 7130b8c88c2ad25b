"""A blind review tells nothing before one's own decision, tells all after it, and says truly what was hidden."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog

from reviewer.core.decisions import Decision, DecisionOrigin, Hidden
from reviewer.core.errors import InputError
from reviewer.review.blinding import read_blinding
from reviewer.review.returning import AFTER_AT_LEAST
from reviewer.store.facts.review import QueueFilter
from reviewer.store.facts.runs import Classified
from reviewer.store.queries import review, runs
from reviewer.store.writes.runs import add_responses
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.unnamed import SOMETHING
from reviewer.ui.review.blind_settings import BlindSettings
from reviewer.ui.review.history import HistoryOfDecisions
from tests.support.builders import LATER, make_case, make_response, make_run, make_suite
from tests.ui.conftest import Settle
from tests.ui.review.blind_desk import RUNS, build, leaks, list_marks
from tests.ui.review.test_reading_first import geometry
from tests.ui.review.test_review import ME, Desk

CASES = 8
REVEAL = ("what was hidden",)
VERDICT, OTHERS, VERSIONS = Hidden.VERDICT, Hidden.OTHERS, Hidden.VERSIONS
ALL = frozenset({VERDICT, VERSIONS, OTHERS})


class BlindDesk(Desk):
    """Both runs side by side, or one."""

    def begin(self, *, both: bool, queue: QueueFilter = QueueFilter.ALL) -> None:
        first, second = (self.line(name) for name in RUNS)
        self.page.state.load(first, second if both else 0, queue)
        self.settle()

    def line(self, name: str) -> int:
        return self.session.tasks.database_call(lambda: runs.run_named(self.session.workspace, name)).id

    def mine(self, response_id: int) -> list[Decision]:
        return self.stored(response_id)

    @property
    def shown(self) -> list[int]:
        assert self.page.state.current is not None
        return [item.response_id for item in self.page.state.current.items if item is not None]

    def at(self, text: str) -> str:
        """The run whose reply a pane shows."""
        return RUNS[int(text.split()[1])]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "reviewing.sqlite"
    build(path, CASES)
    return path


@pytest.fixture
def desk(window: MainWindow, file: Path, settle: Settle) -> BlindDesk:
    window.session.change_settings(replace(window.session.settings, reviewer=ME))
    window.session.open(file, create=False)
    settle(window.session)
    return BlindDesk(window, settle)


def dialogs(window: MainWindow) -> list[QDialog]:
    return [each for each in window.findChildren(QDialog) if each.isVisible()]


@pytest.mark.parametrize("both", [False, True])
def test_nothing_on_the_screen_tells_what_is_hidden(desk: BlindDesk, both: bool) -> None:
    desk.begin(both=both)
    assert leaks(desk.window), "the walk finds names where they are shown"
    assert not desk.session.sight.blind
    desk.press(Qt.Key.Key_B)
    assert desk.session.sight.blind
    for _place in range(3):
        assert leaks(desk.window) == []
        assert set(list_marks(desk.page.list)) == {""}
        for pane in (desk.page.left, desk.page.right):
            cells = [cell._facts for cell in pane.buttons]
            assert not [facts for facts in cells if facts is not None and facts.strip.markers]
        for notice in (Qt.Key.Key_A, Qt.Key.Key_D, Qt.Key.Key_I, Qt.Key.Key_Y):
            desk.press(notice)
            assert leaks(desk.window) == []
        for over_the_page in (Qt.Key.Key_Q, Qt.Key.Key_G, Qt.Key.Key_Slash):
            desk.press(over_the_page)
            assert leaks(desk.window) == []
            desk.press(Qt.Key.Key_Escape)
        desk.press(Qt.Key.Key_F5, shift=True)
        assert not dialogs(desk.window)
        desk.press(Qt.Key.Key_J)
    desk.press(Qt.Key.Key_3)
    if both:
        assert leaks(desk.window) == [], "one of two decisions reveals neither"
        desk.press(Qt.Key.Key_4, shift=True)
    assert leaks(desk.window, but=REVEAL) == []
    desk.page.deciding.undo()
    desk.settle()
    assert leaks(desk.window, but=REVEAL) == []


def test_no_dialog_of_the_page_tells_what_is_hidden(desk: BlindDesk) -> None:
    desk.begin(both=True)
    desk.press(Qt.Key.Key_B, Qt.Key.Key_J)
    asked: list[Callable[[], object]] = [
        desk.window.commands["review.blind_settings"].trigger,
        desk.window.commands["view.palette"].trigger,
        desk.window.commands["help.keys"].trigger,
        desk.window.commands["view.reviewer"].trigger,
        desk.window.commands["view.session"].trigger,
        desk.window.commands["review.plan"].trigger,
        desk.window.commands["review.dispute"].trigger,
    ]
    for ask in asked:
        ask()
        desk.settle()
        assert len(dialogs(desk.window)) == 1
        assert leaks(desk.window) == []
        dialogs(desk.window)[0].reject()
        desk.settle()


def failing(desk: BlindDesk, words: str) -> str:
    """What the window tells of work that has failed with these words."""

    def fail() -> None:
        raise InputError(words, "Check the address.")

    desk.session.work(fail, lambda _: None)
    desk.settle()
    return desk.window.notices.text


@pytest.mark.parametrize(
    "words",
    [
        "The run 'night-run' has failed: borealis-9b is not there.",
        "http://127.0.0.1:9/0 cannot be reached (northlight, 127.0.0.1:9).",
        "Aurora, aurora-7B and 'NIGHT-RUN' were stopped.",
    ],
)
def test_what_fails_by_itself_names_no_version(desk: BlindDesk, words: str) -> None:
    desk.begin(both=True)
    assert failing(desk, words).startswith(words)
    desk.press(Qt.Key.Key_B)
    assert desk.window.notices.isVisible()
    assert leaks(desk.window) == [], "also what was told before the review was blind"
    told = failing(desk, words)
    assert leaks(desk.window) == []
    assert SOMETHING in told
    assert told.endswith("Check the address.")
    assert "127.0.0.1" not in told


def test_a_window_that_is_opened_again_is_blind_from_the_first_paint(
    desk: BlindDesk, file: Path, settle: Settle
) -> None:
    desk.begin(both=True)
    desk.press(Qt.Key.Key_B, Qt.Key.Key_J)
    told: list[str] = []
    desk.session.open(file.with_name("other.sqlite"), create=True)
    settle(desk.session)
    desk.session.open(file, create=False)
    while desk.session.tasks.under_way:
        QApplication.processEvents()
        if desk.window.page == "review":
            told += leaks(desk.window.pages["review"])
    assert told == []
    assert desk.window.page == "review"
    assert leaks(desk.window) == []


def test_after_both_decisions_a_line_tells_all_and_nothing_moves(desk: BlindDesk) -> None:
    desk.begin(both=True)
    desk.press(Qt.Key.Key_B, Qt.Key.Key_J, Qt.Key.Key_J)
    left, right = (desk.at(pane.text.toPlainText()) for pane in (desk.page.left, desk.page.right))
    assert {left, right} == set(RUNS)
    kinds = ("ReadingPane", "ScaleCell", "QueueList", "ReviewBar", "RevealLine", "OneLine")
    before = {name: box for name, box in geometry(desk.page).items() if any(kind in name for kind in kinds)}
    desk.press(Qt.Key.Key_2)
    desk.press(Qt.Key.Key_2, shift=True)
    told = desk.page.reveal.text()
    assert "case-002" in told
    assert f"Left was {left}" in told
    assert f"Right was {right}" in told
    assert "rules/77: " in told
    assert "somebody: 2 caveat" in told
    after = geometry(desk.page)
    assert {name: after[name] for name in before} == before


def test_sides_are_drawn_for_each_case_and_stay(desk: BlindDesk) -> None:
    def sides() -> list[str]:
        desk.press(Qt.Key.Key_Home)
        found = []
        for _case in range(CASES):
            found.append(desk.at(desk.page.left.text.toPlainText()))
            desk.press(Qt.Key.Key_J)
        return found

    desk.begin(both=True)
    assert set(sides()) == {RUNS[0]}
    blinding = desk.page.state.blind.blinding
    # of these eight cases some stand one way and some the other
    desk.page.state.blind.choose(replace(blinding, on=True, seed=5))
    drawn = sides()
    assert set(drawn) == set(RUNS)
    assert sides() == drawn
    desk.begin(both=True)
    assert sides() == drawn
    first, second = (desk.line(name) for name in RUNS)
    desk.page.state.load(second, first, QueueFilter.ALL)
    desk.settle()
    assert sides() == drawn, "whichever run is called the first"


def test_a_decision_lands_on_the_side_that_was_read(desk: BlindDesk) -> None:
    desk.begin(both=True)
    desk.page.state.blind.choose(replace(desk.page.state.blind.blinding, on=True, seed=5))
    desk.begin(both=True)
    for _case in range(CASES):
        runs_read = [desk.at(pane.text.toPlainText()) for pane in (desk.page.left, desk.page.right)]
        ids = desk.shown
        desk.press(Qt.Key.Key_1)
        desk.press(Qt.Key.Key_5, shift=True)
        items = [desk.read(id_) for id_ in ids]
        assert [item.run for item in items] == runs_read
        assert [desk.mine(id_)[-1].action for id_ in ids] == ["answer", "refuse"]


def test_what_was_hidden_is_stored_with_the_decision(desk: BlindDesk) -> None:
    desk.begin(both=False)
    first, second, third = (desk.page.list_model.ids[at] for at in range(3))
    desk.press(Qt.Key.Key_1)
    assert (desk.mine(first)[0].hidden, desk.mine(first)[0].blind) == (frozenset(), False)
    assert (desk.mine(first)[0].origin, desk.mine(first)[0].guideline_version) == (DecisionOrigin.WINDOW, 1)
    desk.press(Qt.Key.Key_B)
    desk.press(Qt.Key.Key_1)
    assert desk.mine(second)[0].hidden == frozenset(), "what was seen before is not hidden by a key"
    desk.press(Qt.Key.Key_1)
    assert (desk.mine(third)[0].hidden, desk.mine(third)[0].blind) == (ALL, True)
    desk.press(Qt.Key.Key_K, Qt.Key.Key_5)
    assert desk.mine(third)[1].hidden == frozenset(), "the first decision has revealed it"


def test_side_by_side_nothing_is_revealed_before_both_are_decided(desk: BlindDesk) -> None:
    desk.begin(both=True)
    desk.press(Qt.Key.Key_B, Qt.Key.Key_J)
    left, right = desk.shown
    desk.press(Qt.Key.Key_1, Qt.Key.Key_2)
    desk.press(Qt.Key.Key_3, shift=True)
    said = [*desk.mine(left), *desk.mine(right)]
    assert [each.hidden for each in said] == [ALL | {Hidden.SIDES}] * 3


def test_the_verdict_alone_hidden_counts_as_blind(desk: BlindDesk) -> None:
    desk.begin(both=False)
    desk.press(Qt.Key.Key_V, Qt.Key.Key_J)
    shown = desk.shown[0]
    desk.press(Qt.Key.Key_A)
    assert desk.mine(shown) == [], "nobody agrees with what they do not see"
    desk.press(Qt.Key.Key_4)
    assert (desk.mine(shown)[0].hidden, desk.mine(shown)[0].blind) == (frozenset({VERDICT}), True)


def test_looking_is_an_event_and_its_decision_is_not_blind(desk: BlindDesk) -> None:
    desk.begin(both=False)
    desk.press(Qt.Key.Key_B, Qt.Key.Key_J, Qt.Key.Key_V)
    looked = desk.shown[0]
    assert leaks(desk.page.left, ("rules/77",))
    assert leaks(desk.window, (*RUNS, "somebody"), but=()) == [
        each for each in leaks(desk.window, ()) if not any(secret in each for secret in (*RUNS, "somebody"))
    ], "the verdict only"
    desk.press(Qt.Key.Key_4)
    assert desk.mine(looked)[0].hidden == frozenset({VERSIONS, OTHERS})
    assert [each.revealed for each in desk.read(looked).unblindings] == [frozenset({VERDICT})]
    assert leaks(desk.page.left) == [], "the next one is hidden again"
    ended = desk.shown[0]
    desk.press(Qt.Key.Key_B)
    assert not desk.page.state.blind.on
    (event,) = desk.read(ended).unblindings
    assert (event.reviewer, event.revealed) == (ME, ALL)
    desk.press(Qt.Key.Key_Y)
    assert "looked at what was hidden: verdict, versions, others’ words" in history(desk.window)


def history(window: MainWindow) -> str:
    (dialog,) = dialogs(window)
    assert isinstance(dialog, HistoryOfDecisions)
    return dialog.text.toPlainText()


def test_the_count_is_of_what_stands_and_the_history_tells_of_the_rest(desk: BlindDesk) -> None:
    desk.press(Qt.Key.Key_3, Qt.Key.Key_K)
    before = desk.page.left.history.text()
    desk.press(Qt.Key.Key_4, Qt.Key.Key_K)
    assert desk.page.left.history.text() == before, "another word of the same person takes the place of the first"
    desk.press(Qt.Key.Key_U, Qt.Key.Key_U)
    assert desk.page.left.history.text() not in (before, "No decisions")
    desk.press(Qt.Key.Key_Y)
    assert history(desk.window).count("no longer stands") == 2


def test_others_words_come_into_the_history_with_ones_own(desk: BlindDesk) -> None:
    desk.begin(both=False)
    desk.press(Qt.Key.Key_B)
    assert desk.page.left.history.text() == "No decisions"
    desk.press(Qt.Key.Key_3, Qt.Key.Key_K)
    assert desk.page.left.history.text() == "2 decisions…"
    desk.press(Qt.Key.Key_Y)
    assert "between you and me" in history(desk.window)


def test_the_label_is_hidden_too_where_that_is_asked(desk: BlindDesk) -> None:
    desk.begin(both=False)
    desk.press(Qt.Key.Key_B)
    desk.window.commands["review.blind_settings"].trigger()
    (dialog,) = dialogs(desk.window)
    assert isinstance(dialog, BlindSettings)
    assert dialog.again.value() == 0
    dialog.label.setChecked(True)
    dialog._choose()
    desk.settle()
    desk.window.activateWindow()
    desk.page.take_focus()
    desk.settle()
    desk.press(Qt.Key.Key_J)
    assert leaks(desk.page, ("Best:", "label='", "No label yet")) == []
    assert "label is hidden" in desk.page.case.band.text()
    shown = desk.shown[0]
    desk.press(Qt.Key.Key_4)
    assert desk.mine(shown)[0].hidden == ALL | {Hidden.LABEL}
    assert "Best:" in desk.page.reveal.text()
    stored = desk.session.tasks.database_call(lambda: read_blinding(desk.session.workspace))
    assert (stored.on, stored.label, stored.again) == (True, True, 0)


def test_a_response_that_names_its_model_is_flagged(desk: BlindDesk) -> None:
    shown = desk.page.state
    desk.begin(both=False)
    desk.press(Qt.Key.Key_B, Qt.Key.Key_J)
    assert "names its model" not in desk.page.left.verdict.text()
    assert shown.current is not None
    desk.session.tasks.database_call(lambda: _say_its_name(desk, desk.shown[0]))
    desk.press(Qt.Key.Key_K, Qt.Key.Key_J, Qt.Key.Key_K, Qt.Key.Key_K, Qt.Key.Key_J)
    shown.take_in()
    desk.settle()
    assert "As Aurora" in desk.page.left.text.toPlainText(), "the text itself stays as it came"
    assert "This response names its model" in desk.page.left.verdict.text()
    decided = desk.shown[0]
    desk.press(Qt.Key.Key_4)
    assert desk.mine(decided)[0].hidden == frozenset({VERDICT, OTHERS})


def _say_its_name(desk: BlindDesk, response_id: int) -> None:
    item = review.review_item(desk.session.workspace, response_id)
    answered = [Classified(replace(item.response, text="As Aurora, I would rather not."), ())]
    add_responses(desk.session.workspace, run_id=item.run_id, responses=answered, at=LATER, again=True)


@pytest.fixture
def long_desk(window: MainWindow, tmp_path: Path, settle: Settle) -> BlindDesk:
    path = tmp_path / "long.sqlite"
    build(path, AFTER_AT_LEAST + 10)
    window.session.change_settings(replace(window.session.settings, reviewer=ME))
    window.session.open(path, create=False)
    settle(window.session)
    return BlindDesk(window, settle)


@pytest.mark.parametrize("blind", [False, True])
def test_some_come_back_unannounced_and_the_earlier_word_stays(long_desk: BlindDesk, blind: bool) -> None:
    desk = long_desk
    desk.begin(both=False)
    desk.page.state.blind.choose(replace(desk.page.state.blind.blinding, on=blind, again=20, seed=11))
    desk.settle()
    queue = desk.page.state.queue
    assert queue is not None
    (back, *_more) = sorted(queue.returns)
    twice = queue.ids[back]
    assert back - queue.ids.index(twice) > AFTER_AT_LEAST
    desk.press(Qt.Key.Key_Home)
    for _place in range(back):
        desk.press(Qt.Key.Key_2)
    assert (desk.index, desk.shown) == (back, [twice])
    assert not any(cell.isChecked() for cell in desk.page.left.buttons), "the earlier word is hidden"
    assert all(event.reviewer != ME for event in desk.item.events)
    marks = list_marks(desk.page.list)
    assert "✓" not in marks[back]
    desk.press(Qt.Key.Key_5)
    assert [event.action for event in desk.mine(twice)] == ["answer_with_caveat", "refuse"]
    assert [event.came_back for event in desk.mine(twice)] == [False, True]
    assert desk.index == back + 1, "the place in the queue is not lost"
    desk.press(Qt.Key.Key_U)
    assert desk.index == back
    assert not any(cell.isChecked() for cell in desk.page.left.buttons)
    desk.page.state.remember_place()
    desk.page.state.forget_place()
    desk.begin(both=False)
    assert desk.index == back, "coming back to the second of its places"


def test_a_queue_that_tells_something_by_itself_says_so(desk: BlindDesk) -> None:
    desk.begin(both=False, queue=QueueFilter.OUT_OF_LABEL)
    told: list[str] = []
    desk.session.notice.connect(told.append)
    desk.press(Qt.Key.Key_B)
    assert "holds what differs from the label" in told[-1]
    desk.press(Qt.Key.Key_B)
    assert "No longer blind" in told[-1]
    assert desk.page.bar.blind.text() == "Blind: off"
    assert desk.page.bar.run.currentText() == RUNS[0]


def test_who_sits_down_next_sees_nothing_that_the_one_before_decided(desk: BlindDesk) -> None:
    """Another name in the settings: what was revealed before is hidden again, and nothing of the former's is undone."""
    desk.begin(both=False)
    desk.press(Qt.Key.Key_J, Qt.Key.Key_B, Qt.Key.Key_3, Qt.Key.Key_K)
    decided = desk.shown[0]
    desk.session.change_settings(replace(desk.session.settings, reviewer="next"))
    desk.settle()
    assert desk.shown == [decided], "the place stays"
    assert desk.page.state.current is not None
    assert OTHERS in desk.page.state.current.hidden
    assert leaks(desk.window) == []
    assert desk.item.events == ()
    desk.press(Qt.Key.Key_U)
    assert "nothing of yours to undo" in desk.window.notices.text
    desk.press(Qt.Key.Key_2)
    (event,) = (each for each in desk.read(decided).events if each.reviewer == "next")
    assert event.hidden == ALL


def test_a_verdict_that_nobody_gave_was_in_nobodys_sight(desk: BlindDesk) -> None:
    """Without a blind review too: the response was not read by the rules, and the case has no label."""
    workspace = desk.session.workspace

    def without() -> int:
        suite = make_suite(workspace, [make_case("bare", label=None)], "bare")
        return make_run(workspace, suite, [Classified(make_response("bare"))], name="bare")

    run_id = desk.session.tasks.database_call(without)
    desk.page.state.load(run_id, 0, QueueFilter.ALL)
    desk.settle()
    bare = desk.shown[0]
    desk.press(Qt.Key.Key_3)
    (event,) = desk.mine(bare)
    assert event.hidden == frozenset({VERDICT, Hidden.LABEL})
    assert event.verdict_hidden is True
