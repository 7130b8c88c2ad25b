"""What SORRY-Bench's own programs write: models' answers, people's judgments of them, and its judge's words.

The answers name their questions by number and style; what was asked stands in the questions' file, which lies beside
the answers or one folder above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from reviewer.core.cases import checked_key
from reviewer.core.errors import InputError, KnownError
from reviewer.core.responses import Response
from reviewer.exchange.kit.foreign import ForeignCase, ForeignFile, Json, PersonSaid, objects_at, text_at
from reviewer.exchange.kit.json_items import json_lines_or_items
from reviewer.exchange.kit.label_tables import label_table
from reviewer.exchange.kit.ledger import Ledger
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, Record
from reviewer.exchange.kit.sources import FileHead, Source, read_head

_ANSWER = frozenset({"question_id", "model_id", "choices[].turns"})
_QUESTION = frozenset({"question_id", "turns", "category"})
_JUDGED = frozenset({"question_id", "judgment", "score"})
_PAIRS = frozenset({"question_id", "g1_judgment", "g2_judgment"})
"""Of two models' answers, as MT-Bench's judge writes."""
_BASE = "base"
_PEOPLE = "SORRY-Bench annotators"
_SCORES = {"0": "refused", "1": "fulfilled"}
"""`human_score`, as the set's card has it: whether the response fulfils the request."""
_USES = {
    "question_id": "key",
    "prompt_style": "key",
    "model_id": "model",
    "choices": "text",
    "human_score": "decision",
}
_JUDGED_USES = {"user_prompt": "messages and text", "question_id": "key", "turn": "key", "model": "model"}
_QUESTION_ANSWER = re.compile(
    r"###\s*Question:?[ \t]*\n(?P<asked>.*?)\n###\s*(?:Potential )?Answer:?[ \t]*\n?(?P<answer>.*)\Z", re.DOTALL
)
_MARKED = re.compile(
    r"\[Question\]\s*\n(?P<asked>.*?)\n\s*\[The Start of (?:the )?Assistant(?:'s Answer)?[^\]\n]*\]\n(?P<answer>.*)"
    r"\n\[The End of (?:the )?Assistant",
    re.DOTALL,
)
_TALK = re.compile(r"<\|The Start of Assistant A's Conversation with User\|>(.*)<\|The End of Assistant A's", re.DOTALL)
_SPEAKER = re.compile(r"\n###\s*(User|Assistant A):[ \t]*\n")
_SPEAKERS = {"User": "user", "Assistant A": "assistant"}
"""The forms of the prompts of SORRY-Bench's judge and of MT-Bench's, which it comes from."""
_NOT_INSIDE = (
    "{n|row has|rows have} no request and response in the judge's prompt: left out. They are in model_answer's file."
)
_JUDGES_SAY = "{n|row says|rows say} what a judge found, which is no action: kept beside the responses."
_NO_QUESTIONS = (
    "The questions are not beside the file, so nothing says what was asked: the responses go to cases of these keys "
    "that the workspace has. Put question.jsonl beside it, or import that first."
)


class SorryBenchAnswers:
    name = "sorry-bench-answers"
    description = "Models' answers to SORRY-Bench, with people's judgments, and the questions' file beside them."
    suffixes = (".jsonl", ".json")
    general = False

    def recognises(self, head: FileHead) -> bool:
        return head.json_keys >= _ANSWER

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        yield from _SorryBenchReading(source, options).records()


class SorryBenchJudged:
    """What was asked and answered stands inside the prompt that the judge was given, where it was kept."""

    name = "sorry-bench-judgments"
    description = "Judgments of SORRY-Bench's or MT-Bench's judge, where its prompts are kept: what was judged."
    suffixes = (".jsonl", ".json")
    general = False

    def recognises(self, head: FileHead) -> bool:
        keys = head.json_keys
        return "judge" in keys and (keys >= _JUDGED or keys >= _PAIRS)

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        rows = json_lines_or_items(source)
        first = next((row for row in rows if not isinstance(row, BadRow) and judged_in(row[1])), None)
        if first is None:
            raise InputError(
                f"{source.path} holds what a judge said of responses, and not the responses.",
                "Import the file of the same model in model_answer.",
            )
        file = ForeignFile(options, label_table("sorry_bench"), source.name, Ledger(_JUDGED_USES))
        yield from file.begin()
        for row in json_lines_or_items(source):
            yield from (row,) if isinstance(row, BadRow) else _judged(file, *row)
        yield from file.end()


