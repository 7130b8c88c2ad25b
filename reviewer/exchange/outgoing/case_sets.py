"""Cases for other tools to run: an Inspect dataset, promptfoo tests, OpenAI Evals samples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from reviewer.core.cases import Case
from reviewer.exchange.outgoing.facts import Holds, Outgoing, Written
from reviewer.exchange.outgoing.inspect_messages import inspect_input
from reviewer.exchange.outgoing.writing import (
    JsonRow,
    LeftOutRows,
    about_case,
    chat_messages,
    prompt_text,
    write_json_lines,
    write_json_list,
)
from reviewer.wording.plural import counted, noun

_TEMPLATE = ("{{", "{%", "{#")
_ADDRESS = ("file://", "package:", "python:", "exec:")
_NO_IDEAL = "no label, and with an empty ideal every answer would count as right"
_RAW, _END_RAW = "{% raw %}", "{% endraw %}"
_RAW_INSIDE = f'{_END_RAW}{{{{ "{_END_RAW}" }}}}{_RAW}'


class InspectDataset:
    name = "inspect-dataset"
    title = "Inspect dataset"
    description = "An Inspect dataset (json_dataset): id, input, the labelled action as target, the rest as metadata."
    suffixes = (".jsonl", ".json")
    holds = Holds.CASES

    def write(self, path: Path, outgoing: Outgoing) -> Written:
        write = write_json_list if path.suffix.lower() == ".json" else write_json_lines
        unlabelled = 0

        def samples() -> Iterator[JsonRow]:
            nonlocal unlabelled
            for case in outgoing.cases():
                unlabelled += case.label is None
                yield _inspect_sample(case)

        count = write(path, samples())
        said = f"{counted(unlabelled, 'case')} {noun(unlabelled, 'has', 'have')} no label, so the target is empty."
        return Written(count, (said,) if unlabelled else ())


def _inspect_sample(case: Case) -> dict[str, object]:
    return {"id": case.key, "input": inspect_input(case), "target": case.label or "", "metadata": about_case(case)}


class PromptfooTests:
    name = "promptfoo-tests"
    title = "promptfoo tests"
    description = (
        "Tests of promptfoo (tests: file://FILE) with the request as {{prompt}}; what to assert is left to you."
    )
    suffixes = (".json",)
    holds = Holds.CASES

    def write(self, path: Path, outgoing: Outgoing) -> Written:
        count = write_json_list(path, map(_promptfoo_test, outgoing.cases()))
        return Written(count, ("In the configuration of promptfoo the prompt is {{prompt}}.",))


def _promptfoo_test(case: Case) -> dict[str, object]:
    return {
        "description": case.key,
        "vars": {"prompt": literal(prompt_text(case))},
        "metadata": {"case_id": case.key, **about_case(case)},
    }


def literal(text: str) -> str:
    """A variable that promptfoo takes as it is: it would fill in what looks like a template, and read a file where one
    begins like an address."""
    is_address = text.lstrip().lower().startswith(_ADDRESS)
    if not is_address and not any(mark in text for mark in _TEMPLATE):
        return text
    return _RAW + text.replace(_END_RAW, _RAW_INSIDE) + _END_RAW


class OpenAiSamples:
    name = "openai-evals"
    title = "OpenAI Evals samples"
    description = "Samples of OpenAI Evals: the messages as input, the labelled action as ideal."
    suffixes = (".jsonl",)
    holds = Holds.CASES

    def write(self, path: Path, outgoing: Outgoing) -> Written:
        left = LeftOutRows("case")
        return Written(write_json_lines(path, _openai_samples(outgoing, left)), left.notes)


def _openai_samples(outgoing: Outgoing, left: LeftOutRows) -> Iterator[JsonRow]:
    for case in outgoing.cases():
        if case.label is None:
            left.add(_NO_IDEAL)
        else:
            yield _openai_sample(case)


def _openai_sample(case: Case) -> dict[str, object]:
    return {"input": chat_messages(case), "ideal": case.label, "id": case.key, "metadata": about_case(case)}
