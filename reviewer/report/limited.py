"""What may never end, run as a program of its own (`reviewer.host.children`): patterns over texts, a house template.

Nothing of the package is imported here. A question comes as JSON on standard input, the answer leaves as JSON.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from typing import Any

Question = dict[str, Any]
Span = tuple[int, int]


def redacted(question: Question) -> Question:
    """`texts` with what any of `patterns` finds replaced by `mark`, as `texts`, and the places found in each.

    Places that touch or overlap are one. `examples` has at most `most` of them: the text's index, start and end.
    """
    spans: list[list[Span]] = [[] for _ in question["texts"]]
    for number, pattern in enumerate(question["patterns"]):
        sys.stderr.write(f"{number}\n")
        sys.stderr.flush()  # how far it came is told when it is stopped
        try:
            expression = re.compile(pattern)
        except (re.error, RecursionError, OverflowError) as error:
            return {"pattern": number, "error": str(error)}
        for found, text in zip(spans, question["texts"], strict=True):
            found += [match.span() for match in expression.finditer(text) if match.group()]
    merged = [_merged(each) for each in spans]
    examples = [(at, *span) for at, each in enumerate(merged) for span in each]
    texts = (_without(text, found, question["mark"]) for text, found in zip(question["texts"], merged, strict=True))
    return {"texts": list(texts), "places": [len(each) for each in merged], "examples": examples[: question["most"]]}


def _merged(spans: list[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _without(text: str, spans: list[Span], mark: str) -> str:
    parts, at = [], 0
    for start, end in spans:
        parts += [text[at:start], mark]
        at = end
    return "".join([*parts, text[at:]])


def rendered(question: Question) -> Question:
    """What the house template `template` makes of `values`, at most `most` characters of it.

    `escape` says how texts from the report enter it: html, markdown (with the pattern `meant`) or text.
    """
    from jinja2 import TemplateError
    from jinja2.exceptions import SecurityError

    try:
        template = _environment(question).from_string(question["template"])
        return _within(template.generate(question["values"]), question["most"])
    except SecurityError as error:
        return {"error": f"it asks for something that a template may not have: {error}"}
    except TemplateError as error:
        line = getattr(error, "lineno", None) or _line(error)
        return {"error": f"{error.message or type(error).__name__}{f' (line {line})' if line else ''}"}
    except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        line = _line(error)
        return {"error": f"{type(error).__name__}: {error}{f' (line {line})' if line else ''}"}
    except MemoryError:
        return {"error": "it needs more memory than a template may have"}


def _environment(question: Question) -> Any:  # noqa: ANN401 - Jinja2 is imported only where a template is rendered
    from jinja2 import StrictUndefined
    from jinja2.runtime import LoopContext
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from jinja2.utils import Namespace

    class House(ImmutableSandboxedEnvironment):
        """No attribute but methods of texts, lists and mappings and what Jinja2 says of a loop; none of Python's."""

        def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
            plain = isinstance(obj, str | list | tuple | dict | LoopContext | Namespace) and not attr.startswith("_")
            return plain and super().is_safe_attribute(obj, attr, value)

    meant = question.get("meant", "")
    escape: Callable[[Any], Any] | None = None
    if question["escape"] == "markdown":

        def escape(value: Any) -> Any:  # noqa: ANN401 - a template writes values of every kind
            return re.sub(meant, r"\\\1", value) if isinstance(value, str) else value

    found = House(
        autoescape=question["escape"] == "html",
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=escape,
    )
    for name in ("lipsum", "cycler", "joiner"):
        found.globals.pop(name, None)
    return found


def _within(pieces: Any, most: int) -> Question:  # noqa: ANN401 - Jinja2's generator of texts
    found: list[str] = []
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            return {"error": f"it writes more than {most:,} characters"}
        found.append(piece)
    return {"text": "".join(found)}


def _line(error: BaseException) -> int:
    """The template's line where it failed, 0 where that is not known: Jinja2 names the frame `<template>`."""
    line, place = 0, error.__traceback__
    while place is not None:
        if place.tb_frame.f_code.co_filename == "<template>":
            line = place.tb_lineno
        place = place.tb_next
    return line


WORK: dict[str, Callable[[Question], Question]] = {"redact": redacted, "render": rendered}


def _limit(seconds: int, size: int) -> None:
    """Processor time and memory, where the system can limit them; whoever started this watches the clock too."""
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (size, size))


def main() -> None:
    _limit(int(sys.argv[1]), int(sys.argv[2]))
    question = json.loads(sys.stdin.buffer.read())
    try:
        answer = WORK[question["work"]](question)
    except MemoryError:
        answer = {"error": "it needs more memory than it may have"}
    sys.stdout.buffer.write(json.dumps(answer).encode())


if __name__ == "__main__":
    main()
