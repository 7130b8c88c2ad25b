"""How fast the rules read: responses of several lengths, one very long one, and texts made to slow them down.

Times are CPU seconds of this process: on a busy machine they say more than the clock on the wall.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice

from reviewer.classify.features import own_words
from reviewer.classify.folding import fold, windows
from reviewer.classify.language import language_of
from reviewer.classify.requests import read_request
from reviewer.classify.rules import Item, classify_responses
from reviewer.classify.segments import segments
from reviewer.classify.words import tokens
from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.cases import Message, Role
from tests.benchmarks.measure import Figure
from tests.fitting.texts import samples

BATCH = 256
BATCHES = {60: 8, 600: 8, 6_000: 2}
RUNS = 5
MILLION = 1_000_000
# Lengths that are read whole, so that growth is not hidden by what is left unread.
SHORTER, LONGER = 3_500, 28_000

ADVERSARIAL = (
    *("<think>", "</think>", "<think", "\u25c1think\u25b7", "<thought>x</thought>y", "</s>", "<|eot_id|>a", "<"),
    *("```", "```\n", "~~~\n", "```\n~~~\n", "~~~\n```x\n", " ```", "\n  ```"),
    *('"', '" ', "\u201c", "\u201c\u201d", "\u300c", '"\u201c\u300c', "'", "a'", "''", "a'''", "**", "** ", "** \n"),
    *("- ", "-\n", "- \n", "1.", "1. ", "a.", "a. ", ".", ". ", ".  ", '."', '.") ', "e.g. ", " ", "\t", " \n", "\n"),
    *(">", "> ", "> \n", "#", "# ", "|", "(", "(a", "?", ": ", "!", "\u3002", "\u3002\u201d", "\u6211", "\u0130", "\0"),
    *("a", "a ", "ab1 ", "i ", "not ", "i can't help ", "why ", "write ", "write a b ", "how ", "\ud800", "\U0001f642"),
)


def _cpu_s(work: Callable[[], object], runs: int = RUNS) -> float:
    """The least CPU seconds of some runs: what the machine does beside only ever adds."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def _items(length: int, count: int) -> list[Item]:
    """`count` different responses of about `length` characters, cut and put together from the sample responses."""
    found = samples()
    text = "\n\n".join(item.text for item in found)
    starts = (number * (length // 2 + 37) % (len(text) - length) for number in range(count))
    requests = islice(cycle([item.messages for item in found]), count)
    return [Item(messages, text[start : start + length]) for messages, start in zip(requests, starts, strict=True)]


def _speed(length: int) -> Figure:
    items = _items(length, BATCH * BATCHES[length])
    batches = [items[start : start + BATCH] for start in range(0, len(items), BATCH)]
    seconds = _cpu_s(lambda: [classify_responses(batch, DEFAULT_SCALE) for batch in batches])
    floor = _cpu_s(lambda: [item.text.lower().split() for item in items])
    name = f"one response of {length:,} characters, in batches of {BATCH}"
    aim = 0.2 if length == 600 else None
    return Figure(name, 1000 * seconds / len(items), "ms", 1000 * floor / len(items), "lower-casing and splitting", aim)


def _readers(text: str) -> dict[str, Callable[[], object]]:
    """Each part that reads a text by expressions, and all of them together."""
    folded = fold(text)
    messages = (Message(Role.USER, text),)
    return {
        "segments": lambda: [segments(window) for window in windows(text)],
        "tokens": lambda: tokens(folded),
        "quotations": lambda: own_words(folded),
        "language": lambda: language_of(folded, folded),
        "request": lambda: read_request(messages),
        "everything": lambda: classify_responses([Item(messages, text)], DEFAULT_SCALE),
    }


def _growth(piece: str) -> dict[str, float]:
    """For each reader how many times as long it takes for a text eight times as long; 8 is linear."""
    short, long = (_readers(piece * (length // len(piece))) for length in (SHORTER, LONGER))
    # Below a tenth of a millisecond a time says nothing of growth.
    return {name: _cpu_s(long[name], 3) / max(_cpu_s(short[name], 3), 1e-4) for name in long}


def rules() -> Iterator[Figure]:
    """Milliseconds for each length, milliseconds for a megabyte, and the steepest growth under adversarial texts."""
    for length in BATCHES:
        yield _speed(length)
    alone = _items(600, 64)
    each = _cpu_s(lambda: [classify_responses([item], DEFAULT_SCALE) for item in alone]) / len(alone)
    yield Figure("one response of 600 characters, alone", 1000 * each, "ms", aim=3.0)
    text = "".join(item.text for item in _items(6_000, MILLION // 6_000 + 1))[:MILLION]
    seconds = _cpu_s(lambda: classify_responses([Item((), text)], DEFAULT_SCALE))
    yield Figure("one response of 1,000,000 characters", seconds, "s", aim=0.5)
    slowest = max(ADVERSARIAL, key=_million)
    yield Figure(f"the slowest adversarial 1,000,000 characters, {slowest!r}", _million(slowest), "s", aim=0.5)
    grown = {(name, piece): ratio for piece in ADVERSARIAL for name, ratio in _growth(piece).items()}
    (name, piece), ratio = max(grown.items(), key=lambda entry: entry[1])
    yield Figure(f"steepest growth for 8 times the text: {name}, {piece!r}", ratio, "times", 8.0, "linear", 16.0)


def _million(piece: str) -> float:
    text = (piece * MILLION)[:MILLION]
    return _cpu_s(lambda: classify_responses([Item((Message(Role.USER, text),), text)], DEFAULT_SCALE), 2)
