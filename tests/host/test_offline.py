"""The offline lock: what refuses, who holds it, and that what a policy locked stays locked."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from pathlib import Path

import anyio
import anyio.from_thread
import pytest

from reviewer.core.models import Endpoint
from reviewer.endpoints.check import test_connection as connection_test
from reviewer.endpoints.registry import open_protocol
from reviewer.host import offline
from reviewer.host.offline import LockedBy, OfflineError, follow_setting, lock, lock_as_told, locked_by


@pytest.fixture(autouse=True)
def _opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offline, "_held", set())
    monkeypatch.delenv("REVIEWER_OFFLINE", raising=False)


def datagram() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.sendto(b"x", ("127.0.0.1", 9))


def listening() -> None:
    with socket.socket(socket.AF_INET6) as one:
        one.bind(("::1", 0))


def by_portal() -> None:
    with anyio.from_thread.start_blocking_portal() as portal:
        portal.call(anyio.connect_tcp, "127.0.0.1", 9)


SENDING: dict[str, Callable[[], object]] = {
    "connection": lambda: socket.create_connection(("127.0.0.1", 9), timeout=1),
    "look-up": lambda: socket.getaddrinfo("name.example", 80),
    "old look-up": lambda: socket.gethostbyname("name.example"),
    "reverse look-up": lambda: socket.getnameinfo(("127.0.0.1", 9), 0),
    "datagram": datagram,
    "listening": listening,
    "portal": by_portal,
}


@pytest.mark.parametrize("way", SENDING)
def test_every_way_is_refused(way: str) -> None:
    lock(LockedBy.OPTION)
    with pytest.raises((OfflineError, ExceptionGroup)) as caught:
        SENDING[way]()
    assert caught.group_contains(OfflineError) if isinstance(caught.value, ExceptionGroup) else True


def test_other_threads_are_refused() -> None:
    lock(LockedBy.SETTING)
    seen: list[BaseException] = []

    def work() -> None:
        try:
            socket.create_connection(("127.0.0.1", 9))
        except OfflineError as fault:
            seen.append(fault)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert len(seen) == 1


def test_programs_of_this_machine_are_left_alone(tmp_path: Path) -> None:
    lock(LockedBy.OPTION)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(tmp_path / "s"))


def test_the_setting_opens_only_what_it_locked() -> None:
    follow_setting(True)
    assert locked_by() is LockedBy.SETTING
    follow_setting(False)
    assert locked_by() is None
    lock(LockedBy.POLICY)
    follow_setting(True)
    follow_setting(False)
    assert locked_by() is LockedBy.POLICY
    with pytest.raises(OfflineError, match="a policy of this computer"):
        offline.check_online()


@pytest.mark.parametrize(
    ("policy", "locks"),
    [("offline = true", True), ("offline = false", False), ("other = 1", False), ("offline = ", True), (None, False)],
)
def test_a_policy_locks_also_where_it_cannot_be_read(policy: str | None, locks: bool, tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    if policy is not None:
        path.write_text(policy, encoding="utf-8")
    lock_as_told([path])
    assert locked_by() is (LockedBy.POLICY if locks else None)


@pytest.mark.parametrize(("value", "locks"), [("1", True), ("yes", True), ("0", False), ("", False), ("off", False)])
def test_the_variable_locks(value: str, locks: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEWER_OFFLINE", value)
    lock_as_told([])
    assert locked_by() is (LockedBy.VARIABLE if locks else None)


def test_no_variable_moves_the_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    before = offline.policy_files()
    for name in ("HOME", "XDG_CONFIG_DIRS", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, "/nowhere")
    assert offline.policy_files() == before


def test_what_would_send_says_why_not(tmp_path: Path) -> None:
    lock(LockedBy.VARIABLE)
    endpoint = Endpoint("e", "openai-chat", "http://127.0.0.1:9/v1")
    with pytest.raises(OfflineError, match="REVIEWER_OFFLINE"):
        anyio.run(connection_test, endpoint, "m")
    recorded = tmp_path / "r.jsonl"
    recorded.write_text('{"case": "c", "text": "t"}\n', encoding="utf-8")
    open_protocol(Endpoint("r", "recorded", responses_file=str(recorded)))


@pytest.mark.anyio
async def test_a_connection_that_was_open_before_sends_no_more() -> None:
    from reviewer.endpoints.protocol import EndpointError, FaultKind

    protocol = open_protocol(Endpoint("e", "openai-chat", "http://127.0.0.1:9/v1"))
    lock(LockedBy.SETTING)
    with pytest.raises(EndpointError, match="your settings") as caught:
        await protocol.list_models()
    assert caught.value.kind is FaultKind.STOP_RUN
    await protocol.aclose()
