"""Review packets: a reviewer's share as a file, a workspace made of it, and decisions joined when they come back."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path

from reviewer.app.runs import free_name
from reviewer.core.bands import NO_BAND
from reviewer.core.cases import Case, CaseStatus
from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.core.hashing import text_hash
from reviewer.core.models import Endpoint, ModelVersion
from reviewer.core.responses import Response
from reviewer.core.runs import RunStatus
from reviewer.exchange.formats.packets import read_packet, write_packet
from reviewer.host.clock import now
from reviewer.host.uids import new_uid
from reviewer.review.assigning import split_plan
from reviewer.review.blinding import keep_unnamed
from reviewer.review.packets import MergeConflict, RunHere, case_conflict, joined, joined_disputes, joined_marks
from reviewer.store.database import Workspace
from reviewer.store.facts.packets import Packet, PacketHead, PacketKind, PlacedResponse
from reviewer.store.facts.review import StoredPlan
from reviewer.store.facts.runs import Classified, RunLine
from reviewer.store.facts.suites import OnConflict
from reviewer.store.memory import recalled, remember
from reviewer.store.queries import packets as queries
from reviewer.store.queries import plans, review, runs, suites
from reviewer.store.queries.rescaling import rescalings
from reviewer.store.writes import packets as writes
from reviewer.store.writes import runs as run_writes
from reviewer.store.writes import suites as suite_writes
from reviewer.wording.plural import counted, noun

IDENTITIES = "packets.identities"
"""Under this key a workspace keeps, by run id, under which salt and token packets name its runs."""
MOST_NAME = 60
"""Characters of a reviewer's name in the name of a file."""
TAKEN = "packets.taken"
"""Under this key, the uids of the shares that it made or took in."""


@dataclass(frozen=True)
class PacketWritten:
    """A packet that was written: for whom, of which run, and how much it holds."""

    path: Path
    kind: PacketKind
    run: str
    reviewer: str
    responses: int = 0
    decisions: int = 0
    disputes: int = 0
    marks: int = 0
    blind: bool = False


@dataclass(frozen=True)
class PacketTaken:
    """What became of a packet: what was added, what was here before, and what contradicts and was left out."""

    kind: PacketKind
    run: str
    reviewer: str
    made_run: bool = False
    responses: int = 0
    decisions: int = 0
    disputes: int = 0
    marks: int = 0
    known: int = 0
    conflicts: tuple[MergeConflict, ...] = ()

    @property
    def sentence(self) -> str:
        said = [counted(self.decisions, "event")] if self.kind is PacketKind.DECISIONS or self.decisions else []
        said += [counted(self.disputes, "disputed label")] if self.disputes else []
        said += [counted(self.marks, "flag or skip", "flags and skips")] if self.marks else []
        if self.kind is PacketKind.SHARE:
            said.insert(0, f"{counted(self.responses, 'response')} to decide for {self.reviewer}")
        known = f"; {self.known:,} {noun(self.known, 'was', 'were')} here before" if self.known else ""
        left = f" {counted(len(self.conflicts), 'contradiction')}: left out, nothing was overwritten."
        all_of_it = " and ".join(filter(None, (", ".join(said[:-1]), said[-1])))
        return f"{self.run}: {all_of_it} taken in{known}.{left if self.conflicts else ''}"


@dataclass(frozen=True)
class _Identity:
    """How packets name a run without its name."""

    salt: str
    token: str

    @staticmethod
    def new(run: str) -> _Identity:
        salt = secrets.token_hex(16)
        return _Identity(salt, _token(salt, run))


def _token(salt: str, run: str) -> str:
    return text_hash(f"{salt}\n{run}")


def _identities(workspace: Workspace) -> dict[str, _Identity]:
    kept = recalled(workspace, IDENTITIES)
    return {run_id: _Identity(**each) for run_id, each in kept.items()} if isinstance(kept, dict) else {}


def _identity(workspace: Workspace, line: RunLine) -> _Identity:
    """The run's, made and kept where it has none."""
    found = _identities(workspace).get(str(line.id))
    return found or _keep(workspace, line.id, _Identity.new(line.name))


def _keep(workspace: Workspace, run_id: int, identity: _Identity) -> _Identity:
    workspace.check_writable()
    kept = {**_identities(workspace), str(run_id): identity}
    remember(workspace, key=IDENTITIES, value={id_: asdict(each) for id_, each in kept.items()})
    return identity


