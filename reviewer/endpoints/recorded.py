"""The recorded protocol: replays a file of response lines, as export writes them. Nothing is sent and nothing waits.

All that a line says of its response is kept, the earlier ones too, but for the number of attempts, why they failed and
the request's hash: those are of the run that replays it. NUL and lone surrogates become U+FFFD.

A response is found by case key and repeat. Where the file holds responses of several models, the requested model's are
taken. Where it holds one model's, or names none, they are taken whatever the requested id: servers often answer under
a longer id than the one they were asked for.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from reviewer.core.cases import CaseKey
from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.core.models import Endpoint
from reviewer.core.received import received
from reviewer.core.responses import RESPONSE, Response, ResponseState
from reviewer.endpoints.protocol import ChatRequest, EndpointError, FaultKind
from reviewer.endpoints.untrusted import parsed_json, storable
from reviewer.host.small_files import check_no_pipe

MAX_LINE_BYTES = 20_000_000

_AS_EXPORTED = "Give one response per line, as `export --what responses` writes them, in JSON Lines or CSV."


class Recorded:
    """A file of response lines, read whole and checked when it is opened."""

    def __init__(self, endpoint: Endpoint) -> None:
        """Raises InputError, naming file and line, for what is not a response line; EnvironmentFault where the file
        may not be read."""
        if not endpoint.responses_file:
            raise InputError(
                f"The recorded endpoint {endpoint.name!r} names no file.",
                "Give a file of responses (--responses FILE).",
            )
        self._file = Path(endpoint.responses_file)
        self._responses: dict[tuple[CaseKey, int, str], Response] = {}
        for number, response in _read(self._file):
            where = (response.case, response.repeat, response.model)
            if self._responses.setdefault(where, response) != response:
                raise InputError(
                    f"{self._file}, line {number}: case {response.case!r}, repeat {response.repeat} was already given "
                    "with another response.",
                    "Keep one, or give the lines of different model versions different models.",
                )
        self._models = list(dict.fromkeys(model for _, _, model in self._responses))

    async def send(self, request: ChatRequest) -> Response:
        """See ChatProtocol. A response that is not in the file is GIVE_UP, a model that is not in it STOP_RUN."""
        model = self._model_for(request.model)
        response = self._responses.get((request.case, request.repeat, model))
        if response is None:
            of_model = f" of the model {model!r}" if model else ""
            raise EndpointError(
                FaultKind.GIVE_UP,
                f"{self._file.name} has no response{of_model} to case {request.case!r}, repeat {request.repeat}.",
                "Add the line, or leave the case or the repeat out of the run.",
            )
        return response

    async def list_models(self) -> list[str]:
        """See ChatProtocol."""
        return [model for model in self._models if model]

    async def aclose(self) -> None:
        """See ChatProtocol. Nothing is open."""

    def _model_for(self, requested: str) -> str:
        if requested in self._models:
            return requested
        if len(self._models) <= 1:
            return self._models[0] if self._models else ""
        if "" in self._models:
            return ""
        raise EndpointError(
            FaultKind.STOP_RUN,
            f"{self._file.name} has no responses of the model {requested!r}.",
            f"It has: {', '.join(self._models[:10])}.",
        )


def _read(file: Path) -> Iterator[tuple[int, Response]]:
    check_no_pipe(file)
    try:
        for number, fields in _json_lines(file) if _is_json(file) else _rows(file):
            yield number, _response(fields, f"{file}, line {number}")
    except (FileNotFoundError, IsADirectoryError) as error:
        raise InputError(f"{file} is not a file.", "Check the path of the recorded responses.") from error
    except OSError as error:
        raise EnvironmentFault(f"{file} could not be read ({error.strerror}).", "Check its permissions.") from error


def _is_json(file: Path) -> bool:
    """Whether the first thing in the file opens an object or a list; a table opens with its headings."""
    with file.open("rb") as lines:
        start = lines.read(4096).removeprefix(codecs.BOM_UTF8).lstrip()
    return not start or start[:1] in b"{["


def _json_lines(file: Path) -> Iterator[tuple[int, object]]:
    with file.open("rb") as lines:
        for number, untrusted_line in enumerate(iter(lambda: lines.readline(MAX_LINE_BYTES + 1), b""), start=1):
            if untrusted_line.strip():
                yield number, _object(untrusted_line, f"{file}, line {number}")


def _object(untrusted_line: bytes, where: str) -> object:
    if len(untrusted_line) > MAX_LINE_BYTES:
        raise InputError(f"{where} is longer than {MAX_LINE_BYTES // 1_000_000} MB.", "Shorten it or leave it out.")
    try:
        untrusted_line.decode("utf-8-sig")
        return parsed_json(untrusted_line)
    except ValueError as error:
        raise InputError(f"{where} is not JSON in UTF-8.", _AS_EXPORTED) from error


def _rows(file: Path) -> Iterator[tuple[int, object]]:
    """The rows of the CSV that export writes, as what JSON would hold."""
    # the limit is the process's: it is only ever raised
    csv.field_size_limit(max(csv.field_size_limit(), MAX_LINE_BYTES))
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.reader(lines, strict=True)
        try:
            names = next(rows, [])
            if "case" not in names:
                raise InputError(f"{file} is neither JSON Lines nor a table with a column named case.", _AS_EXPORTED)
            line = rows.line_num + 1
            for cells in rows:
                yield line, _fields(dict(zip(names, cells, strict=False)), f"{file}, line {line}")
                line = rows.line_num + 1
        except (UnicodeDecodeError, csv.Error) as error:
            raise InputError(f"{file}, line {rows.line_num + 1} is not a row of CSV in UTF-8.", _AS_EXPORTED) from error


def _fields(cells: dict[str, str], where: str) -> object:
    try:
        return RESPONSE.from_cells(cells)
    except InputError as fault:
        raise InputError(f"{where}: {fault.what}", fault.remedy) from None


def _response(untrusted_fields: object, where: str) -> Response:
    fields = _cleaned(untrusted_fields)
    if not isinstance(fields, dict) or not isinstance(fields.get("case"), str) or not fields["case"]:
        raise InputError(f"{where} names no case.", 'Give {"case": key, "repeat": 1, "text": "..."}.')
    try:
        response = RESPONSE.read({name: value for name, value in fields.items() if name in RESPONSE.names})
    except InputError as fault:
        raise InputError(f"{where}: {fault.what[:1].lower()}{fault.what[1:]}", fault.remedy) from None
    if response.state is ResponseState.ERROR and not response.error:
        return replace(response, error="The recorded response is an error.")
    return received(response)


def _cleaned(untrusted_value: object, depth: int = 3) -> object:
    """Fit to be stored, as deep as a response's fields go."""
    if isinstance(untrusted_value, str):
        return storable(untrusted_value)
    if isinstance(untrusted_value, list) and depth:
        return [_cleaned(each, depth - 1) for each in untrusted_value]
    if isinstance(untrusted_value, dict) and depth:
        return {storable(name): _cleaned(value, depth - 1) for name, value in untrusted_value.items()}
    return untrusted_value
