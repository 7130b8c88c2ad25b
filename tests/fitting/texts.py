"""The labelled responses that the rules are fitted on, with what each segment of them does."""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from reviewer.classify.folding import windows
from reviewer.classify.segments import Segment, segments
from reviewer.core.cases import Message, Role
from reviewer.core.reasoning import split_reasoning
from reviewer.host.paths import samples_folder
from tests.support.public_sets import CHATGPT_REFUSALS, SAFETY_RBR, XSTEST, at_hand

HERE = Path(__file__).parent
TESTS = HERE.parent
CORPUS = TESTS / "classify" / "corpus"
APART = TESTS / "classify" / "apart"
OTHER_LANGUAGES = ("es", "fr", "de", "pt", "zh")
_ENGAGEMENT = {
    "answer": "full",
    "answer_with_caveat": "full",
    "answer_safe_interpretation_only": "partial",
    "refuse": "none",
}
# A scale without a partial answer calls it a safe part.
_SAME = {"partial_answer": "answer_safe_interpretation_only"}
OMITTING = "silent2"
# How long these English responses are, and how they refuse, says little of other languages.
_ENGLISH_WAYS = ("brief", "contested", "long_", "halves2", "pointed", "refusing", "traps")
IN_LOGS = "_logs"
"""Ends the names of files of responses in other languages as they occur in logs."""
PUBLIC_FAMILIES = ("xstest", "rbr", "chatgpt-refusals")
_FINAL = {"1_full_compliance": "full", "2_full_refusal": "none", "3_partial_refusal": "partial"}
# family, manner, what was asked, the reply, engagement
Reply = tuple[str, str, tuple[Message, ...], str, str]


class Labelled(NamedTuple):
    """A response with what people say of it; None where they were not asked. `codes` has a letter for each segment.

    `said_so`: of a partial engagement, whether it says that it leaves something out. `held` is never fitted on.
    """

    family: str
    manner: str
    language: str
    messages: tuple[Message, ...]
    text: str
    engagement: str | None
    action: str | None
    caveat: bool | None
    codes: str | None
    said_so: bool | None = None
    held: bool = False


def key_of(messages: tuple[Message, ...], text: str) -> str:
    """By what a labelled response is found again without its text being kept."""
    whole = "\x1f".join([*(f"{m.role}\x1e{m.content}" for m in messages), text])
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@cache
def _codes() -> Mapping[str, str]:
    lines = (HERE / "functions.tsv").read_text(encoding="utf-8").splitlines()
    return {key: codes for key, _, codes in (line.partition("\t") for line in lines)}


def labelled_segments(text: str) -> list[Segment]:
    """The segments that have a letter each: those of what a user sees."""
    return [segment for window in windows(split_reasoning(text).visible) for segment in segments(window)]


def corpus(names: tuple[str, ...] | None = None) -> list[Labelled]:
    """Our own corpus; all of it, or the files named."""
    found = []
    for path in sorted(CORPUS.glob("*.jsonl")):
        if path.stem == "uncovered" or (names is not None and path.stem not in names):
            continue
        language = path.stem[:2] if path.stem[:2] in OTHER_LANGUAGES and len(path.stem) < 8 else "en"
        for line in path.read_text(encoding="utf-8").splitlines():
            fields = json.loads(line)
            messages = messages_of(fields["messages"])
            codes = _codes().get(key_of(messages, fields["response"]))
            found.append(
                Labelled(
                    path.stem,
                    fields["manner"],
                    language,
                    messages,
                    fields["response"],
                    fields["engagement"],
                    _SAME.get(fields["action"], fields["action"]),
                    fields["caveat"],
                    codes,
                    fields.get("said_so", _declines(codes) if fields["engagement"] == "partial" else None),
                    fields.get("split") == "held",
                )
            )
    return found


def _declines(codes: str | None) -> bool | None:
    """Whether a segment declines, says that it is not able to, or does not know; None where no segment is labelled."""
    return None if codes is None else any(letter in codes for letter in "DIK") or None


def apart() -> list[Labelled]:
    """Responses, answers that hold what a refusal holds, and traps, each set by an author who had not seen the rules;
    of the engagement only, and of parts whether they say so."""
    found = []
    for name in ("responses", "innocent", "traps"):
        for fields in _lines(APART / f"{name}.jsonl"):
            family = f"apart-{fields.get('author_set', name)}"
            messages = (Message(Role.USER, fields["request"]),)
            said_so, engagement = fields.get("said_so"), fields["engagement"]
            manner = fields.get("manner") or fields["kind"]
            known = (engagement, None, None, None, said_so)
            found.append(Labelled(family, f"{family}: {manner}", "en", messages, fields["response"], *known))
    return found


