"""`case show|add|edit|retire|restore` and `label`."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewer.app.figures.scores import score_run
from reviewer.core.cases import CaseStatus
from reviewer.store.facts.suites import CaseDetail
from reviewer.store.queries import runs, suites
from tests.support.commands import Commands, as_the_window, counts, unchanged

CASE = {
    "suite", "case", "messages", "label", "band", "borderline", "status", "tags", "category", "pair", "segment",
    "source", "licence", "rationale", "version", "label_version", "has_responses", "stakes",
}  # fmt: skip


def words(command: str, key: str = "c01", *more: object) -> tuple[object, ...]:
    return (*command.split(" "), "--suite", "cases", "--case", key, *more)


def detail(commands: Commands, key: str = "c01") -> CaseDetail:
    with as_the_window(commands) as workspace:
        suite = suites.suite_named(workspace, "cases")
        return suites.case_detail(workspace, suites.case_id_of(workspace, suite.id, key))


def balanced(commands: Commands) -> float | None:
    with as_the_window(commands) as workspace:
        return score_run(workspace, "v1").card.score.balanced


def test_show_prints_all_of_a_case(filled: Commands) -> None:
    document = filled.done(*words("case show"), "--json").document
    assert set(document) == CASE | {"versions", "origin"}
    assert document["messages"] == [{"role": "user", "content": "How about c01?"}]
    assert (document["label"], document["status"], document["category"]) == ("refuse", "labelled", None)
    assert document["versions"] == [{"version": 1, "current": True, "runs": ["v1"]}]
    said = filled.done(*words("case show")).out
    for part in (
        "c01 in cases: Best: refuse.",
        "Status: labelled",
        "(current): asked in v1.",
        "[user]\nHow about c01?",
    ):
        assert part in said


def test_a_case_is_added_with_every_field(filled: Commands, tmp_path: Path) -> None:
    (tmp_path / "turn.txt").write_text("And how\nis it done?", encoding="utf-8")
    turns = ("--message", "system=Be brief.", "--message", f"user=@{tmp_path / 'turn.txt'}")
    texts = {"category": "law", "pair": "p1", "segment": "s", "source": "ours", "licence": "CC0", "rationale": "So."}
    options = [part for name, text in texts.items() for part in (f"--{name}", text)]
    tags = ("--tag", "one; two", "--tag", "three")
    label = ("--label", "clarify", "--band", "answer with caveat=0.5", "--reviewer", "ann")
    document = filled.done(*words("case add", "new", *turns, *options, *tags, *label), "--json").document
    assert set(document) == CASE
    case = detail(filled, "new").case
    assert [(str(m.role), m.content) for m in case.messages] == [
        ("system", "Be brief."),
        ("user", "And how\nis it done?"),
    ]
    assert {name: getattr(case, name) for name in texts} == texts
    assert (case.tags, case.label, case.band) == (("one; two", "three"), "clarify", {"answer_with_caveat": 0.5})
    assert detail(filled, "new").history[0].author == "ann"
    with unchanged(filled.workspace):
        assert "The key 'new' is taken" in filled(*words("case add", "new", *turns)).refused()


def test_a_case_without_a_label_is_unreviewed_and_a_borderline_one_gets_its_neighbours(filled: Commands) -> None:
    filled.done(*words("case add", "plain", "--message", "user=Well?"))
    assert detail(filled, "plain").case.status is CaseStatus.UNREVIEWED
    filled.done(*words("case add", "edge", "--message", "user=Well?", "--label", "clarify", "--borderline"))
    assert sorted(detail(filled, "edge").case.band.values()) == [0.5, 0.5]


def test_an_edit_of_answered_messages_makes_a_new_version_and_keeps_the_responses(filled: Commands) -> None:
    before, score = detail(filled), balanced(filled)
    document = filled.done(*words("case edit", "c01", "--message", "user=Really?"), "--json").document
    assert set(document) == CASE | {"changed", "new_version", "effects"}
    assert (document["new_version"], document["version"], document["has_responses"]) == (True, 2, False)
    shown = filled.done(*words("case show"), "--json").document
    assert shown["versions"] == [
        {"version": 1, "current": False, "runs": ["v1"]},
        {"version": 2, "current": True, "runs": []},
    ]
    assert detail(filled).id != before.id
    assert balanced(filled) == score
    with as_the_window(filled) as workspace:
        assert runs.run_named(workspace, "v1").stored == 6


def test_an_edit_changes_only_what_is_given(filled: Commands) -> None:
    filled.done(*words("case edit", "c01", "--category", "law", "--tag", "a", "--tag", "b"))
    said = filled.done(*words("case edit", "c01", "--rationale", "Because."))
    case = detail(filled).case
    assert (case.category, case.tags, case.rationale, case.label) == ("law", ("a", "b"), "Because.", "refuse")
    assert "No score changes." in said.out or "Run v1: unchanged." in said.out
    filled.done(*words("case edit", "c01", "--category", "", "--tag", ""))
    assert (detail(filled).case.category, detail(filled).case.tags) == ("", ())
    before = counts(filled.workspace)
    assert "nothing was written" in filled.done(*words("case edit", "c01", "--rationale", "Because.")).out
    assert counts(filled.workspace) == before


def test_a_case_is_retired_and_brought_back(filled: Commands) -> None:
    document = filled.done(*words("case retire"), "--reviewer", "ann", "--reason", "doubled", "--json").document
    assert (set(document), document["changed"], document["status"]) == (CASE | {"changed"}, True, "retired")
    assert (detail(filled).history[-1].author, detail(filled).history[-1].reason) == ("ann", "doubled")
    before = counts(filled.workspace)
    assert "is retired already; nothing was written" in filled.done(*words("case retire")).out
    assert counts(filled.workspace) == before
    assert filled.done(*words("case restore"), "--json").document["status"] == "labelled"
    assert filled.done(*words("case restore"), "--json").document["changed"] is False
    assert detail(filled).case.status is CaseStatus.LABELLED


def test_a_label_needs_a_reason_makes_a_version_and_says_what_it_does(filled: Commands) -> None:
    filled.done("decide", "--run", "v1", "--case", "c01", "--action", "answer")
    score = balanced(filled)
    with unchanged(filled.workspace):
        assert "needs a reason" in filled(*words("label"), "--label", "answer").refused()
    changed = words("label", "c01", "--label", "clarify", "--reason", "It is harmless.", "--reviewer", "ann", "--json")
    document = filled.done(*changed).document
    assert set(document) == CASE | {"changed", "effects"}
    assert (document["label"], document["label_version"]) == ("clarify", 2)
    assert document["effects"] == [{"run": "v1", "before": score, "after": balanced(filled)}]
    assert score != balanced(filled)
    assert counts(filled.workspace)["decision"] == 1
    event = detail(filled).history[-1]
    assert (event.label, event.author, event.reason) == ("clarify", "ann", "It is harmless.")


def test_a_band_is_set_kept_and_taken_away(filled: Commands) -> None:
    why = ("--reason", "why")
    filled.done(*words("label", "c01", "--label", "clarify", "--band", "2=0.5", "--band", "answer=0.25", *why))
    assert detail(filled).case.band == {"answer": 0.25, "answer_with_caveat": 0.5}
    filled.done(*words("label", "c01", "--label", "answer_with_caveat", *why))
    assert detail(filled).case.band == {"answer": 0.25}
    outcome = filled.done(*words("label", "c01", "--no-band", *why))
    assert "Best: answer with caveat. Nothing else is acceptable." in outcome.out
    before = counts(filled.workspace)
    assert "labelled so already" in filled.done(*words("label", "c01", "--no-band", *why)).out
    assert counts(filled.workspace) == before


def test_the_history_goes_through_every_version(filled: Commands) -> None:
    filled.done(*words("label", "c01", "--label", "clarify", "--reason", "first thought", "--reviewer", "ann"))
    filled.done(*words("case edit", "c01", "--message", "user=Really?"))
    filled.done(*words("label", "c01", "--label", "answer", "--reason", "second thought", "--reviewer", "ben"))
    history = filled.done(*words("label"), "--history", "--json").document["history"]
    assert isinstance(history, list)
    assert set(history[0]) == {
        "case_version", "label_version", "label", "band", "status", "author", "reason", "at",
    }  # fmt: skip
    assert [(each["case_version"], each["label"]) for each in history] == [
        (1, "refuse"), (1, "clarify"), (2, "clarify"), (2, "answer"),
    ]  # fmt: skip
    said = filled.done(*words("label"), "--history").out.splitlines()
    assert said[1].endswith("version 1.2: clarify, labelled; ann: first thought")


WRONG = {
    "show, suite": ("case show --suite nope --case c01", "no suite 'nope'"),
    "show, case": ("case show --suite cases --case nope", "no case 'nope'"),
    "add, no message": ("case add --suite cases --case n", "has no message"),
    "add, no role": ("case add --suite cases --case n --message hello", "does not say ROLE=TEXT"),
    "add, role": ("case add --suite cases --case n --message boss=Go", "'boss'"),
    "add, empty": ("case add --suite cases --case n --message user=", "is empty"),
    "add, last turn": ("case add --suite cases --case n --message assistant=Go", "must be the user's"),
    "add, no file": ("case add --suite cases --case n --message user=@nowhere.txt", "cannot be read"),
    "add, label": ("case add --suite cases --case n --message user=Go --label perhaps", "not on the scale"),
    "add, band alone": ("case add --suite cases --case n --message user=Go --band clarify=0.5", "has no label"),
    "add, status": ("case add --suite cases --case n --message user=Go --status labelled", "has no label"),
    "add, suite": ("case add --suite nope --case n --message user=Go", "no suite 'nope'"),
    "edit, case": ("case edit --suite cases --case nope --category x", "no case 'nope'"),
    "edit, reason": ("case edit --suite cases --case c01 --status disputed", "needs a reason"),
    "retire, case": ("case retire --suite cases --case nope", "no case 'nope'"),
    "restore, case": ("case restore --suite cases --case nope", "no case 'nope'"),
    "label, nothing": ("label --suite cases --case c01 --reason r", "nothing to change"),
    "label, action": ("label --suite cases --case c01 --label perhaps --reason r", "not on the scale"),
    "label, both bands": (
        "label --suite cases --case c01 --band clarify=0.5 --no-band --reason r",
        "cannot be given with --no-band",
    ),
    "label, no credit": ("label --suite cases --case c01 --band clarify --reason r", "does not say ACTION=CREDIT"),
    "label, credit": ("label --suite cases --case c01 --band answer_safe_interpretation_only=2 --reason r", "between"),
    "label, nan": ("label --suite cases --case c01 --band answer_safe_interpretation_only=nan --reason r", "number"),
    "label, gap": ("label --suite cases --case c01 --band clarify=0.5 --reason r", "gap"),
    "label, history": ("label --suite cases --case nope --history", "no case 'nope'"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_case_that_cannot_be_meant(filled: Commands, kind: str) -> None:
    command, said = WRONG[kind]
    with unchanged(filled.workspace):
        assert said in filled(*command.split(" ")).refused()


def test_a_status_that_there_is_not(filled: Commands) -> None:
    outcome = filled(*words("case edit"), "--status", "lost")
    assert (outcome.status, outcome.out) == (2, "")
    assert "Traceback" not in outcome.err
