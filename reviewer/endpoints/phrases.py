"""Lists of phrases by which servers say one thing in many ways, one a line."""

from __future__ import annotations

import re


def phrases(lines: str, **parts: str) -> re.Pattern[str]:
    """A pattern of all the lines, whatever their capitals. A line is a regular expression that begins a word; `<name>`
    in it stands for the `parts` of that name, `…` for up to 60 characters of the same sentence.
    """
    for name, part in parts.items():
        lines = lines.replace(f"<{name}>", f"(?:{part})")
    lines = lines.replace("…", r"[^.]{0,60}?")
    return re.compile(r"(?<!\w)(?:" + "|".join(filter(None, map(str.strip, lines.splitlines()))) + ")", re.IGNORECASE)
