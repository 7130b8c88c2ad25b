"""LLM Comparator's file: two models' outputs for each example, as two runs over one suite that can be compared.

The raters' scores say which output they preferred, in the order of the file whatever order they saw; a label such as
“A is better” is in the order that was shown. Both are kept beside the responses, and neither says what one did.
"""

from __future__ import annotations

from collections.abc import Iterator

from reviewer.core.hashing import any_json
from reviewer.core.responses import Response
from reviewer.exchange.kit.foreign import ForeignCase, ForeignFile, Json, object_at, objects_at, text_at
from reviewer.exchange.kit.json_items import json_items, json_parts
from reviewer.exchange.kit.label_tables import label_table
from reviewer.exchange.kit.ledger import Ledger
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, Record
from reviewer.exchange.kit.sources import FileHead, Source

_NEEDED = frozenset({"models", "examples", "examples[].input_text", "examples[].output_text_a"})
_USES = {
    "input_text": "messages",
    "output_text_a": "text of the first model",
    "output_text_b": "text of the second model",
    "tags": "tags",
    "custom_fields.id": "key",
    "individual_rater_scores": "kept, one line for each rater",
}
_PREFERRED = (
    "{n|preference of a rater is|preferences of raters are} kept beside the responses; none says what a response did."
)


_ABOUT = {"models": "their names are those of the runs", "metadata": "of the whole file, not of a response"}


class LlmComparator:
    name = "llm-comparator"
    description = "An LLM Comparator file: two models' outputs as two runs; raters' scores kept."
    suffixes = (".json",)
    general = False

    def recognises(self, head: FileHead) -> bool:
        return head.json_keys >= _NEEDED

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        file = ForeignFile(options, label_table("llm_comparator"), source.name, Ledger(_USES))
        about = json_parts(source, "models", "metadata")
        for name, held in about.items():
            file.ledger.passed_over(name, _ABOUT.get(name, ""), held)
        models = objects_at(about.get("models"))
        names = [text_at(model.get("name")) for model in models[:2]]
        names += ["model A", "model B"][len(names) :]
        yield from file.begin()
        for row in json_items(source, "examples.item"):
            yield from (row,) if isinstance(row, BadRow) else _example(file, *row, names)
        yield from file.end()


def _example(file: ForeignFile, line: int, example: Json, models: list[str]) -> Iterator[Record]:
    custom = object_at(example.get("custom_fields"))
    raters = _raters(file, example)
    kept = {**file.ledger.kept(example), **file.ledger.kept(custom, "custom_fields."), **raters}
    kept.pop("custom_fields", None)
    tags = example.get("tags")
    given = ForeignCase(
        line,
        _text(example.get("input_text")),
        key=text_at(custom.get("id")),
        tags=[tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else [],
    )
    key, said = file.case(given)
    yield from said
    if key is None:
        return
    for side, model in zip("ab", models, strict=True):
        other = f", {side}" if models[0] == models[1] else ""
        run, said = file.run(model, line, f"{model}{other}")
        yield from said
        held = example.get(f"output_text_{side}")
        if isinstance(held, dict | bool):
            yield BadRow(line, f"The output of {side.upper()} is no text. Write one or leave the example out.")
            continue
        text = _text(held)
        yield from file.response(line, run, Response(key, text=text, model=model), {**kept, "side": side.upper()})[1]


def _text(value: object) -> str:
    """A text, or that of chunks; a chunk that is a picture leaves its kind."""
    if not isinstance(value, list):
        return text_at(value)
    chunks = [(text_at(chunk.get("type")), text_at(chunk.get("data"))) for chunk in objects_at(value)]
    return "\n".join(data if kind == "text" else f"[{kind}]" for kind, data in chunks)


def _raters(file: ForeignFile, example: Json) -> dict[str, str]:
    """{`rater N`: everything it said} in the file's order."""
    found = {}
    for number, rater in enumerate(objects_at(example.get("individual_rater_scores")), 1):
        file.tell(_PREFERRED)
        found[f"rater {number}"] = any_json(rater)
    return found
