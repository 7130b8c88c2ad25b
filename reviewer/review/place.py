"""The place in a review: which run, which queue, which response, and what is read to show it. No Qt."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice

from reviewer.classify.turn_actions import TurnAction, turn_actions
from reviewer.core.changes import Changes
from reviewer.core.decisions import Hidden
from reviewer.core.errors import InputError
from reviewer.review.blinding import Blinding, read_blinding, unnamed_runs
from reviewer.review.kinds import KINDS, PICKED, QueueKind, kind_of
from reviewer.review.naming import names_its_model
from reviewer.review.returning import due_among, with_former
from reviewer.store.database import Workspace
from reviewer.store.facts.review import DRAFTS as DRAFTS
from reviewer.store.facts.review import Design, QueueFilter, ReviewItem
from reviewer.store.facts.runs import RunLine
from reviewer.store.memory import recalled, remember
from reviewer.store.queries import plans, review, runs


@dataclass(frozen=True)
class Picked:
    """Responses of a run that a screen has put together for review: what they have in common, and where to begin."""

    run_id: int
    title: str
    ids: tuple[int, ...]
    begin: int


@dataclass(frozen=True)
class GoingTo:
    """A response, among all of its run, that a screen has pointed to; without a second run beside it."""

    run_id: int
    response_id: int
    second_id: int = 0


PLACE = "review.place"
LOOKED_AT = 500


@dataclass(frozen=True)
class ShownPlace:
    """One place of the queue: the response of the first run, and the second run's response to the same case.

    `swapped` says that the second run's stands first in `items`, which are as they stand on the screen. `back` is a
    place at which what was decided comes back. `hidden` is what was taken out of the items for not to be seen.
    """

    index: int
    items: tuple[ReviewItem | None, ...]
    turns: tuple[TurnAction, ...] = ()
    """What the earlier turns of the assistant in the case did, as the rules read them."""
    naming: tuple[bool, ...] = ()
    """Of each of the items, whether the response says which model wrote it."""
    swapped: bool = False
    back: bool = False
    hidden: frozenset[Hidden] = frozenset()

    @property
    def left(self) -> ReviewItem | None:
        return self.items[0]

    @property
    def response_id(self) -> int | None:
        """Of the first run's response, which the place is about, on whichever side it stands."""
        about = self.items[1] if self.swapped else self.left
        return about.response_id if about is not None else None


@dataclass(frozen=True)
class Queue:
    """The responses to be reviewed, in order: of a stored key, called by its `words`, or picked on another screen."""

    run: RunLine
    second: RunLine | None
    filter: str | Picked
    ids: array[int] = field(default_factory=lambda: array("q"))
    place: int = 0
    drafts: dict[str, str] = field(default_factory=dict)
    blinding: Blinding = field(default_factory=Blinding)
    returns: frozenset[int] = frozenset()
    """The places at which responses come back to the reviewer."""
    reviewer: str = ""
    words: str = ""
    tells_verdict: bool = False
    unnamed: frozenset[int] = frozenset()
    """The runs of the workspace that came in packets without the name of their version."""


def place_of(queue: Queue, response_id: int, *, back: bool = False) -> dict[str, object]:
    return {
        "run": queue.run.name,
        "second": queue.second.name if queue.second else "",
        "queue": str(QueueFilter.HAND_PICKED if isinstance(queue.filter, Picked) else queue.filter),
        "response": response_id,
        "back": back,
    }


