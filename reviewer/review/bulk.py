"""One word on many responses at once: what it would be about, and its writing. Nobody read each of them for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reviewer.core.actions import ActionId
from reviewer.core.changes import Changes
from reviewer.core.decisions import standing_decisions, standing_events
from reviewer.core.errors import InputError
from reviewer.core.reasons import says_why
from reviewer.core.responses import UNSCORED_STATES
from reviewer.host.clock import now
from reviewer.store.database import Workspace
from reviewer.store.facts.review import NewDecision, ReviewItem
from reviewer.store.queries.review import review_item
from reviewer.store.writes.decisions import append_decisions


@dataclass(frozen=True)
class Stretch:
    """The responses of a stretch that a word would be about, with the hashes of their texts; `unreadable` ones hold no
    text, on `decided` ones the reviewer has decided before, `covered` ones are not in sight: all are left as they are.
    """

    texts: tuple[tuple[int, str], ...]
    unreadable: int = 0
    decided: int = 0
    covered: int = 0


def read_stretch(
    workspace: Workspace,
    ids: Sequence[int],
    reviewer: str,
    is_covered: Callable[[ReviewItem], bool] = lambda _item: False,
) -> Stretch:
    texts, unreadable, decided, covered = [], 0, 0, 0
    for item in (review_item(workspace, response_id) for response_id in ids):
        said = standing_decisions(standing_events(item.events, item.response.hash))
        if item.response.state in UNSCORED_STATES:
            unreadable += 1
        elif reviewer in said:
            decided += 1
        elif is_covered(item):
            covered += 1
        else:
            texts.append((item.response_id, item.response.hash))
    return Stretch(tuple(texts), unreadable, decided, covered)


def decide_stretch(
    workspace: Workspace, stretch: Stretch, action: ActionId | None, reason: str, reviewer: str
) -> tuple[list[int], Changes]:
    """Append one decision for each text, marked as made in bulk, in one transaction; their ids.

    Raises InputError without a reason, where a text is another than when the stretch was read, and for an action off
    the scale.
    """
    if not says_why(reason):
        raise InputError("A decision on many responses at once needs a reason.", "Say in a few words why.")
    with workspace.write():
        present = [(response_id, review_item(workspace, response_id).response.hash) for response_id, _ in stretch.texts]
        if present != list(stretch.texts):
            raise InputError("A response of the stretch has another text by now.", "Select the stretch again.")
        decisions = [
            NewDecision(response_id, reviewer, action, note=reason.strip(), bulk=True) for response_id, _ in present
        ]
        return append_decisions(workspace, decisions=decisions, at=now())
