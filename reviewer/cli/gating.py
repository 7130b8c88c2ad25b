"""`reviewer gate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reviewer.cli.options import CountingOptions, JsonOption, RunOption, WorkspaceOption, opened, takes_options
from reviewer.cli.output import emit_json, say
from reviewer.core.errors import ExitStatus
from reviewer.core.scoring.gate import GateAnswer, Rule


@takes_options
def gate_command(
    policy: Annotated[Path, typer.Option("--policy", help="TOML file with the rules.")],
    run: RunOption,
    options: CountingOptions,
    against: Annotated[str, typer.Option("--against", help="Name of the run of the version before.")] = "",
    junit: Annotated[Path | None, typer.Option("--junit", help="JUnit XML to write for a build server.")] = None,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Whether a run passes the rules of a policy: exit status 0, or 1 where it does not."""
    from reviewer.app.figures.gating import gate, gate_document, read_policy
    from reviewer.app.reporting import gate_facts

    rules, counted = read_policy(policy), options.parsed
    with opened(workspace, create=False) as opened_workspace:
        found = gate(opened_workspace, rules, run, against, counted)
    if junit is not None:
        from reviewer.report.junit import write_junit

        write_junit(gate_facts(found), junit)
    if json:
        emit_json(dict(gate_document(found)))
    else:
        say(found.sentence)
        told: set[str] = set()
        for rule in found.rules:
            say(f"{_MARKS[rule.answer]} {rule.answer}: {rule.name}, {rule.asked}; {_found(rule, told)}")
        for sentence in found.about_policy:
            say(sentence)
    if not found.passed:
        raise typer.Exit(ExitStatus.ANSWER_IS_NO)


def _found(rule: Rule, told: set[str]) -> str:
    """What was found and why it is answered so; a reason that is `told` already is not told again."""
    why = "as above" if rule.why in told else rule.why
    told |= {rule.why} if rule.why else set()
    if rule.found == "–":
        return why
    return f"found {rule.found}{f' – {why}' if why else ''}"


_MARKS = {GateAnswer.PASSED: "✓", GateAnswer.FAILED: "✗", GateAnswer.UNDECIDED: "?"}
