"""A result of promptfoo as a sample: what was asked, what came back, what people said of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from reviewer.core.json_text import parse_object
from reviewer.core.responses import ResponseState
from reviewer.exchange.kit.log_tables import LogTable
from reviewer.exchange.kit.logs import Rating, Reply, as_list, as_object, as_text, milliseconds, whole_numbers
from reviewer.exchange.kit.watched import EMPTY, untouched

Fields = dict[str, object]

MANUAL = "Manual result (overrides all other grading results)"
"""The reason that promptfoo gives a result which a person rated."""
UNNAMED = "promptfoo reviewer"

_ERROR_REASON = 2
_YAML_ROLE = re.compile(r"\s*- role:\s*['\"]?(?P<role>\w+)['\"]?\s*")
_YAML_CONTENT = re.compile(r"\s+content:\s*(?P<text>[^|>&*!%@{\[\s].*)")
_ERROR_CHARACTERS = 2_000
_INSTRUCTING = ("system", "developer")
_CUT = frozenset({"length", "max_tokens", "max_output_tokens", "model_length"})
_CALLS = ("tool_calls", "function_call")
_CALL_TYPES = ("tool_use", "function_call", "tool_call")
_GIVEN = frozenset({"arguments", "input", "args", "parameters"})
_API_ERROR = "API error: "
"""How promptfoo begins what a provider answered in place of a reply."""
_IDS = ("case_id", "caseId", "case", "id", "key", "test_id", "testId")


def asked_of(row: Fields) -> tuple[list[object], str]:
    """(messages, system prompt): the prompt as it was sent. Its system messages are the model version's and not the
    case's, since the same test runs under several prompts."""
    raw = as_object(row.get("prompt")).get("raw") or row.get("prompt") or as_object(row.get("prompt")).get("display")
    text = as_text(raw)
    turns = _chat(text)
    if not turns:
        return [{"role": "user", "content": text}], ""
    system = [as_text(turn.get("content")) for turn in turns if turn.get("role") in _INSTRUCTING]
    rest: list[object] = [turn for turn in turns if turn.get("role") not in _INSTRUCTING]
    return (rest, "\n\n".join(system)) if rest else (list(turns), "")


def _chat(text: str) -> list[Fields]:
    """The messages that a prompt in JSON, or in YAML's plainest form, is; none where it is a text."""
    if text.lstrip().startswith("- role:"):
        return _yaml_chat(text.strip())
    if not text.lstrip().startswith(("[", "{")):
        return []
    held = parse_object(f'{{"prompt": {text}}}')
    value = held.get("prompt") if isinstance(held, dict) and len(held) == 1 else None
    if isinstance(value, dict):
        value = value.get("messages")
    turns = [as_object(turn) for turn in as_list(value)]
    return turns if turns and all("role" in turn and "content" in turn for turn in turns) else []


def _yaml_chat(text: str) -> list[Fields]:
    """`- role: user` with `content: text` below, a text of one line each; none where anything else is in it."""
    lines = text.splitlines()
    turns = [
        (_YAML_ROLE.fullmatch(role), _YAML_CONTENT.fullmatch(said))
        for role, said in zip(lines[::2], lines[1::2], strict=False)
    ]
    if len(lines) % 2 or not all(role and said for role, said in turns):
        return []
    return [{"role": role["role"], "content": _unquoted(said["text"])} for role, said in turns if role and said]


def _unquoted(text: str) -> str:
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    return text[1:-1] if quoted else text


def provider_of(row: Fields) -> tuple[str, str]:
    """(name, model): the label that a person gave it, and what promptfoo calls it."""
    provider = row.get("provider")
    if isinstance(provider, str):
        return provider, provider
    fields = as_object(provider)
    model = as_text(fields.get("id"))
    return as_text(fields.get("label")) or model or "provider", model or as_text(fields.get("label"))


def prompt_label(row: Fields) -> str:
    prompt = as_object(row.get("prompt"))
    return as_text(prompt.get("label")) or as_text(prompt.get("display"))


def metadata_of(row: Fields) -> Fields:
    """The test's own metadata; the row's holds them and what the provider added."""
    return {**as_object(row.get("metadata")), **as_object(as_object(row.get("testCase")).get("metadata"))}


