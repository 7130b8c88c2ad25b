"""Writes the plans of a file's parts, all inside one transaction."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from reviewer.app.jobs.classification import rules_verdicts
from reviewer.app.jobs.import_ahead import RulesAhead
from reviewer.app.jobs.import_contents import WATCHED_EVERY, ImportRequest
from reviewer.app.jobs.import_origin import origin_of, sha256_of
from reviewer.app.jobs.import_places import CaseNumbers
from reviewer.app.jobs.import_plan import ImportPlan, SuitePlan
from reviewer.app.jobs.import_run_plan import Place, PlannedEvent, RunDeciding, RunPlan, RunTarget
from reviewer.core.actions import ActionScale
from reviewer.core.changes import Changes
from reviewer.core.decisions import DecisionKind, DecisionOrigin, Verdict
from reviewer.core.hashing import canonical_json
from reviewer.core.models import Endpoint, ModelVersion
from reviewer.core.no_response_kinds import SAYS_SO
from reviewer.core.responses import DOUBTED_STATES
from reviewer.core.runs import RunStatus
from reviewer.exchange.kit.records import DecisionRecord, OriginRecord, ResponseRecord, VerdictRecord
from reviewer.host.clock import now
from reviewer.store.database import Workspace
from reviewer.store.facts.review import NewDecision
from reviewer.store.facts.runs import Classified
from reviewer.store.facts.suites import OnConflict
from reviewer.store.queries import arrivals as arrival_queries
from reviewer.store.queries import review, suites
from reviewer.store.writes import arrivals as arrival_writes
from reviewer.store.writes import decisions as decision_writes
from reviewer.store.writes import origins as origin_writes
from reviewer.store.writes import runs as run_writes
from reviewer.store.writes import suites as suite_writes
from reviewer.store.writes.arrivals import Arrival
from reviewer.store.writes.import_acts import add_import_act, last_numbers

READ_WITH_IMPORT = 25_000
"""So many new responses of a file are read by the rules while it is imported; the others wait for a job that can be
stopped. Reading takes as long for each as all the rest together, and nothing can be used before an import ends."""


def unread(n_fresh: int) -> int:
    """How many of so many new responses of a file the rules have still to read when it has been imported."""
    return max(0, n_fresh - READ_WITH_IMPORT)


class CaseIds:
    """The ids of case versions by the cases' numbers, eight bytes each."""

    def __init__(self, other: CaseIds | None = None) -> None:
        self._ids: array[int] = array("q", other._ids if other else ())

    def put(self, number: int, case_id: int) -> None:
        if number >= len(self._ids):
            self._ids.frombytes(bytes(8 * (number + 1 - len(self._ids))))
        self._ids[number] = case_id

    def __getitem__(self, number: int) -> int:
        """0 for a case that it does not have."""
        return self._ids[number] if number < len(self._ids) else 0


