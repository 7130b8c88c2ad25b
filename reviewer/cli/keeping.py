"""`reviewer backup`, `restore` and `doctor`: the workspace as a file that is to be kept."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from reviewer.cli.encrypting import unlock_backup_for_command, unlock_for_command
from reviewer.cli.options import JsonOption, WorkspaceOption, opened, workspace_file
from reviewer.cli.output import ProgressLine, complain, emit_json, say, table
from reviewer.core.errors import ExitStatus, InputError, KnownError


def backup_command(
    out: Annotated[Path | None, typer.Option(help="File to write; default a dated one beside the workspace.")] = None,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Write a checked copy of the workspace. It may be in use meanwhile."""
    from reviewer.host.clock import now
    from reviewer.host.paths import output_file

    with opened(workspace, create=False) as opened_workspace:
        path = opened_workspace.path
        stamp = now().partition(".")[0].replace("-", "").replace(":", "")
        target = output_file(out or path.with_name(f"{path.stem}.backup-{stamp}Z{path.suffix}"))
        opened_workspace.backup(target)
    size = target.stat().st_size
    if json:
        emit_json({"workspace": str(path), "file": str(target), "bytes": size})
    else:
        say(f"Backup of {path} written to {target} and checked ({size:,} bytes).")


def restore_command(
    file: Annotated[Path, typer.Argument(help="A backup, or any other workspace file.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; replace the workspace that is there.")] = False,
    preview: Annotated[
        bool, typer.Option("--preview", help="Only say what would be different; change nothing.")
    ] = False,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Put a backup in the workspace's place. The workspace that was there is kept beside it."""
    from reviewer.store.restoring import restore_workspace

    path = workspace_file(workspace)
    existed = path.exists()
    if preview:
        _preview(path, file, json)
        return
    if existed and not yes and not _person_agrees(path, file):
        raise InputError(
            f"The workspace {path} was not replaced.", "Give --yes to replace it; the one that is there is kept."
        )
    unlock_for_command(path)
    unlock_backup_for_command(file)
    kept = restore_workspace(path, file)
    if json:
        emit_json({"workspace": str(path), "from": str(file), "kept": str(kept) if existed else None})
        return
    say(f"The workspace {path} is now what {file} holds.")
    if existed:
        say(f"What was there before is kept as {kept}.")


def _preview(path: Path, file: Path, json: bool) -> None:
    from reviewer.app.restore_preview import preview_restore

    unlock_for_command(path)
    unlock_backup_for_command(file)
    found = preview_restore(path, file)
    if json:
        emit_json(
            {
                "workspace": str(path),
                "from": str(file),
                "tables": [{"table": name, "now": now, "backup": backup} for name, now, backup in found.tables],
                "runs": {"gone": found.runs_gone, "back": found.runs_back},
                "decisions": {"gone": found.decisions_gone, "back": found.decisions_back},
                "last_decision": {
                    "now": found.now.last and found.now.last._asdict(),
                    "backup": found.backup.last and found.backup.last._asdict(),
                },
            }
        )
        return
    table(("Table", "Now", "Backup"), [(name.replace("_", " "), *counts) for name, *counts in found.tables])
    for sentence in found.sentences:
        say(sentence)
    say("Nothing was changed.")


def _differences(path: Path, file: Path) -> list[str]:
    """What a person is told before they are asked; a workspace that cannot be read is what a backup is for."""
    from reviewer.app.restore_preview import preview_restore

    try:
        unlock_for_command(path)
        unlock_backup_for_command(file)
        return preview_restore(path, file).sentences
    except KnownError as error:
        return [f"What would be different cannot be said: {error}"]


def _person_agrees(path: Path, file: Path) -> bool:
    """Ask on a terminal; where nobody can answer, nobody has."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    for line in _differences(path, file):
        complain(line)
    return typer.confirm(f"Replace the workspace {path} by {file}?", default=False, err=True)


def doctor_command(
    salvage: Annotated[
        Path | None, typer.Option(help="New file for what can be saved of a damaged workspace.", show_default=False)
    ] = None,
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Check the installation and the workspace; or save what can be saved of a damaged one."""
    from reviewer.app.doctor import covered_languages, examine

    unlock_for_command(workspace_file(workspace))
    if salvage is not None:
        _salvage(workspace_file(workspace), salvage, json)
        return
    line = ProgressLine(on_terminal=True)
    try:
        findings = examine(workspace, partial(line.show_count, what="rows checked"))
    finally:
        line.end()
    if json:
        checks = [dict(finding.__dict__) for finding in findings]
        emit_json({"ok": all(f.ok for f in findings), "languages": covered_languages(), "checks": checks})
    else:
        for finding in findings:
            say(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.what}: {finding.sentence}")
    if not all(finding.ok for finding in findings):
        complain("Something needs attention; see the lines that say FAIL.")
        raise typer.Exit(ExitStatus.ANSWER_IS_NO)


def _salvage(path: Path, out: Path, json: bool) -> None:
    """Exit status 1 where something was lost."""
    from reviewer.host.paths import output_file
    from reviewer.store.salvaging import salvage_workspace

    done = salvage_workspace(path, output_file(out))
    if json:
        emit_json({"workspace": str(path), "file": str(done.path), "saved": done.saved, "lost": done.lost})
    else:
        kept = ", ".join(f"{table.replace('_', ' ')} {count:,}" for table, count in done.saved.items() if count)
        say(f"Saved into {done.path}: {kept or 'nothing'}. {path} is as it was.")
        for phrase in done.lost:
            say(f"Not saved as it was: {phrase}.")
    if done.lost:
        raise typer.Exit(ExitStatus.ANSWER_IS_NO)
