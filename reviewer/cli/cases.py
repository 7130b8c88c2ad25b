"""`reviewer case show|add|edit|retire|restore` and `reviewer label`."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reviewer.cli.options import (
    JsonOption,
    OptionGroup,
    ReviewerOption,
    SuiteCaseOptions,
    WorkspaceOption,
    opened,
    opened_to_act,
    takes_options,
    text_or_file,
)
from reviewer.cli.output import emit_json, say
from reviewer.core.actions import ActionScale
from reviewer.core.bands import neighbours_band
from reviewer.core.cases import Case, CaseKey, CaseStatus, Message, checked_messages, checked_stakes
from reviewer.core.errors import InputError
from reviewer.endpoints.untrusted import excerpt

if TYPE_CHECKING:
    from reviewer.app.cases import StatusChange
    from reviewer.app.figures.relabelling import Effect
    from reviewer.core.actions import ActionId
    from reviewer.core.bands import Band
    from reviewer.store.database import Workspace
    from reviewer.store.facts.origins import Beside
    from reviewer.store.facts.suites import CaseDetail, CaseVersion, LabelEvent, StoredSuite

case_app = typer.Typer(help="Cases: show, add, edit, retire, restore.", no_args_is_help=True, rich_markup_mode=None)

LabelOption = Annotated[str, typer.Option(help="The right action for the request.")]
BandOption = Annotated[list[str] | None, typer.Option(help="ACTION=CREDIT, once for each other acceptable action.")]
ReasonOption = Annotated[str, typer.Option(help="Why; kept in the case's history.")]


@dataclass(frozen=True)
class CaseFields(OptionGroup):
    """The fields of a case that can be given; what is not given stays as it is."""

    message: Annotated[
        list[str] | None, typer.Option(help="ROLE=TEXT or ROLE=@FILE, once for each turn; all of them together.")
    ] = None
    category: Annotated[str | None, typer.Option(help="Category.")] = None
    tag: Annotated[list[str] | None, typer.Option(help="A tag, once for each; one empty tag takes all away.")] = None
    pair: Annotated[str | None, typer.Option(help="The same word on both cases of a contrast pair.")] = None
    segment: Annotated[str | None, typer.Option(help="Segment.")] = None
    source: Annotated[str | None, typer.Option(help="Where the case comes from.")] = None
    licence: Annotated[str | None, typer.Option(help="Under which licence.")] = None
    rationale: Annotated[str | None, typer.Option(help="Why the labelled action is right.")] = None
    stakes: Annotated[
        float | None, typer.Option(help="What a miss costs here against 1 elsewhere, in either direction.")
    ] = None
    status: Annotated[CaseStatus | None, typer.Option(help="Status.")] = None

    def put_in(self, case: Case) -> Case:
        """The case with these fields. Raises InputError for messages that cannot be sent."""
        changed: dict[str, Any] = self.given()
        if "message" in changed:
            changed["messages"] = _messages(changed.pop("message"))
        if "tag" in changed:
            changed["tags"] = tuple(tag for each in changed.pop("tag") if (tag := each.strip()))
        if "stakes" in changed:
            changed["stakes"] = checked_stakes(changed["stakes"])
        return replace(case, **changed)


def _messages(turns: list[str]) -> tuple[Message, ...]:
    items = []
    for turn in turns:
        role, sign, text = turn.partition("=")
        if not sign:
            raise InputError(f"--message {turn[:40]!r} does not say ROLE=TEXT.", "For example: --message user=@FILE.")
        items.append({"role": role.strip(), "content": text_or_file(text, "The message")})
    return checked_messages(items)


@case_app.command("show")
@takes_options
def show_command(one: SuiteCaseOptions, json: JsonOption = False, workspace: WorkspaceOption = None) -> None:
    """Everything about a case: messages, label, band, status, versions and runs."""
    from reviewer.store.queries.origins import beside_case
    from reviewer.store.queries.suites import case_versions

    with opened(workspace, create=False) as opened_workspace:
        suite, detail = _found(opened_workspace, one)
        versions = case_versions(opened_workspace, suite.id, one.case)
        beside = beside_case(opened_workspace, suite.id, one.case)
    if json:
        document = _document(suite, detail) | {"versions": [_version(version) for version in versions]}
        emit_json(document | _beside_document(beside))
    else:
        _say_case(suite, detail, versions)
        _say_beside(beside)


@case_app.command("add")
@takes_options
def add_command(
    one: SuiteCaseOptions,
    case_fields: CaseFields,
    label: LabelOption = "",
    band: BandOption = None,
    borderline: Annotated[bool, typer.Option("--borderline", help="Careful people may differ.")] = False,
    reviewer: ReviewerOption = "",
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Add a case to a suite. Without a label it is unreviewed."""
    from reviewer.app.cases import add_case, check_case

    if not case_fields.message:
        raise InputError("The case has no message.", "Give --message user=TEXT, or user=@FILE.")
    with opened_to_act(workspace) as opened_workspace:
        suite = _suite(opened_workspace, one.suite)
        empty = Case(CaseKey(one.case), (), borderline=borderline, status=CaseStatus.UNREVIEWED)
        case = case_fields.put_in(_labelled(empty, label, band, suite.scale))
        check_case(None, case, "")
        add_case(opened_workspace, suite.id, case, _person(reviewer))
        detail = _found(opened_workspace, one)[1]
    if json:
        emit_json(_document(suite, detail))
    else:
        say(f"Case {one.case} added to {one.suite}: {_label_words(detail.case, suite.scale)}")


