"""Bring back what was deleted: every row as it was, or a sentence on what stands in the way and nothing changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, update
from sqlalchemy import select as select_columns
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.core.hashing import canonical_json
from reviewer.store import chain
from reviewer.store.bin_parts import check_parts, parts
from reviewer.store.bin_rows import BinItemRow, BinPartRow, TombstoneRow
from reviewer.store.counts import CountedPlace, Moved
from reviewer.store.database import Workspace
from reviewer.store.facts.bin import NameTakenError, Removal
from reviewer.store.facts.review import DRAFTS
from reviewer.store.finals import batches
from reviewer.store.going import row_number
from reviewer.store.mapping import row_id
from reviewer.store.rescaled import look_again
from reviewer.store.review_rows import metadata
from reviewer.store.rows import SettingRow, SuiteRow
from reviewer.store.writes.deleting import Follows, all_changed, follow

_T = metadata.tables
Cell = list[Any]
_STILL_THERE = "Nothing was changed; the deletion is still in the bin."


def bring_back(
    workspace: Workspace, *, item_id: int, author: str, at: str, name: str = ""
) -> tuple[list[str], Changes]:
    """Take a deletion out of the bin, all of it or nothing; what of it could not be as before, a sentence each.

    A suite or a run is given the `name`, where one is said, because its own was used again. Raises InputError where the
    deletion is not in the bin, where something that it hangs on is deleted itself, and where something else has
    taken its place.
    """
    with workspace.write() as session:
        connection = session.connection()
        item = _item(session, item_id)
        _check_needs(session, item)
        _check_scales(session, item)
        with connection.begin_nested():
            back = _Back(connection, item, name)
            back.put(session)
        told = _undo_cells(session, item)
        _give_drafts(session, item)
        follows = back.follows(connection)
        record(session, item, Removal.RESTORED, author, at)
        remove(connection, item_id)
        session.expire_all()
        follow(session, follows)
        for source, ids in back.events.items():
            chain.take_up_again(connection, source, ids)
        return told, all_changed(back.tables).within(run_ids=back.run_ids)


def _item(session: Session, item_id: int) -> BinItemRow:
    item = session.get(BinItemRow, item_id)
    if item is None:
        raise InputError(
            f"There is no deletion {item_id} that could be undone.", "`reviewer bin list` shows those there are."
        )
    return item


def record(session: Session, item: BinItemRow, kind: Removal, author: str, at: str) -> None:
    """Say in the chain what became of a deletion."""
    deletion = session.get_one(TombstoneRow, item.tombstone_id)
    said = {name: getattr(deletion, name) for name in ("what", "counts", "digest")}
    values = {"kind": kind, "deletion": deletion.id, "gone": "{}", "author": author, "at": at, **said}
    session.connection().execute(insert(_T["tombstone"]).values(values))


def remove(connection: Connection, item_id: int) -> None:
    """Take a deletion's rows out of the bin, wherever they are by now."""
    connection.execute(delete(BinPartRow).where(col(BinPartRow.item_id) == item_id))
    connection.execute(delete(BinItemRow).where(col(BinItemRow.id) == item_id))


def holder(session: Session, table: str, key: int) -> BinItemRow | None:
    """The deletion in which a row lies."""
    for item in session.exec(select(BinItemRow).order_by(col(BinItemRow.id))):
        if any(first <= key <= last for first, last in json.loads(item.holds).get(table, ())):
            return item
    return None


def _check_needs(session: Session, item: BinItemRow) -> None:
    for name, ids in json.loads(item.needs).items():
        table = _T[name]
        there: set[int] = set()
        for some in batches(ids):
            query = select_columns(row_number(table)).select_from(table).where(row_number(table).in_(some))
            there.update(session.connection().execute(query).scalars())
        missing = next((key for key in ids if key not in there), None)
        if missing is None:
            continue
        other = holder(session, name, missing)
        if other is None:
            raise InputError(
                f"{item.name} cannot be brought back: the {name.replace('_', ' ')} that it hangs on was erased.",
                "Restore a backup from before that.",
            )
        raise InputError(
            f"{item.name} hangs on {other.name}, which was deleted too.",
            f"Bring that back first (deletion {other.id}). Nothing was changed.",
        )


def _check_scales(session: Session, item: BinItemRow) -> None:
    """Labels that were made on another scale would mean something else."""
    for suite_id, scale in json.loads(item.scales).items():
        suite = session.get(SuiteRow, int(suite_id))
        if suite is not None and suite.scale_hash != scale:
            raise InputError(
                f"The suite {suite.name} has gone over to another scale since {item.name} was deleted.",
                f"Put it back with `reviewer suite rescale {suite.name} --back`, then bring the deletion back.",
            )


