"""Three reviewers with packets end in one merged state whatever the order, and agree as far as they agree."""

from __future__ import annotations

import json
import shutil
from importlib import import_module
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.app.figures.agreement import run_agreement
from reviewer.app.packets import export_decisions, export_share, import_packet
from reviewer.core.decisions import DecisionKind, ReviewEventKind, standing_decisions, standing_events
from reviewer.host.clock import now
from reviewer.review.assigning import split_plan
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.review import NewDecision
from reviewer.store.queries import review, runs
from reviewer.store.queries.packets import travelling_marks
from reviewer.store.queries.plans import plan_called, shares
from reviewer.store.writes.decisions import append_decision, create_review_plan, undo_decision
from reviewer.store.writes.review_events import append_review_event, toggle_flag
from tests.support.builders import ANSWER, CAVEAT, CLARIFY, REFUSE, SAFE_PART, fill, make_cases
from tests.support.effort import often
from tests.support.rewriting import rewritable

REVIEWERS = ("ann", "ben", "cem")
SIZE = 14
ACTIONS = (ANSWER, CAVEAT, CLARIFY, SAFE_PART, REFUSE, None)
# a step of a reviewer: a response of the share, an action or None for "cannot decide", or taking the last word back
STEP = st.tuples(st.integers(0, SIZE - 1), st.sampled_from((*ACTIONS, "undo", "settle", "flag", "skip")))
WORK = st.fixed_dictionaries({name: st.lists(STEP, max_size=12) for name in REVIEWERS})


def coordinator(folder: Path) -> Workspace:
    """A run of several cases with a plan that is split between three, everything decided by two."""
    workspace = open_workspace(folder / "home.sqlite")
    filled = fill(workspace, make_cases(SIZE), (ANSWER, REFUSE))
    items = [(each, 1.0) for each in filled.response_ids]
    create_review_plan(workspace, run_id=filled.run_id, items=items, design="uniform", seed=5, at=now())
    split_plan(workspace, plan_called(workspace, "", "run"), REVIEWERS, overlap=1.0)
    return workspace


def work(workspace: Workspace, run: str, name: str, steps: list[tuple[int, object]]) -> None:
    """What a reviewer does in a workspace of their own, on the responses that they have."""
    ids = review.response_ids(workspace, runs.run_named(workspace, run).id)
    for which, what in steps:
        response_id = ids[which % len(ids)]
        if what == "flag":
            toggle_flag(workspace, response_id=response_id, reviewer=name, at=now())
            continue
        if what == "skip":
            skip = ReviewEventKind.SKIPPED
            append_review_event(workspace, response_id=response_id, reviewer=name, kind=skip, at=now())
            continue
        if what == "undo":
            item = review.review_item(workspace, response_id)
            standing = standing_events(item.events)
            if standing:
                undo_decision(workspace, decision_id=standing[-1].id, reviewer=name, at=now())
            continue
        kind = DecisionKind.ADJUDICATION if what == "settle" else DecisionKind.DECISION
        action = CLARIFY if what == "settle" else what
        new = NewDecision(response_id, name, action, kind, note=f"{name} said so")  # type: ignore[arg-type]
        append_decision(workspace, decision=new, at=now())


def decided_elsewhere(home: Workspace, folder: Path, name: str, steps: list[tuple[int, object]]) -> Path:
    """The packet that comes back from a reviewer who got a share of the plan, in a blind form."""
    share, back = folder / f"{name}.jsonl", folder / f"{name}-back.jsonl"
    export_share(home, plan_called(home, "", "run"), name, share, blind=True)
    theirs = open_workspace(folder / f"{name}.sqlite")
    try:
        run = import_packet(theirs, share, name)[0].run
        work(theirs, run, name, steps)
        export_decisions(theirs, run, back)
    finally:
        theirs.close()
    return back


def state(workspace: Workspace) -> list[object]:
    """All that the run says in the end: final actions, counts, and every event under its own name."""
    line = runs.run_named(workspace, "run")
    items = [review.review_item(workspace, each) for each in review.response_ids(workspace, line.id)]
    events = [
        sorted((event.uid, event.reviewer, event.action, event.kind, event.note, event.at) for event in item.events)
        for item in items
    ]
    standing = [[event.uid for event in standing_events(item.events)] for item in items]
    marks = sorted(repr(mark) for mark in travelling_marks(workspace, line.id))
    flagged = [sorted(item.flagged_by) for item in items]
    return [line.reviewed, [item.final for item in items], events, standing, marks, flagged]


