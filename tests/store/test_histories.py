"""Guidelines, judgings that count, declared interests: kept as histories, with what was there before there were any."""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.cases import SuiteHead
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.dialects.sqlite import own_triggers
from reviewer.store.facts.interests import DeclaredInterest
from reviewer.store.facts.suites import GuidelineText
from reviewer.store.queries.chain import chain_length, first_misfit
from reviewer.store.queries.guidelines import guideline_texts, labels_by_guideline
from reviewer.store.queries.interests import declared_interests
from reviewer.store.queries.plans import plans, probabilities
from reviewer.store.queries.soundness import first_damages, wrong_figures
from reviewer.store.salvaging import salvage_workspace
from reviewer.store.writes.interests import add_interest
from reviewer.store.writes.suites import ensure_suite
from tests.support.builders import AT, make_cases, make_suite

MADE_BEFORE = Path(__file__).parent / "made_before" / "workspace_0011.db.gz"
SECOND = "Second: when in doubt, refuse."
CHANGES = {
    "UPDATE review_plan SET seed = seed + 1": ("review_plan", 1, "is not what was recorded"),
    "UPDATE review_plan_item SET inclusion_probability = 0.5 WHERE id = 3": (
        *("review_plan_item", 3, "is not what was recorded"),
    ),
    "DELETE FROM review_plan_item WHERE id = 8": ("review_plan_item", 8, "is missing"),
    "UPDATE judge_admission SET author = 'eve'": ("judge_admission", 1, "is not what was recorded"),
    "UPDATE declared_interest SET statement = 'none' WHERE id = 1": (
        *("declared_interest", 1, "is not what was recorded"),
    ),
    "UPDATE guideline_text SET text = 'Refuse.'": ("guideline_text", 1, "is not what was recorded"),
    "INSERT INTO declared_interest VALUES (9, 'eve', 'none', '')": ("declared_interest", 9, "is not in the chain"),
}


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """A workspace of the schema 0011: a plan, a judging that a person lets count, declared interests, a guideline."""
    path = tmp_path / "w.db"
    path.write_bytes(gzip.decompress(MADE_BEFORE.read_bytes()))
    return path


def change(path: Path, statement: str) -> None:
    """Past the triggers, which stand again afterwards."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        triggers = own_triggers()
        for name in triggers:
            connection.execute(f"DROP TRIGGER IF EXISTS {name}")
        connection.execute(statement)
        for trigger in triggers.values():
            connection.execute(trigger)


def test_what_was_there_is_in_the_histories_and_in_the_chain(before: Path) -> None:
    with closing(sqlite3.connect(before)) as connection:
        (events,) = connection.execute("SELECT sum(size) - 1 FROM chain_entry").fetchone()
    with closing(open_workspace(before)) as workspace:
        assert declared_interests(workspace) == {
            "ana": (DeclaredInterest("ana", "I work for the vendor."),),
            "ben": (DeclaredInterest("ben", "none"),),
        }
        assert guideline_texts(workspace, 1) == {2: GuidelineText(SECOND)}
        (plan,) = plans(workspace, 2)
        assert list(probabilities(workspace, plan).values()) == [1.0, 1.0, *[0.75] * 6]
        # a plan with eight places, a guideline, an admission, two statements
        assert chain_length(workspace) == events + 1 + 8 + 1 + 1 + 2
        assert (first_misfit(workspace), wrong_figures(workspace), first_damages(workspace)) == (None, [], [])
    with closing(sqlite3.connect(before)) as connection:
        assert connection.execute("SELECT count(*) FROM setting WHERE key LIKE 'conflict%'").fetchone() == (0,)


@pytest.mark.parametrize("statement", CHANGES)
def test_each_change_past_the_program_is_named(before: Path, statement: str) -> None:
    open_workspace(before).close()
    change(before, statement)
    with closing(open_workspace(before)) as workspace:
        assert first_misfit(workspace) == CHANGES[statement]


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE suite SET guideline = 'Refuse.'", "suite 1: the guideline is not the one that its history ends with"),
        ("UPDATE suite SET guideline_version = 7", "suite 1: the guideline is not the one that its history ends with"),
        ("UPDATE judge_run SET admission = 'measured'", "judge run 1: whether it counts is not what its history ends"),
        ("UPDATE judge_run SET admitted_by = 'eve'", "judge run 1: whether it counts is not what its history ends"),
        ("UPDATE judge_run SET admitted_at = '2020-01-01T00:00:00Z'", "judge run 1: whether it counts is not what"),
    ],
)
def test_what_does_not_follow_from_its_history_is_named_and_salvaged_from_it(
    before: Path, tmp_path: Path, statement: str, told: str
) -> None:
    open_workspace(before).close()
    change(before, statement)
    with closing(open_workspace(before)) as workspace:
        assert wrong_figures(workspace)[0].startswith(told)
    done = salvage_workspace(before, tmp_path / "new.db")
    assert [phrase for phrase in done.lost if "saved as its history has it" in phrase]
    with closing(open_workspace(done.path)) as saved:
        assert (first_misfit(saved), wrong_figures(saved)) == (None, [])
        assert guideline_texts(saved, 1) == {2: GuidelineText(SECOND)}


def test_a_file_of_before_is_salvaged_with_its_histories(before: Path, tmp_path: Path) -> None:
    done = salvage_workspace(before, tmp_path / "new.db")
    with closing(open_workspace(done.path)) as saved:
        assert (first_misfit(saved), wrong_figures(saved)) == (None, [])
        assert list(declared_interests(saved)) == ["ana", "ben"]
        (plan,) = plans(saved, 2)
        assert len(probabilities(saved, plan)) == 8


def test_each_version_of_a_guideline_keeps_its_text(workspace: Workspace) -> None:
    suite_id = make_suite(workspace, make_cases(3))
    for text in ("Ask.", "Ask.", "", "Refuse."):
        ensure_suite(workspace, head=SuiteHead("Suite", scale=DEFAULT_SCALE, guideline=text), at=AT)
    assert guideline_texts(workspace, suite_id) == {1: GuidelineText("Ask.", AT), 2: GuidelineText("Refuse.", AT)}
    assert labels_by_guideline(workspace, 1) == {}
    assert wrong_figures(workspace) == []


def test_a_suite_from_elsewhere_counts_on_from_the_version_that_it_came_with(workspace: Workspace) -> None:
    head = SuiteHead("Guest", guideline="Ask.")
    suite_id, _ = ensure_suite(workspace, head=head, at=AT, guideline_version=4)
    ensure_suite(workspace, head=SuiteHead("Guest", guideline="Refuse."), at=AT, guideline_version=9)
    assert {version: kept.text for version, kept in guideline_texts(workspace, suite_id).items()} == {
        4: "Ask.",
        5: "Refuse.",
    }


def test_statements_are_kept_newest_first(workspace: Workspace) -> None:
    for words in ("I own shares", "", "none"):
        add_interest(workspace, said=DeclaredInterest("ana", words, AT))
    assert [said.statement for said in declared_interests(workspace)["ana"]] == ["none", "", "I own shares"]
    assert first_misfit(workspace) is None
