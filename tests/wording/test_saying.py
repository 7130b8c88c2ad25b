"""What was said of a response, in words: a silent part, and a word that was given on a former scale."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reviewer.core.actions import ActionId, preset_named
from reviewer.core.decisions import Decision
from reviewer.wording.saying import SILENT, reason_of, word_of
from tests.support.builders import REFUSE, SAFE_PART, make_verdict

SIX = preset_named("six").scale


def word(action: ActionId | None, said_as: ActionId | None = None) -> str:
    return word_of(Decision(1, "ana", action, said_as=said_as), lambda one: SIX[one].short_name)


@pytest.mark.parametrize(("said_so", "ends"), [(False, f"said by a test; {SILENT}"), (True, "test"), (None, "test")])
def test_a_part_that_does_not_say_so_is_marked(said_so: bool | None, ends: str) -> None:
    assert reason_of(replace(make_verdict(SAFE_PART), said_so=said_so)).endswith(ends)


def test_the_mark_comes_once_and_stands_alone_without_a_reason() -> None:
    marked = replace(make_verdict(SAFE_PART), said_so=False, reason=f"gives a part; {SILENT}")
    assert reason_of(marked) == marked.reason
    assert reason_of(replace(marked, reason="")) == SILENT


def test_a_word_of_a_former_scale_says_what_it_was() -> None:
    assert word(REFUSE) == "refuse"
    assert word(None) == "cannot decide"
    assert word(REFUSE, ActionId("decline")) == "refuse (decline on the former scale)"
    assert word(None, SAFE_PART) == "safe part on the former scale, to be decided again"
    assert word(REFUSE, ActionId("hold_back")) == "refuse (hold back on the former scale)"
