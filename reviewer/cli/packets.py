"""`reviewer packet split|export|import`: one plan's work between several people and machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.encrypting import EncryptOption, new_file_passphrase, tell_if_plain, unlock_file_for_command
from reviewer.cli.options import JsonOption, ReviewerOption, WorkspaceOption, opened, opened_to_act
from reviewer.cli.output import complain, emit_json, say
from reviewer.core.errors import ExitStatus, InputError
from reviewer.wording.plural import counted

if TYPE_CHECKING:
    from reviewer.app.packets import PacketTaken, PacketWritten
    from reviewer.store.facts.review import StoredPlan

packet_app = typer.Typer(
    help="Review packets: a plan's share as a file, and its decisions back.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

PlanOption = Annotated[str, typer.Option("--plan", "--of", help="A review plan, by name or number.")]
RunOption = Annotated[str, typer.Option("--run", help="Name of the run; its latest plan where none is given.")]
MOST_NAMED = 20


@packet_app.command("split")
def split_command(
    reviewer: Annotated[list[str], typer.Option(help="A reviewer's name, once for each.")],
    plan: PlanOption = "",
    run: RunOption = "",
    overlap: Annotated[float, typer.Option(help="Share that two people decide on, from 0 to 1.")] = 0.0,
    seed: Annotated[int | None, typer.Option(help="Who gets what; default the plan's own.")] = None,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Split a plan between reviewers, each with as much to do."""
    from reviewer.review.assigning import split_plan
    from reviewer.store.queries.plans import plan_called, shares

    with opened_to_act(workspace) as opened_workspace:
        found = plan_called(opened_workspace, plan, run)
        split = split_plan(opened_workspace, found, reviewer, overlap=overlap, seed=seed)
        parts = shares(opened_workspace, split)
    if json:
        emit_json(_split_document(split, parts))
        return
    told = ", ".join(f"{name} {len(share)}" for name, share in parts.items())
    say(f"Plan {split.id}, {counted(split.size, 'response')}: {told}.")


def _split_document(plan: StoredPlan, parts: Mapping[str, Sequence[int]]) -> dict[str, object]:
    given = {name: list(share) for name, share in parts.items()}
    return {"plan": plan.id, "name": plan.name or None, "size": plan.size, "needed": plan.needed, "shares": given}


@packet_app.command("export")
def export_command(
    out: Annotated[Path, typer.Option(help="File to write.")],
    reviewer: ReviewerOption = "",
    plan: PlanOption = "",
    run: RunOption = "",
    decisions: Annotated[
        bool, typer.Option("--decisions", help="What was decided on --run, for the workspace it came from.")
    ] = False,
    blind: Annotated[bool, typer.Option("--blind", help="Leave out what names the model version.")] = False,
    no_labels: Annotated[bool, typer.Option("--no-labels", help="Leave out the labels too.")] = False,
    encrypt: EncryptOption = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Write a reviewer's share of a plan, or with --decisions what was decided on a run."""
    from reviewer.app.packets import export_decisions, export_share
    from reviewer.store.queries.plans import plan_called

    _check_export(reviewer, plan, run, decisions=decisions, only_share=blind or no_labels)
    secret = new_file_passphrase(out, encrypt)
    with opened(workspace, create=False) as opened_workspace:
        if decisions:
            written = export_decisions(opened_workspace, run, out, secret)
        else:
            found = plan_called(opened_workspace, plan, run)
            how = {"blind": blind, "labels": not no_labels}
            written = export_share(opened_workspace, found, reviewer, out, **how, passphrase=secret)
        tell_if_plain(opened_workspace, secret)
    if json:
        emit_json(_written_document(written))
    else:
        say(_written_words(written))


def _check_export(reviewer: str, plan: str, run: str, *, decisions: bool, only_share: bool) -> None:
    if decisions and (plan or reviewer or only_share or not run):
        raise InputError(
            "Decisions go out for a whole run.", "Give --decisions with --run and --out, and nothing else."
        )
    if not decisions and not reviewer:
        raise InputError("It is not said whose share it is.", "Give --reviewer NAME, or --decisions --run RUN.")


def _written_document(written: PacketWritten) -> dict[str, object]:
    return {
        "path": str(written.path),
        "kind": str(written.kind),
        "run": written.run,
        "reviewer": written.reviewer or None,
        "responses": written.responses,
        "decisions": written.decisions,
        "label_disputes": written.disputes,
        "flags_and_skips": written.marks,
        "blind": written.blind,
    }


def _written_words(written: PacketWritten) -> str:
    if written.kind == "decisions":
        disputes = f" and {counted(written.disputes, 'disputed label')}" if written.disputes else ""
        marks = f", {counted(written.marks, 'flag or skip', 'flags and skips')}" if written.marks else ""
        return f"{written.path}: {counted(written.decisions, 'event')}{disputes}{marks} on {written.run}."
    blind = "; nothing in it names the model version" if written.blind else ""
    return f"{written.path}: {counted(written.responses, 'response')} of {written.run} for {written.reviewer}{blind}."


@packet_app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="A packet.", show_default=False)],
    reviewer: ReviewerOption = "",
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Take in a packet: a share makes its suite, run and queue, decisions are joined with those that are here.

    What contradicts is listed and left out; the exit status is 1 then. Taken in again it adds nothing.
    """
    from reviewer.app.packets import import_packet
    from reviewer.host.settings import default_reviewer

    unlock_file_for_command(file)
    with opened(workspace) as opened_workspace:
        taken, _ = import_packet(opened_workspace, file, reviewer or default_reviewer())
    if json:
        emit_json(_taken_document(taken))
    else:
        say(taken.sentence)
        for conflict in taken.conflicts[:MOST_NAMED]:
            complain(conflict.sentence)
        if len(taken.conflicts) > MOST_NAMED:
            complain(f"And {len(taken.conflicts) - MOST_NAMED:,} more; --json lists all.")
    if taken.conflicts:
        raise typer.Exit(ExitStatus.ANSWER_IS_NO)


def _taken_document(taken: PacketTaken) -> dict[str, object]:
    return {
        "kind": str(taken.kind),
        "run": taken.run,
        "reviewer": taken.reviewer or None,
        "made_run": taken.made_run,
        "responses": taken.responses,
        "decisions_added": taken.decisions,
        "label_disputes_added": taken.disputes,
        "flags_and_skips_added": taken.marks,
        "known": taken.known,
        "conflicts": [
            {
                "kind": each.kind,
                "case": each.case,
                "repeat": each.repeat or None,
                "reviewer": each.reviewer or None,
                "uid": each.uid or None,
                "sentence": each.sentence,
            }
            for each in taken.conflicts
        ],
    }
