"""What SORRY-Bench's own programs write: models' answers, people's judgments of them, and its judge's words.

The answers name their questions by number and style; what was asked stands in the questions' file, which lies beside
the answers or one folder above.
"""

from __future__ import annotations

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
    """Said in a sentence, so that nobody takes a judge's prompt for a case."""

    name = "sorry-bench-judgments"
    description = "Judgments of SORRY-Bench's judge, which hold no responses: declined with what to import."
    suffixes = (".jsonl", ".json")
    general = False

    def recognises(self, head: FileHead) -> bool:
        keys = head.json_keys
        return "judge" in keys and (keys >= _JUDGED or keys >= _PAIRS)

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        source.check()
        raise InputError(
            f"{source.path} holds what a judge said of responses, and not the responses.",
            "Import the file of the same model in model_answer.",
        )
        yield


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
