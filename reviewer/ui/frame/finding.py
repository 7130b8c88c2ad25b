"""What the palette finds beside commands: queues of the review, and cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from reviewer.review.finding import find_cases, response_in_run
from reviewer.review.kinds import KINDS
from reviewer.review.place import GoingTo
from reviewer.store.database import Workspace
from reviewer.store.facts.suites import FoundCase
from reviewer.wording.plain_text import preview

if TYPE_CHECKING:
    from reviewer.ui.cases.list import CaseList
    from reviewer.ui.frame.main_window import MainWindow

MOST_CASES = 8
CASE_CHARACTERS = 90


@dataclass(frozen=True)
class PaletteLine:
    """A line of the palette: what it is called, what stands at its end, and what it does."""

    text: str
    aside: str
    act: Callable[[], object]


def queue_findings(window: MainWindow) -> list[PaletteLine]:
    """Every kind of queue, while a workspace is open; in a blind review none that tells a verdict."""
    if not window.session.is_open:
        return []
    kinds = [kind for kind in KINDS.values() if not (kind.tells_verdict and window.session.sight.blind)]
    return [PaletteLine(f"Queue: {kind.words}", "", partial(_go_to_queue, window, kind.key)) for kind in kinds]


def _go_to_queue(window: MainWindow, key: str) -> None:
    from reviewer.ui.review.page import ReviewPage

    window.show_page("review")
    page = window.pages["review"]
    if isinstance(page, ReviewPage):
        page.line.keep()
        page.state.load(window.session.run_id, window.session.second_run_id, key)


def case_findings(window: MainWindow, workspace: Workspace, words: str) -> list[PaletteLine]:
    """The cases that the words find; read on the database thread."""
    return [_case_finding(window, found) for found in find_cases(workspace, words, MOST_CASES)]


def _case_finding(window: MainWindow, found: FoundCase) -> PaletteLine:
    said = window.session.cover.over(found.category, found.untrusted_preview)
    return PaletteLine(
        f"Case {preview(found.key, CASE_CHARACTERS)}: {preview(said, CASE_CHARACTERS)}",
        "",
        partial(_go_to, window, found),
    )


def _go_to(window: MainWindow, found: FoundCase) -> None:
    """In the review, to the response of the run under review, where it has one; else to the case."""
    from reviewer.ui.review.page import ReviewPage

    page = window.pages.get("review")
    queue = page.state.queue if isinstance(page, ReviewPage) else None
    if window.page != "review" or not isinstance(page, ReviewPage) or queue is None:
        _open_case(window, found)
        return
    session, reviewing = window.session, page.state
    page.line.keep()

    def go(response: int | None) -> None:
        if response is None:
            _open_case(window, found)
        elif response in queue.ids:
            reviewing.go_to_response(response)
        else:
            session.pick(GoingTo(queue.run.id, response, queue.second.id if queue.second else 0))

    session.read(partial(response_in_run, run_id=queue.run.id, key=found.key), go)


def _open_case(window: MainWindow, found: FoundCase) -> None:
    from reviewer.ui.cases.page import CasesPage

    window.show_page("cases")
    page = window.pages["cases"]
    if isinstance(page, CasesPage):
        page.leaving.guard(partial(_show_case, window, page.list, found))


def _show_case(window: MainWindow, list_: CaseList, found: FoundCase) -> None:
    if window.session.suite_id == found.suite_id and list_.choose(found.id):
        return
    list_.want(found.id)
    list_.filters.clear()
    window.session.select(suite_id=found.suite_id)
    list_.read()
