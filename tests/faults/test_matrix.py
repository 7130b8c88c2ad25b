"""Every fault that an endpoint has been seen to have, against a real server: what becomes of the run and the case."""

from __future__ import annotations

import gzip
import itertools
import json
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from reviewer.app.jobs.terms import Terms
from reviewer.core.models import Network
from reviewer.core.responses import ResponseState
from reviewer.runner.progress import Ending
from reviewer.store.database import Workspace
from reviewer.store.queries import runs
from tests.faults.sent_run import CASES, ENDPOINT, TIMEOUT_S, filled, sent, stored
from tests.support import loopback
from tests.support.effort import often
from tests.support.loopback import Behaviour, Handler, LoopbackServer, completion, error, raw, say
from tests.support.tls import context, make_certificate, slow_line

SICK = "What about case-003?"


# faults as behaviours


def _head(handler: Handler, *headers: tuple[str, str]) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    for name, value in headers:
        handler.send_header(name, value)
    handler.end_headers()
    handler.close_connection = True


def never_ends(handler: Handler) -> None:
    _head(handler, ("Content-Length", "1000"))
    handler.wfile.write(b'{"choices"')
    handler.wfile.flush()
    handler.server.owner.released.wait(3 * TIMEOUT_S)


def byte_by_byte(handler: Handler) -> None:
    body = json.dumps(completion("Slow.")).encode()
    _head(handler, ("Content-Length", str(len(body))))
    for number in range(len(body)):
        handler.wfile.write(body[number : number + 1])
        handler.wfile.flush()
        if handler.server.owner.released.wait(1.0):
            return


def reset_in_body(handler: Handler) -> None:
    _head(handler, ("Content-Length", "1000"))
    handler.wfile.write(b'{"choices": [')
    handler.wfile.flush()
    loopback.reset(handler)


def too_short_a_length(handler: Handler) -> None:
    body = json.dumps(completion("Cut.")).encode()
    _head(handler, ("Content-Length", str(len(body) - 9)))
    handler.wfile.write(body)


def chunked_garbage(handler: Handler) -> None:
    _head(handler, ("Transfer-Encoding", "chunked"))
    handler.wfile.write(b"zz\r\nnot a chunk\r\n\xff\xfe")


def no_http(handler: Handler) -> None:
    handler.wfile.write(b"\x16\x03\x01 this is not HTTP\r\n\r\n")
    handler.close_connection = True


def bomb(handler: Handler) -> None:
    """A few kB that inflate to 200 MB."""
    body = gzip.compress(b"a" * 200_000_000, compresslevel=1)
    _head(handler, ("Content-Length", str(len(body))), ("Content-Encoding", "gzip"))
    handler.wfile.write(body)


GOOD = json.dumps(completion("Sick but well.")).encode()
PASSING: dict[str, Behaviour] = {
    "429 with seconds": loopback.too_many(1),
    "429 with a date": lambda handler: loopback.too_many_until(1, time.time())(handler),
    **{str(status): error(status, "Not now.") for status in (408, 500, 502, 503, 504, 529)},
    "reset before headers": loopback.reset,
    "reset in the body": reset_in_body,
    "body never ends": never_ends,
    "one byte a second": byte_by_byte,
    "content-length too long": loopback.half,
    "content-length too short": too_short_a_length,
    "truncated JSON": raw(GOOD[:-10]),
    "empty body": raw(b""),
    "chunked garbage": chunked_garbage,
    "no HTTP at all": no_http,
    "broken gzip": raw(b"\x1f\x8b not gzip", headers={"Content-Encoding": "gzip"}),
}


@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_that_passes_costs_an_attempt_and_no_response(workspace: Workspace, fault: str) -> None:
    with LoopbackServer(say("Well.")) as server:
        filled(workspace, server.base_url)
        server.script(PASSING[fault])
        outcome = sent(workspace)
        asked = server.prompts()
    assert outcome.ending is Ending.FINISHED, outcome.sentence
    assert [response.text for response in stored(workspace).values()] == ["Well."] * CASES
    assert sorted(asked.values()) == [1] * (CASES - 1) + [2]
    (retried,) = (response for response in stored(workspace).values() if response.attempts == 2)
    assert len(retried.history) == 1
    assert outcome.progress.retries == 1


