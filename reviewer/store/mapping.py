"""Rows to core types and back. Nothing else knows which columns a fact is kept in."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any, TypeVar

from sqlalchemy import TableValuedAlias
from sqlmodel import col, func

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.bands import Band
from reviewer.core.cases import Case, CaseKey, CaseStatus, SuiteHead
from reviewer.core.decisions import (
    COUNTED_ADMISSIONS,
    Cause,
    Decision,
    DecisionKind,
    DecisionOrigin,
    Engagement,
    Evidence,
    EvidenceKind,
    FinalAction,
    FinalSource,
    Hidden,
    JudgeOutcome,
    JudgeReply,
    RefusalKind,
    UnscoredReason,
    Verdict,
    VerdictSource,
    hidden_words,
)
from reviewer.core.hashing import canonical_json
from reviewer.core.message_forms import stored_message
from reviewer.core.models import Endpoint, ModelVersion, Network, Sampling
from reviewer.core.rescaling import AS_SAID, Readings, Rescaling, Step
from reviewer.core.responses import Earlier, Response, ResponseState
from reviewer.store.review_rows import DecisionRow
from reviewer.store.rows import (
    CaseRow,
    EndpointRow,
    JudgeReplyRow,
    JudgeRunRow,
    ModelVersionRow,
    RescalingRow,
    ResponseRow,
    SuiteRow,
    VerdictRow,
)

T = TypeVar("T")
Values = dict[str, Any]
"""Column name → value, ready for a bulk insert."""

_FAST = 1
"""zlib level: bodies are many and small."""
STAKES = "stakes"


def row_id(value: int | None) -> int:
    """The id of a row that has been flushed: its type allows None only until then."""
    if value is None:
        raise RuntimeError("the row was not flushed before its id was needed")
    return value


def filled(name: str, value: T | None) -> T:
    """The value of a column that is never empty. Raises ValueError where it is, as only damage makes it."""
    if value is None:
        raise ValueError(f"{name} is empty")
    return value


def scale_from_text(text: str) -> ActionScale:
    return ActionScale.from_json(json.loads(text))


def scale_to_text(scale: ActionScale) -> str:
    return canonical_json(scale.as_json())


def suite_head(row: SuiteRow) -> SuiteHead:
    return SuiteHead(
        name=filled("suite.name", row.name),
        version=row.version,
        scale=scale_from_text(row.scale),
        guideline=row.guideline,
        description=row.description,
        licence=row.licence,
    )


def step(row: RescalingRow) -> Step:
    answers = {ActionId(old): ActionId(new) if new else None for old, new in json.loads(row.answers).items()}
    rescaling = Rescaling(scale_from_text(row.before), scale_from_text(row.after), answers)
    return Step(rescaling, row.last_verdict_id, row.last_label_event_id)


def band_from_text(text: str) -> Band:
    return {ActionId(action): float(credit) for action, credit in json.loads(text).items()}


def band_to_text(band: Band) -> str:
    """In the band's own order, which is the scale's."""
    return json.dumps(dict(band), separators=(",", ":")) if band else "{}"


def case_values(case: Case, suite_id: int, at: str, version: int = 1) -> Values:
    return {
        "suite_id": suite_id,
        "key": case.key,
        "version": version,
        "current": True,
        "messages": case.messages_json,
        "message_hash": case.message_hash,
        "content_hash": case.content_hash,
        "request": case.request,
        "search_text": search_text(case),
        "label": case.label,
        "band": band_to_text(case.band),
        "borderline": case.borderline,
        "status": str(case.status),
        "category": case.category,
        "tags": tags_text(case.tags, case.stakes),
        "pair": case.pair,
        "segment": case.segment,
        "source": case.source,
        "licence": case.licence,
        "rationale": case.rationale,
        "created_at": at,
    }


def tags_text(tags: Sequence[str], stakes: float) -> str:
    """The tags with the stakes behind them, where there are any: an object, which no tag can be."""
    kept: list[object] = [*tags, *([{STAKES: stakes}] if stakes != 1 else [])]
    return canonical_json(kept) if kept else "[]"


def tags_and_stakes(stored: str) -> dict[str, Any]:
    """The two fields that the column holds."""
    found = json.loads(stored)
    stakes = found.pop()[STAKES] if found and isinstance(found[-1], dict) else 1.0
    return {"tags": tuple(found), "stakes": float(stakes)}


TAG = "text"
"""The type of a row of `tag_values` that is a tag; another one holds the stakes."""


def tag_values() -> TableValuedAlias:
    """The column taken apart by the database, a row (value, type) for each tag of a case."""
    return func.json_each(col(CaseRow.tags)).table_valued("value", "type")


def search_text(case: Case) -> str:
    """What a search over cases looks through: the key, every turn, category, tags."""
    return "\n".join([case.key, *(message.shown for message in case.messages), case.category, *case.tags])


def case(row: CaseRow) -> Case:
    return Case(
        key=CaseKey(filled("case.key", row.key)),
        messages=tuple(map(stored_message, json.loads(row.messages))),
        label=ActionId(row.label) if row.label else None,
        band=band_from_text(row.band),
        borderline=row.borderline,
        category=row.category,
        **tags_and_stakes(row.tags),
        pair=row.pair,
        segment=row.segment,
        source=row.source,
        licence=row.licence,
        rationale=row.rationale,
        status=CaseStatus(row.status),
    )


def endpoint_values(endpoint: Endpoint) -> Values:
    network = canonical_json(endpoint.network.as_json())
    return {**endpoint.__dict__, "headers": canonical_json(dict(endpoint.headers)), "network": network}


def endpoint(row: EndpointRow) -> Endpoint:
    return Endpoint(
        name=filled("endpoint.name", row.name),
        protocol=row.protocol,
        base_url=row.base_url,
        key_env=row.key_env,
        key_service=row.key_service,
        headers=json.loads(row.headers),
        timeout_s=row.timeout_s,
        concurrency=row.concurrency,
        max_attempts=row.max_attempts,
        responses_file=row.responses_file,
        network=Network(**json.loads(row.network)),
        template=row.template,
    )


def model_version(row: ModelVersionRow, endpoint_row: EndpointRow) -> ModelVersion:
    """The version as it was frozen; limits, headers and where the key is found are the endpoint's present ones.

    Where the endpoint has moved to another server since, it brings neither headers nor key nor network settings: they
    belong to that one.
    """
    present = endpoint(endpoint_row)
    frozen = replace(
        present,
        protocol=row.protocol,
        base_url=row.base_url,
        responses_file=row.responses_file,
        template=row.template,
    )
    if _server(row.base_url) != _server(present.base_url):
        frozen = replace(frozen, key_env="", key_service="", headers={}, network=Network())
    return ModelVersion(
        name=filled("model_version.name", row.name),
        endpoint=frozen,
        model=filled("model_version.model", row.model),
        system=filled("model_version.system", row.system),
        sampling=Sampling(**json.loads(row.sampling)),
    )


def _server(base_url: str) -> str:
    """Scheme, host and port of an address."""
    scheme, _, rest = base_url.strip().lower().partition("://")
    return f"{scheme}://{rest.partition('/')[0].partition('?')[0]}"


EARLIER = "earlier"


def response_values(response: Response, at: str) -> Values:
    return {
        "repeat": response.repeat,
        "state": str(response.state),
        "text": response.text,
        "reasoning": response.reasoning,
        "finish_reason": response.finish_reason,
        "usage": canonical_json(dict(response.usage)) if response.usage else "{}",
        "model": response.model,
        "latency_ms": response.latency_ms,
        "error": response.error,
        "attempts": response.attempts,
        "raw_body": zlib.compress(response.raw_body, _FAST) if response.raw_body else b"",
        "request_hash": response.request_hash,
        "traces": _traces(response),
        "hash": response.hash,
        "received_at": at,
    }


def _traces(response: Response) -> str:
    if not (response.fingerprint or response.headers or response.history or response.earlier):
        return "{}"
    found = {
        "fingerprint": response.fingerprint,
        "headers": dict(response.headers),
        "history": list(response.history),
        EARLIER: [asdict(each) for each in response.earlier],
    }
    return canonical_json({name: value for name, value in found.items() if value})


def asked_again(traces: str) -> bool:
    """Whether a response took the place of a finished one."""
    return EARLIER in json.loads(traces)


def raw_body(stored: bytes) -> bytes:
    """The body as it came; those that were stored before bodies were compressed are as they came."""
    try:
        return zlib.decompress(stored) if stored else b""
    except zlib.error:
        return stored


def response(row: ResponseRow, case_key: str) -> Response:
    return Response(
        case=CaseKey(case_key),
        repeat=row.repeat,
        text=row.text,
        reasoning=row.reasoning,
        state=ResponseState(row.state),
        finish_reason=row.finish_reason,
        usage=json.loads(row.usage),
        model=row.model,
        latency_ms=row.latency_ms,
        error=row.error,
        attempts=row.attempts,
        request_hash=row.request_hash,
        fingerprint=(traces := json.loads(row.traces)).get("fingerprint", ""),
        headers=traces.get("headers", {}),
        history=tuple(traces.get("history", ())),
        earlier=tuple(Earlier(**{**each, "state": ResponseState(each["state"])}) for each in traces.get(EARLIER, ())),
    )


def verdict_values(verdict: Verdict, at: str) -> Values:
    return {
        "classifier": verdict.classifier,
        "source": str(verdict.source),
        "action": verdict.action,
        "confidence": verdict.confidence,
        "reason": verdict.reason,
        "evidence": canonical_json([evidence.as_json() for evidence in verdict.evidence]),
        "engagement": verdict.engagement and str(verdict.engagement),
        "refusal_kind": verdict.refusal_kind and str(verdict.refusal_kind),
        "caveat": verdict.caveat,
        "asks": verdict.asks,
        "said_so": verdict.said_so,
        "counted": verdict.counted,
        "at": at,
    }


def verdict(row: VerdictRow, readings: Readings = AS_SAID, admission: str | None = None) -> Verdict:
    """The verdict as it reads on the suite's scale of now, marked where that is not what was said.

    `admission` is that of the judging that it came in; without one the row itself says whether it counts.
    """
    action = readings.of_verdict(row.action, row.id or 0)
    evidence = (Evidence(e["start"], e["end"], e["why"], EvidenceKind(e["kind"])) for e in json.loads(row.evidence))
    return Verdict(
        classifier=row.classifier,
        action=action,
        confidence=row.confidence if action or not row.action else 0.0,
        reason=_marked(row, action),
        evidence=tuple(evidence),
        engagement=Engagement(row.engagement) if row.engagement else None,
        refusal_kind=RefusalKind(row.refusal_kind) if row.refusal_kind else None,
        caveat=row.caveat,
        asks=row.asks,
        source=VerdictSource(row.source),
        said_so=row.said_so,
        counted=row.counted and (admission is None or admission in COUNTED_ADMISSIONS),
    )


def _marked(row: VerdictRow, action: ActionId | None) -> str:
    if row.action == action:
        return row.reason
    said, what = str(row.action).replace("_", " "), "" if action else ", which must be read again"
    return "; ".join(filter(None, (row.reason, f"on the former scale it was {said}{what}")))


def judge_version(row: JudgeRunRow) -> ModelVersion:
    """The judge as it was asked; limits, headers and where the key is found are not part of what is kept."""
    endpoint = Endpoint(row.endpoint_name, row.protocol, row.base_url, responses_file=row.responses_file)
    return ModelVersion(row.model, endpoint, row.model, sampling=Sampling(**json.loads(row.sampling)))


def judge_reply_values(reply: JudgeReply, at: str) -> Values:
    return {
        "response_id": reply.response_id,
        "response_hash": reply.response_hash,
        "outcome": str(reply.outcome),
        "action": reply.verdict.action if reply.verdict else None,
        "reason": reply.reason,
        "returned_model": reply.returned_model,
        "fingerprint": reply.fingerprint,
        "request_hash": reply.request_hash,
        "raw_reply": reply.raw_reply,
        "attempts": reply.attempts,
        "latency_ms": reply.latency_ms,
        "usage": canonical_json(dict(reply.usage)),
        "at": at,
    }


def judge_reply(
    row: JudgeReplyRow, verdict_row: VerdictRow | None, admission: str, readings: Readings = AS_SAID
) -> JudgeReply:
    return JudgeReply(
        response_id=row.response_id,
        response_hash=row.response_hash,
        outcome=JudgeOutcome(row.outcome),
        verdict=verdict(verdict_row, readings, admission) if verdict_row else None,
        reason=row.reason,
        returned_model=row.returned_model,
        fingerprint=row.fingerprint,
        request_hash=row.request_hash,
        raw_reply=row.raw_reply,
        attempts=row.attempts,
        latency_ms=row.latency_ms,
        usage=json.loads(row.usage),
    )


def decision(row: DecisionRow, cause: str | None, readings: Readings = AS_SAID) -> Decision:
    """The event as it reads on the suite's scale of now; what was said stays with it."""
    action = readings.of(row.action, row.scale_hash)
    return Decision(
        id=row.id or 0,
        reviewer=row.reviewer,
        action=action,
        kind=DecisionKind(row.kind),
        undoes=row.undoes,
        response_hash=row.response_hash,
        note=row.note,
        at=row.at,
        blind=row.blind,
        bulk=row.bulk,
        seconds_spent=row.seconds_spent,
        cause=Cause(cause) if cause else None,
        said_as=ActionId(row.action) if row.action and row.action != action else None,
        uid=row.uid,
        carried_from=row.carried_from,
        hidden=None if row.hidden is None else frozenset(map(Hidden, json.loads(row.hidden))),
        guideline_version=row.guideline_version,
        origin=DecisionOrigin(row.origin),
    )


def final_values(final: FinalAction) -> Values:
    return {
        "final_action": final.action,
        "final_source": final.source and str(final.source),
        "unscored_reason": str(final.reason) if final.reason else "",
    }


def final(action: str | None, source: str | None, reason: str) -> FinalAction:
    if action is None or source is None:
        return FinalAction(None, reason=UnscoredReason(reason) if reason else None)
    return FinalAction(ActionId(action), FinalSource(source))


def hidden_text(hidden: frozenset[Hidden] | None) -> str | None:
    """As the column holds it: a JSON list of words, NULL where nobody knows."""
    return None if hidden is None else json.dumps(hidden_words(hidden))
