"""Testing a connection: is the endpoint there, does it know the model, does it answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import anyio
import anyio.to_thread

from reviewer.core.cases import CaseKey, Message, Role
from reviewer.core.models import Endpoint, Sampling
from reviewer.core.responses import Response, ResponseState
from reviewer.endpoints.protocol import ChatProtocol, ChatRequest, EndpointError, timed_out
from reviewer.endpoints.registry import open_protocol, protocol_entry

_REQUEST = "Reply with the word OK."
_MAX_TOKENS = 16


@dataclass(frozen=True)
class ConnectionReport:
    """What a test found. `model_known` is None where the endpoint does not list its models; `completion` is the state
    of one tiny response, None where none was asked for or none came; `latency_ms` is that response's, else the
    listing's. `ok` says that a run can be started."""

    ok: bool
    reachable: bool
    sentence: str
    models: tuple[str, ...] = ()
    model_known: bool | None = None
    completion: ResponseState | None = None
    latency_ms: float | None = None


async def test_connection(endpoint: Endpoint, model: str) -> ConnectionReport:
    """Ask for the list of models and for one tiny completion, each within the endpoint's timeout.

    Without a model only the list is asked for.

    Raises InputError and EnvironmentFault as `open_protocol` does; what the endpoint answers is in the report.
    """
    async with _opened(endpoint) as protocol:
        return await _Check(protocol, endpoint, model).report()


async def list_models(endpoint: Endpoint) -> list[str]:
    """The model ids that the endpoint names, within its timeout.

    Raises InputError and EnvironmentFault as `open_protocol` does, and EndpointError.
    """
    async with _opened(endpoint) as protocol:
        try:
            with anyio.fail_after(endpoint.timeout_s):
                return await protocol.list_models()
        except TimeoutError as error:
            raise timed_out(endpoint.timeout_s) from error


@asynccontextmanager
async def _opened(endpoint: Endpoint) -> AsyncIterator[ChatProtocol]:
    # a keyring may ask its person first: that must hold up neither the loop nor a cancel
    protocol = await anyio.to_thread.run_sync(open_protocol, endpoint, abandon_on_cancel=True)
    try:
        yield protocol
    finally:
        with anyio.CancelScope(shield=True):
            await protocol.aclose()


@dataclass
class _Check:
    protocol: ChatProtocol
    endpoint: Endpoint
    model: str

    async def report(self) -> ConnectionReport:
        started = anyio.current_time()
        models: tuple[str, ...] = ()
        try:
            models = tuple(await self._list_models())
        except (EndpointError, TimeoutError) as error:
            fault = error if isinstance(error, EndpointError) else timed_out(self.endpoint.timeout_s)
            # many servers have no list of models: only a lack of connection is final here
            if fault.unreachable or not self.model:
                return self._failed(fault, reachable=not fault.unreachable)
        listed_ms = (anyio.current_time() - started) * 1000
        if protocol_entry(self.endpoint.protocol).replays:
            return self._replays(models, listed_ms)
        if not self.model:
            return self._listed(models, listed_ms)
        try:
            response = await self._complete()
        except EndpointError as fault:
            return self._failed(fault, reachable=not fault.unreachable, models=models)
        except TimeoutError:
            return self._failed(timed_out(self.endpoint.timeout_s), reachable=True, models=models)
        return self._answered(response, models)

    async def _list_models(self) -> list[str]:
        with anyio.fail_after(self.endpoint.timeout_s):
            return await self.protocol.list_models()

    async def _complete(self) -> Response:
        messages = (Message(Role.USER, _REQUEST),)
        request = ChatRequest(
            CaseKey("connection-test"),
            1,
            messages,
            self.model,
            Sampling(max_tokens=_MAX_TOKENS),
            unasked=frozenset({"max_tokens"}),
        )
        with anyio.fail_after(self.endpoint.timeout_s):
            return await self.protocol.send(request)

    def _known(self, models: tuple[str, ...]) -> bool | None:
        return self.model in models if models and self.model else None

    def _listed(self, models: tuple[str, ...], latency_ms: float) -> ConnectionReport:
        named = f"It has {len(models)} models: {', '.join(models[:10])}." if models else "It names no models."
        what = f"The endpoint can be reached. {named} Name one of them to ask it for a response."
        return ConnectionReport(True, True, what, models, latency_ms=latency_ms)

    def _failed(self, fault: EndpointError, *, reachable: bool, models: tuple[str, ...] = ()) -> ConnectionReport:
        return ConnectionReport(False, reachable, fault.sentence, models, self._known(models))

    def _replays(self, models: tuple[str, ...], latency_ms: float) -> ConnectionReport:
        known = self._known(models)
        ok = known is not False or len(models) == 1
        what = "The recorded responses can be read."
        if not ok:
            what = f"The recorded responses hold none of the model {self.model!r}, only of: {', '.join(models[:10])}."
        return ConnectionReport(ok, True, what, models, known, latency_ms=latency_ms)

    def _answered(self, response: Response, models: tuple[str, ...]) -> ConnectionReport:
        known = self._known(models)
        sentence = f"The endpoint answers ({response.latency_ms or 0:.0f} ms, state {response.state})."
        if known is False:
            sentence += f" It does not list the model {self.model!r}, but answered for it."
        return ConnectionReport(True, True, sentence, models, known, response.state, response.latency_ms)
