"""Put the report of a run together from the workspace, and write it to a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer import __version__
from reviewer.app.figures.anchoring import anchoring_document, anchoring_words, changes_score, run_anchoring
from reviewer.app.figures.comparing import (
    ComparedRuns,
    case_flips,
    check_comparable,
    compare_observed,
    comparison_document,
    summary,
)
from reviewer.app.figures.deciding import decision_of
from reviewer.app.figures.gating import GateOutcome, gate_document, gate_scored
from reviewer.app.figures.scores import ScoredRun, score_run
from reviewer.app.jobs.judge_admission import admission_sentence
from reviewer.app.provenance import provenance_of
from reviewer.app.stopping import never, stop_if
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import Decision, standing_events
from reviewer.core.scoring.flips import CaseFlip, FlipKind
from reviewer.core.scoring.policy import Policy
from reviewer.core.scoring.score import Options
from reviewer.host.clock import now
from reviewer.host.paths import resources_folder
from reviewer.report.facts import (
    FlippedCase,
    GateFacts,
    JudgeFacts,
    LabelFacts,
    LockFacts,
    ReportedCase,
    RunReport,
    Versus,
    case_lines,
)
from reviewer.report.options import EVERYTHING, ReportOptions
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import Observed, RunLine
from reviewer.store.queries import disputes, judging, policies, review, runs, suites
from reviewer.wording.plain_text import PREVIEW_CHARACTERS, public_address

if TYPE_CHECKING:
    from reviewer.report.redacting import Redaction

LINES_AT_ONCE = 500
UNCUT_CHARACTERS = 40 * PREVIEW_CHARACTERS
"""Twice what a preview looks at, so that what begins there is found whole."""


def build_report(
    workspace: Workspace,
    run: str,
    options: Options | None = None,
    *,
    against: str = "",
    policy: Policy | None = None,
    cancelled: Callable[[], bool] = never,
    uncut: bool = False,
) -> RunReport:
    """Everything a report says of a run, as it stands now; with `against` also what changed from that run to it.

    Requests are previews, with `uncut` long enough that a pattern finds what a preview would cut in two.

    Raises InputError for an unknown run, two that cannot be compared, an option that the scale does not have or a
    policy that asks about a change without `against`; ReportCancelledError soon after `cancelled` says so.
    """
    scored = score_run(workspace, run, options)
    line, card = scored.line, scored.card
    anchored = run_anchoring(workspace, line, card.options.bands)
    if anchored is not None and changes_score(anchored):
        card = replace(card, warnings=(*card.warnings, anchoring_words(anchored)))
    cases = _case_lines(workspace, scored, cancelled, uncut=uncut)
    before, compared = _compared(workspace, scored, against, options, cancelled)
    outcome = gate_scored(workspace, policy, scored, compared, before) if policy else None
    suite = suites.suite_named(workspace, line.suite)
    stop_if(cancelled)
    return RunReport(
        run=line.name,
        suite=line.suite,
        suite_hash=suite.content_hash,
        model_version=line.version,
        created_at=now(),
        program_version=__version__,
        scorecard=card,
        anchoring=anchoring_document(anchored, card.score.balanced),
        scorecard_with_disputed=scored.with_disputed,
        not_scored=_not_scored(scored),
        judges=_judges(workspace, line.id),
        cases=cases,
        people=scored.people,
        versus=_versus(compared, cases) if compared else None,
        gate=gate_facts(outcome) if outcome else None,
        labels=LabelFacts(
            disputes.label_versions(workspace, line.id), len(disputes.disputes_of_run(workspace, line.id))
        ),
        locks=_locks(workspace, line),
        provenance=provenance_of(workspace, scored, suite, compared),
    )


def _compared(
    workspace: Workspace, scored: ScoredRun, against: str, options: Options | None, cancelled: Callable[[], bool]
) -> tuple[Observed | None, ComparedRuns | None]:
    """The version before as it was read, and the two compared; neither of a run that stands alone."""
    if not against:
        return None, None
    before = runs.run_named(workspace, against)
    check_comparable(before, scored.line)
    stop_if(cancelled)
    observed = runs.observed(workspace, before.id)
    stop_if(cancelled)
    return observed, compare_observed(workspace, (before, observed), (scored.line, scored.observed), options)


def _versus(found: ComparedRuns, cases: Sequence[ReportedCase]) -> Versus:
    lines = {case.key: case for case in cases}
    changed = [flip for flip in case_flips(found) if flip.kind is not FlipKind.UNCHANGED]
    return Versus(
        found.a.name,
        found.a.version,
        found.comparison,
        summary(found),
        comparison_document(found),
        found.warnings,
        decision_of(found).would_change,
        tuple(_flipped(flip, lines[flip.key]) for flip in changed),
    )


def _flipped(flip: CaseFlip, case: ReportedCase) -> FlippedCase:
    return FlippedCase(flip.key, case.category, case.request, flip.label, flip.band, flip.a, flip.b, flip.kind)


def gate_facts(found: GateOutcome) -> GateFacts:
    """What a gate said, as a report has it."""
    return GateFacts(found.passed, found.sentence, found.about_policy, found.rules, gate_document(found))


def write_run_report(
    workspace: Workspace,
    run: str,
    options: Options | None,
    path: Path,
    *,
    against: str = "",
    policy: Policy | None = None,
    shown: ReportOptions = EVERYTHING,
    house: Path | None = None,
) -> RunReport:
    """Build and write in one go; the ending of `path` names the form. Raises as `build_report` and `export_report`.

    An ending that no form has is refused before anything is computed. What `shown` hides is in no form. `house` is a
    house template to lay the report out with.
    """
    from reviewer.report.covering import prepared
    from reviewer.report.forms import form_for
    from reviewer.report.house import escape_for

    form_for(path) if house is None else escape_for(path)
    uncut = bool(shown.redact)
    whole = build_report(workspace, run, options, against=against, policy=policy, uncut=uncut)
    report = prepared(whole, shown).report
    export_report(report, path, house)
    return report


def preview_redaction(
    workspace: Workspace, run: str, options: Options | None, *, against: str = "", shown: ReportOptions
) -> Redaction:
    """What the patterns of `shown` find in a report; nothing is written. Raises as `build_report` and `redact`."""
    from reviewer.report.redacting import redact

    return redact(build_report(workspace, run, options, against=against, uncut=True), shown.redact)


def export_report(
    report: RunReport, path: Path, house: Path | None = None, *, cancelled: Callable[[], bool] = never
) -> None:
    """Write a report that is there, laid out by the template `house` where one is given.

    Raises InputError for an unknown ending or a template that does not work, EnvironmentFault where it fails,
    ReportCancelledError where `cancelled` says so before the file has taken its place: then there is none.
    """
    from reviewer.report.house import write_house_report
    from reviewer.report.write import write_report

    if house is not None:
        write_house_report(report, path, house, partial(stop_if, cancelled))
        return
    write_report(report, path, resources_folder() / "report", partial(stop_if, cancelled))


def _locks(workspace: Workspace, line: RunLine) -> tuple[LockFacts, ...]:
    """The policies that the run's suite was given, oldest first."""
    first = policies.first_response_id(workspace, line.id)
    return tuple(
        LockFacts(lock, first is None or lock.last_response_id < first)
        for lock in policies.policy_locks(workspace, line.suite_id)
    )


