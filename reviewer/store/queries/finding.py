"""Cases by a part of their key or by words of their requests, of all suites."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, or_, text
from sqlalchemy import select as select_columns
from sqlmodel import col, func

from reviewer.store.database import Workspace
from reviewer.store.facts.suites import PREVIEW_CHARACTERS, FoundCase
from reviewer.store.rows import CaseRow

LONGEST_MENDED = 24
"""Letters of a key in which a slip is looked for: each makes one more pattern."""
SHORTEST_MENDED = 4
_WILD = "\\"


_COLUMNS: tuple[Any, ...] = (
    CaseRow.id,
    CaseRow.suite_id,
    CaseRow.key,
    CaseRow.category,
    func.substr(CaseRow.request, 1, PREVIEW_CHARACTERS),
)


def find_cases(workspace: Workspace, words: str, limit: int) -> list[FoundCase]:
    """Those whose key has the words in it first, then those whose request or key has each of them.

    Where there is none, those whose key has them but for one letter, or two neighbours that were swapped.
    """
    words = words.strip()
    if not words:
        return []
    found = _found(workspace, _like(f"%{_literal(words)}%"), limit)
    if len(found) < limit and (match := workspace.dialect.match_expression(words)):
        by_words = col(CaseRow.id).in_(text(workspace.dialect.matching_ids("case")))
        known = {each.id for each in found}
        more = _found(workspace, by_words, limit, {"match": match})
        found += [each for each in more if each.id not in known]
    if not found and SHORTEST_MENDED <= len(words) <= LONGEST_MENDED:
        found = _found(workspace, or_(*map(_like, _mended(words))), limit)
    return found[:limit]


def _found(
    workspace: Workspace, condition: ColumnElement[bool], limit: int, values: dict[str, str] | None = None
) -> list[FoundCase]:
    query = select_columns(*_COLUMNS).where(col(CaseRow.current), condition).order_by(col(CaseRow.id)).limit(limit)
    with workspace.read() as session:
        return [FoundCase(*row) for row in session.connection().execute(query, values or {})]


def _like(pattern: str) -> ColumnElement[bool]:
    return col(CaseRow.key).like(pattern, escape=_WILD)


def _literal(words: str) -> str:
    return "".join(f"{_WILD}{sign}" if sign in f"%_{_WILD}" else sign for sign in words)


def _mended(words: str) -> Iterator[str]:
    """Patterns of what may have been meant: with each letter another, more or none, and with neighbours swapped."""
    for at in range(len(words)):
        before, after = _literal(words[:at]), _literal(words[at + 1 :])
        yield f"%{before}_{after}%"
        yield f"%{before}{after}%"
        yield f"%{before}_{_literal(words[at:])}%"
        if after:
            yield f"%{before}{_literal(words[at + 1] + words[at] + words[at + 2 :])}%"
