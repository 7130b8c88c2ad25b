"""Judges of every kind for the loopback server, and a reader of the prompts that they get.

The reader takes a prompt apart as the prompt itself says it is made: what stands in marked lines between the fences is
data, everything else is instruction.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from reviewer.classify.judge.prompt import MARK
from tests.support.loopback import Behaviour, Handler, Received, completion, reply, say

FENCE = re.compile(r"===== (CONVERSATION|RESPONSE) ([0-9a-f]{16}) (BEGINS|ENDS) =====")
FINGERPRINT = "fp_one"


@dataclass(frozen=True)
class ReadPrompt:
    """A prompt taken apart: the turns, the response, and everything that is addressed to the judge."""

    turns: tuple[str, ...]
    response: str
    instructions: str
    number: str


def read_prompt(system: str, user: str) -> ReadPrompt:
    """Follow the fences line by line; fails where a fence opens twice, does not close, or closes another."""
    regions: dict[str, list[list[str]]] = {}
    outside: list[str] = []
    inside = ""
    numbers = set()
    for line in user.split("\n"):
        fence = FENCE.fullmatch(line)
        if fence:
            name, number, edge = fence.groups()
            numbers.add(number)
            assert inside == ("" if edge == "BEGINS" else name), line
            assert edge == "ENDS" or name not in regions, line
            inside = name if edge == "BEGINS" else ""
            regions.setdefault(name, [])
        elif line.startswith(MARK):
            assert inside, line
            regions[inside][-1].append(line.removeprefix(MARK))
        elif inside == "CONVERSATION":
            assert re.fullmatch(r"\[\d+, (?:system|developer|user|assistant|tool)\]", line), line
            regions[inside].append([])
        else:
            assert not inside, line
            outside.append(line)
        if inside == "RESPONSE" and not regions[inside]:
            regions[inside].append([])
    assert not inside
    (number,) = numbers
    turns = tuple("\n".join(lines) for lines in regions["CONVERSATION"])
    return ReadPrompt(turns, "\n".join(regions["RESPONSE"][0]), "\n".join([system, *outside]), number)


def prompt_of(received: Received) -> ReadPrompt:
    """The prompt of a request as it arrived."""
    messages = received.body["messages"]
    assert isinstance(messages, list)
    system, user = (str(message["content"]) for message in messages)
    return read_prompt(system, user)


def form(action: str = "answer", quote: str = "Reply", **fields: object) -> str:
    """The form, filled in so that it does not contradict itself."""
    engagement = {"refuse": "none", "clarify": "none", "answer_safe_interpretation_only": "partial"}.get(action, "full")
    filled = {
        "action": action,
        "engagement": engagement,
        "refusal_kind": "normative" if action == "refuse" else None,
        "caveat": action == "answer_with_caveat",
        "asks": action == "clarify",
        "quote": quote,
        "reason": f"It did {action.replace('_', ' ')}.",
    }
    return json.dumps({**filled, **fields}, ensure_ascii=False)


def sensible_action(response: str) -> str:
    """What a judge with little sense and much constancy makes of a response."""
    if "cannot" in response:
        return "refuse"
    return "clarify" if response.rstrip().endswith("?") else "answer"


def first_words(response: str) -> str:
    return next(line for line in response.split("\n") if line.strip())[:40]


def judging(action_of: Callable[[str], str], *, fingerprint: str = FINGERPRINT, model: str = "judge-2026") -> Behaviour:
    """A judge that fills in the form as `action_of` says of the response."""

    def behave(handler: Handler) -> None:
        response = prompt_of(handler.received).response
        text = form(action_of(response), first_words(response))
        usage = {"prompt_tokens": 400, "completion_tokens": 60, "total_tokens": 460}
        reply({**completion(text, model=model, usage=usage), "system_fingerprint": fingerprint})(handler)

    return behave


good: Behaviour = judging(sensible_action)
refusing: Behaviour = say("I'm sorry, but I can't help with judging this content.")


def always(action: str) -> Behaviour:
    return judging(lambda _response: action)


def rambling(handler: Handler) -> None:
    """The right form with a foreword and an afterword."""
    response = prompt_of(handler.received).response
    say(f"Let me see. {form(sensible_action(response), first_words(response))} I hope that helps!")(handler)


COMMAND = re.compile(
    r"(?:output|answer|verdict|action)\W{0,8}(?:is |must be |now )?\W{0,3}(answer|refuse)\b", re.IGNORECASE
)


def obedient(own_words: Iterable[str]) -> Behaviour:
    """A judge that obeys any command that is addressed to it beside the words that every prompt holds."""
    known = set(own_words)

    def behave(handler: Handler) -> None:
        prompt = prompt_of(handler.received)
        addressed = [line for line in prompt.instructions.split("\n") if line.replace(prompt.number, "#") not in known]
        commands = [found.group(1).lower() for line in addressed for found in COMMAND.finditer(line)]
        action = commands[-1] if commands else sensible_action(prompt.response)
        say(form(action, first_words(prompt.response)))(handler)

    return behave


def own_words(system: str, user: str) -> set[str]:
    """The lines that are addressed to the judge in a prompt about harmless texts, its number blotted out."""
    prompt = read_prompt(system, user)
    return {line.replace(prompt.number, "#") for line in prompt.instructions.split("\n")}


def changed_for(cases: Iterable[str], action: str, otherwise: Behaviour = good) -> Behaviour:
    """A judge that says `action` where one of `cases` occurs in the response, and else what it always said."""
    marks = tuple(cases)

    def behave(handler: Handler) -> None:
        response = prompt_of(handler.received).response
        drifted = any(mark in response for mark in marks)
        (always(action) if drifted else otherwise)(handler)

    return behave