def read_queue(
    workspace: Workspace,
    run_id: int | None,
    second_id: int | None,
    wanted: str | Picked | None,
    keep: int | None,
    reviewer: str = "",
    *,
    anew: bool = False,
) -> Queue | None:
    """The queue asked for. What is not asked for is as it was when the workspace was last reviewed. Chosen `anew`, a
    drawn queue begins at its first response that nobody has decided, and not at the one to `keep`.
    """
    lines = {line.id: line for line in runs.runs(workspace)}
    by_name = {line.name: line for line in lines.values()}
    remembered = recalled(workspace, PLACE)
    place = remembered if isinstance(remembered, dict) else {}
    last = by_name.get(str(place.get("run")))
    run = lines.get(run_id) if run_id is not None else last or _first_with_responses(list(lines.values()))
    if run is None:
        return None
    same_run = last is not None and last.id == run.id
    second = lines.get(second_id) if second_id else None
    if second_id is None and same_run:
        second = by_name.get(str(place.get("second")))
    if isinstance(wanted, Picked) and wanted.run_id == run.id:
        return _picked_queue(workspace, run, second, wanted, keep, reviewer)
    key = wanted if isinstance(wanted, str) else str(place.get("queue", QueueFilter.ALL)) if same_run else ""
    kind, ids = _kind_and_ids(workspace, run, key, reviewer, is_asked=isinstance(wanted, str))
    here = next((at for at in (keep, place.get("response")) if at in ids), None)
    if anew and kind.drawn and kind.key != QueueFilter.HAND_PICKED:
        # of a sample only an unbroken beginning counts, so that it is gone on with where it was left
        at = next_undecided(workspace, ids, -1, reviewer=reviewer)
        here = None if at is None else ids[at]
    if kind.key == QueueFilter.HAND_PICKED and ids:
        picked = Picked(run.id, _picked_title(workspace), tuple(ids), ids[0])
        return _picked_queue(workspace, run, second, picked, here if isinstance(here, int) else None, reviewer)
    second = by_name.get(kind.beside, second)
    found = _queue(workspace, run, second, kind, ids, here if isinstance(here, int) else None, reviewer)
    back = place.get("back") is True and here == place.get("response")
    return _with_returns(workspace, found, reviewer, back=back)


def _with_returns(workspace: Workspace, queue: Queue, reviewer: str, *, back: bool) -> Queue:
    """With what comes back to the reviewer; the place stays at its response, at its second place where it was `back`.

    Responses that are to be settled do not come back.
    """
    if queue.blinding.again == 0 or not reviewer or isinstance(queue.filter, Picked) or not queue.ids:
        return queue
    if queue.filter == QueueFilter.DISPUTED:
        return queue
    here = queue.ids[queue.place]
    ids, returns = with_former(workspace, queue.ids, queue.run.id, queue.filter, queue.blinding, reviewer)
    at = next((place for place, id_ in enumerate(ids) if id_ == here and (place in returns) is back), ids.index(here))
    return replace(queue, ids=ids, returns=returns, place=at)


def _kind_and_ids(
    workspace: Workspace, run: RunLine, key: str, reviewer: str, *, is_asked: bool
) -> tuple[QueueKind, array[int]]:
    """The queue of a key, and its order; one that nobody asks for by name and that holds nothing gives way to all."""
    try:
        kind = kind_of(workspace, key or QueueFilter.ALL)
    except InputError:
        if is_asked:
            raise
        kind = KINDS[QueueFilter.ALL]  # what was remembered is of another program
    ids = kind.order(workspace, run.id, reviewer=reviewer)
    if not ids and not is_asked:
        kind = KINDS[QueueFilter.ALL]
        ids = kind.order(workspace, run.id, reviewer=reviewer)
    return kind, ids


def keep_picked(workspace: Workspace, picked: Picked) -> Changes:
    """What was put together by hand stays a queue of its run until something else is."""
    value = {"run": picked.run_id, "title": picked.title, "ids": list(picked.ids)}
    return remember(workspace, key=PICKED, value=value) if recalled(workspace, PICKED) != value else Changes()


def _picked_title(workspace: Workspace) -> str:
    picked = recalled(workspace, PICKED)
    return str(picked.get("title", "")) if isinstance(picked, dict) else ""


def _picked_queue(
    workspace: Workspace, run: RunLine, second: RunLine | None, picked: Picked, keep: int | None, reviewer: str
) -> Queue:
    here = keep if keep in picked.ids else picked.begin
    return _queue(workspace, run, second, picked, array("q", picked.ids), here, reviewer)


