"""Write a report to a file in the form that its ending names, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from reviewer.core.errors import InputError
from reviewer.host.files import replacing
from reviewer.report.facts import RunReport
from reviewer.report.forms import ONLY_CASES, Form, form_for
from reviewer.report.options import Level


def write_report(report: RunReport, path: Path, template_folder: Path, check: Callable[[], object] = bool) -> None:
    """Write `report` to `path`, replacing what is there. What `check` raises once it is written keeps what was there.

    Raises InputError for an ending that is not known or a level that the form does not have, EnvironmentFault where the
    file cannot be written.
    """
    form = form_for(path)
    _refuse_without_cases(form, report.shown.level)
    with replacing(path) as out:
        form.write(report, out, template_folder)
        check()


def _refuse_without_cases(form: Form, level: Level) -> None:
    """A table of cases without its cases would look like a run that has none."""
    if level is not Level.ALL and form.suffix in ONLY_CASES:
        raise InputError(
            f"A report as {form.suffix} has the cases and nothing else, so it cannot stop at the {level}.",
            "Choose --level all, or another form.",
        )
