"""Very many hidden characters of a text, found by arrays. Apart, so that who needs no arrays does not load them."""

from __future__ import annotations

import re
import sys
from functools import cache

import numpy as np
from numpy.typing import NDArray

from reviewer.wording.hidden import ALWAYS_HIDDEN, Columns, name_of

_CODE_BITS = 21
_CODE = (1 << _CODE_BITS) - 1


def hidden_at_once(untrusted_text: str) -> Columns:
    """Starts, ends and names, as `hidden_columns`, of the characters that are hidden wherever they stand."""
    codes = np.frombuffer(untrusted_text.encode("utf-32-le", "surrogatepass"), np.uint32)
    places = np.flatnonzero(_always_hidden()[codes])
    hidden = codes[places].astype(np.int64)
    begins = np.flatnonzero((np.diff(places, prepend=-2) != 1) | (np.diff(hidden, prepend=-1) != 0))
    starts, lengths = places[begins], np.diff(begins, append=len(places))
    # a character and how often it is repeated are one number, so that each name is made once
    kinds, which = np.unique(hidden[begins] | lengths << _CODE_BITS, return_inverse=True)
    names = [name_of(chr(kind & _CODE) * (kind >> _CODE_BITS)) for kind in kinds.tolist()]
    return starts.tolist(), (starts + lengths).tolist(), list(map(names.__getitem__, which.tolist()))


@cache
def _always_hidden() -> NDArray[np.bool_]:
    """Of every code point whether it is hidden."""
    found = np.zeros(sys.maxunicode + 1, bool)
    for first, last in re.findall("(.)(?:-(.))?", ALWAYS_HIDDEN, re.DOTALL):
        found[ord(first) : ord(last or first) + 1] = True
    return found
