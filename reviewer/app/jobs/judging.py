"""A judge on a run's responses: what would be asked, asking it, and whether it still judges as it did.

The window and the command go the same way: `prepare_judging`, which only reads; show what it says; `perform_judging`;
where that ends held by drift, ask a person, `accept_drift`, and once more from the start, which sends what is missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from reviewer.app.jobs.asking import ask, check_sendable, connected
from reviewer.app.jobs.at_work import JUDGED, at_work
from reviewer.app.jobs.job import JobContext, true_status
from reviewer.app.jobs.judge_admission import PersonsWord, settle, withdraw
from reviewer.app.jobs.judge_asking import Asked, Asker, classifier_name, judge_reply
from reviewer.app.jobs.judge_control import control_drift, control_run_for
from reviewer.app.jobs.terms import Pace
from reviewer.classify.judge.admission import ADMISSION_BAR, check_bar
from reviewer.classify.judge.drift import Drift
from reviewer.classify.judge.excerpt import MOST_CHARACTERS, check_most_characters
from reviewer.classify.judge.family import shared_family
from reviewer.classify.judge.prompt import JudgePrompt
from reviewer.classify.judge.rubric import RUBRIC_VERSION
from reviewer.core.changes import Changes
from reviewer.core.decisions import JudgeOutcome, JudgeReply, JudgeRunStatus
from reviewer.core.errors import ExitStatus, InputError
from reviewer.core.models import ModelVersion
from reviewer.core.responses import Response, ResponseState
from reviewer.host.clock import now
from reviewer.store.database import Workspace
from reviewer.store.facts.judging import JudgeKey, JudgeRunLine, NewJudgeRun, StoredText
from reviewer.store.facts.runs import RunLine
from reviewer.store.queries import judging as queries
from reviewer.store.queries import runs
from reviewer.store.writes import judging as writes
from reviewer.wording.plural import counted, noun

if TYPE_CHECKING:
    from reviewer.endpoints.protocol import ChatProtocol
    from reviewer.runner.budget import Used
    from reviewer.runner.progress import Progress, RunOutcome

REPLY_TOKENS = 120
"""Tokens of one filled-in form, for the estimate."""


@dataclass(frozen=True)
class JudgeRequest:
    """What a person asked for: which run, which judge (`version` has no system prompt), which control suite if any.

    `limit` is the most responses, counted from the front of the run by case key. `accepted_by` names who lets the
    judge go on should it drift; without a name it is held. `admitted` is a person's word that its verdicts count,
    whatever is measured, `bar` what is asked of the measured rates. Of texts over `most_characters` head and tail are
    sent. `unasked` names the sampling parameters that nobody asked for: a judge that does not take them is asked
    without. `takes_back` ends what a person's word from before holds up.
    """

    run: str
    version: ModelVersion
    control_suite: str = ""
    limit: int | None = None
    accepted_by: str = ""
    admitted: PersonsWord | None = None
    bar: float = ADMISSION_BAR
    most_characters: int = MOST_CHARACTERS
    unasked: frozenset[str] = frozenset()
    takes_back: bool = False


@dataclass(frozen=True)
class Judging:
    """What a judging would send, and what it leaves out. Nothing is stored or sent before `perform_judging`.

    `not_sent` counts responses by the state in which nothing can be judged, `already` those that this judge has
    replied to under this prompt. `resumes` is the judging that is taken up again. `control` is the whole control set,
    `control_asked` what of it is still to be sent.
    """

    line: RunLine
    request: JudgeRequest
    key: JudgeKey
    asked: tuple[Asked, ...]
    not_sent: Mapping[str, int]
    already: int
    control_run: RunLine | None = None
    control: tuple[StoredText, ...] = ()
    control_asked: tuple[Asked, ...] = ()
    resumes: JudgeRunLine | None = None
    mean_latency_ms: float | None = None

    @property
    def classifier(self) -> str:
        """The name that its verdicts carry: one judge is one model at one address, asked in one way."""
        return classifier_name(self.request.version)

    @property
    def n_requests(self) -> int:
        return len(self.asked) + len(self.control_asked)

    @cached_property
    def prompt_tokens(self) -> int:
        """Tokens to be sent, estimated as characters / 4; retries come on top."""
        from reviewer.runner.limits import estimated_tokens

        return round(sum(estimated_tokens(each.request.messages) for each in (*self.control_asked, *self.asked)))

    @property
    def reply_tokens(self) -> int:
        """Tokens to be received, estimated at 120 for each form."""
        return self.n_requests * REPLY_TOKENS

    @property
    def most_received(self) -> int | None:
        """Tokens of the replies at most; None: no limit."""
        limit = self.request.version.sampling.max_tokens
        return None if limit is None else limit * self.n_requests

    def seconds(self, pace: Pace | None = None) -> float | None:
        """How long it will take: by the limits, and by how fast this judge was before; None where neither is known."""
        endpoint, bounds = self.request.version.endpoint, []
        if self.mean_latency_ms is not None:
            bounds.append(self.n_requests * self.mean_latency_ms / 1000 / endpoint.concurrency)
        if pace and pace.requests_per_minute:
            bounds.append(self.n_requests * 60 / pace.requests_per_minute)
        if pace and pace.tokens_per_minute:
            bounds.append(self.prompt_tokens * 60 / pace.tokens_per_minute)
        return max(bounds, default=None)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know before sending."""
        return tuple(filter(None, (self._kinship, self._cuts)))

    @property
    def _kinship(self) -> str:
        judge, under_review = self.request.version, self.line.version
        if (judge.model, judge.endpoint.base_url) == (under_review.model, under_review.endpoint.base_url):
            return "The judge is the model under review: models tend to be kind to themselves."
        answered = {under_review.model, under_review.name, *(each.model for each in self.asked)}
        family = next(filter(None, (shared_family(judge.model, name) for name in sorted(answered))), "")
        kind = "models tend to be kind to their own"
        return f"The judge is of the {family} family, as the model under review: {kind}." if family else ""

    @property
    def _cuts(self) -> str:
        cut = sum(each.is_cut for each in (*self.control_asked, *self.asked))
        if not cut:
            return ""
        most = f"{self.request.most_characters:,} characters"
        return f"{counted(cut, 'text')} longer than {most} {noun(cut, 'is', 'are')} sent in part: beginning and end."

    @property
    def _first_asked(self) -> Asked | None:
        return next(iter((*self.control_asked, *self.asked)), None)

    @property
    def first_category(self) -> str:
        """Of the case that the first request is about."""
        return self._first_asked.category if self._first_asked else ""

    def first_prompt(self) -> str:
        """The first request as it will be sent, without the key; empty where nothing will be."""
        from reviewer.endpoints.registry import protocol_entry

        first = self._first_asked
        endpoint = self.request.version.endpoint
        return protocol_entry(endpoint.protocol).shown(endpoint, first.request) if first else ""


