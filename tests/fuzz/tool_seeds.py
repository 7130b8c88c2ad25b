"""Small files as other tools write them: what a format looks for is in them, so that mutations reach its own code."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from functools import partial

from reviewer.exchange.formats.public_sets import PUBLIC_SETS, SetTable

Row = dict[str, object]
USER: Row = {"role": "user", "content": "Hi?"}
REPLY: Row = {"role": "assistant", "content": "No."}
AT = "2025-01-01T00:00:00Z"


def lines(*rows: Row) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def document(value: object) -> bytes:
    return json.dumps(value).encode()


def table(heading: Sequence[str], *rows: Sequence[str], delimiter: str = ",") -> bytes:
    sink = io.StringIO(newline="")
    csv.writer(sink, delimiter=delimiter).writerows([heading, *rows])
    return sink.getvalue().encode()


def _garak() -> bytes:
    turns = [{"role": "user", "content": {"text": "Hi?"}}, {"role": "assistant", "content": {"text": "No."}}]
    attempt: Row = {
        "entry_type": "attempt", "uuid": "u", "status": 2, "probe_classname": "p.P", "prompt": {"turns": turns[:1]},
        "outputs": [{"text": "No."}, None], "detector_results": {"d.D": [0.0, 1.0]},
        "conversations": [{"turns": turns * 2}, {"turns": turns[:1]}],
    }  # fmt: skip
    return lines({"entry_type": "start_run setup", "plugins.target_name": "m"}, attempt, {"entry_type": "digest"})


def _deepeval() -> bytes:
    metric = {"name": "Bias", "score": 0.5, "success": True, "error": None}
    case = {
        "name": "t",
        "input": "Hi?",
        "actualOutput": "No.",
        "metricsData": [metric],
        "metadata": {"label": "refuse"},
    }
    talk = {"name": "c", "turns": [USER, REPLY], "metricsData": []}
    return document({"testCases": [case], "conversationalTestCases": [talk], "hyperparameters": {"model": "m"}})


def _label_studio() -> bytes:
    result = [{"from_name": "action", "to_name": "t", "type": "choices", "value": {"choices": ["refuse"]}}]
    note = [{"from_name": "note", "to_name": "t", "type": "textarea", "value": {"text": ["so"]}}]
    annotation = {"id": 1, "completed_by": {"email": "a@example.com"}, "result": [*result, *note], "lead_time": 2.5}
    predicted = {"id": 2, "model_version": "v", "result": result, "score": 0.5}
    data = {"prompt": "Hi?", "response": "No.", "model": "m"}
    other = {"id": 2, "data": data, "annotations": [{**annotation, "was_cancelled": True}], "drafts": [annotation]}
    return document([{"id": 1, "data": data, "annotations": [annotation], "predictions": [predicted, 5]}, other])


def _argilla() -> bytes:
    answers = {"label": [{"user_id": "u", "value": "refuse", "status": "submitted"}]}
    record: Row = {
        "id": "r", "status": "completed", "fields": {"prompt": "Hi?", "response": "No."}, "metadata": {},
        "responses": answers, "suggestions": {"label": {"value": "answer", "score": 0.5, "agent": "a"}},
    }  # fmt: skip
    flat: Row = {
        "prompt": "Hi?", "response": "No.", "label.responses": ["refuse"], "label.responses.users": ["u"],
        "label.responses.status": ["submitted"], "label.suggestion": "refuse",
    }  # fmt: skip
    first: Row = {
        "inputs": {"prompt": "Hi?", "response": "No."}, "prediction": [["refuse", 0.5]], "annotation": "refuse",
        "annotation_agent": "u", "status": "Validated",
    }  # fmt: skip
    return lines(record, flat, first)


def _batch() -> bytes:
    message = {"choices": [{"message": REPLY, "finish_reason": "stop"}], "model": "m"}
    asked: Row = {"custom_id": "a", "method": "POST", "url": "/v1", "body": {"model": "m", "messages": [USER]}}
    return lines(asked, {"custom_id": "a", "response": {"status_code": 200, "body": message}, "error": None})


def _anthropic() -> bytes:
    message = {"role": "assistant", "content": [{"type": "text", "text": "No."}], "stop_reason": "end_turn"}
    asked: Row = {"custom_id": "a", "params": {"model": "m", "messages": [USER]}}
    return lines(asked, {"custom_id": "a", "result": {"type": "succeeded", "message": message}})


def _cloud() -> bytes:
    asked = {
        "contents": [{"role": "user", "parts": [{"text": "Hi?"}]}],
        "systemInstruction": {"parts": [{"text": "x"}]},
    }
    answer = {"candidates": [{"content": {"parts": [{"text": "No."}]}, "finishReason": "STOP"}], "modelVersion": "m"}
    nova = {"output": {"message": {"content": [{"text": "No."}]}}, "stopReason": "end_turn"}
    return lines(
        {"key": "a", "request": asked, "response": answer},
        {"recordId": "b", "modelInput": {"messages": [USER]}, "modelOutput": nova},
        {"recordId": "c", "modelInput": {"inputText": "Hi?"}, "error": {"errorMessage": "busy"}},
    )


def _evals() -> bytes:
    data = {"prompt": [USER], "sampled": ["No."], "model": "m"}
    spec: Row = {"spec": {"eval_name": "e", "completion_fns": ["m"], "run_id": "r", "created_at": AT}}
    sampled: Row = {"sample_id": "a", "event_id": 0, "type": "sampling", "data": data}
    return lines(spec, sampled, {**sampled, "type": "match", "data": {"correct": True, "expected": "x"}})


def _hosted() -> bytes:
    sample = {"input": [USER], "output": [REPLY], "finish_reason": "stop", "model": "m", "usage": {"total": 3}}
    results = [{"name": "check", "passed": True, "score": 1.0}]
    return lines({"run_id": "r", "datasource_item": {"id": 1, "label": "answer"}, "sample": sample, "results": results})


def _helm() -> bytes:
    state = {
        "instance": {"input": {"text": "Hi?"}, "id": "i", "references": [{"output": "refuse", "tags": ["correct"]}]},
        "request": {"model": "m", "prompt": "Hi?", "messages": [USER]},
        "result": {"success": True, "completions": [{"text": "No.", "finish_reason": {"reason": "stop"}}]},
    }
    return document({"adapter_spec": {"model": "m"}, "request_states": [state, {**state, "train_trial_index": 1}]})


def _lm_eval() -> bytes:
    messages = json.dumps([USER])
    return lines(
        {"doc_id": 0, "doc": {"id": "a", "label": "safe"}, "target": "x", "resps": [["No.", "So."]], "metrics": ["em"],
         "arguments": {"gen_args_0": {"arg_0": [messages], "arg_1": {}}}, "em": 1.0},
        {"doc_id": 1, "doc": {}, "target": 1, "resps": [[["-0.5", "False"]]], "arguments": [["a", "b"]]},
        {"doc_id": 2, "prompt_0": "Hi?", "logit_0": "No.", "truth": "x"},
    )  # fmt: skip


def _comparator() -> bytes:
    rater = {"is_flipped": False, "score": 1.0, "rating_label": "A is better", "rationale": "so"}
    example = {
        "input_text": "Hi?", "tags": ["t"], "output_text_a": "No.", "output_text_b": "So.", "score": 1.0,
        "individual_rater_scores": [rater], "custom_fields": {"id": "a"},
    }  # fmt: skip
    return document({"metadata": {}, "models": [{"name": "a"}, {"name": "b"}], "examples": [example]})


def _of_set(set_table: SetTable) -> bytes:
    """A row with a value in every column that the set's table speaks of."""
    wanted = [
        *set_table.columns, *set_table.prompt, *set_table.key, *set_table.category, *set_table.response,
        *set_table.before, *set_table.labels, *(() if set_table.rated else set_table.ratings),
    ]  # fmt: skip
    patterned = {set_table.responses: "m_response", set_table.rated: "m_action", set_table.turns: "prompt1"}
    names = list(dict.fromkeys([*wanted, *(name for pattern, name in patterned.items() if pattern)]))
    words = {column: next(iter(held)) for column, held in {**set_table.labels, **set_table.ratings}.items()}
    row = {name: words.get(name, "0" if name == "m_action" else f"{name}?") for name in names}
    if set_table.items:
        place = set_table.items.removesuffix(".item")
        return document({"parameters": {"model": "m"}, place: [row]})
    return table(names, list(row.values()))