def only_for_the_sick(fault: Behaviour) -> Behaviour:
    return lambda handler: (fault if handler.received.prompt == SICK else say("Well."))(handler)


PERMANENT: dict[str, tuple[Behaviour, str]] = {
    "500 for ever": (error(500, "Broken."), "500 Internal Server Error"),
    "429 for ever, as it is too large": (error(429, "Request too large for m."), "Request too large"),
    "400": (error(400, "This prompt is too long."), "too long"),
    "a body of 50 MB": (loopback.huge(50), "larger than 20 MB"),
    "a gzip bomb": (bomb, "larger than 20 MB"),
    "reset for ever": (loopback.reset, "broke before the answer was whole"),
    "never an end": (never_ends, "did not answer within"),
    "truncated JSON for ever": (raw(GOOD[:-10]), "not a whole JSON object"),
}


@pytest.mark.parametrize("fault", PERMANENT)
def test_a_fault_that_stays_is_one_cases_error_with_its_history(workspace: Workspace, fault: str) -> None:
    behaviour, sentence = PERMANENT[fault]
    with LoopbackServer(only_for_the_sick(behaviour)) as server:
        patient = replace(ENDPOINT, timeout_s=5.0 if "MB" in sentence else TIMEOUT_S)
        filled(workspace, server.base_url, endpoint=patient)
        outcome = sent(workspace)
    found = stored(workspace)
    sick = found.pop("case-003")
    assert outcome.ending is Ending.FINISHED
    assert (sick.state, sick.text) == (ResponseState.ERROR, "")
    assert sentence in sick.error
    assert len(sick.history) == sick.attempts
    assert {response.state for response in found.values()} == {ResponseState.OK}
    with LoopbackServer(say("Well now.")) as well:
        _move(workspace, well.base_url)
        sent(workspace)
        assert list(well.prompts()) == [SICK]
    assert stored(workspace)["case-003"].text == "Well now."


READ: dict[str, tuple[Behaviour, ResponseState, str]] = {
    "content filter with 400": (loopback.content_filter_400, ResponseState.FILTERED, ""),
    "invalid UTF-8": (raw(GOOD.replace(b"Sick", b"S\xff\xfe")), ResponseState.OK, "S\ufffd\ufffd but well."),
    "NUL": (raw(GOOD.replace(b"Sick", b"S\\u0000k")), ResponseState.OK, "S\ufffdk but well."),
    "a lone surrogate": (raw(GOOD.replace(b"Sick", b"S\\ud800k")), ResponseState.OK, "S\ufffdk but well."),
    "a control character": (raw(GOOD.replace(b"Sick", b"S\x07k")), ResponseState.OK, "S\x07k but well."),
    "gzip": (loopback.gzipped(completion("Packed.")), ResponseState.OK, "Packed."),
}


@pytest.mark.parametrize("answer", READ)
def test_an_odd_answer_is_kept_as_it_was_meant(workspace: Workspace, answer: str) -> None:
    behaviour, state, text = READ[answer]
    with LoopbackServer(only_for_the_sick(behaviour)) as server:
        filled(workspace, server.base_url)
        assert sent(workspace).ending is Ending.FINISHED
        assert set(server.prompts().values()) == {1}
    assert (stored(workspace)["case-003"].state, stored(workspace)["case-003"].text) == (state, text)


STOPPING: dict[str, tuple[Behaviour, str]] = {
    "401": (error(401, "Bad key."), "does not accept the key"),
    "402": (error(402, "Pay."), "asks for payment"),
    "403": (error(403, "Forbidden."), "forbids the request"),
    "404": (error(404, "Nothing."), "There is nothing at"),
    "404 model": (loopback.unknown_model, "does not know the model 'm'"),
    "a web page": (loopback.html, "answers with a web page"),
    "quota": (error(429, "Over.", code="insufficient_quota"), "quota of this key is used up"),
    "a wait of a day": (error(429, "No.", headers={"Retry-After": "86400"}), "asks to wait 86,400 s"),
}


