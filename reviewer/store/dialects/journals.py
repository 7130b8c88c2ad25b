"""Whether the rollback journal beside a file is that file's own: what a transaction that was cut off leaves.

SQLite writes the pages of a journal back over whatever file lies there by then. A journal has its file's first page as
it was before, with the stamp of that state and with SQLite's own count of writes; the transaction changes that page by
one write or not at all. So a file fits a journal that has the page as the journal has it, or one write further on. One
that has not touched the first page yet has only the number of pages to tell it by.

Layout: https://www.sqlite.org/fileformat2.html, section 3.
"""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import BinaryIO

from reviewer.store.dialects.first_pages import FirstPage, pages_in, stamp_in, writes_in

HEADER_BYTES = 28
_MAGIC = bytes.fromhex("d9d505f920a163d7")
_NUMBER, _CHECK = 4, 4
_HALF, _ALL = 0xFFFF, 0xFFFFFFFF


def journal_of(path: Path) -> Path:
    return path.with_name(path.name + "-journal")


def fits(file: BinaryIO, start: bytes, page: FirstPage) -> bool:
    """True also where SQLite does not look at the journal, and where the file says nothing of its state."""
    if not start.startswith(_MAGIC) or len(start) < HEADER_BYTES or not page.header:
        return True
    before = _first_page(file, start, page)
    if before is None:
        return int.from_bytes(start[16:20], "big") == pages_in(page.header)
    own, was = stamp_in(page.header), stamp_in(before)
    written = writes_in(page.header) - writes_in(before) & _ALL
    return (own == was and written <= 1) or (own >> 16 == was & _HALF and written == 1)


def _first_page(file: BinaryIO, start: bytes, page: FirstPage) -> bytes | None:
    """The header that the journal keeps of the first page; None where it keeps none.

    It is made of stretches: a header, which says how many pages follow (none or all bits where it was not finished),
    and the pages; each begins on a sector of its own.
    """
    sector, page_size = int.from_bytes(start[20:24], "big"), int.from_bytes(start[24:28], "big")
    if not 512 <= page_size <= 65536 or not HEADER_BYTES <= sector <= 65536:
        return None
    record, place = _NUMBER + page_size + _CHECK, 0
    while start.startswith(_MAGIC):
        held, place = int.from_bytes(start[8:12], "big"), place + sector
        for _ in count() if held in (0, _ALL) else range(held):
            file.seek(place)
            number = file.read(_NUMBER)
            if len(number) < _NUMBER:
                return None
            if int.from_bytes(number, "big") == 1:
                return page.opened(file.read(page_size))
            place += record
        place += -place % sector
        file.seek(place)
        start = file.read(HEADER_BYTES)
    return None
