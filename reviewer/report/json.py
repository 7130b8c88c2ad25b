"""The score and the whole report as JSON: what `score --json` prints and `report --out x.json` writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TypeAlias

from reviewer.core.decisions import hidden_words
from reviewer.core.scoring.score import Correction, FigureKey, Interval, Scorecard, Staked, TwoMeans, rough_word
from reviewer.report.behind_json import behind_document
from reviewer.report.covering import said
from reviewer.report.facts import (
    CoveringFacts,
    FlippedCase,
    JudgeFacts,
    LockFacts,
    ReportedCase,
    ResponseLine,
    RunReport,
)
from reviewer.report.options import Level
from reviewer.wording import score as wording
from reviewer.wording.plain_text import public_address

Json: TypeAlias = dict[str, object]


def measure(value: float | None, interval: Interval | None = None) -> Json:
    """A figure that can have an interval; without one, or without an end, `low` and `high` are null."""
    if interval is None or value is None:
        return {"value": value, "low": None, "high": None}
    return {"value": value, "low": interval.low, "high": interval.high}


def score_document(report: RunReport) -> Json:
    """The document that `score --json` prints. Unknown is null, never NaN or 0."""
    card = report.scorecard
    return {
        "run": report.run,
        "suite": report.suite,
        "title": wording.title(card),
        "options": {"bands": str(card.options.bands), "hold_back": list(card.options.hold_back)},
        "n_cases": card.n_cases,
        "n_responses": card.n_responses,
        "unscored": card.unscored,
        "unscored_reasons": dict(card.unscored_reasons),
        "not_scored_cases": dict(report.not_scored),
        "sources": dict(card.sources),
        "judges": [_judge(judge) for judge in report.judges],
        **_score(card),
        "states": dict(card.states),
        "reviewed_share": card.reviewed_share,
        **_shares(card),
        "discrimination": _discrimination(card),
        "constants": {action: _plain_means(means) for action, means in card.constants.items()},
        "skill": _measured(card, "skill", card.skill),
        "best_constant": card.best_constant,
        "pairs": {"both_right": card.pairs_right, "n": card.pairs},
        "confusion": {label: dict(row) for label, row in card.confusion.items()},
        "cases_by_label": dict(card.cases_by_label),
        "distances": {str(steps): cases for steps, cases in sorted(card.distances.items())},
        "repeats": _repeats(card),
        "slices": _slices(card),
        "correction": _correction(card),
        "anchoring": report.anchoring,
        "labels": _labels(report),
        **_beside(report),
        "with_disputed": _with_disputed(report.scorecard_with_disputed),
        "warnings": list(card.warnings),
    }


def report_document(report: RunReport) -> Json:
    """The score document with the report's head and its cases."""
    return {
        "report": head_document(report),
        "shown": {"level": str(report.shown.level), "sections": list(report.shown.sections)},
        "covering": _covering(report.covering),
        **score_document(report),
        "comparison": dict(report.versus.document) if report.versus else None,
        "flipped": [flip_document(each) for each in report.versus.flips] if report.versus else None,
        "gate": dict(report.gate.document) if report.gate else None,
        **behind_document(report),
        "cases": [case_document(c) for c in report.cases] if report.shown.level is Level.ALL else [],
    }


def _covering(found: CoveringFacts | None) -> Json | None:
    """Null where everything is shown; never the patterns."""
    if found is None:
        return None
    return {
        "cover": found.cover,
        "categories": list(found.categories),
        "cases": found.cases,
        "patterns": found.patterns,
        "places": found.places,
        "cases_with_places": found.places_in_cases,
        "sentences": said(found),
    }


def flip_document(flip: FlippedCase) -> Json:
    """A case whose action changed from the version before."""
    return {
        "key": flip.key,
        "category": flip.category,
        "label": flip.label,
        "before": flip.before,
        "now": flip.now,
        "kind": flip.kind.name.lower(),
    }


