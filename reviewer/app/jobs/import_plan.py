"""What an import would do: decided from what a file holds and what the workspace has, before it is written.

A file is decided a part at a time. What later parts need to know of earlier ones is kept here in few bytes a row, so
that the plan of a part does not depend on whether the parts before it were written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from reviewer.app.jobs.import_contents import ContentsPart, FileContents, ImportRequest
from reviewer.app.jobs.import_places import CaseDigests, CaseNumbers, digest_of
from reviewer.app.jobs.import_run_plan import Left, RunDeciding, RunPlan, RunPresent, RunTarget
from reviewer.core.cases import Case, CaseKey, SuiteHead
from reviewer.core.errors import InputError
from reviewer.exchange.kit.records import BadRow, CaseRecord
from reviewer.store.facts.origins import Beside
from reviewer.store.facts.runs import RunLine
from reviewer.store.facts.suites import OnConflict, check_scale, merged_head


class Present(Protocol):
    """What the workspace had before the import: the heads of its suites and its runs by name, and what is in them."""

    @property
    def suites(self) -> Mapping[str, SuiteHead]: ...

    @property
    def runs(self) -> Mapping[str, RunLine]: ...

    def cases(self, suite: str) -> Iterable[tuple[str, str]]:
        """(key, content hash) of the suite's cases; nothing where there is no such suite."""
        ...

    def run(self, name: str, answered: set[CaseKey]) -> RunPresent:
        """What there is of a run; of a new one, the suites that have all of the cases `answered`."""
        ...


@dataclass(frozen=True)
class SuitePlan:
    head: SuiteHead
    new: tuple[Case, ...] = ()
    changed: tuple[Case, ...] = ()
    beside: Mapping[CaseKey, Beside] = field(default_factory=dict)
    """What stands beside the new and changed ones."""
    is_said: bool = False
    """Whether the file has a row about the suite itself."""

    @property
    def writes(self) -> bool:
        """Whether there is anything for it: a suite is not made of bad rows alone."""
        return bool(self.new or self.changed) or self.is_said


@dataclass(frozen=True)
class ImportPlan:
    """All that an import would write of a part of a file, and what it would not. `conflicts` are lines whose key other
    content has."""

    suite: SuitePlan | None = None
    runs: tuple[RunPlan, ...] = ()
    unchanged: int = 0
    skipped: int = 0
    bad: tuple[BadRow, ...] = ()
    conflicts: tuple[int, ...] = ()

    @property
    def adds_rows(self) -> bool:
        """Whether cases or responses come in: what has an origin."""
        suite = self.suite is not None and bool(self.suite.new or self.suite.changed)
        return suite or any(run.fresh or run.retried for run in self.runs)

    @staticmethod
    def of(suite: SuitePlan | None, runs: Iterable[RunPlan], left: Left) -> ImportPlan:
        return ImportPlan(suite, tuple(runs), left.unchanged, left.skipped, tuple(left.bad), tuple(left.conflicts))


