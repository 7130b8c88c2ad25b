"""What a write touched, where, and by whom. One signal carries it; each page decides from it whether it is stale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace

Ids = frozenset[int] | None


@dataclass(frozen=True)
class Changes:
    """One flag for each kind of fact, the runs and cases (database ids) that it is about, and who asked for the write.

    `run_ids` and `case_ids` are None where any may be meant. `by` is the object that asked, so that it need not read
    again what it has just written; it takes no part in comparisons. `removed`: some of it was deleted or came back, so
    what is shown may be gone. `a | b` is what both touched.
    """

    suites: bool = False
    cases: bool = False
    labels: bool = False
    endpoints: bool = False
    runs: bool = False
    responses: bool = False
    verdicts: bool = False
    decisions: bool = False
    queues: bool = False
    removed: bool = False
    run_ids: Ids = None
    case_ids: Ids = None
    by: object | None = field(default=None, compare=False, repr=False)

    @property
    def kinds(self) -> frozenset[str]:
        """Names of the flags that are set."""
        return frozenset(name for name in KINDS if getattr(self, name))

    def within(self, *, run_ids: Iterable[int] | None = None, case_ids: Iterable[int] | None = None) -> Changes:
        """The same about these runs and cases only; what is not given stays."""
        return replace(
            self,
            run_ids=self.run_ids if run_ids is None else frozenset(run_ids),
            case_ids=self.case_ids if case_ids is None else frozenset(case_ids),
        )

    def asked_by(self, initiator: object | None) -> Changes:
        return replace(self, by=initiator)

    def touches_run(self, *run_ids: int | None) -> bool:
        """Whether one of these runs may look different now."""
        return self.run_ids is None or not self.run_ids.isdisjoint(each for each in run_ids if each is not None)

    def touches_case(self, case_id: int) -> bool:
        """Whether this case, or a response to it, may look different now."""
        return self.case_ids is None or case_id in self.case_ids

    def __or__(self, other: Changes) -> Changes:
        if not (self and other):
            return self or other
        return Changes(
            **{name: True for name in self.kinds | other.kinds},
            run_ids=_both(self.run_ids, other.run_ids),
            case_ids=_both(self.case_ids, other.case_ids),
            by=self.by if self.by is other.by else None,
        )

    def __bool__(self) -> bool:
        return bool(self.kinds)


KINDS = tuple(each.name for each in fields(Changes) if each.type == "bool")


def _both(one: Ids, other: Ids) -> Ids:
    return None if one is None or other is None else one | other
