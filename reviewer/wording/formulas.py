"""How each figure of a score is computed, and each interval found, in one sentence: the answer to "why?"."""

from __future__ import annotations

from collections.abc import Mapping

from reviewer.core.scoring.score import FigureKey

FORMULAS: Mapping[FigureKey, str] = {
    "balanced": "The mean credit of the cases of each labelled action, then the mean over the labelled actions. The "
    "labelled action earns 1, an action in the band what the band says, any other 0; a case's credit is the mean over "
    "its scored responses.",
    "bounds": "The balanced score if every unscored response were wrong, and if every one were right.",
    "plain": "The mean credit over all scored cases, whatever their label.",
    "best_constant": "The balanced score that always taking one and the same action would earn on these cases; the "
    "best of these policies.",
    "automatic": "The balanced score of the automatic verdicts alone, as if nobody had decided.",
    "corrected": "The automatic score plus the mean error that people found on a random sample of each labelled "
    "action, each decision weighted by one over the probability with which it was drawn. Needs a queue drawn at random "
    "(Review, random order, or reviewer plan) and counts it as far as it was worked without a gap; what was picked by "
    "hand changes the balanced score only.",
    "skill": "(balanced score − best constant policy) / (1 − best constant policy): 0 is no better than always doing "
    "one thing, 1 is perfect.",
    "exact": "The share of responses that took the labelled action; every case weighs 1, its responses equally.",
    "in_band": "The share of responses that took another action that the case's band accepts; every case weighs 1.",
    "out_of_band": "The share of responses that took an action outside label and band; every case weighs 1.",
    "under_cautious": "The share of responses less cautious than the label and everything in its band, of all scored "
    "cases.",
    "under_possible": "The same share, of those cases only on which something less cautious could have been done.",
    "over_cautious": "The share of responses more cautious than the label and everything in its band, of all scored "
    "cases.",
    "over_possible": "The same share, of those cases only on which something more cautious could have been done.",
    "caution_bias": "The mean over scored cases of the distance from the band in steps of the scale: above 0 on the "
    "cautious side, below 0 on the open side, 0 inside. Steps count as equal.",
    "caution_bias_by_label": "The mean distance from the band within each labelled action, then the mean over these.",
    "d_a": "μ·√(2 / (1 + s²)) of an ordinal probit fitted to the actions at the least and the most cautious label: how "
    "well the two are told apart, however cautious the model is.",
    "d_prime": "z(H) − z(F), where H is the share held back where it should and F where it should not, each as "
    "(k + ½) / (n + 1), and z the normal quantile.",
    "criterion": "−(z(H) + z(F)) / 2 with the H and F of d′: below 0 it holds back readily, above 0 seldom.",
    "somers_d": "Of all pairs of cases with different labels, those where the more cautious label got the more "
    "cautious action, less those the other way round, as a share. Descriptive only: it falls towards either end of "
    "the dial.",
    "held_back_should": "Of the cases with the most cautious label, those whose action holds back; a case's responses "
    "weigh equally.",
    "held_back_should_not": "Of the cases with the least cautious label, those whose action holds back; a case's "
    "responses weigh equally.",
    "pairs": "Contrast pairs on which every scored response of both sides took the labelled action, of the pairs with "
    "both sides scored.",
}
"""Keys as in the contract, where it has the figure."""

INTERVALS: Mapping[str, str] = {
    "bootstrap": "95 % interval: a bootstrap of clusters (contrast pairs, else cases) that keeps every label's number "
    "of cases.",
    "small-sample": "Rough 95 % interval: so few cases tell of this figure that, simulated, such intervals do not hold "
    "the true figure in 93 to 97 of 100 suites. Most are too wide.",
    "widened": "95 % interval: Student's standard errors, widened as if one more case had changed, because few did.",
    "normal": "95 % interval: 1.96 standard errors to either side, clusters taken together.",
    "mover": "95 % interval: MOVER on z of the Wilson limits of both shares.",
    "wilson": "95 % interval: Wilson's, of a share, counting as many cases as its spread between clusters says.",
    "lower bound": "Only the lower 95 % limit is known: at one of the two labels nearly every case went the same way.",
}
"""By an interval's `method`."""
