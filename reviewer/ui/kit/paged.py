"""Rows over ids: pages are read when a row is seen, and kept until a write makes them stale."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from reviewer.store.database import Workspace
from reviewer.ui.kit.session import Session

PAGE_ROWS = 100
KEPT_PAGES = 40

R = TypeVar("R")


class PagedRows(Generic[R]):
    """A lazy row cache. `arrived(first, last)` is called on the GUI thread when rows have been read.

    Stale rows are shown until their page has been read again, so that a list does not flicker.
    """

    def __init__(
        self,
        session: Session,
        lines: Callable[[Workspace, Sequence[int]], list[R]],
        key: Callable[[R], int],
        arrived: Callable[[int, int], None],
    ) -> None:
        self._session = session
        self._lines = lines
        self._key = key
        self._arrived = arrived
        self._pages: dict[int, list[R | None]] = {}
        self._stale: set[int] = set()
        self._reading: set[int] = set()
        self._list = 0
        self.ids: array[int] = array("q")

    def __len__(self) -> int:
        return len(self.ids)

    def set_ids(self, ids: array[int]) -> None:
        """Another list: forget all rows. The caller resets its model around this."""
        self._list += 1
        self.ids = array("q", ids)
        self._pages.clear()
        self._stale.clear()
        self._reading.clear()

    def append(self, ids: array[int]) -> None:
        """More rows at the end; the last page is read again when it is next seen."""
        self._stale.add(max(len(self.ids) - 1, 0) // PAGE_ROWS)
        self.ids = self.ids + ids

    def make_stale(self) -> None:
        """Every page is read again when it is next seen, also one that is being read just now."""
        self._stale.update(self._pages, self._reading)

    def read_again(self, touched: Callable[[R], bool]) -> None:
        """Read the rows again that are `touched`. What is just being read may be older than the change."""
        self._stale.update(self._reading)
        ids = [self._key(row) for page in self._pages.values() for row in page if row is not None and touched(row)]
        shown = self._list
        if len(ids) > PAGE_ROWS:
            self.make_stale()
        elif ids:
            self._session.read(
                lambda workspace: self._lines(workspace, ids), lambda rows: self._put(shown, rows), when_idle=True
            )

    def see(self, first: int, last: int) -> None:
        """These rows are in sight: read again what is stale of them."""
        for number in range(first // PAGE_ROWS, last // PAGE_ROWS + 1):
            if number in self._stale:
                self._read(number)

    def row(self, index: int) -> R | None:
        """The row, or None while it is being read."""
        number, offset = divmod(index, PAGE_ROWS)
        page = self._pages.get(number)
        if page is None or number in self._stale:
            self._read(number)
        return page[offset] if page is not None and offset < len(page) else None

    def missing_words(self, index: int) -> str:
        """What stands for a row that `row` has none of: that it is awaited, or that it could not be read."""
        return "…" if index // PAGE_ROWS in self._reading else "could not be read"

    def _read(self, number: int) -> None:
        if number in self._reading:
            return
        self._reading.add(number)
        self._stale.discard(number)
        first = number * PAGE_ROWS
        ids = self.ids[first : first + PAGE_ROWS]
        shown = self._list

        def failed(error: Exception) -> None:
            # empty until something changes: a row that is painted again would only fail again
            self._store(shown, number, ids, [])
            self._session.tasks.failed.emit(error)

        self._session.read(
            lambda workspace: self._lines(workspace, ids), lambda rows: self._store(shown, number, ids, rows), failed
        )

    def _store(self, shown: int, number: int, ids: Sequence[int], rows: Sequence[R]) -> None:
        if shown != self._list:
            return
        by_id = {self._key(row): row for row in rows}
        before = self._pages.pop(number, None)
        page = self._pages[number] = [by_id.get(row_id) for row_id in ids]
        self._reading.discard(number)
        while len(self._pages) > KEPT_PAGES:
            self._pages.pop(next(iter(self._pages)))
        first = number * PAGE_ROWS
        if before is None or len(before) != len(page):
            self._arrived(first, first + len(page) - 1)
            return
        other = [at for at, row in enumerate(page) if row is None or row != before[at]]
        if other:
            self._arrived(first + other[0], first + other[-1])

    def _put(self, shown: int, rows: Sequence[R]) -> None:
        """Rows that are in pages that have been read: each at its places."""
        by_id = {self._key(row): row for row in rows} if shown == self._list else {}
        for number, page in self._pages.items():
            for at, row in enumerate(page):
                read = by_id.get(self._key(row)) if row is not None else None
                if read is not None and read != row:
                    page[at] = read
                    self._arrived(number * PAGE_ROWS + at, number * PAGE_ROWS + at)
