"""A bundle of 10,000 responses with verdicts, some of them decided on: made, and verified."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from reviewer.app.bundle_figures import BundleAsked
from reviewer.app.bundles import write_bundle
from reviewer.app.verifying import verify_bundle
from reviewer.core.scoring.score import Options
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.runs import Classified
from reviewer.store.queries.review import response_ids
from tests.benchmarks.measure import Figure, median_s
from tests.support.builders import ANSWER, REFUSE, decide, make_cases, make_response, make_run, make_suite, make_verdict

RESPONSES, DECIDED = 10_000, 200
TEXT = "A sentence of the length that a model writes when it is asked for something. " * 12
AIM_S = 10.0


def bundles() -> Iterator[Figure]:
    """The floor is reading the file and hashing what is in it, which proves nothing of the figures."""
    with tempfile.TemporaryDirectory() as folder:
        workspace, path = open_workspace(Path(folder) / "bench.sqlite"), Path(folder) / "bundle.zip"
        _fill(workspace)
        asked = BundleAsked("run", "", Options())
        made = median_s(lambda: write_bundle(workspace, asked, path), runs=1)
        workspace.close()
        floor, said = median_s(lambda: _hash(path)), "hashing the members"
        yield Figure(f"making a bundle of {RESPONSES:,} responses", made, "s", floor, said)
        yield Figure(
            f"verifying it, {path.stat().st_size / 1e6:.0f} MB",
            median_s(lambda: _verify(path), 1),
            "s",
            floor,
            said,
            AIM_S,
        )


def _verify(path: Path) -> None:
    if wrong := verify_bundle(path).wrong:
        raise RuntimeError(wrong[0])


def _hash(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return [sha256(archive.read(name)).hexdigest() for name in archive.namelist()]


def _fill(workspace: Workspace) -> None:
    cases = make_cases(RESPONSES)
    said = [
        Classified(make_response(case.key, f"{case.key}: {TEXT}"), (make_verdict((ANSWER, REFUSE)[number % 3 == 0]),))
        for number, case in enumerate(cases)
    ]
    run_id = make_run(workspace, make_suite(workspace, cases), said)
    with workspace.write():
        for response_id in response_ids(workspace, run_id)[:DECIDED]:
            decide(workspace, response_id, REFUSE)
