"""What the versions' panel shows of followed runs: both rulers with their steps, and each version as a point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.app.figures.trends import FollowedRuns
from reviewer.app.figures.version_slices import VersionSlice
from reviewer.ui.kit.figures_table import EMPTY
from reviewer.ui.score.model_points import points_table, shown_points
from reviewer.ui.score.models_chart import ShownModels
from reviewer.ui.score.rulers_chart import ShownRulers
from reviewer.ui.score.steps import shown_rulers, steps_table
from reviewer.wording.plain_text import preview
from reviewer.wording.plural import counted
from reviewer.wording.tables import Table

if TYPE_CHECKING:
    from reviewer.core.scoring.models import ManyModels

ALL_CASES = "all cases"
SLICE_CHARACTERS = 60
NO_POLES = "Both rulers need shared cases of two labels at least: one where holding back is right, one where it is not."
NOTHING_SHARED = "The runs share no scored case with equal messages and label, so no ruler can be read on all of them."


def slice_title(found: VersionSlice | None) -> str:
    """`category: travel`; all cases where there is no slice."""
    return ALL_CASES if found is None else f"{found.by}: {preview(found.value, SLICE_CHARACTERS)}"


def versions_title(found: FollowedRuns, name: str, *, is_picked: bool = False) -> str:
    newest = f", the {len(found.names)} newest" if found.n_older else ""
    where = "" if name == ALL_CASES else f" of {name}"
    which = f"The {len(found.names)} runs that you chose" if is_picked else f"Versions of the suite{newest}"
    return f"{which}, on the {counted(found.trend.n_shared, 'case')}{where} that all answered"


def why_nothing(found: FollowedRuns) -> str:
    """Why no ruler can be read."""
    return NO_POLES if found.trend.n_shared else NOTHING_SHARED


def drawn_rulers(found: FollowedRuns) -> tuple[ShownRulers | None, Table]:
    """What is drawn and tabled of the steps; None where no ruler can be read."""
    swing = found.trend.swing
    if swing is None:
        return None, EMPTY
    n_actions = len(found.trend.points[0].card.scale)
    return shown_rulers(found.names, swing, found.told, n_actions), steps_table(found.names, swing)


def drawn_points(found: FollowedRuns) -> tuple[ShownModels | None, Table]:
    """What is drawn and tabled of the versions as points; None where no ruler can be read."""
    swing, models = found.trend.swing, found.trend.models
    if swing is None or models is None:
        return None, EMPTY
    line = models.line
    # the line is of the share refused where one should on that where one should not, which is 1 − answered
    drawn = (line.intercept + line.slope, -line.slope) if line else None
    table = points_table(found.names, swing.rulers, [point.residual for point in models.points])
    return shown_points(found.names, swing.rulers, models_words(found, models), drawn), table


def models_words(found: FollowedRuns, models: ManyModels) -> str:
    """The rank correlation, and how much of the spread a straight line explains, in words."""
    if models.line is None:
        return found.together
    share = f"{models.line.r2 * 100:.0f} % of the spread"
    return f"{found.together} A straight line explains {share} (R² {models.line.r2:.2f})."
