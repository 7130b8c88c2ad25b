"""`undo` and `adjudicate`."""

from __future__ import annotations

import pytest

from reviewer.core.decisions import Cause, DecisionKind
from reviewer.store.facts.review import QueueFilter, ReviewItem
from reviewer.store.queries import review, runs
from tests.support.commands import Commands, as_the_window, counts, exported, unchanged

FINAL = {"final_action", "final_source", "unscored_reason"}
PLACE = {"run", "case", "repeat", "reviewer"}


def decide(commands: Commands, case: str, action: str, reviewer: str) -> None:
    commands.done("decide", "--run", "v1", "--case", case, "--action", action, "--reviewer", reviewer)


@pytest.fixture
def disputed(filled: Commands) -> Commands:
    """Ann and Ben differ on c01 and agree on c02."""
    for case, ann, ben in (("c01", "refuse", "answer"), ("c02", "clarify", "clarify")):
        decide(filled, case, ann, "ann")
        decide(filled, case, ben, "ben")
    return filled


def item(commands: Commands, case: str) -> ReviewItem:
    with as_the_window(commands) as workspace:
        run_id = runs.run_named(workspace, "v1").id
        return review.review_item(workspace, review.response_of(workspace, run_id, case))


def undo(commands: Commands, case: str, *more: object) -> dict[str, object]:
    return commands.done("undo", "--run", "v1", "--case", case, *more, "--json").document


def test_undo_takes_back_the_reviewers_latest_word_and_says_what_stands(disputed: Commands) -> None:
    document = undo(disputed, "c01", "--reviewer", "ann")
    assert set(document) == PLACE | FINAL | {"undone", "standing"}
    undone, standing = document["undone"], document["standing"]
    assert isinstance(undone, dict)
    assert isinstance(standing, list)
    assert set(undone) == {"decision", "kind", "reviewer", "action", "note", "at"}
    assert (undone["reviewer"], undone["action"], undone["decision"]) == ("ann", "refuse", 1)
    assert [(each["reviewer"], each["action"]) for each in standing] == [("ben", "answer")]
    assert (document["final_action"], document["final_source"]) == ("answer", "decided")
    shown = item(disputed, "c01")
    assert (shown.final.action, len(shown.events), shown.events[-1].kind) == ("answer", 3, DecisionKind.UNDO)
    assert (shown.events[-1].undoes, shown.events[-1].reviewer) == (1, "ann")


def test_undo_again_goes_one_decision_further_back(filled: Commands) -> None:
    for action in ("answer", "refuse"):
        decide(filled, "c03", action, "ann")
    assert undo(filled, "c03", "--reviewer", "ann")["final_action"] == "answer"
    assert undo(filled, "c03", "--reviewer", "ann")["standing"] == []
    with unchanged(filled.workspace):
        said = filled("undo", "--run", "v1", "--case", "c03", "--reviewer", "ann").refused()
    assert "Nothing of 'ann' stands" in said
    assert counts(filled.workspace)["decision"] == 4


def test_undo_of_a_numbered_decision(disputed: Commands) -> None:
    said = disputed.done("undo", "--run", "v1", "--case", "c01", "--decision", 2, "--reviewer", "ann").out
    assert "Taken back on c01 in v1: ben: answer (decision 2)." in said
    assert "Stands now: ann: refuse (decision 1). Final action: refuse." in said
    assert [event.undoes for event in item(disputed, "c01").events] == [None, None, 2]


def test_an_adjudication_settles_the_dispute_and_says_what_it_settles(disputed: Commands) -> None:
    words = ("adjudicate", "--run", "v1", "--case", "c01", "--action", "clarify", "--cause", "guideline-unclear")
    document = disputed.done(*words, "--note", "Rule 3 is read both ways.", "--reviewer", "eve", "--json").document
    assert set(document) == PLACE | FINAL | {"decision", "action", "cause", "settles", "by_party"}
    assert document["by_party"] is False
    assert (document["final_action"], document["final_source"]) == ("clarify", "adjudicated")
    assert document["cause"] == Cause.GUIDELINE_UNCLEAR
    settles = document["settles"]
    assert isinstance(settles, list)
    assert [(each["reviewer"], each["decision"]) for each in settles] == [("ann", 1), ("ben", 2)]
    shown = item(disputed, "c01")
    assert (shown.final.action, shown.events[-1].note) == ("clarify", "Rule 3 is read both ways.")
    assert counts(disputed.workspace)["adjudication"] == 1
    with as_the_window(disputed) as workspace:
        run_id = runs.run_named(workspace, "v1").id
        assert not review.response_ids(workspace, run_id, QueueFilter.DISPUTED)
    assert undo(disputed, "c01", "--reviewer", "eve")["unscored_reason"] == "disputed"


