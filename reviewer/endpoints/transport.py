"""HTTP for every wire protocol: bounded bodies, no redirects, nothing from the environment but certificates.

This module and those of the protocols import httpx; the registry loads them when an endpoint is opened, not before.

Proxies and `.netrc` of the environment are not used: prompts are sensitive and go to the configured address or
nowhere. `SSL_CERT_FILE` and `SSL_CERT_DIR` are honoured, because private certificate authorities are common.
"""

from __future__ import annotations

import json
import ssl
import time
import zlib
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field

import httpx

from reviewer.core.errors import InputError
from reviewer.endpoints.protocol import EndpointError, FaultKind, timed_out
from reviewer.endpoints.untrusted import without_secrets_in_body

MAX_BODY_BYTES = 20_000_000
MAX_CONNECT_S = 15.0

# the bookkeeping of one pool is quadratic in its connections (encode/httpx#3215): many small pools are not
CONNECTIONS_PER_CLIENT = 8

_INFLATE_STEP_BYTES = 256_000


@dataclass(frozen=True)
class HttpAnswer:
    """A whole answer. `untrusted_body` is decompressed; `headers` have lower-case names; `latency_ms` is the whole."""

    status: int
    headers: Mapping[str, str]
    untrusted_body: bytes
    latency_ms: float


@dataclass(frozen=True)
class Address:
    """A base address as given, a trailing slash aside. A query (`?api-version=1`) is kept on every request."""

    url: httpx.URL = field(repr=False)

    @staticmethod
    def parse(base_url: str) -> Address:
        """Raises InputError for what is not an http or https address, or holds a user name or password."""
        try:
            url = httpx.URL(base_url.strip())
        except httpx.InvalidURL:
            url = httpx.URL("")
        if url.scheme not in ("http", "https") or not url.host:
            raise InputError(
                f"The base URL {base_url[:80]!r} is not an http or https address.",
                "Give something like http://127.0.0.1:8080/v1.",
            )
        if url.userinfo:
            raise InputError(
                "The base URL holds a user name or password.", "Leave it out and name the variable that holds the key."
            )
        return Address(url)

    def join(self, path: str) -> httpx.URL:
        return self.url.copy_with(path=self.url.path.rstrip("/") + path)

    def shown(self, path: str = "") -> str:
        """For sentences: without the query."""
        return str(self.join(path).copy_with(query=None, fragment=None))


