"""One word on many responses: all of them or none, with a reason, and only on the texts that were selected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.core.actions import ActionId
from reviewer.core.errors import InputError
from reviewer.review.bulk import Stretch, decide_stretch, read_stretch
from reviewer.store.queries.review import review_item
from tests.support.builders import ANSWER, REFUSE, Filled, decide, filled_workspace


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Filled]:
    filled = filled_workspace(tmp_path / "w.sqlite", 4)
    yield filled
    filled.workspace.close()


def decisions(filled: Filled) -> list[int]:
    return [len(review_item(filled.workspace, response_id).events) for response_id in filled.response_ids]


def test_what_the_reviewer_has_decided_is_left_alone_and_others_words_are_not_theirs(filled: Filled) -> None:
    decide(filled.workspace, filled.response_ids[1], REFUSE, "ana")
    decide(filled.workspace, filled.response_ids[2], REFUSE, "ben")
    stretch = read_stretch(filled.workspace, filled.response_ids, "ana")
    assert stretch.decided == 1
    ids, changes = decide_stretch(filled.workspace, stretch, ANSWER, "alike", "ana")
    assert (len(ids), decisions(filled)) == (3, [1, 1, 2, 1])
    assert changes.decisions


def test_a_text_that_has_changed_since_is_decided_by_nobody(filled: Filled) -> None:
    stretch = read_stretch(filled.workspace, filled.response_ids, "ana")
    changed = Stretch((*stretch.texts[:-1], (stretch.texts[-1][0], "another text's hash")))
    with pytest.raises(InputError, match="another text"):
        decide_stretch(filled.workspace, changed, ANSWER, "alike", "ana")
    assert decisions(filled) == [0, 0, 0, 0]


@pytest.mark.parametrize(("reason", "action"), [("  ", ANSWER), ("22", ANSWER), ("alike", "shrug")])
def test_without_a_reason_or_off_the_scale_nothing_is_decided(filled: Filled, reason: str, action: str) -> None:
    stretch = read_stretch(filled.workspace, filled.response_ids, "ana")
    with pytest.raises(InputError):
        decide_stretch(filled.workspace, stretch, ActionId(action), reason, "ana")
    assert decisions(filled) == [0, 0, 0, 0]
