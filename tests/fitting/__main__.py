"""`python -m tests.fitting` fits the rules' weights anew, and measures them leaving one family of responses out.

`evaluate` only measures. `manners` measures on our own English responses alone, leaving a fifth of the manners out.
"""

from __future__ import annotations

import hashlib
import sys
import warnings
from collections import Counter

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from reviewer.classify.model import DocumentModel
from reviewer.classify.rules import calibrated
from reviewer.core.actions import DEFAULT_SCALE
from tests.fitting.figures import calibration_error, kappa, ranking
from tests.fitting.measures import Held, held_out, leave_out
from tests.fitting.response_fit import crossed_rows, fit_calibration, fit_heads, language_models, write_responses
from tests.fitting.segment_fit import write_language
from tests.fitting.texts import Labelled, corpus, fitted_on, samples

_FIFTHS = 5


def main() -> None:
    # Few iterations are a part of the fit: they hold the weights back as the penalty does.
    warnings.simplefilter("ignore", ConvergenceWarning)
    wanted = sys.argv[1:]
    if wanted == ["manners"]:
        _say("our own English responses; each fifth of their manners read by weights fitted on the other manners")
        _report(leave_out([item for item in corpus() if item.language == "en"], _fifth))
        return
    labelled = fitted_on()
    held = leave_out(labelled, _english_family)
    held["samples"] = held_out(labelled, samples())
    if wanted != ["evaluate"]:
        models = language_models(labelled)
        for model in models.values():
            write_language(model)
        heads = fit_heads(crossed_rows(labelled), labelled)
        write_responses(DocumentModel(heads, _calibration([one for found in held.values() for one in found])))
    _say("each family read by weights fitted on all the others")
    _report(held)


def _english_family(item: Labelled) -> str | None:
    return item.family if item.language == "en" else None


def _fifth(item: Labelled) -> str:
    """By the manner's name, so that a manner is held out whole, in whatever family it occurs."""
    return f"fifth {hashlib.sha256(item.manner.encode()).digest()[0] % _FIFTHS + 1}"


def _calibration(every: list[Held]) -> dict[str, np.ndarray]:
    leveled = [one for one in every if one.item.engagement]
    acted = [one for one in every if one.item.action]
    sure = np.array([one.sure for one in leveled], np.float32)
    joint = np.array([one.joint for one in acted], np.float32)
    beside = np.array([one.sure for one in acted], np.float32)
    return {
        "engagement": fit_calibration(sure, sure, np.array([o.engagement == o.item.engagement for o in leveled])),
        "action": fit_calibration(joint, beside, np.array([o.action == o.item.action for o in acted])),
    }


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _report(held: dict[str, list[Held]]) -> None:
    _say(f"{'held out':<26}{'n':>6}{'3-way':>8}{'kappa':>8}{'5-way':>8}{'kappa':>8}")
    for family, found in held.items():
        _line(family, found)
    every = [one for found in held.values() for one in found]
    _line("all", every)
    _confidence(held)
    _confusion(every)


def _line(family: str, found: list[Held]) -> None:
    levels = [(one.item.engagement, one.engagement) for one in found if one.item.engagement]
    actions = [(one.item.action, one.action) for one in found if one.item.action]
    text = f"{family:<26}{len(found):>6}{_share(levels)}{kappa(levels):>8.3f}"
    _say(text + (f"{_share(actions)}{kappa(actions):>8.3f}" if actions else ""))


def _share(pairs: list[tuple[str, str]]) -> str:
    return f"{sum(a == b for a, b in pairs) / len(pairs):>8.3f}"


def _confidence(held: dict[str, list[Held]]) -> None:
    """Calibration is fitted on all families but one and measured on that one."""
    measured: dict[str, tuple[list[float], list[bool]]] = {"engagement": ([], []), "action": ([], [])}
    for family, found in held.items():
        weights = _calibration([one for name, others in held.items() if name != family for one in others])
        for one in found:
            for kind, people, said, probability in (
                ("engagement", one.item.engagement, one.engagement, one.sure),
                ("action", one.item.action, one.action, one.joint),
            ):
                if people:
                    measured[kind][0].append(_chance(weights[kind], probability, one.sure))
                    measured[kind][1].append(people == said)
    for kind, (confidence, right) in measured.items():
        chance, ok = np.array(confidence, np.float32), np.array(right)
        _say(
            f"confidence of the {kind}: mean {chance.mean():.3f}, right {ok.mean():.3f}, "
            f"calibration error {calibration_error(chance, ok):.3f}, area under the curve {ranking(chance, ok):.3f}"
        )


def _chance(weights: np.ndarray, probability: float, beside: float) -> float:
    return calibrated(probability, beside, weights)


def _confusion(every: list[Held]) -> None:
    table = Counter((one.item.action, one.action) for one in every if one.item.action)
    _say("what the author meant, by row; what was read, by column")
    for number, meant in enumerate(DEFAULT_SCALE.ids, start=1):
        _say(f"{number} {meant:<34}" + "".join(f"{table[meant, read]:>6}" for read in DEFAULT_SCALE.ids))


if __name__ == "__main__":
    main()
