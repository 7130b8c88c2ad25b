"""`reviewer imports list|undo`: the imports there were, and how to take one back."""

from __future__ import annotations

from typing import Annotated

import typer

from reviewer.cli.options import JsonOption, ReviewerOption, WorkspaceOption, opened
from reviewer.cli.output import emit_json, say, table

imports_app = typer.Typer(help="Imports: list them, take one back.", no_args_is_help=True, rich_markup_mode=None)


@imports_app.command("list")
def list_command(json: JsonOption = False, workspace: WorkspaceOption = None) -> None:
    """The imports there were, newest first, with what of each is still here."""
    from reviewer.store.queries.import_acts import added_rows, import_acts
    from reviewer.wording.deleting import rows_words

    with opened(workspace, create=False) as opened_workspace:
        acts = import_acts(opened_workspace)
        here = {
            act.id: {name: len(ids) for name, ids in added_rows(opened_workspace, act).items() if ids} for act in acts
        }
    if json:
        documents = [
            {"id": act.id, "file": act.file, "format": act.format, "at": act.at, "here": here[act.id]} for act in acts
        ]
        emit_json({"imports": documents})
        return
    if not acts:
        say("Nothing was imported yet.")
        return
    table(
        ("", "file", "format", "imported", "still here"),
        [
            (act.id, act.file, act.format, act.at[:16], rows_words(here[act.id]) if here[act.id] else "nothing")
            for act in acts
        ],
    )


@imports_app.command("undo")
def undo_command(
    number: Annotated[
        int | None, typer.Argument(help="Number of the import; default the newest.", show_default=False)
    ] = None,
    with_later: Annotated[bool, typer.Option("--with-later", help="Delete what was done with it since, too.")] = False,
    reviewer: ReviewerOption = "",
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Take back what an import added; it goes into the bin, from which it can be brought back."""
    from reviewer.app.import_acts import last_import, undo_import
    from reviewer.host.settings import default_reviewer
    from reviewer.wording.deleting import deleted_words

    with opened(workspace, create=False) as opened_workspace:
        act_id = last_import(opened_workspace) if number is None else number
        item, told, _ = undo_import(opened_workspace, act_id, reviewer or default_reviewer(), with_later=with_later)
    if json:
        emit_json(
            {"import": act_id, "deletion": item.id, "file": item.name, "counts": dict(item.counts), "notes": told}
        )
        return
    say(deleted_words(item.what, item.name, item.counts, item.due))
    for sentence in told:
        say(sentence)
    say(f"Bring it back with `reviewer bin restore {item.id}`.")
