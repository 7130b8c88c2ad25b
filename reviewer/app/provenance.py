"""Put together what stands behind a run's figures: label edits, agreement, the guideline, what people declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from reviewer.app.figures.agreement import agreement_document, run_agreement
from reviewer.app.figures.agreement_words import (
    NAME_CHARACTERS,
    agreement_sentence,
    classifiers_table,
    levels_table,
    notes,
    people_words,
    reviewers_table,
)
from reviewer.app.figures.comparing import ComparedRuns, summary
from reviewer.app.figures.scores import ScoredRun
from reviewer.core.cases import CaseKey
from reviewer.core.scoring.frontier import Frontier
from reviewer.core.scoring.score import TwoMeans
from reviewer.report.provenance import (
    AgreementFacts,
    GuidelineVersion,
    InterestStatement,
    LabelEdit,
    LabelEdits,
    Provenance,
)
from reviewer.review.kinds import plan_words
from reviewer.store.database import Workspace
from reviewer.store.facts.suites import LabelEvent, StoredSuite
from reviewer.store.queries.agreement import classifiers_of_run
from reviewer.store.queries.guidelines import guideline_texts, labels_by_guideline
from reviewer.store.queries.interests import declared_interests
from reviewer.store.queries.label_edits import edited_labels
from reviewer.store.queries.packets import guideline_version
from reviewer.wording.plain_text import preview


def provenance_of(
    workspace: Workspace, scored: ScoredRun, suite: StoredSuite, compared: ComparedRuns | None
) -> Provenance:
    """Of the run, and of the version before where there is one to compare with."""
    plan = scored.observed.rests_on
    return Provenance(
        suite_version=suite.head.version,
        guideline=suite.head.guideline,
        guideline_version=guideline_version(workspace, suite.id),
        repeats=scored.line.repeats,
        plan=plan_words(plan) if plan else "",
        classifiers=tuple(name for name, _ in classifiers_of_run(workspace, scored.line.id)),
        edits=_edits(scored, edited_labels(workspace, scored.line.id)),
        agreement=_agreement(workspace, scored.line.name),
        interests=_interests(workspace),
        guidelines=_guidelines(workspace, suite.id, scored.line.id),
        frontier=_frontier(scored, compared),
    )


def _interests(workspace: Workspace) -> dict[str, tuple[InterestStatement, ...]]:
    return {
        name: tuple(InterestStatement(each.statement, each.at) for each in said)
        for name, said in declared_interests(workspace).items()
    }


def _guidelines(workspace: Workspace, suite_id: int, run_id: int) -> dict[int, GuidelineVersion]:
    """By version; with those whose text is gone and whose labels stand."""
    texts, labels = guideline_texts(workspace, suite_id), labels_by_guideline(workspace, run_id)
    return {
        version: GuidelineVersion(kept.text if kept else None, kept.at if kept else "", labels.get(version, 0))
        for version in sorted(texts.keys() | labels.keys())
        for kept in (texts.get(version),)
    }


def _agreement(workspace: Workspace, run: str) -> AgreementFacts:
    found = run_agreement(workspace, run)
    tables = [("Reviewers with each other, and with themselves", reviewers_table(found))]
    tables.append(("Classifiers with people", classifiers_table((found,))))
    tables += [(preview(one.name, NAME_CHARACTERS), levels_table(one)) for one in found.classifiers if one.actions.n]
    said = [people_words(found), *(agreement_sentence(found, one) for one in found.classifiers), *notes(found)]
    return AgreementFacts(
        agreement_document(found), tuple(said), tuple((title, table) for title, table in tables if table.rows)
    )


def _edits(scored: ScoredRun, histories: Mapping[CaseKey, Sequence[LabelEvent]]) -> LabelEdits:
    scored_keys = {o.case for o in scored.observed.labelled}
    edits = tuple(edit for key, events in histories.items() if key in scored_keys for edit in _of_case(key, events))
    return LabelEdits(edits, _under_old(scored, edits) if edits else None)


def _of_case(key: CaseKey, events: Sequence[LabelEvent]) -> Iterator[LabelEdit]:
    """Steps from one label and band to another; who only set a status has edited nothing."""
    before: LabelEvent | None = None
    for event in events:
        if before is not None and (before.label, before.band) != (event.label, event.band):
            yield LabelEdit(
                key=key,
                label_version=event.version,
                before=before.label,
                now=event.label,
                band_before=before.band,
                band_now=event.band,
                author=event.author,
                reason=event.reason,
                at=event.at,
                readable=before.former_scale is None,
            )
        before = event if event.label is not None else before


def _under_old(scored: ScoredRun, edits: Sequence[LabelEdit]) -> TwoMeans:
    """The score of the same final actions under each edited case's first label that is on the scale of now."""
    from reviewer.core.scoring.cases import case_table
    from reviewer.core.scoring.computing import means

    first: dict[CaseKey, LabelEdit] = {}
    for edit in edits:
        if edit.readable and edit.before is not None:
            first.setdefault(edit.key, edit)
    relabelled = (
        replace(o, label=first[o.case].before or o.label, band=first[o.case].band_before) if o.case in first else o
        for o in scored.observed.labelled
    )
    table = case_table(relabelled, scored.card.scale, scored.card.options.bands)
    return means(table, table.credit)


def _frontier(scored: ScoredRun, compared: ComparedRuns | None) -> Frontier | None:
    """Of what was compared already; None where only one end of the scale has scored cases."""
    from reviewer.core.scoring.cases import case_table
    from reviewer.core.scoring.frontier_fit import frontier
    from reviewer.core.scoring.rates import pole_cases

    card, observed = scored.card, scored.observed.labelled
    if compared is not None:
        tables = [compared.comparison.cases.a, compared.comparison.cases.b]
        names, sentence = [compared.a.name, compared.b.name], summary(compared)
    elif observed:
        tables, names, sentence = [case_table(observed, card.scale, card.options.bands)], [scored.line.name], ""
    else:
        return None
    cases = pole_cases(tables) if len(tables[0].label) else None
    return None if cases is None else frontier(names, cases, card.options.hold_back, card.scale, sentence)
