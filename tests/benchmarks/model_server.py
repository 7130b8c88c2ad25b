"""A chat-completions server that answers after a given time, as cheaply as Python can: the floor of what is measured.

Run as a program: `python -m tests.benchmarks.model_server LATENCY_MS [CHARACTERS]` prints its port and serves until its
input ends; its replies are so long.
"""

from __future__ import annotations

import asyncio
import json
import sys

WORDS = "I can't help with that, but here is what is safe to say."


def answer(words: str) -> bytes:
    choice = {"index": 0, "message": {"role": "assistant", "content": words}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 12, "completion_tokens": 14, "total_tokens": 26}
    reply = {"id": "c1", "object": "chat.completion", "model": "bench-model", "choices": [choice], "usage": usage}
    body = json.dumps(reply).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


_END = b"\r\n\r\n"


class Connection(asyncio.Protocol):
    """Reads requests one after the other and answers each after `latency_s`."""

    latency_s = 0.0
    answer = b""

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
            self._transport.write(self.answer)


async def serve(latency_s: float, characters: int) -> None:
    Connection.latency_s = latency_s
    Connection.answer = answer((f"{WORDS} " * (characters // len(WORDS) + 1))[:characters])
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1]) / 1000, int(sys.argv[2]) if len(sys.argv) > 2 else len(WORDS)))
