"""What a reviewer is not to see before they have decided, and which of two responses stands left. No Qt.

How a workspace is reviewed is kept in it, so that a window that is opened again is as blind as it was.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from hashlib import blake2b

from reviewer.core.changes import Changes
from reviewer.core.decisions import (
    Decision,
    DecisionKind,
    Hidden,
    standing_decisions,
    standing_events,
)
from reviewer.core.responses import UNSCORED_STATES
from reviewer.host.clock import now
from reviewer.store.database import Workspace
from reviewer.store.facts.review import ReviewItem
from reviewer.store.memory import recalled, remember
from reviewer.store.queries.runs import runs
from reviewer.store.writes.unblinding import append_unblinding

BLIND = "review.blind"
UNNAMED = "packets.unnamed"
"""Under this key a workspace keeps, by run id, the names of runs whose packets left out which version it is."""
MOST_AGAIN = 20
"""Per cent of the responses that come back, at most."""
NONE: frozenset[int] = frozenset()
_SEED_BITS = 48


@dataclass(frozen=True)
class Blinding:
    """How a workspace is reviewed: blind or not (`on`), then also without the label (`label`).

    `again` per cent of the responses come back to the reviewer who has decided them. `seed` draws sides and what comes
    back; 0 is one that was not drawn yet.
    """

    on: bool = False
    label: bool = False
    again: int = 0
    seed: int = 0

    def seeded(self) -> Blinding:
        """With a seed that nobody chose."""
        return self if self.seed else replace(self, seed=1 + secrets.randbits(_SEED_BITS))

    def draw(self, *about: object) -> float:
        """A number in [0, 1) that follows from the seed and what it is about, the same at every call."""
        text = "\0".join(map(str, (self.seed, *about)))
        return float(int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=6).digest())) / 2**48

    def swaps(self, key: str, repeat: int, first_run: int, second_run: int) -> bool:
        """Whether the first run's response to a case stands right of the second's, whichever run is called first."""
        low, high = sorted((first_run, second_run))
        return (self.draw("sides", key, repeat, low, high) < 0.5) is (first_run == low)


def read_blinding(workspace: Workspace) -> Blinding:
    """As it was stored; what is not of the right kind is as at first."""
    stored = recalled(workspace, BLIND)
    known = stored if isinstance(stored, Mapping) else {}
    first = Blinding()
    good = {f.name: known[f.name] for f in fields(Blinding) if type(known.get(f.name)) is type(getattr(first, f.name))}
    found = replace(first, **good)
    return replace(found, again=min(max(found.again, 0), MOST_AGAIN), on=found.on and found.seed != 0)


def store_blinding(workspace: Workspace, *, blinding: Blinding) -> Changes:
    """Keep it with the workspace."""
    return remember(workspace, key=BLIND, value=asdict(blinding))


def store_look(
    workspace: Workspace, *, ids: Sequence[int], reviewer: str, revealed: frozenset[Hidden], blinding: Blinding | None
) -> tuple[None, Changes]:
    """Store that these responses were looked up, and with it how the review goes on where that changes."""
    with workspace.write():
        changes = append_unblinding(workspace, response_ids=ids, reviewer=reviewer, revealed=revealed, at=now())
        if blinding is not None:
            store_blinding(workspace, blinding=blinding)
    return None, changes


def conceals(blinding: Blinding, *, verdict_shown: bool) -> frozenset[Hidden]:
    """What is out of sight at a place where nothing has been revealed; `verdict_shown` is the reviewer's own wish."""
    if not blinding.on:
        return frozenset() if verdict_shown else frozenset({Hidden.VERDICT})
    words = {Hidden.VERDICT, Hidden.VERSIONS, Hidden.OTHERS, Hidden.SIDES}
    return frozenset(words | ({Hidden.LABEL} if blinding.label else set()))


def not_there(item: ReviewItem, unnamed: Collection[int] = ()) -> frozenset[Hidden]:
    """What nobody can have in sight: a verdict that nobody gave, the label of a case without one, and which version it
    is, of the runs in `unnamed`.
    """
    gone = {Hidden.VERDICT: not item.verdicts, Hidden.LABEL: item.case.label is None}
    return frozenset(word for word, is_gone in {**gone, Hidden.VERSIONS: item.run_id in unnamed}.items() if is_gone)


def unnamed_runs(workspace: Workspace) -> frozenset[int]:
    """The ids of runs that came in packets without the name of their version, as long as nobody gave them one."""
    kept = recalled(workspace, UNNAMED)
    names = kept if isinstance(kept, Mapping) else {}
    return frozenset(line.id for line in runs(workspace) if names.get(str(line.id)) == line.name) if names else NONE


def keep_unnamed(workspace: Workspace, run_id: int, name: str) -> None:
    """A run came in a packet that leaves out which version it is; `name` is what it is called here."""
    kept = recalled(workspace, UNNAMED)
    remember(workspace, key=UNNAMED, value={**(kept if isinstance(kept, Mapping) else {}), str(run_id): name})


def own_events(item: ReviewItem, reviewer: str) -> list[Decision]:
    """This reviewer's decisions on the text that the response has now, also those that were undone."""
    return [
        event
        for event in item.events
        if event.reviewer == reviewer
        and event.kind is not DecisionKind.UNDO
        and event.response_hash == item.response.hash
    ]


def own_standing(item: ReviewItem, reviewer: str) -> bool:
    """Whether a decision of this reviewer stands on the response, or it was adjudicated."""
    standing = standing_events(item.events, item.response.hash)
    settled = any(event.kind is DecisionKind.ADJUDICATION for event in standing)
    return settled or reviewer in standing_decisions(standing)


def comes_back(item: ReviewItem, reviewer: str) -> bool:
    """Whether a word of this reviewer stands that may be asked for again, and was not yet."""
    standing = [e for e in standing_events(item.events, item.response.hash) if e.reviewer == reviewer]
    return bool(standing) and not any(event.came_back for event in standing)


def is_done(item: ReviewItem | None, reviewer: str, *, back: bool) -> bool:
    """Whether nothing is left for this reviewer to say; `back` is a place at which responses come back."""
    if item is None or item.response.state in UNSCORED_STATES:
        return True
    return own_standing(item, reviewer) and not (back and comes_back(item, reviewer))


def is_revealed(items: Sequence[ReviewItem | None], reviewer: str, *, back: bool) -> bool:
    """Whether this reviewer was told all there is about these: after they had decided on every one that can be read."""
    there = [item for item in items if item is not None and item.response.state not in UNSCORED_STATES]
    waits = back and any(comes_back(item, reviewer) for item in there)
    return bool(there) and not waits and all(own_events(item, reviewer) for item in there)


def told_before(item: ReviewItem, beside: Sequence[ReviewItem | None], reviewer: str) -> frozenset[Hidden]:
    """What of a response this reviewer knows from the history, whatever is hidden now: what they had shown, and, once
    they have decided, all that the decision revealed. One of two side by side reveals nothing before the other.
    """
    looked = {word for each in item.unblindings if each.reviewer == reviewer for word in each.revealed}
    own = own_events(item, reviewer)
    waiting = [each for each in beside if each is not None and not own_events(each, reviewer)]
    beside_then = own and all(Hidden.SIDES in (event.hidden or ()) for event in own)
    if own and not (waiting and beside_then):
        looked |= set(Hidden) - {Hidden.EARLIER}
    return frozenset(looked)


def looked_up(item: ReviewItem, reviewer: str) -> frozenset[Hidden]:
    """What this reviewer had shown of a response, by its events."""
    return frozenset(word for each in item.unblindings if each.reviewer == reviewer for word in each.revealed)
