"""A gate's answer as a build server reads it."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from reviewer.core.scoring.gate import GateAnswer, Rule
from reviewer.report.facts import GateFacts
from reviewer.report.junit import write_junit
from tests.report.samples import HOSTILE

RULES = (
    Rule("balanced score", "at least 0.6", "0.7", GateAnswer.PASSED),
    Rule("skill", "at least 0.6", "0.2", GateAnswer.FAILED, f"too low {HOSTILE}"),
    Rule("movement", "inward forbidden", "not decidable", GateAnswer.UNDECIDED, "too few cases"),
)


def facts(undecided: str) -> GateFacts:
    document = {"policy": "release", "run": f"1.1 {HOSTILE}", "undecided": undecided}
    return GateFacts(False, "1.1 does not pass.", ("never locked",), RULES, document)


@pytest.mark.parametrize(("undecided", "errors", "skipped"), [("fail", "1", "0"), ("pass", "0", "1")])
def test_every_rule_is_a_test(undecided: str, errors: str, skipped: str, tmp_path: Path) -> None:
    path = tmp_path / "gate.xml"
    write_junit(facts(undecided), path)
    suite = ElementTree.parse(path).getroot()  # noqa: S314 our own file
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    assert (suite.get("errors"), suite.get("skipped")) == (errors, skipped)
    passed, failed, open_ = suite.findall("testcase")
    assert (passed.get("name"), len(passed)) == ("balanced score: at least 0.6", 0)
    told = failed.find("failure")
    assert told is not None
    assert told.get("message") == "fail: found 0.2"
    assert "[U+202E]evil[U+0000]" in (told.text or "")
    assert open_[0].tag == ("error" if undecided == "fail" else "skipped")
    assert suite.findtext("system-out") == "1.1 does not pass.\nnever locked"