class FileDeciding:
    """The decisions on one file, part by part, then `last`. Raises InputError, at any step, where the whole file has
    no place in the workspace."""

    def __init__(self, contents: FileContents, present: Present, request: ImportRequest) -> None:
        self._contents, self._present, self._request = contents, present, request
        self.numbers = CaseNumbers()
        self._digests: dict[str, CaseDigests] = {}
        self._head: SuiteHead | None = None
        self._suite_notes: list[str] = []
        self._runs: dict[str, RunDeciding] = {}
        self._homeless: dict[str, ContentsPart] = {}
        self._offered: bool | None = None

    def part(self, part: ContentsPart) -> ImportPlan:
        left = Left(list(part.bad))
        if part.offered and self._takes_offered(part):
            part.cases, part.offered = [*part.cases, *part.offered], []
            self._contents.has_cases = True
        self._keep_runs_apart(part)
        suite = self._decide_suite(part, left)
        there = dict.fromkeys(part.runs)
        names = dict.fromkeys([*(name for name in self._contents.models if name in there), *there])
        return ImportPlan.of(suite, self._decide_runs(names, part, left), left)

    def last(self) -> ImportPlan:
        """What has waited for the end of the file. Raises InputError for a run that is nowhere."""
        left = Left([])
        for name in [*self._homeless, *self._contents.models]:
            self._deciding(name, [])
        return ImportPlan.of(None, [run.last(left) for run in self._runs.values()], left)

    @property
    def runs(self) -> Sequence[RunDeciding]:
        """Those that the file has named so far."""
        return tuple(self._runs.values())

    def notes(self, unasked: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
        """What a person must know, when all has been decided. `unasked` are those of each run, by its name, that are
        no responses to their requests.
        """
        yield from self._contents.told
        yield from self._suite_notes
        for run in self._runs.values():
            yield from run.notes(unasked.get(run.run.name, {}))

    def _takes_offered(self, part: ContentsPart) -> bool:
        """Whether cases that are there for the responses' sake are wanted: said by the first part that has some."""
        if self._offered is None:
            asked, known = self._request.options.suite, self._present.suites
            keys = {record.case.key for record in part.offered}
            if asked in known:
                self._offered = not keys <= {key for key, _ in self._present.cases(asked)}
            elif asked:
                self._offered = True
            else:
                runs = [name for name in part.runs if name in self._present.runs]
                self._offered = not runs and not any(self._present.run(name, keys).homes for name in part.runs)
        return self._offered

    def _keep_runs_apart(self, part: ContentsPart) -> None:
        """A file with cases and responses of a model that has a run over another suite has its own run beside it."""
        suite, known = self._contents.suite_name(self._request), self._present.runs
        for name in [name for name in part.responses if suite and name in known and known[name].suite != suite]:
            self._contents.rename_run(name, f"{name} on {suite}", part)

    # cases

    def _digests_of(self, suite: str) -> CaseDigests:
        if suite not in self._digests:
            digests = self._digests[suite] = CaseDigests()
            for key, content_hash in self._present.cases(suite):
                digests.put(self.numbers(key), digest_of(content_hash))
        return self._digests[suite]

    def _decide_suite(self, part: ContentsPart, left: Left) -> SuitePlan | None:
        if self._head is None:
            self._head = self._decide_head()
        if self._head is None:
            return None
        digests, new, differing = self._digests_of(self._head.name), list[CaseRecord](), list[CaseRecord]()
        for record in part.cases:
            # a key comes twice only with equal content: formats make other content a bad row
            number, digest = self.numbers(record.case.key), digest_of(record.case.content_hash)
            if not digests.comes(number) or digests.has(number, digest):
                left.unchanged += 1
                continue
            (differing if number in digests else new).append(record)
            digests.put(number, digest)
        changed = _decide_differing(differing, self._request.on_conflict, left)
        origin = self._contents.origin
        flag = origin is not None and origin.non_commercial
        beside = {record.case.key: Beside(record.kept, record.non_commercial or flag) for record in (*new, *changed)}
        cases = tuple(record.case for record in new), tuple(record.case for record in changed)
        return SuitePlan(self._head, *cases, beside, self._is_said)

    @property
    def _is_said(self) -> bool:
        head = self._contents.head
        return head is not None and head.line > 0

    def _decide_head(self) -> SuiteHead | None:
        contents, request = self._contents, self._request
        name, options = contents.suite_name(request), request.options
        if not name:
            return None
        known = self._present.suites.get(name)
        head = contents.head.head if contents.head else SuiteHead(name, scale=options.scale)
        head = replace(known if known is not None and not self._is_said else head, name=name)
        if options.scale_is_asked and head.scale.hash != options.scale.hash:
            raise InputError(
                f"{request.path.name} says another scale than was asked for: {', '.join(head.scale.ids)}.",
                "Leave --scale out.",
            )
        if known is not None:
            check_scale(known, head.scale)
            if merged_head(known, head) != known:
                self._suite_notes.append(_suite_note(known, head))
        return head

    # runs

    def _decide_runs(self, names: Iterable[str], part: ContentsPart, left: Left) -> Iterator[RunPlan]:
        for name in names:
            responses = part.responses.get(name, [])
            decisions, verdicts = part.decisions.get(name, []), part.verdicts.get(name, [])
            if name not in self._runs and name not in self._present.runs and not responses:
                waiting = self._homeless.setdefault(name, ContentsPart())
                waiting.decisions.setdefault(name, []).extend(decisions)
                waiting.verdicts.setdefault(name, []).extend(verdicts)
                continue
            before = self._homeless.pop(name, ContentsPart())
            decisions, verdicts = (
                [*before.decisions.get(name, ()), *decisions],
                [*before.verdicts.get(name, ()), *verdicts],
            )
            answered = {record.response.case for record in responses}
            yield self._deciding(name, answered).part(responses, decisions, verdicts, left)

    def _deciding(self, name: str, answered: Iterable[CaseKey]) -> RunDeciding:
        if name not in self._runs:
            there = self._present.run(name, set(answered))
            target = self._target(name, there, has_responses=bool(answered))
            self._runs[name] = RunDeciding(target, there, self.numbers, self._digests_of(target.suite))
        return self._runs[name]

    def _target(self, name: str, there: RunPresent, *, has_responses: bool) -> RunTarget:
        heads = {**self._present.suites, **({self._head.name: self._head} if self._head else {})}
        line, model = there.line, self._contents.models.get(name) or name
        home = line.suite if line is not None else self._home(name, there, has_responses)
        if home not in heads:
            raise InputError(f"There is no suite {home!r} in this workspace.", f"Suites: {', '.join(heads) or 'none'}.")
        scale = line.scale if line else heads[home].scale
        return RunTarget(line.name if line else name, line, home, scale, model)

    def _home(self, name: str, there: RunPresent, has_responses: bool) -> str:
        """A new run's suite: that asked for, else the file's, else the only one that has these cases."""
        request = self._request
        if not has_responses:
            waiting = self._homeless.get(name, ContentsPart())
            what = "decisions" if waiting.decisions.get(name) else "verdicts"
            raise InputError(
                f"The {what} are about the run {name!r}, which is not in this workspace.", "Import it first."
            )
        asked = request.options.suite or (self._head.name if self._head else "")
        if asked:
            return asked
        homes = there.homes
        if not homes:
            raise InputError(
                f"No suite in this workspace has the cases that {request.path.name} answers.",
                "Put the file with the requests beside it, import the cases first, or name their suite with --suite.",
            )
        if len(homes) > 1:
            raise InputError(f"Several suites have these cases: {', '.join(homes)}.", "Name one with --suite.")
        return homes[0]


def _decide_differing(differing: Sequence[CaseRecord], on_conflict: OnConflict, left: Left) -> Sequence[CaseRecord]:
    """Those that become new versions; the others are left as they are, with a word or without."""
    if on_conflict is OnConflict.NEW_VERSION:
        return differing
    if on_conflict is OnConflict.SKIP:
        left.skipped += len(differing)
        return ()
    for record in differing:
        left.conflicts.append(record.line)
        left.bad.append(BadRow(record.line, _conflict(record.case)))
    return ()


def _suite_note(known: SuiteHead, head: SuiteHead) -> str:
    """What an import changes of a suite that was there; a new guideline changes what labels mean."""
    if head.guideline and known.guideline and head.guideline != known.guideline:
        return f"The guideline of {known.name!r} was replaced by the file's; it is the suite's next guideline version."
    return f"The description of {known.name!r} was filled in from the file."


def _conflict(case: Case) -> str:
    return (
        f"The key {case.key!r} is taken by a case with other content, which was kept. "
        "Import again with new-version for conflicts to replace it, or with skip to leave it."
    )
