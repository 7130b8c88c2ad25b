"""A gate's answer as JUnit XML, which build servers read: one test for each rule."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from reviewer.core.scoring.gate import GateAnswer
from reviewer.host.files import replacing
from reviewer.report.facts import GateFacts
from reviewer.wording.plain_text import plain_text


def write_junit(facts: GateFacts, path: Path) -> None:
    """Replace what is at `path`. A rule that is not decidable is an error where that fails the gate, else skipped.

    Raises EnvironmentFault where the file cannot be written.
    """
    with replacing(path) as out:
        ElementTree.ElementTree(_suite(facts)).write(out, encoding="utf-8", xml_declaration=True)


def _suite(facts: GateFacts) -> ElementTree.Element:
    undecided_fails = facts.document["undecided"] == "fail"
    answers = [rule.answer for rule in facts.rules]
    undecided = answers.count(GateAnswer.UNDECIDED)
    suite = ElementTree.Element(
        "testsuite",
        name=plain_text(f"release policy {facts.document['policy'] or ''}".strip()),
        tests=str(len(answers)),
        failures=str(answers.count(GateAnswer.FAILED)),
        errors=str(undecided if undecided_fails else 0),
        skipped=str(0 if undecided_fails else undecided),
    )
    for rule in facts.rules:
        name = plain_text(f"{rule.name}: {rule.asked}")
        case = ElementTree.SubElement(suite, "testcase", classname=plain_text(str(facts.document["run"])), name=name)
        if rule.answer is GateAnswer.PASSED:
            continue
        kind = "failure" if rule.answer is GateAnswer.FAILED else "error" if undecided_fails else "skipped"
        told = ElementTree.SubElement(case, kind, message=plain_text(f"{rule.answer}: found {rule.found}"))
        told.text = plain_text(rule.why)
    ElementTree.SubElement(suite, "system-out").text = plain_text("\n".join((facts.sentence, *facts.about)))
    return suite
