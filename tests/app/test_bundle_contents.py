"""A bundle with everything in it: two runs, a policy, judges' words, notes, disputes; covered, forged, gone wrong."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from reviewer.app.bundle_cover import BundleCover
from reviewer.app.bundle_figures import BundleAsked
from reviewer.app.bundle_opening import open_bundle
from reviewer.app.bundle_statement import attestation
from reviewer.app.bundles import case_root, write_bundle
from reviewer.app.figures.gating import lock, read_policy
from reviewer.app.interests import declare_interest
from reviewer.app.verifying import read_rows, verify_bundle
from reviewer.core.cases import SuiteHead
from reviewer.core.decisions import DecisionKind, JudgeAdmission, JudgeOutcome, JudgeReply, ReviewEventKind
from reviewer.core.scoring.score import Options
from reviewer.report.bundle_zip import json_page, packed
from reviewer.store.database import KNOWN_REVISIONS, Workspace, open_workspace
from reviewer.store.facts.disputes import ProposedLabel
from reviewer.store.facts.judging import AdmissionWord, NewJudgeRun
from reviewer.store.facts.runs import Classified
from reviewer.store.queries.interests import declared_interests
from reviewer.store.queries.plans import plans, probabilities
from reviewer.store.queries.review import response_ids
from reviewer.store.queries.review import texts as texts_of
from reviewer.store.writes.decisions import create_review_plan
from reviewer.store.writes.disputes import dispute_label
from reviewer.store.writes.judging import add_replies, create_judge_run, set_admission
from reviewer.store.writes.review_events import append_review_event
from reviewer.store.writes.suites import ensure_suite
from tests.app.test_bundles import SCRIPT, members_of
from tests.support.builders import (
    ANSWER,
    AT,
    REFUSE,
    decide,
    make_cases,
    make_model_version,
    make_response,
    make_run,
    make_suite,
    make_verdict,
)

MADE_BEFORE = Path(__file__).parent / "made_before" / "bundle_1_with_plan.zip"
POLICY = b'name = "bar"\nminimum_balanced_score = 0.2\nmaximum_unscored_share = 0.5\n'


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a workspace, `both.zip`, and `covered-*.zip` of it."""
    folder = tmp_path_factory.mktemp("rich")
    workspace = open_workspace(folder / "w.db")
    cases = make_cases(8)
    suite_id = make_suite(workspace, cases)
    ensure_suite(workspace, head=SuiteHead("Suite", guideline="When in doubt, ask."), at=AT)
    (folder / "policy.toml").write_bytes(POLICY)
    lock(workspace, read_policy(folder / "policy.toml"), "Suite", "Ann")
    for name, actions in (("before", (ANSWER, ANSWER)), ("after", (ANSWER, REFUSE))):
        said = [
            Classified(
                make_response(case.key, f"Secret words on {case.key} by {name}."),
                (make_verdict(actions[n % 2]), make_verdict(REFUSE, "judge/x/1")),
            )
            for n, case in enumerate(cases)
        ]
        make_run(workspace, suite_id, said, name=name, version=make_model_version(name))
    ids = response_ids(workspace, 2)
    decide(workspace, ids[0], ANSWER, "ana")
    decide(workspace, ids[0], REFUSE, "ben")
    decide(workspace, ids[0], ANSWER, "cyd", kind=DecisionKind.ADJUDICATION)
    decide(workspace, ids[1], REFUSE)
    append_review_event(
        workspace, response_id=ids[2], reviewer="ana", kind=ReviewEventKind.UNBLINDED, detail={"what": "model"}, at=AT
    )
    dispute_label(
        workspace, case_id=1, proposed=ProposedLabel(REFUSE, {}), reviewer="ana", reason="It should be refused.", at=AT
    )
    declare_interest(workspace, reviewer="ana", untrusted_text="none")
    declare_interest(workspace, reviewer="somebody else", untrusted_text="not of this run")
    create_review_plan(workspace, run_id=2, items=[(key, 0.75) for key in ids], design="uniform", seed=1, at=AT)
    _judged(workspace, ids)
    asked = BundleAsked("after", "before", Options(), POLICY)
    write_bundle(workspace, asked, folder / "both.zip")
    for cover in BundleCover:
        covered = BundleAsked("after", "before", Options(), POLICY, cover)
        write_bundle(workspace, covered, folder / f"covered-{cover}.zip")
    workspace.close()
    return folder


