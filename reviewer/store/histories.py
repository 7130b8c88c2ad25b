"""Histories whose newest entry the thing itself repeats: a suite its guideline, a judging whether it counts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, text

_CONFLICTS = "conflicts of interest"
"""The setting that had what people declared, before it had a history."""
_BEGIN = (
    "INSERT INTO guideline_text (suite_id, version, text, at) SELECT id, guideline_version, guideline, '' FROM suite "
    "WHERE guideline <> '' AND id NOT IN (SELECT suite_id FROM guideline_text) ORDER BY id",
    "INSERT INTO judge_admission (judge_run_id, admission, measured, author, reason, at) "
    "SELECT id, admission, measured, admitted_by, admitted_why, admitted_at FROM judge_run "
    "WHERE (admission <> 'not_measured' OR measured <> '') AND id NOT IN (SELECT judge_run_id FROM judge_admission) "
    "ORDER BY id",
)
_MISFITS: Mapping[str, tuple[str, str]] = {
    "suite": (
        "SELECT s.id FROM suite s LEFT JOIN guideline_text t ON t.suite_id = s.id AND t.version = "
        "(SELECT max(version) FROM guideline_text WHERE suite_id = s.id) WHERE s.guideline <> coalesce(t.text, '') "
        "OR s.guideline_version <> coalesce(t.version, s.guideline_version) ORDER BY s.id",
        "the guideline is not the one that its history ends with",
    ),
    "judge run": (
        "SELECT r.id FROM judge_run r LEFT JOIN judge_admission a ON a.id = "
        "(SELECT max(id) FROM judge_admission WHERE judge_run_id = r.id) "
        "WHERE r.admission <> coalesce(a.admission, 'not_measured') OR r.measured <> coalesce(a.measured, '') "
        "OR r.admitted_by <> coalesce(a.author, '') OR r.admitted_why <> coalesce(a.reason, '') "
        "OR r.admitted_at <> CASE WHEN r.admitted_by = '' THEN '' ELSE coalesce(a.at, '') END ORDER BY r.id",
        "whether it counts is not what its history ends with",
    ),
}
_FOLLOW = (
    "UPDATE suite SET (guideline, guideline_version) = (SELECT text, version FROM guideline_text "
    "WHERE suite_id = suite.id ORDER BY version DESC LIMIT 1) "
    "WHERE id IN (SELECT suite_id FROM guideline_text)",
    "UPDATE judge_run SET (admission, measured, admitted_by, admitted_why, admitted_at) = (SELECT admission, measured, "
    "author, reason, CASE WHEN author = '' THEN '' ELSE at END FROM judge_admission WHERE judge_run_id = judge_run.id "
    "ORDER BY id DESC LIMIT 1) WHERE id IN (SELECT judge_run_id FROM judge_admission)",
)


def begin(connection: Connection) -> None:
    """Give a history to whatever has none yet: guidelines, judgings, and what people declared."""
    for statement in _BEGIN:
        connection.execute(text(statement))
    kept = connection.execute(text("SELECT value FROM setting WHERE key = :key"), {"key": _CONFLICTS}).scalar()
    said = _statements(kept)
    if said:
        insert = text("INSERT INTO declared_interest (reviewer, statement, at) VALUES (:reviewer, :statement, '')")
        connection.execute(insert, [{"reviewer": name, "statement": word} for name, word in sorted(said.items())])
    if said or kept == "{}":
        connection.execute(text("DELETE FROM setting WHERE key = :key"), {"key": _CONFLICTS})


def _statements(kept: object) -> dict[str, str]:
    """Empty where there are none or they cannot be read: then the setting stays as it is, to be found damaged."""
    try:
        found = json.loads(str(kept)) if kept else None
    except (ValueError, RecursionError):
        return {}
    return {str(name): str(word) for name, word in found.items() if name} if isinstance(found, dict) else {}


def end(connection: Connection) -> None:
    """What `begin` did, taken back: what people declared last is a setting again."""
    newest = "SELECT reviewer, statement FROM declared_interest ORDER BY id"
    said = {name: word for name, word in connection.execute(text(newest)) if word}
    said_now = {"key": _CONFLICTS, "value": json.dumps(said)}
    if said:
        connection.execute(text("INSERT INTO setting (key, value) VALUES (:key, :value)"), said_now)


def misfits(connection: Connection) -> Iterator[tuple[str, int, str]]:
    """What is not as its history ends: its kind, its id and what of it."""
    for kind, (query, how) in _MISFITS.items():
        for (key,) in connection.execute(text(query)):
            yield kind, int(key), how


def follow(connection: Connection) -> list[str]:
    """Make guidelines and judgings what their histories end with; a phrase for each that was something else."""
    found = [f"{kind}, row {key}: {how}; saved as its history has it" for kind, key, how in misfits(connection)]
    if found:
        for statement in _FOLLOW:
            connection.execute(text(statement))
    return found