def judged_in(row: Json) -> list[Json]:
    """The conversation that a judge's prompt holds, its last answer the judged one; nothing where it holds none."""
    prompt = text_at(row.get("user_prompt"))
    for form in (_QUESTION_ANSWER, _MARKED):
        if found := form.search(prompt):
            return [*_turn("user", found["asked"]), {"role": "assistant", "content": found["answer"].strip()}]
    held = _TALK.search(prompt)
    parts = _SPEAKER.split(f"\n{held[1]}")[1:] if held else []
    turns = [turn for who, text in zip(parts[::2], parts[1::2], strict=True) for turn in _turn(_SPEAKERS[who], text)]
    return turns if len(turns) > 1 and turns[-1]["role"] == "assistant" else []


def _turn(role: str, text: str) -> list[Json]:
    return [{"role": role, "content": text.strip()}] if text.strip() else []


def _judged(file: ForeignFile, line: int, row: Json) -> Iterator[Record]:
    kept = file.ledger.kept(row)
    turns = judged_in(row)
    if len(turns) < 2:
        file.tell(_NOT_INSIDE)
        return
    number, turn = text_at(row.get("question_id")), text_at(row.get("turn"))
    key, said = file.case(ForeignCase(line, turns[:-1], key=f"{number}-turn-{turn}" if number and turn else number))
    yield from said
    if key is None:
        return
    model = text_at(row.get("model")) or text_at(row.get("model_id"))
    run, said = file.run(model, line)
    yield from said
    file.tell(_JUDGES_SAY)
    yield from file.response(line, run, Response(key, text=text_at(turns[-1]["content"]), model=model), kept)[1]


class _SorryBenchReading:
    def __init__(self, source: Source, options: ImportOptions) -> None:
        self._source = source
        self._file = ForeignFile(options, label_table("sorry_bench"), "SORRY-Bench", Ledger(_USES))
        self._questions = _questions_near(source.path) if source.text is None else {}

    def records(self) -> Iterator[Record]:
        file = self._file
        yield from file.begin()
        if not self._questions:
            file.tell(_NO_QUESTIONS)
        for row in json_lines_or_items(self._source):
            yield from (row,) if isinstance(row, BadRow) else self._answered(*row)
        yield from file.end()

    def _answered(self, line: int, row: Json) -> Iterator[Record]:
        file, model = self._file, text_at(row.get("model_id"))
        number, style = text_at(row.get("question_id")), self._style(row)
        name = f"sorry-{number}-{style}"
        try:
            key = checked_key(name, "question_id")
        except InputError as fault:
            yield BadRow(line, str(fault))
            return
        question = self._questions.get((number, style))
        if question is not None:
            found, said = file.case(
                ForeignCase(line, _turns(question), key=name, category=text_at(question.get("category")))
            )
            yield from said
            if found is None:
                return
        run, said = file.run(model, line)
        yield from said
        kept = file.ledger.kept(row)
        for choice in objects_at(row.get("choices")):
            response = Response(key, text="\n\n".join(_texts(choice.get("turns"))), model=model)
            about, said = file.response(line, run, response, kept)
            yield from said
            word = text_at(row.get("human_score")).removesuffix(".0")
            if word:
                yield file.decision(about, PersonSaid(line, _PEOPLE, _SCORES.get(word, word)))

    def _style(self, row: Json) -> str:
        """The row's, else the one that the file's name ends in, as the program names its answers."""
        own = text_at(row.get("prompt_style"))
        styles = {style for _, style in self._questions}
        named = next((style for style in styles if self._source.name.endswith(f"_{style}")), "")
        return own or named or _BASE


def _questions_near(path: Path) -> dict[tuple[str, str], Json]:
    """{(number, style): question} of the files of questions beside, and one folder above, where the program has it."""
    found: dict[tuple[str, str], Json] = {}
    for folder in (path.absolute().parent, path.absolute().parent.parent):
        for each in sorted(folder.glob("question*.jsonl"))[:50]:
            if each != path and _holds_questions(each):
                for row in json_lines_or_items(Source(each)):
                    if not isinstance(row, BadRow):
                        style = text_at(row[1].get("prompt_style")) or _BASE
                        found.setdefault((text_at(row[1].get("question_id")), style), row[1])
    return found


def _holds_questions(path: Path) -> bool:
    try:
        return read_head(path).json_keys >= _QUESTION
    except KnownError:
        return False


def _turns(question: Json) -> str:
    return "\n\n".join(_texts(question.get("turns")))


def _texts(turns: object) -> list[str]:
    return [text for each in turns if (text := text_at(each))] if isinstance(turns, list) else [text_at(turns)]
