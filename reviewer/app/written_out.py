"""The one check for keys and passwords that are written out where they would be stored with an endpoint or a version.

Whatever is refused is never repeated: the sentence names the field, and the name of a header or parameter only where
that is no key itself.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, unquote

from reviewer.core.errors import InputError
from reviewer.core.models import Endpoint, ModelVersion
from reviewer.core.written_secrets import (
    SHAPES,
    assigns_secret,
    carries_secret,
    has_user,
    is_authorisation,
    is_credential_name,
    looks_like_secret,
)

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_SCHEME = re.compile(r"(?:\A|/)[A-Za-z][A-Za-z0-9+.-]+:/")
"""Of an address; the path that was made of one has a single slash behind it."""
_LONG = re.compile(r"\S{60}")
_PLACEHOLDER = re.compile(r"\{\{\w+\}\}|\{key\}")
_BARE_SCHEME = re.compile(r"\s*(?:bearer|basic|token|key|apikey)?[\s:]*\Z", re.IGNORECASE)
_IN_VARIABLE = "Put it into an environment variable or the system keyring, and name that as where the key is found."
_IN_HEADER = "Give it as a header NAME=$VARIABLE, which is read from the environment when it is sent."


def check_written_out(endpoint: Endpoint) -> None:
    """Raises InputError for a field that holds a key or a password."""
    check_address("The base URL", endpoint.base_url)
    # a recording is called after its file, and a folder may be named by chance
    own_name = endpoint.name.replace(endpoint.responses_file, "") if endpoint.responses_file else endpoint.name
    check_name("The name of the endpoint", own_name)
    check_variable("What is given as the key's environment variable", endpoint.key_env)
    check_entry("What is given as the key's keyring entry", endpoint.key_service)
    _check_headers(endpoint.headers)
    check_proxy(endpoint.network.proxy)
    files = (endpoint.network.ca_file, endpoint.network.client_cert, endpoint.network.client_key)
    for path in (*files, endpoint.responses_file):
        # a folder may be named by chance: only what is a key by its looks, or an address
        if _SCHEME.search(path) or "PRIVATE KEY" in path or SHAPES.search(path):
            raise InputError("An address or a key is given where a file belongs.", "Give the path of the file.")
    if endpoint.template:
        _check_template(endpoint.template)


def check_version_names(version: ModelVersion) -> None:
    """Raises InputError for a key in the name of a version or of its model."""
    check_name("The name of the model version", version.name)
    check_name("The name of the model", version.model)


def check_name(what: str, name: str, remedy: str = "Give a name, never the key itself.") -> None:
    """Raises InputError for a name with a key in it."""
    parameters = parse_qsl(name.partition("?")[2])  # somebody gave a piece of an address
    if looks_like_secret(name) or has_user(name) or any(carries_secret(each) for each, _value in parameters):
        raise InputError(f"{what} looks like a key, and was not stored.", remedy)


def check_entry(what: str, entry: str) -> None:
    """Raises InputError for an entry of the keyring that is a key itself."""
    if looks_like_secret(entry) or _LONG.search(entry):
        raise InputError(f"{what} looks like a key.", "Give the name of the entry that holds it.")


def check_variable(what: str, name: str) -> None:
    """Raises InputError for what is no variable's name, or is one by chance and a key by its looks."""
    if name and (not _VARIABLE.match(name) or looks_like_secret(name)):
        raise InputError(
            f"{what} is not the name of a variable.", "Give a name such as OPENAI_API_KEY, never the key itself."
        )


def check_address(what: str, address: str) -> None:
    """Raises InputError for a user name, a password, or a key in the path or in a parameter."""
    if has_user(address):
        raise InputError(f"{what} holds a user name or password.", _IN_VARIABLE)
    before, _, query = address.partition("?")
    before, _, fragment = before.partition("#")
    query, _, behind = query.partition("#")
    if looks_like_secret(unquote(before)) or looks_like_secret(unquote(fragment)) or looks_like_secret(unquote(behind)):
        raise InputError(f"{what} holds what looks like a key.", _IN_VARIABLE)
    for part in (query, fragment, behind):
        for name, value in parse_qsl(part.replace(";", "&"), keep_blank_values=True):
            _check_parameter(what, name, value)


def _check_parameter(what: str, name: str, value: str) -> None:
    if looks_like_secret(name) or looks_like_secret(value):
        raise InputError(f"{what} holds a parameter that looks like a key.", _IN_VARIABLE)
    if carries_secret(name) and value and not _PLACEHOLDER.fullmatch(value):
        raise InputError(f"{what} would store a key: its parameter {name[:40]!r} is one.", _IN_VARIABLE)


def check_proxy(proxy: str) -> None:
    """Raises InputError as `check_address`."""
    _, marked, rest = proxy.rpartition("://")
    # also without http:// before it: people write what their browser takes
    if has_user(proxy) or (not marked and "@" in rest):
        raise InputError(
            "The proxy is given with a user name or password.", "Give its address alone, such as http://127.0.0.1:3128."
        )
    check_address("The proxy", proxy)


def _check_headers(headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        check_header(name, value)


def check_header(name: str, value: str) -> None:
    """Raises InputError for a header that is a key, or that only a variable's value may be given to."""
    if looks_like_secret(name):
        raise InputError("The name of a header looks like a key.", _IN_HEADER)
    if value.startswith("$"):
        check_variable("What a header names", value[1:])
    elif carries_secret(name) or looks_like_secret(value) or is_authorisation(value):
        raise InputError(
            f"The header {name[:40]} would store a key with the endpoint.",
            "Write $VARIABLE for its value, the variable that holds it.",
        )


def _check_template(template: str) -> None:
    """What is no TOML is refused by what reads it; a key in it is so here, whether that is TOML or not."""
    if any(map(looks_like_secret, template.splitlines())) or "PRIVATE KEY" in template:
        raise InputError("The template holds what looks like a key.", _IN_HEADER)
    try:
        found = tomllib.loads(template)
    except tomllib.TOMLDecodeError:
        return
    for name in ("path", "models_path"):
        if isinstance(found.get(name), str):
            check_address(f"The template's {name}", found[name])
    name, _, value = str(found.get("key_header", "")).partition(":")
    if value and not _BARE_SCHEME.match(value.replace("{key}", "")):
        _refuse_field(name)
    for table in ("headers", "body"):
        for name, value in _texts_in(found.get(table), table):
            names_secret = carries_secret(name) if table == "headers" else is_credential_name(name)
            _, is_address, query = value.partition("://")[2].partition("?")
            is_key = is_authorisation(value) if table == "headers" else bool(is_address) and assigns_secret(query)
            if has_user(value) or is_key or (names_secret and value and not _PLACEHOLDER.fullmatch(value)):
                _refuse_field(name)


def _refuse_field(name: str) -> None:
    raise InputError(f"The template would store a key: its field {name[:40]!r} is one.", _IN_HEADER)


def _texts_in(value: object, name: str) -> Iterator[tuple[str, str]]:
    """Every text, and number that may be one, of a table with the name that it stands under."""
    if isinstance(value, dict):
        for inner, each in value.items():
            yield from _texts_in(each, inner)
    elif isinstance(value, list):
        for each in value:
            yield from _texts_in(each, name)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield name, str(value)
