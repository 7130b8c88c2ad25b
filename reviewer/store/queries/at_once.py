"""Columns of very many rows, handed over at once.

Row by row every one of them waits until the window's thread lets go of the interpreter.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select
from sqlalchemy import select as select_columns
from sqlmodel import Session, func


def columns_at_once(session: Session, query: Select[Any], given: Mapping[str, object] | None = None) -> list[list[Any]]:
    """The columns of what a query finds, each in the query's order. Numbers and texts only."""
    found = query.subquery()
    gathered = select_columns(*(func.json_group_array(column) for column in found.c))
    row = session.connection().execute(gathered, dict(given or {})).one()
    return [json.loads(column) for column in row]
