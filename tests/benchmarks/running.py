"""How fast a run stores what an endpoint could deliver: from the first request sent to the last response committed."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.benchmarks.measure import Figure

REQUESTS = 2_000
MANY = 50_000
MANY_LONG, LONG = 4_000, 20_000
CONCURRENCY = 256
LATENCY_MS = 500
LEAST_STORED_PER_S = 1_000
MOST_MB = 200
_BODY = json.dumps({"model": "m", "messages": [{"role": "user", "content": "What about case 1?"}]}).encode()
_REQUEST = (
    b"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(_BODY), _BODY)
)

# one fresh process each, so that what a run needs is not hidden by what it took to make its cases
MAKE = """
import sys
from pathlib import Path
from reviewer.app.runs import RunRequest, create_run
from reviewer.core.models import Endpoint, ModelVersion
from reviewer.store.database import open_workspace
from tests.support.builders import ANSWER, REFUSE, make_case, make_suite

folder, port, n, concurrency = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
workspace = open_workspace(folder / "bench.sqlite", create=True)
make_suite(workspace, [make_case(f"case-{i:05}", label=(ANSWER, REFUSE)[i % 2]) for i in range(n)])
endpoint = Endpoint("bench", "openai-chat", f"http://127.0.0.1:{port}/v1", concurrency=concurrency)
create_run(workspace, RunRequest("Suite", ModelVersion("v", endpoint, "m"), name="run"))
workspace.close()
"""

_PROGRAM = """
import json, sys, time
from pathlib import Path
import anyio
from reviewer.app.jobs.job import JobContext
from reviewer.app.jobs.sending import perform, prepare_sending
from reviewer.store.database import open_workspace
from reviewer.store.queries import runs

folder, n = Path(sys.argv[1]), int(sys.argv[3])
workspace = open_workspace(folder / "bench.sqlite", create=False)
sending = prepare_sending(workspace, "run")
peaks, seen = [], []

def peak_mb():
    with open("/proc/self/status", encoding="ascii") as status:
        return int(next(text for text in status if text.startswith("VmRSS")).split()[1]) / 1024

def told(progress):
    seen.append((time.monotonic(), progress.done))
    if progress.done // 1000 > len(peaks):
        peaks.append(peak_mb())

async def main():
    return await perform(sending, JobContext(workspace, told))

cpu = time.process_time()
outcome = anyio.run(main)
states = runs.run_named(workspace, "run").states
assert sum(states.values()) == n == states.get("ok"), states
first = next(at for at, done in seen)
last = next(at for at, done in seen if done == n)
workspace.close()
started = time.monotonic()
again = open_workspace(folder / "bench.sqlite", create=False)
left = prepare_sending(again, "run").missing
resume = time.monotonic() - started
assert not left
print(json.dumps({"window_s": last - first, "cpu_s": time.process_time() - cpu, "peaks": peaks, "resume_s": resume}))
"""


@contextmanager
def served(latency_ms: float, characters: int = 0) -> Iterator[int]:
    """The port of a model server in a process of its own, whose replies are so long where that is said."""
    command = [sys.executable, "-m", "tests.benchmarks.model_server", str(latency_ms)]
    command += [str(characters)] if characters else []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline())
        finally:
            server.terminate()


def running() -> Iterator[Figure]:
    """Speed with and without latency, resuming what is done, and memory over many requests."""
    ideal = REQUESTS / CONCURRENCY * LATENCY_MS / 1000
    with served(LATENCY_MS) as port:
        found, whole_s = _run(port, REQUESTS)
        bare = _bare(port)
    name = f"{REQUESTS:,} requests, {CONCURRENCY} at once, {LATENCY_MS} ms"
    window = float(str(found["window_s"]))
    yield Figure(name, window, "s", ideal, "ideal", aim=1.25 * ideal)
    yield Figure("the same, bare sockets, nothing stored", bare, "s", ideal, "ideal")
    yield Figure("the same, the whole process", whole_s, "s")
    yield Figure("opening it again with nothing left to send", float(str(found["resume_s"])), "s", aim=1.0)
    with served(0) as port:
        found, _ = _run(port, REQUESTS)
        bare = _bare(port)
    stored = REQUESTS / float(str(found["window_s"]))
    yield Figure("stored each second at 0 ms", stored, f"/s, at least {LEAST_STORED_PER_S:,}", REQUESTS / bare, "bare")
    with served(0) as port:
        found, _ = _run(port, MANY)
    peaks = found["peaks"]
    assert isinstance(peaks, list)
    yield Figure(f"memory after {MANY:,} requests", max(peaks), "MB", peaks[len(peaks) // 10], "after a tenth", MOST_MB)
    with served(0, LONG) as port:
        found, _ = _run(port, MANY_LONG)
    peaks = found["peaks"]
    assert isinstance(peaks, list)
    yield Figure(f"the same, {MANY_LONG:,} of {LONG:,} characters each", max(peaks), "MB", peaks[0], "after 1,000")


def _run(port: int, n: int) -> tuple[dict[str, object], float]:
    """What the run's own process measured, and how long all of it took."""
    with tempfile.TemporaryDirectory() as folder:
        given = [folder, str(port), str(n), str(CONCURRENCY)]
        subprocess.run([sys.executable, "-c", MAKE, *given], check=True)
        command = [sys.executable, "-c", _PROGRAM, *given]
        started = time.perf_counter()
        ended = subprocess.run(command, check=True, capture_output=True, text=True)
        return json.loads(ended.stdout.splitlines()[-1]), time.perf_counter() - started


def _bare(port: int) -> float:
    """Seconds for the same requests over plain sockets: what the server and the event loop need by themselves."""

    async def worker(left: list[None]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while left:
            left.pop()
            writer.write(_REQUEST)
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]))
        writer.close()

    async def every() -> None:
        left: list[None] = [None] * REQUESTS
        await asyncio.gather(*(worker(left) for _ in range(CONCURRENCY)))

    started = time.perf_counter()
    asyncio.run(every())
    return time.perf_counter() - started
