"""Which rows an export takes: by slice, by what people said, and by whether they may be used commercially."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from reviewer.core.cases import Case, CaseKey, CaseStatus
from reviewer.store.database import Workspace
from reviewer.store.queries.exporting import (
    ResponsePlace,
    non_commercial_cases,
    non_commercial_places,
    response_places,
)
from reviewer.wording.plural import counted, noun

Place = tuple[CaseKey, int]


@dataclass(frozen=True)
class ExportFilter:
    """What a person wants of a suite or run.

    `tags` are all wanted. `decided` of cases are the labelled ones, of responses those whose final action is people's;
    `disputed` are those whose label, or whose action, is. `non_commercial` says whether rows that may not be used
    commercially are taken; None takes them where the form says so of each of them.
    """

    category: str = ""
    tags: tuple[str, ...] = ()
    decided: bool = False
    disputed: bool = False
    non_commercial: bool | None = None

    def none_taken(self, total: int, what: str) -> tuple[str, ...]:
        """The sentence of a file that holds nothing of what there is, of which `what` is one."""
        asked = [
            *([f"in the category {self.category!r:.80}"] if self.category else []),
            *(f"with the tag {tag!r:.80}" for tag in self.tags),
            *(["decided by people" if what != "case" else "labelled"] if self.decided else []),
            *(["disputed"] if self.disputed else []),
        ]
        if not total or not asked:
            return ()
        all_of = f"The one {what} is not" if total == 1 else f"None of the {total:,} {what}s is"
        return (f"{all_of} {' and '.join(asked)}, so the file holds none.",)

    def _in_slice(self, category: str, tags: Iterable[str]) -> bool:
        return (not self.category or category == self.category) and set(self.tags) <= set(tags)

    def takes_case(self, case: Case) -> bool:
        labelled = case.label is not None and case.status is CaseStatus.LABELLED
        return (
            self._in_slice(case.category, case.tags)
            and (labelled or not self.decided)
            and (case.status is CaseStatus.DISPUTED or not self.disputed)
        )

    def takes_response(self, place: ResponsePlace) -> bool:
        return (
            self._in_slice(place.category, place.tags)
            and (place.decided or not self.decided)
            and (place.disputed or not self.disputed)
        )


EVERYTHING = ExportFilter()


@dataclass
class ChosenRows:
    """The rows that are taken, and how many are not for their licence."""

    takes_non_commercial: bool
    _of_cases: Mapping[CaseKey, str] = field(default_factory=dict)
    _licences: Counter[str] = field(default_factory=Counter)
    _met: set[object] = field(default_factory=set)
    others: tuple[str, ...] = ()
    """What else a person must know of the choice, in sentences."""

    def allows(self, key: CaseKey, mark: object, licence: str | None = None) -> bool:
        """Whether the licence of a row lets it be taken; `mark` tells rows apart, however often they are met."""
        found = self._of_cases.get(key, licence)
        if found is None:
            return True
        if mark not in self._met:
            self._met.add(mark)
            self._licences[found] += 1
        return self.takes_non_commercial

    def notes(self, what: str) -> tuple[str, ...]:
        """A sentence on the rows that may not be used commercially, and the other ones; `what` is one row's word."""
        licences = tuple(
            f"{counted(n, what)} {self._fate(n)}: {licence or 'a licence without a name'} forbids commercial use"
            f"{'.' if self.takes_non_commercial else '; --non-commercial takes them in.'}"
            for licence, n in sorted(self._licences.items())
        )
        return (*licences, *self.others)

    def _fate(self, n: int) -> str:
        return (
            noun(n, "is", "are") + " in the file" if self.takes_non_commercial else f"{noun(n, 'was', 'were')} left out"
        )


def chosen_cases(workspace: Workspace, suite_id: int, wanted: ExportFilter, *, form_tells: bool) -> ChosenRows:
    """For cases of a suite. `form_tells` says whether the form marks each row that may not be used commercially."""
    return ChosenRows(_takes(wanted, form_tells), non_commercial_cases(workspace, suite_id))


def chosen_places(
    workspace: Workspace, run_id: int, suite_id: int, wanted: ExportFilter, *, form_tells: bool
) -> tuple[list[ResponsePlace], ChosenRows]:
    """A run's responses that are taken, in case-key and repeat order."""
    chosen = chosen_cases(workspace, suite_id, wanted, form_tells=form_tells)
    of_responses = non_commercial_places(workspace, run_id)
    there = response_places(workspace, run_id)
    asked_for = [each for each in there if wanted.takes_response(each)]
    if not asked_for:
        chosen.others = wanted.none_taken(len(there), "response")
    places = [
        each
        for each in asked_for
        if chosen.allows(each.key, (each.key, each.repeat), of_responses.get((each.key, each.repeat)))
    ]
    return places, chosen


def _takes(wanted: ExportFilter, form_tells: bool) -> bool:
    return form_tells if wanted.non_commercial is None else wanted.non_commercial