def accept_drift(workspace: Workspace, judge_run_id: int, by: str) -> Changes:
    """A person's word that a held judging may go on; then prepare and perform it again."""
    return writes.accept_drift(workspace, judge_run_id=judge_run_id, by=by, at=now())


def prepare_judging(workspace: Workspace, request: JudgeRequest) -> Judging:
    """What is missing, with the messages that would be sent. Raises InputError for an unknown run or control suite."""
    if request.limit is not None and request.limit < 1:
        raise InputError("The limit must be at least 1.", "Leave it out to judge every response.")
    check_bar(request.bar)
    line = runs.run_named(workspace, request.run)
    prompt = JudgePrompt(line.scale, check_most_characters(request.most_characters))
    key = JudgeKey(request.version.hash, prompt.hash)
    stored = queries.stored_texts(workspace, line.id)[: request.limit]
    done = queries.answered(workspace, line.id, key)
    asker = Asker(workspace, prompt, request.version, request.unasked)
    asked = asker.ask([text for text in stored if (text.response_id, text.hash) not in done])
    control_run = control_run_for(workspace, request.control_suite, key, line.id) if request.control_suite else None
    bare = Judging(
        line=line,
        request=request,
        key=key,
        asked=asked,
        not_sent=dict(asker.not_sent),
        already=len(done & {(text.response_id, text.hash) for text in stored}),
        mean_latency_ms=queries.mean_latency_ms(workspace, key.judge_hash),
    )
    return _with_control(workspace, bare, control_run, prompt) if asked else bare


