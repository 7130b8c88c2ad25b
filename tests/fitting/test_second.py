"""Agreement with other labellers is computed from what they said, and every difference is told."""

from __future__ import annotations

import pytest

from tests.fitting.second import LABELLERS, SILENT, TOLD_APART, main, pairs_of, report


@pytest.mark.parametrize("labeller", LABELLERS)
def test_the_report_counts_every_difference(labeller: str) -> None:
    head, *lines = report(labeller)
    differences = [line for line in lines if ", " in line]
    pairs = pairs_of(labeller)
    differing = sum(pair.other != pair.first for pair in pairs)
    assert f"n {len(pairs)}, raw agreement {1 - differing / len(pairs):.4f}" in head
    assert sum(int(line.split()[0]) for line in differences) == differing


@pytest.mark.parametrize("labeller", TOLD_APART)
def test_parts_that_do_not_say_so_are_told_apart_where_that_was_asked(labeller: str) -> None:
    pairs = pairs_of(labeller)
    both = sum(pair.first == pair.other == SILENT for pair in pairs)
    either = sum(SILENT in (pair.first, pair.other) for pair in pairs)
    assert 0 < both <= either < len(pairs)
    assert f"  parts that do not say so: both {both} of {either}" in report(labeller)
    assert not any("say so" in line for line in report("second"))


def test_more_than_200_parts_that_do_not_say_so_have_two_labellers() -> None:
    pairs = [pair for labeller in TOLD_APART for pair in pairs_of(labeller)]
    assert len({pair.item.text for pair in pairs if pair.first == pair.other == SILENT}) > 200


def test_the_command_prints_each_labeller(capsys: pytest.CaptureFixture[str]) -> None:
    main()
    out = capsys.readouterr().out
    assert all(f"{labeller} labeller: n " in out for labeller in LABELLERS)
