"""`reviewer decide`, `undo` and `adjudicate`: what people say of one response."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.options import (
    JsonOption,
    NoteOption,
    RepeatOption,
    ResponseOptions,
    ReviewerOption,
    RunOption,
    WorkspaceOption,
    opened,
    opened_to_act,
    takes_options,
)
from reviewer.cli.output import emit_json, say
from reviewer.core.decisions import Cause, DecisionKind
from reviewer.core.errors import InputError
from reviewer.wording.plural import counted
from reviewer.wording.saying import word_of

if TYPE_CHECKING:
    from reviewer.core.actions import ActionId, ActionScale
    from reviewer.core.decisions import Decision
    from reviewer.review.adjudication import Place, Spoken
    from reviewer.store.facts.review import ReviewItem

CANNOT_DECIDE = "cannot-decide"
CAUSES = ", ".join(str(cause).replace("_", "-") for cause in Cause)


@takes_options
def decide_command(
    response: ResponseOptions,
    action: Annotated[str, typer.Option(help="An action of the suite's scale, or cannot-decide.")],
    note: NoteOption = "",
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Append a decision on a response."""
    from reviewer.review.adjudication import decide

    place, person = _place(response), _person(response.reviewer)
    with opened_to_act(workspace) as opened_workspace:
        spoken = decide(opened_workspace, place, action, note, person)
    chosen = spoken.after.events[-1].action
    if json:
        emit_json(_document(place, person, spoken) | {"decision": spoken.event_id, "action": chosen})
    else:
        say(f"{person} on {place.case} in {place.run}: {_word(chosen, spoken.scale)}. {_final_words(spoken)}")


