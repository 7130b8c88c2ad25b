"""A real model server on 127.0.0.1 that behaves well or badly as it is told, one request after the other.

    with LoopbackServer() as server:
        server.script(status(429, retry_after="1"), reset(), say("Hello"))

The script is used up first, in order of arrival; `server.default` answers after it. Behaviours are small functions
over the request handler, so that a test can write its own. Everything received is in `server.received`.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import ssl
import struct
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

Behaviour = Callable[["Handler"], None]


@dataclass(frozen=True)
class Received:
    """A request as it came: `body` is the parsed JSON, an empty mapping where there was none."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Mapping[str, object]

    @property
    def prompt(self) -> str:
        """The content of the last message."""
        messages = self.body.get("messages")
        last = messages[-1] if isinstance(messages, list) and messages else {}
        return str(last.get("content", "")) if isinstance(last, dict) else ""


class Handler(BaseHTTPRequestHandler):
    """One connection. Behaviours call `answer`, or write to the socket themselves."""

    protocol_version = "HTTP/1.1"
    server: _Listener

    def setup(self) -> None:
        super().setup()
        self.server.owner.opened(self.connection)

    def finish(self) -> None:
        with contextlib.suppress(OSError):
            super().finish()
        self.server.owner.closed(self.connection)

    def handle(self) -> None:
        # the other side hanging up is part of what is tested
        with contextlib.suppress(OSError):
            super().handle()

    def do_GET(self) -> None:
        self.received = self._receive()
        self.server.owner.models_behaviour(self)

    def do_POST(self) -> None:
        self.received = self._receive()
        self.server.owner.next_behaviour(self.received)(self)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the tests read `received`."""

    def answer(
        self, code: int, body: bytes, headers: Mapping[str, str] | None = None, kind: str = "application/json"
    ) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _receive(self) -> Received:
        raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        body = json.loads(raw) if raw else {}
        received = Received(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
        self.server.owner.note(received)
        return received


class _Listener(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    request_queue_size = 256
    owner: LoopbackServer


def as_written(status: int, headers: Mapping[str, str], body: str) -> Behaviour:
    """Just these headers, with no date of our own, but for how long the body is and how it is packed."""

    def behave(handler: Handler) -> None:
        sent = body.encode()
        handler.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "transfer-encoding", "content-encoding"):
                handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(sent)))
        handler.end_headers()
        handler.wfile.write(sent)

    return behave


class LoopbackServer:
    """Listens from `with` on; on leaving, every connection is shut and every thread joined."""

    def __init__(self, default: Behaviour | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.scheme = "http" if tls is None else "https"
        self.default = default or say("Hello.")
        self.models_behaviour: Behaviour = models("test-model")
        self.received: list[Received] = []
        self.released = threading.Event()
        self._script: list[Behaviour] = []
        self._arrivals = threading.Condition()
        self._connections: set[socket.socket] = set()
        self._listener = _Listener(("127.0.0.1", 0), Handler)
        self._listener.owner = self
        if tls is not None:
            self._listener.socket = tls.wrap_socket(self._listener.socket, server_side=True)
        self._thread = threading.Thread(target=self._listener.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.released.set()
        self._listener.shutdown()
        with self._arrivals:
            connections = list(self._connections)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._listener.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        return int(self._listener.server_address[1])

    @property
    def base_url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/v1"

    @property
    def completions(self) -> list[Received]:
        """The requests for a completion, in order of arrival."""
        return [received for received in self.received if received.method == "POST"]

    def prompts(self) -> Counter[str]:
        return Counter(received.prompt for received in self.completions)

    def script(self, *behaviours: Behaviour) -> None:
        with self._arrivals:
            self._script.extend(behaviours)

    def wait_for_completions(self, count: int, timeout_s: float = 20.0) -> bool:
        """Block until `count` requests for a completion have arrived; for use from a thread."""
        with self._arrivals:
            return self._arrivals.wait_for(lambda: len(self.completions) >= count, timeout_s)

    def note(self, received: Received) -> None:
        with self._arrivals:
            self.received.append(received)
            self._arrivals.notify_all()

    def next_behaviour(self, received: Received) -> Behaviour:
        with self._arrivals:
            return self._script.pop(0) if self._script else self.default

    def opened(self, connection: socket.socket) -> None:
        with self._arrivals:
            self._connections.add(connection)

    def closed(self, connection: socket.socket) -> None:
        with self._arrivals:
            self._connections.discard(connection)


def completion(
    content: object = "Hello.",
    *,
    finish_reason: object = "stop",
    usage: object = None,
    model: object = "test-model-2024",
    **message: object,
) -> dict[str, object]:
    """A chat completion; extra names go into the message."""
    document: dict[str, object] = {
        "id": "c1",
        "object": "chat.completion",
        "model": model,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": content, **message},
                "finish_reason": finish_reason,
            }
        ],
    }
    if usage is not None:
        document["usage"] = usage
    return document


def say(content: object, **extra: object) -> Behaviour:
    """A well-formed completion."""
    finish_reason = extra.pop("finish_reason", "stop")
    usage = extra.pop("usage", {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5})
    return reply(completion(content, finish_reason=finish_reason, usage=usage, **extra))


def echo(handler: Handler) -> None:
    """A completion that repeats the prompt."""
    say(f"You said: {handler.received.prompt}")(handler)


def reply(document: object, code: int = 200) -> Behaviour:
    return lambda handler: handler.answer(code, json.dumps(document).encode())


def raw(
    body: bytes, code: int = 200, *, headers: Mapping[str, str] | None = None, kind: str = "application/json"
) -> Behaviour:
    return lambda handler: handler.answer(code, body, headers, kind)


def error(status: int, message: str = "", *, headers: Mapping[str, str] | None = None, **fields: object) -> Behaviour:
    """An OpenAI-style error body; extra names go into the error."""
    body = json.dumps({"error": {"message": message, **fields}}).encode()
    return lambda handler: handler.answer(status, body, headers)


def too_many(retry_after_s: int) -> Behaviour:
    return error(429, "Rate limit reached", headers={"Retry-After": str(retry_after_s)})


def too_many_until(seconds_from_now: int, now_s: float) -> Behaviour:
    """429 with Retry-After as an HTTP date."""
    return error(429, "Rate limit reached", headers={"Retry-After": formatdate(now_s + seconds_from_now, usegmt=True)})


def unknown_model(handler: Handler) -> None:
    name = handler.received.body.get("model")
    error(404, f"The model `{name}` does not exist", code="model_not_found", type="invalid_request_error")(handler)


def html(handler: Handler) -> None:
    handler.answer(200, b"<!DOCTYPE html><html><body>Welcome</body></html>", kind="text/html")


def content_filter_400(handler: Handler) -> None:
    """What Azure OpenAI answers when the prompt is filtered."""
    error(
        400,
        "The response was filtered due to the prompt triggering the content management policy.",
        code="content_filter",
        innererror={"code": "ResponsibleAIPolicyViolation"},
    )(handler)


def reset(handler: Handler) -> None:
    """Cut the connection with a TCP reset, without an answer."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.rfile.close()
    handler.connection.close()


def half(handler: Handler) -> None:
    """Promise more bytes than are sent, then close."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [')
    handler.close_connection = True


def slow(handler: Handler) -> None:
    """Answer only when the test sets `server.released`."""
    owner = handler.server.owner
    owner.released.wait()
    say("Late.")(handler)


def huge(megabytes: int = 50) -> Behaviour:
    """A well-formed completion of so many MB, sent in pieces."""

    def behave(handler: Handler) -> None:
        start, end = json.dumps(completion("@")).encode().split(b"@")
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(start) + len(end) + megabytes * 1_000_000))
        handler.end_headers()
        handler.wfile.write(start)
        for _ in range(megabytes):
            handler.wfile.write(b"a" * 1_000_000)
        handler.wfile.write(end)

    return behave


def gzipped(document: object) -> Behaviour:
    body = gzip.compress(json.dumps(document).encode())
    return raw(body, headers={"Content-Encoding": "gzip"})


def models(*ids: str) -> Behaviour:
    return reply({"object": "list", "data": [{"id": name, "object": "model"} for name in ids]})


def unused_port() -> int:
    """A port of 127.0.0.1 on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
