"""The real window under X11 with real keyboards: the top row decides, and letters are commands, on each of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from reviewer.core.actions import DEFAULT_SCALE, ActionId, ActionScale
from reviewer.store.database import open_workspace
from reviewer.store.facts.runs import Classified
from tests.support.builders import make_case, make_response, make_run, make_suite
from tests.support.display import CONTROL, HOW_TO, MISSING, SHIFT, Display, own_display, wait_for

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"{', '.join(MISSING)} not installed: {HOW_TO}")

ONE, TWO, THREE, FIVE, SIX, SEVEN = 10, 11, 12, 14, 15, 16
A, S, J, U, N = 38, 39, 44, 30, 57
Q, FRENCH_A, FRENCH_Q, RETURN, L, TAB = 24, 24, 38, 36, 46, 23
NUM_LOCK, KEYPAD_TWO, KEYPAD_FOUR = 77, 88, 83


@pytest.fixture(scope="module")
def display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Display]:
    with own_display(tmp_path_factory.mktemp("display")) as display:
        yield display


class Stored:
    """What is in the workspace's file, read beside the program that has it open."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._before = self._last()
        self._plans_before = self._rows("SELECT coalesce(max(id), 0) FROM review_plan")[0][0]

    def _rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self._path)) as connection:
            return connection.execute(sql, values).fetchall()

    def _last(self) -> int:
        found = self._rows("SELECT coalesce(max(id), 0) FROM decision")[0][0]
        assert isinstance(found, int)
        return found

    def said(self) -> list[tuple[object, ...]]:
        """Kind, action, note and run of every decision that came since the start."""
        return self._rows(
            "SELECT d.kind, d.action, d.note, r.run_id FROM decision d JOIN response r ON r.id = d.response_id"
            " WHERE d.id > ? ORDER BY d.id",
            self._before,
        )

    def disputes(self) -> list[tuple[object, ...]]:
        """Proposed label and reason of each disputed label."""
        return self._rows("SELECT label, reason FROM label_dispute ORDER BY id")

    def plans(self) -> list[tuple[object, ...]]:
        """What the drawn queues are called."""
        return self._rows("SELECT name FROM review_plan WHERE id > ? ORDER BY id", self._plans_before)

    def place(self) -> str:
        found = self._rows("SELECT value FROM setting WHERE key = 'review.place'")
        return str(found[0][0]) if found else ""


@pytest.mark.parametrize(
    ("layout", "a", "q"), [("us", A, Q), ("de", A, Q), ("fr", FRENCH_A, FRENCH_Q), ("cz", A, Q), ("ru", A, Q)]
)
def test_a_review_by_keys_alone_is_the_same_on_every_keyboard(
    display: Display, demo_copy: Path, layout: str, a: int, q: int
) -> None:
    display.use_keyboard(layout)
    stored = Stored(demo_copy)

    def moved(place: int, *held: int) -> None:
        """Press, and wait until the window has remembered that it shows something else."""
        before = stored.place()
        display.press(place, *held)
        wait_for("other place", lambda: stored.place() != before)

    def decided(place: int, *held: int) -> tuple[object, ...]:
        count = len(stored.said())
        display.press(place, *held)
        wait_for("decision", lambda: len(stored.said()) == count + 1)
        return stored.said()[-1]

    with display.window(demo_copy, "demo – Reviewer"):
        moved(THREE, CONTROL)
        moved(S, SHIFT)
        left = decided(TWO)
        moved(TWO, SHIFT)
        right = stored.said()[-1]
        assert left[:2] == right[:2] == ("decision", DEFAULT_SCALE.ids[1])
        assert left[3] != right[3]
        moved(U)
        assert stored.said()[-1][0] == "undo"
        moved(J)
        agreed = decided(a, SHIFT)
        assert (agreed[0], agreed[3]) == ("decision", right[3])
        count = len(stored.said())
        display.press(q)
        moved(TWO)
        assert '"undecided"' in stored.place()
        assert len(stored.said()) == count, "a digit in the list of queues decides nothing"


def wide_scale(path: Path) -> None:
    """Two runs over one case, of a scale with eight actions."""
    scale = ActionScale.from_json([f"a{number}" for number in range(1, 9)])
    workspace = open_workspace(path)
    suite_id = make_suite(workspace, [make_case("one", label=ActionId("a1"))], scale=scale)
    for name in ("older", "newer"):
        make_run(workspace, suite_id, [Classified(make_response("one"))], name=name)
    workspace.close()


