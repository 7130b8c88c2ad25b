"""The list of states that are photographed is whole; taking the pictures is `python -m tests.gallery`."""

from __future__ import annotations

from collections import Counter

from reviewer.ui.frame.pages import PAGES
from tests.gallery.states import STATES
from tests.gallery.workspaces import MADE


def test_every_state_has_a_name_of_its_own_and_begins_somewhere() -> None:
    names = Counter(state.name for state in STATES)
    assert [name for name, n in names.items() if n > 1] == []
    assert {state.workspace for state in STATES} <= {*MADE, "finished", ""}
    assert {state.page for state in STATES} <= {*PAGES, ""}


def test_every_page_is_photographed_empty_filled_and_with_hostile_texts() -> None:
    for workspace in ("empty", "demo", "hostile"):
        bare = {state.page for state in STATES if state.workspace == workspace and not state.steps and not state.dialog}
        assert set(PAGES) <= bare