def own_id(row: Fields) -> str:
    """The test's id where its metadata or its variables have one."""
    for held in (metadata_of(row), as_object(row.get("vars"))):
        for name in _IDS:
            if found := as_text(held.get(name)).strip():
                return found
    return ""


def description_of(row: Fields) -> str:
    return as_text(as_object(row.get("testCase")).get("description") or row.get("description")).strip()


def reply_of_row(row: Fields, table: LogTable) -> Reply:
    """The reply with its state. `error` is the assertion's reason unless the request itself failed."""
    response = as_object(row.get("response"))
    text, calls = spoken_and_called(response.get("output"))
    finish = as_text(response.get("finishReason"))
    error = _request_error(row, response, text)
    text, reasoning = _without_thinking(text, table, _raw_text(response.get("raw")))
    reasoning = reasoning or as_text(response.get("reasoning"))
    made_up = table.state_of_text(text) or _guarded(response, text, table)
    state = made_up or ResponseState.OK
    if error:
        state, text = (ResponseState.FILTERED if table.is_filtered(error) else ResponseState.ERROR), ""
    elif made_up or finish == "content_filter":
        state, text, error = ResponseState.FILTERED, "" if made_up else text, text if made_up else ""
    elif not text.strip():
        state = ResponseState.TOOL_CALL_ONLY if calls else ResponseState.EMPTY
    elif finish in _CUT:
        state = ResponseState.TRUNCATED
    return Reply(
        text,
        state,
        reasoning,
        finish,
        whole_numbers(response.get("tokenUsage")),
        latency_ms=milliseconds(response.get("latencyMs", row.get("latencyMs"))),
        error=error[:_ERROR_CHARACTERS],
    )


def spoken_and_called(output: object) -> tuple[str, list[object]]:
    """The text of an output and the calls of tools in it, which providers put in its place, around it, or as lines of
    JSON behind it. A message object of a provider's is what it says, any other object is JSON."""
    if isinstance(output, dict) and output.get("role") == "assistant":
        said = {name for name, value in untouched(output) if value not in EMPTY} - {"role", *_CALLS}
        if len(said & {"content", "refusal"}) == len(said) < 2:
            text = next((output[name] for name in said), "")
            calls = [call for name in _CALLS for call in _listed(output.get(name))]
            if isinstance(text, str):
                return text, calls
    listed = _listed(output)
    if listed and all(_is_call(each) for each in listed):
        return "", listed
    if isinstance(output, str):
        return _without_calls(output)
    return "" if output is None else json.dumps(output, ensure_ascii=False), []


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value] if isinstance(value, dict) else []


def _is_call(value: object) -> bool:
    held = as_object(value)
    named = as_object(held.get("function")) or held
    return held.get("type") in (*_CALL_TYPES, "function", None) and "name" in named and bool(_GIVEN & named.keys())


def _without_calls(text: str) -> tuple[str, list[object]]:
    """(what is said, the calls that stand as lines of JSON in it)."""
    said: list[str] = []
    calls: list[object] = []
    for line in text.split("\n") if '"type"' in text else ():
        held = parse_object(line) if line.startswith("{") and line.rstrip().endswith("}") else {}
        if isinstance(held, dict) and held.get("type") in _CALL_TYPES and _is_call(held):
            calls.append(held)
        else:
            said.append(line)
    return ("\n".join(said).rstrip("\n"), calls) if calls else (text, [])


def _guarded(response: Fields, text: str, table: LogTable) -> ResponseState | None:
    """A provider's filter that left its own words as the output, or none; what the model itself refused is its
    reply."""
    guardrails = as_object(response.get("guardrails"))
    if guardrails.get("flagged") is not True:
        return None
    reason = as_text(guardrails.get("reason")).strip()
    is_providers = text.startswith(_API_ERROR) or (bool(reason) and reason == text.strip())
    is_filter = response.get("isRefusal") is not True and (not text.strip() or table.is_filtered(text))
    return ResponseState.FILTERED if is_filter or is_providers else None