def test_a_place_that_decides_comes_before_a_sign_that_shift_types_there(display: Display, tmp_path: Path) -> None:
    display.use_keyboard("de")
    path = tmp_path / "wide.sqlite"
    wide_scale(path)
    stored = Stored(path)
    with display.window(path, "wide – Reviewer"):
        display.press(THREE, CONTROL)
        wait_for("place", lambda: bool(stored.place()))
        display.press(S, SHIFT)
        wait_for("second run", lambda: '"second": ""' not in stored.place())
        display.press(SEVEN, SHIFT)
        wait_for("decision", lambda: bool(stored.said()))
        assert [said[1] for said in stored.said()] == ["a7"]


def test_a_sign_is_itself_where_its_place_has_nothing_to_decide(display: Display, demo_copy: Path) -> None:
    display.use_keyboard("de")
    stored = Stored(demo_copy)
    with display.window(demo_copy, "demo – Reviewer"):
        display.press(THREE, CONTROL)
        wait_for("place", lambda: bool(stored.place()))
        display.press(SEVEN, SHIFT)
        for place in (A, N, RETURN):
            display.press(place)
        wait_for("search", lambda: "search an" in stored.place())
        assert stored.said() == []


def test_nothing_typed_is_lost_on_the_way_to_a_dialog(display: Display, demo_copy: Path) -> None:
    """All keys are there before the window has seen the first, so they reach it and not the dialogs that it opens."""
    display.use_keyboard("fr")
    stored = Stored(demo_copy)
    with display.window(demo_copy, "demo – Reviewer"):
        display.press(THREE, CONTROL)
        wait_for("place", lambda: bool(stored.place()))
        display.run("xdotool", "key", "--delay", "0", L, THREE, TAB, "w", "h", "y", RETURN)
        wait_for("dispute", lambda: bool(stored.disputes()))
        assert stored.disputes() == [(DEFAULT_SCALE.ids[2], "why")]
        wait_for("window without a dialog", lambda: display.is_back("demo – Reviewer"))
        before = stored.place()
        display.run("xdotool", "key", "--delay", "0", "ctrl+k", *"unscored", RETURN)
        wait_for("queue", lambda: stored.place() != before)
        assert '"unscored"' in stored.place()
        assert stored.said() == [], "what is typed for a dialog decides nothing"


@pytest.mark.parametrize("pause_s", [0, 0.01, 0.03, 0.06])
def test_digits_that_follow_a_dialog_closely_are_its_own(display: Display, demo_copy: Path, pause_s: float) -> None:
    """A French keyboard types them with Shift, as the key that opens it; they come as the dialog takes the focus."""
    display.use_keyboard("fr")
    stored = Stored(demo_copy)
    shifted = [("keydown", SHIFT, "key", place, "keyup", SHIFT) for place in (FRENCH_Q, FIVE, SIX)]
    with display.window(demo_copy, "demo – Reviewer"):
        display.press(THREE, CONTROL)
        wait_for("place", lambda: bool(stored.place()))
        first, second, third = shifted
        display.run("xdotool", *first, "sleep", pause_s, *second, *third, "key", RETURN)
        wait_for("queue", lambda: bool(stored.plans()))
        assert stored.plans() == [("56",)]
        assert stored.said() == []


def test_the_digits_of_the_keypad_decide(display: Display, demo_copy: Path) -> None:
    display.use_keyboard("us")
    stored = Stored(demo_copy)
    with display.window(demo_copy, "demo – Reviewer"):
        display.press(THREE, CONTROL)
        wait_for("place", lambda: bool(stored.place()))
        display.press(NUM_LOCK)
        try:
            display.press(KEYPAD_TWO)
            wait_for("decision", lambda: len(stored.said()) == 1)
            display.press(KEYPAD_FOUR)
            wait_for("second decision", lambda: len(stored.said()) == 2)
        finally:
            display.press(NUM_LOCK)
        assert [said[1] for said in stored.said()] == [DEFAULT_SCALE.ids[1], DEFAULT_SCALE.ids[3]]


@pytest.mark.parametrize(("layout", "note"), [("fr", "&é"), ("ru", "12")])
def test_a_text_field_takes_what_the_keyboard_types(display: Display, demo_copy: Path, layout: str, note: str) -> None:
    """Ctrl+A selects what was typed first also where no key types an A."""
    display.use_keyboard(layout)
    stored = Stored(demo_copy)
    with display.window(demo_copy, "demo – Reviewer"):
        display.press(THREE, CONTROL)
        wait_for("place", lambda: bool(stored.place()))
        for place in (N, S, J):
            display.press(place)
        display.press(FRENCH_A if layout == "fr" else A, CONTROL)
        for place in (ONE, TWO, RETURN, TWO):
            display.press(place)
        wait_for("decision", lambda: bool(stored.said()))
        assert [said[2] for said in stored.said()] == [note]
