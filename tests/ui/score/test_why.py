"""Every figure and mark of the score screen answers "why?" with its responses; versions make a trend."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt

from reviewer.core.changes import Changes
from reviewer.review.disputes import say_against, settle_label
from reviewer.store.database import Workspace
from reviewer.store.facts.disputes import LabelDispute
from reviewer.store.facts.runs import Classified
from reviewer.store.queries.runs import runs
from reviewer.store.queries.suites import case_detail, case_keys_of_run, current_case_ids
from reviewer.ui.review.page import ReviewPage
from reviewer.ui.score.dot_plot import DotPlot, slice_table
from reviewer.wording.score import figure
from tests.support.builders import ANSWER, REFUSE, make_case, make_response, make_run, make_suite, make_verdict
from tests.ui.score_screen import Screen, reviewed_case


def test_a_figure_lists_its_responses_and_return_reviews_them_as_a_queue(screen: Screen) -> None:
    panel, card = screen.page.figures, screen.shown.card
    rows = [cells[0] for cells in panel.table.figures.table.rows]
    panel.table.setFocus()
    screen.press(Qt.Key.Key_Home, *[Qt.Key.Key_Down] * rows.index("Out of band"), Qt.Key.Key_Return)
    assert screen.window.focusWidget() is panel.behind.list
    listed = [one.case for one in panel.behind.list.cases.found]
    assert card.out_of_band is not None
    assert len(listed) == round(card.out_of_band * (card.n_responses - card.unscored)) >= 2
    assert f"{len(listed)} of" in panel.behind.title.text()
    screen.press(Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert screen.window.page == "review"
    assert reviewed_case(screen) == (screen.shown.line.name, listed[1])
    review_page = screen.window.pages["review"]
    assert isinstance(review_page, ReviewPage)
    assert review_page.state.queue is not None
    assert len(review_page.state.queue.ids) == len(listed)


def test_marks_of_every_chart_list_their_responses(screen: Screen) -> None:
    page = screen.page
    for panel in (page.frontier, page.distances[0], page.slices):
        panel.chart.setFocus()
        screen.press(Qt.Key.Key_Home, Qt.Key.Key_Return)
        assert panel.behind.isVisible(), panel.title.text()
        assert panel.behind.title.text()
    first = page.slices.chart
    assert isinstance(first, DotPlot)
    assert len({one.case for one in page.slices.behind.list.cases.found}) == first.slices[0].n


def test_of_two_runs_the_lists_say_which_and_other_runs_close_them(screen: Screen) -> None:
    screen.page.options.second.setFocus()
    screen.press(Qt.Key.Key_Down)
    assert screen.page.state.scores is not None
    first, second = screen.page.state.scores.scored
    panel = screen.page.slices
    panel.chart.setFocus()
    screen.press(Qt.Key.Key_Return)
    assert {one.said[0] for one in panel.behind.list.cases.found} == {"A", "B"}
    chart = panel.chart
    assert isinstance(chart, DotPlot)
    assert "; B: plain score" in chart.marks()[0].words
    assert len(slice_table(first.card, second.card).headings) == len(panel.table.figures.table.headings)
    last = panel.behind.list.cases.rowCount() - 1
    panel.behind.list.setCurrentIndex(panel.behind.list.cases.index(last, 0))
    panel.behind.list.setFocus()
    screen.press(Qt.Key.Key_Return)
    assert reviewed_case(screen)[0] == second.line.name
    screen.window.show_page("score")
    screen.page.options.second.setFocus()
    screen.press(Qt.Key.Key_Up)
    assert not panel.behind.isVisible()


def five_versions(workspace: Workspace) -> None:
    suite = make_suite(workspace, [make_case(f"c{n:02}", label=(ANSWER, REFUSE)[n % 2]) for n in range(20)])
    for version in range(5):
        said = [
            Classified(make_response(f"c{n:02}"), (make_verdict(REFUSE if (n % 2) ^ (n % 7 < version) else ANSWER),))
            for n in range(20)
        ]
        make_run(workspace, suite, said, name=f"v{version}")


def test_the_scores_of_the_versions_are_drawn_oldest_first(
    open_screen: Callable[[Callable[[Workspace], object]], Screen],
) -> None:
    screen = open_screen(five_versions)
    screen.press(Qt.Key.Key_V)
    panel, chart = screen.page.trend.scores, screen.page.trend.scores_chart
    assert panel.isVisible()
    assert [row[0] for row in panel.table.figures.table.rows] == [f"v{number}" for number in range(5)]
    assert chart.followed is not None
    for number, name in enumerate(chart.followed.names):
        assert f"balanced {figure(screen.stored(name).card.score.balanced)}" in chart.marks()[number].words
    assert panel.said.text().startswith(f"{chart.followed.sentence} The table's d_a is of one fit to all versions")


def test_the_score_says_which_versions_of_its_labels_it_is_by(screen: Screen) -> None:
    """Also while a dispute is open; where every label is as first given, nothing is said."""
    workspace = screen.session.workspace
    assert "first given" not in screen.page.excuses.text()

    def dispute() -> LabelDispute:
        line = runs(workspace)[0]
        case_id = current_case_ids(workspace, line.suite_id)[case_keys_of_run(workspace, line.id)[0]]
        case = case_detail(workspace, case_id).case
        other = next(each for each in line.scale.ids if each != case.label)
        return say_against(workspace, case_id, other, {}, "ann", "no")[0]

    found = screen.session.tasks.database_call(dispute)
    screen.session.changed.emit(Changes(labels=True))
    screen.settle()
    said = "All 132 labels are as first given (version 1). 1 dispute of a label not settled."
    assert said in screen.page.excuses.text()
    screen.session.tasks.database_call(
        lambda: settle_label(workspace, found.id, found.proposed, "ben", "so", anyway=False)
    )
    screen.session.changed.emit(Changes(labels=True))
    screen.settle()
    said = "1 of 132 labels was changed since it was first given; the newest is version 2."
    assert said in screen.page.excuses.text()
