"""`reviewer endpoints` and `endpoint add|test|list|template`."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from reviewer.cli.options import (
    AddressOptions,
    JsonOption,
    NetworkOptions,
    WorkspaceOption,
    file_text,
    opened,
    opened_to_act,
    takes_options,
)
from reviewer.cli.output import complain, emit_json, say, table
from reviewer.cli.versions import ask_for_key, endpoint_at
from reviewer.core.errors import ExitStatus

endpoint_app = typer.Typer(help="Endpoints: add, test, list.", no_args_is_help=True, rich_markup_mode=None)


@endpoint_app.command("list")
def endpoints_command(json: JsonOption = False, workspace: WorkspaceOption = None) -> None:
    """The endpoints of the workspace. Keys are not stored, so none is shown."""
    from reviewer.store.queries import runs

    with opened(workspace, create=False) as opened_workspace:
        found = runs.endpoints(opened_workspace)
        if json:  # in here, where a value that is no JSON is told as damage of the file
            network = [endpoint.network.as_json() for endpoint in found]
            emit_json({"endpoints": [{**e.__dict__, "network": net} for e, net in zip(found, network, strict=True)]})
            return
    rows = [(e.name, e.protocol, e.base_url or e.responses_file, e.key_env or e.key_service or "none") for e in found]
    table(("endpoint", "protocol", "address", "key from"), rows)


@endpoint_app.command("add")
@takes_options
def endpoint_add_command(
    name: Annotated[str, typer.Argument(help="Name of the endpoint.")],
    address: AddressOptions,
    network: NetworkOptions,
    template: Annotated[str, typer.Option(help="TOML file that says how to ask, for --protocol http-template.")] = "",
    workspace: WorkspaceOption = None,
) -> None:
    """Add an endpoint or change the one of that name."""
    from reviewer.app.endpoints import check_endpoint
    from reviewer.core.models import Network
    from reviewer.host.clock import now
    from reviewer.host.paths import absolute
    from reviewer.store.writes.runs import save_endpoint

    ca_file, client_cert, client_key = map(absolute, (network.ca_file, network.client_cert, network.client_key))
    endpoint = replace(
        endpoint_at(name, address),
        network=Network(network.proxy, ca_file, client_cert, client_key, network.verify_tls, address.stream),
        template=file_text(template, "The template") if template else "",
    )
    check_endpoint(endpoint)
    with opened_to_act(workspace, create=True) as opened_workspace:
        save_endpoint(opened_workspace, endpoint=endpoint, at=now())
    say(f"Endpoint {name} stored.")
    if not network.verify_tls:
        complain("The server's certificate will not be checked: anybody in between can read and change what is sent.")


@endpoint_app.command("template")
def endpoint_template_command() -> None:
    """Print an example of a template for --protocol http-template."""
    from reviewer.endpoints.http_template import example

    say(example().rstrip())


@endpoint_app.command("test")
def endpoint_test_command(
    name: Annotated[str, typer.Argument(help="Name of the endpoint.")],
    model: Annotated[str, typer.Option(help="Model to ask for one word; without it only the list is read.")] = "",
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Test the connection to an endpoint."""
    import anyio

    from reviewer.endpoints.check import test_connection
    from reviewer.store.queries.runs import endpoint_named

    with opened(workspace, create=False) as opened_workspace:
        endpoint = endpoint_named(opened_workspace, name)
    ask_for_key(endpoint)
    report = anyio.run(test_connection, endpoint, model)
    if json:
        emit_json({**report.__dict__, "models": list(report.models)})
    else:
        say(report.sentence)
    if not report.ok:
        raise typer.Exit(ExitStatus.ANSWER_IS_NO if report.reachable else ExitStatus.ENVIRONMENT_FAILED)
