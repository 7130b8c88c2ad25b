"""Which field of an annotation task is what: the request, the response, the model, the right action."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from reviewer.exchange.kit.foreign import text_at
from reviewer.exchange.kit.sources import folded

NAMES: Mapping[str, tuple[str, ...]] = {
    "key": ("case_id", "case_key", "case", "key", "item_id", "sample_id", "prompt_id", "example_id", "uid", "id"),
    "messages": ("messages", "conversation", "conversations", "dialog", "dialogue", "chat"),
    "prompt": ("prompt", "request", "question", "instruction", "user_prompt", "query", "input", "input_text"),
    "response": (
        *("response", "completion", "model_response", "model_output", "output", "answer", "reply", "generation"),
        *("generated_text", "output_text"),
    ),
    "model": ("model", "model_name", "model_id", "llm"),
    "label": ("label", "expected_action", "labelled_action", "right_action", "expected"),
    "category": ("category", "type", "topic", "domain"),
}
"""{field: names of it}, the first that is there counts."""
TEXT = "text"
"""A field of this name is the response where another holds the request, and else the request."""

_SIDE = re.compile(r"(?:response|completion|generation|output|answer|reply)[-_ ]?(?:[1-9]|[a-d])", re.IGNORECASE)


@dataclass(frozen=True)
class TaskFields:
    """{field: the task's name for it}."""

    names: Mapping[str, str]

    @staticmethod
    def of(
        task: Mapping[str, object], mapping: Mapping[str, str], left_out: frozenset[str] = frozenset()
    ) -> TaskFields:
        """What a person said, then what the names say."""
        by_name = {folded(name): name for name in reversed(list(task)) if name not in left_out}
        found = {field: name for field, name in mapping.items() if field in NAMES and name in task}
        taken = set(found.values())
        for field, names in NAMES.items():
            guess = next((by_name[name] for name in names if name in by_name and by_name[name] not in taken), None)
            if guess is not None and field not in mapping:
                found[field] = guess
                taken.add(guess)
        if TEXT in by_name and by_name[TEXT] not in taken:
            role = "response" if {"prompt", "messages"} & found.keys() else "prompt"
            found.setdefault(role, by_name[TEXT])
        return TaskFields(found)

    def sides(self, task: Mapping[str, object]) -> Mapping[str, TaskFields]:
        """{name: the fields with it as the response} where a task compares several; nothing where it has one."""
        found = [name for name in task if _SIDE.fullmatch(name)] if "response" not in self.names else []
        return {name: TaskFields({**self.names, "response": name}) for name in found} if len(found) > 1 else {}

    @staticmethod
    def model_of(task: Mapping[str, object], side: str) -> str:
        """The model that the task names for one of several responses, as `model_b` for `answer_b`; else the side."""
        end = side[-1].lower()
        names = {folded(name): name for name in task}
        found = (names.get(f"{name}{between}{end}") for name in NAMES["model"] for between in ("", "_"))
        return next((text for name in found if name and (text := text_at(task.get(name)))), side)

    def text(self, task: Mapping[str, object], field: str) -> str:
        return text_at(task.get(self.names[field])) if field in self.names else ""

    def request(self, task: Mapping[str, object]) -> object:
        """The messages where there are some, also under the prompt's name, else the prompt."""
        for field in ("messages", "prompt"):
            held = task.get(self.names[field]) if field in self.names else None
            if isinstance(held, list) and held:
                return held
        return self.text(task, "prompt")

    def response(self, task: Mapping[str, object]) -> str | None:
        """None where the task has no response."""
        held = task.get(self.names["response"]) if "response" in self.names else None
        if isinstance(held, list) and len(held) == 1 and isinstance(held[0], dict):
            held = held[0].get("content")  # a chat of one message
        return text_at(held) if isinstance(held, str | int | float) else None

    @property
    def uses(self) -> dict[str, str]:
        """{name: what it was read as}, for the ledger."""
        return {name: "text" if field == "response" else field for field, name in self.names.items()}