@settings(max_examples=often(25, 5))
@given(WORK)
def test_three_reviewers_end_in_one_state_whatever_the_order(steps: dict[str, list[tuple[int, object]]]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        home = coordinator(folder)
        packets = [decided_elsewhere(home, folder, who, did) for who, did in steps.items()]
        home.close()
        states, stored = [], set()
        for number, order in enumerate(permutations(packets)):
            copy = folder / f"copy-{number}.sqlite"
            shutil.copy(folder / "home.sqlite", copy)
            merged = open_workspace(copy)
            # one of them twice, and at the end all again
            for packet in (*order, order[0], *order):
                assert not import_packet(merged, packet, "lead")[0].conflicts
            states.append(state(merged))
            with merged.read() as session:
                counts = "SELECT (SELECT count(*) FROM decision), (SELECT count(*) FROM review_event)"
                stored.add(tuple(session.connection().exec_driver_sql(counts).one()))
            merged.close()
        assert all(each == states[0] for each in states)
        sent = "".join(path.read_text(encoding="utf-8") for path in packets)
        assert stored == {(sent.count('{"decision":'), sent.count('{"mark":'))}


def test_agreement_over_merged_packets_equals_the_krippendorff_package(tmp_path: Path) -> None:
    krippendorff = import_module("krippendorff")
    home = coordinator(tmp_path)
    for number, name in enumerate(REVIEWERS):
        steps: list[tuple[int, object]] = [
            (which, ACTIONS[(which * 7 + number * (which % 3)) % len(ACTIONS)]) for which in range(SIZE)
        ]
        import_packet(home, decided_elsewhere(home, tmp_path, name, steps), "lead")
    found = run_agreement(home, "run")
    items = [review.review_item(home, each) for each in review.response_ids(home, runs.run_named(home, "run").id)]
    rank = {action: float(place) for place, action in enumerate(found.line.scale.ids)}
    table = np.full((len(REVIEWERS), len(items)), np.nan)
    for column, item in enumerate(items):
        for name, event in standing_decisions(standing_events(item.events)).items():
            if event.action is not None:
                table[REVIEWERS.index(name), column] = rank[event.action]
    domain = list(rank.values())
    expected = krippendorff.alpha(table, value_domain=domain, level_of_measurement="ordinal")
    assert found.alpha.units >= 10
    assert found.alpha.value == pytest.approx(expected, abs=1e-12)
    assert set(found.reviewers.reviewers) == set(REVIEWERS)
    home.close()


def test_a_share_holds_the_readers_part_and_nothing_else(tmp_path: Path) -> None:
    home = coordinator(tmp_path)
    plan = plan_called(home, "", "run")
    written = export_share(home, plan, "ann", tmp_path / "ann.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "ann.jsonl").read_text(encoding="utf-8").splitlines()]
    positions = [line["response"]["position"] for line in lines if "response" in line]
    assert positions == list(shares(home, plan)["ann"])
    assert written.responses == len(positions)
    assert {next(iter(line)) for line in lines} == {"packet", "suite", "case", "response"}
    home.close()


def test_decisions_from_before_there_were_names_travel_once(tmp_path: Path) -> None:
    """A copy of an old workspace and its original exchange packets: nothing is doubled."""
    home = coordinator(tmp_path)
    response_id = review.response_ids(home, runs.run_named(home, "run").id)[0]
    for action in (ANSWER, ANSWER, REFUSE):
        append_decision(home, decision=NewDecision(response_id, "ann", action), at="2026-01-01T00:00:00Z")
    with rewritable(home, "decision") as connection:
        connection.exec_driver_sql("UPDATE decision SET uid = ''")
    home.close()
    shutil.copy(tmp_path / "home.sqlite", tmp_path / "copy.sqlite")
    home, copy = open_workspace(tmp_path / "home.sqlite"), open_workspace(tmp_path / "copy.sqlite")
    other = review.response_ids(copy, runs.run_named(copy, "run").id)[0]
    append_decision(copy, decision=NewDecision(other, "ann", CLARIFY), at=now())
    export_decisions(copy, "run", tmp_path / "copy.jsonl")
    taken = import_packet(home, tmp_path / "copy.jsonl", "lead")[0]
    assert (taken.decisions, taken.known, taken.conflicts) == (1, 3, ())
    assert review.review_item(home, response_id).final.action == CLARIFY
    home.close()
    copy.close()


def test_a_flag_that_was_taken_off_later_stays_off_whichever_comes_first(tmp_path: Path) -> None:
    """One person in two workspaces: the last word by the clock counts, not the one that was stored last."""
    home = coordinator(tmp_path)
    ids = review.response_ids(home, runs.run_named(home, "run").id)[:2]
    home.close()
    for name, moments in (("early", ("01", "01")), ("late", ("02", "02", "02"))):
        shutil.copy(tmp_path / "home.sqlite", tmp_path / f"{name}.sqlite")
        theirs = open_workspace(tmp_path / f"{name}.sqlite")
        for number, minute in enumerate(moments):
            kind = ReviewEventKind.UNFLAGGED if name == "late" and number != 1 else ReviewEventKind.FLAGGED
            append_review_event(
                theirs, response_id=ids[number % 2], reviewer="ann", kind=kind, at=f"2026-01-01T00:{minute}:00.000Z"
            )
        written = export_decisions(theirs, "run", tmp_path / f"{name}.jsonl")
        assert written.marks == len(moments)
        theirs.close()
    for number, order in enumerate((("early", "late"), ("late", "early"), ("late", "late", "early", "early"))):
        path = tmp_path / f"merged-{number}.sqlite"
        shutil.copy(tmp_path / "home.sqlite", path)
        merged = open_workspace(path)
        taken = [import_packet(merged, tmp_path / f"{name}.jsonl", "lead")[0] for name in order]
        assert sum(each.marks for each in taken) == 5
        assert [review.review_item(merged, each).flagged_by for each in ids] == [frozenset(), frozenset({"ann"})]
        merged.close()


def test_a_flag_on_another_text_is_left_out_and_listed(tmp_path: Path) -> None:
    home = coordinator(tmp_path)
    response_id = review.response_ids(home, runs.run_named(home, "run").id)[0]
    toggle_flag(home, response_id=response_id, reviewer="ann", at=now())
    export_decisions(home, "run", tmp_path / "back.jsonl")
    text = (tmp_path / "back.jsonl").read_text(encoding="utf-8")
    hash_ = review.review_item(home, response_id).response.hash
    (tmp_path / "back.jsonl").write_text(
        text.replace(hash_, "0" * 64).replace('"reviewer": "ann"', '"reviewer": "ben"'), "utf-8"
    )
    taken = import_packet(home, tmp_path / "back.jsonl", "lead")[0]
    assert (taken.marks, [each.kind for each in taken.conflicts]) == (0, ["other_text"])
    assert (
        taken.conflicts[0].sentence
        == "The flag of ben on case-000, repeat 1, was made on another text than this run has."
    )
    home.close()
