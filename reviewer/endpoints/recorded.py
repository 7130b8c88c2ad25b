"""The recorded protocol: replays a file of response lines. Nothing is sent anywhere and nothing waits.

A response is found by case key and repeat. Where the file holds responses of several models, the requested model's are
taken. Where it holds one model's, or names none, they are taken whatever the requested id: servers often answer under
a longer id than the one they were asked for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from reviewer.core.cases import CaseKey
from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.core.models import Endpoint
from reviewer.core.responses import Response, ResponseState
from reviewer.endpoints.protocol import ChatRequest, EndpointError, FaultKind
from reviewer.endpoints.untrusted import parsed_json, storable

MAX_LINE_BYTES = 20_000_000

_STRINGS = ("text", "reasoning", "finish_reason", "model")


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
    try:
        with file.open("rb") as lines:
            number = 0
            while untrusted_line := lines.readline(MAX_LINE_BYTES + 1):
                number += 1
                if untrusted_line.strip():
                    yield number, _response(untrusted_line, f"{file}, line {number}")
    except (FileNotFoundError, IsADirectoryError) as error:
        raise InputError(f"{file} is not a file.", "Check the path of the recorded responses.") from error
    except OSError as error:
        raise EnvironmentFault(f"{file} could not be read ({error.strerror}).", "Check its permissions.") from error


def _response(untrusted_line: bytes, where: str) -> Response:
    if len(untrusted_line) > MAX_LINE_BYTES:
        raise InputError(f"{where} is longer than {MAX_LINE_BYTES // 1_000_000} MB.", "Shorten it or leave it out.")
    try:
        untrusted_line.decode("utf-8-sig")
        fields = parsed_json(untrusted_line)
    except ValueError as error:
        remedy = "Give one response per line, as `export --what responses` writes them."
        raise InputError(f"{where} is not JSON in UTF-8.", remedy) from error
    if not isinstance(fields, dict) or not isinstance(fields.get("case"), str) or not fields["case"]:
        raise InputError(f"{where} names no case.", 'Give {"case": key, "repeat": 1, "text": "..."}.')
    texts = {name: _string(fields.get(name), name, where) for name in _STRINGS}
    state = _state(fields.get("state"), texts["text"], where)
    return Response(
        CaseKey(storable(fields["case"])),
        _repeat(fields.get("repeat", 1), where),
        text=texts["text"],
        reasoning=texts["reasoning"],
        finish_reason=texts["finish_reason"],
        model=texts["model"],
        state=state,
        usage=_usage(fields.get("usage"), where),
        latency_ms=_latency(fields.get("latency_ms"), where),
        error="The recorded response is an error." if state is ResponseState.ERROR else "",
    )


def _string(value: object, name: str, where: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError(f"{where}: {name!r} is not a text.", "Put it in quotation marks or leave it out.")
    return storable(value)


def _repeat(value: object, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InputError(f"{where}: 'repeat' is not a whole number from 1 on.", "Number the repeats 1, 2, 3 …")
    return value


def _state(value: object, text: str, where: str) -> ResponseState:
    if value is None:
        return ResponseState.OK if text.strip() else ResponseState.EMPTY
    if value not in list(ResponseState):
        known = ", ".join(ResponseState)
        raise InputError(f"{where}: the state {str(value)[:40]!r} is not known.", f"Use one of: {known}.")
    return ResponseState(str(value))


def _usage(value: object, where: str) -> dict[str, int]:
    if value is None:
        return {}
    if not isinstance(value, dict) or any(isinstance(n, bool) or not isinstance(n, int) for n in value.values()):
        raise InputError(f"{where}: 'usage' is not an object of whole numbers.", "Mend it or leave it out.")
    return {storable(name): count for name, count in value.items()}


def _latency(value: object, where: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InputError(f"{where}: 'latency_ms' is not a number.", "Give milliseconds or leave it out.")
    return float(value)