def samples() -> list[Labelled]:
    """The sample responses of the demo with the action their author meant."""
    folder = samples_folder()
    cases = {line["key"]: line for line in _lines(folder / "sensitive-requests.jsonl") if "key" in line}
    texts = {
        (run, line["case"]): line["text"]
        for run in ("1.0", "1.1")
        for line in _lines(folder / f"responses-{run}.jsonl")
    }
    found = []
    for line in _lines(TESTS / "classify" / "sample_actions.jsonl"):
        messages, text = messages_of(cases[line["case"]]["messages"]), texts[line["run"], line["case"]]
        action = line["action"]
        engagement = _ENGAGEMENT.get(action)
        caveat = action == "answer_with_caveat" if engagement == "full" else None
        codes = _codes().get(key_of(messages, text))
        found.append(Labelled("samples", line["run"], "en", messages, text, engagement, action, caveat, codes))
    return found


def public() -> list[Labelled]:
    """The public sets that are at hand; for each that is not, a word about it."""
    found: list[Labelled] = []
    for wanted, read in ((XSTEST, _xstest), (SAFETY_RBR, _safety_rbr), (CHATGPT_REFUSALS, _chatgpt_refusals)):
        path = at_hand(wanted)
        if path is None:
            sys.stderr.write(f"Fitting goes without this set. {wanted.absent}\n")
            continue
        for family, group, turns, text, engagement in read(path):
            codes = _codes().get(key_of(turns, text))
            found.append(Labelled(family, group, "en", turns, text, engagement, None, None, codes))
    return found


def _xstest(folder: Path) -> Iterator[Reply]:
    for path in sorted(folder.glob("*completions*.csv")):
        group = path.stem.split("completions_")[-1]
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            for row in csv.DictReader(file):
                engagement = _FINAL.get((row.get("final_label") or row.get("final label") or "").strip())
                if engagement and row["completion"].strip():
                    turns = (Message(Role.USER, row["prompt"]),)
                    yield f"xstest-{group}", group, turns, row["completion"], engagement


def _safety_rbr(path: Path) -> Iterator[Reply]:
    for row in _lines(path):
        said, facts = row["completion"], row["propositions"]
        text = "\n".join(message["content"] for message in said) if isinstance(said, list) else said
        engagement = "full" if facts["fully_complies"] else "partial" if facts["partially_complies"] else "none"
        if text.strip():
            yield "rbr", row["category"], messages_of(row["prompt"]), text, engagement


def _chatgpt_refusals(path: Path) -> Iterator[Reply]:
    """What complied and what was rejected; what is called redirected or contradicted answers in a part of the rows."""
    for row in json.loads(path.read_text(encoding="utf-8")):
        engagement = {"complied": "full", "rejected": "none"}.get(row["tone"])
        if engagement and row["response"].strip():
            turns = (Message(Role.USER, row["prompt"]),)
            yield "chatgpt-refusals", row["tone"], turns, row["response"], engagement


def fitted_on() -> list[Labelled]:
    """What the weights are fitted on; not the demo's responses, so that it shows the rules as they are.

    What answers another question is neither: no word of it says so, the request does. What is said of English rests on
    no more of the other languages than it did when it was measured.
    """
    everything = (*corpus(), *apart(), *public())
    known = [item for item in everything if not item.held and not item.family.endswith(IN_LOGS)]
    return [item for item in known if item.manner != "other-question"]


def fitted_elsewhere() -> list[Labelled]:
    """What the other languages are fitted on: theirs, and of our English those not written as only English is."""
    found = [item for item in usual(corpus()) if not item.held and item.manner != "other-question"]
    return [item for item in found if not item.family.startswith(_ENGLISH_WAYS)]


def usual(labelled: Iterable[Labelled]) -> list[Labelled]:
    """Without those of which only what they leave out is learnt: half of them do so, which is not usual."""
    return [item for item in labelled if item.family != OMITTING]


def set_of(item: Labelled) -> str:
    """The public set, or "own"."""
    return next((name for name in PUBLIC_FAMILIES if item.family.startswith(name)), "own")


def messages_of(items: list[dict[str, Any]]) -> tuple[Message, ...]:
    return tuple(Message(Role(item["role"]), item["content"]) for item in items)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)
