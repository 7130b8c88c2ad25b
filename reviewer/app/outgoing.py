"""What a workspace holds, as the facts that forms for other tools are made of, read a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reviewer.app.export_choice import ChosenRows, ExportFilter, Place, chosen_cases, chosen_places
from reviewer.core.cases import Case, CaseStatus
from reviewer.exchange.outgoing.facts import Outgoing, OutgoingPair, OutgoingRow, OutgoingRun
from reviewer.exchange.outgoing.writing import LeftOutRows
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import RunLine
from reviewer.store.queries import runs, suites
from reviewer.store.queries.exporting import ResponsePlace
from reviewer.wording.plural import counted, noun

_PAGE = 200
_RETIRED = "retired"


def outgoing_cases(workspace: Workspace, suite: str, wanted: ExportFilter) -> tuple[Outgoing, ChosenRows]:
    """The cases of a suite. Raises InputError if it is not there."""
    line = suites.suite_named(workspace, suite)
    chosen = chosen_cases(workspace, line.id, wanted, form_tells=False)

    def cases() -> Iterator[Case]:
        met, left = 0, LeftOutRows("case")
        for case in suites.iterate_cases(workspace, line.id):
            met += 1
            if not wanted.takes_case(case):
                left.add("")
            elif case.status is CaseStatus.RETIRED:
                left.add(_RETIRED)
            elif chosen.allows(case.key, case.key):
                yield case
        is_none = met == left.count("")
        chosen.others = wanted.none_taken(met, "case") if is_none else left.notes

    return Outgoing(line.head, line.head.scale, cases, lambda: iter(()), lambda: iter(())), chosen


def outgoing_run(
    workspace: Workspace, line: RunLine, against: RunLine | None, wanted: ExportFilter
) -> tuple[Outgoing, ChosenRows]:
    """The responses of a run, and its pairs with another one."""
    places, chosen = chosen_places(workspace, line.id, line.suite_id, wanted, form_tells=False)
    others: dict[Place, int] = {}
    if against is not None:
        found, _ = chosen_places(workspace, against.id, against.suite_id, _of_pairs(wanted), form_tells=False)
        others = {(each.key, each.repeat): each.id for each in found}
    if against is not None:
        chosen.others += _unpaired(line, against, places, others)
    outgoing = Outgoing(
        suites.suite_named(workspace, line.suite).head,
        line.scale,
        lambda: iter(suites.cases_of_run(workspace, line.id)),
        lambda: _rows(workspace, [each.id for each in places]),
        lambda: _pairs(workspace, places, others),
        _run(line),
        OutgoingRun("", "") if against is None else _run(against),
    )
    return outgoing, chosen


def _unpaired(
    line: RunLine, against: RunLine, places: Sequence[ResponsePlace], others: dict[Place, int]
) -> tuple[str, ...]:
    """What of the first run has no pair."""
    n = sum((each.key, each.repeat) not in others for each in places)
    said = f"{counted(n, 'response')} of {line.name} {noun(n, 'has', 'have')} no counterpart in {against.name}"
    return (f"{said}: a pair is of one case and repeat.",) if n else ()


def _of_pairs(wanted: ExportFilter) -> ExportFilter:
    """What of the second run is taken: a dispute on one side is enough."""
    return ExportFilter(decided=wanted.decided, non_commercial=wanted.non_commercial)


def _run(line: RunLine) -> OutgoingRun:
    return OutgoingRun(line.name, line.version.model, line.created_at, line.finished_at)


def _rows(workspace: Workspace, ids: Sequence[int]) -> Iterator[OutgoingRow]:
    for start in range(0, len(ids), _PAGE):
        page = ids[start : start + _PAGE]
        found = _page(workspace, page)
        yield from (found[each] for each in page if each in found)


def _page(workspace: Workspace, ids: Sequence[int]) -> dict[int, OutgoingRow]:
    return {
        said.response_id: OutgoingRow(said.case, said.response, said.verdicts, said.standing)
        for said in runs.said_so_far(workspace, ids)
    }


def _pairs(workspace: Workspace, places: Sequence[ResponsePlace], others: dict[Place, int]) -> Iterator[OutgoingPair]:
    both = [(each.id, others[each.key, each.repeat]) for each in places if (each.key, each.repeat) in others]
    for start in range(0, len(both), _PAGE):
        page = both[start : start + _PAGE]
        first = _page(workspace, [a for a, _ in page])
        second = _page(workspace, [b for _, b in page])
        for a, b in page:
            if a in first and b in second and first[a].case.message_hash == second[b].case.message_hash:
                yield OutgoingPair(first[a], second[b])