@pytest.mark.parametrize("fault", STOPPING)
def test_a_fault_of_all_requests_stops_at_once_and_the_run_can_go_on(workspace: Workspace, fault: str) -> None:
    behaviour, sentence = STOPPING[fault]
    with LoopbackServer(behaviour) as server:
        filled(workspace, server.base_url)
        outcome = sent(workspace)
        assert len(server.completions) <= 2
    assert outcome.ending is Ending.STOPPED
    assert sentence in outcome.sentence
    assert runs.run_named(workspace, "run").message == outcome.sentence
    _goes_on(workspace)


def test_a_request_that_is_always_too_many_stops_the_run_after_its_patience(workspace: Workspace) -> None:
    """What others are answered meanwhile is kept, and the run goes on from there."""
    with LoopbackServer(only_for_the_sick(error(429, "No.", headers={"Retry-After": "0"}))) as server:
        filled(workspace, server.base_url)
        outcome = sent(workspace, Terms(max_wait_s=1.5))
    assert (outcome.ending, len(stored(workspace))) == (Ending.STOPPED, CASES - 1)
    assert "429 Too Many Requests" in outcome.sentence
    _goes_on(workspace)


def test_a_redirect_to_another_host_takes_neither_prompt_nor_key_there(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAULTS_KEY", "sk-secret-0123456789")
    with LoopbackServer() as other, LoopbackServer() as server:
        server.default = raw(b"", 307, headers={"Location": f"http://localhost:{other.port}/v1/chat/completions"})
        filled(workspace, server.base_url, endpoint=replace(ENDPOINT, key_env="FAULTS_KEY"))
        outcome = sent(workspace)
        assert other.received == []
    assert "redirects to" in outcome.sentence
    assert "sk-secret" not in outcome.sentence


def test_a_refused_connection_stops_the_run(workspace: Workspace) -> None:
    filled(workspace, f"http://127.0.0.1:{loopback.unused_port()}/v1")
    outcome = sent(workspace)
    assert (outcome.ending, outcome.unreachable) == (Ending.STOPPED, True)
    assert "There is no connection" in outcome.sentence
    _goes_on(workspace)


def test_a_name_that_is_not_found_stops_the_run(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_words: object, **_more: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    filled(workspace, "http://no-such-host.invalid/v1")
    with monkeypatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", unknown)
        outcome = sent(workspace)
    assert (outcome.ending, outcome.unreachable) == (Ending.STOPPED, True)
    assert "There is no connection to http://no-such-host.invalid" in outcome.sentence
    _goes_on(workspace)


@contextmanager
def silent_listener() -> Iterator[int]:
    """Takes connections and never says a word: a TLS handshake that does not come about."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        taken: list[socket.socket] = []

        def take() -> None:
            while True:
                try:
                    taken.append(listener.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=take)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            for each in taken:
                each.close()


def test_a_handshake_that_never_ends_is_no_connection(workspace: Workspace) -> None:
    with silent_listener() as port:
        filled(workspace, f"https://127.0.0.1:{port}/v1", endpoint=replace(ENDPOINT, max_attempts=1))
        started = time.monotonic()
        outcome = sent(workspace)
        assert time.monotonic() - started < 10 * TIMEOUT_S
    assert outcome.ending is Ending.STOPPED
    _goes_on(workspace)


@pytest.mark.parametrize(("every_s", "ending"), [(0.01, Ending.FINISHED), (0.5, Ending.STOPPED)])
def test_a_slow_handshake_is_waited_for_and_a_very_slow_one_is_not(
    workspace: Workspace, tmp_path: Path, every_s: float, ending: Ending
) -> None:
    pem = make_certificate(tmp_path / "both.pem")
    with (
        LoopbackServer(say("Slowly."), context(pem)) as server,
        slow_line(server.port, chunk=100, every_s=every_s) as port,
    ):
        patient = replace(ENDPOINT, timeout_s=2.0, max_attempts=1, network=Network(ca_file=str(pem)))
        filled(workspace, f"https://127.0.0.1:{port}/v1", endpoint=patient)
        started = time.monotonic()
        outcome = sent(workspace)
        assert time.monotonic() - started < 30
    assert outcome.ending is ending
    if ending is Ending.STOPPED:
        assert "There is no connection to" in outcome.sentence
        _goes_on(workspace)


def test_a_server_without_tls_is_named(workspace: Workspace) -> None:
    with LoopbackServer() as server:
        filled(workspace, server.base_url.replace("http://", "https://"))
        outcome = sent(workspace)
    assert outcome.ending is Ending.STOPPED
    assert "does not speak TLS" in outcome.sentence


def test_clocks_that_jump_change_nothing(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock on the wall goes back a day, then two days ahead, between any two looks at it."""
    jumps = itertools.cycle(["2026-03-02T10:00:00.000Z", "2026-03-01T10:00:00.000Z", "2026-03-04T10:00:00.000Z"])
    wall = itertools.cycle([1e9, 2e9, 0.0])
    monkeypatch.setattr("reviewer.app.jobs.sending.now", lambda: next(jumps))
    monkeypatch.setattr(time, "time", lambda: next(wall))
    with LoopbackServer(loopback.echo) as server:
        server.script(error(429, "No.", headers={"Retry-After": "0"}), error(503, "Busy."))
        filled(workspace, server.base_url)
        outcome = sent(workspace)
    assert outcome.progress.states == {ResponseState.OK: CASES}
    assert len(stored(workspace)) == CASES


MIXED: tuple[Callable[[Handler], None], ...] = (
    error(429, "No.", headers={"Retry-After": "0"}),
    error(500, "Broken."),
    error(503, "Busy."),
    loopback.reset,
    loopback.half,
    raw(GOOD[:-10]),
    raw(b""),
    chunked_garbage,
)


@dataclass
class Mixture:
    """Every twentieth request has a fault of some kind; every five-hundredth case has one that stays."""

    rng: random.Random
    lock: threading.Lock

    def __call__(self, handler: Handler) -> None:
        prompt = handler.received.prompt
        if self.is_sick(prompt):
            error(400, "It is too long.")(handler)
            return
        with self.lock:
            chosen = self.rng.choice(MIXED) if self.rng.random() < 0.05 else say(f"Of {prompt}")
        chosen(handler)

    @staticmethod
    def is_sick(prompt: str) -> bool:
        return int(prompt.removeprefix("What about case-").removesuffix("?")) % 500 == 7


def test_of_thousands_of_requests_with_mixed_faults_none_is_lost_and_none_comes_twice(workspace: Workspace) -> None:
    cases = often(5_000, 1_000)
    mixture = Mixture(random.Random(5), threading.Lock())  # noqa: S311 the same faults each time
    steady = replace(ENDPOINT, concurrency=24, max_attempts=8, timeout_s=20.0)
    with LoopbackServer(mixture) as server:
        filled(workspace, server.base_url, cases, steady)
        outcome = sent(workspace)
    assert outcome.ending is Ending.FINISHED, outcome.sentence
    found = stored(workspace)
    assert len(found) == cases
    for key, response in found.items():
        prompt = f"What about {key}?"
        if Mixture.is_sick(prompt):
            assert (response.state, response.attempts) == (ResponseState.ERROR, 1)
            assert "too long" in response.error
        else:
            assert (response.state, response.text) == (ResponseState.OK, f"Of {prompt}")
    assert outcome.progress.retries >= cases * 0.03
    assert workspace.problems() == []


def _goes_on(workspace: Workspace) -> None:
    """After what stopped it is mended, the run finishes with every response once."""
    with LoopbackServer(say("Well.")) as well:
        _move(workspace, well.base_url)
        assert sent(workspace).ending is Ending.FINISHED
    assert [response.text for response in stored(workspace).values()] == ["Well."] * CASES


def _move(workspace: Workspace, base_url: str) -> None:
    """The same endpoint at another address, as if it had been mended where it is."""
    with workspace.write() as session:
        for table in ("endpoint", "model_version"):
            session.connection().exec_driver_sql(f"UPDATE {table} SET base_url = ?", (base_url,))  # noqa: S608 tables of ours
