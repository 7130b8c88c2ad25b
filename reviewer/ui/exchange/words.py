"""Sentences of the command line as the import window says them: what an option asks for is a field there."""

from __future__ import annotations

import re

_SENTENCES = re.compile(r"(?<=[.;]) +")
_OPTIONS = (
    ("--map ", "Choose under Columns what each one is."),
    ("--map-label", "Say under Labels what each word stands for."),
    ("--numbered", "Say above which."),
    ("--format", "Choose its format above."),
)
_ANOTHER = "Another can be chosen above."


def in_the_window(sentences: str) -> str:
    """Each sentence that names an option becomes one that names the field; the others stay as they are."""
    said: list[str] = []
    for sentence in _SENTENCES.split(sentences):
        words = sentence
        if "--" in sentence:
            words = next((here for option, here in _OPTIONS if option in sentence), _ANOTHER)
            if said and said[-1].endswith(";"):
                said[-1] = f"{said[-1][:-1]}."
        if words not in said:
            said.append(words)
    return " ".join(said)
