"""Training files: chat SFT, preference pairs (OpenAI's, chosen/rejected, HH-RLHF), ShareGPT and Alpaca.

What a training row has as the answer is a response like any other: somebody's words to a request, which can be
reviewed. Of a preference pair both answers are, as two runs; which was preferred is the run's name and is kept.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from reviewer.core.cases import CaseKey
from reviewer.core.errors import InputError
from reviewer.core.message_forms import is_said_by_assistant, read_messages
from reviewer.core.messages import Message, Role
from reviewer.core.responses import Response, ResponseState
from reviewer.exchange.kit.conversations import says_nothing
from reviewer.exchange.kit.foreign import ForeignCase, ForeignFile, Json, text_at
from reviewer.exchange.kit.json_items import json_lines_or_items
from reviewer.exchange.kit.label_tables import label_table
from reviewer.exchange.kit.ledger import Ledger
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, Record
from reviewer.exchange.kit.safe_json import json_names
from reviewer.exchange.kit.sources import FileHead, Source

PREFERRED, REJECTED = "preferred", "rejected"
_IDS = ("id", "key", "case_id", "question_id", "prompt_id", "custom_id", "uid", "conversation_id")
_MODELS = ("model", "model_name", "generator")
_TALKS = ("conversations", "conversation", "items")
_SIDES = ((PREFERRED, ("preferred_output", "chosen")), (REJECTED, ("non_preferred_output", "rejected")))
_SPEAKER = re.compile(r"\n\n(Human|Assistant|System): ?")
_ROLES = {"Human": "user", "Assistant": "assistant", "System": "system"}
_REPLY = "answer"
_MOST_TURNS = 100_000
_NOT_CHAT = frozenset(
    {"body", "custom_id", "key", "conversation_id", "entry_type", "label", "response", "completion", "output"}
    | {name for _, names in _SIDES for name in names}
)
_NO_TEXT = "{n|row holds|rows hold} no answer: a case is imported, and no response."


class _TrainingRows:
    """One object for each row, in JSON Lines or a list."""

    name: str
    uses: ClassVar[Mapping[str, str]]

    def conversations(self, row: Json) -> Iterator[tuple[str, list[object]]]:
        """(run, the whole conversation with its answer last) of a row. Raises InputError."""
        raise NotImplementedError

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        file = ForeignFile(options, label_table("training"), source.name, Ledger(self.uses))
        yield from file.begin()
        for row in self.rows(source):
            yield from (row,) if isinstance(row, BadRow) else self._row(file, *row)
        yield from file.end()

    def rows(self, source: Source) -> Iterator[tuple[int, Json] | BadRow]:
        yield from json_lines_or_items(source)

    def _row(self, file: ForeignFile, line: int, row: Json) -> Iterator[Record]:
        kept = file.ledger.kept(row)
        key = _first(row, _IDS)
        try:
            answers = list(self.conversations(row))
            split = [(run, *split_answer(items)) for run, items in answers]
        except InputError as fault:
            yield BadRow(line, str(fault))
            return
        if not split:
            yield BadRow(line, f"The row is none of the form {self.name}. Correct it or leave it out.")
        for run, asked, answer in split:
            yield from _answered(file, ForeignCase(line, asked, key=key, kept=kept), run, answer, _first(row, _MODELS))


def _answered(file: ForeignFile, given: ForeignCase, run: str, answer: Message | None, model: str) -> Iterator[Record]:
    key, said = file.case(given)
    yield from said
    if key is None:
        return
    if answer is None:
        file.tell(_NO_TEXT)
        return
    name, said = file.run(model, given.line, run if run != _REPLY else "")
    yield from said
    yield from file.response(given.line, name, response_of(key, answer, model), given.kept)[1]


def response_of(key: CaseKey, answer: Message, model: str) -> Response:
    """What the last turn of a conversation is as a response, its reasoning apart; a tool's call alone has no text."""
    if answer.calls and not answer.content.strip():
        return Response(key, state=ResponseState.TOOL_CALL_ONLY, reasoning=_reasoning(answer), model=model)
    return Response(key, text=answer.content, reasoning=_reasoning(answer), model=model)


def _reasoning(answer: Message) -> str:
    return "\n".join(part.shown for part in answer.body if part.shown.startswith("[reasoning: "))


def split_answer(items: list[object]) -> tuple[list[object], Message | None]:
    """What was asked, and the assistant's last turn; None where somebody else has the last word. Raises InputError."""
    if not items:
        raise InputError("The conversation is empty.", "Write its turns or leave the row out.")
    if len(items) > 1 and is_said_by_assistant(items[-1]) and says_nothing(items[-1]):
        return items[:-1], Message(Role.ASSISTANT, "")
    last = read_messages(items[-1:]) if is_said_by_assistant(items[-1]) else ()
    if len(items) < 2 or not last or last[-1].role is not Role.ASSISTANT:
        return items, None
    return items[:-1], last[-1]


def _first(row: Json, names: tuple[str, ...]) -> str:
    return next((text for name in names if (text := text_at(row.get(name)).strip())), "")