@takes_options
def undo_command(
    response: ResponseOptions,
    decision: Annotated[int | None, typer.Option(help="Number of the decision; default your latest.")] = None,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Take back a decision or an adjudication. The history keeps both."""
    from reviewer.review.adjudication import standing_of, take_back

    place, person = _place(response), _person(response.reviewer)
    with opened_to_act(workspace) as opened_workspace:
        undone, spoken = take_back(opened_workspace, place, person, decision)
    standing = standing_of(spoken.after)
    if json:
        said = {"undone": _event(undone), "standing": [_event(event) for event in standing]}
        emit_json(_document(place, person, spoken) | said)
        return
    say(f"Taken back on {place.case} in {place.run}: {_events([undone], spoken.scale)}.")
    say(f"Stands now: {_events(standing, spoken.scale) or 'nothing that a person said'}. {_final_words(spoken)}")


def adjudicate_command(
    run: RunOption,
    case: Annotated[str, typer.Option("--case", help="Key of the case.")] = "",
    repeat: RepeatOption = 1,
    action: Annotated[str, typer.Option(help="The action that is to count.")] = "",
    cannot_decide: Annotated[bool, typer.Option("--cannot-decide", help="It cannot be decided.")] = False,
    cause: Annotated[str, typer.Option(help=f"Why reviewers differed: {CAUSES}.")] = "",
    note: NoteOption = "",
    anyway: Annotated[bool, typer.Option("--anyway", help="Also where nobody differs, or you do.")] = False,
    list_: Annotated[bool, typer.Option("--list", help="Only list what is disputed.")] = False,
    reviewer: ReviewerOption = "",
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Settle a response on which reviewers differ, or list such responses."""
    from reviewer.review.adjudication import Place, settle, settled_by

    if list_:
        _list(run, json, workspace)
        return
    place, person, why = Place(run, case, repeat), _person(reviewer), _cause(cause, anyway)
    said = _one_of(case, action, cannot_decide)
    with opened_to_act(workspace) as opened_workspace:
        spoken = settle(opened_workspace, place, said, note, person, why, anyway=anyway)
    settled, chosen = settled_by(spoken), spoken.after.events[-1].action
    if json:
        by_party = any(event.reviewer == person for event in settled)
        answer = {"decision": spoken.event_id, "action": chosen, "cause": why and str(why), "by_party": by_party}
        emit_json(_document(place, person, spoken) | answer | {"settles": [_event(event) for event in settled]})
        return
    say(f"{person} settled {place.case} in {place.run}: {_word(chosen, spoken.scale)}. {_final_words(spoken)}")
    say(f"Settles: {_events(settled, spoken.scale) or 'no decision; nobody had decided'}.")


def _list(run: str, json: bool, workspace: str | None) -> None:
    from reviewer.review.adjudication import disputes
    from reviewer.store.queries.runs import run_named

    with opened(workspace, create=False) as opened_workspace:
        found, scale = disputes(opened_workspace, run), run_named(opened_workspace, run).scale
    if json:
        emit_json({"run": run, "disputes": [_dispute(item) for item in found]})
        return
    say(f"Reviewers differ on {counted(len(found), 'response')} of {run}.")
    for item in found:
        say(f"{item.case.key}, repeat {item.response.repeat}: {_events(_opinions(item), scale)}")


def _dispute(item: ReviewItem) -> dict[str, object]:
    return {
        "case": item.case.key,
        "repeat": item.response.repeat,
        "label": item.case.label,
        "decisions": [_event(event) for event in _opinions(item)],
    }


def _opinions(item: ReviewItem) -> Iterable[Decision]:
    from reviewer.core.decisions import standing_decisions
    from reviewer.review.adjudication import standing_of

    return standing_decisions(standing_of(item)).values()


def _one_of(case: str, action: str, cannot_decide: bool) -> str:
    if not case:
        raise InputError("No case is named.", "Give --case KEY, or --list to see what is disputed.")
    if bool(action) is cannot_decide:
        raise InputError("It is not said what is to count.", "Give either --action ACTION or --cannot-decide.")
    return action or CANNOT_DECIDE


def _cause(text: str, anyway: bool) -> Cause | None:
    wanted = text.replace("-", "_")
    if not text and anyway:
        return None
    if wanted not in list(Cause):
        what = f"The cause {text!r} is not known." if text else "It is not said why the reviewers differed."
        raise InputError(what, f"Give --cause with one of: {CAUSES}.")
    return Cause(wanted)


def _place(options: ResponseOptions) -> Place:
    from reviewer.review.adjudication import Place

    return Place(options.run, options.case, options.repeat)


def _person(given: str) -> str:
    from reviewer.host.settings import default_reviewer

    return given or default_reviewer()


def _document(place: Place, person: str, spoken: Spoken) -> dict[str, object]:
    final = spoken.after.final
    return {
        "run": place.run,
        "case": place.case,
        "repeat": place.repeat,
        "reviewer": person,
        "final_action": final.action,
        "final_source": str(final.source) if final.source else None,
        "unscored_reason": str(final.reason) if final.reason else None,
    }


def _event(event: Decision) -> dict[str, object]:
    return {
        "decision": event.id,
        "kind": str(event.kind),
        "reviewer": event.reviewer,
        "action": event.action,
        **({"said_as": event.said_as} if event.said_as else {}),
        **({"carried_from": event.carried_from} if event.carried_from is not None else {}),
        "note": event.note or None,
        "at": event.at,
    }


def _word(action: ActionId | None, scale: ActionScale) -> str:
    return scale[action].name if action else "cannot decide"


def _final_words(spoken: Spoken) -> str:
    final = spoken.after.final
    return f"Final action: {spoken.scale[final.action].name if final.action else f'unscored ({final.reason})'}."


def _events(events: Iterable[Decision], scale: ActionScale) -> str:
    """`ann: refuse (decision 3); ben: answer (decision 4)`."""
    return "; ".join(
        f"{event.reviewer}: {word_of(event, lambda action: scale[action].name)} "
        f"({'adjudication' if event.kind is DecisionKind.ADJUDICATION else 'decision'} {event.id})"
        for event in events
    )
