"""A statement that fails quotes nothing that it was given."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from reviewer.host.tracebacks import traceback_text
from reviewer.store.database import Workspace


def test_a_failed_statement_hides_its_parameters(workspace: Workspace) -> None:
    with pytest.raises(DBAPIError) as caught, workspace.write() as session:
        session.connection().execute(text("INSERT INTO nowhere VALUES (:note)"), {"note": "the reviewer's own words"})
    assert "own words" not in str(caught.value) + traceback_text(caught.value)
