"""HTTP for every wire protocol: bounded bodies, no redirects, nothing from the environment but certificates.

This module and those of the protocols import httpx; the registry loads them when an endpoint is opened, not before.
The connections are aiohttp's, behind httpx's transport interface: the bookkeeping of httpx's own pool is quadratic in
its connections (encode/httpx#3215) and takes most of the time of a fast run.

Proxies and `.netrc` of the environment are not used: prompts are sensitive and go to the configured address, by the
proxy that was set for the endpoint if one was, or nowhere. `SSL_CERT_FILE` and `SSL_CERT_DIR` are honoured, because
private certificate authorities are common.
"""

from __future__ import annotations

import json
import re
import ssl
import time
import zlib
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from reviewer.core.errors import InputError
from reviewer.core.models import Network
from reviewer.core.written_secrets import without_secrets
from reviewer.endpoints.protocol import EndpointError, FaultKind, timed_out
from reviewer.endpoints.redaction import SentSecrets
from reviewer.endpoints.streams import is_at_its_end
from reviewer.host.offline import OfflineError, check_online

MAX_BODY_BYTES = 20_000_000
MAX_CONNECT_S = 15.0
"""Of a connection with its TLS handshake; never more than half of the time that an attempt has."""

KEPT_ALIVE_S = 15.0
"""How long an idle connection is kept: shorter than most servers do, so that few are closed under a request."""

_INFLATE_STEP_BYTES = 256_000
_ACCEPTED = "application/json, text/event-stream"
_TAIL_BYTES = 400
_PLAIN = frozenset({"", "identity", "none", "utf-8", "utf8", "plain", "text", "json", "chunked", "binary", "8bit"})
"""What servers call an encoding that is none."""
_STARTS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"{\x00", "utf-16-le"),
    (b"\x00{", "utf-16-be"),
)
_CHARSET = re.compile(
    r"charset=[\"']?(iso-8859-\d{1,2}|latin-?1|windows-125\d|cp125\d|gbk|gb2312|gb18030|big5|shift_jis|euc-(?:jp|kr)"
    r"|koi8-[ru])\b",
    re.IGNORECASE,
)
"""Encodings of text that a server may name; UTF-8 is what JSON is in."""
_GZIP = frozenset({"gzip", "x-gzip"})


@dataclass(frozen=True)
class HttpAnswer:
    """A whole answer. `untrusted_body` is decompressed; `headers` have lower-case names; `latency_ms` is the whole."""

    status: int
    headers: Mapping[str, str]
    untrusted_body: bytes
    latency_ms: float

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


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
                f"The base URL {without_secrets(base_url)[:80]!r} is not an http or https address.",
                "Give something like http://127.0.0.1:8080/v1.",
            )
        if url.userinfo:
            raise InputError(
                "The base URL holds a user name or password.", "Leave it out and name the variable that holds the key."
            )
        return Address(url)

    def with_path(self, change: Callable[[str], str]) -> Address:
        """With another path in the place of its own."""
        return Address(self.url.copy_with(path=change(self.url.path) or "/"))

    def join(self, path: str) -> httpx.URL:
        """With a path behind its own, and with what stands behind a `?` there beside its own query."""
        path, _, query = path.partition("?")
        joined = self.url.copy_with(path=self.url.path.rstrip("/") + path)
        return joined.copy_merge_params(httpx.QueryParams(query)) if query else joined

    def shown(self, path: str = "") -> str:
        """For sentences: without the query."""
        return str(self.join(path).copy_with(query=None, fragment=None))


