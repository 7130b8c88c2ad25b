"""The formats that import knows, and which of them a file is in. A new format is a module and a line here."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Protocol

from reviewer.core.errors import InputError
from reviewer.exchange.formats.answer_lists import AnswerLists
from reviewer.exchange.formats.argilla import Argilla
from reviewer.exchange.formats.batch_results import AnthropicBatch, OpenAiBatch
from reviewer.exchange.formats.battles import AlpacaEvalPairs, ArenaBattles
from reviewer.exchange.formats.clipboard import Clipboard
from reviewer.exchange.formats.cloud_batch import CloudBatch
from reviewer.exchange.formats.datasets_folder import DatasetsFolder
from reviewer.exchange.formats.deepeval import DeepEvalGoldens, DeepEvalRun
from reviewer.exchange.formats.doccano import Doccano
from reviewer.exchange.formats.garak import GarakHits, GarakReport
from reviewer.exchange.formats.harmbench import HarmBenchCompletions
from reviewer.exchange.formats.helm import Helm, HelmStats
from reviewer.exchange.formats.inspect_log import InspectLog
from reviewer.exchange.formats.label_studio import LabelStudioJson
from reviewer.exchange.formats.llm_comparator import LlmComparator
from reviewer.exchange.formats.lm_eval import LmEval, LmEvalResults
from reviewer.exchange.formats.message_trees import MessageTrees
from reviewer.exchange.formats.native import (
    ReviewerCases,
    ReviewerDecisions,
    ReviewerLabels,
    ReviewerResponses,
    ReviewerVerdicts,
)
from reviewer.exchange.formats.openai_eval_items import OpenAiEvalItems
from reviewer.exchange.formats.openai_evals import OpenAiEvals
from reviewer.exchange.formats.or_bench import OrBench
from reviewer.exchange.formats.parquet import ArrowFile, Parquet
from reviewer.exchange.formats.potato import Potato
from reviewer.exchange.formats.prodigy import Prodigy
from reviewer.exchange.formats.promptfoo import Promptfoo, PromptfooOther
from reviewer.exchange.formats.public_sets import PUBLIC_SETS
from reviewer.exchange.formats.pyrit import PyRitDuckDb, PyRitMemory
from reviewer.exchange.formats.sorry_bench import SorryBenchAnswers, SorryBenchJudged
from reviewer.exchange.formats.table_csv import TableCsv
from reviewer.exchange.formats.table_json import TableJson
from reviewer.exchange.formats.traces import Traces
from reviewer.exchange.formats.training import Alpaca, ChatSft, PreferencePairs, ShareGpt
from reviewer.exchange.formats.xlsx import Ods, Xlsx
from reviewer.exchange.formats.xstest_completions import XsTestCompletions
from reviewer.exchange.formats.xstest_prompts import XsTestPrompts
from reviewer.exchange.kit.general import told_encoding
from reviewer.exchange.kit.left_out import left_out
from reviewer.exchange.kit.naming_columns import listed_columns
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import ColumnUse, Record
from reviewer.exchange.kit.sources import FileHead, Source, read_head


class ImportFormat(Protocol):
    """One format. `general` ones take any table and give way to a format that knows the file better."""

    @property
    def name(self) -> str: ...

    @property
    def description(self) -> str: ...

    @property
    def suffixes(self) -> tuple[str, ...]: ...

    @property
    def general(self) -> bool: ...

    def recognises(self, head: FileHead) -> bool:
        """Whether the file looks like this format from its name and first 64 KB."""
        ...

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        """The records in the file's order, bad rows among them.

        Raises KnownError, at any step, if the file cannot be read at all: then nothing of it is to be kept.
        """
        ...


_ALL: tuple[ImportFormat, ...] = (
    ReviewerCases(),
    ReviewerResponses(),
    ReviewerDecisions(),
    ReviewerVerdicts(),
    ReviewerLabels(),
    TableCsv(),
    Xlsx(),
    Ods(),
    TableJson(),
    Parquet(),
    ArrowFile(),
    Clipboard(),
    XsTestPrompts(),
    XsTestCompletions(),
    OrBench(),
    GarakReport(),
    GarakHits(),
    PyRitMemory(),
    PyRitDuckDb(),
    DeepEvalRun(),
    DeepEvalGoldens(),
    LlmComparator(),
    OpenAiBatch(),
    AnthropicBatch(),
    CloudBatch(),
    LabelStudioJson(),
    Argilla(),
    Potato(),
    Doccano(),
    Prodigy(),
    ChatSft(),
    ShareGpt(),
    Alpaca(),
    ArenaBattles(),
    AlpacaEvalPairs(),
    AnswerLists(),
    PreferencePairs(),
    DatasetsFolder(),
    *PUBLIC_SETS,
    SorryBenchAnswers(),
    SorryBenchJudged(),
    HarmBenchCompletions(),
    InspectLog(),
    Promptfoo(),
    PromptfooOther(),
    LmEval(),
    LmEvalResults(),
    OpenAiEvals(),
    OpenAiEvalItems(),
    Traces(),
    MessageTrees(),
    Helm(),
    HelmStats(),
)
_SHOWN_NAMES = 12
FORMATS: dict[str, ImportFormat] = {each.name: each for each in _ALL}


def format_named(name: str) -> ImportFormat:
    """Raises InputError naming the formats there are."""
    try:
        return FORMATS[name]
    except KeyError:
        raise InputError(f"There is no format {name[:80]!r}.", f"Use one of: {', '.join(FORMATS)}.") from None


def detect(path: Path, encoding: str = "") -> ImportFormat:
    """The one format that a file is in.

    Raises InputError if the file is missing, empty, a folder, or in no format or several, and EnvironmentFault if it
    cannot be read.
    """
    head = read_head(path, encoding)
    found = [each for each in FORMATS.values() if each.recognises(head)]
    found = [each for each in found if not each.general] or found
    if len(found) == 1:
        return found[0]
    remedy = f"Say which with --format: {', '.join(each.name for each in found or FORMATS.values())}."
    if not found and head.is_text and not path.is_dir():
        remedy += " A table also needs --map COLUMN=prompt."
    if found:
        raise InputError(f"{path} could be in several formats.", remedy)
    if path.is_dir():
        raise InputError(f"{path} is a folder in no format that is known.", "Name a file inside it.")
    kind = "is in no format that is known" if head.is_text else "is a binary file in no format that is known"
    raise InputError(f"{path} {kind}{_looked_at(head)}.", remedy)


def _looked_at(head: FileHead) -> str:
    """What there was to go by."""
    seen = {"columns": head.columns, "fields": sorted(head.json_keys), "members": head.members}
    kind, names = next(((kind, names) for kind, names in seen.items() if len(names) > 1), ("", ()))
    shown = listed_columns(name[:40] for name in names[:_SHOWN_NAMES])
    more = f" and {len(names) - _SHOWN_NAMES} more" if len(names) > _SHOWN_NAMES else ""
    return f"; its {kind} are {shown}{more}" if kind else ""


def read_file(path: Path, options: ImportOptions, format_name: str = "") -> Iterator[Record]:
    """The records of a file in the named format, or in the one that `detect` finds."""
    chosen = format_named(format_name) if format_name else detect(path, options.encoding)
    source = Source(path, named_encoding=options.encoding)
    return chain(_with_left_out(chosen.read(source, options), source), _told_behind(chosen, source))


def _with_left_out(records: Iterator[Record], source: Source) -> Iterator[Record]:
    """Behind what a format says of the fields, those that it never asked for."""
    listed: dict[str, bool] = {}
    for record in records:
        if isinstance(record, ColumnUse):
            listed[record.name] = bool(record.used_as)
        yield record
    yield from left_out(source.watch, listed)


def _told_behind(chosen: ImportFormat, source: Source) -> Iterator[Record]:
    """The encoding that a named format's text was read in; the general ones say it themselves."""
    if not chosen.general and "encoding" in source.__dict__:
        yield from told_encoding(source)