def _request_error(row: Fields, response: Fields, text: str) -> str:
    """Why the request failed, "" where it did not: by its own field, by `failureReason`, or, in files from before
    there was one, because there is no output."""
    said = as_text(response.get("error")) or as_text(row.get("error"))
    if text.strip():
        return ""
    if as_text(response.get("error")) or row.get("failureReason") == _ERROR_REASON:
        return said or "The request failed."
    return said if "failureReason" not in row and response.get("output") is None else ""


def _raw_text(raw: object) -> str:
    """What the provider's own answer has as the reply, "" where it is not kept."""
    held = as_object(parse_object(raw) if isinstance(raw, str) and raw.startswith("{") else raw)
    first = as_object(next(iter(as_list(held.get("choices"))), None))
    parts = [as_object(part) for part in as_list(held.get("content"))]
    return as_text(as_object(first.get("message")).get("content")) or "\n\n".join(
        as_text(part.get("text")) for part in parts if part.get("type") == "text"
    )


def _without_thinking(text: str, table: LogTable, raw: str) -> tuple[str, str]:
    """(reply, reasoning): promptfoo puts the reasoning in front and an empty line between. Reasoning that has empty
    lines itself ends where the provider's own answer begins, if that is kept."""
    if not table.thinking or not text.startswith(table.thinking):
        return text, ""
    if raw.strip() and text.endswith(f"\n\n{raw}"):
        return raw, text.removeprefix(table.thinking).removesuffix(f"\n\n{raw}")
    thought, gap, rest = text.removeprefix(table.thinking).partition("\n\n")
    while gap and rest.startswith(table.thinking):
        more, gap, rest = rest.removeprefix(table.thinking).partition("\n\n")
        thought = f"{thought}\n\n{more}"
    return (rest, thought) if gap else ("", thought)


def ratings_of_row(row: Fields, author: str) -> Iterator[Rating]:
    """A person's thumb, and each assertion's result. Neither stands for an action by itself, and what a thumb means
    says nothing of an assertion: that one passed or failed."""
    grading = as_object(row.get("gradingResult"))
    parts = [as_object(part) for part in as_list(grading.get("componentResults"))]
    person = human_part(grading)
    if person is not None:
        word = "pass" if person.get("pass") is True else "fail"
        note = comment_of(grading) or as_text(person.get("comment"))
        yield Rating(author or UNNAMED, (word, "up" if word == "pass" else "down"), is_person=True, note=note)
    for part in parts:
        assertion = as_object(part.get("assertion"))
        kind = as_text(assertion.get("type"))
        if kind and kind != "human":
            yield Rating(
                as_text(assertion.get("metric")) or kind,
                ("passed" if part.get("pass") is True else "failed",),
                note=as_text(part.get("reason")),
            )


def human_part(grading: Fields) -> Fields | None:
    """A person's rating of a result, None where there is none. Before there were parts of type `human` the whole result
    was a person's; a mere comment leaves the same reason, but agrees with the parts."""
    parts = [as_object(part) for part in as_list(grading.get("componentResults"))]
    for part in reversed(parts):
        if as_object(part.get("assertion")).get("type") == "human":
            return part
    if grading.get("reason") != MANUAL:
        return None
    machine = all(part.get("pass") is True for part in parts)
    return None if parts and machine == (grading.get("pass") is True) else grading


def comment_of(grading: Fields) -> str:
    """What a person wrote; `!highlight` in front is a mark of promptfoo's view."""
    return as_text(grading.get("comment")).removeprefix("!highlight").strip()


def kept_grading(grading: Fields) -> Fields:
    """The grading without the prompts that its graders were sent and their settings."""
    kept: Fields = {
        name: grading[name] for name in ("pass", "score", "reason", "comment", "namedScores") if name in grading
    }
    parts = [as_object(part) for part in as_list(grading.get("componentResults"))]
    if parts:
        kept["componentResults"] = [_kept_part(part) for part in parts]
    return kept


def _kept_part(part: Fields) -> Fields:
    assertion = as_object(part.get("assertion"))
    named: Fields = {name: assertion[name] for name in ("type", "metric") if name in assertion}
    return {**named, **{name: part[name] for name in ("pass", "score", "reason", "comment") if name in part}}
