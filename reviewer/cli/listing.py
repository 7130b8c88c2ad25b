"""`reviewer runs`, `suites`, `endpoints` and `doctor`; `endpoint add|test|list`."""

from __future__ import annotations

from typing import Annotated

import typer

from reviewer.cli.options import (
    CaFileOption,
    ClientCertOption,
    ClientKeyOption,
    JsonOption,
    ProtocolOption,
    ProxyOption,
    TemplateOption,
    VerifyOption,
    WorkspaceOption,
    opened,
    template_text,
)
from reviewer.cli.output import complain, emit_json, say, table
from reviewer.core.errors import ExitStatus

endpoint_app = typer.Typer(help="Endpoints: add, test, list.", no_args_is_help=True, rich_markup_mode=None)


def runs_command(json: JsonOption = False, workspace: WorkspaceOption = None) -> None:
    """The runs of the workspace, newest first."""
    from reviewer.store.queries import runs

    with opened(workspace, create=False) as opened_workspace:
        lines = runs.runs(opened_workspace)
    if json:
        emit_json(
            {
                "runs": [
                    {
                        "name": line.name,
                        "suite": line.suite,
                        "model_version": line.version.name,
                        "model": line.version.model,
                        "endpoint": line.version.endpoint.name,
                        "status": line.status,
                        "message": line.message or None,
                        "planned": line.planned,
                        "stored": line.stored,
                        "missing": line.missing,
                        "states": dict(line.states),
                        "reviewed": line.reviewed,
                        "created_at": line.created_at,
                        "finished_at": line.finished_at or None,
                    }
                    for line in lines
                ]
            }
        )
        return
    rows = [(r.name, r.suite, r.version.model, r.status, r.stored, r.planned, r.reviewed) for r in lines]
    table(("run", "suite", "model", "status", "stored", "planned", "reviewed"), rows)


def suites_command(json: JsonOption = False, workspace: WorkspaceOption = None) -> None:
    """The suites of the workspace."""
    from reviewer.store.queries import suites

    with opened(workspace, create=False) as opened_workspace:
        lines = suites.suites(opened_workspace)
    if json:
        emit_json(
            {
                "suites": [
                    {
                        "name": line.name,
                        "version": line.head.version,
                        "scale": list(line.scale.ids),
                        "content_hash": line.content_hash,
                        "cases": line.n_cases,
                        "licence": line.head.licence or None,
                    }
                    for line in lines
                ]
            }
        )
        return
    rows = []
    for line in lines:
        counts = ", ".join(f"{count} {status}" for status, count in sorted(line.n_cases.items()))
        rows.append((line.name, line.head.version, counts, line.content_hash[:12]))
    table(("suite", "version", "cases", "content hash"), rows)


@endpoint_app.command("list")
def endpoints_command(json: JsonOption = False, workspace: WorkspaceOption = None) -> None:
    """The endpoints of the workspace. Keys are not stored, so none is shown."""
    from reviewer.store.queries import runs

    with opened(workspace, create=False) as opened_workspace:
        found = runs.endpoints(opened_workspace)
    if json:
        emit_json({"endpoints": [{**endpoint.__dict__, "network": endpoint.network.as_json()} for endpoint in found]})
        return
    rows = [(e.name, e.protocol, e.base_url or e.responses_file, e.key_env or e.key_service or "none") for e in found]
    table(("endpoint", "protocol", "address", "key from"), rows)


@endpoint_app.command("add")
def endpoint_add_command(
    name: Annotated[str, typer.Argument(help="Name of the endpoint.")],
    base_url: Annotated[str, typer.Option(help="Address, for example http://127.0.0.1:8090/v1.")] = "",
    protocol: ProtocolOption = "openai-chat",
    responses: Annotated[str, typer.Option(help="File of recorded responses.")] = "",
    key_env: Annotated[str, typer.Option(help="Environment variable that holds the key.")] = "",
    key_service: Annotated[str, typer.Option(help="Keyring service that holds the key.")] = "",
    timeout_s: Annotated[float, typer.Option(help="Seconds for one attempt.")] = 60.0,
    concurrency: Annotated[int, typer.Option(help="Requests at once.")] = 4,
    max_attempts: Annotated[int, typer.Option(help="Attempts for one request.")] = 3,
    template: TemplateOption = "",
    proxy: ProxyOption = "",
    ca_file: CaFileOption = "",
    client_cert: ClientCertOption = "",
    client_key: ClientKeyOption = "",
    verify_tls: VerifyOption = True,
    workspace: WorkspaceOption = None,
) -> None:
    """Add an endpoint or change the one of that name."""
    from reviewer.app.endpoints import check_endpoint
    from reviewer.core.models import Endpoint, Network
    from reviewer.host.clock import now
    from reviewer.host.paths import absolute
    from reviewer.store.writes.runs import save_endpoint

    network = Network(proxy, absolute(ca_file), absolute(client_cert), absolute(client_key), verify_tls)
    endpoint = Endpoint(
        name,
        protocol,
        base_url,
        key_env,
        key_service,
        {},
        timeout_s,
        concurrency,
        max_attempts,
        absolute(responses),
        network,
        template_text(template),
    )
    check_endpoint(endpoint)
    with opened(workspace) as opened_workspace:
        save_endpoint(opened_workspace, endpoint=endpoint, at=now())
    say(f"Endpoint {name} stored.")
    if not verify_tls:
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
    report = anyio.run(test_connection, endpoint, model)
    if json:
        emit_json({**report.__dict__, "models": list(report.models)})
    else:
        say(report.sentence)
    if not report.ok:
        raise typer.Exit(ExitStatus.ANSWER_IS_NO if report.reachable else ExitStatus.ENVIRONMENT_FAILED)


def doctor_command(json: JsonOption = False, workspace: WorkspaceOption = None) -> None:
    """Check the installation and the workspace."""
    from reviewer.app.doctor import covered_languages, examine

    findings = examine(workspace)
    if json:
        checks = [dict(finding.__dict__) for finding in findings]
        emit_json({"ok": all(f.ok for f in findings), "languages": covered_languages(), "checks": checks})
    else:
        for finding in findings:
            say(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.what}: {finding.sentence}")
    if not all(finding.ok for finding in findings):
        complain("Something needs attention; see the lines that say FAIL.")
        raise typer.Exit(ExitStatus.ANSWER_IS_NO)
