"""A failure of the program as it may be logged, shown and copied: where it happened, without what it happened to.

The text of an exception may quote a prompt, a response, a note or a key. It is kept for the kinds whose text Python
makes of names in the program, and for our own known errors, whose sentences are written to be shown.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator

from reviewer.core.errors import KnownError

LEFT_OUT = "(its text is left out: it may quote a case)"
_OF_THE_PROGRAM = (AttributeError, ImportError, NameError, TypeError, NotImplementedError, RecursionError, MemoryError)
_MAX_FRAMES = 60


def traceback_text(error: BaseException) -> str:
    """Each exception that led to the next, oldest first, and the places in the program; no value of anything."""
    return "\n".join(line for each in _chain(error) for line in _lines(each))


def _chain(error: BaseException) -> list[BaseException]:
    found = list[BaseException]()
    following: BaseException | None = error
    while following is not None and following not in found:
        found.insert(0, following)
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)
    return found


def _lines(error: BaseException) -> Iterator[str]:
    yield "Traceback (most recent call last):"
    for frame in traceback.extract_tb(error.__traceback__)[-_MAX_FRAMES:]:
        yield f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'
    yield f"{type(error).__module__}.{type(error).__qualname__}: {_words(error)}"
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _lines(inner)


def _words(error: BaseException) -> str:
    if isinstance(error, OSError):
        return error.strerror or LEFT_OUT
    return str(error) if isinstance(error, (*_OF_THE_PROGRAM, KnownError)) else LEFT_OUT
