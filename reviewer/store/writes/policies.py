"""Lock a release policy to a suite: an event that nothing changes afterwards."""

from __future__ import annotations

from sqlmodel import col, func, select

from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.core.hashing import canonical_json
from reviewer.core.scoring.policy import Policy
from reviewer.store.database import Workspace
from reviewer.store.rows import PolicyLockRow, ResponseRow


def lock_policy(workspace: Workspace, *, suite_id: int, policy: Policy, author: str, at: str) -> tuple[bool, Changes]:
    """Append the lock; False where the suite's last one asks the same and nothing is written.

    Raises InputError without an author.
    """
    if not author.strip():
        raise InputError("The lock has no author.", "Say who sets the bar.")
    with workspace.write() as session:
        locks = select(PolicyLockRow.policy_hash).where(PolicyLockRow.suite_id == suite_id)
        if session.exec(locks.order_by(col(PolicyLockRow.id).desc()).limit(1)).first() == policy.hash:
            return False, Changes()
        session.add(
            PolicyLockRow(
                suite_id=suite_id,
                policy_hash=policy.hash,
                name=policy.name,
                rules=canonical_json(policy.rules),
                last_response_id=session.exec(select(func.max(ResponseRow.id))).one() or 0,
                author=author.strip(),
                at=at,
            )
        )
    return True, Changes(suites=True, run_ids=frozenset(), case_ids=frozenset())
