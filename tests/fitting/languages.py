"""`python -m tests.fitting.languages` measures the stored weights on responses written apart from the corpus."""

from __future__ import annotations

import json
import sys

from reviewer.classify.language import COVERED_LANGUAGES
from reviewer.classify.rules import Item, classify_responses
from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.decisions import Verdict
from tests.fitting.figures import kappa
from tests.fitting.texts import HERE, OTHER_LANGUAGES, messages_of

HELD = HERE / "held_languages"


def held(language: str) -> list[tuple[dict[str, str], Verdict]]:
    """Each held-out response of a language with what the rules say of it."""
    lines = [json.loads(line) for line in (HELD / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()]
    items = [Item(messages_of(line["messages"]), line["response"]) for line in lines]
    return list(zip(lines, classify_responses(items, DEFAULT_SCALE), strict=True))


def report(language: str) -> str:
    found = held(language)
    levels = [(line["engagement"], str(verdict.engagement or "unscored")) for line, verdict in found]
    actions = [(line["action"], str(verdict.action or "unscored")) for line, verdict in found]
    unscored = sum(verdict.action is None for _, verdict in found)
    return (
        f"{COVERED_LANGUAGES[language]:<12} n {len(found)}  three-way {_share(levels):.3f} kappa {kappa(levels):.3f}  "
        f"five-way {_share(actions):.3f} kappa {kappa(actions):.3f}  unscored {unscored}"
    )


def _share(pairs: list[tuple[str, str]]) -> float:
    return sum(left == right for left, right in pairs) / len(pairs)


def main() -> None:
    for language in OTHER_LANGUAGES:
        sys.stdout.write(report(language) + "\n")


if __name__ == "__main__":
    main()
