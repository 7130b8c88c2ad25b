"""`reviewer agreement`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewer.cli.options import JsonOption, RunOption, WorkspaceOption, opened
from reviewer.cli.output import emit_json, say, table

if TYPE_CHECKING:
    from reviewer.app.figures.agreement import RunAgreement
    from reviewer.wording.tables import Table


def agreement_command(
    run: RunOption,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="Write one row for each classifier, level and pair of reviewers here.")
    ] = None,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """How far each classifier agrees with people on a run, and reviewers with each other."""
    from reviewer.app.figures.agreement import agreement_document, run_agreement
    from reviewer.app.figures.agreement_csv import agreement_csv
    from reviewer.host.files import write_file

    with opened(workspace, create=False) as opened_workspace:
        found = run_agreement(opened_workspace, run)
    if csv is not None:
        write_file(csv, agreement_csv(found).encode())
    if json:
        emit_json(agreement_document(found))
    elif csv is not None:
        say(f"Agreement of {run} written to {csv}.")
    else:
        _say(found)


def _say(found: RunAgreement) -> None:
    from reviewer.app.figures import agreement_words as words
    from reviewer.wording.plural import counted

    for sentence in (words.people_words(found), *words.notes(found)):
        say(sentence)
    for one in found.classifiers or (None,):
        say()
        say(words.agreement_sentence(found, one))
        if one is not None and one.actions.n:
            _table(words.levels_table(one))
            say()
            _table(words.confusion_table(one))
    if len(found.classifiers) > 1:
        say()
        say(f"Classifiers differ from each other on {len(found.apart)} of {counted(found.responses, 'response')}.")
    if found.reviewers.by_pair:
        say()
        _table(words.reviewers_table(found))
    if found.team.habits:
        _say_team(found)


def _say_team(found: RunAgreement) -> None:
    from reviewer.app.figures import team_words as words

    parts = (words.slices_table(found.team.slices), words.periods_table(found.team.periods))
    for shown in (words.habits_table(found.team), *parts):
        if shown.rows:
            say()
            _table(shown)
    say()
    say(" ".join(filter(None, (words.rulings_words(found.team), words.SELF_DECLARED))))


def _table(shown: Table) -> None:
    table(shown.headings, shown.rows)
