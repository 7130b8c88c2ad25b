"""Which family of models a model id belongs to: a judge tends to be kind to its own family."""

from __future__ import annotations

import re

_FAMILIES: dict[str, str] = {
    "gpt": r"(?:chat)?gpt(?!-?(?:j|neox?)\b)|o[1345](?=-|$)|(?:text-)?davinci|codex",
    "claude": r"claude|(?:opus|sonnet|haiku)-\d",
    "gemini": r"gemini|gemma|(?:med-?)?palm(?=-?\d|-|$)|(?:text|chat)-bison|medgemma",
    "llama": r"(?:code-?)?llama(?!-?(?:cpp|file|server|index))|vicuna|alpaca",
    "mistral": r"(?:mi|code|magi|dev|math|mini)stral|(?:mix|pix|vox)tral|zephyr",
    "qwen": r"(?:code)?qwen|qwq|qvq",
    "deepseek": r"deepseek",
    "phi": r"phi(?=-?\d|-)",
    "command": r"command(?=-|$)|aya(?=-|$)|c4ai",
    "grok": r"grok",
    "nova": r"nova-(?:micro|lite|pro|premier)|titan-text",
    "granite": r"granite",
    "yi": r"yi(?=-)",
    "glm": r"(?:chat)?glm",
    "kimi": r"kimi|moonshot",
    "falcon": r"falcon",
    "olmo": r"olmoe?",
    "jamba": r"jamba",
    "ernie": r"ernie",
    "hunyuan": r"hunyuan",
    "minimax": r"minimax|abab",
    "internlm": r"internlm",
    "nemotron": r"nemotron",
    "exaone": r"exaone",
    "solar": r"solar(?=-)",
    "stablelm": r"stablelm",
}
_NAMED = {name: re.compile(rf"(?<![a-z])(?:{pattern})") for name, pattern in _FAMILIES.items()}
_JOINED = re.compile(r"[\s_/:@.]+")


def families_of(model_id: str) -> frozenset[str]:
    """The families that a model id names: vendors before it and what it was tuned for behind it change nothing.

    `openai/gpt-4o-mini`, `ft:gpt-4o-mini-2024-07-18:acme::abc` and `azure/my-gpt-4o` are all `gpt`. A distilled model
    is of both families that made it, as `deepseek-r1-distill-qwen-7b` is. An id that names none is of none.
    """
    folded = _JOINED.sub("-", model_id.casefold())
    return frozenset(name for name, pattern in _NAMED.items() if pattern.search(folded))


def shared_family(one: str, other: str) -> str:
    """A family that both ids name, else ""."""
    return min(families_of(one) & families_of(other), default="")