def _items(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


class ChatSft(_TrainingRows):
    name = "chat"
    description = "Chat conversations (OpenAI fine-tuning JSON Lines, chat JSON): the last answer of each is reviewed."
    suffixes = (".jsonl", ".json")
    general = False
    uses: ClassVar[Mapping[str, str]] = {"messages": "messages and text", "id": "key", "model": "model"}

    def recognises(self, head: FileHead) -> bool:
        keys = head.json_keys
        alone = keys >= {"role", "content"} and head.text.lstrip("\ufeff \t\r\n").startswith("[")
        return (alone or keys >= {"messages", "messages[].role"}) and not keys & _NOT_CHAT

    def rows(self, source: Source) -> Iterator[tuple[int, Json] | BadRow]:
        """A list of messages is one conversation."""
        rows = list(itertools.islice(super().rows(source), _MOST_TURNS)) if _is_one_chat(source) else None
        if rows is None:
            yield from super().rows(source)
        else:
            yield 1, {"messages": [row[1] for row in rows if not isinstance(row, BadRow)]}
            yield from (row for row in rows if isinstance(row, BadRow))

    def conversations(self, row: Json) -> Iterator[tuple[str, list[object]]]:
        yield _REPLY, _items(row.get("messages"))


def _is_one_chat(source: Source) -> bool:
    """Whether the file is one list of messages and not a list of conversations."""
    keys = json_names(source.start().lstrip("\ufeff").encode("utf-8", "replace"))
    return {"role", "content"} <= keys and "messages" not in keys


class ShareGpt(_TrainingRows):
    name = "sharegpt"
    description = "ShareGPT conversations (from, value): the last answer of each is reviewed."
    suffixes = (".json", ".jsonl")
    general = False
    uses: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(_TALKS, "messages and text"),
        "system": "messages",
        "id": "key",
        "model": "model",
    }

    def recognises(self, head: FileHead) -> bool:
        keys = head.json_keys
        turns = any(keys >= {f"{name}[].from", f"{name}[].value"} for name in _TALKS)
        return turns and not keys & {"key", "chosen", "rejected", "label", "suite"}

    def conversations(self, row: Json) -> Iterator[tuple[str, list[object]]]:
        turns = _items(next((row[name] for name in _TALKS if name in row), None))
        yield _REPLY, _with_system(text_at(row.get("system")), turns)


class Alpaca(_TrainingRows):
    name = "alpaca"
    description = "Alpaca instructions (instruction, input, output): the output of each is reviewed."
    suffixes = (".json", ".jsonl")
    general = False
    uses: ClassVar[Mapping[str, str]] = {
        "instruction": "messages",
        "input": "messages",
        "output": "text",
        "system": "messages",
        "history": "messages",
    }

    def recognises(self, head: FileHead) -> bool:
        return head.json_keys >= {"instruction", "output"} and not head.json_keys & {"key", "label", "messages"}

    def conversations(self, row: Json) -> Iterator[tuple[str, list[object]]]:
        asked = "\n\n".join(text for name in ("instruction", "input") if (text := text_at(row.get(name))))
        if not asked.strip():
            raise InputError("The instruction is empty.", "Write it or leave the row out.")
        before: list[object] = []
        for pair in _items(row.get("history")):
            if isinstance(pair, list) and len(pair) == 2:
                before += [_turn("user", text_at(pair[0])), _turn("assistant", text_at(pair[1]))]
        turns = _with_system(text_at(row.get("system")), [*before, _turn("user", asked)])
        yield _REPLY, [*turns, _turn("assistant", text_at(row.get("output")))]


class PreferencePairs(_TrainingRows):
    name = "preference-pairs"
    description = (
        "Preference pairs (OpenAI DPO, chosen/rejected, HH-RLHF): both answers, as two runs; chats among them."
    )
    suffixes = (".jsonl", ".json")
    general = False
    uses: ClassVar[Mapping[str, str]] = {
        "input": "messages",
        "prompt": "messages",
        "messages": "messages and text, of a row that is no pair",
        "preferred_output": "text of the preferred run",
        "chosen": "text of the preferred run",
        "non_preferred_output": "text of the rejected run",
        "rejected": "text of the rejected run",
    }

    def recognises(self, head: FileHead) -> bool:
        keys = head.json_keys
        return keys >= {"preferred_output", "non_preferred_output"} or keys >= {"chosen", "rejected"}

    def conversations(self, row: Json) -> Iterator[tuple[str, list[object]]]:
        held = row.get("input")
        before = _items(held.get("messages")) if isinstance(held, dict) else []
        if not before:
            before = _asked(row.get("conversations", row.get("prompt", row.get("question", held))))
        before = _with_system(text_at(row.get("system")), before)
        for run, names in _SIDES:
            answer = next((row[name] for name in names if row.get(name) is not None), None)
            if answer is not None:
                yield run, _whole(before, answer)
        if not any(name in row for _, names in _SIDES for name in names) and row.get("messages"):
            yield _REPLY, _items(row["messages"])


def _asked(prompt: object) -> list[object]:
    """A prompt in any form: a text, one with HH-RLHF's speakers, or messages."""
    if isinstance(prompt, str) and prompt.strip():
        return _dialogue(prompt) or [_turn("user", prompt)]
    return _items(prompt)


def _whole(before: list[object], answer: object) -> list[object]:
    """The conversation that ends in an answer, which has the turns before it in itself or not."""
    if isinstance(answer, dict):
        answer = [answer]
    turns = _dialogue(answer) or [_turn("assistant", answer)] if isinstance(answer, str) else _items(answer)
    return turns if len(turns) > 1 else [*before, *turns]


def _dialogue(text: str) -> list[object]:
    """HH-RLHF's transcript, "\\n\\nHuman: …\\n\\nAssistant: …", as messages; none where the text is no transcript."""
    parts = _SPEAKER.split(text if text.startswith("\n\n") else f"\n\n{text}")
    if len(parts) < 3 or parts[0].strip():
        return []
    return [
        _turn(_ROLES[who], said.strip()) for who, said in zip(parts[1::2], parts[2::2], strict=True) if said.strip()
    ]


def _turn(role: str, text: str) -> dict[str, str]:
    return {"role": role, "content": text}


def _with_system(system: str, turns: list[object]) -> list[object]:
    return [_turn("system", system), *turns] if system.strip() else turns
