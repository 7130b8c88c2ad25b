"""Every queue has words and an order; what came later is added to those that are not drawn."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewer.review.kinds import KINDS, QueueKind
from reviewer.review.place import draw_order, fresh_ids, read_queue
from reviewer.store.facts.review import QueueFilter
from tests.support.builders import filled_workspace


def test_every_filter_is_a_kind_with_words_of_its_own() -> None:
    assert set(KINDS) == set(QueueFilter)
    assert len({kind.words for kind in KINDS.values()}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: str(kind.key))
def test_what_came_later_is_of_a_queue_unless_that_was_drawn(kind: QueueKind, tmp_path: Path) -> None:
    filled = filled_workspace(tmp_path / "w.sqlite", 6)
    draw_order(filled.workspace, filled.run_id, kind.key, "ana")
    whole = kind.order(filled.workspace, filled.run_id)
    queue = read_queue(filled.workspace, filled.run_id, None, kind.key, None)
    assert queue is not None
    assert list(queue.ids) == list(whole)
    for after in (0, filled.response_ids[2]):
        later = [] if kind.drawn else [each for each in whole if each > after]
        assert list(fresh_ids(filled.workspace, queue, after)) == later
    filled.workspace.close()
