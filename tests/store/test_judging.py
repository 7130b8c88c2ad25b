"""Judgings and replies in a real file: appended only, verdicts beside them, finals true, control replies apart."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.actions import ActionId
from reviewer.core.decisions import (
    FinalSource,
    JudgeAdmission,
    JudgeOutcome,
    JudgeReply,
    JudgeRunStatus,
    Verdict,
    classifiers_differ,
)
from reviewer.core.errors import InputError
from reviewer.core.models import Endpoint, ModelVersion, Sampling
from reviewer.store.database import Workspace
from reviewer.store.facts.judging import AdmissionWord, ControlVerdict, JudgeKey, NewJudgeRun, used_tokens
from reviewer.store.facts.review import QueueFilter
from reviewer.store.queries import judging as queries
from reviewer.store.queries.review import response_ids, review_item
from reviewer.store.queries.runs import endpoint_named
from reviewer.store.writes.judging import (
    accept_drift,
    add_replies,
    create_judge_run,
    set_admission,
    set_drift,
    set_judge_run_status,
)
from reviewer.store.writes.runs import add_verdicts
from tests.support.builders import ANSWER, AT, CLARIFY, LATER, REFUSE, Filled, decide, make_verdict

JUDGE = ModelVersion(
    "j", Endpoint("home", "openai-chat", "http://127.0.0.1:9/v1", key_env="K"), "j", sampling=Sampling(0.0, seed=2)
)
KEY = JudgeKey(JUDGE.hash, "prompt-1")


WORD = AdmissionWord(JudgeAdmission.PERSON, {"n": 0}, "ana", "for the test", AT)
BELOW = AdmissionWord(JudgeAdmission.BELOW, {"n": 40})


def begin(filled: Filled, *, control: bool = False, prompt: str = "prompt-1", word: AdmissionWord | None = WORD) -> int:
    new = NewJudgeRun(filled.run_id, JUDGE, "judge/j/1", prompt, "7", filled.run_id if control else None)
    judge_run_id = create_judge_run(filled.workspace, judging=new, at=AT)[0]
    if word is not None:
        set_admission(filled.workspace, judge_run_ids=[judge_run_id], word=word)
    return judge_run_id


def reply(filled: Filled, place: int, action: ActionId | None, **more: object) -> JudgeReply:
    response_id = filled.response_ids[place]
    item = review_item(filled.workspace, response_id)
    outcome = JudgeOutcome.JUDGED if action else JudgeOutcome.REFUSED
    given = JudgeReply(response_id, item.response.hash, outcome, make_verdict(action, "judge/j/1"), request_hash="r")
    return replace(given, **more)  # type: ignore[arg-type]


def put(filled: Filled, judge_run_id: int, *replies: JudgeReply, control: bool = False) -> None:
    add_replies(filled.workspace, judge_run_id=judge_run_id, replies=replies, control=control, at=AT)


def test_a_judging_keeps_who_was_asked_and_what(filled: Filled) -> None:
    judge_run_id = begin(filled)
    line = queries.judge_run(filled.workspace, judge_run_id)
    assert (line.run, line.classifier, line.prompt_hash, line.rubric_version) == ("run", "judge/j/1", "prompt-1", "7")
    assert (line.version.model, line.version.sampling, line.version.hash) == ("j", JUDGE.sampling, JUDGE.hash)
    assert (line.version.endpoint.name, line.version.endpoint.key_env) == ("home", "")
    assert (line.status, line.created_at, line.drift, line.control_run) == (JudgeRunStatus.NEW, AT, None, "")
    assert endpoint_named(filled.workspace, "home") == JUDGE.endpoint
    set_judge_run_status(
        filled.workspace, judge_run_id=judge_run_id, status=JudgeRunStatus.STOPPED, message="No.", at=LATER
    )
    line = queries.judge_run(filled.workspace, judge_run_id)
    assert (line.status, line.message, line.finished_at) == (JudgeRunStatus.STOPPED, "No.", LATER)


def test_a_reply_is_kept_whole_with_its_verdict(filled: Filled) -> None:
    given = reply(
        filled,
        0,
        REFUSE,
        reason="said by a test",
        returned_model="j-2",
        fingerprint="fp",
        raw_reply='{"action": …}',
        attempts=3,
        latency_ms=12.5,
        usage={"total_tokens": 9},
    )
    put(filled, begin(filled), given)
    [(judging, kept)] = queries.replies_in_full(filled.workspace, given.response_id)
    assert (judging.classifier, kept) == ("judge/j/1", given)
    item = review_item(filled.workspace, given.response_id)
    assert (item.final.action, item.final.source) == (REFUSE, FinalSource.JUDGE)
    assert item.verdicts[-1] == given.verdict


def test_counts_are_by_the_latest_reply_of_each_response(filled: Filled) -> None:
    judge_run_id = begin(filled, control=True)
    failed = reply(filled, 0, None, outcome=JudgeOutcome.FAILED, verdict=None, reason="no")
    put(filled, judge_run_id, failed, reply(filled, 1, None), reply(filled, 2, ANSWER, returned_model="b"))
    put(filled, judge_run_id, reply(filled, 0, REFUSE, returned_model="a", usage={"total_tokens": 4}))
    put(filled, judge_run_id, reply(filled, 3, CLARIFY, fingerprint="fp"), control=True)
    (line,) = queries.judge_runs(filled.workspace, filled.run_id)
    assert line.outcomes == {JudgeOutcome.JUDGED: 2, JudgeOutcome.REFUSED: 1}
    assert line.control_outcomes == {JudgeOutcome.JUDGED: 1}
    assert (line.judged, line.unscored, line.returned_models, line.fingerprints) == (2, 1, ("b", "a"), ("fp",))
    assert (line.tokens, line.control_run) == (4, "run")


def test_what_was_answered_is_known_by_judge_and_prompt(filled: Filled) -> None:
    failed = reply(filled, 1, None, outcome=JudgeOutcome.FAILED, verdict=None)
    put(filled, begin(filled), reply(filled, 0, ANSWER), failed)
    first = review_item(filled.workspace, filled.response_ids[0])
    found = queries.answered(filled.workspace, filled.run_id, KEY)
    assert found == {(first.response_id, first.response.hash)}
    for other in (JudgeKey("another", "prompt-1"), JudgeKey(KEY.judge_hash, "prompt-2")):
        assert queries.answered(filled.workspace, filled.run_id, other) == set()


def test_control_replies_are_no_verdicts(filled: Filled) -> None:
    judge_run_id = begin(filled, control=True)
    put(filled, judge_run_id, reply(filled, 0, REFUSE), reply(filled, 1, None), control=True)
    items = [review_item(filled.workspace, key) for key in filled.response_ids[:2]]
    assert [(item.final.action, item.final.source) for item in items] == [(ANSWER, FinalSource.RULES)] * 2
    assert [len(item.verdicts) for item in items] == [1, 1]
    assert queries.answered(filled.workspace, filled.run_id, KEY) == set()
    assert queries.replies_in_full(filled.workspace, filled.response_ids[0]) == []
    assert queries.control_verdicts(filled.workspace, [judge_run_id]) == [
        ControlVerdict(item.response_id, item.case.key, 1, item.response.hash, action)
        for item, action in zip(items, (REFUSE, None), strict=True)
    ]


def test_a_drift_and_the_word_on_it_are_kept(filled: Filled) -> None:
    judge_run_id = begin(filled)
    set_drift(filled.workspace, judge_run_id=judge_run_id, drift={"changed": 2})
    with pytest.raises(InputError, match="not said who"):
        accept_drift(filled.workspace, judge_run_id=judge_run_id, by=" ", at=AT)
    accept_drift(filled.workspace, judge_run_id=judge_run_id, by="ana", at=LATER)
    line = queries.judge_run(filled.workspace, judge_run_id)
    assert (line.drift, line.accepted_by, line.accepted_at) == ({"changed": 2}, "ana", LATER)


def test_a_newer_verdict_of_the_same_judge_is_its_only_vote(filled: Filled) -> None:
    put(filled, begin(filled), reply(filled, 0, REFUSE))
    put(filled, begin(filled, prompt="prompt-2"), reply(filled, 0, CLARIFY))
    item = review_item(filled.workspace, filled.response_ids[0])
    assert (item.final.action, len(item.verdicts)) == (CLARIFY, 2)
    assert len(queries.judge_runs_of(filled.workspace, KEY)) == 1


def queue(workspace: Workspace, run_id: int) -> list[int]:
    return list(response_ids(workspace, run_id, QueueFilter.DISAGREEMENT))


def test_the_queue_of_disagreements_follows_the_verdicts(filled: Filled) -> None:
    judge_run_id = begin(filled)
    put(filled, judge_run_id, reply(filled, 0, REFUSE), reply(filled, 1, ANSWER), reply(filled, 2, None))
    assert queue(filled.workspace, filled.run_id) == [filled.response_ids[0]]
    decide(filled.workspace, filled.response_ids[0], REFUSE)
    assert queue(filled.workspace, filled.run_id) == [filled.response_ids[0]]
    add_verdicts(filled.workspace, verdicts={filled.response_ids[0]: [make_verdict(REFUSE)]}, at=LATER)
    assert queue(filled.workspace, filled.run_id) == []
    add_verdicts(filled.workspace, verdicts={filled.response_ids[1]: [make_verdict(CLARIFY, "judge/k/2")]}, at=LATER)
    assert queue(filled.workspace, filled.run_id) == [filled.response_ids[1]]


@given(st.lists(st.sampled_from([ANSWER, REFUSE, CLARIFY, None]), max_size=5))
def test_classifiers_differ_where_two_name_different_actions(actions: list[ActionId | None]) -> None:
    verdicts: list[Verdict] = [make_verdict(action, f"judge/{n}") for n, action in enumerate(actions)]
    named = [action for action in actions if action is not None]
    assert classifiers_differ(verdicts) == any(a != b for a in named for b in named)
    assert classifiers_differ(verdicts) == classifiers_differ(verdicts[::-1])


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [({}, 0), ({"total_tokens": 7, "prompt_tokens": 5}, 7), ({"prompt_tokens": 5, "completion_tokens": 4}, 9)],
)
def test_tokens_are_the_total_else_the_sum(usage: dict[str, int], tokens: int) -> None:
    assert used_tokens(usage) == tokens


def test_the_mean_latency_is_the_judges_own(filled: Filled) -> None:
    assert queries.mean_latency_ms(filled.workspace, KEY.judge_hash) is None
    put(filled, begin(filled), reply(filled, 0, ANSWER, latency_ms=10.0), reply(filled, 1, ANSWER, latency_ms=30.0))
    assert queries.mean_latency_ms(filled.workspace, KEY.judge_hash) == 20.0
    assert queries.mean_latency_ms(filled.workspace, "another") is None


def finals_of(filled: Filled) -> list[tuple[ActionId | None, FinalSource | None, bool]]:
    """What counts of the first two responses, and whether the last verdict on each does."""
    items = [review_item(filled.workspace, response_id) for response_id in filled.response_ids[:2]]
    return [(item.final.action, item.final.source, item.verdicts[-1].counted) for item in items]


def test_a_judge_that_is_not_admitted_is_kept_and_changes_no_final_action(filled: Filled) -> None:
    judge_run_id = begin(filled, word=None)
    assert not queries.judge_run(filled.workspace, judge_run_id).is_counted
    put(filled, judge_run_id, reply(filled, 0, REFUSE), reply(filled, 1, None))
    assert finals_of(filled) == [(ANSWER, FinalSource.RULES, False)] * 2
    item = review_item(filled.workspace, filled.response_ids[0])
    assert [verdict.action for verdict in item.verdicts] == [ANSWER, REFUSE]


def test_what_is_said_of_a_judge_moves_its_final_actions_with_it(filled: Filled) -> None:
    judge_run_id = begin(filled, word=None)
    put(filled, judge_run_id, reply(filled, 0, REFUSE), reply(filled, 1, None))
    changes = set_admission(filled.workspace, judge_run_ids=[judge_run_id], word=WORD)
    assert (changes.responses, changes.run_ids) == (True, frozenset({filled.run_id}))
    assert finals_of(filled) == [(REFUSE, FinalSource.JUDGE, True), (None, None, True)]
    line = queries.judge_run(filled.workspace, judge_run_id)
    assert (line.admission, line.admitted_by, line.admitted_why, line.admitted_at, line.measured) == (
        JudgeAdmission.PERSON,
        "ana",
        "for the test",
        AT,
        {"n": 0},
    )
    back = set_admission(filled.workspace, judge_run_ids=[judge_run_id], word=BELOW)
    assert back.responses
    assert finals_of(filled) == [(ANSWER, FinalSource.RULES, False)] * 2
    assert queries.judge_run(filled.workspace, judge_run_id).admitted_at == ""


def test_a_word_that_moves_nothing_touches_no_response(filled: Filled) -> None:
    judge_run_id = begin(filled, word=None)
    put(filled, judge_run_id, reply(filled, 0, REFUSE))
    changes = set_admission(filled.workspace, judge_run_ids=[judge_run_id], word=BELOW)
    assert (changes.runs, changes.responses, changes.verdicts) == (True, False, False)


@pytest.mark.parametrize(("by", "why", "said"), [("", "known", "who lets the judge"), ("ana", " ", "why the judge")])
def test_a_persons_word_has_a_name_and_a_reason(filled: Filled, by: str, why: str, said: str) -> None:
    judge_run_id = begin(filled, word=None)
    with pytest.raises(InputError, match=said):
        set_admission(
            filled.workspace, judge_run_ids=[judge_run_id], word=AdmissionWord(JudgeAdmission.PERSON, None, by, why)
        )
    assert not queries.judge_run(filled.workspace, judge_run_id).is_counted


def test_a_new_wording_that_is_not_admitted_leaves_the_former_verdicts_counting(filled: Filled) -> None:
    put(filled, begin(filled), reply(filled, 0, REFUSE))
    put(filled, begin(filled, prompt="prompt-2", word=None), reply(filled, 0, CLARIFY))
    item = review_item(filled.workspace, filled.response_ids[0])
    assert (item.final.action, item.final.source) == (REFUSE, FinalSource.JUDGE)
    assert [(verdict.action, verdict.counted) for verdict in item.verdicts] == [
        (ANSWER, True),
        (REFUSE, True),
        (CLARIFY, False),
    ]
    put(filled, begin(filled, prompt="prompt-3"), reply(filled, 0, ANSWER))
    item = review_item(filled.workspace, filled.response_ids[0])
    assert [(verdict.action, verdict.counted) for verdict in item.verdicts] == [(ANSWER, True), (ANSWER, True)]


def test_decisions_on_what_the_judge_replied_are_found_with_its_latest_reply(filled: Filled) -> None:
    decide(filled.workspace, filled.response_ids[0], REFUSE)
    decide(filled.workspace, filled.response_ids[1], ANSWER)
    put(filled, begin(filled, word=None), reply(filled, 0, ANSWER), reply(filled, 2, ANSWER))
    put(filled, begin(filled, word=None), reply(filled, 0, REFUSE))
    put(filled, begin(filled, word=None, prompt="prompt-2"), reply(filled, 1, ANSWER))
    (found,) = queries.decided_replies(filled.workspace, KEY)
    assert (found.response_id, found.action, found.control) == (filled.response_ids[0], REFUSE, False)
    assert [event.action for event in found.events] == [REFUSE]