def _judges(workspace: Workspace, run_id: int) -> tuple[JudgeFacts, ...]:
    """The judgings that left verdicts, oldest first."""
    return tuple(
        JudgeFacts(
            classifier=line.classifier,
            model=line.version.model,
            endpoint=public_address(line.version.endpoint.base_url) or line.version.endpoint.protocol,
            returned_models=line.returned_models,
            fingerprints=line.fingerprints,
            rubric_version=line.rubric_version,
            prompt_hash=line.prompt_hash,
            judged=line.judged,
            unscored=line.unscored,
            drift=str(line.drift["sentence"]) if line.drift else "",
            drift_accepted_by=line.accepted_by,
            counted=line.is_counted,
            admission=admission_sentence(line),
        )
        for line in reversed(judging.judge_runs(workspace, run_id))
        if line.judged or line.unscored
    )


def _not_scored(scored: ScoredRun) -> dict[str, int]:
    """Cases that the run answered and the score leaves out, by status."""
    disputed = len({o.case for o in scored.observed.disputed})
    return {**({"disputed": disputed} if disputed else {}), **scored.observed.not_scored}


def _case_lines(
    workspace: Workspace, scored: ScoredRun, cancelled: Callable[[], bool], *, uncut: bool
) -> tuple[ReportedCase, ...]:
    run_id = scored.line.id
    read = _whole_requests if uncut else _requests
    standing = _standing(workspace, run_id, cancelled)
    return case_lines(scored.observed.labelled, scored.card, read(workspace, run_id, cancelled), standing, uncut=uncut)


def _requests(workspace: Workspace, run_id: int, cancelled: Callable[[], bool]) -> dict[CaseKey, str]:
    """The beginning of every case's last user turn; cut ones go on a little, so that the cut is seen."""
    ids = review.response_ids(workspace, run_id)
    found: dict[CaseKey, str] = {}
    for start in range(0, len(ids), LINES_AT_ONCE):
        stop_if(cancelled)
        for line in review.review_lines(workspace, ids[start : start + LINES_AT_ONCE]):
            whole = len(line.untrusted_preview) < PREVIEW_CHARACTERS
            found[CaseKey(line.key)] = line.untrusted_preview if whole else f"{line.untrusted_preview}…"
    return found


def _whole_requests(workspace: Workspace, run_id: int, cancelled: Callable[[], bool]) -> dict[CaseKey, str]:
    """Every case's last user turn, as far as a preview of it can depend on it."""
    ids = review.response_ids(workspace, run_id)
    found: dict[CaseKey, str] = {}
    for start in range(0, len(ids), LINES_AT_ONCE):
        stop_if(cancelled)
        for _, case, _response in review.texts(workspace, ids[start : start + LINES_AT_ONCE]):
            found[case.key] = case.request[:UNCUT_CHARACTERS]
    return found


def _standing(
    workspace: Workspace, run_id: int, cancelled: Callable[[], bool]
) -> Mapping[tuple[CaseKey, int], list[Decision]]:
    """What reviewers say of each response now: nothing undone, nothing about a text that is gone."""
    stop_if(cancelled)
    by_response: dict[tuple[CaseKey, int], list[Decision]] = {}
    for key, repeat, event in runs.iterate_decisions(workspace, run_id):
        by_response.setdefault((CaseKey(key), repeat), []).append(event)
    if not by_response:
        return {}
    stop_if(cancelled)
    hashes = review.response_keys(workspace, run_id)
    return dict(_standing_by_response(by_response, hashes))


def _standing_by_response(
    by_response: Mapping[tuple[CaseKey, int], list[Decision]], hashes: Mapping[tuple[CaseKey, int], tuple[int, str]]
) -> Iterable[tuple[tuple[CaseKey, int], list[Decision]]]:
    for place, events in by_response.items():
        yield place, standing_events(events, hashes[place][1])
