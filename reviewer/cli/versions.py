"""The endpoint and the model version that a command's options name; `reviewer model-version add|list`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reviewer.cli.options import (
    AddressOptions,
    EndpointOptions,
    JsonOption,
    ModelOption,
    SamplingOptions,
    WorkspaceOption,
    opened,
    opened_to_act,
    refuse,
    takes_options,
    text_or_file,
)
from reviewer.cli.output import emit_json, say, table
from reviewer.core.errors import InputError

if TYPE_CHECKING:
    from reviewer.core.models import Endpoint, ModelVersion
    from reviewer.store.database import Workspace

version_app = typer.Typer(help="Model versions: add, list.", no_args_is_help=True, rich_markup_mode=None)

_LIMITS = ("key_env", "key_service", "timeout_s", "concurrency", "max_attempts")


@version_app.command("add")
@takes_options
def version_add_command(
    name: Annotated[str, typer.Argument(help="Name of the model version.")],
    model: ModelOption,
    endpoint: EndpointOptions,
    sampling: SamplingOptions,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Store a model version: endpoint, model, system prompt and sampling, frozen under a name."""
    from reviewer.app.versions import add_version

    if not endpoint.n_places:
        raise InputError("The model version has no endpoint.", "Give --endpoint NAME, --base-url URL or --responses.")
    with opened_to_act(workspace, create=True) as opened_workspace:
        version = version_of(opened_workspace, name, model, endpoint, sampling)
        is_new = add_version(opened_workspace, version)
    if json:
        emit_json({**_document(version), "added": is_new})
        return
    stored = "stored" if is_new else "was stored before, exactly alike"
    say(f"Model version {name} {stored}: {model} at {version.endpoint.name}, hash {version.hash[:12]}.")


@version_app.command("list")
def version_list_command(json: JsonOption = False, workspace: WorkspaceOption = None) -> None:
    """The model versions of the workspace, newest first."""
    from reviewer.store.queries.runs import model_versions

    with opened(workspace, create=False) as opened_workspace:
        found = model_versions(opened_workspace)
    if json:
        emit_json({"model_versions": [_document(version) for version in found]})
        return
    rows = [(v.name, v.model, v.endpoint.name, _sampling_words(v) or "as the server does", v.hash[:12]) for v in found]
    table(("model version", "model", "endpoint", "sampling", "hash"), rows)


def _sampling_words(version: ModelVersion) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in version.sampling.as_json().items())


def _document(version: ModelVersion) -> dict[str, object]:
    endpoint = version.endpoint
    return {
        "name": version.name,
        "model": version.model,
        "endpoint": endpoint.name,
        "protocol": endpoint.protocol,
        "base_url": endpoint.base_url or None,
        "responses_file": endpoint.responses_file or None,
        "system": version.system or None,
        "sampling": version.sampling.as_json(),
        "hash": version.hash,
    }


def endpoint_of(workspace: Workspace, options: EndpointOptions) -> Endpoint:
    """The stored endpoint that is named, or one by its address or file of responses, with the limits that are given.

    Raises InputError for an unknown one, and where it is said twice where requests go.
    """
    from reviewer.store.queries.runs import endpoint_named

    if options.n_places > 1:
        raise InputError(
            "It is said twice where requests go.", "Give one of --base-url URL, --endpoint NAME, --responses FILE."
        )
    if not options.endpoint:
        return endpoint_at(options.base_url or options.responses, options)
    remedy = "A stored endpoint has its own; `reviewer endpoint add` changes it."
    refuse({name: value for name, value in options.given().items() if name == "protocol"}, "--endpoint", remedy)
    return _with_limits(endpoint_named(workspace, options.endpoint), options)


def endpoint_at(name: str, options: AddressOptions) -> Endpoint:
    """An endpoint by its address or its file of responses. Raises InputError for a header that is none."""
    from reviewer.core.models import Endpoint
    from reviewer.host.paths import absolute

    protocol = "recorded" if options.responses else options.protocol
    endpoint = Endpoint(name, protocol, options.base_url, responses_file=absolute(options.responses))
    return _with_limits(endpoint, options)


def _with_limits(endpoint: Endpoint, options: AddressOptions) -> Endpoint:
    changed: dict[str, Any] = {name: value for name, value in options.given().items() if name in _LIMITS}
    if options.ask_key:
        changed["key_service"] = _typed_key_only(options)
    if options.header:
        changed["headers"] = _headers(options.header)
    if options.stream:
        changed["network"] = replace(endpoint.network, stream=True)
    return replace(endpoint, **changed)


def _typed_key_only(options: AddressOptions) -> str:
    from reviewer.core.models import SESSION_KEY

    if options.key_service:
        raise InputError("It is said twice where the key comes from.", "Give --key-service NAME or --ask-key.")
    return SESSION_KEY


def ask_for_key(endpoint: Endpoint) -> None:
    """Have a person type the key of an endpoint that is to be asked now, where it takes one and does not have it.

    Where nobody can be asked, what sends says that the key is missing.
    """
    from reviewer.cli.unseen import can_ask, typed_unseen
    from reviewer.endpoints.keys import is_key_known, keep_for_session
    from reviewer.wording.terminal import shown_in_line

    if endpoint.takes_typed_key and not is_key_known(endpoint) and can_ask():
        keep_for_session(endpoint, typed_unseen(f"Key of the endpoint {shown_in_line(endpoint.name)}"))


def version_of(
    workspace: Workspace, name: str, model: str, endpoint: EndpointOptions, sampling: SamplingOptions
) -> ModelVersion:
    """Raises InputError where the options cannot be meant."""
    from reviewer.core.models import ModelVersion, Sampling

    sent = Sampling(sampling.temperature, sampling.top_p, sampling.max_tokens, sampling.seed)
    system = text_or_file(sampling.system, "The system prompt")
    return ModelVersion(name, endpoint_of(workspace, endpoint), model, system, sent)


def _headers(pairs: list[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign:
            raise InputError("A --header does not say NAME=VALUE.", "For example: --header X-Team=red.")
        found[name.strip()] = value.strip()
    return found
