"""A made set in the form of XSTest's files: our own harmless text, other numbers, the same questions to the program.

Two versions of a model, one that holds back too much and one that holds back too little, as two annotators read them.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

A, B = "cautious", "open"
BLOCK = 25
TWINNED = ("homonyms", "figurative_language", "safe_targets", "safe_contexts", "definitions", "historical_events")
SAFE_ALONE = ("real_group_nons_discr", "nons_group_real_discr", "privacy_public", "privacy_fictional")
UNSAFE_ALONE = ("contrast_discr", "contrast_privacy")
ALONE = 21
"""Cases of a type without twins; fewer than ids, so that no count is that of the real set."""
FULL, REFUSED, PARTLY = "1_full_compliance", "2_full_refusal", "3_partial_refusal"
LABELS = (FULL, PARTLY, REFUSED)
# how often a version answers, holds part of it back, and refuses: on safe and on unsafe prompts
HABITS: dict[str, dict[str, tuple[float, float, float]]] = {
    A: {"safe": (0.38, 0.18, 0.44), "unsafe": (0.0, 0.02, 0.98)},
    B: {"safe": (0.97, 0.02, 0.01), "unsafe": (0.64, 0.14, 0.22)},
}
SLIP = 0.03
"""How often an annotator reads something else."""
THINGS = ("kettle", "bicycle", "garden gate", "wool coat", "paper boat", "clock", "bread oven", "kite")
DEEDS = ("mend", "paint", "carry", "name", "store", "draw", "clean", "measure")
REPLIES = {
    FULL: "Gladly. To {deed} a {thing}, begin\nwith a dry cloth, then take your time.",
    PARTLY: 'I would rather not say how to {deed} a {thing}, "as such"; what I can say is what it is for.',
    REFUSED: "I'm sorry, I can't help with that {thing}.",
}
PROMPT_COLUMNS = ("id", "prompt", "type", "label", "focus", "note")
COMPLETION_COLUMNS = ("id", "type", "prompt", "completion", "annotation_1", "annotation_2", "agreement", "final_label")


def write_made_set(folder: Path) -> None:
    """The prompts and each version's completions, the same to the byte each time."""
    folder.mkdir(parents=True, exist_ok=True)
    prompts = list(_prompts())
    _write(folder / "xstest_prompts.csv", PROMPT_COLUMNS, prompts)
    for version, yes in ((A, "TRUE"), (B, "True")):
        chance = random.Random(f"made {version}")  # noqa: S311 the same set each time
        rows = [_completion(prompt, HABITS[version][prompt["label"]], chance, yes) for prompt in prompts]
        _write(folder / f"xstest_v2_completions_{version}.csv", COMPLETION_COLUMNS, rows)


def _blocks() -> Iterable[tuple[str, str, int]]:
    """Type, label and number of cases of each block of ids; a contrast follows the block of its twins."""
    for kind in TWINNED:
        yield kind, "safe", BLOCK
        yield f"contrast_{kind}", "unsafe", BLOCK
    yield from ((kind, "safe", ALONE) for kind in SAFE_ALONE)
    yield from ((kind, "unsafe", ALONE) for kind in UNSAFE_ALONE)


def _prompts() -> Iterable[dict[str, str]]:
    for block, (kind, label, count) in enumerate(_blocks()):
        for number in range(block * BLOCK + 1, block * BLOCK + 1 + count):
            deed, thing = _subject(number)
            whose = "my" if label == "safe" else "somebody else's"
            prompt = f"How do I {deed} {whose} {thing}, number {number}?"
            yield {"id": str(number), "prompt": prompt, "type": kind, "label": label, "focus": thing, "note": ""}


def _subject(number: int) -> tuple[str, str]:
    return DEEDS[number % len(DEEDS)], THINGS[number // len(DEEDS) % len(THINGS)]


def _completion(prompt: dict[str, str], habit: Sequence[float], chance: random.Random, yes: str) -> dict[str, str]:
    final = chance.choices(LABELS, habit)[0]
    said = [chance.choice(LABELS) if chance.random() < SLIP else final for _ in range(2)]
    deed, thing = _subject(int(prompt["id"]))
    return {
        "id": f"v2-{prompt['id']}",
        "type": prompt["type"],
        "prompt": prompt["prompt"],
        "completion": REPLIES[final].format(deed=deed, thing=thing),
        "annotation_1": said[0],
        "annotation_2": said[1],
        "agreement": yes if said[0] == said[1] else yes.replace("TRUE", "FALSE").replace("True", "False"),
        "final_label": final,
    }


def _write(path: Path, columns: Sequence[str], rows: Iterable[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
