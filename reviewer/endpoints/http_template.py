"""Any in-house protocol: a template says what is sent and where in the answer each thing stands.

A template is TOML. In `body`, `{{messages}}`, `{{prompt}}` (the last user turn), `{{system}}`, `{{model}}`,
`{{temperature}}`, `{{top_p}}`, `{{max_tokens}}` and `{{seed}}` stand for what is sent; a field that is one of them and
has no value is left out. In `answer`, a place is a path of names and numbers with dots between them.

    path = "/generate"
    key_header = "X-Api-Key: {key}"
    models_path = "/models"
    models = "data.id"

    [headers]
    X-Client = "reviewer"

    [body]
    inputs = "{{messages}}"
    parameters = { temperature = "{{temperature}}", max_new_tokens = "{{max_tokens}}" }

    [answer]
    text = "outputs.0.text"
    reasoning = "outputs.0.thoughts"
    finish_reason = "outputs.0.reason"
    usage = "usage"
    model = "model"
    ended = ["fin"]
    filtered = ["blocked"]
    truncated = ["length"]
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from reviewer.core.errors import InputError
from reviewer.core.finish import Finish, finish_of
from reviewer.core.messages import strings_in
from reviewer.endpoints.http_chat import Document, Quirks, ReadAnswer, label, listed_ids, token_counts
from reviewer.endpoints.protocol import ChatRequest
from reviewer.endpoints.streams import chat_document
from reviewer.endpoints.turns import template_values

_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
_KNOWN = frozenset({"messages", "prompt", "system", "model", "temperature", "top_p", "max_tokens", "seed"})
_TOP = frozenset({"path", "key_header", "models_path", "models", "headers", "body", "answer"})
_ANSWER = frozenset({"text", "reasoning", "finish_reason", "usage", "model", "ended", "filtered", "truncated"})
ENDED = "stop"
"""The finish reason of a response that ended with one of the template's own words for that."""
_REMEDY = "See `reviewer endpoint template` for an example with every field."
_LEFT_OUT = object()
_MISSING = object()


class HttpTemplateWire:
    """Made from a template's text. Raises InputError that says what is wrong with it, and where.

    Reasons that the template does not list mean what they mean everywhere.
    """

    stream_fields: Mapping[str, object] = {}

    def __init__(self, template: str) -> None:
        found = _parsed(template)
        self._path, self._body = _text(found, "path"), found["body"]
        self._answer = _table(found, "answer")
        self._key_header = _text(found, "key_header") if "key_header" in found else "Authorization: Bearer {key}"
        self.models_path = _text(found, "models_path") if "models_path" in found else "/models"
        self._models = _text(found, "models") if "models" in found else "data"
        self.headers: Mapping[str, str] = {name: str(value) for name, value in _table(found, "headers").items()}
        self._ended, self._filtered, self._truncated = (
            frozenset(map(str, values if isinstance(values := self._answer.get(name, []), list) else [values]))
            for name in ("ended", "filtered", "truncated")
        )
        _check_placeholders(self._body)

    def key_header(self, key: str) -> tuple[str, str]:
        name, _, value = self._key_header.partition(":")
        return name.strip(), value.strip().replace("{key}", key)

    def path(self, request: ChatRequest) -> str:
        return self._path.replace("{{model}}", request.model)

    def stream_path(self, path: str) -> str:
        return path

    def payload(self, request: ChatRequest, quirks: Quirks) -> dict[str, object]:
        values: dict[str, object] = {
            **template_values(request.messages, whole=any("{{messages}}" in text for text in strings_in(self._body))),
            "model": request.model,
            **request.sampling.__dict__,
        }
        body = _filled(self._body, values)
        return body if isinstance(body, dict) else {}

    def quirk(self, status: int, untrusted_body: bytes, request: ChatRequest) -> str:
        return ""

    def read(self, untrusted_document: Document) -> ReadAnswer | None:
        text = _at(untrusted_document, self._answer.get("text"))
        if text is _MISSING:
            return None
        finish_reason = label(_at(untrusted_document, self._answer.get("finish_reason")))
        reasoning = _at(untrusted_document, self._answer.get("reasoning"))
        return ReadAnswer(
            text=text if isinstance(text, str) else "",
            reasoning=reasoning if isinstance(reasoning, str) else "",
            # the file's readers know no template: a good end is called what it is called everywhere
            finish_reason=ENDED if finish_reason in self._ended else finish_reason,
            finish=self._finish(finish_reason),
            usage=token_counts(_at(untrusted_document, self._answer.get("usage"))),
            model=label(_at(untrusted_document, self._answer.get("model"))),
        )

    def read_stream(self, untrusted_events: Sequence[Document]) -> ReadAnswer | None:
        """Each event holds a piece where a whole answer holds all of it; else they are chat-completion chunks."""
        pieces = [piece for piece in map(self.read, untrusted_events) if piece is not None]
        if not pieces:
            return self.read(chat_document(untrusted_events))
        last = next((piece for piece in reversed(pieces) if piece.finish_reason), pieces[-1])
        usage = next((piece.usage for piece in reversed(pieces) if piece.usage), {})
        text, reasoning = "".join(p.text for p in pieces), "".join(p.reasoning for p in pieces)
        return replace(last, text=text, reasoning=reasoning, usage=usage)

    def _finish(self, reason: str) -> Finish:
        if reason in self._ended:
            return Finish.ENDED
        if reason in self._filtered:
            return Finish.FILTERED
        return Finish.CUT if reason in self._truncated else finish_of(reason)

    def model_ids(self, untrusted_document: Document) -> list[str]:
        return listed_ids(_at(untrusted_document, self._models))