class Transport:
    """Requests to one base address. `secrets` are removed from every body and header before anybody sees it."""

    def __init__(
        self,
        address: Address,
        *,
        headers: Mapping[str, str],
        secrets: Sequence[str],
        timeout_s: float,
        max_body_bytes: int = MAX_BODY_BYTES,
        network: Network | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Raises InputError for a certificate file or proxy that cannot be used."""
        self._network = network or Network()
        self._proxy = _proxy(self._network)
        self._tls = _tls(self._network) if address.url.scheme == "https" else None
        self.address = address
        self.secrets = tuple(secrets)
        self.redaction = SentSecrets(self.secrets)
        self._headers = {"User-Agent": "reviewer", "Accept": _ACCEPTED, "Accept-Encoding": "gzip", **headers}
        self._headers.setdefault("Content-Type", "application/json")
        self._timeout_s = timeout_s
        connect_s = min(timeout_s / 2, MAX_CONNECT_S)
        self._extensions = {"timeout": {"connect": connect_s, "read": timeout_s}}
        self._max_body_bytes = max_body_bytes
        self._clock = clock
        self._urls: dict[str, httpx.URL] = {}
        self._http: AiohttpTransport | None = None

    async def post(self, path: str, payload: object) -> HttpAnswer:
        """POST `payload` as JSON. Raises EndpointError where no whole answer came; any status is an answer."""
        return await self._exchange("POST", path, json.dumps(payload).encode("ascii"))

    async def get(self, path: str) -> HttpAnswer:
        """GET. Raises EndpointError where no whole answer came; any status is an answer."""
        return await self._exchange("GET", path, None)

    async def aclose(self) -> None:
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    async def _exchange(self, method: str, path: str, content: bytes | None) -> HttpAnswer:
        _check_online()
        started = self._clock()
        if path not in self._urls:
            self._urls[path] = self.address.join(path)
        request = httpx.Request(
            method, self._urls[path], content=content, headers=self._headers, extensions=self._extensions
        )
        self._http = self._http or AiohttpTransport(client=self._session, verify=False, proxy=self._proxy)
        try:
            untrusted_reply = await self._http.handle_async_request(request)
            try:
                body = await self._whole_body(untrusted_reply)
            finally:
                await untrusted_reply.aclose()
        except (httpx.TransportError, aiohttp.ClientError, TimeoutError) as error:
            raise self._no_answer(error) from error
        return HttpAnswer(
            untrusted_reply.status_code,
            self.redaction.headers(dict(untrusted_reply.headers)),
            self.redaction.body(_in_utf8(body, untrusted_reply.headers.get("content-type", ""))),
            (self._clock() - started) * 1000,
        )

    async def _whole_body(self, untrusted_reply: httpx.Response) -> bytes:
        body = bytearray()
        is_stream = "event-stream" in untrusted_reply.headers.get("content-type", "")
        async with aclosing(_inflated(untrusted_reply)) as chunks:
            async for chunk in chunks:
                body += chunk
                if is_stream and is_at_its_end(bytes(body[-_TAIL_BYTES:])):
                    break
                if len(body) > self._max_body_bytes:
                    raise EndpointError(
                        FaultKind.GIVE_UP,
                        f"The response was larger than {self._max_body_bytes / 1_000_000:g} MB and was not kept.",
                        "Set a lower limit of tokens, or look at what the endpoint sends.",
                        status=untrusted_reply.status_code,
                    )
        return bytes(body)

    def _session(self) -> aiohttp.ClientSession:
        """Cookies are not kept, the environment's proxies not asked; how many connections there are is the runner's."""
        connector = aiohttp.TCPConnector(
            limit=0, ssl=True if self._tls is None else self._tls, keepalive_timeout=KEPT_ALIVE_S
        )
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)

    def _no_answer(self, error: Exception) -> EndpointError:
        origin = self.address.shown()
        if _caused_by(error, ssl.SSLError):
            return EndpointError(
                FaultKind.STOP_RUN,
                f"The certificate of {origin} is not trusted, or the server does not speak TLS.",
                "Check the address; a private certificate authority can be set for the endpoint.",
                unreachable=True,
            )
        if _caused_by(error, aiohttp.ClientConnectorError) or _caused_by(error, aiohttp.ConnectionTimeoutError):
            return EndpointError(
                FaultKind.RETRY,
                f"There is no connection to {origin}.",
                "Check that the server runs and that the address and port are right.",
                unreachable=True,
            )
        if isinstance(error, TimeoutError) or _caused_by(error, aiohttp.ServerTimeoutError):
            return timed_out(self._timeout_s)
        return EndpointError(
            FaultKind.RETRY,
            f"The connection to {origin} broke before the answer was whole.",
            "Resume the run to ask again.",
        )


def _check_online() -> None:
    """A connection that is kept alive needs no new socket, so it is asked before each request."""
    try:
        check_online()
    except OfflineError as fault:
        raise EndpointError(FaultKind.STOP_RUN, fault.what, fault.remedy, unreachable=True) from None


def _proxy(network: Network) -> httpx.Proxy | None:
    if not network.proxy:
        return None
    try:
        url = httpx.URL(network.proxy.strip())
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise InputError(
            f"The proxy {without_secrets(network.proxy)[:80]!r} is not an http or https address without user name.",
            "Give something like http://127.0.0.1:3128.",
        )
    return httpx.Proxy(url)


def _tls(network: Network) -> ssl.SSLContext:
    """The system's authorities, and the private one where one is named."""
    context = httpx.create_ssl_context()
    try:
        if network.ca_file:
            context.load_verify_locations(network.ca_file)
        if network.client_cert:
            context.load_cert_chain(network.client_cert, network.client_key or None)
    except (OSError, ssl.SSLError) as error:
        raise InputError(
            f"The certificates cannot be used ({error.strerror or type(error).__name__}): "
            f"{', '.join(filter(None, (network.ca_file, network.client_cert, network.client_key)))}.",
            "Give PEM files that can be read, and the key without a passphrase.",
        ) from error
    if not network.verify_tls:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _caused_by(error: BaseException | None, kind: type[BaseException]) -> bool:
    while error is not None:
        if isinstance(error, kind):
            return True
        error = error.__cause__ or error.__context__
    return False


async def _inflated(untrusted_reply: httpx.Response) -> AsyncGenerator[bytes, None]:
    """The body in pieces of at most 256 kB, so that a few compressed kB cannot become a GB before they are counted.

    Servers name encodings that are none, and compress nothing that they say is compressed: what is plain text is taken
    as it is.
    """
    named = [name.strip() for name in untrusted_reply.headers.get("content-encoding", "").lower().split(",")]
    encodings = [name for name in named if name not in _PLAIN]
    inflate: _Inflate | None = None
    async for chunk in untrusted_reply.aiter_raw():
        if encodings and inflate is None and _is_text(chunk):
            encodings = []
        if not encodings:
            yield chunk
            continue
        inflate = inflate or _Inflate(encodings, chunk, untrusted_reply.status_code)
        for piece in inflate.pieces(chunk):
            yield piece
    if inflate is not None:
        yield inflate.rest()


def _in_utf8(untrusted_body: bytes, content_type: str) -> bytes:
    """The body in UTF-8 where it is surely in another encoding: one that its first bytes show, or that is named and
    UTF-8 is wrong for it. All else stays as it is.
    """
    encoding = next((name for start, name in _STARTS if untrusted_body.startswith(start)), "")
    if not encoding and (named := _CHARSET.search(content_type)):
        try:
            untrusted_body.decode("utf-8")
        except UnicodeDecodeError:
            encoding = named[1].lower()
    return untrusted_body.decode(encoding, errors="replace").encode("utf-8", "replace") if encoding else untrusted_body


def _is_text(start: bytes) -> bool:
    """Whether a body begins as JSON, events, a page or plain text does, and not as anything compressed."""
    head = start[:64]
    return (head[:1] in (b"{", b"[", b"<") or head.isascii()) and not any(byte < 9 or 13 < byte < 32 for byte in head)


class _Inflate:
    """Undoes one encoding. Raises EndpointError for one that is not known, and for what is not in it."""

    def __init__(self, encodings: Sequence[str], start: bytes, status: int) -> None:
        self._status = status
        if len(encodings) > 1 or not (encodings[0] in _GZIP or encodings[0] == "deflate"):
            raise _undecodable(status)
        # "deflate" is with zlib's head by the standard, and without it by some servers
        bits = 16 + zlib.MAX_WBITS if encodings[0] in _GZIP else zlib.MAX_WBITS
        has_head = start[:1] == b"\x78" or encodings[0] in _GZIP
        self._zlib = zlib.decompressobj(bits if has_head else -zlib.MAX_WBITS)

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        try:
            while chunk and not self._zlib.eof:
                yield self._zlib.decompress(chunk, _INFLATE_STEP_BYTES)
                chunk = self._zlib.unconsumed_tail
        except zlib.error as error:
            raise _undecodable(self._status) from error

    def rest(self) -> bytes:
        try:
            return self._zlib.flush()
        except zlib.error as error:
            raise _undecodable(self._status) from error


def _undecodable(status: int) -> EndpointError:
    return EndpointError(
        FaultKind.RETRY,
        "The endpoint's answer is compressed in a way that cannot be read.",
        "Look at the server or at what stands before it.",
        status=status,
    )