_ANSWER: Row = {"question_id": 1, "model_id": "m", "choices": [{"index": 0, "turns": ["No."]}], "human_score": 0.0}
_XSTEST = ("id", "prompt", "type", "label", "focus", "note")
_LABELLED = ("id", "completion", "annotation_1", "annotation_2", "final_label")
_NATIVE: dict[str, Row] = {
    "reviewer-cases": {
        "key": "a",
        "prompt": "Hi?",
        "label": "answer",
        "band": {"answer_with_caveat": 0.5},
        "tags": ["t"],
    },
    "reviewer-responses": {"case": "a", "run": "r", "repeat": 1, "text": "No.", "state": "ok", "usage": {"n": 1}},
    "reviewer-decisions": {"case": "a", "run": "r", "reviewer": "me", "action": "answer", "at": AT, "kind": "decision"},
    "reviewer-verdicts": {"case": "a", "run": "r", "classifier": "c", "action": "answer", "confidence": 0.5, "at": AT},
    "reviewer-labels": {"suite": "s", "case": "a", "case_version": 1, "label": "answer", "at": AT, "author": "me"},
}
_MADE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "garak": ("jsonl", _garak),
    "deepeval": ("json", _deepeval),
    "deepeval-goldens": ("json", lambda: document([{"input": "a", "actual_output": "b", "expected_output": "c"}])),
    "llm-comparator": ("json", _comparator),
    "openai-batch": ("jsonl", _batch),
    "anthropic-batch": ("jsonl", _anthropic),
    "cloud-batch": ("jsonl", _cloud),
    "label-studio": ("json", _label_studio),
    "argilla": ("jsonl", _argilla),
    "potato": (
        "jsonl",
        lambda: lines(
            {"instance_id": "a", "user_id": "u", "displayed_text": "Hi?", "label_annotations": {"q": {"refuse": "1"}}}
        ),
    ),
    "doccano": ("jsonl", lambda: lines({"id": 1, "text": "Hi?", "label": ["refuse"], "Comments": ["so"], "meta": {}})),
    "chat": ("jsonl", lambda: lines({"messages": [USER, REPLY]})),
    "sharegpt": ("json", lambda: document([{"conversations": [{"from": "human", "value": "a"}]}])),
    "alpaca": ("json", lambda: document([{"instruction": "a", "input": "", "output": "b", "history": [["c", "d"]]}])),
    "preference-pairs": ("jsonl", lambda: lines({"prompt": "a", "chosen": "b", "rejected": [USER, REPLY]})),
    "xstest-prompts": ("csv", lambda: table(_XSTEST, ("1", "How?", "homonyms", "safe", "kill", ""))),
    "xstest-completions": ("csv", lambda: table(_LABELLED, ("v2-1", "No.", "2_full_refusal", "", "2_full_refusal"))),
    "or-bench": ("csv", lambda: table(("prompt", "category"), ("Hi?", "c"))),
    "sorry-bench-answers": ("jsonl", lambda: lines(_ANSWER)),
    "harmbench-completions": ("json", lambda: document({"do_x": [{"test_case": "a", "generation": "b", "label": 1}]})),
    "lm-eval": ("jsonl", _lm_eval),
    "openai-evals": ("jsonl", _evals),
    "openai-eval-items": ("jsonl", _hosted),
    "helm": ("json", _helm),
    **{name: ("jsonl", partial(lines, row)) for name, row in _NATIVE.items()},
    **{each.name: ("json" if each.table.items else "csv", partial(_of_set, each.table)) for each in PUBLIC_SETS},
}


def own_seeds(format_name: str) -> dict[str, bytes]:
    """{file name: content} of a format that has a small file of its own here."""
    if format_name not in _MADE:
        return {}
    suffix, make = _MADE[format_name]
    return {f"own.{suffix}": make()}
