"""What a person types at a command and nobody is to see: passphrases and keys."""

from __future__ import annotations

import getpass
import sys

from reviewer.cli.output import complain
from reviewer.core.errors import InputError
from reviewer.wording.terminal import shown_in_line


def can_ask() -> bool:
    """Whether a person sits at this command."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def typed_unseen(question: str, *, twice: bool = False) -> str:
    """What a person types, which is nowhere shown; where it is asked `twice`, until both are the same.

    The terminal hides what is typed before the question stands there, so that nobody who is quick loses a key or shows
    it. Raises InputError where the terminal ends before anything is typed.
    """
    while True:
        typed = _typed(question)
        if not twice or typed == _typed("The same once more"):
            return typed
        complain("The two are not the same. Type both again.")


def _typed(question: str) -> str:
    asked = shown_in_line(question)
    while True:
        try:
            typed = getpass.getpass(f"{asked}: ")
        except EOFError as ended:
            raise InputError(f"{asked}: nothing was typed.", "Run it again, and type it.") from ended
        if typed:
            return typed
