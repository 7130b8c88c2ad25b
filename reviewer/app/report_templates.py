"""Report templates: choices of what a report shows, kept under a name among the settings or in any file."""

from __future__ import annotations

import re
from pathlib import Path

from reviewer.core.errors import InputError
from reviewer.host.files import write_file
from reviewer.host.paths import settings_file
from reviewer.report.options import ReportOptions, read_template, template_text

MOST_BYTES = 1 << 20
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
        size = path.stat().st_size
        text = path.read_text(encoding="utf-8-sig") if size <= MOST_BYTES else ""
    except FileNotFoundError:
        saved = ", ".join(template_names()) or "none"
        raise InputError(
            f"There is no report template {named}.", f"Give a file, or the name of one that was saved: {saved}."
        ) from None
    except (OSError, ValueError) as error:
        raise InputError(f"The report template {named} cannot be read: {error}.", "Give a TOML file.") from error
    if size > MOST_BYTES:
        raise InputError(f"The report template {named} is larger than a megabyte.", "Give a TOML file of a few lines.")
    return read_template(text, str(path))


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
