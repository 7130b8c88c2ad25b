"""The workspaces that are photographed, each made by the program's own writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from reviewer.app.demo import build_demo
from reviewer.core.actions import ActionId
from reviewer.core.cases import Case, CaseKey, Message, Role, SuiteHead
from reviewer.core.models import Endpoint, ModelVersion
from reviewer.core.responses import Response
from reviewer.core.runs import RunStatus
from reviewer.host.clock import now
from reviewer.review.disputes import say_against
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.runs import Classified
from reviewer.store.facts.suites import OnConflict
from reviewer.store.queries import review, runs
from reviewer.store.queries.suites import current_case_ids
from reviewer.store.writes import runs as run_writes
from reviewer.store.writes import suites as suite_writes
from tests.support.builders import (
    ANSWER,
    REFUSE,
    decide,
    fill,
    filled_workspace,
    make_case,
    make_response,
    make_run,
    make_suite,
    make_verdict,
)
from tests.support.swinging import swing_workspace
from tests.support.tool_cases import AGENT, IN_PIECES, PICTURED, case_of

LONG = "Rechtsschutzversicherungsgesellschaften und Donaudampfschifffahrtsgesellschaftskapitän. " * 230
RIGHT_TO_LEFT = "أهلاً، لا أستطيع أن أكتب هذا الخطاب باسم شخص آخر. يمكنني أن أساعدك في كتابة خطاب باسمك. " * 6
MARKUP = '<h1>Not a heading</h1> <img src="http://127.0.0.1/x"> <a href="file:///etc/passwd">link</a> \u202etxet\u202c'
CJK = "这封信我不能以别人的名义来写。我可以帮您用自己的名义写一封。必要であれば、下書きをお手伝いします。" * 8
HIDDEN = (
    "Here \u202eis text\u202c with a zero\u200bwidth space, a soft\u00adhyphen, a byte-order\ufeffmark, ESC \u001b[31m "
    "and tags \U000e0041\U000e0042\U000e007f.\n" + "\n" * 40 + "After forty lines.\n```\ncode   in   a fence\n```\n"
)
TURNS = 25


def _turns() -> tuple[Message, ...]:
    """A conversation of 25 turns, the last one a person's."""
    roles = (Role.USER, Role.ASSISTANT)
    return tuple(
        Message(roles[number % 2], f"Turn {number + 1}: and what about step {number + 1}?") for number in range(TURNS)
    )


def hostile_workspace(workspace: Workspace) -> None:
    """Cases whose texts are as unkind to a layout as texts get."""
    suite_id, _ = suite_writes.ensure_suite(workspace, head=SuiteHead("hostile texts"), at=now())
    texts = {
        "long": LONG,
        "right-to-left": RIGHT_TO_LEFT,
        "markup": MARKUP,
        "cjk": CJK,
        "hidden": HIDDEN,
        "turns": "I will go on to the next step.",
    }
    cases = [
        Case(
            CaseKey(f"{name}-{'x' * 60}"),
            _turns() if name == "turns" else (Message(Role.USER, text[:4000]),),
            ActionId("clarify"),
            category=name * 8,
        )
        for name, text in texts.items()
    ]
    suite_writes.add_cases(
        workspace, suite_id=suite_id, cases=cases, at=now(), author="gallery", on_conflict=OnConflict.REPORT
    )
    _hostile_run(workspace, suite_id, cases, list(texts.values())[::-1], "v" * 80)
    # the newest is the one that opens: each case with a response of its own kind
    _hostile_run(workspace, suite_id, cases, list(texts.values()), "w" * 80)
    for line in runs.runs(workspace):
        for number, response_id in enumerate(review.response_ids(workspace, line.id)[:4]):
            for name, action in zip(NAMES[1:3], (REFUSE, ANSWER), strict=True):
                decide(workspace, response_id, ANSWER if number == line.id else action, name)


def _hostile_run(
    workspace: Workspace, suite_id: int, cases: Sequence[Case], texts: Sequence[str], version_name: str
) -> None:
    version = ModelVersion(version_name, Endpoint("imported", "imported"), "m" * 80)
    version_id, _ = run_writes.ensure_model_version(workspace, version=version, at=now())
    run_id, _ = run_writes.create_run(
        workspace,
        name=f"a run with a name that goes on for rather longer than any list is wide, {version_name}",
        suite_id=suite_id,
        model_version_id=version_id,
        case_ids=[],
        repeats=1,
        at=now(),
        status=RunStatus.IMPORTED,
    )
    run_writes.extend_run(workspace, run_id=run_id, case_ids=list(range(1, len(cases) + 1)))
    verdicts = (make_verdict(ANSWER if version_name.startswith("v") else REFUSE),)
    items = [Classified(Response(case.key, text=text), verdicts) for case, text in zip(cases, texts, strict=True)]
    run_writes.add_responses(workspace, run_id=run_id, responses=items, at=now())


NAMES = (
    "<b>bold</b> & <a href='x'>a link</a>",
    "1.0 \u202e)dedeetcus(\u202c",
    "مرحبا بالعالم " * 8,
    "Donaudampfschifffahrtsgesellschaft" * 6,
    "two\nlines\tand a tab",
    "zero\u200bwidth\u2066 and an isolate",
)
"""What people, files and tools may call something."""


def names_workspace(workspace: Workspace) -> None:
    """A suite, runs, cases, categories, tags and reviewers whose names are unkind; on some of them reviewers differ."""
    cases = [
        make_case(f"{name} {number}", label=REFUSE, category=name, tags=(name, "plain"))
        for number, name in enumerate(NAMES)
    ]
    suite = make_suite(workspace, cases, NAMES[0])
    for number, run in enumerate(NAMES[1:4]):
        version = ModelVersion(f"{run} {number}", Endpoint(run, "imported"), NAMES[4])
        answered = [
            Classified(make_response(case.key), (make_verdict((REFUSE, ANSWER)[number % 2]),)) for case in cases
        ]
        make_run(workspace, suite, answered, name=f"{run} {number}", version=version)
    for line in runs.runs(workspace):
        for response_id in review.response_ids(workspace, line.id)[:4]:
            for name, action in zip(NAMES[1:3], (REFUSE, ANSWER), strict=True):
                decide(workspace, response_id, action, name)
    case_id = current_case_ids(workspace, suite)[cases[0].key]
    say_against(workspace, case_id, ANSWER, {}, NAMES[2], NAMES[1])


def tool_workspace(workspace: Workspace) -> None:
    """Conversations with tool turns, a picture and a name."""
    fill(workspace, [case_of("agent", AGENT), case_of("picture", PICTURED), case_of("pieces", IN_PIECES)])


def finished_workspace(workspace: Workspace) -> None:
    """Nothing is left to decide."""
    for line in runs.runs(workspace):
        for response in review.response_ids(workspace, line.id):
            decide(workspace, response, REFUSE)


MADE: Mapping[str, Callable[[Workspace], object]] = {
    "empty": lambda _workspace: None,
    "demo": build_demo,
    "hostile": hostile_workspace,
    "tools": tool_workspace,
    "swing": swing_workspace,
    "names": names_workspace,
    "cases": lambda workspace: make_suite(workspace, [make_case("one"), make_case("two")], "release-2027"),
}


def make_workspaces(folder: Path) -> None:
    """One file each, named as states name them."""
    for name, fill_it in MADE.items():
        workspace = open_workspace(folder / f"{name}.sqlite", create=True)
        fill_it(workspace)
        workspace.close()
    filled = filled_workspace(folder / "finished.sqlite")
    finished_workspace(filled.workspace)
    filled.workspace.close()
