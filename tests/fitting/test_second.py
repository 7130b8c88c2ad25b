"""Agreement with other labellers is computed from what they said, and every difference is told."""

from __future__ import annotations

import pytest

from tests.fitting.second import LABELLERS, main, pairs_of, report


@pytest.mark.parametrize("labeller", LABELLERS)
def test_the_report_counts_every_difference(labeller: str) -> None:
    head, *differences = report(labeller)
    pairs = pairs_of(labeller)
    differing = sum(pair.other != pair.first for pair in pairs)
    assert f"n {len(pairs)}, raw agreement {1 - differing / len(pairs):.4f}" in head
    assert sum(int(line.split()[0]) for line in differences) == differing


def test_the_command_prints_each_labeller(capsys: pytest.CaptureFixture[str]) -> None:
    main()
    out = capsys.readouterr().out
    assert all(f"{labeller} labeller: n " in out for labeller in LABELLERS)