def head_document(report: RunReport) -> Json:
    """What was run, when the report was made and by which program. Never a key."""
    version = report.model_version
    return {
        "created_at": report.created_at,
        "program_version": report.program_version,
        "suite_hash": report.suite_hash,
        "scale": report.scorecard.scale.as_json(),
        "scale_hash": report.scorecard.scale.hash,
        "reviewers": {"names": list(report.reviewers), "self_declared": True},
        "model_version": {
            "name": version.name,
            "endpoint": version.endpoint.name,
            "protocol": version.endpoint.protocol,
            "base_url": public_address(version.endpoint.base_url),
            "model": version.model,
            "system": version.system,
            "sampling": version.sampling.as_json(),
            "hash": report.version_hash,
        },
        "policy_locks": [_lock(each) for each in report.locks],
    }


def _lock(found: LockFacts) -> Json:
    lock = found.lock
    return {
        "name": lock.name,
        "hash": lock.hash,
        "rules": dict(lock.rules),
        "author": lock.author,
        "at": lock.at,
        "predates_the_run": found.predates,
    }


def case_document(case: ReportedCase) -> Json:
    """One case with its responses' final actions and the decisions on them."""
    return {
        "key": case.key,
        "request": case.request,
        "category": case.category,
        "label": case.label,
        "band": dict(case.band),
        "credit": case.credit,
        "signed_distance": case.distance,
        "reviewed": case.reviewed,
        "responses": [_response(response) for response in case.responses],
    }


def _judge(judge: JudgeFacts) -> Json:
    return {
        "classifier": judge.classifier,
        "model": judge.model,
        "endpoint": judge.endpoint,
        "returned_models": list(judge.returned_models),
        "fingerprints": list(judge.fingerprints),
        "rubric_version": judge.rubric_version,
        "prompt_hash": judge.prompt_hash,
        "judged": judge.judged,
        "unscored": judge.unscored,
        "drift": judge.drift or None,
        "drift_accepted_by": judge.drift_accepted_by or None,
        "counted": judge.counted,
        "admission": judge.admission or None,
    }


def _response(response: ResponseLine) -> Json:
    final = response.final
    return {
        "repeat": response.repeat,
        "state": str(response.state),
        "final": final.action,
        "source": None if final.source is None else str(final.source),
        "unscored_reason": None if final.reason is None else str(final.reason),
        "automatic": response.automatic,
        "credit": response.credit,
        "signed_distance": response.distance,
        "reviewed": response.reviewed,
        "decisions": [
            {
                **{"reviewer": d.reviewer, "kind": str(d.kind), "action": d.action, "note": d.note, "at": d.at},
                **{"cause": str(d.cause) if d.cause else None, "blind": d.blind, "bulk": d.bulk},
                "hidden": None if d.hidden is None else hidden_words(d.hidden),
                "guideline_version": d.guideline_version,
            }
            for d in response.decisions
        ],
    }


def _labels(report: RunReport) -> Json:
    """Which label versions the score rests on."""
    versions = report.labels.versions
    return {
        "versions": {str(version): n for version, n in versions.items()},
        "changed": sum(versions.values()) - versions.get(1, 0),
        "open_disputes": report.labels.still_open,
    }


def _score(card: Scorecard) -> Json:
    return {
        "score": {
            "balanced": _measured(card, "balanced", card.score.balanced),
            "plain": _measured(card, "plain", card.score.plain),
        },
        "interval_methods": {name: found.method for name, found in sorted(card.intervals.items())},
        "closed_forms": {name: [found.low, found.high] for name, found in sorted(card.closed_forms.items())},
        "bounds": {
            "balanced": [card.low.balanced, card.high.balanced],
            "plain": [card.low.plain, card.high.plain],
        },
    }


def _shares(card: Scorecard) -> Json:
    return {
        "shares": {
            "exact": _measured(card, "exact", card.exact),
            "in_band": _measured(card, "in_band", card.in_band),
            "out_of_band": _measured(card, "out_of_band", card.out_of_band),
        },
        "over_cautious": _measured(card, "over_cautious", card.over_cautious),
        "under_cautious": _measured(card, "under_cautious", card.under_cautious),
        "over_cautious_where_possible": measure(card.over_possible),
        "under_cautious_where_possible": measure(card.under_possible),
        "caution_bias": _measured(card, "caution_bias", card.caution_bias),
        "caution_bias_by_label": _measured(card, "caution_bias_by_label", card.caution_bias_by_label),
    }


