"""The SQL statements that a piece of work sends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from reviewer.store.database import Workspace

_STAMP = re.compile(r"(?<=user_version = )-?\d+")


@contextmanager
def counted(workspace: Workspace) -> Iterator[list[str]]:
    """Every statement that is sent to the database meanwhile, the beginnings of transactions included.

    The stamp of a commit has a number of chance, which is left out.
    """
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(_STAMP.sub("", statement))

    with workspace.read() as session:
        engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)