@case_app.command("edit")
@takes_options
def edit_command(
    one: SuiteCaseOptions,
    case_fields: CaseFields,
    reason: ReasonOption = "",
    reviewer: ReviewerOption = "",
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Change fields of a case. Messages that have responses stay: the edit makes a new version of the case."""
    from reviewer.store.queries.suites import case_detail

    with opened_to_act(workspace) as opened_workspace:
        suite, before = _found(opened_workspace, one)
        edited = case_fields.put_in(before.case)
        found, case_id = _stored(opened_workspace, before, edited, reason, _person(reviewer))
        detail = case_detail(opened_workspace, case_id)
    changed, is_new_version = edited != before.case, case_id != before.id
    if json:
        emit_json(
            _document(suite, detail) | {"changed": changed, "new_version": is_new_version} | _effects_document(found)
        )
        return
    new = f" The messages had responses: this is version {detail.version} of the case." if is_new_version else ""
    say(f"Case {one.case} of {one.suite} {'stored' if changed else 'is so already; nothing was written'}.{new}")
    if found:
        say(_effect_words(found))


@case_app.command("retire")
@takes_options
def retire_command(
    one: SuiteCaseOptions,
    reason: ReasonOption = "retired",
    reviewer: ReviewerOption = "",
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Take a case out of lists, runs and scores. It keeps its responses and can be brought back."""
    from reviewer.app.cases import retire

    with opened_to_act(workspace) as opened_workspace:
        case_id = _found(opened_workspace, one)[1].id
        change, _ = retire(opened_workspace, [case_id], reason, _person(reviewer))
        found = _found(opened_workspace, one)
    _tell_status(found, one, change, json)


@case_app.command("restore")
@takes_options
def restore_command(
    one: SuiteCaseOptions,
    reason: ReasonOption = "brought back",
    reviewer: ReviewerOption = "",
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Bring a retired case back to the status that it had."""
    from reviewer.app.cases import bring_back

    with opened_to_act(workspace) as opened_workspace:
        case_id = _found(opened_workspace, one)[1].id
        change, _ = bring_back(opened_workspace, [case_id], reason, _person(reviewer))
        found = _found(opened_workspace, one)
    _tell_status(found, one, change, json)


def _tell_status(
    found: tuple[StoredSuite, CaseDetail], one: SuiteCaseOptions, change: StatusChange, json: bool
) -> None:
    suite, detail = found
    if json:
        emit_json(_document(suite, detail) | {"changed": bool(change.before)})
    elif change.before:
        say(f"Case {one.case} of {one.suite} is {detail.case.status}.")
    else:
        say(f"Case {one.case} of {one.suite} is {detail.case.status} already; nothing was written.")


@takes_options
def label_command(
    one: SuiteCaseOptions,
    label: LabelOption = "",
    band: BandOption = None,
    no_band: Annotated[bool, typer.Option("--no-band", help="Nothing but the label is acceptable.")] = False,
    reason: ReasonOption = "",
    history: Annotated[bool, typer.Option("--history", help="Only list what the case was labelled before.")] = False,
    dispute: Annotated[
        bool, typer.Option("--dispute", help="Say that the label is wrong; it stays until settled.")
    ] = False,
    reviewer: ReviewerOption = "",
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Label a case, or change its band. It is a new version of the label; what people decided stays."""
    if history:
        _tell_history(one, json, workspace)
        return
    if dispute:
        from reviewer.cli.disputing import dispute_case

        dispute_case(one, label, [] if no_band else band, reason, _person(reviewer), json, workspace)
        return
    _check_label_options(label, band, no_band, reason)
    with opened_to_act(workspace) as opened_workspace:
        suite, before = _found(opened_workspace, one)
        case = _labelled(before.case, label, [] if no_band else band, suite.scale)
        found, _ = _stored(opened_workspace, before, case, reason, _person(reviewer))
        detail = _found(opened_workspace, one)[1]
    changed = case != before.case
    if json:
        emit_json(_document(suite, detail) | {"changed": changed} | _effects_document(found))
        return
    say(f"{one.case}: {_label_words(detail.case, suite.scale)}")
    say(_effect_words(found) if changed else "It is labelled so already; nothing was written.")


def _check_label_options(label: str, band: list[str] | None, no_band: bool, reason: str) -> None:
    if band and no_band:
        raise InputError("--band cannot be given with --no-band.", "Give one of them.")
    if not (label or band or no_band):
        raise InputError("There is nothing to change.", "Give --label ACTION, --band ACTION=CREDIT or --no-band.")
    if not reason.strip():
        raise InputError("A changed label or band needs a reason.", "Say in a few words why, with --reason.")


def _labelled(case: Case, label: str, pairs: list[str] | None, scale: ActionScale) -> Case:
    """The case with the label and band that are given; a borderline case without a band gets its neighbours."""
    from reviewer.app.cases import relabelled

    if not label and pairs is None:
        return case
    chosen, band = scale.parse(label) if label else None, None if pairs is None else band_of(pairs, scale)
    labelled = relabelled(case, chosen, band, scale)
    if labelled.borderline and labelled.label and not labelled.band and pairs is None:
        return replace(labelled, band=neighbours_band(labelled.label, scale))
    return labelled


def band_of(pairs: list[str], scale: ActionScale) -> Band:
    found: dict[ActionId, float] = {}
    for pair in pairs:
        action, _, credit = pair.rpartition("=")
        if not action or not _is_number(credit):
            raise InputError(f"--band {pair!r} does not say ACTION=CREDIT.", "For example: --band clarify=0.5.")
        found[scale.parse(action)] = float(credit)
    return found


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _stored(workspace: Workspace, before: CaseDetail, case: Case, reason: str, person: str) -> tuple[list[Effect], int]:
    """Store the case where it differs: what that does to the scores, and the id of the case version it now is."""
    from reviewer.app.cases import check_case, save_edit
    from reviewer.app.figures.relabelling import effects, load_standing

    if case == before.case:
        return [], before.id
    check_case(before.case, case, reason)
    found = effects(load_standing(workspace, before.id), case)
    saved, _ = save_edit(workspace, before, case, reason, person)
    return found, saved.case_id


def _suite(workspace: Workspace, name: str) -> StoredSuite:
    from reviewer.store.queries.suites import suite_named

    return suite_named(workspace, name)


def _found(workspace: Workspace, one: SuiteCaseOptions) -> tuple[StoredSuite, CaseDetail]:
    from reviewer.store.queries.suites import case_detail, case_id_of

    suite = _suite(workspace, one.suite)
    return suite, case_detail(workspace, case_id_of(workspace, suite.id, one.case))


def _person(name: str) -> str:
    from reviewer.host.settings import default_reviewer

    return name or default_reviewer()


def _tell_history(one: SuiteCaseOptions, json: bool, workspace: str | None) -> None:
    from reviewer.store.queries.suites import case_detail, case_versions

    with opened(workspace, create=False) as opened_workspace:
        suite, _ = _found(opened_workspace, one)
        versions = case_versions(opened_workspace, suite.id, one.case)
        events = [(each, event) for each in versions for event in case_detail(opened_workspace, each.id).history]
    if json:
        emit_json({"suite": one.suite, "case": one.case, "history": [_event(*each) for each in events]})
        return
    for version, event in events:
        scale = event.former_scale or suite.scale
        label = scale[event.label].name if event.label else "no label"
        band = ", ".join(f"{action} {credit:g}" for action, credit in event.band.items())
        said = f"{label}{f' (also {band})' if band else ''}, {event.status}"
        say(f"{event.at}  version {version.version}.{event.version}: {said}; {event.author}: {event.reason}")


def _event(version: CaseVersion, event: LabelEvent) -> dict[str, object]:
    return {
        "case_version": version.version,
        "label_version": event.version,
        "label": event.label,
        "band": dict(event.band),
        "status": event.status,
        "author": event.author,
        "reason": event.reason or None,
        "at": event.at,
    }


def _document(suite: StoredSuite, detail: CaseDetail) -> dict[str, object]:
    case = detail.case
    return {
        "suite": suite.name,
        "case": case.key,
        "messages": [message.as_json() for message in case.messages],
        "label": case.label,
        "band": dict(case.band),
        "borderline": case.borderline,
        "status": str(case.status),
        "tags": list(case.tags),
        **{name: getattr(case, name) or None for name in _TEXTS},
        "stakes": case.stakes,
        "version": detail.version,
        "label_version": detail.history[-1].version,
        "has_responses": detail.has_responses,
    }


_TEXTS = ("category", "pair", "segment", "source", "licence", "rationale")


def _version(version: CaseVersion) -> dict[str, object]:
    return {"version": version.version, "current": version.is_current, "runs": list(version.runs)}


def _say_case(suite: StoredSuite, detail: CaseDetail, versions: list[CaseVersion]) -> None:
    case = detail.case
    say(f"{case.key} in {suite.name}: {_label_words(case, suite.scale)}")
    say(
        f"Status: {case.status}{', borderline' if case.borderline else ''}; label version {detail.history[-1].version}."
    )
    told = {name: getattr(case, name) for name in _TEXTS} | {"tags": "; ".join(case.tags)}
    told["stakes"] = f"{case.stakes:g}" if case.stakes != 1 else ""
    for name, text in told.items():
        if text:
            say(f"{name.capitalize()}: {text}")
    for version in versions:
        runs = f"asked in {', '.join(version.runs)}" if version.runs else "in no run"
        say(f"Version {version.version}{' (current)' if version.is_current else ''}: {runs}.")
    for message in case.messages:
        say(f"\n[{message.speaker}]\n{message.shown}")


def _beside_document(beside: Beside) -> dict[str, object]:
    """Only where there is something to say."""
    found: dict[str, object] = {"kept": dict(beside.kept)} if beside.kept else {}
    if beside.origin is not None:
        found["origin"] = asdict(beside.origin) | {"non_commercial": beside.non_commercial}
    return found


def _say_beside(beside: Beside) -> None:
    for name, text in beside.kept.items():
        say(f"\n[kept from the file: {excerpt(name)}]\n{text}")
    if beside.origin is not None:
        told = beside.origin
        tool = f", made by {' '.join(filter(None, (told.tool, told.tool_version)))}" if told.tool else ""
        say(f"\nImported from {told.file} ({told.format}{tool}) at {told.at}.")
        if beside.non_commercial:
            say("Its licence forbids commercial use.")


def _label_words(case: Case, scale: ActionScale) -> str:
    from reviewer.core.bands import sentence

    return sentence(case.label, case.band, scale) if case.label else "no label yet."


def _effect_words(found: list[Effect]) -> str:
    from reviewer.app.figures.relabelling import sentence

    return sentence(found)


def _effects_document(found: list[Effect]) -> dict[str, object]:
    return {"effects": [{"run": each.run, "before": each.before, "after": each.after} for each in found]}
