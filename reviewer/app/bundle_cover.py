"""Take texts out of a bundle's rows and keep the hashes of what was taken out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from reviewer.core.event_chain import leaf_hash
from reviewer.store.chain import EVENTS
from reviewer.store.queries.bundled import Row

COVERED = "[covered]"


class BundleCover(StrEnum):
    """Whose words are taken out of a bundle."""

    PROMPTS = "prompts"
    RESPONSES = "responses"
    BOTH = "both"

    @property
    def of_prompts(self) -> bool:
        return self is not BundleCover.RESPONSES

    @property
    def of_responses(self) -> bool:
        return self is not BundleCover.PROMPTS


def hidden_tables(cover: BundleCover | None) -> dict[str, bool]:
    """Which rows have lost their texts."""
    return {"case": bool(cover and cover.of_prompts), "response": bool(cover and cover.of_responses)}


def covered_rows(rows: Mapping[str, Sequence[Row]], cover: BundleCover) -> dict[str, list[Row]]:
    """The rows without the words; an event that lost some says which fields, and keeps the hash that the chain has."""
    by_table = {**(_PROMPTS if cover.of_prompts else {}), **(_RESPONSES if cover.of_responses else {}), **_NOTES}
    return {table: [_covered(table, row, by_table.get(table, {})) for row in found] for table, found in rows.items()}


def _covered(table: str, row: Row, fields: Mapping[str, Callable[[str], str]]) -> Row:
    instead = {name: hide(row[name]) for name, hide in fields.items() if row[name]}
    lost = sorted(name for name, text in instead.items() if text != row[name])
    if not lost:
        return row
    kept = {**row, **{name: instead[name] for name in lost}}
    return {**kept, "covered": {"fields": lost, "leaf": leaf_hash(row).hex()}} if table in EVENTS else kept


def may_be_covered(table: str, cover: BundleCover | None) -> frozenset[str]:
    """The fields of an event that a bundle with this covering may lack."""
    responses = _RESPONSES.get(table, {}) if cover and cover.of_responses else {}
    return frozenset({*responses, *(_NOTES.get(table, {}) if cover else {})})


def cannot_be_checked(cover: BundleCover | None) -> list[str]:
    """What a verifier has to take the maker's word for, each a sentence."""
    said = []
    if cover and cover.of_prompts:
        said.append("The prompts are covered: that each has the hash that is given cannot be computed.")
        said.append("System prompts of model versions are not covered: a version's hash is made of its own.")
    if cover and cover.of_responses:
        said.append("The responses are covered: that each has the hash that is given cannot be computed.")
        said.append("What classifiers gave as reasons is covered: these events are in the chain, their words are not.")
    if cover:
        said.append("Notes on decisions are covered, because they may quote. Reasons given for labels are not.")
    return said


def _hidden(_text: str) -> str:
    return COVERED


def _nothing(_text: str) -> str:
    return ""


def _no_list(_text: str) -> str:
    return "[]"


def _no_object(_text: str) -> str:
    return "{}"


def _messages(text: str) -> str:
    """As many messages, each by whom it was."""
    return json.dumps([{"role": each["role"], "content": COVERED} for each in json.loads(text)], separators=(",", ":"))


def _traces(text: str) -> str:
    """Of what helps to trace a request, the earlier responses without their words."""
    traces = json.loads(text)
    for each in traces.get("earlier", ()):
        each.update({name: COVERED for name in ("text", "reasoning") if each.get(name)})
    return json.dumps(traces, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


_Fields = Mapping[str, Mapping[str, Callable[[str], str]]]
_PROMPTS: _Fields = {
    "case": {"messages": _messages, "request": _hidden, "search_text": _hidden, "rationale": _hidden},
    "case_origin": {"kept": _no_object},
}
_RESPONSES: _Fields = {
    "response": {"text": _hidden, "reasoning": _hidden, "error": _hidden, "traces": _traces},
    "response_origin": {"kept": _no_object},
    "verdict": {"reason": _nothing, "evidence": _no_list},
    "judge_reply": {"reason": _nothing, "raw_reply": _nothing},
}
_NOTES: _Fields = {"decision": {"note": _hidden}}
