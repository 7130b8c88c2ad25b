"""What a sample of Inspect was asked and what came back: its state first, reasoning, refusals and tool calls apart."""

from __future__ import annotations

import json
from collections.abc import Mapping

from reviewer.core.responses import ResponseState
from reviewer.exchange.kit.log_tables import LogTable
from reviewer.exchange.kit.logs import Reply, as_list, as_object, as_text, kept_text, milliseconds, whole_numbers

Fields = dict[str, object]

CANCELLED = "The eval was stopped while this sample ran: an error that the model did not make."
_CANCELLED = ("CancelledError", "KeyboardInterrupt", "Cancelled via cancel scope")
_CUT = frozenset({"max_tokens", "model_length", "length"})
_ERROR_CHARACTERS = 2_000


def reply_of(output: Fields, untrusted_error: object, table: LogTable) -> tuple[Reply, dict[str, str]]:
    """The reply, and what is kept beside it."""
    choices = [as_object(choice) for choice in as_list(output.get("choices"))]
    choice = choices[0] if choices else {}
    message = as_object(choice.get("message"))
    text, reasoning = text_and_reasoning(message if message else {"content": output.get("completion")})
    calls = as_list(message.get("tool_calls"))
    error = _error(untrusted_error) or _error(output.get("error"))
    stop = as_text(choice.get("stop_reason"))
    state, text, said = _state(text, stop, error, bool(calls), output, choice, table)
    kept = {"tool_calls": kept_text(calls)} if calls else {}
    kept |= {"other_choices": kept_text(choices[1:])} if len(choices) > 1 else {}
    kept |= {"refusal": "yes"} if _is_refusal(message, choice) else {}
    kept |= {"cancelled": "yes"} if said == CANCELLED else {}
    if error and state is not ResponseState.ERROR:
        kept["error"] = error
    reply = Reply(
        text,
        state,
        reasoning,
        "" if state is ResponseState.ERROR else stop,
        whole_numbers(output.get("usage")),
        as_text(output.get("model")),
        milliseconds(output.get("time"), 1000),
        said,
    )
    return reply, kept


def stopped_by(limit: object, output: Fields) -> str:
    """Why there is no reply where a limit of the eval ended a sample before one came."""
    kind = as_text(as_object(limit).get("type"))
    has_reply = as_list(output.get("choices")) or output.get("completion")
    return (
        f"The eval ended this sample at its limit ({kind[:40]}) before there was a reply."
        if kind and not has_reply
        else ""
    )


def _state(
    text: str, stop: str, error: str, calls: bool, output: Fields, choice: Fields, table: LogTable
) -> tuple[ResponseState, str, str]:
    """(state, the model's own text, why)."""
    if error and not text.strip():
        if any(word in error for word in _CANCELLED):
            return ResponseState.ERROR, "", CANCELLED
        return (ResponseState.FILTERED if table.is_filtered(error) else ResponseState.ERROR), "", error
    if stop == "content_filter":
        told = as_text(as_object(choice.get("stop_details")).get("explanation"))
        # what a provider says in place of a reply comes with no count of tokens
        is_providers = text == told or not output.get("usage") or table.is_filtered(text)
        return (ResponseState.FILTERED, "", text or told) if is_providers else (ResponseState.FILTERED, text, told)
    if not text.strip():
        return (ResponseState.TOOL_CALL_ONLY if calls else ResponseState.EMPTY), text, ""
    return (ResponseState.TRUNCATED if stop in _CUT else ResponseState.OK), text, ""


def _error(untrusted_error: object) -> str:
    """The message, and what a retry hides: the last line of the traceback. Its other lines are paths."""
    if isinstance(untrusted_error, str):
        return untrusted_error[:_ERROR_CHARACTERS]
    fields = as_object(untrusted_error)
    message = as_text(fields.get("message"))
    last = as_text(fields.get("traceback")).strip().rpartition("\n")[2].strip()
    hides = message.startswith("RetryError") and last and last not in message
    return (f"{last} ({message})" if hides else message or last)[:_ERROR_CHARACTERS]


