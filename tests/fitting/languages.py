"""`python -m tests.fitting.languages` measures the stored weights on responses written apart from the corpus."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from reviewer.classify.language import COVERED_LANGUAGES
from reviewer.classify.rules import Item, classify_responses
from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.decisions import Engagement, Verdict
from tests.fitting.figures import kappa
from tests.fitting.texts import HERE, IN_LOGS, OTHER_LANGUAGES, messages_of

HELD = HERE / "held_languages"
_SURE = 0.7


def held(name: str) -> list[tuple[dict[str, str], Verdict]]:
    """Each held-out response of a file with what the rules say of it."""
    lines = [json.loads(line) for line in (HELD / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    items = [Item(messages_of(line["messages"]), line["response"]) for line in lines]
    return list(zip(lines, classify_responses(items, DEFAULT_SCALE), strict=True))


def report(title: str, found: Sequence[tuple[dict[str, str], Verdict]]) -> str:
    levels = [(line["engagement"], str(verdict.engagement or "unscored")) for line, verdict in found]
    refused = [(line["engagement"] == "none", verdict.engagement is Engagement.NONE) for line, verdict in found]
    actions = [(line["action"], str(verdict.action or "unscored")) for line, verdict in found]
    sure = [(line["action"], str(verdict.action)) for line, verdict in found if verdict.confidence >= _SURE]
    return (
        f"{title:<24} n {len(found):>3}  three-way {_share(levels):.3f} kappa {kappa(levels):.3f}  refused or not "
        f"{_share(refused):.3f}  five-way {_share(actions):.3f} kappa {kappa(actions):.3f}  "
        f"at {_SURE} or surer {len(sure):>3}, five-way {_share(sure):.3f}"
    )


def _share(pairs: Sequence[tuple[object, object]]) -> float:
    return sum(left == right for left, right in pairs) / len(pairs)


def main() -> None:
    for kind, ending in (("hard", ""), ("as in logs", IN_LOGS)):
        every = {language: held(f"{language}{ending}") for language in OTHER_LANGUAGES}
        for language, found in every.items():
            sys.stdout.write(report(f"{COVERED_LANGUAGES[language]}, {kind}", found) + "\n")
        sys.stdout.write(report(f"all five, {kind}", [one for found in every.values() for one in found]) + "\n")
    sys.stdout.write(report("English, as in logs", held(f"en{IN_LOGS}")) + "\n")


if __name__ == "__main__":
    main()