def test_what_cannot_be_decided_is_settled_as_such(disputed: Commands) -> None:
    words = ("adjudicate", "--run", "v1", "--case", "c01", "--cannot-decide", "--cause", "response-ambiguous")
    said = disputed.done(*words, "--reviewer", "eve").out
    assert "eve settled c01 in v1: cannot decide. Final action: unscored (cannot decide)." in said
    assert "Settles: ann: refuse (decision 1); ben: answer (decision 2)." in said


def test_the_disputes_are_listed(disputed: Commands) -> None:
    document = disputed.done("adjudicate", "--run", "v1", "--list", "--json").document
    disputes = document["disputes"]
    assert isinstance(disputes, list)
    assert [(each["case"], each["repeat"], each["label"]) for each in disputes] == [("c01", 1, "refuse")]
    assert [each["action"] for each in disputes[0]["decisions"]] == ["refuse", "answer"]
    said = disputed.done("adjudicate", "--run", "v1", "--list").out.splitlines()
    assert said == [
        "Reviewers differ on 1 response of v1.",
        "c01, repeat 1: ann: refuse (decision 1); ben: answer (decision 2)",
    ]


def test_a_party_settles_only_what_it_means_and_a_majority_wants_a_reason(disputed: Commands) -> None:
    words = ("adjudicate", "--run", "v1", "--case", "c01", "--cause", "slip")
    with unchanged(disputed.workspace):
        assert "ann is one of those who differ" in disputed(*words, "--action", "answer", "--reviewer", "ann").refused()
    meant = disputed.done(*words, "--action", "answer", "--reviewer", "ann", "--anyway", "--json").document
    assert meant["by_party"] is True
    undo(disputed, "c01", "--reviewer", "ann")
    decide(disputed, "c01", "answer", "cem")
    with unchanged(disputed.workspace):
        assert "Most of the reviewers" in disputed(*words, "--action", "refuse", "--reviewer", "eve").refused()
    reason = ("--note", "Rule 3.", "--reviewer", "eve", "--json")
    assert disputed.done(*words, "--action", "refuse", *reason).document["final_action"] == "refuse"


def test_without_a_dispute_it_must_be_meant(disputed: Commands) -> None:
    words = ("adjudicate", "--run", "v1", "--case", "c02", "--action", "answer")
    with unchanged(disputed.workspace):
        assert "Nobody differs on the case 'c02'" in disputed(*words, "--cause", "slip").refused()
    assert disputed.done(*words, "--anyway", "--json").document["final_action"] == "answer"


WRONG = {
    "undo, run": ("undo --run nope --case c01", "no run 'nope'"),
    "undo, case": ("undo --run v1 --case nope", "'nope'"),
    "undo, repeat": ("undo --run v1 --case c01 --repeat 2", "repeat 2"),
    "undo, nobody": ("undo --run v1 --case c01 --reviewer eve", "Decisions that stand there: 1 by ann, 2 by ben."),
    "undo, other response's": ("undo --run v1 --case c01 --decision 3", "No decision 3 stands"),
    "adjudicate, run": ("adjudicate --run nope --case c01 --action answer --cause slip", "no run 'nope'"),
    "adjudicate, list": ("adjudicate --run nope --list", "no run 'nope'"),
    "adjudicate, no case": ("adjudicate --run v1 --action answer --cause slip", "No case is named"),
    "adjudicate, nothing": ("adjudicate --run v1 --case c01 --cause slip", "not said what is to count"),
    "adjudicate, both": (
        "adjudicate --run v1 --case c01 --cause slip --action answer --cannot-decide",
        "either --action ACTION or --cannot-decide",
    ),
    "adjudicate, no cause": ("adjudicate --run v1 --case c01 --action answer", "not said why the reviewers differed"),
    "adjudicate, cause": ("adjudicate --run v1 --case c01 --action answer --cause luck", "label-wrong"),
    "adjudicate, action": ("adjudicate --run v1 --case c01 --action perhaps --cause slip", "not on the scale"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_word_that_cannot_be_meant(disputed: Commands, kind: str) -> None:
    command, said = WRONG[kind]
    with unchanged(disputed.workspace):
        assert said in disputed(*command.split(" ")).refused()


def test_the_export_has_every_event(disputed: Commands) -> None:
    undo(disputed, "c01", "--reviewer", "ann")
    kinds = [each["kind"] for each in exported(disputed, "decisions", disputed.workspace.parent)]
    assert kinds.count("undo") == 1
    assert len(kinds) == 5
