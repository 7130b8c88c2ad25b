"""Endpoints and model versions: where requests go and what exactly is asked to answer them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from reviewer.core.cases import Message, Role
from reviewer.core.hashing import content_hash
from reviewer.core.messages import INSTRUCTING


@dataclass(frozen=True)
class Network:
    """How an endpoint is reached. Certificates are PEM files; `proxy` is an address without user name or password.

    With `verify_tls` off anybody between here and the endpoint can read and change what is sent. With `stream` on
    responses are asked for piece by piece and put together here.
    """

    proxy: str = ""
    ca_file: str = ""
    client_cert: str = ""
    client_key: str = ""
    verify_tls: bool = True
    stream: bool = False

    def as_json(self) -> dict[str, str | bool]:
        """Only what is not as it is by default."""
        return {name: value for name, value in self.__dict__.items() if value != getattr(Network, name)}


SESSION_KEY = "(typed for each session)"
"""In place of a keyring entry. An older program looks for an entry of that name, finds none and sends nothing."""


@dataclass(frozen=True)
class Endpoint:
    """Protocol, address, limits, and where the key is found: never the key itself.

    `template` is the text of one, for the protocol that takes it.
    `key_env` names an environment variable, `key_service` an entry of the system keyring, or is `SESSION_KEY` where a
    person types the key anew in each session. `headers` are sent as they
    are and must not hold secrets; a header value `$NAME` is read from the environment when the endpoint is opened.
    """

    name: str
    protocol: str
    base_url: str = ""
    key_env: str = ""
    key_service: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout_s: float = 60.0
    concurrency: int = 4
    max_attempts: int = 3
    responses_file: str = ""
    network: Network = field(default_factory=Network)
    template: str = ""

    @property
    def takes_typed_key(self) -> bool:
        return self.key_service == SESSION_KEY

    @property
    def key_places(self) -> list[str]:
        """Where its key is found, in words and in the order of looking; never the key."""
        places = [f"the environment variable {self.key_env}"] * bool(self.key_env)
        if self.takes_typed_key:
            return [*places, "what is typed for this session"]
        return places + [f"the keyring entry {self.key_service!r}"] * bool(self.key_service)


@dataclass(frozen=True)
class Sampling:
    """Sampling parameters as they are sent; None is not sent and leaves the server's default."""

    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    seed: int | None = None

    def as_json(self) -> dict[str, float | int]:
        return {name: value for name, value in self.__dict__.items() if value is not None}


@dataclass(frozen=True)
class ModelVersion:
    """Endpoint, model id, system prompt and sampling, frozen: a run is of one of these and stays of it."""

    name: str
    endpoint: Endpoint
    model: str
    system: str = ""
    sampling: Sampling = field(default_factory=Sampling)

    @cached_property
    def hash(self) -> str:
        """SHA-256 over everything that shapes an answer; limits, names and keys are not part of it."""
        return content_hash(
            {
                "protocol": self.endpoint.protocol,
                "base_url": self.endpoint.base_url.rstrip("/"),
                "responses_file": self.endpoint.responses_file,
                "model": self.model,
                "system": self.system,
                "sampling": self.sampling.as_json(),
                # only where there is one, so that the versions of all other protocols stay what they are
                **({"template": self.endpoint.template} if self.endpoint.template else {}),
            }
        )

    def sampling_for(self, repeat: int) -> Sampling:
        """What is sent for the repeat, counted from 1: each has a seed of its own, the first the one that was set.

        With one seed for all, a server that heeds it would give the same response again and again.
        """
        seed = self.sampling.seed
        return self.sampling if seed is None else replace(self.sampling, seed=seed + repeat - 1)

    def request_hash(self, messages: tuple[Message, ...], repeat: int) -> str:
        """SHA-256 over everything that is sent for a repeat and to whom; `messages` are those of `messages_for`.

        The number of the repeat is part of it: repeats are separate requests, also without a seed.
        """
        return content_hash(
            {
                "version": self.hash,
                "messages": [message.as_json() for message in messages],
                "sampling": self.sampling_for(repeat).as_json(),
                "repeat": repeat,
            }
        )

    def messages_for(self, case_messages: tuple[Message, ...]) -> tuple[Message, ...]:
        """What is sent for a case: the version's system prompt, then the case's own, then the turns as written.

        Both system prompts travel as one system message, the version's first, because servers differ in how they
        treat two.
        """
        if not self.system:
            return case_messages
        first = case_messages[0]
        if first.role in INSTRUCTING:
            return (replace(first, content=f"{self.system}\n\n{first.content}"), *case_messages[1:])
        return (Message(Role.SYSTEM, self.system), *case_messages)
