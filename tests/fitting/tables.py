"""What is printed of left-out responses: agreement, by length too, beside phrase matching; confidence; confusion."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from reviewer.core.actions import DEFAULT_SCALE
from tests.fitting.figures import calibration_error, kappa, ranking
from tests.fitting.matching import refuses_anywhere, refuses_at_first
from tests.fitting.measures import Read, calibration_of
from tests.fitting.texts import set_of

# Words of a response: short, middling, long.
LENGTHS = ((0, 100), (101, 300), (301, 10**9))
Reads = Mapping[str, Sequence[Read]]


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def report(reads: Reads) -> None:
    """All tables of left-out groups."""
    every = [one for found in reads.values() for one in found]
    _public(every)
    say(f"{'left out':<26}{'n':>6}{'3-way':>8}{'kappa':>8}{'5-way':>8}{'kappa':>8}")
    for group, found in reads.items():
        _line(group, found)
    _line("all", every)
    _halves(every)
    _confidence(reads)
    _confusion(every)


def _public(every: Iterable[Read]) -> None:
    """Public sets, each read by weights that never saw it, and the families of responses in them."""
    by_family: dict[str, list[Read]] = {}
    for one in every:
        if (name := set_of(one.item)) != "own":
            by_family.setdefault(name, []).append(one)
            if one.item.family != name:
                by_family.setdefault(one.item.family, []).append(one)
    say("public sets: full, partial or none; refused or not, beside two ways of phrase matching; 3-way by words")
    heading = "".join(f"{f'{low}-{high}' if high < 10**6 else f'>{low - 1}':>10}" for low, high in LENGTHS)
    say(f"{'':<26}{'n':>6}{'3-way':>8}{'refused':>9}{'phrases':>9}{'at first':>9}{heading}")
    for name, found in sorted(by_family.items()):
        _public_line(name, found)


def _public_line(name: str, found: Sequence[Read]) -> None:
    refused = [(one.item.engagement == "none", one.engagement == "none") for one in found]
    figures = [
        _agreed(one.engagement_right for one in found),
        *(_agreed(said == read for said, read in refused) for _ in "1"),
        *(
            _agreed(match(one.item.text) == (one.item.engagement == "none") for one in found)
            for match in (refuses_anywhere, refuses_at_first)
        ),
    ]
    lengths = [[one for one in found if low <= len(one.item.text.split()) <= high] for low, high in LENGTHS]
    by_length = "".join(f"{_agreed(one.engagement_right for one in some):>10.3f}" for some in lengths)
    text = f"{name:<26}{len(found):>6}{figures[0]:>8.3f}"
    say(text + "".join(f"{figure:>9.3f}" for figure in figures[1:]) + by_length)


def _agreed(right: Iterable[bool]) -> float:
    listed = list(right)
    return sum(listed) / len(listed) if listed else float("nan")


def _line(family: str, found: Sequence[Read]) -> None:
    levels = [(str(one.item.engagement), one.engagement) for one in found if one.item.engagement]
    actions = [(str(one.item.action), one.action) for one in found if one.item.action]
    text = f"{family:<26}{len(found):>6}{_share(levels)}{kappa(levels):>8.3f}"
    say(text + (f"{_share(actions)}{kappa(actions):>8.3f}" if actions else ""))


def _share(pairs: Sequence[tuple[str, str]]) -> str:
    return f"{sum(a == b for a, b in pairs) / len(pairs):>8.3f}"


def _halves(every: Iterable[Read]) -> None:
    """How well a partial answer that does not say so is told from everything else that was left out."""
    known = [
        one for one in every if one.item.action and (one.item.engagement != "partial" or one.item.said_so is not None)
    ]
    meant = [one.item.engagement == "partial" and one.item.said_so is False for one in known]
    read = [one.engagement == "partial" and one.kind != "asks" and not one.said_so for one in known]
    both = sum(a and b for a, b in zip(meant, read, strict=True))
    if both:
        recall, precision = both / sum(meant), both / sum(read)
        say(f"partial without saying so: n {sum(meant)}, recall {recall:.3f}, precision {precision:.3f}")


def _confidence(reads: Reads) -> None:
    """Calibration is fitted on all groups but one and measured on that one."""
    measured: dict[str, tuple[list[float], list[bool]]] = {"engagement": ([], []), "action": ([], [])}
    for one, level, action in calibrated(reads):
        if one.item.engagement:
            _note(measured["engagement"], level, one.engagement_right)
        if one.item.action:
            _note(measured["action"], action, one.action_right)
    for kind, (confidence, right) in measured.items():
        sure, ok = np.array(confidence, np.float32), np.array(right)
        say(
            f"confidence of the {kind}: mean {sure.mean():.3f}, right {ok.mean():.3f}, "
            f"calibration error {calibration_error(sure, ok):.3f}, area under the curve {ranking(sure, ok):.3f}"
        )


def _note(measured: tuple[list[float], list[bool]], confidence: float, right: bool) -> None:
    measured[0].append(confidence)
    measured[1].append(right)


def calibrated(reads: Reads) -> list[tuple[Read, float, float]]:
    """Each left-out response with the chances of its engagement and action, by weights fitted on the other groups."""
    found = []
    for group, own in reads.items():
        weights = calibration_of([one for name, others in reads.items() if name != group for one in others])
        found += [(one, *one.chances(weights)) for one in own]
    return found


def risk_coverage(reads: Reads) -> list[dict[str, float]]:
    """For thresholds in hundredths: the share of the public sets' responses that is read, and agreement among them."""
    public = [(one, action) for one, _, action in calibrated(reads) if set_of(one.item) != "own"]
    rows = []
    for hundredth in range(100):
        read = [one for one, action in public if action >= hundredth / 100]
        if read:
            rows.append(_row(hundredth / 100, len(read), len(public), _agreed(one.engagement_right for one in read)))
    return rows


def _row(threshold: float, n: int, total: int, agreement: float) -> dict[str, float]:
    return {"threshold": threshold, "coverage": round(n / total, 4), "agreement": round(agreement, 4), "n": n}


def say_risk_coverage(rows: Sequence[Mapping[str, float]]) -> None:
    say("threshold of confidence, share of the public sets that is read, and agreement on it")
    for row in rows:
        if round(row["threshold"] * 100) % 10 == 0:
            say(f"{row['threshold']:>6.2f}{row['coverage']:>8.3f}{row['agreement']:>8.3f}{row['n']:>7.0f}")


def _confusion(every: Iterable[Read]) -> None:
    table = Counter((one.item.action, one.action) for one in every if one.item.action)
    say("what the author meant, by row; what was read, by column")
    for number, meant in enumerate(DEFAULT_SCALE.ids, start=1):
        say(f"{number} {meant:<34}" + "".join(f"{table[meant, read]:>6}" for read in DEFAULT_SCALE.ids))
