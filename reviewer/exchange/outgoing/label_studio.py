"""Label Studio's tasks: each response with the classifiers' predictions and people's annotations, and what labels them.

An import there knows no other people than the server's own, so that an annotation names nobody in `completed_by` and
its reviewer in a field of its own, which our import reads again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import quoteattr

from reviewer.core.actions import ActionScale
from reviewer.core.decisions import Decision, DecisionKind, Verdict
from reviewer.exchange.outgoing.facts import Holds, Outgoing, OutgoingRow, OutgoingRun, Written
from reviewer.exchange.outgoing.writing import JsonRow, chat_messages, write_json_list
from reviewer.host.files import replacing_text

ACTION, REVIEWER, NOTE, SHOWN = "action", "reviewer", "note", "response"
CANNOT_DECIDE = "cannot_decide"
_CONFIG_ENDING = ".config.xml"


class LabelStudioTasks:
    name = "label-studio"
    title = "Label Studio tasks"
    description = "Label Studio tasks with predictions and annotations; the labeling configuration is written beside."
    suffixes = (".json",)
    holds = Holds.RESPONSES

    def write(self, path: Path, outgoing: Outgoing) -> Written:
        count = write_json_list(path, (_task(row, outgoing.run) for row in outgoing.rows()))
        config = path.with_name(path.stem + _CONFIG_ENDING)
        with replacing_text(config) as out:
            out.write(labeling_config(outgoing.scale))
        return Written(count, (f"The labeling configuration of the project is in {config}.",))


def labeling_config(scale: ActionScale) -> str:
    """The labeling configuration: the request, the response, one choice among the actions, reviewer and note."""
    choices = [f"    <Choice value={quoteattr(each.id)} alias={quoteattr(each.id)}/>" for each in scale.actions]
    lines = [
        "<View>",
        '  <Header value="Request"/>',
        '  <Text name="request" value="$prompt" valueType="text"/>',
        '  <Header value="Response"/>',
        f'  <Text name="{SHOWN}" value="$response" valueType="text"/>',
        f'  <Choices name="{ACTION}" toName="{SHOWN}" choice="single" required="true">',
        *choices,
        f'    <Choice value="{CANNOT_DECIDE}"/>',
        "  </Choices>",
        f'  <TextArea name="{NOTE}" toName="{SHOWN}" maxSubmissions="1"/>',
        f'  <TextArea name="{REVIEWER}" toName="{SHOWN}" maxSubmissions="1"/>',
        "</View>",
    ]
    return "\n".join(lines) + "\n"


def _task(row: OutgoingRow, run: OutgoingRun) -> JsonRow:
    case, response = row.case, row.response
    about: dict[str, object] = {
        "category": case.category,
        "labelled_action": case.label,
        "reasoning": response.reasoning,
    }
    about |= {} if case.is_prompt else {"messages": chat_messages(case)}
    return {
        "data": {
            "case": case.key,
            "run": run.name,
            "model": run.model,
            "repeat": response.repeat,
            "state": str(response.state),
            "prompt": case.request if case.is_prompt else "\n\n".join(f"{m.role}: {m.shown}" for m in case.messages),
            "response": response.text,
            "response_hash": response.hash,
            **{name: value for name, value in about.items() if value},
        },
        "predictions": list(_predictions(row.verdicts)),
        "annotations": [_annotation(said) for said in row.people],
    }


def _predictions(verdicts: tuple[Verdict, ...]) -> Iterator[JsonRow]:
    for verdict in verdicts:
        if verdict.action is not None:
            yield {
                "model_version": verdict.classifier,
                "score": verdict.confidence,
                "result": [_choice(verdict.action)],
            }


def _annotation(said: Decision) -> JsonRow:
    result = [_choice(said.action or CANNOT_DECIDE), _text(REVIEWER, said.reviewer)]
    result += [_text(NOTE, said.note)] if said.note else []
    found: dict[str, object] = {"result": result, "ground_truth": said.kind is DecisionKind.ADJUDICATION}
    found |= {"created_at": said.at, "updated_at": said.at} if said.at else {}
    return found | ({} if said.seconds_spent is None else {"lead_time": said.seconds_spent})


def _choice(value: str) -> JsonRow:
    return {"from_name": ACTION, "to_name": SHOWN, "type": "choices", "value": {"choices": [value]}}


def _text(name: str, text: str) -> JsonRow:
    return {"from_name": name, "to_name": SHOWN, "type": "textarea", "value": {"text": [text]}}
