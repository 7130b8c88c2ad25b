"""What every job that asks an endpoint has in common: the connection, limits, budget, pauses, and waiting for what went
away.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING

from reviewer.app.endpoints import check_endpoint, check_sampling
from reviewer.app.jobs.job import JobContext, MomentT
from reviewer.app.jobs.terms import Terms
from reviewer.app.written_out import check_version_names
from reviewer.core.models import Endpoint, ModelVersion
from reviewer.core.responses import Response
from reviewer.host.awake import kept_awake
from reviewer.runner.budget import Used
from reviewer.runner.limits import Limits

if TYPE_CHECKING:
    from reviewer.endpoints.protocol import ChatProtocol
    from reviewer.runner.gate import EndpointGate
    from reviewer.runner.progress import Progress, RunOutcome
    from reviewer.runner.run import RequestSource

CLOSE_WAIT_S = 2.0
"""How long a closing connection may take before it is left to the system: quitting waits for it."""


def limits_of(endpoint: Endpoint, terms: Terms) -> Limits:
    """How hard a job may press the endpoint. Raises InputError for a limit that cannot be."""
    return Limits(
        concurrency=endpoint.concurrency,
        max_attempts=endpoint.max_attempts,
        timeout_s=endpoint.timeout_s,
        rpm=terms.pace.requests_per_minute,
        tpm=terms.pace.tokens_per_minute,
        max_wait_s=terms.max_wait_s,
    )


def gate_of(endpoint: Endpoint) -> EndpointGate | None:
    """What all jobs on the endpoint go through; none where nothing is sent."""
    from reviewer.endpoints.registry import protocol_entry
    from reviewer.runner.gate import shared_gate

    replays = protocol_entry(endpoint.protocol).replays
    return None if replays else shared_gate(f"{endpoint.protocol} {endpoint.base_url.strip().rstrip('/')}")


async def check_sendable(version: ModelVersion, terms: Terms | None = None) -> None:
    """Whether requests could go to this version: asked before a run of it is stored. Sends nothing.

    Raises InputError for a wrong address, sampling, limit or file and a missing key, EnvironmentFault where the
    keyring or the disk fails.
    """
    check_version_names(version)
    check_endpoint(version.endpoint)
    check_sampling(version.sampling)
    limits_of(version.endpoint, terms or Terms())
    async with connected(version.endpoint):
        return


@asynccontextmanager
async def connected(endpoint: Endpoint) -> AsyncIterator[ChatProtocol]:
    """The endpoint's protocol, closed afterwards. Raises KnownError where it cannot be used at all."""
    import anyio
    import anyio.to_thread

    from reviewer.endpoints.registry import open_protocol

    # a keyring may ask its person first: that must hold up neither the loop nor a cancel
    protocol = await anyio.to_thread.run_sync(open_protocol, endpoint, abandon_on_cancel=True)
    try:
        yield protocol
    finally:
        with anyio.move_on_after(CLOSE_WAIT_S, shield=True):
            await protocol.aclose()


async def ask(
    context: JobContext[MomentT],
    protocol: ChatProtocol,
    endpoint: Endpoint,
    requests: RequestSource,
    *,
    store: Callable[[Sequence[Response]], object],
    report: Callable[[Progress], None],
    used: Used | None = None,
    has_answered: bool = False,
) -> RunOutcome:
    """Send every request under the context's terms and store what comes back: `store` is done where the workspace may
    be touched, and must be durable when it returns. `used` is what the job has used before, which its budget counts,
    `has_answered` whether the endpoint has answered this job before.

    Raises DiskFullError where the disk stays full.
    """
    from reviewer.runner.run import run_requests

    async def commit(batch: Sequence[Response]) -> None:
        for start in range(0, len(batch), context.stored_at_once):
            await context.keep(partial(store, batch[start : start + context.stored_at_once]))

    gate, terms = gate_of(endpoint), context.terms or Terms()
    with nullcontext() if gate is None else kept_awake():
        return await run_requests(
            protocol,
            requests,
            limits=limits_of(endpoint, terms),
            commit=commit,
            progress=report,
            cancel=context.cancel,
            gate=gate,
            hold=context.hold,
            budget=terms.budget,
            used=used,
            has_answered=has_answered,
        )
