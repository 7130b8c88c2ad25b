"""Cases for other tools to run: an Inspect dataset, promptfoo tests, OpenAI Evals samples."""

from __future__ import annotations

from pathlib import Path

from reviewer.core.cases import Case
from reviewer.exchange.outgoing.facts import Holds, Outgoing, Written
from reviewer.exchange.outgoing.inspect_messages import inspect_input
from reviewer.exchange.outgoing.writing import about_case, chat_messages, prompt_text, write_json_lines, write_json_list

_TEMPLATE = ("{{", "{%", "{#")
_ADDRESS = ("file://", "package:", "python:", "exec:")
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
        return Written(write(path, map(_inspect_sample, outgoing.cases())))


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
        return Written(write_json_lines(path, map(_openai_sample, outgoing.cases())))


def _openai_sample(case: Case) -> dict[str, object]:
    return {"input": chat_messages(case), "ideal": case.label or "", "id": case.key, "metadata": about_case(case)}