def _with_control(workspace: Workspace, bare: Judging, control_run: RunLine | None, prompt: JudgePrompt) -> Judging:
    resumes = _unfinished(workspace, bare, control_run.id if control_run else None)
    if control_run is None:
        return replace(bare, resumes=resumes)
    replied = {v.response_id for v in queries.control_verdicts(workspace, [resumes.id])} if resumes else set()
    asker = Asker(workspace, prompt, bare.request.version, bare.request.unasked)
    whole = asker.ask(queries.stored_texts(workspace, control_run.id))
    if not whole:
        raise InputError(
            f"The run {control_run.name!r} of the control set has no response that can be judged.",
            "Give another control set.",
        )
    return replace(
        bare,
        control_run=control_run,
        control=tuple(each.stored for each in whole),
        control_asked=tuple(each for each in whole if each.stored.response_id not in replied),
        resumes=resumes,
    )


def _unfinished(workspace: Workspace, judging: Judging, control_run_id: int | None) -> JudgeRunLine | None:
    """The latest judging of the run by this judge with this control set, if it was cut short.

    One that is held and not accepted is not taken up: the control set is judged anew, the judge may have recovered.
    """
    former = [line for line in queries.judge_runs_of(workspace, judging.key) if line.run_id == judging.line.id]
    last = former[-1] if former else None
    if last is None or last.status is JudgeRunStatus.FINISHED or last.control_run_id != control_run_id:
        return None
    held = last.status is JudgeRunStatus.HELD and not (last.accepted_by or judging.request.accepted_by)
    return None if held else last


class Phase(StrEnum):
    """What a judging is at."""

    CONTROL = "control set"
    RESPONSES = "responses"


@dataclass(frozen=True)
class JudgingProgress:
    """A moment of a judging: how far the present phase is, and what it has found.

    What `sending` has used and spent is that of both phases; `outcomes` counts the phase's durable replies.
    """

    phase: Phase
    sending: Progress
    outcomes: Mapping[JudgeOutcome, int]

    @property
    def done(self) -> int:
        return self.sending.done

    @property
    def total(self) -> int:
        return self.sending.total

    @property
    def waits_for(self) -> str:
        return self.sending.waits_for

    @property
    def tokens(self) -> int:
        """What the endpoint says that both phases have used."""
        return self.sending.used.tokens


def gave_nothing(outcomes: Mapping[JudgeOutcome, int]) -> bool:
    """Whether there are replies, and none is a verdict; failed requests are no replies."""
    replied = sum(count for outcome, count in outcomes.items() if outcome is not JudgeOutcome.FAILED)
    return replied > 0 and not outcomes.get(JudgeOutcome.JUDGED)


@dataclass(frozen=True)
class JudgingEnd:
    """How a judging ended. `sentence` says why it did not finish, else it is empty.

    `judge_run_id` is None where there was nothing to send and the judge never judged this run. `sent` is the runner's
    account of the last phase; `outcomes` counts the replies on the run's responses, `control_outcomes` those on the
    control set. `line` is the judging as it stands then, which says whether its verdicts count.
    """

    status: JudgeRunStatus
    judge_run_id: int | None = None
    sentence: str = ""
    drift: Drift | None = None
    sent: RunOutcome | None = None
    outcomes: Mapping[JudgeOutcome, int] = field(default_factory=dict)
    control_outcomes: Mapping[JudgeOutcome, int] = field(default_factory=dict)
    line: JudgeRunLine | None = None

    @property
    def gave_nothing(self) -> bool:
        """Whether the judge has replied on the run, and nothing that it said is a verdict."""
        return gave_nothing(self.line.outcomes if self.line else self.outcomes)

    @property
    def tokens(self) -> int:
        """What the endpoint says that both phases have used."""
        return self.sent.progress.used.tokens if self.sent else 0

    @property
    def held(self) -> bool:
        """Whether it waits for a person's word on the drift."""
        return self.status is JudgeRunStatus.HELD

    @property
    def exit_status(self) -> ExitStatus:
        """What the command answers: held by drift, without any verdict, or with failed requests, is 1."""
        done = self.sent.exit_status if self.sent else ExitStatus.DONE
        is_no = self.gave_nothing or self.status in (JudgeRunStatus.HELD, JudgeRunStatus.STOPPED)
        return ExitStatus.ANSWER_IS_NO if is_no and done is ExitStatus.DONE else done


