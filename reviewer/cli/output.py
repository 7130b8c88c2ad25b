"""Where output goes: results to standard output, progress and complaints to standard error."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import typer

from reviewer.core.errors import EnvironmentFault, ExitStatus
from reviewer.wording.states import states_words
from reviewer.wording.terminal import shown, shown_in_json, shown_in_line

if TYPE_CHECKING:
    from reviewer.runner.progress import Progress

LINE_EVERY_S = 2.0


def emit_json(document: object) -> None:
    """One JSON document on standard output. Raises ValueError for a NaN: there must be none.

    Bytes, which only a damaged workspace has in the place of text, are written as words.
    """
    _write(shown_in_json(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False, default=_words_of)))


def _words_of(value: object) -> str:
    if isinstance(value, bytes):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no value of JSON")


def say(line: str = "") -> None:
    """A line, or several; what a terminal would obey is written out. Raises EnvironmentFault where standard output is
    full; a reader that has gone ends the program quietly."""
    _write(shown(line))


def _write(line: str) -> None:
    try:
        typer.echo(line)
    except BrokenPipeError:
        _discard_output()
        raise SystemExit(ExitStatus.ENVIRONMENT_FAILED) from None
    except OSError as error:
        _discard_output()
        raise EnvironmentFault(f"The output could not be written: {error.strerror}.", "Make room for it.") from error


def _discard_output() -> None:
    """What is still buffered would fail once more, with a traceback, when Python flushes at the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def complain(line: str) -> None:
    # nobody is left to be told where standard error itself cannot be written, and the work is to go on
    with contextlib.suppress(OSError):
        typer.echo(shown(line), err=True)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A plain table, numbers to the right."""
    cells = [[shown_in_line(str(cell)) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [list(headings), *cells]) for i in range(len(headings))]
    for row in [list(headings), *cells]:
        padded = (cell.rjust(w) if _is_number(cell) else cell.ljust(w) for cell, w in zip(row, widths, strict=True))
        say("  ".join(padded).rstrip())


def _is_number(cell: str) -> bool:
    return cell.replace(".", "", 1).replace("-", "", 1).isdigit()


def duration(seconds: float) -> str:
    """`45 s`, `3 min 20 s`, `2 h 5 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


class ProgressLine:
    """A run's progress on standard error: one line that renews itself on a terminal; elsewhere plain lines, or none
    where it is `on_terminal` only.
    """

    def __init__(self, *, on_terminal: bool = False) -> None:
        self._terminal = sys.stderr.isatty()
        self._silent = on_terminal and not self._terminal
        self._last = -LINE_EVERY_S
        self._width = 0

    def show(self, progress: Progress, more: str = "") -> None:
        self._show(progress.done, progress.total, lambda: " · ".join(filter(None, (progress_text(progress), more))))

    def show_count(self, done: int, total: int, what: str) -> None:
        """`120 of 450 responses read`, `what` being the last two words."""
        self._show(done, total, lambda: f"{done:,} of {total:,} {what}")

    def _show(self, done: int, total: int, text: Callable[[], str]) -> None:
        now = time.monotonic()
        if self._silent:
            return
        if not self._terminal and done < total and now - self._last < LINE_EVERY_S:
            return
        self._last = now
        if not self._terminal:
            complain(text())
            return
        line = f"{_bar(done, total)} {shown_in_line(text())}"
        sys.stderr.write("\r" + line.ljust(self._width))
        sys.stderr.flush()
        self._width = len(line)

    def end(self) -> None:
        if self._terminal and self._width:
            sys.stderr.write("\n")


def _bar(done: int, total: int, width: int = 24) -> str:
    filled = width if total == 0 else int(width * done / total)
    return "[" + "#" * filled + "." * (width - filled) + "]"


def progress_text(progress: Progress) -> str:
    """`120 of 450 · 8.2/s · 40 s left · ok 118, error 2 · 4 in flight · 3 retries`."""
    parts = [f"{progress.done} of {progress.total}", progress.waits_for]
    if progress.rate_per_s and not progress.waits_for:
        parts.append(f"{progress.rate_per_s:.1f}/s")
    if progress.seconds_left is not None and progress.done < progress.total and not progress.waits_for:
        parts.append(f"{duration(progress.seconds_left)} left")
    if progress.states:
        parts.append(states_words(progress.states, ", "))
    if progress.in_flight:
        parts.append(f"{progress.in_flight} in flight")
    if progress.retries:
        why = f" ({progress.last_retry})" if progress.last_retry and not progress.waits_for else ""
        parts.append(f"{progress.retries} retries{why}")
    return " · ".join(part for part in parts if part)
