"""Why a text is no response, as a kind and in words; `reviewer.core.no_response` tells which texts are none."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple


class NoResponseKind(StrEnum):
    MISSING = "missing value"
    MARKER = "marker"
    ERROR_TEXT = "error text"
    TRACEBACK = "traceback"
    ERROR_PAGE = "error page"
    SPECIAL = "special token"
    PUNCTUATION = "punctuation mark"
    REPETITION = "endless repetition"
    INVISIBLE = "invisible text"
    PLACEHOLDER = "placeholder"
    OBJECT = "printed object"
    CELL = "spreadsheet mark"
    PLACE = "name of a file"
    KEPT_BACK = "note that the text was taken out"
    PAGE = "piece of a page"
    COLUMN = "value of another column"
    STREAM = "raw stream"
    BYTES = "encoded text"
    MARKUP = "empty markup"
    TOOL_CALL = "tool call"
    WAITING = "sign of waiting"
    ECHO = "repeated request"
    ONLY_REASONING = "reasoning without an answer"
    ENDLESS_REASONING = "reasoning that never ends"


_SENTENCES = {
    NoResponseKind.MISSING: "the mark of a missing value",
    NoResponseKind.MARKER: "a program's mark for a missing response",
    NoResponseKind.ERROR_TEXT: "an error message",
    NoResponseKind.TRACEBACK: "the traceback of a program that failed",
    NoResponseKind.ERROR_PAGE: "the error page of a web server",
    NoResponseKind.SPECIAL: "a special token of a model",
    NoResponseKind.PUNCTUATION: "nothing but punctuation",
    NoResponseKind.REPETITION: "one thing over and over",
    NoResponseKind.INVISIBLE: "nothing that can be seen",
    NoResponseKind.PLACEHOLDER: "a placeholder",
    NoResponseKind.OBJECT: "an object as a program prints it",
    NoResponseKind.CELL: "an error or a formula of a spreadsheet",
    NoResponseKind.PLACE: "the name of a file in place of what is in it",
    NoResponseKind.KEPT_BACK: "a note that the text was taken out",
    NoResponseKind.PAGE: "what a page shows around a chat",
    NoResponseKind.COLUMN: "a value that belongs in another column",
    NoResponseKind.STREAM: "the raw stream of a server",
    NoResponseKind.BYTES: "bytes or a place where they are, not words",
    NoResponseKind.MARKUP: "markup or a heading with nothing in it",
    NoResponseKind.TOOL_CALL: "the call of a tool with nothing said beside it",
    NoResponseKind.WAITING: "what a program shows while it works",
    NoResponseKind.ECHO: "the request itself",
    NoResponseKind.ONLY_REASONING: "reasoning with no answer after it",
    NoResponseKind.ENDLESS_REASONING: "reasoning that never ends",
}
_PLURALS = {
    NoResponseKind.PLACE: "names of files",
    NoResponseKind.KEPT_BACK: "notes that the text was taken out",
    NoResponseKind.PAGE: "pieces of a page",
    NoResponseKind.COLUMN: "values of another column",
    NoResponseKind.WAITING: "signs of waiting",
    NoResponseKind.PUNCTUATION: "of only punctuation",
    NoResponseKind.INVISIBLE: "with nothing to be seen",
    NoResponseKind.MARKUP: "of empty markup",
    NoResponseKind.ENDLESS_REASONING: "with reasoning that never ends",
    NoResponseKind.ONLY_REASONING: "with reasoning and no answer",
}
SAYS_SO = "There is no response: the text is "
"""What each sentence of `NoResponse` begins with."""
_SAID = re.compile(SAYS_SO + r"(?P<what>.*?)(?:, `(?P<shown>[^`]*)`)?\.")


class NoResponse(NamedTuple):
    """Why a text is none. `shown` is the text itself where it is short enough to be named."""

    kind: NoResponseKind
    shown: str = ""

    @property
    def sentence(self) -> str:
        """For whoever looks at the response; one that names its kind again in `of_sentence`."""
        named = f", `{self.shown}`" if self.shown else ""
        return f"{SAYS_SO}{_SENTENCES[self.kind]}{named}."

    def counted(self, n: int) -> str:
        """So many of them: 20 `nan`, 11 error texts."""
        if self.shown:
            return f"{n:,} `{self.shown}`"
        return f"{n:,} {_PLURALS.get(self.kind) or self.kind + 's' * (n != 1)}"

    @staticmethod
    def of_sentence(sentence: str) -> NoResponse | None:
        """What a sentence was made of; None for another one."""
        found = _SAID.fullmatch(sentence)
        kind = next((kind for kind, words in _SENTENCES.items() if found and words == found["what"]), None)
        return None if found is None or kind is None else NoResponse(kind, found["shown"] or "")