def _measured(card: Scorecard, name: FigureKey, value: float | None) -> Json:
    return measure(value, card.intervals.get(name))


def _discrimination(card: Scorecard) -> Json:
    found = card.discrimination
    return {
        "d_a": _measured(card, "d_a", found.d_a),
        "d_prime": _measured(card, "d_prime", found.d_prime),
        "criterion": _measured(card, "criterion", found.criterion),
        "somers_d": _measured(card, "somers_d", found.somers_d),
        "held_back_actions": list(found.hold_back),
        "hits": None if found.hits is None else list(found.hits),
        "false_alarms": None if found.false_alarms is None else list(found.false_alarms),
    }


def _repeats(card: Scorecard) -> Json:
    found = card.repeats
    return {
        "most": found.most,
        "cases": found.cases,
        "within_variance": found.within_variance,
        "between_variance": found.between_variance,
        "unstable": list(found.unstable),
    }


def _slices(card: Scorecard) -> list[Json]:
    return [
        {
            "by": s.by,
            "value": s.value,
            "n": s.n,
            "balanced": measure(s.balanced),
            "plain": measure(s.plain, s.interval),
            "over_cautious": measure(s.over_cautious),
            "under_cautious": measure(s.under_cautious),
        }
        for s in card.slices
    ]


def _correction(card: Scorecard) -> Json:
    return {
        "automatic": measure(card.automatic.balanced),
        "patched": _measured(card, "balanced", card.score.balanced),
        **_corrected(card.correction),
        "reviewed_n": card.reviewed,
        "moved_by": [
            {"case": o.case, "repeat": o.repeat, "from": o.automatic, "to": o.final, "change": o.change}
            for o in card.overrides
        ],
    }


def _corrected(found: Correction) -> Json:
    """`corrected` speaks of cases like these, `corrected_of_run` of this run's responses only."""
    known = found.value is not None
    return {
        "corrected": measure(found.value, found.interval) if known else None,
        "corrected_of_run": measure(found.value, found.of_run) if known else None,
        "corrected_method": found.interval.method if found.interval else None,
        "corrected_n": found.reviewed,
        "corrected_reason": found.reason or None,
        "corrected_rests_on": found.rests_on or None,
        "corrected_passed_over": asdict(found.passed_over),
    }


def _beside(report: RunReport) -> Json:
    """What a band excuses, stakes and people's differences: beside the headline, never in it."""
    found, people = report.scorecard.excused, report.people
    return {
        "band_credit": {"offered": vars(found.offered), "taken": vars(found.taken)},
        "under_bands": [
            {"bands": str(each.bands), "best_constant": each.best_constant, **_balanced(each.balanced, each.interval)}
            for each in found.under
        ],
        "with_stakes": _staked(report.scorecard.staked),
        "disputes": {"n": people.disputes, "inside_band": people.inside},
        "labellers": list(people.labellers),
        "by_labeller": [
            {"name": each.name, "cases": each.cases, "differ": each.differ, **_balanced(each.balanced, each.interval)}
            for each in people.under
        ],
    }


def _balanced(value: float | None, found: Interval | None) -> Json:
    """Another balanced score than the headline; `rough` limits need not hold in 93 to 97 of 100 suites."""
    ends = measure(value, found)
    rough = bool(found and rough_word(found.method))
    return {"balanced": ends["value"], "low": ends["low"], "high": ends["high"], "rough": rough}


def _staked(found: Staked | None) -> Json | None:
    """Null where every case has stakes of 1."""
    if found is None:
        return None
    return {
        "balanced": measure(found.score.balanced, found.balanced),
        "plain": measure(found.score.plain, found.plain),
        "n_cases": found.cases,
        "unlike_pairs": list(found.unlike),
    }


def _plain_means(means: TwoMeans) -> Mapping[str, float | None]:
    return {"balanced": means.balanced, "plain": means.plain}


def _with_disputed(card: Scorecard | None) -> Json | None:
    return None if card is None else {"n_cases": card.n_cases, "n_responses": card.n_responses, **_score(card)}
