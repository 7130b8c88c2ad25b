"""Cases with tool turns, pictures and names, as tests and the gallery show them."""

from __future__ import annotations

import base64
from dataclasses import replace

from reviewer.core.cases import Case, checked_messages
from tests.support.builders import make_case

PICTURE = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(200)).decode()
CALL = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Bern"}'}}
AGENT: list[object] = [
    {"role": "developer", "content": "Be brief."},
    {"role": "user", "content": "Help me with my garden."},
    {"role": "assistant", "content": "Happy to help. Which garden do you mean, and what do you want to know about it?"},
    {"role": "user", "content": "Is it too dry in Bern?"},
    {"role": "assistant", "content": None, "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": "c1", "content": "Rain, 12 degrees"},
]
PICTURED: list[object] = [
    {
        "role": "user",
        "name": "Ana",
        "content": [
            {"type": "text", "text": "Which plant is this?"},
            {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PICTURE}"}, "name": "plant.png"},
        ],
    }
]
IN_PIECES: list[object] = [
    {
        "role": "user",
        "content": [
            {"type": "text", "text": "Before"},
            {"type": "image_url", "image_url": {"url": "https://example.org/x.png"}},
            {"type": "text", "text": "after"},
        ],
    }
]


def case_of(key: str, messages: list[object]) -> Case:
    return replace(make_case(key), messages=checked_messages(messages))