def _taken(workspace: Workspace) -> list[str]:
    kept = recalled(workspace, TAKEN)
    return [str(uid) for uid in kept] if isinstance(kept, list) else []


# going out


def export_share(
    workspace: Workspace,
    plan: StoredPlan,
    reviewer: str,
    path: Path,
    *,
    blind: bool = False,
    labels: bool = True,
    passphrase: str = "",
) -> PacketWritten:
    """Write what the reviewer is to decide of a plan: requests, responses, guideline and scale, no verdict and nobody
    else's decision.

    In a blind one nothing names the model version; without `labels` the cases have none. Raises InputError for a
    reviewer who was given nothing, EnvironmentFault if the file cannot be written.
    """
    line = runs.run_line(workspace, plan.run_id)
    suite = suites.suite_named(workspace, line.suite)
    share = plans.share_of(workspace, plan, reviewer)
    with workspace.write():
        identity = _identity(workspace, line)
        head = replace(
            _head(workspace, PacketKind.SHARE, line, identity, reviewer),
            run="" if blind else line.name,
            plan="" if blind else plan.name,
            design=plan.design,
            seed=plan.seed,
            needed=plan.needed,
            blind=blind,
        )
        remember(workspace, key=TAKEN, value=[*_taken(workspace), head.uid])
    cases = share.cases if labels else tuple(map(_unlabelled, share.cases))
    answers = tuple(replace(each, response=_bare(each.response, blind=blind)) for each in share.responses)
    write_packet(path, Packet(head, suite.head, cases, answers), passphrase)
    return PacketWritten(path, PacketKind.SHARE, line.name, reviewer, len(answers), blind=blind)


@dataclass(frozen=True)
class ToSend:
    """What there is to send: plans with the name of their run, the newest first, and runs that were decided on."""

    plans: tuple[tuple[StoredPlan, str], ...]
    decided: tuple[str, ...]


def to_send(workspace: Workspace) -> ToSend:
    lines = runs.runs(workspace)
    names = {line.id: line.name for line in lines}
    sent = tuple((plan, names[plan.run_id]) for plan in plans.plans(workspace))
    return ToSend(sent, tuple(line.name for line in lines if line.reviewed))


def send_shares(
    workspace: Workspace,
    plan_id: int,
    reviewers: Sequence[str],
    folder: Path,
    *,
    overlap: float = 0.0,
    blind: bool = False,
    labels: bool = True,
    passphrase: str = "",
) -> tuple[list[PacketWritten], Changes]:
    """Write a packet for each reviewer into a folder; a plan that was not split yet is split between them first.
    Nothing that lies in the folder is overwritten.

    Raises InputError for names that were given nothing, and as `split_plan` and `export_share`.
    """
    plan, changes = plans.plan_of(workspace, plan_id), Changes()
    with workspace.write():
        if not plan.reviewers:
            plan = split_plan(workspace, plan, reviewers, overlap=overlap)
            changes = Changes(queues=True, run_ids=frozenset({plan.run_id}))
        written = [
            export_share(
                workspace,
                plan,
                name,
                path,
                blind=blind,
                labels=labels,
                passphrase=passphrase,
            )
            for name, path in packet_paths(folder, plan, reviewers).items()
        ]
    return written, changes


def packet_paths(folder: Path, plan: StoredPlan, reviewers: Sequence[str]) -> dict[str, Path]:
    """For each reviewer a file that is not there yet: `packet-3-ann.jsonl`, of letters and digits only, and
    `packet-3-ann-2.jsonl` where another's name comes to the same, also on a disk that takes `Ann` for `ann`.
    """
    found: dict[str, Path] = {}
    taken: set[str] = set()
    for reviewer in reviewers:
        words = "-".join(re.findall(r"[^\W_]+", reviewer) or ["reviewer"])[:MOST_NAME]
        names = (f"packet-{plan.id}-{words}{'' if n == 1 else f'-{n}'}.jsonl" for n in count(1))
        name = next(each for each in names if each.casefold() not in taken and not (folder / each).exists())
        taken.add(name.casefold())
        found[reviewer] = folder / name
    return found


