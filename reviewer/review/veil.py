"""A place of a review without what the reviewer is not to see: what a widget is not given it cannot show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from reviewer.core.bands import NO_BAND
from reviewer.core.cases import Case
from reviewer.core.decisions import Decision, DecisionKind, FinalAction, Hidden, final_action, standing_events
from reviewer.core.responses import DOUBTED_STATES, Response, ResponseState
from reviewer.review.blinding import Blinding, comes_back, conceals, is_revealed
from reviewer.review.place import Queue, ShownPlace
from reviewer.store.database import Workspace
from reviewer.store.facts.review import ReviewItem, ReviewLine
from reviewer.store.queries.review import review_lines
from reviewer.store.queries.unblinding import came_back_to, decided_by

SIDES = ("Left", "Right")
ONLY = "This response"


def arranged(place: ShownPlace, queue: Queue, blinding: Blinding) -> ShownPlace:
    """The responses on the sides that the seed has drawn for this case; in the order of the runs where both are known.

    One that stands alone is not moved: which run it is of follows from the queue.
    """
    first = place.left
    if not blinding.on or queue.second is None or first is None or None in place.items:
        return place
    if not blinding.swaps(first.case.key, first.response.repeat, queue.run.id, queue.second.id):
        return place
    return turned(place)


def turned(place: ShownPlace) -> ShownPlace:
    """With left and right changed over."""
    return replace(place, items=place.items[::-1], naming=place.naming[::-1], swapped=not place.swapped)


def veiled(
    place: ShownPlace, blinding: Blinding, reviewer: str, *, verdict_shown: bool, looking: bool = False
) -> ShownPlace:
    """The place without what is hidden, which `hidden` says; `looking` while the reviewer has the verdict shown.

    After their own decisions others' are in sight. The rest stays out of it here also then: a line tells it, and the
    screen is the same at every place.
    """
    hidden = conceals(blinding, verdict_shown=verdict_shown)
    if looking:
        hidden -= {Hidden.VERDICT}
    if len(place.items) < 2:
        hidden -= {Hidden.SIDES}
    if is_revealed(place.items, reviewer, back=place.back):
        hidden -= {Hidden.OTHERS}
    sides = SIDES if len(place.items) > 1 else (ONLY,)
    items = tuple(
        None if item is None else _veiled_item(item, side, hidden | _earlier(item, place, reviewer), reviewer)
        for item, side in zip(place.items, sides, strict=True)
    )
    earlier = frozenset(word for item in place.items if item is not None for word in _earlier(item, place, reviewer))
    turns = () if Hidden.VERSIONS in hidden else place.turns
    return replace(place, items=items, turns=turns, hidden=hidden | earlier)


def _earlier(item: ReviewItem, place: ShownPlace, reviewer: str) -> frozenset[Hidden]:
    back = place.back and comes_back(item, reviewer)
    return frozenset({Hidden.EARLIER}) if back else frozenset()


def _veiled_item(item: ReviewItem, side: str, hidden: frozenset[Hidden], reviewer: str) -> ReviewItem:
    kept = _kept(item.events, hidden, reviewer)
    verdicts, response = item.verdicts, item.response
    if Hidden.VERDICT in hidden:
        verdicts, response = (), _undoubted(response)
    said = {Hidden.VERDICT, Hidden.OTHERS, Hidden.EARLIER} & hidden
    standing = standing_events(kept, item.response.hash)
    final = final_action(response.state, verdicts, standing) if said else item.final
    versions = Hidden.VERSIONS in hidden
    return replace(
        item,
        run=side if versions else item.run,
        case=_unlabelled(item.case) if Hidden.LABEL in hidden else item.case,
        response=_nameless(response) if versions else response,
        verdicts=verdicts,
        events=kept,
        final=final,
        unblindings=tuple(
            each for each in item.unblindings if Hidden.OTHERS not in hidden or each.reviewer == reviewer
        ),
    )


def _kept(events: Iterable[Decision], hidden: frozenset[Hidden], reviewer: str) -> tuple[Decision, ...]:
    """The events in sight, with the undoing of each of them."""
    found: list[Decision] = []
    ids: set[int] = set()
    for event in events:
        mine = event.reviewer == reviewer
        out = (mine and Hidden.EARLIER in hidden) or (not mine and Hidden.OTHERS in hidden)
        if event.undoes in ids if event.kind is DecisionKind.UNDO else not out:
            ids.add(event.id)
            found.append(event)
    return tuple(found)


def _undoubted(response: Response) -> Response:
    """Whether a text is a response at all was read by no person: it is a verdict like another."""
    return replace(response, state=ResponseState.OK) if response.state in DOUBTED_STATES else response


def _nameless(response: Response) -> Response:
    """Without what a server says of itself; why it failed can name the model too."""
    earlier = tuple(replace(each, model="") for each in response.earlier)
    return replace(response, model="", fingerprint="", headers={}, raw_body=b"", history=(), error="", earlier=earlier)


def _unlabelled(case: Case) -> Case:
    """Without label and band, and without the words that mostly give them away."""
    return replace(case, label=None, band=NO_BAND, borderline=False, rationale="", category="", tags=())


def lines_in_sight(workspace: Workspace, ids: Sequence[int], reviewer: str) -> list[ReviewLine]:
    """Lines of the list, each with whether this reviewer has decided it, and a second time."""
    found = review_lines(workspace, ids)
    mine = decided_by(workspace, [line.response_id for line in found if line.reviewed], reviewer)
    again = came_back_to(workspace, sorted(mine), reviewer)
    return [replace(line, by_me=line.response_id in mine, again=line.response_id in again) for line in found]


def veiled_line(line: ReviewLine, blinding: Blinding, *, verdict_shown: bool, back: bool) -> ReviewLine:
    """The line without what is hidden. At the place where a response comes back it looks like any other."""
    hidden = conceals(blinding, verdict_shown=verdict_shown)
    if Hidden.LABEL in hidden:
        line = replace(line, label=None, band=NO_BAND)
    if Hidden.OTHERS in hidden:
        line = replace(line, reviewed=line.by_me)
    if back:
        line = replace(line, reviewed=line.again)
    if Hidden.VERDICT in hidden or (back and not line.again):
        line = replace(line, final=FinalAction(None), covered=True)
    return line