def _parsed(template: str) -> dict[str, object]:
    if not template.strip():
        raise InputError("The endpoint has no template.", _REMEDY)
    try:
        found: dict[str, object] = tomllib.loads(template)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"The template is not TOML: {error}.", _REMEDY) from error
    if unknown := sorted(found.keys() - _TOP):
        raise InputError(f"The template has an unknown field {unknown[0]!r}.", _REMEDY)
    _text(found, "path")
    if not isinstance(found.get("body"), dict):
        raise InputError("The template has no table 'body'.", _REMEDY)
    answer = _table(found, "answer")
    if unknown := sorted(answer.keys() - _ANSWER):
        raise InputError(f"The template's 'answer' has an unknown field {unknown[0]!r}.", _REMEDY)
    if not isinstance(answer.get("text"), str):
        raise InputError("The template's 'answer' does not say where the text is.", _REMEDY)
    return found


def _text(found: Mapping[str, object], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not value:
        raise InputError(f"The template's field {name!r} is not a text.", _REMEDY)
    return value


def _table(found: Mapping[str, object], name: str) -> dict[str, object]:
    value = found.get(name, {})
    if not isinstance(value, dict):
        raise InputError(f"The template's {name!r} is not a table.", _REMEDY)
    return value


def _check_placeholders(value: object) -> None:
    if isinstance(value, dict):
        for each in value.values():
            _check_placeholders(each)
    elif isinstance(value, list):
        for each in value:
            _check_placeholders(each)
    elif isinstance(value, str):
        unknown = sorted(set(_PLACEHOLDER.findall(value)) - _KNOWN)
        if unknown:
            known = ", ".join(sorted(_KNOWN))
            raise InputError(f"The template's body names {{{{{unknown[0]}}}}}, which is not known.", f"Use: {known}.")


def _filled(value: object, values: Mapping[str, object]) -> object:
    if isinstance(value, dict):
        filled = {name: _filled(each, values) for name, each in value.items()}
        return {name: each for name, each in filled.items() if each is not _LEFT_OUT}
    if isinstance(value, list):
        return [each for each in (_filled(each, values) for each in value) if each is not _LEFT_OUT]
    if not isinstance(value, str):
        return value
    whole = _PLACEHOLDER.fullmatch(value)
    if whole:
        given = values[whole.group(1)]
        return _LEFT_OUT if given is None else given
    return _PLACEHOLDER.sub(lambda found: str(values[found.group(1)] or ""), value)


def _at(untrusted_document: object, path: object) -> object:
    """What stands at a path, `_MISSING` where there is nothing; a name below a list is that of each of its objects."""
    if not isinstance(path, str):
        return _MISSING
    found = untrusted_document
    for name in filter(None, path.split(".")):
        if isinstance(found, dict) and name in found:
            found = found[name]
        elif isinstance(found, list) and name.isdecimal() and int(name) < len(found):
            found = found[int(name)]
        elif isinstance(found, list) and found and not name.isdecimal() and all(isinstance(x, dict) for x in found):
            found = [each[name] for each in found if name in each]
        else:
            return _MISSING
    return found


def example() -> str:
    """A template with every field."""
    lines = (__doc__ or "").partition("\n\n    ")[2].splitlines()
    return "\n".join(line.removeprefix("    ") for line in ["    " + lines[0], *lines[1:]]).strip() + "\n"
