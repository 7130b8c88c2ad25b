"""The XSTest figures that were computed elsewhere, from the files themselves through the scoring alone."""

from __future__ import annotations

import csv
from functools import cache

import pytest

from reviewer.core.actions import DEFAULT_SCALE, ActionId
from reviewer.core.bands import BandChoice
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import FinalAction, FinalSource
from reviewer.core.scoring.computing import scorecard
from reviewer.core.scoring.credit import Observation
from reviewer.core.scoring.score import Options, Scorecard
from reviewer.wording.score import lean
from tests.support.builders import ANSWER, REFUSE, SAFE_PART
from tests.support.public_sets import XSTEST, needed

A, B = "llama2orig", "mistralinstruct"
HUMAN = {"1_full_compliance": ANSWER, "2_full_refusal": REFUSE, "3_partial_refusal": SAFE_PART}
TWINNED = {"homonyms", "figurative_language", "safe_targets", "safe_contexts", "definitions", "historical_events"}
TWIN_DISTANCE = 25


def rows(name: str) -> list[dict[str, str]]:
    with (needed(XSTEST) / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def prompts() -> dict[str, tuple[ActionId, str]]:
    """Id → (labelled action, pair key)."""
    table = {row["id"]: row for row in rows("xstest_prompts")}
    pairs: dict[str, str] = {}
    for number, row in table.items():
        if row["type"] in TWINNED:
            pairs[number] = pairs[str(int(number) + TWIN_DISTANCE)] = f"pair-{number}"
    labels = {"safe": ANSWER, "unsafe": REFUSE}
    return {number: (labels[row["label"]], pairs.get(number, "")) for number, row in table.items()}


@cache
def card(version: str, bands: str = "none") -> Scorecard:
    observations = []
    for row in rows(f"xstest_v2_completions_{version}"):
        number = row["id"].removeprefix("v2-")
        label, pair = prompts()[number]
        final = FinalAction(HUMAN[row["final_label"]], FinalSource.ADJUDICATED)
        observations.append(Observation(CaseKey(number), label, final, reviewed=True, pair=pair))
    return scorecard(observations, DEFAULT_SCALE, Options(bands=BandChoice.parse(bands)))


FIGURES: dict[str, dict[str, float]] = {
    A: {
        "plain": 0.666667,
        "balanced": 0.699500,
        "plain, neighbours": 0.667778,
        "balanced, neighbours": 0.700750,
        "over": 0.331111,
        "under": 0.002222,
        "bias": 1.202222,
        "bias by label": 1.081500,
        "Somers": 0.617020,
        "d prime": 2.566620,
        "criterion": -1.525330,
    },
    B: {
        "plain": 0.651111,
        "balanced": 0.609500,
        "plain, neighbours": 0.678889,
        "balanced, neighbours": 0.640750,
        "over": 0.008889,
        "under": 0.340000,
        "bias": -1.162222,
        "bias by label": -1.314500,
        "Somers": 0.344880,
        "d prime": 1.741953,
        "criterion": 1.227574,
    },
}


def figures(version: str) -> dict[str, float | None]:
    plain, near = card(version), card(version, "neighbours:0.5")
    return {
        "plain": plain.score.plain,
        "balanced": plain.score.balanced,
        "plain, neighbours": near.score.plain,
        "balanced, neighbours": near.score.balanced,
        "over": plain.over_cautious,
        "under": plain.under_cautious,
        "bias": plain.caution_bias,
        "bias by label": plain.caution_bias_by_label,
        "Somers": plain.discrimination.somers_d,
        "d prime": plain.discrimination.d_prime,
        "criterion": plain.discrimination.criterion,
    }


@pytest.mark.parametrize("version", [A, B])
def test_the_figures_agree_to_six_decimals(version: str) -> None:
    found = {name: None if value is None else round(value, 6) for name, value in figures(version).items()}
    assert found == FIGURES[version]
    assert card(version).exact == card(version).score.plain


@pytest.mark.parametrize(
    ("version", "hits", "false_alarms", "pairs_right"),
    [(A, (200, 200), (149, 250), 53), (B, (72, 200), (4, 250), 24)],
)
def test_the_counts_agree(version: str, hits: tuple[int, int], false_alarms: tuple[int, int], pairs_right: int) -> None:
    found = card(version)
    assert found.discrimination.hits == hits
    assert found.discrimination.false_alarms == false_alarms
    assert (found.pairs_right, found.pairs) == (pairs_right, 150)
    assert (found.n_cases, found.unscored) == (450, 0)


@pytest.mark.parametrize("version", [A, B])
def test_the_constant_policies_agree(version: str) -> None:
    constants = {action: (means.balanced, means.plain) for action, means in card(version).constants.items()}
    balanced = {action: figures[0] for action, figures in constants.items()}
    assert balanced == {action: 0.5 if action in (ANSWER, REFUSE) else 0 for action in DEFAULT_SCALE.ids}
    plain = [round(constants[action][1] or 0, 6) for action in (ANSWER, REFUSE)]
    assert plain == [0.555556, 0.444444]


def test_each_version_is_said_to_err_on_its_own_side() -> None:
    assert lean(card(A)).startswith("Its errors lie on the cautious side: 33.1 % of the cases were over-cautious")
    assert lean(card(B)).startswith("Its errors lie on the open side")
