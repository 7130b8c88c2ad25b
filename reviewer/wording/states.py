"""Words of the states of responses, and of those that are in doubt: the one place that names them for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from reviewer.core.no_response_kinds import NoResponse
from reviewer.core.responses import Response, ResponseState
from reviewer.wording.plural import counted, noun

_REASONS_NAMED = 6
_OPEN = "unscored until somebody decides on {}"


def state_words(state: str) -> str:
    """`tool call only`, `no response`, `unknown end`."""
    return str(state).replace("_", " ")


def states_words(states: Mapping[ResponseState, int] | Mapping[str, int], between: str = " · ") -> str:
    """`ok 118 · filtered 2 · error 3`, in the order of the states; those that did not occur are left out."""
    counts = {str(state): n for state, n in states.items()}
    counted = ((state, counts.get(state, 0)) for state in ResponseState)
    return between.join(f"{state_words(state)} {count:,}" for state, count in counted if count)


@dataclass(frozen=True)
class DoubtCounts:
    """Of a run's responses those in doubt: why a text is none, by sentence, and the unknown finish reasons."""

    none: Mapping[str, int] = field(default_factory=dict)
    ends: Mapping[str, int] = field(default_factory=dict)

    @staticmethod
    def of(groups: Iterable[tuple[str, str, str, int]]) -> DoubtCounts:
        """From (state, error, finish reason, how many)."""
        none, ends = Counter[str](), Counter[str]()
        for state, error, finish_reason, n in groups:
            if state == ResponseState.NO_RESPONSE:
                none[error] += n
            elif state == ResponseState.UNKNOWN_END:
                ends[finish_reason] += n
        return DoubtCounts(dict(none.most_common()), dict(ends.most_common()))

    @staticmethod
    def of_responses(responses: Iterable[Response]) -> DoubtCounts:
        return DoubtCounts.of((each.state, each.error, each.finish_reason, 1) for each in responses)


def doubt_sentences(doubts: DoubtCounts, of: int) -> tuple[str, ...]:
    """`31 of 450 are no responses: 20 `nan`, 11 error texts; they are unscored until somebody decides on them.`"""
    said = []
    if n := sum(doubts.none.values()):
        kinds = _listed([_counted_kind(sentence, count) for sentence, count in _kinds(doubts.none).items()])
        are = noun(n, "is no response", "are no responses")
        said.append(f"{n:,} of {of:,} {are}: {kinds}; {_unscored(n)}.")
    if n := sum(doubts.ends.values()):
        ends = _listed([f"`{reason[:40]}`" if reason else "no reason" for reason in doubts.ends])
        said.append(f"{n:,} of {of:,} ended with {ends}, which is not known to be a good end; {_unscored(n)}.")
    return tuple(said)


def _unscored(n: int) -> str:
    it = noun(n, "it", "them")
    return f"{noun(n, 'it is', 'they are')} {_OPEN.format(it)}"


def _kinds(none: Mapping[str, int]) -> dict[str, int]:
    """By sentence, those that say nothing of their own together under an empty one."""
    kinds: Counter[str] = Counter()
    for sentence, n in none.items():
        kinds[sentence if NoResponse.of_sentence(sentence) else ""] += n
    return dict(kinds.most_common())


def _counted_kind(sentence: str, n: int) -> str:
    kind = NoResponse.of_sentence(sentence)
    return kind.counted(n) if kind else f"{n:,} others"


def _listed(words: list[str]) -> str:
    more = len(words) - _REASONS_NAMED
    return ", ".join([*words[:_REASONS_NAMED], *([counted(more, "other kind")] if more > 0 else [])])
