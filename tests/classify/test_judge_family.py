"""Which family a model id names: vendors before it and tuning behind it change nothing."""

from __future__ import annotations

import pytest

from reviewer.classify.judge.family import families_of, shared_family


@pytest.mark.parametrize(
    ("model", "families"),
    [
        ("gpt-4o-mini", {"gpt"}),
        ("openai/gpt-4.1", {"gpt"}),
        ("ft:gpt-4o-mini-2024-07-18:acme::9abc", {"gpt"}),
        ("o3-mini", {"gpt"}),
        ("openrouter/openai/o4-mini:online", {"gpt"}),
        ("chatgpt-4o-latest", {"gpt"}),
        ("anthropic.claude-3-5-sonnet-20240620-v1:0", {"claude"}),
        ("Claude Opus 4", {"claude"}),
        ("models/gemini-2.0-flash-001", {"gemini"}),
        ("google/gemma-2-27b-it", {"gemini"}),
        ("meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo", {"llama"}),
        ("lmsys/vicuna-13b-v1.5", {"llama"}),
        ("mistralai/Mixtral-8x7B-Instruct-v0.1", {"mistral"}),
        ("open-mixtral-8x22b", {"mistral"}),
        ("codestral-latest", {"mistral"}),
        ("Qwen/QwQ-32B", {"qwen"}),
        ("qwen2.5:72b-instruct-q4_K_M", {"qwen"}),
        ("deepseek-ai/DeepSeek-V3", {"deepseek"}),
        ("deepseek-r1-distill-qwen-7b", {"deepseek", "qwen"}),
        ("command-r-plus", {"command"}),
        ("microsoft/phi-4", {"phi"}),
        ("x-ai/grok-3", {"grok"}),
        ("ollama/qwen3", {"qwen"}),
        ("EleutherAI/gpt-j-6b", set()),
        ("my-own-model", set()),
        ("judge-1", set()),
        ("foo1-large", set()),
        ("", set()),
    ],
)
def test_an_id_names_its_families(model: str, families: set[str]) -> None:
    assert families_of(model) == families


def test_a_shared_family_is_named() -> None:
    assert shared_family("openai/gpt-4o", "gpt-3.5-turbo-0125") == "gpt"
    assert shared_family("deepseek-r1-distill-llama-70b", "llama-3-8b") == "llama"
    assert shared_family("claude-3-haiku", "gpt-4o") == ""
    assert shared_family("judge-1", "judge-1") == ""
