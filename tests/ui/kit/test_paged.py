"""Rows over ids: what is in sight is read, a change reads its own rows again, and nothing that is as it was is told."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from reviewer.store.database import Workspace
from reviewer.ui.kit.paged import PAGE_ROWS, PagedRows
from reviewer.ui.kit.session import Session
from tests.ui.conftest import Settle

ROWS = 5 * PAGE_ROWS


@dataclass(frozen=True)
class Line:
    id: int
    words: str


class Listing:
    """Rows of five pages, what was read of them, and what was told to have come."""

    def __init__(self, session: Session) -> None:
        self.words = {number: f"row {number}" for number in range(ROWS)}
        self.read: list[list[int]] = []
        self.told: list[tuple[int, int]] = []
        self.rows = PagedRows(session, self._lines, lambda line: line.id, lambda *some: self.told.append(some))
        self.rows.set_ids(array("q", range(ROWS)))

    def _lines(self, _workspace: Workspace, ids: Sequence[int]) -> list[Line]:
        self.read.append([*ids])
        return [Line(each, self.words[each]) for each in ids]

    def forget(self) -> None:
        self.read.clear()
        self.told.clear()


def seen(session: Session, settle: Settle, *rows: int) -> Listing:
    listing = Listing(session)
    for row in rows:
        listing.rows.row(row)
    settle(session)
    return listing


def test_a_change_reads_the_rows_that_it_touched_and_tells_of_those_that_are_others_now(
    session: Session, settle: Settle
) -> None:
    listing = seen(session, settle, 0, 150)
    listing.forget()
    listing.words[120] = "changed"
    listing.rows.read_again(lambda line: line.id in (7, 120, 480))
    settle(session)
    assert listing.read == [[7, 120]]
    assert listing.told == [(120, 120)]
    assert listing.rows.row(120) == Line(120, "changed")


def test_what_was_being_read_while_it_changed_is_read_again(session: Session, settle: Settle) -> None:
    listing = Listing(session)
    listing.rows.row(0)
    listing.words[3] = "changed"
    listing.rows.read_again(lambda line: line.id == 3)
    settle(session)
    listing.forget()
    assert listing.rows.row(3) is not None
    settle(session)
    assert listing.read == [[*range(PAGE_ROWS)]]


def test_only_the_stale_pages_in_sight_are_read_and_only_what_differs_is_told(session: Session, settle: Settle) -> None:
    listing = seen(session, settle, 0, 150, 250)
    listing.forget()
    listing.rows.make_stale()
    listing.words[130] = listing.words[140] = "changed"
    listing.rows.see(110, 190)
    settle(session)
    assert [ids[0] for ids in listing.read] == [100]
    assert listing.told == [(130, 140)]
    listing.rows.see(110, 190)
    settle(session)
    assert len(listing.read) == 1


def test_a_row_that_could_not_be_read_is_told_to_be_so(session: Session, settle: Settle) -> None:
    listing = seen(session, settle)
    del listing.words[5]
    listing.rows.row(5)
    settle(session)
    assert listing.told == [(0, PAGE_ROWS - 1)]
    assert listing.rows.missing_words(5) == "could not be read"


def test_many_touched_rows_are_read_when_they_are_seen(session: Session, settle: Settle) -> None:
    listing = seen(session, settle, 0, 150)
    listing.forget()
    listing.rows.read_again(lambda _line: True)
    settle(session)
    assert listing.read == []
    listing.rows.see(0, 10)
    settle(session)
    assert [ids[0] for ids in listing.read] == [0]
