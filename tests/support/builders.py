"""Small facts for tests: cases, responses, verdicts, and workspaces that hold them. All texts are ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reviewer.core.actions import DEFAULT_SCALE, ActionId, ActionScale
from reviewer.core.cases import Case, CaseKey, CaseStatus, Message, Role, SuiteHead
from reviewer.core.decisions import DecisionKind, Verdict, VerdictSource
from reviewer.core.models import Endpoint, ModelVersion
from reviewer.core.responses import Response, ResponseState
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.review import NewDecision
from reviewer.store.facts.runs import Classified
from reviewer.store.facts.suites import CasesAdded, OnConflict
from reviewer.store.queries import suites as suite_queries
from reviewer.store.queries.review import response_ids
from reviewer.store.writes.decisions import append_decision, undo_decision
from reviewer.store.writes.runs import add_responses, create_run, ensure_model_version
from reviewer.store.writes.suites import add_cases, ensure_suite

AT = "2026-03-01T12:00:00Z"
LATER = "2026-03-02T12:00:00Z"
ANSWER, CAVEAT, CLARIFY, SAFE_PART, REFUSE = DEFAULT_SCALE.ids


def scale_of(size: int) -> ActionScale:
    """A scale of `size` actions a0, a1, …, least cautious first."""
    return ActionScale.from_json([f"a{rank}" for rank in range(size)])


def user(text: str) -> tuple[Message, ...]:
    return (Message(Role.USER, text),)


def make_case(
    key: str = "case-1",
    prompt: str = "",
    label: ActionId | None = ANSWER,
    *,
    band: dict[ActionId, float] | None = None,
    category: str = "",
    tags: tuple[str, ...] = (),
    pair: str = "",
    status: CaseStatus | None = None,
) -> Case:
    """A case; without a label its status is `unreviewed`."""
    return Case(
        key=CaseKey(key),
        messages=user(prompt or f"What about {key}?"),
        label=label,
        band=band or {},
        category=category,
        tags=tags,
        pair=pair,
        status=status or (CaseStatus.LABELLED if label else CaseStatus.UNREVIEWED),
    )


def make_cases(count: int, labels: Sequence[ActionId] = (ANSWER, REFUSE)) -> list[Case]:
    """`count` cases `case-000`, `case-001`, … whose labels take turns."""
    return [make_case(f"case-{number:03}", label=labels[number % len(labels)]) for number in range(count)]


def make_response(
    key: str = "case-1", text: str = "", *, repeat: int = 1, state: ResponseState = ResponseState.OK
) -> Response:
    """A response; one that is scored and has no text given gets one of its own."""
    blank = state in (ResponseState.EMPTY, ResponseState.ERROR, ResponseState.TOOL_CALL_ONLY)
    return Response(CaseKey(key), repeat, text or ("" if blank else f"Reply {repeat} to {key}."), state=state)


def make_verdict(action: ActionId | None, classifier: str = "rules/1", confidence: float = 0.8) -> Verdict:
    """A verdict of the rules, or of a judge where the classifier's name begins with `judge`."""
    source = VerdictSource.JUDGE if classifier.startswith("judge") else VerdictSource.RULES
    return Verdict(classifier, action, confidence, "said by a test", source=source)


def make_model_version(name: str = "1.0", *, system: str = "") -> ModelVersion:
    return ModelVersion(name, Endpoint("local", "openai-chat", "http://127.0.0.1:9/v1"), "small-model", system)


def make_suite(
    workspace: Workspace, cases: Sequence[Case] = (), name: str = "Suite", *, scale: ActionScale = DEFAULT_SCALE
) -> int:
    """The id of a new suite with these cases."""
    suite_id, _ = ensure_suite(workspace, head=SuiteHead(name, scale=scale), at=AT)
    put_cases(workspace, suite_id, cases)
    return suite_id


def put_cases(
    workspace: Workspace, suite_id: int, cases: Sequence[Case], on_conflict: OnConflict = OnConflict.REPORT
) -> CasesAdded:
    return add_cases(workspace, suite_id=suite_id, cases=cases, at=AT, author="importer", on_conflict=on_conflict)


def make_run(
    workspace: Workspace,
    suite_id: int,
    responses: Sequence[Classified] = (),
    *,
    name: str = "run",
    repeats: int = 1,
    version: ModelVersion | None = None,
) -> int:
    """The id of a new run over the suite's current cases, with these responses."""
    version_id, _ = ensure_model_version(workspace, version=version or make_model_version(), at=AT)
    run_id, _ = create_run(
        workspace,
        name=name,
        suite_id=suite_id,
        model_version_id=version_id,
        case_ids=list(suite_queries.current_case_ids(workspace, suite_id).values()),
        repeats=repeats,
        at=AT,
    )
    if responses:
        add_responses(workspace, run_id=run_id, responses=responses, at=AT)
    return run_id


@dataclass(frozen=True)
class Filled:
    """A workspace with one suite and one run that has a response, with a verdict, to every case."""

    workspace: Workspace
    suite_id: int
    run_id: int
    response_ids: tuple[int, ...]


def fill(workspace: Workspace, cases: Sequence[Case], verdicts: Sequence[ActionId | None] = (ANSWER,)) -> Filled:
    """Store the cases and a run over them; the rules' verdicts take turns."""
    suite_id = make_suite(workspace, cases)
    answered = [
        Classified(make_response(case.key), (make_verdict(verdicts[number % len(verdicts)]),))
        for number, case in enumerate(cases)
    ]
    run_id = make_run(workspace, suite_id, answered)
    return Filled(workspace, suite_id, run_id, tuple(response_ids(workspace, run_id)))


def filled_workspace(path: Path, count: int = 6) -> Filled:
    """Open a new workspace at `path` and fill it with `count` cases labelled answer and refuse in turn."""
    return fill(open_workspace(path), make_cases(count))


def decide(
    workspace: Workspace,
    response_id: int,
    action: ActionId | None,
    reviewer: str = "ana",
    *,
    kind: DecisionKind = DecisionKind.DECISION,
) -> int:
    """Append a decision or an adjudication and return its id."""
    decision = NewDecision(response_id, reviewer, action, kind)
    return append_decision(workspace, decision=decision, at=AT)[0]


def undo(workspace: Workspace, decision_id: int, reviewer: str = "ana") -> int:
    return undo_decision(workspace, decision_id=decision_id, reviewer=reviewer, at=AT)[0]