class _Back:
    """The rows of one deletion on their way back."""

    def __init__(self, connection: Connection, item: BinItemRow, name: str) -> None:
        self._connection, self._item, self._name = connection, item, name
        self.tables: set[str] = set()
        self.events: dict[str, list[int]] = {}
        self.run_ids: set[int] = set()
        self._suites: set[int] = set()
        self._said_of: set[int] = set()
        self._responses: set[int] = set()
        self._moved = Moved()
        self._whole_runs: set[int] = set()

    def put(self, session: Session) -> None:
        deletion = session.get_one(TombstoneRow, self._item.tombstone_id)
        check_parts(self._connection, row_id(self._item.id), deletion.digest)
        for table, rows in parts(self._connection, row_id(self._item.id)):
            self._note(table.name, rows)
            fitting = [self._named(table, {n: v for n, v in row.items() if n in table.columns}) for row in rows]
            try:
                self._connection.execute(insert(table), fitting)
            except IntegrityError as error:
                raise self._taken(table, rows) from error
        look_again(session)
        self._moved.store(session)

    def _note(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """What follows from these rows."""
        self.tables.add(table)
        if table in chain.EVENTS:
            self.events.setdefault(table, []).extend(row[chain.EVENTS[table][0]] for row in rows)
        if table == "run":
            self._whole_runs.update(row["id"] for row in rows)
        self.run_ids.update(row["run_id"] for row in rows if table in ("run_case", "response"))
        self.run_ids.update(row["id"] for row in rows if table == "run")
        self._suites.update(row["suite_id"] for row in rows if table == "case")
        self._responses.update(row["id"] for row in rows if table == "response")
        self._said_of.update(row["response_id"] for row in rows if table in ("decision", "verdict"))
        if table == "response":
            for row in rows:
                if row["run_id"] not in self._whole_runs:
                    place = CountedPlace(row["run_id"], row["state"])
                    self._moved.responses[place] += 1
                    self._moved.reviewed[place] += int(row["reviewed"])

    def follows(self, connection: Connection) -> Follows:
        """Responses that were there all the time and about which something came back; those that came back too, where
        what people and classifiers said reads otherwise by now."""
        again = self._said_of - self._responses
        rescaled = connection.execute(
            select_columns(func.count()).select_from(_T["rescaling"]).where(_T["rescaling"].c.at > self._item.at)
        ).scalar_one()
        again |= self._responses if rescaled else set()
        return Follows(tuple(self.run_ids - self._whole_runs), tuple(self._suites), tuple(sorted(again)))

    def _named(self, table: Table, row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "name": self._name} if self._name and table.name == self._item.what else row

    def _taken(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> InputError:
        """Something else has a name, a key or a place that was this one's."""
        what, remedy = f"Some of {self._item.name} is here again in another form ({table.name.replace('_', ' ')}).", ""
        if table.name in ("suite", "run"):
            own = table.name == self._item.what
            name = (own and self._name) or self._taken_name(table, rows)
            what = f"There is another {table.name} with the name {name} by now."
            if own:
                return NameTakenError(what, f"Give another one with --name. {_STILL_THERE}")
            remedy = "Delete that one first: it goes into the bin and is not lost."
        elif table.name == "case":
            what = f"The suite has another case with the key {self._taken_key(rows)} by now."
            remedy = "Delete that one first: it goes into the bin and is not lost."
        return InputError(what, f"{remedy} {_STILL_THERE}".strip())

    def _taken_name(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> str:
        names = [str(row["name"]) for row in rows]
        there = select_columns(table.c.name).where(table.c.name.in_(names)).limit(1)
        return str(self._connection.execute(there).scalar() or names[0])

    def _taken_key(self, rows: Sequence[Mapping[str, Any]]) -> str:
        case = _T["case"].c
        for row in rows:
            there = select_columns(case.id).where(case.suite_id == row["suite_id"], case.key == row["key"])
            if self._connection.execute(there.limit(1)).first() is not None:
                return str(row["key"])
        return "of one of them"


def _undo_cells(session: Session, item: BinItemRow) -> list[str]:
    """Values that were changed for the deletion become what they were. Of a row that is in the bin itself by now, it
    waits until that comes back."""
    told = []
    for cell in json.loads(item.cells):
        name, key, column, before, now = cell
        table = _T[name]
        value = select_columns(table.c[column]).where(row_number(table) == key)
        found = session.connection().execute(value).first()
        if found is None:
            other = holder(session, name, key)
            if other is not None and other.id != item.id:
                other.cells = canonical_json([*json.loads(other.cells), cell])
                session.add(other)
                session.flush()
        elif found[0] == now:
            change = update(table).where(row_number(table) == key).values({column: before})
            session.connection().execute(change)
        else:
            told.append(f"The {name.replace('_', ' ')} {key} was changed meanwhile and stays as it is.")
    return told


def _give_drafts(session: Session, item: BinItemRow) -> None:
    given = json.loads(item.drafts)
    if given:
        row = session.get(SettingRow, DRAFTS) or SettingRow(key=DRAFTS, value="{}")
        row.value = json.dumps({**given, **json.loads(row.value)})
        session.add(row)
        session.flush()
