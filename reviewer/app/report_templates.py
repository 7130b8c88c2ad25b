"""Report templates: choices of what a report shows, kept under a name among the settings or in any file."""

from __future__ import annotations

import re
from pathlib import Path

from reviewer.core.errors import InputError
from reviewer.host.files import write_file
from reviewer.host.paths import settings_file
from reviewer.host.small_files import small_text
from reviewer.report.options import ReportOptions, read_template, template_text

_NAME = re.compile(r"\w[\w .()-]{0,59}\Z")


def template_folder() -> Path:
    return settings_file().parent / "report-templates"


def template_names() -> list[str]:
    """Those that were saved, in the order of the alphabet."""
    return sorted(path.stem for path in template_folder().glob("*.toml"))


def load_template(named: str) -> ReportOptions:
    """The template of a file, or one that was saved under this name. Raises InputError where neither is usable."""
    given = Path(named).expanduser()
    path = given if given.suffix == ".toml" or given.is_file() else template_folder() / f"{named}.toml"
    try:
        is_there = path.exists()
    except (OSError, ValueError):
        is_there = True  # what is wrong with the name is said by reading it
    if not is_there:
        saved = ", ".join(template_names()) or "none"
        raise InputError(
            f"There is no report template {named}.", f"Give a file, or the name of one that was saved: {saved}."
        )
    return read_template(small_text(path, "The report template", "Give a TOML file of a few lines."), str(path))


def save_template(name: str, options: ReportOptions) -> Path:
    """Keep the options under a name, in place of what has it. Raises InputError for a name that is no file's.

    A name that ends in `.toml` is the path of a file.
    """
    if name.endswith(".toml"):
        path = Path(name).expanduser()
    elif _NAME.match(name) and not name.endswith((" ", ".")):
        path = template_folder() / f"{name}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
    else:
        raise InputError(f"A report template cannot be called {name!r}.", "Use letters, digits, blanks, - and _.")
    write_file(path, template_text(options).encode())
    return path
