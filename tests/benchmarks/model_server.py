"""A chat-completions server that answers after a given time, as cheaply as Python can: the floor of what is measured.

Run as a program: `python -m tests.benchmarks.model_server LATENCY_MS` prints its port and serves until its input ends.
"""

from __future__ import annotations

import asyncio
import json
import sys

REPLY = json.dumps(
    {
        "id": "c1",
        "object": "chat.completion",
        "model": "bench-model",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": "I can't help with that, but here is what is safe to say."},
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": 12, "completion_tokens": 14, "total_tokens": 26},
    }
).encode()
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(REPLY), REPLY)
_END = b"\r\n\r\n"


class Connection(asyncio.Protocol):
    """Reads requests one after the other and answers each after `latency_s`."""

    latency_s = 0.0

    def __init__(self) -> None:
        self._untrusted = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._untrusted += data
        while (end := self._untrusted.find(_END)) >= 0:
            head = self._untrusted[:end].lower()
            place = head.find(b"content-length:")
            length = int(head[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0
            if len(self._untrusted) < end + len(_END) + length:
                return
            self._untrusted = self._untrusted[end + len(_END) + length :]
            if self.latency_s:
                asyncio.get_running_loop().call_later(self.latency_s, self._answer)
            else:
                self._answer()

    def _answer(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(ANSWER)


async def serve(latency_s: float) -> None:
    Connection.latency_s = latency_s
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1]) / 1000))
