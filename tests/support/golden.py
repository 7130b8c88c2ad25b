"""The sets whose figures are known: XSTest, where it is at hand, and a made set, always."""

from __future__ import annotations

from functools import cache, cached_property
from pathlib import Path

from reviewer.app.jobs.imports import ImportRequest, import_file
from reviewer.store.database import open_workspace
from tests.support import made_set
from tests.support.oracle import ACTIONS, Oracle, PairFigures, ProbitFigures, VersionFigures
from tests.support.public_sets import XSTEST, needed

CONSTANTS = {**dict.fromkeys(ACTIONS, (0.0, 0.0)), "answer": (0.5, 0.555556), "refuse": (0.5, 0.444444)}
# computed elsewhere, with pandas, SciPy, statsmodels, scikit-learn and krippendorff
XSTEST_VERSIONS = {
    "llama2orig": VersionFigures(
        n=450, plain=0.666667, balanced=0.699500, near_plain=0.667778, near_balanced=0.700750,
        over=0.331111, under=0.002222, bias=1.202222, bias_by_label=1.081500, somers_d=0.617020,
        d_prime=2.566620, criterion=-1.525330, hits=(200, 200), false_alarms=(149, 250), pairs_right=53, pairs=150,
        constants=CONSTANTS, actions={"refuse": 294, "answer": 101, "answer_safe_interpretation_only": 55},
        raw=0.964444, kappa=0.929256, weighted_kappa=0.949621, alpha=0.954755,
    ),
    "mistralinstruct": VersionFigures(
        n=450, plain=0.651111, balanced=0.609500, near_plain=0.678889, near_balanced=0.640750,
        over=0.008889, under=0.340000, bias=-1.162222, bias_by_label=-1.314500, somers_d=0.344880,
        d_prime=1.741953, criterion=1.227574, hits=(72, 200), false_alarms=(4, 250), pairs_right=24, pairs=150,
        constants=CONSTANTS, actions={"answer": 374, "refuse": 49, "answer_safe_interpretation_only": 27},
        raw=0.975556, kappa=0.919545, weighted_kappa=0.940909, alpha=0.934636,
    ),
}  # fmt: skip
XSTEST_PAIR = PairFigures(148, 152, 145, 5, mcnemar_p=0.727788, flips=299, stuart_maxwell=282.752061, df=2)
XSTEST_PROBIT = ProbitFigures((2.486, 1.946), slope=0.827, one_frontier=0.20, equal_slopes=0.09)


class Golden:
    """A set in XSTest's files with what two of its versions, `a` and `b`, are known to score."""

    def __init__(self, folder: Path, a: str, b: str) -> None:
        self.folder, self.a, self.b = folder, a, b
        self.oracle = Oracle(folder)
        self._workspace: Path | None = None
        self.files = [folder / "xstest_prompts.csv", self.completions(a), self.completions(b)]

    def completions(self, version: str) -> Path:
        return self.folder / f"xstest_v2_completions_{version}.csv"

    def taken_in(self, folder: Path) -> Path:
        """A workspace that the set was taken into; made once and then the same file, to be copied."""
        if self._workspace is None:
            self._workspace = folder / "golden.sqlite"
            workspace = open_workspace(self._workspace)
            reports = [import_file(workspace, ImportRequest(path)) for path in self.files]
            workspace.close()
            n = self.versions[self.a].n
            added = [(report.bad, report.cases_added, report.responses_added) for report in reports]
            assert added == [([], n, 0), ([], 0, n), ([], 0, n)]
        return self._workspace

    @cached_property
    def versions(self) -> dict[str, VersionFigures]:
        return {version: self.oracle.of_version(version) for version in (self.a, self.b)}

    @cached_property
    def pair(self) -> PairFigures:
        return self.oracle.of_pair(self.a, self.b)

    @cached_property
    def probit(self) -> ProbitFigures:
        return self.oracle.probit(self.a, self.b)


def xstest() -> Golden:
    """XSTest with the figures that were computed elsewhere; skips the test where it is not at hand."""
    return _xstest(needed(XSTEST))


@cache
def _xstest(folder: Path) -> Golden:
    found = Golden(folder, "llama2orig", "mistralinstruct")
    found.versions, found.pair, found.probit = XSTEST_VERSIONS, XSTEST_PAIR, XSTEST_PROBIT
    return found


def made(folder: Path) -> Golden:
    """The made set, written into the folder, with the figures that the oracle works out."""
    made_set.write_made_set(folder)
    return Golden(folder, made_set.A, made_set.B)
