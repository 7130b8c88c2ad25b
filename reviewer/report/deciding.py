"""What a release decision rests on: the question, the answer, the changes, the gate, who has seen how much of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reviewer.core.decisions import DecisionKind, Hidden
from reviewer.core.scoring.flips import FlipKind
from reviewer.core.scoring.gate import GateAnswer
from reviewer.core.scoring.score import FigureKey
from reviewer.report.facts import GateFacts, RunReport, Versus
from reviewer.wording import decision
from reviewer.wording import score as wording
from reviewer.wording.plain_text import plain_text
from reviewer.wording.plural import counted, noun
from reviewer.wording.tables import Table, named

if TYPE_CHECKING:
    from reviewer.core.scoring.paired import Difference

MARKS = {GateAnswer.PASSED: "✓", GateAnswer.FAILED: "✗", GateAnswer.UNDECIDED: "?"}
BELOW = "see “What changed, figure by figure”"


def question(report: RunReport) -> str:
    """What the report answers."""
    run = plain_text(report.run)
    if report.versus is None:
        return f"May {run} be released?" if report.gate else f"How often does {run} take the right action?"
    before = plain_text(report.versus.run)
    better = f"Is {run} better than {before}"
    return f"{better}, and may it be released?" if report.gate else f"{better}?"


def answers(report: RunReport) -> list[str]:
    """The sentences that answer it: the gate's, the verdict on the two versions with its counts, the run's score."""
    said = [f"{_may(report.gate)}: {report.gate.sentence}"] if report.gate else []
    if report.versus is not None:
        pair = report.versus.run, report.run, report.versus.comparison
        said += [decision.verdict(*pair), decision.sure(report.versus.comparison), decision.basis(*pair)]
    return [plain_text(each) for each in (*said, wording.summary(report.scorecard, report.run)) if each]


def _may(facts: GateFacts) -> str:
    if facts.passed:
        return "It may be released"
    fails = any(rule.answer is GateAnswer.FAILED for rule in facts.rules)
    return "It may not be released" if fails else "It may not be released yet"


def changes(versus: Versus) -> Table:
    """Each of the three figures before and now on the shared cases, its change with its limits, and which way it is."""
    return Table(("Figure", "Before", "Now", "Change, 95 %"), tuple(_changes(versus)))


def _changes(versus: Versus) -> Iterator[tuple[str, ...]]:
    c = versus.comparison
    shown: dict[FigureKey, tuple[str, str]] = {
        "balanced": (wording.figure(c.a.score.balanced), wording.figure(c.b.score.balanced)),
        "over_cautious": (wording.percent(c.a.over_cautious), wording.percent(c.b.over_cautious)),
        "under_cautious": (wording.percent(c.a.under_cautious), wording.percent(c.b.under_cautious)),
    }
    for key, name in decision.NAMES.items():
        yield name, *shown[key], decision.change_words(key, c.deltas.get(key))


def deltas(versus: Versus) -> list[tuple[str, Difference | None]]:
    """Name and change of the three figures, for a chart."""
    return [(name, versus.comparison.deltas.get(key)) for key, name in decision.NAMES.items()]


def gate(facts: GateFacts, versus: Versus | None) -> Table:
    """The rules, those that do not pass first: the answer, what was asked, what was found and why.

    Rules of one name with the same answer, finding and reason share a row.
    A reason that an earlier row has given, or that the comparison gives below, is not given again.
    """
    moved = versus.comparison.movement if versus else None
    order = [GateAnswer.FAILED, GateAnswer.UNDECIDED, GateAnswer.PASSED]
    rows: dict[tuple[str, ...], list[str]] = {}
    told: dict[str, tuple[str, ...]] = {}
    for rule in sorted(facts.rules, key=lambda each: order.index(each.answer)):
        head = f"{MARKS[rule.answer]} {rule.answer}", rule.name, plain_text(rule.found).replace("_", " ")
        below = moved is not None and rule.why == moved.sentence
        again = rule.why in told and told[rule.why] != head
        why = BELOW if below else "as above" if again else plain_text(rule.why)
        told.update({rule.why: head} if rule.why and not again else {})
        asked = plain_text(rule.asked).replace("_", " ")
        # a movement and its direction, as a policy's file has them
        asked = asked.replace(":", " ") if rule.name == "movement" else asked
        rows.setdefault((*head, why), []).append(asked)
    grouped = (
        (answer, _counted_name(name, len(asked)), _together(asked), found, why)
        for (answer, name, found, why), asked in rows.items()
    )
    return Table(("Answer", "Rule", "Asked", "Found", "Why"), tuple(grouped), n_text=5)


def _counted_name(name: str, rules: int) -> str:
    return f"{name} ({rules} rules)" if rules > 1 else name


def _together(asked: list[str]) -> str:
    """What several rules ask; the last word, where all end with the same one, is said once: `forbidden: a, b`."""
    last = {each.rpartition(" ")[2] for each in asked}
    if len(asked) == 1 or len(last) > 1:
        return "; ".join(asked)
    return f"{last.pop()}: {', '.join(each.rpartition(' ')[0] for each in asked)}"


def seen(report: RunReport) -> list[str]:
    """Which share people have seen, and who they are, in their own words."""
    said = [f"{wording.review_state(report.scorecard)}."]
    if report.versus is not None:
        before = wording.review_state(report.versus.comparison.a)
        said.append(f"Of the version before, {before} among the shared cases.")
    names = roster(report).rows
    who = ", ".join(f"{name} ({n})" for name, n, *_ in names)
    if names:
        said.append(f"Decided by {who}. Names are the reviewers' own words; nobody has checked them.")
    return said


@dataclass
class DecidedBy:
    """What one person decided: how many, in bulk, rulings among them, days, and what was hidden from them."""

    decided: int = 0
    in_bulk: int = 0
    settled: int = 0
    days: list[str] = field(default_factory=list)
    hidden: Counter[str] = field(default_factory=Counter)
    unknown: int = 0

    @property
    def blind(self) -> int:
        """Decisions made with the verdict out of sight."""
        return self.hidden[Hidden.VERDICT]


def reviewed_by(report: RunReport) -> dict[str, DecidedBy]:
    """By the name that each gave, those with the most standing decisions first."""
    found: dict[str, DecidedBy] = {}
    for case in report.cases:
        for response in case.responses:
            for said in response.decisions:
                one = found.setdefault(said.reviewer, DecidedBy())
                one.decided += 1
                one.in_bulk += said.bulk
                one.settled += said.kind is DecisionKind.ADJUDICATION
                one.days.append(said.at[:10])
                one.hidden.update((said.hidden or frozenset()) | ({Hidden.VERDICT} if said.blind else frozenset()))
                one.unknown += said.verdict_hidden is None
    return dict(sorted(found.items(), key=lambda item: (-item[1].decided, item[0])))


def roster(report: RunReport) -> Table:
    """Everybody with a standing decision on the run: how many, blind ones, adjudications, first and last day."""
    rows = (
        (
            plain_text(name),
            f"{one.decided:,}",
            f"{one.blind:,}",
            f"{one.settled:,}",
            f"{one.in_bulk:,}",
            min(one.days),
            max(one.days),
        )
        for name, one in reviewed_by(report).items()
    )
    headings = ("Reviewer", "Decisions", "Of them blind", "Adjudications", "In bulk", "First", "Last")
    return Table(headings, tuple(rows))


SIGHT_NOTE = (
    "Of how many decisions each thing was out of sight. What nobody recorded may have been hidden or not, and is "
    "counted apart."
)
SIGHTS = {
    Hidden.VERDICT: "The verdict",
    Hidden.VERSIONS: "Which version",
    Hidden.OTHERS: "Others' words",
    Hidden.LABEL: "The label",
    Hidden.EARLIER: "Own earlier word",
}


def hidden_table(report: RunReport) -> Table:
    """What each reviewer could not see when they decided, in decisions."""
    rows = (
        (plain_text(name), *(f"{one.hidden[each]:,}" for each in SIGHTS), f"{one.unknown:,}")
        for name, one in reviewed_by(report).items()
    )
    return Table(("Hidden from", *SIGHTS.values(), "Not recorded"), tuple(rows))


def flips(report: RunReport, most: int | None = None) -> Table:
    """Cases whose action changed, those that broke first; at most `most` of them."""
    if report.versus is None:
        return Table(("Change", "Case", "Request", "Label", "Before", "Now"), (), n_text=6)
    order = {kind: at for at, kind in enumerate((FlipKind.BROKEN, FlipKind.WRONG_DIFFERENTLY, FlipKind.UNSTABLE))}
    scale = report.scorecard.scale
    found = sorted(report.versus.flips, key=lambda each: (order.get(each.kind, len(order)), each.key))
    rows = (
        (
            str(each.kind),
            plain_text(each.key),
            plain_text(each.request),
            named(scale, each.label),
            named(scale, each.before),
            named(scale, each.now),
        )
        for each in found[:most]
    )
    return Table(("Change", "Case", "Request", "Label", "Before", "Now"), tuple(rows), n_text=6)


def flip_counts(versus: Versus) -> str:
    """`12 cases changed: 7 fixed, 3 broken, 2 moved within the band.`

    Before it which cases the table of changes is about, where the run's score counts others too.
    """
    n = Counter(each.kind for each in versus.flips)
    total = sum(n.values())
    parts = ", ".join(f"{n[kind]:,} {kind}" for kind in FlipKind if n[kind])
    found = f"{counted(total, 'case')} changed {noun(total, 'its', 'their')} action: {parts}."
    return f"{_compared_only(versus)}{found if n else 'No case changed its action.'}"


def _compared_only(versus: Versus) -> str:
    c = versus.comparison
    if not len(c.cases) or not (c.only_b or c.dropped or c.changed):
        return ""
    compared = counted(len(c.cases), "case")
    return f"Before and now are of the {compared} compared; the score above is of all scored cases of the run. "
