"""The method page gives the numbers that the code goes by."""

from __future__ import annotations

import pytest

from reviewer.app.figures.method import method_text
from reviewer.core.scoring import anchoring, correction, models, resampling, slice_swings, swing, trend, warnings
from reviewer.core.scoring.agreement import FEWEST_FOR_KAPPA
from reviewer.core.scoring.alpha import FEWEST_FOR_LIMITS
from reviewer.core.scoring.comparison import FEW_REVIEWED
from reviewer.core.scoring.rates import FEW_EVENTS, FEW_FOR_Z
from reviewer.wording.tables import FEWEST_IN_TAG

SENTENCES = (
    f"under {correction.FEW_REVIEWED} sampled decisions in a label",
    f"under {correction.FEW_CHANGES:g} effective corrections over all labels",
    f"under {correction.FEWEST_REVIEWED} in a label of more there is no corrected score",
    f"fewer than {resampling.FEW_APART:g} effective corrections",
    f"under {resampling.FEW:g} effective clusters, {resampling.FEW_APART:g} for a change",
    f"under {resampling.FEWEST_CLUSTERS} clusters in all, for a share under {resampling.FEWEST_IN_SHARE}",
    f"From {resampling.ENOUGH:g} on limits are the bootstrap's",
    f"where under {FEW_FOR_Z} cases of one kind",
    f"fewer than {FEW_EVENTS} cases of one kind are left at a pole",
    f"Under {anchoring.FEWEST_DECISIONS} decisions of a kind nothing is estimated",
    f"{anchoring.FEWEST_REVIEWERS} reviewers or more who decided {anchoring.FEWEST_OF_REVIEWER} times in both ways",
    f"it takes {anchoring.FEWEST_IN_LABEL} decisions of each kind in every label",
    f"where under {anchoring.FEW_CHANGES} decisions of a kind differ",
    f"from {slice_swings.FEWEST_AT_POLE} shared cases at each pole on",
    f"a change of d_a of {swing.SAME_DISCRIMINATION:g} from the first version to the last is excluded",
    f"from {models.FEWEST_MODELS} on, by Kendall's τ from {models.FEWEST_MODELS + 1} on",
    f"shown on fewer than {FEWEST_FOR_KAPPA} responses",
    f"called rough on under {FEWEST_FOR_LIMITS} responses",
    f"Fewer than {warnings.FEW_CASES_PER_LABEL} scored cases of a label",
    f"more than {warnings.UNBALANCED} times the scored cases of another",
    f"more than {warnings.MANY_UNSCORED * 100:g} % of the responses unscored",
    f"fewer than {warnings.FEW_CLUSTERS} contrast pairs or groups",
    f"at least {FEW_REVIEWED} responses of each reviewed",
    f"tags with fewer than {FEWEST_IN_TAG} cases",
)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_page_says_what_the_code_does(sentence: str) -> None:
    assert sentence in method_text()


def test_a_frontier_and_a_swing_take_as_many_versions_as_the_page_says() -> None:
    assert (trend.FEWEST_FOR_FRONTIER, swing.FEWEST_FOR_SWING) == (5, 3)
    assert "From five versions on" in method_text()
    assert "takes three or more" in method_text()
