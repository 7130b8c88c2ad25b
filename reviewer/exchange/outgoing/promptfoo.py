"""Results of promptfoo (version 3) that `promptfoo import` takes: people's decisions are its manual ratings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from reviewer.core.hashing import text_hash
from reviewer.core.responses import ResponseState
from reviewer.exchange.outgoing.facts import Holds, Outgoing, OutgoingRow, Written
from reviewer.exchange.outgoing.writing import JsonRow, about_case, as_json, prompt_text, write_json_around
from reviewer.wording.plural import counted, noun

_VERSION = 3
_MANUAL = "Manual result (overrides all other grading results)"
_NO_TIME = "1970-01-01T00:00:00.000Z"
_PROMPT = "{{prompt}}"
_FINISH = {ResponseState.FILTERED: "content_filter", ResponseState.TRUNCATED: "length"}
_ERROR, _ASSERTION, _NONE = 2, 1, 0
_TOKENS = {"prompt": "input_tokens", "completion": "output_tokens", "total": "total_tokens"}
_OTHER_TOKENS = {"prompt": "prompt_tokens", "completion": "completion_tokens"}


class PromptfooResults:
    name = "promptfoo"
    title = "promptfoo results with ratings"
    description = "Results of promptfoo to import there: what earns credit passes, people's decisions are its ratings."
    suffixes = (".json",)
    holds = Holds.RESPONSES

    def write(self, path: Path, outgoing: Outgoing) -> Written:
        counts = _Counts()
        for row in outgoing.rows():
            counts.add(row)
        before, behind = _around(outgoing, counts)
        written = write_json_around(path, before, _results(outgoing), behind)
        n = counts.unscored
        said = (
            f"{counted(n, 'result')} without a label or a final action {noun(n, 'passes', 'pass')} with a score of 0."
        )
        return Written(written, (said,) if n else ())


class _Counts:
    """The totals that stand before the results."""

    def __init__(self) -> None:
        self.passed = self.failed = self.errors = self.unscored = 0
        self.score = 0.0

    def add(self, row: OutgoingRow) -> None:
        self.score += row.credit or 0.0
        if row.failed:
            self.errors += 1
        elif row.credit is None:
            self.unscored += 1
            self.passed += 1
        elif row.credit > 0:
            self.passed += 1
        else:
            self.failed += 1


def _around(outgoing: Outgoing, counts: _Counts) -> tuple[str, str]:
    """What stands before and behind the results."""
    at = _moment(outgoing.run.created_at)
    ident = f"eval-{text_hash(outgoing.run.name)[:8]}-{at[:19]}"
    summary = {
        "version": _VERSION,
        "timestamp": at,
        "prompts": [_prompt(outgoing, counts)],
        "stats": {"successes": counts.passed, "failures": counts.failed, "errors": counts.errors, "tokenUsage": {}},
    }
    rest = {
        "config": {
            "description": outgoing.suite.name,
            "prompts": [_PROMPT],
            "providers": [{"id": outgoing.run.model, "label": outgoing.run.name}],
            "tests": [],
        },
        "shareableUrl": None,
        "metadata": {"evaluationCreatedAt": at, "tool": "Reviewer"},
    }
    head = as_json({"evalId": ident}).removesuffix("}")
    before = f'{head}, "results": {as_json(summary).removesuffix("}")}, "results": ['
    return before, f"]}}, {as_json(rest).removeprefix('{')}\n"


def _prompt(outgoing: Outgoing, counts: _Counts) -> JsonRow:
    metrics = {
        "score": counts.score,
        "testPassCount": counts.passed,
        "testFailCount": counts.failed,
        "testErrorCount": counts.errors,
        "assertPassCount": 0,
        "assertFailCount": 0,
        "totalLatencyMs": 0,
        "tokenUsage": {},
        "namedScores": {},
        "namedScoresCount": {},
        "cost": 0,
    }
    return {
        "id": text_hash(_PROMPT),
        "raw": _PROMPT,
        "label": _PROMPT,
        "provider": outgoing.run.name,
        "metrics": metrics,
    }


def _results(outgoing: Outgoing) -> Iterator[JsonRow]:
    provider = {"id": outgoing.run.model, "label": outgoing.run.name}
    for number, row in enumerate(outgoing.rows()):
        yield _result(number, row, provider)


def _result(number: int, row: OutgoingRow, provider: JsonRow) -> JsonRow:
    case, response = row.case, row.response
    prompt = prompt_text(case)
    metadata = {"case_id": case.key, **about_case(case), "repeat": response.repeat, "response_hash": response.hash}
    passed = not row.failed and (row.credit is None or row.credit > 0)
    test = {"description": case.key, "vars": {"prompt": prompt}, "metadata": metadata, "assert": [], "options": {}}
    return {
        "id": text_hash(f"{row.case.key}\n{response.repeat}\n{response.hash}")[:32],
        "description": case.key,
        "promptIdx": 0,
        "promptId": text_hash(_PROMPT),
        "testIdx": number,
        "testCase": test,
        "vars": {"prompt": prompt},
        "prompt": {"raw": prompt, "label": _PROMPT, "config": {}},
        "provider": provider,
        "response": _response(row),
        "success": passed,
        "score": row.credit or 0.0,
        "namedScores": {},
        "latencyMs": round(response.latency_ms or 0),
        "cost": 0,
        "metadata": metadata,
        "failureReason": _ERROR if row.failed else _NONE if passed else _ASSERTION,
        "gradingResult": _grading(row, passed),
        **({"error": response.error or "There is no response."} if row.failed else {}),
    }


def _response(row: OutgoingRow) -> JsonRow:
    response = row.response
    usage = {
        name: response.usage.get(ours, response.usage.get(_OTHER_TOKENS.get(name, ""), 0))
        for name, ours in _TOKENS.items()
    }
    if row.failed:
        return {"error": response.error or "There is no response.", "tokenUsage": usage}
    return {
        "output": response.text,
        "tokenUsage": usage,
        "cached": False,
        "finishReason": _FINISH.get(response.state, response.finish_reason or "stop"),
        "guardrails": {"flagged": response.state is ResponseState.FILTERED},
        **({"reasoning": response.reasoning} if response.reasoning else {}),
    }


def _grading(row: OutgoingRow, passed: bool) -> JsonRow | None:
    """A person's rating where people's word counts and earns something or nothing; else the grade by the rules."""
    if row.final.action is None:
        return None
    said = row.deciding
    score, named = row.credit or 0.0, f"{row.final.action}, labelled {row.case.label or 'nothing'}"
    if said is None or row.credit is None:
        return {"pass": passed, "score": score, "reason": named, "namedScores": {}, "componentResults": []}
    note = f": {said.note}" if said.note else ""
    words = f"{said.reviewer} says {row.final.action}{note}"
    human = {"pass": passed, "score": score, "reason": _MANUAL, "comment": words, "assertion": {"type": "human"}}
    return {
        "pass": passed,
        "score": score,
        "reason": _MANUAL,
        "comment": words,
        "namedScores": {},
        "componentResults": [human],
    }


def _moment(time: str) -> str:
    """The time in the form in which promptfoo's own stand; a fixed one where nobody knows it."""
    return f"{time[:19]}.000Z" if len(time) >= 19 else _NO_TIME