def _judged(workspace: Workspace, ids: Sequence[int]) -> None:
    """A judging of the run that a person lets count."""
    new = NewJudgeRun(2, make_model_version("judge"), "judge/y/1", "p", "1")
    judge_run_id, _ = create_judge_run(workspace, judging=new, at=AT)
    texts = {key: response.hash for key, _, response in texts_of(workspace, ids[3:5])}
    replies = [
        JudgeReply(key, texts[key], JudgeOutcome.JUDGED, make_verdict(REFUSE, "judge/y/1")) for key in sorted(texts)
    ]
    add_replies(workspace, judge_run_id=judge_run_id, replies=replies, control=False, at=AT)
    word = AdmissionWord(JudgeAdmission.PERSON, {}, "Ann", "read fifty", AT)
    set_admission(workspace, judge_run_ids=[judge_run_id], word=word)


def forged(
    folder: Path, tmp_path: Path, member: str, change: Callable[[list[Any]], None], name: str = "both.zip"
) -> Path:
    """The bundle with lines of a member changed, and the manifest, the roots and the attestation made to fit again."""
    members = members_of(folder / name)
    lines = [json.loads(line) for line in members[member].splitlines()]
    change(lines)
    members[member] = "".join(json.dumps(line, sort_keys=True, separators=(",", ":")) + "\n" for line in lines).encode()
    manifest = json.loads(members["manifest.json"])
    manifest["members"][member] = hashlib.sha256(members[member]).hexdigest()
    manifest["case_root"] = case_root(read_rows(members)["case"])
    return resealed(members, manifest, tmp_path / "forged.zip")


def resealed(members: dict[str, bytes], manifest: dict[str, Any], target: Path) -> Path:
    members["manifest.json"] = json_page(manifest)
    members["attestation.json"] = attestation(manifest, members, None)
    target.write_bytes(packed(members))
    return target


def test_everything_is_in_it_and_verifies(rich: Path) -> None:
    found = verify_bundle(rich / "both.zip")
    assert found.wrong == ()
    assert found.unchecked == ()
    members = members_of(rich / "both.zip")
    assert {"compare.json", "gate.json", "policy.toml", "report.html"} <= set(members)
    context = [json.loads(line) for line in members["context.jsonl"].splitlines()]
    kinds = {row["of"] for row in context}
    assert {"policy_lock", "guideline_text", "judge_admission", "review_plan", "review_plan_item"} <= kinds
    assert b"not of this run" not in (rich / "both.zip").read_bytes()
    said = json.loads(members["manifest.json"])
    assert said["policies"][0]["before_first_response"] is True
    assert said["policies"][0]["at"]


def test_the_statement_is_complete(rich: Path) -> None:
    import base64

    members = members_of(rich / "both.zip")
    said = json.loads(base64.b64decode(json.loads(members["attestation.json"])["payload"]))
    digests = {each["name"]: each["digest"]["sha256"] for each in said["subject"]}
    others = {name: content for name, content in members.items() if name != "attestation.json"}
    assert digests == {name: hashlib.sha256(content).hexdigest() for name, content in others.items()}
    predicate = said["predicate"]
    wanted = {"verifier", "evaluatedAt", "suite", "claims", "sampleSize", "commitments", "assuranceLevel"}
    assert wanted | {"subjectProfile", "preRegistration"} <= set(predicate)
    assert predicate["preRegistration"]["value"] == json.loads(members["gate.json"])["policy_hash"]
    gate = [each for each in predicate["claims"] if each["metric"].startswith("gate.")]
    answers = {"gate." + rule["rule"]: rule["answer"] == "pass" for rule in json.loads(members["gate.json"])["rules"]}
    assert {each["metric"]: each["passed"] for each in gate} == answers
    assert all(isinstance(each["threshold"], str) for each in predicate["claims"])