def text_and_reasoning(message: Mapping[str, object]) -> tuple[str, str]:
    """A message's visible text and its reasoning; parts of other kinds are in neither."""
    content = message.get("content")
    thought = [as_text(message.get("reasoning"))]
    if not isinstance(content, list):
        return as_text(content), thought[0]
    texts: list[str] = []
    for part in content:
        fields = as_object(part)
        kind = fields.get("type", "text")
        if isinstance(part, str):
            texts.append(part)
        elif kind == "text":
            texts.append(as_text(fields.get("text")))
        elif kind == "reasoning":
            hidden = fields.get("redacted") is True
            thought.append(as_text(fields.get("summary") if hidden else fields.get("reasoning")))
    return "\n".join(texts), "\n\n".join(filter(None, thought))


def _is_refusal(message: Fields, choice: Fields) -> bool:
    """Whether the provider itself called the reply a refusal."""
    parts = map(as_object, as_list(message.get("content")))
    details = as_object(choice.get("stop_details"))
    return any(part.get("refusal") is True for part in parts) or details.get("type") == "refusal"


def input_messages(spoken: Fields) -> list[object]:
    """The sample's input in OpenAI's form; of a multiple-choice sample, the prompt with its choices."""
    given = spoken.get("input")
    if spoken.get("choices"):
        asked = []
        for message in map(as_object, as_list(spoken.get("messages"))):
            if message.get("role") == "assistant" and message.get("source") == "generate":
                break
            asked.append(message)
        while asked and asked[-1].get("role") == "assistant":
            asked.pop()
        given = asked or given
    if isinstance(given, list):
        return [_openai_message(as_object(message)) for message in given]
    return [{"role": "user", "content": as_text(given)}]


def _openai_message(message: Fields) -> Fields:
    found: Fields = {"role": message.get("role"), "content": _openai_content(message.get("content"))}
    if calls := as_list(message.get("tool_calls")):
        found["tool_calls"] = [_openai_call(as_object(call)) for call in calls]
        found["content"] = found["content"] or None
    if message.get("role") == "tool":
        found |= {"tool_call_id": as_text(message.get("tool_call_id")), "name": as_text(message.get("function"))}
    return found


def _openai_call(call: Fields) -> Fields:
    function = call.get("function")
    if isinstance(function, dict):
        return call
    arguments = call.get("arguments")
    written = arguments if isinstance(arguments, str) else json.dumps(arguments or {}, ensure_ascii=False, default=str)
    return {
        "id": as_text(call.get("id")),
        "type": "function",
        "function": {"name": as_text(function), "arguments": written},
    }


def _openai_content(content: object) -> object:
    if not isinstance(content, list):
        return content
    return [_openai_part(as_object(part) or {"type": "text", "text": as_text(part)}) for part in content]


def _openai_part(part: Fields) -> Fields:
    kind = part.get("type")
    if kind == "text":
        return {"type": "text", "text": as_text(part.get("text"))}
    if kind == "image" and isinstance(part.get("image"), str):
        return {"type": "image_url", "image_url": {"url": part["image"]}}
    return part


def turns_between(spoken: Fields) -> dict[str, str]:
    """What was said between the input and the reply: the tool's system prompt, the input as a solver rewrote it or went
    on with it, calls of tools and their results.

    The first versions did not say which messages the model made: then they are those behind the input.
    """
    messages = [as_object(message) for message in as_list(spoken.get("messages"))]
    asked = input_messages(spoken)
    given = {as_text(as_object(message).get("content")) for message in asked}
    system = [m for m in messages if m.get("role") == "system" and as_text(m.get("content")) not in given]
    first = next((n for n, m in enumerate(messages) if m.get("source") == "generate"), None)
    if first is None:
        behind = enumerate(messages[len(system) + len(asked) :], len(system) + len(asked))
        first = next((n for n, m in behind if m.get("role") == "assistant"), len(messages))
    between = messages[first:-1]
    kept = {"system_prompt": "\n\n".join(as_text(m.get("content")) for m in system)} if system else {}
    sent = [m for m in messages[:first] if m.get("role") != "system"]
    kept |= {"prompt_sent": kept_text(sent)} if sent and _is_rewritten(sent, spoken) else {}
    return kept | ({"turns_before_reply": kept_text(between)} if between else {})


def _is_rewritten(sent: list[Fields], spoken: Fields) -> bool:
    """Whether other words were sent than the input's; of a multiple-choice sample the case has what was sent."""
    given = spoken.get("input")
    held = [as_object(message) for message in given] if isinstance(given, list) else [{"content": given}]
    asked = [message.get("content") for message in held if message.get("role") != "system"]
    return not spoken.get("choices") and [message.get("content") for message in sent] != asked
