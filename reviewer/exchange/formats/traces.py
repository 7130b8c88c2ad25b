"""What tracing tools export: Langfuse, LangSmith, Arize Phoenix, Weave and Braintrust, a row for each span or call.

A trace holds the call of the model and what is around it (chains, retrievers, scorers). Where it has calls of a model,
these are the responses, and what was thought of the whole trace stands beside them; else its outermost span is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reviewer.core.cases import CaseKey
from reviewer.core.responses import Response, ResponseState
from reviewer.exchange.kit.annotated import RATING
from reviewer.exchange.kit.delimited import headed, read_rows
from reviewer.exchange.kit.foreign import (
    Answered,
    ForeignCase,
    ForeignFile,
    Json,
    PersonSaid,
    object_at,
    objects_at,
    text_at,
)
from reviewer.exchange.kit.held_exchange import answer_in, asked_in
from reviewer.exchange.kit.json_items import json_lines_or_items
from reviewer.exchange.kit.label_tables import label_table
from reviewer.exchange.kit.ledger import Ledger
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, Record
from reviewer.exchange.kit.sources import FileHead, Source
from reviewer.exchange.kit.streams import flattened, text_of

_PASSED = (
    "{n|row is|rows are} of what goes on around a model's call (a chain, a retriever, a scorer): not read as "
    "responses; scores of the whole stand beside the call."
)
_NO_ANSWER = "{n|row has|rows have} neither an answer nor an error: a case is imported, and no response."
_FAILED = "The tool marks the call as failed and does not say why."
_RATED = (
    "{n|rating says|ratings say} in words of its own what was thought of a response: kept beside it. Name the one that "
    "says what the response did with --map NAME=rating, and what its words mean with --map-label."
)


@dataclass(frozen=True)
class Score:
    """What somebody or something thought of a response, in a word or a number."""

    name: str
    word: str
    by: str = ""
    note: str = ""
    at: str = ""
    is_person: bool = False


@dataclass(frozen=True)
class TraceForm:
    """Where a tool writes what: places are dotted names, the first that holds something counts. `kind` is the place of
    a span's kind, `calls` what it is (or holds) for a call of a model, `never` for what is no answer at all.

    The model that was asked comes before the one that says that it answered: a call that failed has only the first, and
    is of the same run.
    """

    tool: str
    needed: tuple[frozenset[str], ...]
    id: Sequence[str]
    trace: Sequence[str]
    asked: Sequence[str]
    answered: Sequence[str]
    model: Sequence[str]
    error: Sequence[str] = ()
    failed: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""
    calls: Sequence[str] = ()
    never: Sequence[str] = ()
    scores: Sequence[str] = ()
    outermost: str = ""


_FORMS = (
    TraceForm(
        "Langfuse",
        (
            frozenset({"traceId", "type", "input", "output"}),
            frozenset({"traceId", "type", "input", "level"}),
            frozenset({"observations", "scores", "input", "output"}),
        ),
        ("id",), ("traceId", "id"), ("input",), ("output",), ("model", "observations[].model"),
        error=("statusMessage", "observations[].statusMessage"),
        failed={"level": "ERROR"}, kind="type", calls=("GENERATION",), never=("SPAN", "EVENT", "RETRIEVER", "TOOL"),
        scores=("scores",),
    ),
    TraceForm(
        "LangSmith",
        (frozenset({"inputs", "outputs", "run_type"}), frozenset({"id", "inputs", "outputs", "metadata"})),
        ("id",), ("trace_id", "id"), ("inputs",), ("outputs",),
        (
            "extra.metadata.ls_model_name", "extra.invocation_params.model", "outputs.llm_output.model_name",
            "outputs.generations[].data.response_metadata.model_name", "metadata.model",
        ),
        error=("error",), kind="run_type", calls=("llm",), never=("retriever", "tool", "embedding", "parser"),
        scores=("feedback_stats", "feedback"), outermost="parent_run_id",
    ),
    TraceForm(
        "Phoenix",
        (
            frozenset({"context.span_id", "span_kind"}),
            frozenset({"context.span_id", "attributes.openinference.span.kind"}),
        ),
        ("context.span_id",), ("context.trace_id",),
        ("attributes.llm.input_messages", "attributes.input.value"),
        ("attributes.llm.output_messages", "attributes.output.value"), ("attributes.llm.model_name",),
        error=("status_message",), failed={"status_code": "ERROR"}, kind="span_kind", calls=("LLM",),
        never=("RETRIEVER", "EMBEDDING", "RERANKER", "TOOL", "EVALUATOR"), scores=("annotations",),
        outermost="parent_id",
    ),
    TraceForm(
        "Weave",
        (frozenset({"op_name", "trace_id", "inputs", "output"}),),
        ("id",), ("trace_id",), ("inputs",), ("output",), ("inputs.model", "output.model"), error=("exception",),
        kind="op_name", calls=(".completions.create", ".messages.create", ".responses.create", ".generate_content"),
        never=(".score:", "scorer"), scores=("summary.weave.feedback",), outermost="parent_id",
    ),
    TraceForm(
        "Braintrust",
        (frozenset({"span_id", "root_span_id", "input", "output"}),),
        ("id",), ("root_span_id",), ("input",), ("output",), ("metadata.model",), error=("error",),
        kind="span_attributes.type", calls=("eval", "task"), never=("score", "tool", "function"), scores=("scores",),
    ),
)  # fmt: skip


class Traces:
    name = "traces"
    description = "Traces of Langfuse, LangSmith, Phoenix, Weave or Braintrust: each call of a model as a response."
    suffixes = (".json", ".jsonl", ".csv")
    general = False

    def recognises(self, head: FileHead) -> bool:
        return form_of(head) is not None

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        source.check()
        form = form_of(FileHead(source.path, source.start().encode("utf-8", "replace"))) or _FORMS[0]
        yield from _TraceReading(source, options, form).records()


def form_of(head: FileHead) -> TraceForm | None:
    keys = {name.lower() for name in head.json_keys or head.columns}
    return next((form for form in _FORMS if any(keys >= {*map(str.lower, held)} for held in form.needed)), None)


class _TraceReading:
    def __init__(self, source: Source, options: ImportOptions, form: TraceForm) -> None:
        self._source, self._form = source, form
        self._rating = options.mapping.get(RATING, "")
        self._file = ForeignFile(
            options, replace(label_table("traces"), tool=form.tool), source.name, Ledger({}), (RATING,)
        )
        self._called: set[str] = set()
        self._of_trace: dict[str, list[Score]] = {}

    def records(self) -> Iterator[Record]:
        file = self._file
        yield from file.begin()
        for row in self._rows():
            if not isinstance(row, BadRow):
                self._note(row[1])
        for row in self._rows():
            yield from (row,) if isinstance(row, BadRow) else self._row(*row)
        yield from file.end()

    def _rows(self) -> Iterator[tuple[int, Json] | BadRow]:
        if self._source.start().lstrip()[:1] in ("{", "["):
            yield from json_lines_or_items(self._source)
            return
        columns, rows = headed(read_rows(self._source), str(self._source.path))
        for row in rows:
            yield row if isinstance(row, BadRow) else (row.line, dict(zip(columns, row.cells, strict=True)))

    def _note(self, row: Json) -> None:
        """Which traces have a call of a model, and what was thought of a trace as a whole."""
        form = self._form
        trace = self._text(row, form.trace)
        if self._is_call(row):
            self._called.add(trace)
        elif not form.outermost or not row.get(form.outermost):
            self._of_trace[trace] = scores_of(form, row)

    def _kind(self, row: Json) -> str:
        return text_at(at_place(row, self._form.kind))

    def _is_call(self, row: Json) -> bool:
        kind = self._kind(row)
        return any(call == kind or (call.startswith(".") and call in kind) for call in self._form.calls)

    def _is_read(self, row: Json) -> bool:
        kind = self._kind(row)
        if any(each == kind or (len(each) > 3 and each in kind) for each in self._form.never):
            return False
        return self._is_call(row) or self._text(row, self._form.trace) not in self._called

    def _row(self, line: int, row: Json) -> Iterator[Record]:
        file, form = self._file, self._form
        whole = flattened(row)
        if not self._is_read(row):
            file.tell(_PASSED)
            return
        self._enter(whole)
        trace = self._text(row, form.trace)
        scores = [*(self._of_trace.get(trace, ()) if self._is_call(row) else ()), *scores_of(form, row)]
        kept = {**file.ledger.kept(whole), **{f"score {each.name}": each.word for each in scores}}
        asked = next((found for place in form.asked if (found := asked_in(at_place(row, place)))), "")
        key, said = file.case(ForeignCase(line, asked, key=self._text(row, form.id), kept=kept))
        yield from said
        if key is None:
            return
        came = self._came(row, key)
        if came is None:
            file.tell(_NO_ANSWER)
            return
        run, said = file.run(came.model, line)
        yield from said
        about, said = file.response(line, run, came, kept)
        yield from said
        yield from self._decisions(about, line, scores, whole)

    def _decisions(self, about: Answered, line: int, scores: Sequence[Score], whole: Json) -> Iterator[Record]:
        """What was named, and what people said in words of the scale."""
        file, asked = self._file, self._rating
        column = text_of(whole.get(asked)).strip() if asked else ""
        named = [*scores, *([Score(asked, column, asked)] if column and asked in whole else [])]
        for each in named:
            is_known = each.is_person and file.names.find(each.word) is not None
            if each.name == asked or (not asked and is_known):
                yield file.decision(about, PersonSaid(line, each.by or each.name, each.word, each.note, each.at))
            elif each.is_person:
                file.tell(_RATED)

    def _enter(self, whole: Json) -> None:
        form, uses = self._form, {}
        places = (("messages", form.asked), ("text", form.answered), ("model", form.model), ("error", form.error))
        for used, names in places:
            uses.update(
                {name: used for name in whole for place in names if name == place or name.startswith(f"{place}.")}
            )
        uses.update({name: "key" for name in whole if name == form.id[0]})
        self._file.ledger.read_as(uses)

    def _came(self, row: Json, key: CaseKey) -> Response | None:
        """None where there is neither an answer nor an error."""
        form, model = self._form, self._text(row, self._form.model)
        failed = any(at_place(row, place) == word for place, word in form.failed.items())
        error = self._text(row, form.error) or (_FAILED if failed else "")
        found = (answer_in(at_place(row, place)) for place in form.answered)
        answer = next((each for each in found if each is not None), None)
        if answer is not None and answer.only_calls:
            return Response(key, state=ResponseState.TOOL_CALL_ONLY, model=model)
        if error and (answer is None or not answer.text.strip()):
            return Response(key, state=ResponseState.ERROR, error=error, model=model)
        return None if answer is None else Response(key, text=answer.text, model=model)

    def _text(self, row: Json, places: Sequence[str]) -> str:
        return next((text for place in places if (text := text_of(at_place(row, place)).strip())), "")


def at_place(row: Json, place: str) -> object:
    """What stands at a dotted name, written as one name or as objects inside of each other; of a list its first item
    that has it."""
    if place in row or not place:
        return row.get(place)
    name, _, rest = place.partition(".")
    held = row.get(name.removesuffix("[]"))
    if name.endswith("[]"):
        items = [each for item in (held if isinstance(held, list) else []) for each in _objects(item)]
        return next((found for item in items if (found := at_place(item, rest)) not in (None, "")), None)
    return at_place(held, rest) if isinstance(held, dict) else None


def _objects(item: object) -> list[Json]:
    return objects_at(item) or ([item] if isinstance(item, dict) else [])


def scores_of(form: TraceForm, row: Json) -> list[Score]:
    """What was thought of a span, by whomever."""
    found: list[Score] = []
    for place in form.scores:
        held = at_place(row, place)
        if isinstance(held, dict) and not any("feedback_type" in object_at(each) for each in held.values()):
            found += [Score(name, _word(value)) for name, value in held.items() if _word(value)]
        else:
            found += map(_score, objects_at([*held.values()] if isinstance(held, dict) else held))
    return [each for each in found if each.word]


def _word(value: object) -> str:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    held = object_at(value)
    comments = held.get("comments")
    said = [text_of(held.get("avg")), *(map(text_of, comments) if isinstance(comments, list) else ())]
    return ": ".join(filter(None, said)) if "avg" in held else text_of(value)


def _score(item: Json) -> Score:
    result, payload = object_at(item.get("result")), object_at(item.get("payload"))
    name = text_of(item.get("name") or item.get("key") or item.get("feedback_type"))
    words = (
        *(item.get("stringValue"), result.get("label"), payload.get("alias"), payload.get("note")),
        *(item.get("label"), item.get("value"), result.get("score"), item.get("score")),
    )
    word = next((text for each in words if (text := text_of(each).strip())), "")
    is_person = "creator" in item or "HUMAN" in (item.get("annotator_kind"),) or item.get("source") == "ANNOTATION"
    by = text_of(item.get("authorUserId") or item.get("creator") or item.get("user_id"))
    note = text_of(item.get("comment") or result.get("explanation"))
    return Score(name, word, by, note, text_of(item.get("timestamp")), is_person=is_person)
