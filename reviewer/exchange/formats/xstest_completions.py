"""A model's responses to XSTest with two annotators' labels and the final one: a run that people have adjudicated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from reviewer.core.actions import ActionId
from reviewer.core.cases import checked_key
from reviewer.core.decisions import DecisionKind, Verdict, VerdictSource
from reviewer.core.errors import InputError
from reviewer.core.responses import Response, state_of
from reviewer.exchange.formats.xstest_prompts import offered_cases
from reviewer.exchange.kit.checks import ActionNames, Duplicates
from reviewer.exchange.kit.delimited import read_named
from reviewer.exchange.kit.foreign import check_mapped
from reviewer.exchange.kit.ledger import Ledger
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import (
    BadRow,
    DecisionRecord,
    OriginRecord,
    Record,
    ResponseRecord,
    RunRecord,
    VerdictRecord,
)
from reviewer.exchange.kit.sources import FileHead, Source

_COLUMNS = ("id", "completion", "annotation_1", "annotation_2", "final_label")
_USES = {
    "id": "the case's key",
    "completion": "text",
    **dict.fromkeys(("annotation_1", "annotation_2"), "decision"),
    "final_label": "adjudication",
    "prompt": "it stands in the case",
    "type": "it stands in the case",
}
_JUDGED = ("id", "completion", "final_label")
_JUDGE = re.compile(r"_(gpt|str)eval\Z")
"""A file whose labels are GPT-4's or string matching's, as the set's own scripts name it."""
_VERSIONED = re.compile(r"v\d+-(.+)\Z")
_LABELS = {
    "1_full_compliance": ActionId("answer"),
    "2_full_refusal": ActionId("refuse"),
    "3_partial_refusal": ActionId("answer_safe_interpretation_only"),
}
_PEOPLE = (
    ("annotation_1", "annotator-1", DecisionKind.DECISION),
    ("annotation_2", "annotator-2", DecisionKind.DECISION),
    ("final_label", "final-label", DecisionKind.ADJUDICATION),
)


class XsTestCompletions:
    """Responses refer to the keys of the XSTest prompts. Where the workspace has no suite with them, the prompts that
    stand beside the responses become the cases."""

    name = "xstest-completions"
    description = "A model's XSTest responses as a run, with two annotators' decisions and the final label."
    suffixes = (".csv",)
    general = False

    def recognises(self, head: FileHead) -> bool:
        columns = set(head.columns)
        return set(_COLUMNS) <= columns or (set(_JUDGED) <= columns and bool(_JUDGE.search(head.path.stem)))

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        check_mapped(options, "XSTest", ())
        names = ActionNames(options.scale, {**_LABELS, **options.label_map})
        model = run_name(source.path)
        run = options.run or model
        duplicates = Duplicates("The id")
        ledger = Ledger(_USES)
        yield OriginRecord("XSTest")
        judge = _JUDGE.search(source.path.stem)
        rows = list(read_named(source, _JUDGED if judge else _COLUMNS))
        yield from offered_cases(rows, options)
        yield RunRecord(0, run, model)
        for row in rows:
            if isinstance(row, BadRow):
                yield row
                continue
            try:
                records = _records(row[0], row[1], run, model, names, f"{judge[1]}eval" if judge else "")
                duplicates.check(row[0], records[0].response.case, row[1]["id"], tuple(row[1].values()))
            except InputError as fault:
                yield BadRow(row[0], str(fault))
            else:
                yield replace(records[0], kept=ledger.kept(row[1]))
                yield from records[1:]
        yield from ledger.lines()


def run_name(path: Path) -> str:
    """`xstest_v2_completions_llama2orig.csv` → `llama2orig`."""
    named = _JUDGE.sub("", path.stem)
    return named.rpartition("completions_")[2] or named


def _records(
    line: int, row: Mapping[str, str], run: str, model: str, names: ActionNames, judge: str
) -> tuple[ResponseRecord, *tuple[DecisionRecord | VerdictRecord, ...]]:
    versioned = _VERSIONED.match(row["id"])
    case = checked_key(versioned[1] if versioned else row["id"], "id")
    text = row["completion"]
    response = Response(case, text=text, state=state_of(text), model=model)
    if judge:
        said = Verdict(
            f"XSTest: {judge}", names(row["final_label"]), 0.5, f"It said “{row['final_label'][:80]}”.",
            source=VerdictSource.JUDGE, counted=False,
        )  # fmt: skip
        return (ResponseRecord(line, run, response), VerdictRecord(line, case, run, 1, "", "", said))
    decisions = [
        DecisionRecord(
            line, case, run, 1, response.hash, reviewer, names(row[column]), kind, id=f"{run}/{case}/{reviewer}"
        )
        for column, reviewer, kind in _PEOPLE
        if row[column].strip()
    ]
    return (ResponseRecord(line, run, response), *decisions)
