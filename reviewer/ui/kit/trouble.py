"""What a failure is called where a person reads it."""

from __future__ import annotations

from reviewer.core.errors import KnownError


def error_words(error: BaseException) -> str:
    """A known error in its own words; anything else as ours, with where more of it is said."""
    if isinstance(error, KnownError):
        return str(error)
    return (
        f"Something went wrong in Reviewer itself ({type(error).__name__}). What was stored is safe; "
        "the log has the details."
    )