async def perform_judging(judging: Judging, context: JobContext[JudgingProgress]) -> JudgingEnd:
    """Ask the judge what is missing: the control set first, then, unless drift holds it, the run's responses.

    Each reply is durable before it is counted. Raises InputError for a wrong address, sampling, limit or key before
    anything is stored, and where another program judges the run, EnvironmentFault where the keyring or the disk fails.
    """
    if not judging.asked:
        return await context.do(lambda: _nothing_to_send(context.workspace, judging))
    await check_sendable(judging.request.version, context.terms)
    control_id = judging.control_run.id if judging.control_run else None
    async with at_work(context, JUDGED, judging.line.id, control_id):
        return await _Performing(judging, context, await context.do(lambda: _begun(context.workspace, judging))).run()


def _nothing_to_send(workspace: Workspace, judging: Judging) -> JudgingEnd:
    """People may have decided more since: whether the judge counts is looked at again."""
    former = [line for line in queries.judge_runs_of(workspace, judging.key) if line.run_id == judging.line.id]
    line = _settled(workspace, judging, former[-1].id) if former else None
    sentence = _no_verdict(line.outcomes, Counter()) if line is not None and gave_nothing(line.outcomes) else ""
    return JudgingEnd(JudgeRunStatus.FINISHED, sentence=sentence, line=line)


def _settled(workspace: Workspace, judging: Judging, judge_run_id: int) -> JudgeRunLine:
    request = judging.request
    if request.takes_back:
        withdraw(workspace, judge_run_id, request.bar)
    return settle(workspace, judge_run_id, request.bar, request.admitted)[0]


def _no_verdict(outcomes: Mapping[JudgeOutcome, int], reasons: Counter[str]) -> str:
    """That nothing was judged, and why most often."""
    why = f" Most often: {reasons.most_common(1)[0][0]}." if reasons else ""
    replies = counted(sum(outcomes.values()), "reply", "replies")
    return f"The judge gave no verdict: none of its {replies} is the form that it was asked for.{why}"


def _begun(workspace: Workspace, judging: Judging) -> int:
    """The id of the judging that is taken up again, else of a new one; whether it counts is settled."""
    with workspace.write():
        judge_run_id = _judge_run_id(workspace, judging)
        _settled(workspace, judging, judge_run_id)
        return judge_run_id


def _judge_run_id(workspace: Workspace, judging: Judging) -> int:
    if judging.resumes is not None:
        return judging.resumes.id
    new = NewJudgeRun(
        run_id=judging.line.id,
        version=judging.request.version,
        classifier=judging.classifier,
        prompt_hash=judging.key.prompt_hash,
        rubric_version=RUBRIC_VERSION,
        control_run_id=judging.control_run.id if judging.control_run else None,
    )
    return writes.create_judge_run(workspace, judging=new, at=now())[0]


