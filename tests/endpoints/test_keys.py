"""Finding keys in the environment and in a keyring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.core import load_keyring
from keyring.errors import PasswordDeleteError

from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.core.models import SESSION_KEY, Endpoint
from reviewer.endpoints.keys import (
    KEYRING_USER,
    find_key,
    forget_typed_keys,
    is_key_known,
    keep_for_session,
    resolved_headers,
)


class MemoryKeyring(KeyringBackend):
    """A keyring that forgets at the end of the test."""

    priority = 0.1

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.entries.pop((service, username), None) is None:
            raise PasswordDeleteError("there is none")  # as a real one does


@pytest.fixture
def memory_keyring() -> Iterator[MemoryKeyring]:
    before, memory = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(memory)
    yield memory
    keyring.set_keyring(before)


def test_an_endpoint_that_names_no_key_has_none() -> None:
    assert find_key(Endpoint("e", "openai-chat")) is None


def test_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch, memory_keyring: MemoryKeyring) -> None:
    memory_keyring.set_password("svc", KEYRING_USER, "from-keyring")
    endpoint = Endpoint("e", "openai-chat", key_env="TEST_KEY", key_service="svc")
    monkeypatch.setenv("TEST_KEY", " from-environment\n")
    assert find_key(endpoint) == "from-environment"
    monkeypatch.delenv("TEST_KEY")
    assert find_key(endpoint) == "from-keyring"


@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_variable_that_is_not_set_is_a_sentence(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    if value is None:
        monkeypatch.delenv("TEST_KEY", raising=False)
    else:
        monkeypatch.setenv("TEST_KEY", value)
    with pytest.raises(InputError, match="environment variable TEST_KEY"):
        find_key(Endpoint("e", "openai-chat", key_env="TEST_KEY"))


def test_an_entry_that_is_not_there_is_a_sentence(memory_keyring: MemoryKeyring) -> None:
    with pytest.raises(InputError, match="keyring set svc reviewer"):
        find_key(Endpoint("e", "openai-chat", key_service="svc"))


def test_no_usable_keyring_is_the_environments_fault(memory_keyring: MemoryKeyring) -> None:
    keyring.set_keyring(load_keyring("keyring.backends.fail.Keyring"))
    with pytest.raises(EnvironmentFault, match="could not be read"):
        find_key(Endpoint("e", "openai-chat", key_service="svc"))


def test_a_key_that_no_header_can_carry_is_refused_without_quoting_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_KEY", "sk-abc\nX-Evil: 1")
    with pytest.raises(InputError, match="TEST_KEY") as caught:
        find_key(Endpoint("e", "openai-chat", key_env="TEST_KEY"))
    assert "sk-abc" not in str(caught.value)


def test_headers_take_values_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_TEAM", "seven")
    assert resolved_headers({"X-Team": "$TEST_TEAM", "X-Plain": "1"}) == (
        {"X-Team": "seven", "X-Plain": "1"},
        ["seven"],
    )


@pytest.mark.parametrize("headers", [{"X-Team": "$NOT_SET_ANYWHERE"}, {"X Team": "1"}, {"X-Team": "a\r\nb"}])
def test_a_header_that_cannot_be_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(InputError):
        resolved_headers(headers)


TYPED = Endpoint("typed", "openai-chat", "https://one.example/v1", key_service=SESSION_KEY)


@pytest.fixture
def no_typed_keys() -> Iterator[None]:
    yield
    forget_typed_keys()


def test_a_typed_key_is_for_its_server_and_until_it_is_forgotten(no_typed_keys: None) -> None:
    with pytest.raises(InputError, match="is typed for each session"):
        find_key(TYPED)
    keep_for_session(TYPED, " sk-typed\n")
    assert find_key(TYPED) == "sk-typed"
    # another address of the same server is a frozen version's, another server is somebody else's
    assert find_key(replace(TYPED, base_url="https://One.example/v2")) == "sk-typed"
    for other in ("https://two.example/v1", "http://one.example/v1", "https://one.example:8443/v1"):
        with pytest.raises(InputError, match="is typed for each session"):
            find_key(replace(TYPED, base_url=other))
    forget_typed_keys()
    with pytest.raises(InputError, match="is typed for each session"):
        find_key(TYPED)


def test_a_variable_comes_before_a_typed_key(monkeypatch: pytest.MonkeyPatch, no_typed_keys: None) -> None:
    endpoint = replace(TYPED, key_env="TEST_KEY")
    assert not is_key_known(endpoint)
    monkeypatch.setenv("TEST_KEY", "from-environment")
    assert is_key_known(endpoint)
    keep_for_session(endpoint, "sk-typed")
    assert find_key(endpoint) == "from-environment"


def test_a_typed_key_that_no_header_can_carry_is_refused_and_not_repeated() -> None:
    with pytest.raises(InputError, match="no header can carry") as refused:
        keep_for_session(TYPED, "sk-häßlich")
    assert "sk-h" not in str(refused.value)
    assert not is_key_known(TYPED)
