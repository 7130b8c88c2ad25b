"""Scenario states of HELM: `scenario_state.json`, from its folder or by itself. Each completion is a response."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from reviewer.core.cases import SuiteHead
from reviewer.core.errors import InputError
from reviewer.core.responses import ResponseState, state_of
from reviewer.exchange.kit.json_stream import CutOff, json_parts_of
from reviewer.exchange.kit.log_tables import LogTable, log_table
from reviewer.exchange.kit.logs import (
    Log,
    LogSample,
    Reply,
    as_list,
    as_object,
    as_text,
    kept_text,
    milliseconds,
    said_once,
)
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, OriginRecord, Record, Told
from reviewer.exchange.kit.sources import FileHead, Source, check_recognised
from reviewer.exchange.kit.watched import Watch
from reviewer.wording.plural import counted, noun

Fields = dict[str, object]

_FILE = "scenario_state.json"
_STATES = ("request_states",)
_PARTS = ("instance", "request", "result")
_CUT = frozenset({"length", "max_tokens"})
_REFUSED = "Received refusal from OpenAI API: "
_STATS = frozenset({"train_trial_index", "instance_id", "stats"})
_TOTALS = frozenset({"name.name", "name.split", "sum_squared"})
_ASKED = frozenset({"instance_id", "request.prompt"})
_INSTANCES = frozenset({"input.text", "references", "split", "id"})
_SPEC = frozenset({"scenario_spec", "adapter_spec", "metric_specs"})


class Helm:
    name = "helm"
    description = "A scenario state of HELM (scenario_state.json, or the folder of a run) as a run."
    suffixes = (".json",)
    general = False

    def recognises(self, head: FileHead) -> bool:
        if head.path.is_dir():
            return any(name == _FILE or name.endswith(f"/{_FILE}") for name in head.members)
        return {"request_states", "adapter_spec"} <= head.json_keys or "request_states[].instance" in head.json_keys

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        paths = sorted(source.path.rglob(_FILE)) if source.path.is_dir() else [source.path]
        if not paths:
            raise InputError(f"{source.path} is a folder without a {_FILE}.", "Name the folder of a run.")
        readings = [_HelmReading(path, options, source.watch) for path in paths]
        scenarios = sorted({reading.scenario for reading in readings})
        if len(scenarios) > 1 and not options.suite:
            raise InputError(
                f"{source.path} holds runs of several scenarios: {', '.join(scenarios)[:300]}.",
                "Import the folder of one run, or name one suite for all with --suite.",
            )
        yield from said_once(record for reading in readings for record in reading.records())


class HelmStats:
    """Said in a sentence, so that nobody looks for replies in what lies beside them."""

    name = "helm-stats"
    description = "Statistics, settings or requests of a HELM run, without replies: declined with what to import."
    suffixes = (".json",)
    general = False

    def recognises(self, head: FileHead) -> bool:
        return any(keys <= head.json_keys for keys in (_STATS, _TOTALS, _SPEC, _ASKED, _INSTANCES))

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        check_recognised(self, source.path)
        raise InputError(
            f"{source.path} holds settings, requests or numbers of a HELM run, and no replies.",
            f"Import the {_FILE} beside it.",
        )
        yield


class _HelmReading:
    """One scenario state on its way to records."""

    def __init__(self, path: Path, options: ImportOptions, watch: Watch) -> None:
        self._path, self._watch = path, watch
        self._log = Log(log_table("helm"), options)
        self._adapter: Fields = {}
        for names, value in json_parts_of(path, {_STATES}):
            if names == ("adapter_spec",):
                self._adapter = as_object(self._log.credentials.without(value, "adapter_spec"))
                break
        folder = path.absolute().parent.name
        self.scenario = folder.partition(":")[0] or path.stem
        self._asked_for = as_text(self._adapter.get("model_deployment")) or as_text(self._adapter.get("model"))
        self._folder = folder
        self._n = self._declined = 0

    def records(self) -> Iterator[Record]:
        self._log.see("adapter_spec", self._adapter)
        suite = self._log.options.suite or self.scenario
        about = f"The scenario {self.scenario} of HELM."
        head = SuiteHead(suite, scale=self._log.options.scale, description=about)
        origin = OriginRecord(self._log.table.tool, mapping_version=self._log.table.version)
        yield from self._log.records(head, origin, self._samples())

    def _samples(self) -> Iterator[LogSample | BadRow | Told]:
        line = 0
        for names, value in json_parts_of(self._path, {_STATES}):
            if isinstance(value, CutOff):
                yield BadRow(line + 1, value.sentence)
            elif names == _STATES and value is not None:
                line += 1
                try:
                    yield from self._of_state(line, self._watch.row(as_object(value), "request_states[]"))
                except RecursionError:
                    yield BadRow(line, "The request state is nested too deeply.")
            elif names and names != _STATES:
                self._watch.see(names[:1])
        if not self._n:
            raise InputError(f"{self._path} holds no completions of HELM.", "Run the scenario again.")
        if self._declined:
            yield Told(
                f"{counted(self._declined, 'request')} {noun(self._declined, 'asks', 'ask')} for one of given choices, "
                "so its words are a letter and not a reply in full."
            )

    def _of_state(self, line: int, untrusted_state: Fields) -> Iterator[LogSample]:
        instance, request, result = (as_object(untrusted_state.get(name)) for name in _PARTS)
        self._declined += bool(untrusted_state.get("output_mapping"))
        self._log.see("request", "…")
        self._log.see("result.completions", result.get("completions"))
        correct = _correct(instance)
        case_kept = self._left(instance, "instance.", ("input", "references"))
        case_kept |= {"references": kept_text(instance["references"])} if instance.get("references") else {}
        kept = self._left(untrusted_state, "", _PARTS) | self._left(result, "result.", ("completions", "error"))
        sent = as_text(request.get("prompt"))
        kept |= {"prompt_sent": sent} if sent and sent != _text_of(instance) else {}
        fields = {"reference": correct, "instance.sub_split": as_text(instance.get("sub_split"))}
        model = as_text(request.get("model"))
        asked_for = self._asked_for or as_text(request.get("model_deployment")) or model or "unknown"
        for reply in replies_of(result, model, self._log.table):
            self._n += 1
            yield LogSample(
                line,
                as_text(instance.get("id")),
                _asked(instance, request),
                self._log.options.run or f"{asked_for} ({self._folder})",
                asked_for,
                reply,
                fields=fields,
                source=self.scenario,
                case_kept=case_kept,
                kept=kept,
            )

    def _left(self, fields: Fields, above: str, known: tuple[str, ...]) -> dict[str, str]:
        """What of the fields is kept; the known ones are only entered in the ledger."""
        for name in known:
            if name in fields:
                self._log.see(f"{above}{name}", "…")
        rest = {name: held for name, held in fields.items() if name not in known}
        return self._log.kept_of(as_object(self._log.credentials.without(rest, above.rstrip("."))), above)


def _correct(instance: Fields) -> str:
    """The one correct reference, "" where there is none or several."""
    references = [as_object(each) for each in as_list(instance.get("references"))]
    correct = [each for each in references if "correct" in as_list(each.get("tags"))]
    output = correct[0].get("output") if len(correct) == 1 else ""
    return as_text(output) or as_text(as_object(output).get("text"))


def replies_of(result: Fields, model: str, table: LogTable) -> Iterator[Reply]:
    """One for each completion, and one for a request that failed."""
    completions = [as_object(each) for each in as_list(result.get("completions"))]
    error = as_text(result.get("error"))
    failed = result.get("success") is False
    latency = milliseconds(result.get("request_time"), 1000)
    for completion in completions or [Fields()]:
        text = as_text(completion.get("text"))
        finish = completion.get("finish_reason")
        reason = as_text(as_object(finish).get("reason")) if isinstance(finish, dict) else as_text(finish)
        thinking = completion.get("thinking")
        thought = as_text(as_object(thinking).get("text")) if isinstance(thinking, dict) else as_text(thinking)
        if error.startswith(_REFUSED) and not text.strip():
            # the model's own words, which the client files as an error
            text, failed, told = error.removeprefix(_REFUSED).strip(), False, ""
        else:
            told = error or (reason if " " in reason and not text.strip() else "")
        state = _state(text, reason, told, failed or not (completions or text), table)
        yield Reply(text, state, thought, reason, model=model, latency_ms=latency, error=told)


def _state(text: str, reason: str, error: str, failed: bool, table: LogTable) -> ResponseState:
    if not text.strip() and (failed or error):
        return ResponseState.FILTERED if table.is_filtered(error) else ResponseState.ERROR
    if reason == "content_filter":
        return ResponseState.FILTERED
    return ResponseState.TRUNCATED if text.strip() and reason in _CUT else state_of(text)


def _asked(instance: Fields, request: Fields) -> list[object]:
    """The messages that were sent, else the prompt, else the instance's input."""
    messages = as_list(request.get("messages")) or as_list(as_object(instance.get("input")).get("messages"))
    if messages:
        return messages
    return [{"role": "user", "content": _text_of(instance) or as_text(request.get("prompt"))}]


def _text_of(instance: Fields) -> str:
    """What an instance asks; the first versions had the text itself as its input."""
    return as_text(as_object(instance.get("input")).get("text")) or as_text(instance.get("input"))
