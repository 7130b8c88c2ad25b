"""What the frontier chart shows of one scored run, or of two."""

from __future__ import annotations

from collections.abc import Sequence

from reviewer.app.figures.comparing import ComparedRuns, summary
from reviewer.app.figures.scores import ScoredRun
from reviewer.core.scoring.frontier import Frontier


def frontier_of(scored: Sequence[ScoredRun]) -> Frontier | None:
    """The first one or two runs, two over the cases that both answered; None where only one pole is scored.

    Two runs on different scales are not compared: the first stands alone.
    """
    from reviewer.core.scoring.cases import case_table
    from reviewer.core.scoring.comparison import compare
    from reviewer.core.scoring.frontier_fit import frontier
    from reviewer.core.scoring.rates import pole_cases

    if not scored:
        return None
    first, options = scored[0], scored[0].card.options
    scale = first.line.scale
    if len(scored) > 1 and scored[1].line.scale.ids == scale.ids:
        second = scored[1]
        plans = first.observed.plan, second.observed.plan
        found = compare(first.observed.labelled, second.observed.labelled, scale, options, plans)
        sentence = summary(ComparedRuns(first.line, second.line, found))
        tables, names = [found.cases.a, found.cases.b], [first.line.name, second.line.name]
    else:
        sentence, names = "", [first.line.name]
        tables = [case_table(first.observed.labelled, scale, options.bands)]
    cases = pole_cases(tables)
    return None if cases is None else frontier(names, cases, options.hold_back, scale, sentence)
