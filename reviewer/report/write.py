"""Write a report to a file in the form that its ending names, whole or not at all."""

from __future__ import annotations

from pathlib import Path

from reviewer.host.files import replacing
from reviewer.report.facts import RunReport
from reviewer.report.forms import form_for


def write_report(report: RunReport, path: Path, template_folder: Path) -> None:
    """Write `report` to `path`, replacing what is there.

    Raises InputError for an ending that is not known, EnvironmentFault where the file cannot be written.
    """
    form = form_for(path)
    with replacing(path) as out:
        form.write(report, out, template_folder)