def _queue(
    workspace: Workspace,
    run: RunLine,
    second: RunLine | None,
    kind: QueueKind | Picked,
    ids: array[int],
    here: int | None,
    reviewer: str,
) -> Queue:
    drafts = recalled(workspace, DRAFTS)
    return Queue(
        run=run,
        second=second if second is not None and second.suite_id == run.suite_id and second.id != run.id else None,
        filter=kind if isinstance(kind, Picked) else kind.key,
        ids=ids,
        place=ids.index(here) if here is not None and here in ids else 0,
        drafts=drafts if isinstance(drafts, dict) else {},
        blinding=read_blinding(workspace),
        reviewer=reviewer,
        words=kind.title if isinstance(kind, Picked) else kind.words,
        tells_verdict=isinstance(kind, Picked) or kind.tells_verdict,
        unnamed=unnamed_runs(workspace),
    )


def _first_with_responses(lines: Sequence[RunLine]) -> RunLine | None:
    return next((line for line in reversed(lines) if line.stored), None)


def read_place(workspace: Workspace, queue: Queue, index: int) -> ShownPlace:
    left = review.review_item(workspace, queue.ids[index])
    turns, back = turn_actions(left.case, queue.run.scale), index in queue.returns
    named = _names_itself(left, queue.run)
    if queue.second is None:
        return ShownPlace(index, (left,), turns, (named,), back=back)
    try:
        other = review.response_of(workspace, queue.second.id, left.case.key, left.response.repeat)
    except InputError:
        # the second run has not answered this case; the pane says so
        return ShownPlace(index, (left, None), turns, (named, False), back=back)
    right = review.review_item(workspace, other)
    return ShownPlace(index, (left, right), turns, (named, _names_itself(right, queue.second)), back=back)


def _names_itself(item: ReviewItem, run: RunLine) -> bool:
    names = (run.version.model, run.version.name, run.name, item.response.model)
    return any(names_its_model(text, names) for text in (item.response.text, item.response.reasoning))


def draw_order(workspace: Workspace, run_id: int, key: str, author: str) -> Changes:
    """Draw the order of a queue that has one drawn, and store it as a review plan, unless the run has one."""
    design: Design | None = KINDS[key].design if key in KINDS else None
    if design is None or plans.latest_plan(workspace, run_id, design) is not None:
        return Changes()
    # NumPy is read when the first order is drawn
    from reviewer.review.planning import PlanRequest, plan_review

    plan_review(workspace, runs.run_line(workspace, run_id).name, PlanRequest(design, author=author))
    return Changes(queues=True, run_ids=frozenset({run_id}))


def fresh_ids(workspace: Workspace, queue: Queue, after: int) -> array[int]:
    """Responses with an id over `after` that are of this queue, in case order. Drawn and picked queues have no more."""
    if isinstance(queue.filter, Picked):
        return array("q")
    kind = kind_of(workspace, queue.filter)
    if kind.drawn:
        return array("q")
    return kind.order(workspace, queue.run.id, reviewer=queue.reviewer, after=after)


def next_undecided(
    workspace: Workspace, ids: Sequence[int], after: int, returns: frozenset[int] = frozenset(), reviewer: str = ""
) -> int | None:
    """Place in `ids` of the next response that nobody has decided, behind the place `after` and round the end to it.

    `ids` are responses of one run in any order; None where all of them have been decided. Two reads at most: most
    often one of the next `LOOKED_AT` is undecided, else all that the run has left are read from their index. At a place
    of `returns` what the reviewer has decided once is undecided.
    """
    order = (range(after + 1, len(ids)), range(min(after + 1, len(ids))))
    near = [ids[place] for place in islice(chain(*order), LOOKED_AT)]
    if not near:
        return None
    back = [place for place in chain(*order) if place in returns] if returns else []
    due = due_among(workspace, [ids[place] for place in back[:LOOKED_AT]], reviewer)
    left = review.undecided_among(workspace, near)
    if not left:
        left = review.undecided_beside(workspace, near[0])
    return next(
        (place for place in chain(*order) if ids[place] in left or (place in returns and ids[place] in due)), None
    )
