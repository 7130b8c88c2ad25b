"""Addresses as people paste them: a whole one, with what the protocol adds by itself, is cut to its base.

Where it is another protocol's, the sentence says what to leave out.
"""

from __future__ import annotations

import re

from reviewer.core.errors import InputError

_ENDINGS: dict[str, re.Pattern[str]] = {
    "openai-chat": re.compile(r"/chat/completions?$|(?<=/v1)/completions$"),
    "openai-responses": re.compile(r"/responses$"),
    "anthropic-messages": re.compile(r"/messages$"),
    "gemini": re.compile(
        r"/(?:models|tunedModels|endpoints|publishers/[^/]+/models)(?:/[^/]+)?:\w+$"
        r"|/(?:models|tunedModels|publishers/[^/]+/models)/[^/:]+$"
    ),
}
_SAME = {"azure-openai": "openai-chat"}
_LISTS = re.compile(r"(/v\d+\w*)/models$")
"""Behind a version only: elsewhere `/models` is the end of a base."""
_OLLAMA = re.compile(r"/api/(?:chat|generate|tags)$")


def cut_path(path: str, protocol: str) -> str:
    """The path of a base address without what the protocol adds. Raises InputError where another's stands there."""
    path = path.rstrip("/")
    own = _SAME.get(protocol, protocol)
    if own in _ENDINGS:
        cut = _LISTS.sub(r"\1", _ENDINGS[own].sub("", path))
        _check_others(cut, own)
        return cut
    return path


def _check_others(path: str, own: str) -> None:
    if found := _OLLAMA.search(path):
        raise InputError(
            f"The base URL ends with {found[0]}, which is Ollama's own protocol.",
            f"Put /v1 in the place of {found[0]}.",
        )
    for protocol, ending in _ENDINGS.items():
        if protocol != own and (found := ending.search(path)):
            raise InputError(
                f"The base URL ends with {found[0]}, which belongs to the protocol {protocol}.",
                f"Leave {found[0]} out, or choose --protocol {protocol}.",
            )