class Transport:
    """Requests to one base address. `secrets` are removed from every body before anybody sees it."""

    def __init__(
        self,
        address: Address,
        *,
        headers: Mapping[str, str],
        secrets: Sequence[str],
        timeout_s: float,
        max_body_bytes: int = MAX_BODY_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.address = address
        self.secrets = tuple(secrets)
        self._headers = {"User-Agent": "reviewer", "Accept": "application/json", "Accept-Encoding": "gzip", **headers}
        self._headers.setdefault("Content-Type", "application/json")
        self._timeout = httpx.Timeout(timeout_s, connect=min(timeout_s, MAX_CONNECT_S))
        self._max_body_bytes = max_body_bytes
        self._clock = clock
        self._tls: ssl.SSLContext | None = None
        self._clients: list[_Client] = []

    async def post(self, path: str, payload: object) -> HttpAnswer:
        """POST `payload` as JSON. Raises EndpointError where no whole answer came; any status is an answer."""
        return await self._exchange("POST", path, json.dumps(payload).encode("ascii"))

    async def get(self, path: str) -> HttpAnswer:
        """GET. Raises EndpointError where no whole answer came; any status is an answer."""
        return await self._exchange("GET", path, None)

    async def aclose(self) -> None:
        clients, self._clients = self._clients, []
        for client in clients:
            await client.http.aclose()

    async def _exchange(self, method: str, path: str, content: bytes | None) -> HttpAnswer:
        started = self._clock()
        url = self.address.join(path)
        try:
            with self._least_busy() as http:
                async with http.stream(method, url, content=content, headers=self._headers) as untrusted_reply:
                    body = await self._whole_body(untrusted_reply)
        except httpx.TransportError as error:
            raise self._no_answer(error) from error
        return HttpAnswer(
            untrusted_reply.status_code,
            dict(untrusted_reply.headers),
            without_secrets_in_body(body, self.secrets),
            (self._clock() - started) * 1000,
        )

    async def _whole_body(self, untrusted_reply: httpx.Response) -> bytes:
        body = bytearray()
        async with aclosing(_inflated(untrusted_reply)) as chunks:
            async for chunk in chunks:
                body += chunk
                if len(body) > self._max_body_bytes:
                    raise EndpointError(
                        FaultKind.GIVE_UP,
                        f"The response was larger than {self._max_body_bytes / 1_000_000:g} MB and was not kept.",
                        "Set a lower limit of tokens, or look at what the endpoint sends.",
                        status=untrusted_reply.status_code,
                    )
        return bytes(body)

    @contextmanager
    def _least_busy(self) -> Iterator[httpx.AsyncClient]:
        client = min(self._clients, key=lambda c: c.busy, default=None)
        if client is None or client.busy >= CONNECTIONS_PER_CLIENT:
            client = _Client(self._new_http())
            self._clients.append(client)
        client.busy += 1
        try:
            yield client.http
        finally:
            client.busy -= 1

    def _new_http(self) -> httpx.AsyncClient:
        self._tls = self._tls or httpx.create_ssl_context()
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=CONNECTIONS_PER_CLIENT)
        return httpx.AsyncClient(
            verify=self._tls, timeout=self._timeout, limits=limits, trust_env=False, follow_redirects=False
        )

    def _no_answer(self, error: httpx.TransportError) -> EndpointError:
        origin = self.address.shown()
        if _caused_by(error, ssl.SSLError):
            return EndpointError(
                FaultKind.STOP_RUN,
                f"The certificate of {origin} is not trusted, or the server does not speak TLS.",
                "Check the address; for a private certificate authority set SSL_CERT_FILE.",
                unreachable=True,
            )
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            return EndpointError(
                FaultKind.RETRY,
                f"There is no connection to {origin}.",
                "Check that the server runs and that the address and port are right.",
                unreachable=True,
            )
        if isinstance(error, httpx.TimeoutException):
            return timed_out(self._timeout.read or 0.0)
        return EndpointError(
            FaultKind.RETRY,
            f"The connection to {origin} broke before the answer was whole.",
            "Resume the run to ask again.",
        )


@dataclass
class _Client:
    http: httpx.AsyncClient
    busy: int = 0


def _caused_by(error: BaseException | None, kind: type[BaseException]) -> bool:
    while error is not None:
        if isinstance(error, kind):
            return True
        error = error.__cause__ or error.__context__
    return False


async def _inflated(untrusted_reply: httpx.Response) -> AsyncGenerator[bytes, None]:
    """The body in pieces of at most 256 kB, so that a few compressed kB cannot become a GB before they are counted."""
    encoding = untrusted_reply.headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("", "identity"):
        async for chunk in untrusted_reply.aiter_raw(_INFLATE_STEP_BYTES):
            yield chunk
        return
    if encoding not in ("gzip", "x-gzip"):
        raise _undecodable(untrusted_reply.status_code)
    gzip = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        async for chunk in untrusted_reply.aiter_raw():
            pending = chunk
            while pending and not gzip.eof:
                yield gzip.decompress(pending, _INFLATE_STEP_BYTES)
                pending = gzip.unconsumed_tail
        yield gzip.flush()
    except zlib.error as error:
        raise _undecodable(untrusted_reply.status_code) from error


def _undecodable(status: int) -> EndpointError:
    return EndpointError(
        FaultKind.RETRY,
        "The endpoint's answer is compressed in a way that cannot be read.",
        "Look at the server or at what stands before it.",
        status=status,
    )