def export_decisions(workspace: Workspace, run: str, path: Path, passphrase: str = "") -> PacketWritten:
    """Write every event and every disputed label on a run, undone ones too, for the workspace that it came from."""
    line = runs.run_named(workspace, run)
    events = tuple(queries.travelling_decisions(workspace, line.id).values())
    disputes = tuple(queries.travelling_disputes(workspace, line.id).values())
    marks = tuple(queries.travelling_marks(workspace, line.id))
    with workspace.write():
        head = _head(workspace, PacketKind.DECISIONS, line, _identity(workspace, line), "")
    write_packet(path, Packet(head, decisions=events, disputes=disputes, marks=marks), passphrase)
    return PacketWritten(path, PacketKind.DECISIONS, line.name, "", 0, len(events), len(disputes), len(marks))


def _head(workspace: Workspace, kind: PacketKind, line: RunLine, identity: _Identity, reviewer: str) -> PacketHead:
    return PacketHead(
        uid=new_uid(),
        kind=kind,
        token=identity.token,
        salt=identity.salt,
        suite=line.suite,
        scale_hash=line.scale.hash,
        at=now(),
        reviewer=reviewer,
        repeats=line.repeats,
        guideline_version=queries.guideline_version(workspace, line.suite_id),
    )


def _unlabelled(case: Case) -> Case:
    return replace(case, label=None, band=NO_BAND, borderline=False, rationale="", status=CaseStatus.UNREVIEWED)


def _bare(response: Response, *, blind: bool) -> Response:
    """Without what only traces how it came; in a blind packet without what may tell one model from another."""
    bare = replace(response, raw_body=b"", headers={}, history=(), earlier=(), fingerprint="", request_hash="")
    return replace(bare, model="", usage={}, latency_ms=None) if blind else bare


# coming in


def import_packet(workspace: Workspace, path: Path, author: str) -> tuple[PacketTaken, Changes]:
    """Take in a packet: all that fits, in one transaction, and a list of what contradicts.

    A share makes its suite and run where they are not here. Raises InputError for a damaged file, and for decisions on
    a run that this workspace does not have; nothing is written then.
    """
    packet = read_packet(path)
    with workspace.write():
        return _TakingIn(workspace, packet, author).take()


