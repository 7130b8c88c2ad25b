"""The sections of a report: what chooses each, its title and what it holds, in the order that they stand in."""

from __future__ import annotations

from typing import NamedTuple


class SectionName(NamedTuple):
    """`id` never changes: templates that people have saved name it. `sheet` begins a page where there are pages."""

    id: str
    title: str
    holds: str
    sheet: bool = False


SECTIONS = (
    SectionName("decision", "In short", "the question, the answer, three figures, the gate, what would change it"),
    SectionName("score", "The score of the run", "the balanced score with its bounds and what to know of it"),
    SectionName("errors", "Two-sided error", "over-cautious and under-cautious shares"),
    SectionName("changes", "What changed, figure by figure", "the movement from the version before", sheet=True),
    SectionName("frontier", "The frontier", "answered against held back, where each was right, as a chart"),
    SectionName("flips", "Cases whose action changed", "each case with its action before and now"),
    SectionName("shares", "How often it was right", "exact, in band, out of band, and the constant policies"),
    SectionName("corrected", "Automatic, patched, corrected", "the score without people, with them, and corrected"),
    SectionName("slices", "Slices", "the figures by category, tag, label, source and segment"),
    SectionName("confusion", "Labelled action and final action", "which action was taken for which label"),
    SectionName("sources", "Where the final actions came from", "people, judges and rules, and what state they left"),
    SectionName("people", "What people changed", "every override with who, when and why"),
    SectionName("labels", "Labels that were edited", "every edit, and the score under the old labels and the new"),
    SectionName("agreement", "Agreement", "between reviewers, with themselves, and of classifiers with people"),
    SectionName("adjudications", "Adjudications", "what was settled, by whom, and why reviewers had differed"),
    SectionName("unscored", "Unscored, and why", "each response without a final action"),
    SectionName("reviewers", "Reviewers", "each with what they saw and decided, and their own statements"),
    SectionName("guideline", "The guideline", "the text that labels and decisions go by"),
    SectionName("cases", "Cases", "every case with its label, band and final action", sheet=True),
    SectionName("paper", "For a paper", "the method as a paragraph to paste", sheet=True),
    SectionName("method", "Method", "how the figures come about, and the words used"),
    SectionName("limits", "What this report does not say", "what the figures cannot tell, by design and by warning"),
    SectionName("run", "What was run", "versions of everything that the figures depend on"),
)
TITLES = {each.id: each.title for each in SECTIONS}
