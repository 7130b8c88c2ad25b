"""`python -m tests.fitting` fits the rules' weights anew, and measures them where they were not fitted.

`evaluate` only measures: each public set, and each third of the manners of our own responses, is read by weights that
were fitted on all the others. `manners` measures on our own English responses alone. `elsewhere` fits anew the other
languages alone: what their words say, and the engagement; all else leaves them as they are installed. `omissions` fits
anew only what tells a part that does not say so, and how sure verdicts are.
"""

from __future__ import annotations

import hashlib
import json
import sys
import warnings
from collections.abc import Mapping, Sequence

from sklearn.exceptions import ConvergenceWarning

from reviewer.classify.model import DATA, DocumentModel, document_model
from reviewer.classify.rules import RULES_VERSION
from tests.fitting.measures import Held, calibration_of, chosen_cuts, conclude, leave_out
from tests.fitting.omission_fit import fit_omissions, write_omissions
from tests.fitting.opening_fit import fit_openings, write_openings
from tests.fitting.response_fit import crossed_rows, fit_elsewhere, fit_heads, language_models, write_responses
from tests.fitting.segment_fit import write_language
from tests.fitting.tables import Reads, report, risk_coverage, say, say_risk_coverage
from tests.fitting.texts import OMITTING, Labelled, fitted_elsewhere, fitted_on, set_of, usual
from tests.support.public_sets import CHATGPT_REFUSALS, SAFETY_RBR, XSTEST

_FIFTHS, _THIRDS = 5, 3


def main() -> None:
    # Few iterations are a part of the fit: they hold the weights back as the penalty does.
    warnings.simplefilter("ignore", ConvergenceWarning)
    wanted = sys.argv[1:]
    if wanted == ["manners"]:
        say("our own English responses; each fifth of their manners read by weights fitted on the other manners")
        own = [item for item in fitted_on() if item.language == "en" and set_of(item) == "own"]
        report(_concluded(leave_out(own, _fifth), document_model().cuts))
        return
    if wanted == ["elsewhere"]:
        _fit_elsewhere()
        return
    labelled = fitted_on()
    held = leave_out(labelled, _set_or_third)
    # What only measures, and what fits other weights only, reads by the cuts that are installed.
    cuts = document_model().cuts if wanted in (["evaluate"], ["omissions"]) else chosen_cuts(held)
    reads = _concluded(held, cuts)
    rows = risk_coverage(reads)
    if wanted == ["omissions"]:
        write_omissions(fit_omissions(labelled))
        write_responses(document_model()._replace(calibration=_calibration(reads)))
        _write_risk_coverage(rows)
    elif wanted != ["evaluate"]:
        _fit(labelled, cuts, reads)
        _write_risk_coverage(rows)
    say(f"each group read by weights fitted on all the others; levels count {dict(cuts)}")
    report(reads)
    say_risk_coverage(rows)


def _concluded(held: Mapping[str, Sequence[Held]], cuts: Mapping[str, float]) -> Reads:
    return {group: [conclude(one, cuts) for one in found] for group, found in held.items()}


def _fit_elsewhere() -> None:
    labelled = fitted_elsewhere()
    for model in language_models([item for item in labelled if item.language != "en"]).values():
        write_language(model)
    heads = {**document_model().heads, "engagement elsewhere": fit_elsewhere(crossed_rows(labelled), labelled)}
    write_responses(document_model()._replace(heads=heads))


def _fit(labelled: Sequence[Labelled], cuts: Mapping[str, float], reads: Reads) -> None:
    told = usual(labelled)
    write_language(language_models([item for item in told if item.language == "en"])["en"])
    write_openings(fit_openings(told))
    write_omissions(fit_omissions(labelled))
    heads = fit_heads(crossed_rows(told), told)
    heads["engagement elsewhere"] = document_model().heads["engagement elsewhere"]
    write_responses(DocumentModel(heads, cuts, _calibration(reads)))


def _calibration(reads: Reads) -> Mapping[str, Mapping[str, Sequence[float]]]:
    return calibration_of([one for found in reads.values() for one in found])


def _write_risk_coverage(rows: Sequence[Mapping[str, float]]) -> None:
    """One row a line, so that a change of the table can be read."""
    sets = json.dumps([wanted.name for wanted in (XSTEST, CHATGPT_REFUSALS, SAFETY_RBR)])
    lines = ",\n".join(json.dumps(row) for row in rows)
    head = f'"rules": "{RULES_VERSION}",\n"sets": {sets},\n"total": {rows[0]["n"]},\n"rows": [\n'
    (DATA / "risk_coverage.json").write_text(f"{{\n{head}{lines}\n]\n}}\n", encoding="utf-8")


def _set_or_third(item: Labelled) -> str | None:
    if (name := set_of(item)) != "own":
        return name
    if item.family == OMITTING:
        return None
    return f"third {_part(item, _THIRDS)} of our own" if item.language == "en" else None


def _fifth(item: Labelled) -> str:
    return f"fifth {_part(item, _FIFTHS)}"


def _part(item: Labelled, parts: int) -> int:
    """By the manner's name, so that a manner is held out whole, in whatever family it occurs."""
    return hashlib.sha256(item.manner.encode()).digest()[0] % parts + 1


if __name__ == "__main__":
    main()
