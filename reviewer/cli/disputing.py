"""`reviewer label --dispute` and `reviewer dispute list|settle`: labels that somebody says are wrong."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.options import JsonOption, ReviewerOption, SuiteCaseOptions, WorkspaceOption, opened, opened_to_act
from reviewer.cli.output import emit_json, say
from reviewer.core.errors import InputError
from reviewer.wording.plural import counted

if TYPE_CHECKING:
    from reviewer.core.actions import ActionScale
    from reviewer.store.database import Workspace
    from reviewer.store.facts.disputes import LabelDispute, ProposedLabel

dispute_app = typer.Typer(
    help="Disputed labels: list and settle; `reviewer label --dispute` says that one is wrong.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def dispute_case(
    one: SuiteCaseOptions,
    label: str,
    band: list[str] | None,
    reason: str,
    person: str,
    json: bool,
    workspace: str | None,
) -> None:
    """Dispute the label of a case's current version."""
    from reviewer.app.cases import relabelled
    from reviewer.cli.cases import band_of
    from reviewer.review.disputes import say_against
    from reviewer.store.queries.suites import case_detail, case_id_of, suite_named

    with opened_to_act(workspace) as opened_workspace:
        suite = suite_named(opened_workspace, one.suite)
        case_id = case_id_of(opened_workspace, suite.id, one.case)
        case, chosen, wanted = case_detail(opened_workspace, case_id).case, None, case_id
        if label or band is not None:
            own = None if band is None else band_of(band, suite.scale)
            chosen = relabelled(case, suite.scale.parse(label) if label else None, own, suite.scale)
        action, credits = (chosen.label, chosen.band) if chosen else (None, {})
        said, _ = say_against(opened_workspace, wanted, action, credits, person, reason)
    if json:
        emit_json({"suite": one.suite} | dispute_document(said))
    else:
        say(f"{person} disputes the label of {one.case} (dispute {said.id}): {_proposal(said.proposed, suite.scale)}.")
        say("The label stays until somebody settles it with `reviewer dispute settle`.")


@dispute_app.command("list")
def list_command(
    suite: Annotated[str, typer.Option("--suite", help="Of a suite.")] = "",
    run: Annotated[str, typer.Option("--run", help="Of the cases that a run asked.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Settled ones too.")] = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """List disputed labels."""
    with opened(workspace, create=False) as opened_workspace:
        found, scale = _listed(opened_workspace, suite, run, open_only=not everything)
    if json:
        emit_json({"disputes": [dispute_document(each) for each in found]})
        return
    say(f"{counted(len(found), 'disputed label')}.")
    for each in found:
        how = f" Settled by {each.settled.author}: {each.settled.reason}" if each.settled else ""
        proposal = _proposal(each.proposed, scale)
        say(f"{each.id}  {each.key}: {each.reviewer} says {proposal}, because: {each.reason}{how}")


def _listed(workspace: Workspace, suite: str, run: str, *, open_only: bool) -> tuple[list[LabelDispute], ActionScale]:
    from reviewer.store.queries.disputes import disputes_of_run, disputes_of_suite
    from reviewer.store.queries.runs import run_named
    from reviewer.store.queries.suites import suite_named

    if bool(suite) is bool(run):
        raise InputError("It is not said whose labels are meant.", "Give either --suite SUITE or --run RUN.")
    if run:
        line = run_named(workspace, run)
        return disputes_of_run(workspace, line.id, open_only=open_only), line.scale
    stored = suite_named(workspace, suite)
    return disputes_of_suite(workspace, stored.id, open_only=open_only), stored.scale


@dispute_app.command("settle")
def settle_command(
    dispute: Annotated[int, typer.Argument(help="Number of the dispute.", show_default=False)],
    reason: Annotated[str, typer.Option(help="Why; kept with it.")] = "",
    accept: Annotated[bool, typer.Option("--accept", help="As it was proposed.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="The label stays as it is.")] = False,
    label: Annotated[str, typer.Option(help="Another label than both.")] = "",
    anyway: Annotated[bool, typer.Option("--anyway", help="Also where you disputed it yourself.")] = False,
    reviewer: ReviewerOption = "",
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Settle a disputed label: a new version of the label, or the word that it stays."""
    from reviewer.host.settings import default_reviewer
    from reviewer.review.disputes import settle_label
    from reviewer.store.queries.disputes import dispute as found

    if [accept, keep, bool(label)].count(True) != 1:
        raise InputError("It is not said how it is settled.", "Give one of --accept, --keep and --label ACTION.")
    with opened_to_act(workspace) as opened_workspace:
        wanted = None if keep else _wanted(opened_workspace, found(opened_workspace, dispute), label)
        settled, _ = settle_label(
            opened_workspace, dispute, wanted, reviewer or default_reviewer(), reason, anyway=anyway
        )
    if json:
        emit_json(dispute_document(settled))
        return
    version = settled.settled.label_version if settled.settled else None
    what = "the label stays" if version is None else f"label version {version}"
    say(f"Dispute {settled.id} on {settled.key} is settled: {what}.")


def _wanted(workspace: Workspace, dispute: LabelDispute, label: str) -> ProposedLabel:
    from reviewer.app.cases import relabelled
    from reviewer.store.facts.disputes import ProposedLabel
    from reviewer.store.queries.suites import case_detail, stored_suites

    if not label:
        if dispute.proposed.label is None:
            raise InputError("The dispute proposes no label.", "Give --label ACTION, or --keep.")
        return dispute.proposed
    detail = case_detail(workspace, dispute.case_id)
    scale = next(suite.scale for suite in stored_suites(workspace) if suite.id == detail.suite_id)
    chosen = relabelled(detail.case, scale.parse(label), None, scale)
    return ProposedLabel(chosen.label, chosen.band)


def dispute_document(found: LabelDispute) -> dict[str, object]:
    return {
        "dispute": found.id,
        "uid": found.uid,
        "case": found.key,
        "label_version": found.label_version,
        "proposed": {"label": found.proposed.label, "band": dict(found.proposed.band)},
        "present": {"label": found.present.label, "band": dict(found.present.band)},
        "reviewer": found.reviewer,
        "reason": found.reason,
        "at": found.at,
        "settled": None if found.settled is None else asdict(found.settled),
        "settled_by_its_author": found.settled is not None and found.settled.author == found.reviewer,
    }


def _proposal(proposed: ProposedLabel, scale: ActionScale) -> str:
    if proposed.label is None:
        return "it is wrong, without a proposal"
    also = ", ".join(f"{scale[action].short_name} {credit:g}" for action, credit in proposed.band.items())
    return f"{scale[proposed.label].name}{f' (also {also})' if also else ''}"
