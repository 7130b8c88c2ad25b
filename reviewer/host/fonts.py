"""Whether a font that is installed has a character, asked of fontconfig, which Linux desktops look fonts up with."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

_LIBRARY = "libfontconfig.so.1"


class _FontSet(ctypes.Structure):
    """The beginning of fontconfig's `FcFontSet`."""

    _fields_ = (("nfont", ctypes.c_int), ("sfont", ctypes.c_int))


@cache
def _library() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL(_LIBRARY)
    except OSError:
        # Windows and macOS look fonts up in other ways, and bring some for nearly every script
        return None
    for name in ("FcCharSetCreate", "FcPatternCreate", "FcObjectSetCreate"):
        getattr(library, name).restype = ctypes.c_void_p
    library.FcFontList.restype = ctypes.POINTER(_FontSet)
    return library


def can_ask() -> bool:
    return _library() is not None


def is_shown(character: str) -> bool:
    """Whether any font has it; where nobody can be asked, it has. Takes some thousandths of a second."""
    library = _library()
    if library is None:
        return True
    with (
        _made(library.FcCharSetCreate, library.FcCharSetDestroy) as characters,
        _made(library.FcPatternCreate, library.FcPatternDestroy) as pattern,
        _made(library.FcObjectSetCreate, library.FcObjectSetDestroy) as wanted,
    ):
        library.FcCharSetAddChar(characters, ctypes.c_uint32(ord(character)))
        library.FcPatternAddCharSet(pattern, b"charset", characters)
        library.FcObjectSetAdd(wanted, b"file")
        found = library.FcFontList(None, pattern, wanted)
        if not found:
            return False
        n_fonts = int(found.contents.nfont)
        library.FcFontSetDestroy(found)
        return n_fonts > 0


@contextmanager
def _made(make: Callable[[], int], destroy: Callable[[ctypes.c_void_p], object]) -> Iterator[ctypes.c_void_p]:
    """An object of the library for as long as it is needed."""
    made = ctypes.c_void_p(make())
    try:
        yield made
    finally:
        destroy(made)
