"""Where keys are found: the environment, then the system keyring, or what a person typed for this session.

They are never stored, logged or shown. What was typed is in the memory of this process only, until it is forgotten.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.core.models import Endpoint

KEYRING_USER = "reviewer"
"""The user name of the keyring entry: `keyring set SERVICE reviewer` stores a key."""

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")


_typed: dict[tuple[str, str], str] = {}
"""(name of the endpoint, its server) → key: one that was given for a server is sent to no other."""


def keep_for_session(endpoint: Endpoint, key: str) -> None:
    """Keep a key that a person typed until `forget_typed_keys`. Raises InputError as `check_key`."""
    check_key(key)
    _typed[_place(endpoint)] = key.strip()


def check_key(key: str) -> None:
    """Raises InputError for what no header can carry; it is not repeated."""
    _header_value(key.strip(), "The key that was typed")


def is_key_known(endpoint: Endpoint) -> bool:
    """Whether an endpoint whose key is typed has it now, there or in its variable."""
    return _place(endpoint) in _typed or bool(endpoint.key_env and os.environ.get(endpoint.key_env, "").strip())


def forget_typed_keys() -> None:
    """Of the whole session: it is locked, or its workspace closed."""
    _typed.clear()


def _place(endpoint: Endpoint) -> tuple[str, str]:
    parts = urlsplit(endpoint.base_url.strip())
    return endpoint.name, f"{parts.scheme}://{parts.netloc}".lower()


def find_key(endpoint: Endpoint) -> str | None:
    """The endpoint's key, or None where it names none.

    The variable `key_env` comes first; the keyring entry `key_service`, or what was typed, where there is no such
    variable.
    May block on the keyring's own prompt. Raises InputError where a named key is not found, EnvironmentFault where
    there is no usable keyring.
    """
    if endpoint.key_env and (key := os.environ.get(endpoint.key_env, "").strip()):
        return _header_value(key, f"The key in the environment variable {endpoint.key_env}")
    if endpoint.takes_typed_key:
        return _typed_key(endpoint)
    if endpoint.key_service:
        return _header_value(_keyring_key(endpoint.key_service), f"The keyring entry {endpoint.key_service!r}")
    if endpoint.key_env:
        raise InputError(
            f"The environment variable {endpoint.key_env}, which holds the key of the endpoint {endpoint.name!r}, "
            "is not set.",
            f"Set {endpoint.key_env} and start again, or name another variable.",
        )
    return None


def _typed_key(endpoint: Endpoint) -> str:
    key = _typed.get(_place(endpoint))
    if key is None:
        raise InputError(
            f"The key of the endpoint {endpoint.name!r} is typed for each session, and is not known in this one.",
            "Type it: in the window with “Change…” beside the endpoint; on a terminal the command asks for it.",
        )
    return key


def _keyring_key(service: str) -> str:
    import keyring
    from keyring.errors import KeyringError

    try:
        key = keyring.get_password(service, KEYRING_USER)
    except KeyringError as error:
        raise EnvironmentFault(
            f"The system keyring could not be read for the entry {service!r} ({type(error).__name__}).",
            "Unlock or install a keyring, or put the key into an environment variable and name that.",
        ) from error
    if not key or not key.strip():
        raise InputError(
            f"The system keyring has no entry {service!r} for the user {KEYRING_USER!r}.",
            f"Store it with: keyring set {service} {KEYRING_USER}",
        )
    return key.strip()


def resolved_headers(headers: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The headers to send and the secrets among them: a value `$NAME` is read from the environment.

    Raises InputError for a variable that is not set and for what cannot be a header.
    """
    resolved, secrets = {}, []
    for name, value in headers.items():
        if not _HEADER_NAME.match(name):
            raise InputError(f"{name[:40]!r} cannot be the name of a header.", "Use letters, digits and hyphens.")
        if value.startswith("$"):
            variable = value[1:]
            value = os.environ.get(variable, "").strip()
            if not value:
                raise InputError(
                    f"The environment variable {variable}, which the header {name} names, is not set.",
                    f"Set {variable} and start again, or change the header.",
                )
            secrets.append(value)
        resolved[name] = _header_value(value, f"The value of the header {name}")
    return resolved, secrets


def _header_value(value: str, where: str) -> str:
    # checked here because the HTTP library's own complaint would quote the value
    if not value.isascii() or not value.isprintable():
        raise InputError(
            f"{where} holds characters that no header can carry.", "Look for a line break, a quotation mark or a blank."
        )
    return value
