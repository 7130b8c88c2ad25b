from __future__ import annotations

import re

import pytest

from reviewer.core.actions import DEFAULT_SCALE, Action, ActionId, ActionScale
from reviewer.report.facts import RunReport
from reviewer.report.strip import LARGE, SMALL, Size, StripMark, case_markers, strip
from tests.report.samples import ANSWER, CAVEAT, CLARIFY, REFUSE, SAFE, failed, observed, report_of


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_strip_is_one_svg_that_says_itself(size: Size) -> None:
    markers = [StripMark(REFUSE, solid=True, word="A"), StripMark(ANSWER, solid=False)]
    drawn = strip(DEFAULT_SCALE, CLARIFY, {CAVEAT: 0.5, SAFE: 0.5}, markers, size)
    words = "best: 3 clarify; 2 caveat: half credit; 4 safe part: half credit; decided: 5 refuse; automatic: 1 answer"
    assert drawn.startswith("<svg ")
    assert f'aria-label="{words}"' in drawn


def test_names_are_written_and_escaped() -> None:
    scale = ActionScale((Action(ActionId("a"), "<b>&"), Action(ActionId("b"), "plain")))
    drawn = strip(scale, ActionId("a"), size=LARGE)
    assert "1 &lt;b&gt;&amp;" in drawn
    assert "<b>" not in drawn


def test_markers_are_solid_only_where_a_person_decided() -> None:
    report: RunReport = report_of(
        (
            observed("a", ANSWER, REFUSE, automatic=ANSWER),
            observed("a", ANSWER, REFUSE, repeat=2),
            observed("a", ANSWER, ANSWER, repeat=3),
            failed("b", ANSWER),
        )
    )
    assert case_markers(report.cases[0]) == [StripMark(REFUSE, solid=True), StripMark(ANSWER, solid=False)]
    assert case_markers(report.cases[1]) == [StripMark(None, solid=False)]


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_what_is_unscored_stands_behind_the_scale(size: Size) -> None:
    drawn = strip(DEFAULT_SCALE, CLARIFY, {}, [StripMark(None, solid=False)], size)
    assert "automatic: unscored" in drawn
    left = re.search(r'<circle [^>]*cx="([\d.]+)"[^>]* r="([\d.]+)"', drawn)
    width = re.search(r'<svg [^>]*width="([\d.]+)"', drawn)
    assert left
    assert width
    assert float(left[1]) - float(left[2]) > len(DEFAULT_SCALE) * (size.cell + size.gap) - size.gap
    assert float(left[1]) + float(left[2]) <= float(width[1])
