"""Where keys are found: the environment, then the system keyring. They are never stored, logged or shown."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.core.models import Endpoint

KEYRING_USER = "reviewer"
"""The user name of the keyring entry: `keyring set SERVICE reviewer` stores a key."""

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")


def find_key(endpoint: Endpoint) -> str | None:
    """The endpoint's key, or None where it names none.

    The variable `key_env` comes first; the keyring entry `key_service` is asked when there is no such variable.
    May block on the keyring's own prompt. Raises InputError where a named key is not found, EnvironmentFault where
    there is no usable keyring.
    """
    if endpoint.key_env and (key := os.environ.get(endpoint.key_env, "").strip()):
        return _header_value(key, f"The key in the environment variable {endpoint.key_env}")
    if endpoint.key_service:
        return _header_value(_keyring_key(endpoint.key_service), f"The keyring entry {endpoint.key_service!r}")
    if endpoint.key_env:
        raise InputError(
            f"The environment variable {endpoint.key_env}, which holds the key of the endpoint {endpoint.name!r}, "
            "is not set.",
            f"Set {endpoint.key_env} and start again, or name another variable.",
        )
    return None


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
