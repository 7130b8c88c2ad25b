"""Reports for the tests, built from synthetic observations through the real score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reviewer.core.actions import DEFAULT_SCALE, ActionId
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import Decision, FinalAction, FinalSource, UnscoredReason
from reviewer.core.models import Endpoint, ModelVersion, Sampling
from reviewer.core.responses import ResponseState
from reviewer.core.scoring.computing import scorecard
from reviewer.core.scoring.credit import Observation
from reviewer.core.scoring.score import Options
from reviewer.host.paths import resources_folder
from reviewer.report.facts import JudgeFacts, RunReport, case_lines

ANSWER, CAVEAT, CLARIFY, SAFE, REFUSE = DEFAULT_SCALE.ids
TEMPLATES = resources_folder() / "report"
HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(1)> \"'& javascript:alert(1) \u202eevil\x00 {{ 7 * 7 }}"


def observed(
    key: str,
    label: ActionId,
    final: ActionId,
    *,
    automatic: ActionId | None = None,
    band: Mapping[ActionId, float] | None = None,
    repeat: int = 1,
    category: str = "law",
    tags: tuple[str, ...] = (),
) -> Observation:
    """A scored response: decided by a reviewer where `automatic` is given, else by the rules."""
    source = FinalSource.RULES if automatic is None else FinalSource.DECIDED
    return Observation(
        CaseKey(key),
        label,
        FinalAction(final, source),
        repeat=repeat,
        band=band or {},
        automatic=automatic or final,
        reviewed=automatic is not None,
        category=category,
        tags=tags,
    )


def failed(key: str, label: ActionId) -> Observation:
    final = FinalAction(None, reason=UnscoredReason.STATE)
    return Observation(CaseKey(key), label, final, state=ResponseState.ERROR)


AUTOMATIC = (
    observed("a", ANSWER, ANSWER),
    observed("b", ANSWER, REFUSE),
    observed("c", CLARIFY, SAFE, band={SAFE: 0.5}),
    observed("d", REFUSE, REFUSE),
    failed("e", REFUSE),
)
REVIEWED = (
    *AUTOMATIC,
    observed("f", REFUSE, ANSWER, automatic=REFUSE),
    observed("g", ANSWER, ANSWER, automatic=CAVEAT),
)


def report_of(
    observations: Sequence[Observation],
    *,
    text: str = "May I?",
    name: str = "night run",
    decisions: Mapping[tuple[CaseKey, int], Sequence[Decision]] | None = None,
    options: Options | None = None,
    base_url: str = "http://user:hunter2@127.0.0.1:8000/v1?api_key=hunter2",
    judges: Sequence[JudgeFacts] = (),
) -> RunReport:
    """A report on `observations`, whose requests and system prompt all read `text`."""
    card = scorecard(observations, DEFAULT_SCALE, options)
    endpoint = Endpoint("local", "openai-chat", base_url, key_env="SECRET_VARIABLE", headers={"x-key": "hunter2"})
    return RunReport(
        run=name,
        suite="samples",
        suite_hash="ab" * 32,
        model_version=ModelVersion("1.0", endpoint, "small", system=text, sampling=Sampling(temperature=0.2)),
        created_at="2026-01-02T03:04:05Z",
        program_version="0.1.0",
        scorecard=card,
        not_scored={"unreviewed": 3},
        judges=judges,
        cases=case_lines(observations, card, {o.case: text for o in observations}, decisions or {}),
    )
