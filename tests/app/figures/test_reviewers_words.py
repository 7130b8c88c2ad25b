"""Whose reviews a policy counts, in words."""

from __future__ import annotations

from reviewer.app.figures.gating import reviewers_words
from reviewer.store.facts.opinions import ReviewedBy


def test_everybody_is_named_with_what_was_only_decided_in_bulk() -> None:
    said = reviewers_words({"ana": ReviewedBy(1_200, 0), "ben": ReviewedBy(30, 12)})
    assert said == "everybody's word counts, by the names that they gave: ana 1,200, ben 30 (12 only in bulk)"
    assert reviewers_words({}) == "nobody has reviewed a response"
