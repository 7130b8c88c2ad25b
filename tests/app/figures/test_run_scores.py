"""The score in a list of runs is the score page's, to the bit, whatever the run holds."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.app.figures.run_scores import run_scores
from reviewer.app.figures.scores import score_run
from reviewer.core.actions import DEFAULT_SCALE, ActionId
from reviewer.core.cases import Case, CaseStatus
from reviewer.store.database import open_workspace
from reviewer.store.facts.runs import Classified
from reviewer.store.queries import runs
from tests.support.builders import make_case, make_response, make_run, make_suite, make_verdict
from tests.support.effort import often

IDS = DEFAULT_SCALE.ids
NEXT_TO = {label: IDS[1] if place == 0 else IDS[place - 1] for place, label in enumerate(IDS)}


@st.composite
def answered(draw: st.DrawFn) -> tuple[Case, list[ActionId | None]]:
    """A case, perhaps half of a contrast pair, with a band or disputed, and the actions of its two responses."""
    label = draw(st.sampled_from(IDS))
    case = make_case(
        f"case-{draw(st.integers(0, 10**9))}",
        label=label,
        band={NEXT_TO[label]: 0.5} if draw(st.booleans()) else None,
        pair=draw(st.sampled_from(["", "a", "b"])),
        status=draw(st.sampled_from([CaseStatus.LABELLED, CaseStatus.LABELLED, CaseStatus.DISPUTED])),
    )
    return case, draw(st.lists(st.sampled_from([*IDS, None]), min_size=2, max_size=2))


@settings(max_examples=often(40, 10), deadline=None)
@given(st.lists(answered(), min_size=1, max_size=25, unique_by=lambda each: each[0].key))
def test_it_equals_the_score_page_s(drawn: list[tuple[Case, list[ActionId | None]]]) -> None:
    with TemporaryDirectory() as folder:
        workspace = open_workspace(Path(folder) / "w.db")
        said = [
            Classified(make_response(case.key, repeat=repeat), (make_verdict(action),))
            for case, actions in drawn
            for repeat, action in enumerate(actions, start=1)
        ]
        run_id = make_run(workspace, make_suite(workspace, [case for case, _ in drawn]), said, repeats=2)
        found = run_scores(workspace, runs.runs(workspace))[run_id]
        card = score_run(workspace, "run").card
        workspace.close()
    assert (found.value, found.interval) == (card.score.balanced, card.intervals.get("balanced"))
