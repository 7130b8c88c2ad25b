"""The model version and the endpoint that a command's options name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from reviewer.core.errors import InputError

if TYPE_CHECKING:
    from reviewer.app.jobs.terms import Terms
    from reviewer.core.models import Endpoint, ModelVersion
    from reviewer.runner.budget import Budget
    from reviewer.store.database import Workspace

Flags: TypeAlias = Mapping[str, Any]
"""A command's options by their parameter's name, as Typer has read them."""

OF_A_VERSION = (
    *("base_url", "protocol", "responses", "endpoint", "system", "temperature", "top_p", "max_tokens", "seed"),
    *("key_env", "key_service", "header", "concurrency", "timeout_s", "max_attempts"),
)
_OF_AN_ENDPOINT = ("key_env", "key_service", "timeout_s", "concurrency", "max_attempts")
_DEFAULTS: Flags = {"protocol": "openai-chat", "repeats": 1}


def is_given(flags: Flags, name: str) -> bool:
    return flags.get(name) not in (None, "", _DEFAULTS.get(name))


def refuse_others(flags: Flags, names: tuple[str, ...], beside: str, remedy: str) -> None:
    """An option that would have no effect is refused rather than dropped without a word."""
    for name in names:
        if is_given(flags, name):
            raise InputError(f"--{name.replace('_', '-')} cannot be given with {beside}.", remedy)


def terms_of_flags(flags: Flags) -> Terms:
    """How it is sent: pace, prices, budget and patience. Raises InputError for what cannot be."""
    from reviewer.app.jobs.terms import Pace, Terms
    from reviewer.runner.budget import Budget

    budget = Budget(flags["price_sent"], flags["price_received"], flags["most_tokens"], flags["most_spend"])
    return Terms(Pace(flags["rpm"], flags["tpm"]), budget, flags["max_wait_s"])


def price_bounds(budget: Budget, tokens: int, most_received: int | None) -> dict[str, object]:
    """From which price, for what is sent alone, to which at most; None: no limit."""
    from reviewer.runner.budget import Used

    most = None if most_received is None else budget.spend(Used(tokens, most_received))
    return {"price": [budget.spend(Used(tokens)), most]}


def endpoint_of(workspace: Workspace, flags: Flags) -> Endpoint:
    """The stored endpoint that is named, or one by its address or file of responses, with the limits that are given.

    Raises InputError for an unknown one.
    """
    from dataclasses import replace

    from reviewer.core.models import Endpoint
    from reviewer.host.paths import absolute
    from reviewer.store.queries.runs import endpoint_named

    base_url, responses = flags["base_url"], flags["responses"]
    if flags["endpoint"]:
        endpoint = endpoint_named(workspace, flags["endpoint"])
    else:
        protocol = "recorded" if responses else flags["protocol"]
        endpoint = Endpoint(base_url or responses, protocol, base_url, responses_file=absolute(responses))
    given = {name: flags[name] for name in _OF_AN_ENDPOINT if is_given(flags, name)}
    if flags.get("header"):
        given["headers"] = _headers(flags["header"])
    return replace(endpoint, **given)


def new_version(workspace: Workspace, flags: Flags) -> ModelVersion:
    """Raises InputError where the options do not name a model and where it is."""
    from reviewer.core.models import ModelVersion, Sampling

    model = flags["model"]
    if not model or not (flags["base_url"] or flags["responses"] or flags["endpoint"]):
        raise InputError(
            "The run has no model.",
            "Give --model-version NAME, or --base-url URL with --model ID, or --responses FILE.",
        )
    sampling = Sampling(**{name: flags[name] for name in ("temperature", "top_p", "max_tokens", "seed")})
    name = flags["model_version"] or model
    return ModelVersion(name, endpoint_of(workspace, flags), model, _system(flags["system"]), sampling)


def _headers(pairs: list[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign:
            raise InputError(f"--header {pair!r} does not say NAME=VALUE.", "For example: --header X-Team=red.")
        found[name.strip()] = value.strip()
    return found


def _system(given: str) -> str:
    from pathlib import Path

    if not given.startswith("@"):
        return given
    try:
        return Path(given[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The system prompt {given[1:]} cannot be read ({error}).", "Check the path.") from error