class _TakingIn:
    """One packet while it is taken in, within one transaction."""

    def __init__(self, workspace: Workspace, packet: Packet, author: str) -> None:
        self._workspace = workspace
        self._packet = packet
        self._author = author
        self._at = now()
        self._changes = Changes()
        self._conflicts: list[MergeConflict] = []

    def take(self) -> tuple[PacketTaken, Changes]:
        head, line = self._packet.head, self._run_here()
        made = line is None
        if head.kind is PacketKind.SHARE:
            line = self._take_share(line)
        if line is None:
            raise InputError(
                "The packet is about a run that this workspace does not have.",
                "Take it into the workspace that the share came from.",
            )
        added, known = self._join(line)
        disputed, known_disputes = self._join_disputes(line)
        marked, known_marks = self._join_marks(line)
        taken = PacketTaken(
            kind=head.kind,
            run=line.name,
            reviewer=head.reviewer,
            made_run=made,
            responses=len(self._packet.responses),
            decisions=added,
            disputes=disputed,
            marks=marked,
            known=known + known_disputes + known_marks,
            conflicts=tuple(self._conflicts),
        )
        return taken, self._changes

    def _run_here(self) -> RunLine | None:
        head, kept = self._packet.head, _identities(self._workspace)
        for line in runs.runs(self._workspace):
            identity = kept.get(str(line.id))
            if (identity is not None and identity.token == head.token) or _token(head.salt, line.name) == head.token:
                return line
        return None

    def _take_share(self, line: RunLine | None) -> RunLine:
        suite_id = self._take_suite()
        self._take_cases(suite_id)
        run_id = self._make_run(suite_id) if line is None else line.id
        here = suites.current_case_ids(self._workspace, suite_id, retired=True)
        in_run = set(suites.case_keys_of_run(self._workspace, run_id))
        fresh = [here[case.key] for case in self._packet.cases if case.key not in in_run]
        self._changes |= run_writes.extend_run(self._workspace, run_id=run_id, case_ids=fresh)
        answers = [Classified(each.response, ()) for each in self._packet.responses]
        added = run_writes.add_responses(self._workspace, run_id=run_id, responses=answers, at=self._at)
        self._changes |= added.changes
        self._keep_plan(run_id)
        return runs.run_line(self._workspace, run_id)

    def _take_suite(self) -> int:
        head = self._packet.suite
        if head is None:
            raise InputError("The share has no suite.", "Ask for the packet again.")
        version = self._packet.head.guideline_version
        suite_id, changes = suite_writes.ensure_suite(
            self._workspace, head=head, at=self._at, guideline_version=version
        )
        self._changes |= changes
        return suite_id

    def _take_cases(self, suite_id: int) -> None:
        added = suite_writes.add_cases(
            self._workspace,
            suite_id=suite_id,
            cases=self._packet.cases,
            at=self._at,
            author=self._author,
            on_conflict=OnConflict.REPORT,
        )
        self._changes |= added.changes
        self._conflicts += [case_conflict(self._packet.cases[at].key) for at in added.conflicts]

    def _make_run(self, suite_id: int) -> int:
        head = self._packet.head
        name = free_name(self._workspace, head.run or f"blind {head.token[:8]}")
        version = ModelVersion(name=name, endpoint=Endpoint(name="imported", protocol="imported"), model="")
        version_id, _ = run_writes.ensure_model_version(self._workspace, version=version, at=self._at)
        run_id, changes = run_writes.create_run(
            self._workspace,
            name=name,
            suite_id=suite_id,
            model_version_id=version_id,
            case_ids=[],
            repeats=head.repeats,
            at=self._at,
            status=RunStatus.IMPORTED,
        )
        _keep(self._workspace, run_id, _Identity(head.salt, head.token))
        if head.blind:
            keep_unnamed(self._workspace, run_id, name)
        self._changes |= changes | Changes(endpoints=True)
        return run_id

    def _keep_plan(self, run_id: int) -> None:
        """The share is a queue of its own here, once; in the workspace that it came from it is part of one."""
        head, taken = self._packet.head, _taken(self._workspace)
        if head.uid in taken:
            return
        places = review.response_keys(self._workspace, run_id)
        ordered: Sequence[PlacedResponse] = sorted(self._packet.responses, key=lambda each: each.position)
        items = [(places[each.response.case, each.response.repeat][0], each.probability) for each in ordered]
        name = head.plan or f"share of {head.reviewer}"
        n = len(items)
        plan = StoredPlan(0, run_id, name, head.design, head.seed, n, head.needed, "", self._at, n)
        if items:
            self._changes |= writes.store_share(self._workspace, plan=plan, items=items, reviewer=head.reviewer)[1]
        remember(self._workspace, key=TAKEN, value=[*taken, head.uid])

    def _join(self, line: RunLine) -> tuple[int, int]:
        texts = queries.known_texts(self._workspace, line.id)
        former = {each.rescaling.before.hash for each in rescalings(self._workspace, line.suite_id)}
        events = queries.travelling_decisions(self._workspace, line.id)
        here = RunHere(events, texts, line.scale, {line.scale.hash, *former})
        found = joined(self._packet.decisions, here)
        self._conflicts += found.conflicts
        pairs = [(texts[each.case, each.repeat].response_id, each) for each in found.added]
        ids = queries.ids_by_uid(self._workspace, line.id)
        self._changes |= writes.take_in_decisions(self._workspace, decisions=pairs, known=ids)
        return len(pairs), found.known

    def _join_disputes(self, line: RunLine) -> tuple[int, int]:
        there = queries.travelling_disputes(self._workspace, line.id)
        cases = queries.asked_cases(self._workspace, line.id)
        found = joined_disputes(self._packet.disputes, there, cases, line.scale)
        self._conflicts += found.conflicts
        self._changes |= writes.take_in_disputes(self._workspace, disputes=found.added)
        return len(found.added), found.known

    def _join_marks(self, line: RunLine) -> tuple[int, int]:
        texts = queries.known_texts(self._workspace, line.id)
        found = joined_marks(self._packet.marks, queries.travelling_marks(self._workspace, line.id), texts)
        self._conflicts += found.conflicts
        pairs = [(texts[each.case, each.repeat].response_id, each) for each in found.added]
        self._changes |= writes.take_in_marks(self._workspace, marks=pairs)
        return len(pairs), found.known