FORGERIES: list[tuple[str, Callable[[list[Any]], None], str]] = [
    ("responses.jsonl", lambda ls: ls[9].update(final_action="answer"), "Response 10: final_"),
    ("responses.jsonl", lambda ls: ls[9].update(text="Kind words."), "Response 10: the text is not"),
    ("responses.jsonl", lambda ls: swap(ls[9], ls[10], "text"), "Response 10: the text is not"),
    ("responses.jsonl", lambda ls: swap(ls[12], ls[13], "text", "hash"), "Response 13: "),
    ("responses.jsonl", lambda ls: ls.pop(), "is on a response that is not here"),
    ("cases.jsonl", lambda ls: ls[3].update(message_hash="0" * 64), "Case case-003: the messages"),
    ("cases.jsonl", lambda ls: ls[3].update(category="other"), "Case case-003: the content"),
    ("cases.jsonl", lambda ls: swap(ls[0], ls[1], "label"), "The label of case case-000 is not the one"),
    ("cases.jsonl", lambda ls: ls[0].update(label_version=9), "The label of case case-000 is not the one"),
    ("decisions.jsonl", lambda ls: ls[0].update(cause="slip"), "The decision 1 is not what was recorded"),
    ("decisions.jsonl", lambda ls: of(ls, "review_event").update(reviewer="eve"), "The review event 1 is not what was"),
    ("decisions.jsonl", lambda ls: ls.remove(of(ls, "review_event")), "The review event 1 is missing"),
    ("decisions.jsonl", lambda ls: ls.pop(), "The declared interest 1 is missing"),
    ("decisions.jsonl", lambda ls: ls[-1].update(statement="some"), "The declared interest 1 is not what was"),
    ("context.jsonl", lambda ls: of(ls, "review_plan").update(seed=2), "The review plan 1 is not what was recorded"),
    ("context.jsonl", lambda ls: ls.remove(of(ls, "review_plan_item")), "The review plan item 1 is missing"),
    (
        "context.jsonl",
        lambda ls: of(ls, "review_plan_item").update(inclusion_probability=0.5),
        "plan item 1 is not what",
    ),
    ("context.jsonl", lambda ls: of(ls, "review_plan_item").update(position=99), "plan item 1 is not what was"),
    (
        "context.jsonl",
        lambda ls: of(ls, "judge_admission").update(reason="why not"),
        "The judge admission 1 is not what",
    ),
    (
        "context.jsonl",
        lambda ls: of(ls, "judge_run").update(admission="below_the_bar"),
        "Judge run 1: whether it counts",
    ),
    (
        "context.jsonl",
        lambda ls: of(ls, "guideline_text").update(text="Refuse."),
        "The guideline text 1 is not what was",
    ),
    ("context.jsonl", lambda ls: of(ls, "suite").update(guideline="Refuse."), "Suite 1: the guideline is not the one"),
    ("context.jsonl", lambda ls: of(ls, "suite").update(guideline_version=7), "Suite 1: the guideline is not the one"),
    ("decisions.jsonl", lambda ls: ls[0].update(covered={"fields": ["note"], "leaf": "0" * 64}), "The decision 1 is"),
    ("labels.jsonl", lambda ls: ls[-1].update(reason="No."), "The label dispute 1 is not what was recorded"),
    ("verdicts.jsonl", lambda ls: ls.pop(3), "The verdict 4 is missing"),
    ("context.jsonl", lambda ls: of(ls, "policy_lock").update(at="2020-01-01T00:00:00Z"), "The policy lock 1 is not"),
    ("context.jsonl", lambda ls: of(ls, "run_count").update(responses=7), "Run 1: the count of ok responses"),
    ("context.jsonl", lambda ls: of(ls, "run").update(case_count=9), "Run before: 9 cases are said"),
    ("context.jsonl", lambda ls: of(ls, "run").update(nonsense=9), "the field 'nonsense', which there is not"),
    ("context.jsonl", lambda ls: of(ls, "run").update({'x"; DROP TABLE run; --': 1}), "which there is not"),
    ("context.jsonl", lambda ls: of(ls, "suite").update(name=["a"]), "do not fit together"),
]


