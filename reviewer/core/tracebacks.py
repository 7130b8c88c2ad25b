"""The trace of a program that failed, in the place of a response."""

from __future__ import annotations

import re

from reviewer.core.error_texts import explains

_TRACE = re.compile(
    r"(?:Traceback \((?:most recent call last|innermost last)\):?\s*\n|fatal error: all goroutines"
    r"|Exception in thread |thread '[^'\n]*' panicked|panic: "
    r"|goroutine \d+ \[|Unhandled exception"
    r"|(?:Uncaught )?(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception)\b[^\n]{0,400}\n\s*(?:at |File \")"
    r"|node:internal/"
    r"|Fatal Python error"
    r"|  File \"[^\"\n]+\", line \d+)"
)
_TRACE_LINE = re.compile(
    r"\s|$|Traceback|During handling|The above exception|Exception in|Caused by|\.\.\. \d+ more|goroutine"
    r"|exit status"
    r"|thread '"
    r"|note: |stack backtrace|panic: |node:|Node\.js|\[?[\w.$/<>-]+\]?(?:Error|Exception|Warning|Exit|Interrupt"
    r"|Timeout|Failure)\b"
    r"|[\w./*()-]+(?:\.go|\.rs|\.js|\.py)?:\d+|[\w.]+\(|created by |[}\])]"
)


def is_traceback(text: str) -> bool:
    """The trace of a program and nothing more; an answer that shows one says something before it or after it."""
    if not _TRACE.match(text):
        return False
    beside = [line for line in text.split("\n") if not _TRACE_LINE.match(line)]
    return len(beside) <= 3 and not explains("\n".join(beside))