class Writing:
    """One file's. `changes` is what has been written so far, `unasked` the responses of each run, by its name, that are
    none to their requests: how many, by the rules' sentence.
    """

    def __init__(
        self,
        workspace: Workspace,
        request: ImportRequest,
        format_name: str,
        numbers: CaseNumbers,
        ahead: RulesAhead,
        watch: Callable[[], None],
    ) -> None:
        """`watch` is called now and then; what it raises ends the import."""
        self._workspace, self._request, self._format = workspace, request, format_name
        self._numbers, self._ahead, self._watch = numbers, ahead, watch
        self._origin_id = 0
        self._at = now()
        self._suite_ids: dict[str, int] = {}
        self._stale: set[int] = set()
        self._case_ids: dict[str, CaseIds] = {}
        self._ids_of_run: dict[str, CaseIds] = {}
        self._run_ids: dict[str, int] = {}
        self._repeats: dict[str, int] = {}
        self._events: dict[str, dict[int, int]] = {}
        self._to_read = READ_WITH_IMPORT
        self.unasked: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._before = last_numbers(workspace)
        self._extended: list[tuple[int, int]] = []
        self._changed = 0
        self.changes = Changes()
        self.act_id = 0
        """The import, as it is known to who would take it back; 0 where nothing was added."""

    def part(self, plan: ImportPlan, origin: OriginRecord | None) -> None:
        if plan.adds_rows and not self._origin_id:
            made = origin_of(
                self._request, self._format, origin, self._at, self._ahead.sha256 or sha256_of(self._request.path)
            )
            self._origin_id, _ = origin_writes.add_origin(self._workspace, origin=made)
        if plan.suite is not None and plan.suite.writes:
            self._write_suite(plan.suite)
        arrivals = [arrival for run in plan.runs for arrival in self._arrivals(run)]
        self._watch()
        self._add(arrivals)
        for run in plan.runs:
            self._write_said(run)
        self._watch()

    def last(self, plan: ImportPlan, runs: Iterable[RunDeciding], numbers: CaseNumbers) -> None:
        """What waited for the end, the cases that runs took in, and what follows from all of a suite's cases."""
        keys = numbers.keys()
        for run in runs:
            self._extend(run, keys)
        for planned in plan.runs:
            self._write_said(planned)
        for suite_id in self._stale:
            suite_writes.rehash_suite(self._workspace, suite_id=suite_id)
        self.act_id = add_import_act(
            self._workspace,
            file=self._request.path.name,
            format_name=self._format,
            before=self._before,
            extended=self._extended,
            changed=self._changed,
            author=self._request.author,
            at=self._at,
        )
        self._watch()

    # cases

    def _write_suite(self, plan: SuitePlan) -> None:
        name = plan.head.name
        if name not in self._suite_ids:
            self._suite_ids[name], changes = suite_writes.ensure_suite(self._workspace, head=plan.head, at=self._at)
            self.changes |= changes
        suite_id, ids = self._suite_ids[name], self._ids_of(name)
        for start in range(0, len(plan.new), WATCHED_EVERY * 10):
            self._watch()
            some = plan.new[start : start + WATCHED_EVERY * 10]
            stored = suite_writes.add_new_cases(
                self._workspace, suite_id=suite_id, cases=some, at=self._at, author=self._request.author
            )
            for case, case_id in zip(some, stored, strict=True):
                ids.put(self._numbers(case.key), case_id)
        if plan.new:
            self._stale.add(suite_id)
            self.changes |= Changes(suites=True, cases=True, labels=True)
        if plan.changed:
            self._replace(plan, suite_id, ids)
        if plan.beside:
            beside = {ids[self._numbers(key)]: beside for key, beside in plan.beside.items()}
            self.changes |= origin_writes.put_beside_cases(self._workspace, origin_id=self._origin_id, cases=beside)

    def _replace(self, plan: SuitePlan, suite_id: int, ids: CaseIds) -> None:
        added = suite_writes.add_cases(
            self._workspace,
            suite_id=suite_id,
            cases=plan.changed,
            at=self._at,
            author=self._request.author,
            on_conflict=OnConflict.NEW_VERSION,
        )
        self.changes |= added.changes
        before = {case.key: ids[self._numbers(case.key)] for case in plan.changed}
        for key, case_id in arrival_queries.current_case_ids(self._workspace, suite_id):
            ids.put(self._numbers(key), case_id)
        self._changed += sum(ids[self._numbers(key)] == case_id for key, case_id in before.items())

    def _ids_of(self, suite: str) -> CaseIds:
        if suite not in self._case_ids:
            if suite not in self._suite_ids:
                self._suite_ids[suite] = suites.suite_named(self._workspace, suite).id
            ids = self._case_ids[suite] = CaseIds()
            for key, case_id in arrival_queries.current_case_ids(self._workspace, self._suite_ids[suite]):
                ids.put(self._numbers(key), case_id)
        return self._case_ids[suite]

    # responses

    def _arrivals(self, plan: RunPlan) -> list[Arrival]:
        """The run's new responses; those in the place of failed ones are stored."""
        run_id = self._run_id(plan)
        if plan.retried:
            self._retry(plan, run_id)
        read, self._to_read = plan.fresh[: self._to_read], max(0, self._to_read - len(plan.fresh))
        ids = self._ids_in(plan.run)
        found = [ids[self._numbers(record.response.case)] for record in plan.fresh]
        verdicts: list[Verdict | None] = [*self._verdicts(read, found, plan.run.scale)]
        self.unasked[plan.run.name].update(_unasked(read, verdicts))
        verdicts += [None] * (len(plan.fresh) - len(read))
        return [
            Arrival(run_id, case_id, record.response, verdict, _kept_text(record))
            for record, case_id, verdict in zip(plan.fresh, found, verdicts, strict=True)
        ]

    def _verdicts(
        self, records: Sequence[ResponseRecord], case_ids: Sequence[int], scale: ActionScale
    ) -> Iterator[Verdict]:
        """What the rules say of each, in their order."""
        for start in range(0, len(records), WATCHED_EVERY):
            self._watch()
            some, ids = records[start : start + WATCHED_EVERY], case_ids[start : start + WATCHED_EVERY]
            cases = arrival_queries.cases(self._workspace, list(dict.fromkeys(ids)))
            answered = [(cases[key], record.response) for key, record in zip(ids, some, strict=False)]
            known = [self._ahead.verdict(response, case) for case, response in answered]
            unread = iter(rules_verdicts([each for each, said in zip(answered, known, strict=True) if not said], scale))
            yield from (said or next(unread) for said in known)

    def _retry(self, plan: RunPlan, run_id: int) -> None:
        ids = self._ids_in(plan.run)
        self._changed += len(plan.retried)
        found = [ids[self._numbers(record.response.case)] for record in plan.retried]
        verdicts = [*self._verdicts(plan.retried, found, plan.run.scale)]
        self.unasked[plan.run.name].update(_unasked(plan.retried, verdicts))
        items = [Classified(record.response, (said,)) for record, said in zip(plan.retried, verdicts, strict=True)]
        added = run_writes.add_responses(self._workspace, run_id=run_id, responses=items, at=self._at)
        kept = {(r.response.case, r.response.repeat): r.kept for r in plan.retried if r.kept}
        self.changes |= added.changes | origin_writes.put_beside_responses(
            self._workspace, run_id=run_id, origin_id=self._origin_id, kept=kept
        )

    def _add(self, arrivals: list[Arrival]) -> None:
        arrival_writes.add_arrivals(self._workspace, arrivals=arrivals, origin_id=self._origin_id, at=self._at)
        if arrivals:
            touched = {arrival.run_id for arrival in arrivals}
            self.changes |= Changes(runs=True, responses=True, verdicts=True).within(run_ids=touched)

    # runs

    def _run_id(self, plan: RunPlan) -> int:
        run = plan.run
        if run.name not in self._run_ids:
            self._run_ids[run.name] = run.line.id if run.line else self._make_run(run, plan.repeats)
            self._repeats[run.name] = run.line.repeats if run.line else plan.repeats
        if plan.repeats > self._repeats[run.name]:
            run_writes.set_repeats(self._workspace, run_id=self._run_ids[run.name], repeats=plan.repeats)
            self._repeats[run.name] = plan.repeats
        return self._run_ids[run.name]

    def _make_run(self, run: RunTarget, repeats: int) -> int:
        version = ModelVersion(run.name, Endpoint(name="imported", protocol="imported"), run.model)
        version_id, _ = run_writes.ensure_model_version(self._workspace, version=version, at=self._at)
        run_id, changes = run_writes.create_run(
            self._workspace,
            name=run.name,
            suite_id=suites.suite_named(self._workspace, run.suite).id,
            model_version_id=version_id,
            case_ids=[],
            repeats=repeats,
            at=self._at,
            status=RunStatus.IMPORTED,
        )
        self.changes |= changes | Changes(endpoints=True)
        return run_id

    def _ids_in(self, run: RunTarget) -> CaseIds:
        """The case versions that a run is over; of those that it takes in, the current ones."""
        if run.line is None:
            return self._ids_of(run.suite)
        if run.name not in self._ids_of_run:
            ids = self._ids_of_run[run.name] = CaseIds(self._ids_of(run.suite))
            for key, case_id in arrival_queries.case_ids_of_run(self._workspace, run.line.id):
                ids.put(self._numbers(key), case_id)
        return self._ids_of_run[run.name]

    def _extend(self, run: RunDeciding, keys: Sequence[str]) -> None:
        if run.extends:
            ids = self._ids_of(run.run.suite)
            case_ids = [ids[number] for number in sorted(run.extends, key=keys.__getitem__)]
            run_id = self._run_ids[run.run.name]
            if run_id <= self._before.get("run", 0):
                self._extended += [(run_id, case_id) for case_id in case_ids]
            self.changes |= run_writes.extend_run(self._workspace, run_id=run_id, case_ids=case_ids)

    # what is said of them

    def _write_said(self, plan: RunPlan) -> None:
        records: tuple[VerdictRecord | DecisionRecord, ...] = (*plan.verdicts, *(event.record for event in plan.events))
        if records:
            run_id, keys = self._run_id(plan), {record.case for record in records}
            places = review.response_keys(self._workspace, run_id, keys)
            self._write_verdicts(plan, places)
            self._write_events(plan, places)

    def _write_verdicts(self, plan: RunPlan, places: Mapping[Place, tuple[int, str]]) -> None:
        if plan.verdicts:
            verdicts = [(places[r.case, r.repeat][0], r.verdict, r.at or self._at) for r in plan.verdicts]
            self.changes |= run_writes.append_verdicts(self._workspace, verdicts=verdicts)

    def _write_events(self, plan: RunPlan, places: Mapping[Place, tuple[int, str]]) -> None:
        """Undos go one by one, because each needs what it takes back; decisions between them go together."""
        ids = self._events.setdefault(plan.run.name, {})
        waiting: list[PlannedEvent] = []
        for event in plan.events:
            if event.record.kind is not DecisionKind.UNDO:
                waiting.append(event)
                continue
            self._write_decisions(waiting, places, ids)
            waiting = []
            self._undo(event, ids)
        self._write_decisions(waiting, places, ids)

    def _write_decisions(
        self, events: Sequence[PlannedEvent], places: Mapping[Place, tuple[int, str]], ids: dict[int, int]
    ) -> None:
        if not events:
            return
        new = [_new_decision(event, places[event.record.case, event.record.repeat][0]) for event in events]
        stored, changes = decision_writes.append_decisions(self._workspace, decisions=new, at=self._at)
        ids.update(zip((event.id for event in events), stored, strict=True))
        self.changes |= changes

    def _undo(self, event: PlannedEvent, ids: dict[int, int]) -> None:
        """What it takes back was planned beside it, or is in the workspace under its own id."""
        target = event.undoes if event.undoes is not None else 0
        ids[event.id], changes = decision_writes.undo_decision(
            self._workspace,
            decision_id=ids.get(target, target),
            reviewer=event.record.reviewer,
            at=event.record.at or self._at,
            origin=event.record.origin or DecisionOrigin.IMPORT,
            uid=event.record.uid,
        )
        self.changes |= changes


def _new_decision(event: PlannedEvent, response_id: int) -> NewDecision:
    record = event.record
    return NewDecision(
        response_id=response_id,
        reviewer=record.reviewer,
        action=record.action,
        kind=record.kind,
        note=record.note,
        blind=bool(record.blind),
        bulk=record.bulk,
        seconds_spent=record.seconds_spent,
        cause=record.cause,
        at=record.at,
        uid=record.uid,
        hidden=record.hidden,
        guideline_version=record.guideline_version,
        origin=record.origin or DecisionOrigin.IMPORT,
    )


def _kept_text(record: ResponseRecord) -> str:
    return canonical_json(dict(record.kept)) if record.kept else "{}"


def _unasked(records: Sequence[ResponseRecord], verdicts: Sequence[Verdict | None]) -> Iterator[str]:
    """The rules' sentences on responses that are none only to their requests: of others the state tells it."""
    for record, verdict in zip(records, verdicts, strict=True):
        if verdict and verdict.reason.startswith(SAYS_SO) and record.response.state not in DOUBTED_STATES:
            yield verdict.reason
