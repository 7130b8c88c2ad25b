"""Take the locks of a suite from a file: of `suite locks --json`, or of a JSON report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reviewer.core.errors import InputError
from reviewer.core.json_text import parse_object
from reviewer.core.scoring.policy import Policy, policy
from reviewer.host.small_files import small_text
from reviewer.store.database import Workspace
from reviewer.store.queries import policies, suites
from reviewer.store.writes.policies import lock_policy

FROM_FILE = " (as a file says)"
"""Behind the name of who locked: nothing here has seen it, and the time is the file's."""
_REMEDY = "Give what `reviewer suite locks --json` printed, or a JSON report."


_MOST_BYTES = 64_000_000
"""A report in JSON holds locks too."""


@dataclass(frozen=True)
class LockOfFile:
    """A lock as a file tells it; its hash is that of its rules."""

    policy: Policy
    author: str
    at: str


def read_locks(path: Path) -> tuple[LockOfFile, ...]:
    """The file's locks, oldest first. Raises InputError for a file without any or with a wrong one."""
    document = parse_object(small_text(path, "The file", _REMEDY, most=_MOST_BYTES))
    if not isinstance(document, dict):
        raise InputError(f"The file {path} holds no JSON object.", _REMEDY)
    head = document.get("report")
    found = head.get("policy_locks") if isinstance(head, dict) else document.get("locks")
    if not isinstance(found, list):
        raise InputError(f"The file {path} holds no locks.", _REMEDY)
    return tuple(_lock(each, number, path) for number, each in enumerate(found, start=1))


def _lock(untrusted: object, number: int, path: Path) -> LockOfFile:
    where = f"Lock {number} of {path}"
    if not isinstance(untrusted, dict) or not isinstance(untrusted.get("rules"), dict):
        raise InputError(f"{where} has no rules.", _REMEDY)
    texts = {name: untrusted.get(name) for name in ("hash", "author", "at")}
    if not all(isinstance(text, str) and text.strip() for text in texts.values()):
        raise InputError(f"{where} does not say its hash, who locked it and when.", _REMEDY)
    rules = policy({**untrusted["rules"], **_name(untrusted)})
    if rules.hash != texts["hash"]:
        raise InputError(f"{where} has rules that are not those of its hash.", "Take the file from where it was made.")
    return LockOfFile(rules, str(texts["author"]).removesuffix(FROM_FILE), str(texts["at"]))


def _name(untrusted: Mapping[str, object]) -> Mapping[str, object]:
    return {"name": untrusted["name"]} if untrusted.get("name") else {}


def take_locks(workspace: Workspace, suite: str, locks: Sequence[LockOfFile]) -> int:
    """Append those that the suite has not, and return how many. Responses that are here already came before them.

    Raises InputError for an unknown suite.
    """
    stored, taken = suites.suite_named(workspace, suite), 0
    with workspace.write():
        there = {(lock.hash, lock.at) for lock in policies.policy_locks(workspace, stored.id)}
        for lock in locks:
            if (lock.policy.hash, lock.at) not in there:
                author = f"{lock.author}{FROM_FILE}"
                is_new, _ = lock_policy(workspace, suite_id=stored.id, policy=lock.policy, author=author, at=lock.at)
                taken += is_new
    return taken