class _Performing:
    """One judging while it goes on."""

    def __init__(self, judging: Judging, context: JobContext[JudgingProgress], judge_run_id: int) -> None:
        self._judging, self._context, self._id = judging, context, judge_run_id
        self._workspace, self._endpoint = context.workspace, judging.request.version.endpoint
        self._outcomes: dict[Phase, Counter[JudgeOutcome]] = {phase: Counter() for phase in Phase}
        self._no_verdicts: Counter[str] = Counter()

    async def run(self) -> JudgingEnd:
        async with true_status(self._set_status), connected(self._endpoint) as protocol:
            await self._set_status(JudgeRunStatus.RUNNING)
            end = await self._phases(protocol)
            end = replace(end, line=await self._settle())
            if end.gave_nothing and not end.sentence:
                end = replace(end, sentence=_no_verdict((end.line or end).outcomes, self._no_verdicts))
            await self._set_status(end.status, end.sentence, now())
            return end

    async def _settle(self) -> JudgeRunLine:
        return await self._context.do(lambda: _settled(self._workspace, self._judging, self._id))

    async def _phases(self, protocol: ChatProtocol) -> JudgingEnd:
        from reviewer.runner.progress import Ending

        drift, used = None, None
        if self._judging.control_run is not None:
            sent = await self._send(protocol, Phase.CONTROL, self._judging.control_asked)
            if sent.ending is not Ending.FINISHED:
                return self._ended(sent, None)
            used = sent.progress.used
            control = (await self._settle()).control_outcomes
            if gave_nothing(control):
                sentence = f"{_no_verdict(control, self._no_verdicts)} Nothing of the run was sent."
                return self._end(JudgeRunStatus.STOPPED, sentence, None, sent)
            drift = await self._context.do(self._compare)
            if drift.needs_a_word and not await self._context.do(self._accepted):
                return self._end(JudgeRunStatus.HELD, drift.sentence, drift, sent)
        return self._ended(await self._send(protocol, Phase.RESPONSES, self._judging.asked, used), drift)

    def _ended(self, sent: RunOutcome, drift: Drift | None) -> JudgingEnd:
        from reviewer.runner.progress import Ending

        failed = sent.progress.states.get(ResponseState.ERROR, 0)
        if sent.ending is Ending.FINISHED and failed:
            verb = noun(failed, "request")
            return self._end(JudgeRunStatus.STOPPED, f"{failed} {verb} failed; judge again to send them.", drift, sent)
        return self._end(JudgeRunStatus(sent.ending), sent.sentence, drift, sent)

    def _end(self, status: JudgeRunStatus, sentence: str, drift: Drift | None, sent: RunOutcome) -> JudgingEnd:
        found, control = self._outcomes[Phase.RESPONSES], self._outcomes[Phase.CONTROL]
        return JudgingEnd(status, self._id, sentence, drift, sent, dict(found), dict(control))

    def _compare(self) -> Drift:
        """Compare with the former control verdicts, and keep what was found with the judging."""
        judging, line = self._judging, queries.judge_run(self._workspace, self._id)
        drift = control_drift(self._workspace, line, judging.key, judging.control, judging.line.scale)
        writes.set_drift(self._workspace, judge_run_id=self._id, drift=drift.as_json())
        return drift

    def _accepted(self) -> bool:
        """Whether a person lets a judge that drifted go on; one named with the request is written down."""
        by = self._judging.request.accepted_by
        if queries.judge_run(self._workspace, self._id).accepted_by:
            return True
        if by:
            accept_drift(self._workspace, self._id, by)
        return bool(by)

    async def _send(
        self, protocol: ChatProtocol, phase: Phase, asked: Sequence[Asked], used: Used | None = None
    ) -> RunOutcome:
        from reviewer.runner.run import Listed

        by_place = {(each.request.case, each.request.repeat): each for each in asked}

        def store(batch: Sequence[Response]) -> None:
            replies = [self._reply(by_place[response.case, response.repeat], response) for response in batch]
            control = phase is Phase.CONTROL
            writes.add_replies(self._workspace, judge_run_id=self._id, replies=replies, control=control, at=now())
            # a new counter each time: the loop's thread reads it meanwhile
            self._outcomes[phase] = self._outcomes[phase] + Counter(reply.outcome for reply in replies)
            self._no_verdicts.update(reply.reason for reply in replies if reply.outcome is not JudgeOutcome.JUDGED)

        return await ask(
            self._context,
            protocol,
            self._endpoint,
            Listed([each.request for each in asked]),
            store=store,
            report=lambda moment: self._context.report(JudgingProgress(phase, moment, dict(self._outcomes[phase]))),
            used=used,
        )

    def _reply(self, asked: Asked, response: Response) -> JudgeReply:
        return judge_reply(asked, response, self._judging.line.scale, self._judging.classifier)

    async def _set_status(self, status: str, message: str = "", at: str = "") -> None:
        given = JudgeRunStatus(status)
        await self._context.do(
            lambda: writes.set_judge_run_status(
                self._workspace, judge_run_id=self._id, status=given, message=message, at=at
            )
        )


@dataclass(frozen=True)
class JudgeJob:
    """A run to be judged."""

    request: JudgeRequest

    def estimate(self, workspace: Workspace) -> Judging:
        """As `prepare_judging` does."""
        return prepare_judging(workspace, self.request)

    async def perform(self, context: JobContext[JudgingProgress]) -> JudgingEnd:
        """As `perform_judging` does."""
        return await perform_judging(await context.do(lambda: self.estimate(context.workspace)), context)
