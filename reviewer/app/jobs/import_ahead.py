"""The beginning of a file as it is found before the workspace is locked for writing.

Reading and the rules take most of an import's time, and while the workspace is locked nobody else can write. So the
first parts are decided and read ahead, and only what is found is written under the lock. Where somebody has written in
between, the same parts are decided again then, on what there is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping

from reviewer.app.jobs.classification import rules_verdicts
from reviewer.app.jobs.import_contents import WATCHED_EVERY, ContentsPart, ImportRequest
from reviewer.app.jobs.import_origin import sha256_of
from reviewer.app.jobs.import_plan import FileDeciding, ImportPlan
from reviewer.app.jobs.import_run_plan import RunPlan
from reviewer.core.cases import Case, CaseKey
from reviewer.core.decisions import Verdict
from reviewer.core.responses import Response
from reviewer.exchange.kit.records import ResponseRecord
from reviewer.store.database import Workspace
from reviewer.store.queries import arrivals, suites

AHEAD_RECORDS = 60_000
AHEAD_CHARACTERS = 48_000_000
"""As much of a file is held in memory until it is written; of a longer one the rest is read while it is written."""


class RulesAhead:
    """What the rules say of a file's first new responses, and the file's hash, which takes as long as it is large."""

    def __init__(self, workspace: Workspace, request: ImportRequest, most: int, watch: Callable[[], None]) -> None:
        """`most` responses are read. `watch` is called now and then; what it raises ends the import."""
        self._workspace, self._request, self._most, self._watch = workspace, request, most, watch
        self._cases: dict[CaseKey, Case] = {}
        self._said: dict[int, tuple[Response, str, Verdict]] = {}
        self.sha256 = ""

    def read(self, plan: ImportPlan) -> None:
        if plan.adds_rows and not self.sha256:
            self.sha256 = sha256_of(self._request.path)
        if plan.suite is not None and self._most:
            self._cases |= {case.key: case for case in (*plan.suite.new, *plan.suite.changed)}
        for run in plan.runs:
            fresh, self._most = run.fresh[: self._most], max(0, self._most - len(run.fresh))
            for records in (fresh, run.retried):
                for start in range(0, len(records), WATCHED_EVERY):
                    self._watch()
                    self._read(run, records[start : start + WATCHED_EVERY])

    def _read(self, run: RunPlan, records: tuple[ResponseRecord, ...]) -> None:
        cases = self._cases_of(run, list(dict.fromkeys(record.response.case for record in records)))
        items = [(case, each.response) for each in records if (case := cases.get(each.response.case)) is not None]
        for (case, response), verdict in zip(items, rules_verdicts(items, run.run.scale), strict=True):
            self._said[id(response)] = (response, case.message_hash, verdict)

    def _cases_of(self, run: RunPlan, keys: list[CaseKey]) -> Mapping[CaseKey, Case]:
        """As the run will have them, so far as that is known now."""
        workspace, line = self._workspace, run.run.line
        found = {key: self._cases[key] for key in keys if key in self._cases}
        if line is not None:
            found |= {case.key: case for case in suites.cases_of_run(workspace, line.id, keys)}
        if left := [key for key in keys if key not in found]:
            found |= arrivals.cases_named(workspace, run.run.suite, left)
        return found

    def verdict(self, response: Response, case: Case) -> Verdict | None:
        """None where the rules have not read this response to what the case asks."""
        known, message_hash, verdict = self._said.get(id(response), (None, "", None))
        return verdict if known is response and message_hash == case.message_hash else None


class HeldParts:
    """The parts that were read ahead, with what was decided of each."""

    def __init__(self, parts: Iterator[ContentsPart], deciding: FileDeciding, ahead: RulesAhead) -> None:
        self._parts, self._plans = deque[ContentsPart](), deque[ImportPlan]()
        records = characters = 0
        for part in parts:
            plan = deciding.part(part)
            ahead.read(plan)
            self._parts.append(part)
            self._plans.append(plan)
            records, characters = records + part.records, characters + part.characters
            if records >= AHEAD_RECORDS or characters >= AHEAD_CHARACTERS:
                break

    def decided_again(self, deciding: FileDeciding) -> None:
        self._plans = deque(map(deciding.part, self._parts))

    def plans(self) -> Iterator[ImportPlan]:
        """Each is let go of as it is given."""
        self._parts.clear()
        while self._plans:
            yield self._plans.popleft()
