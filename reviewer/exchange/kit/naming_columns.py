"""The columns of a file in a sentence. A file without names has texts in the place of names: those are quoted."""

from __future__ import annotations

import re
from collections.abc import Iterable

MOST_CHARACTERS = 300
_ONE_WORD = re.compile(r"[\w.:/()#-]{1,40}")


def listed_columns(columns: Iterable[str]) -> str:
    """`id, prompt, 'how do I bake bread'`, cut off after `MOST_CHARACTERS`."""
    return ", ".join(each if _ONE_WORD.fullmatch(each) else repr(each) for each in columns)[:MOST_CHARACTERS]
