"""Errors that a person can do something about.

`KnownError` is the environment's or the input's fault: it carries a sentence that is shown as it is.
Everything else that is raised is ours: it keeps its traceback, is logged and shown as a crash.
"""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """What the process answers. The numbers are part of the command line's contract."""

    DONE = 0
    ANSWER_IS_NO = 1
    INPUT_WRONG = 2
    ENVIRONMENT_FAILED = 3
    INTERRUPTED = 130


class KnownError(Exception):
    """Something a person can mend: `what` happened and where, and the `remedy`, each one sentence."""

    exit_status = ExitStatus.INPUT_WRONG

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(f"{what} {remedy}".strip())
        self.what = what
        self.remedy = remedy


class InputError(KnownError):
    """The input or the request is wrong."""


class EnvironmentFault(KnownError):
    """The machine, the network or the file system failed."""

    exit_status = ExitStatus.ENVIRONMENT_FAILED


class DamagedError(EnvironmentFault):
    """A workspace holds what this program never writes."""

    def __init__(self, what: str) -> None:
        super().__init__(what, "Restore a backup, or save what can be saved with `reviewer doctor --salvage NEW-FILE`.")


class UnwritableError(EnvironmentFault):
    """Something cannot be opened so that it can be written to; it may still be readable."""


class HeldError(EnvironmentFault):
    """Another program holds the workspace; what was to be written was not, and can be once that is done."""


class DiskFullError(EnvironmentFault):
    """There is no room left; what was to be written was not, and can be written again once there is."""