def of(lines: list[Any], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = next(line for line in lines if line["of"] == kind)
    return found


def swap(one: dict[str, Any], other: dict[str, Any], *names: str) -> None:
    for name in names:
        one[name], other[name] = other[name], one[name]


@pytest.mark.parametrize(("member", "change", "told"), FORGERIES)
def test_a_forgery_is_named_though_every_hash_was_mended(
    rich: Path, tmp_path: Path, member: str, change: Callable[[list[Any]], None], told: str
) -> None:
    wrong = verify_bundle(forged(rich, tmp_path, member, change)).wrong
    assert any(told in sentence for sentence in wrong), wrong


@pytest.mark.parametrize("name", ["score.json", "compare.json", "gate.json"])
def test_a_figure_that_does_not_follow_is_named_with_both_values(rich: Path, tmp_path: Path, name: str) -> None:
    members = members_of(rich / "both.zip")
    document = json.loads(members[name])
    key = next(key for key, value in document.items() if isinstance(value, int | str) and value)
    document[key] = "forged"
    members[name] = json_page(document)
    manifest = json.loads(members["manifest.json"])
    manifest["members"][name] = hashlib.sha256(members[name]).hexdigest()
    wrong = verify_bundle(resealed(members, manifest, tmp_path / "f.zip")).wrong
    assert any(sentence.startswith(f'{name}: {key} is "forged"; computed from the data it is') for sentence in wrong)


def test_another_report_and_a_manifest_that_says_more_are_named(rich: Path, tmp_path: Path) -> None:
    members = members_of(rich / "both.zip")
    members["report.html"] = members["report.html"].replace(b"</body>", b"<p>It may ship.</p></body>")
    manifest = json.loads(members["manifest.json"])
    manifest["members"]["report.html"] = hashlib.sha256(members["report.html"]).hexdigest()
    manifest["policies"][0]["at"] = "2020-01-01T00:00:00Z"
    wrong = verify_bundle(resealed(members, manifest, tmp_path / "f.zip")).wrong
    assert "The member report.html is not the report that the data inside makes." in wrong
    assert any(sentence.startswith("manifest.json: policies [0]: at is") for sentence in wrong)


def test_rows_of_an_earlier_schema_are_brought_up_to_date(rich: Path, tmp_path: Path) -> None:
    members = members_of(rich / "both.zip")
    assert json.loads(members["manifest.json"])["schema"] == KNOWN_REVISIONS[-1]
    members = members_of(MADE_BEFORE)
    manifest = json.loads(members["manifest.json"])
    assert (manifest["schema"], manifest["format"]) == ("0011", "reviewer-bundle/1")
    for schema, told in (("0011", ""), ("9999", "made by a newer Reviewer (its schema is 9999)")):
        manifest["schema"] = schema
        wrong = verify_bundle(resealed(members, manifest, tmp_path / "f.zip")).wrong
        assert [told in sentence for sentence in wrong] == [True] * bool(told), wrong


@pytest.mark.parametrize(
    ("before", "after", "fits"),
    [
        (b"lower limit at least 0.2", b"at its lower end 0.2 or more", True),
        (b"passes the policy 'bar': 2 pass", b"meets the bar of 'bar' in 2", True),
        (b"lower limit at least 0.2", b"lower limit at least 0.3", False),
        (b'"answer": "pass"', b'"answer": "fail"', False),
        (b'"passed": true', b'"passed": false', False),
        (b'"rule": "balanced score"', b'"rule": "unscored share"', False),
    ],
)
def test_another_version_may_put_a_sentence_otherwise_but_not_its_numbers(
    tmp_path: Path, before: bytes, after: bytes, *, fits: bool
) -> None:
    members = members_of(MADE_BEFORE)
    assert before in members["gate.json"]
    members["gate.json"] = members["gate.json"].replace(before, after)
    manifest = json.loads(members["manifest.json"])
    manifest["members"]["gate.json"] = hashlib.sha256(members["gate.json"]).hexdigest()
    wrong = verify_bundle(resealed(members, manifest, tmp_path / "f.zip")).wrong
    assert (wrong == ()) == fits, wrong


def test_what_was_declared_and_planned_before_it_was_in_the_chain_still_stands(tmp_path: Path) -> None:
    with closing(open_bundle(MADE_BEFORE)) as workspace:
        assert {name: said[0].statement for name, said in declared_interests(workspace).items()} == {
            "ana": "I work for the vendor.",
            "ben": "none",
        }
        (plan,) = plans(workspace, 2)
        assert sorted(set(probabilities(workspace, plan).values())) == [0.75, 1.0]


def test_a_plan_that_is_said_to_be_of_the_first_format_is_told(rich: Path, tmp_path: Path) -> None:
    members = members_of(rich / "both.zip")
    manifest = json.loads(members["manifest.json"])
    manifest["format"] = "reviewer-bundle/1"
    wrong = verify_bundle(resealed(members, manifest, tmp_path / "f.zip")).wrong
    assert any("is of a kind that the format reviewer-bundle/1 has not" in sentence for sentence in wrong)


def test_a_bundle_of_another_version_may_lack_figures_and_has_no_wrong_ones(rich: Path, tmp_path: Path) -> None:
    members = members_of(rich / "both.zip")
    manifest, score = (json.loads(members[name]) for name in ("manifest.json", "score.json"))
    del score["bounds"]
    members["score.json"] = json_page(score)
    manifest["members"]["score.json"] = hashlib.sha256(members["score.json"]).hexdigest()
    assert verify_bundle(resealed(members, manifest, tmp_path / "f.zip")).wrong
    manifest["made_with"]["reviewer"] = "0.0.9"
    found = verify_bundle(resealed(members, manifest, tmp_path / "f.zip"))
    assert found.wrong == ()
    assert "only its hash was checked" in found.unchecked[0]


@pytest.mark.parametrize("cover", BundleCover)
def test_a_covered_bundle_verifies_and_tells_what_it_cannot_show(rich: Path, cover: BundleCover) -> None:
    path = rich / f"covered-{cover}.zip"
    found = verify_bundle(path)
    assert found.wrong == ()
    assert found.unchecked
    content = path.read_bytes()
    assert (b"Secret words" in content) is not cover.of_responses
    assert (b"What about case-003?" in content) is not cover.of_prompts
    whole = members_of(rich / "both.zip")
    assert members_of(path)["score.json"] == whole["score.json"]
    assert members_of(path)["compare.json"] == whole["compare.json"]
    done = subprocess.run([sys.executable, "-I", SCRIPT, path], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_covering_keeps_the_hashes(rich: Path) -> None:
    def hashes(name: str) -> list[tuple[str, ...]]:
        rows = read_rows(members_of(rich / name))
        cases = [(row["key"], row["message_hash"], row["content_hash"]) for row in rows["case"]]
        return [*cases, *((str(row["id"]), row["hash"]) for row in rows["response"])]

    assert hashes("both.zip") == hashes("covered-both.zip")


def test_what_a_covering_may_not_hide_is_not_hidden_by_it(rich: Path, tmp_path: Path) -> None:
    def hide(lines: list[Any]) -> None:
        leaf = lines[0]["covered"]["leaf"]
        lines[0].update(action="refuse", covered={"fields": ["action", "reason"], "leaf": leaf})

    wrong = verify_bundle(forged(rich, tmp_path, "verdicts.jsonl", hide, "covered-both.zip")).wrong
    assert "The verdict 1 is not what was recorded." in wrong
