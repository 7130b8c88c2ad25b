"""What is done to the bytes of a small valid file: cut, doubled, flipped, numbers made huge, words changed."""

from __future__ import annotations

import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable

_PIECES = [
    b"\0",
    b"\xff\xff\xff\x7f",
    b"\xff" * 8,
    b"\x80\0\0\0",
    b"NaN",
    b"1e999",
    b"-1",
    b"9" * 400,
    b"null",
    b'"',
    b"\\ud800",
    b"{",
    b"[" * 3_000,
    b'{"a":' * 3_000,
    b"]",
    b"\xf0\x9f\x98\x80",
    b"\xed\xa0\x80",
    b"\xe2\x80\xae",
    b"\x1b[31m",
    b"\r",
    b"\n" * 100,
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
    b"&a;",
    b"../../x",
    b"=1+1",
    b"{{7*7}}",
    b"a" * 100_000,
    b",",
    b"\t" * 5_000,
]
_NUMBER = re.compile(rb"\d+")
_WORD = re.compile(rb'"[^"]{1,40}"')
Mutation = Callable[[bytes, random.Random], bytes]


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The content with one to six things done to it; of a zip, half of the time to a member inside it."""
    if content.startswith(b"PK") and chance.random() < 0.6:
        return _inside_zip(content, chance)
    for _ in range(chance.randint(1, 6)):
        content = chance.choice(_MUTATIONS)(content, chance)[:3_000_000]
    return content


def _inside_zip(content: bytes, chance: random.Random) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError):
        return _flip(content, chance)
    chosen = chance.choice(list(members))
    members[chosen] = mutated(members[chosen], chance)
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, held in members.items():
            archive.writestr(name, held)
    return sink.getvalue()


def _flip(content: bytes, chance: random.Random) -> bytes:
    found = bytearray(content)
    for _ in range(chance.randint(1, 8) if found else 0):
        found[chance.randrange(len(found))] ^= 1 << chance.randrange(8)
    return bytes(found)


def _cut(content: bytes, chance: random.Random) -> bytes:
    start, end = sorted(chance.randint(0, len(content)) for _ in range(2))
    return content[:start] + content[end:] if chance.random() < 0.5 else content[:end]


def _double(content: bytes, chance: random.Random) -> bytes:
    start, end = sorted(chance.randint(0, len(content)) for _ in range(2))
    return content[:end] + content[start:end] * chance.choice([1, 2, 50]) + content[end:]


def _insert(content: bytes, chance: random.Random) -> bytes:
    at = chance.randint(0, len(content))
    return content[:at] + chance.choice(_PIECES) + content[at:]


def _number(content: bytes, chance: random.Random) -> bytes:
    value = chance.choice(
        [b"0", b"-1", b"99999999999999999999", b"2147483648", b"1e400", b'"x"', b"null", b"[]", b"{}"]
    )
    return _replaced(_NUMBER, content, value, chance)


def _word(content: bytes, chance: random.Random) -> bytes:
    value = chance.choice(
        [b'""', b"null", b"1", b"[[]]", b'{"a": {}}', b"true", b'"\\u0000"', b'"\\ud800"', b'"' + b"x" * 9_000 + b'"']
    )
    words = _WORD.findall(content)
    return _replaced(_WORD, content, chance.choice([value, *words[:20]]), chance)


def _replaced(pattern: re.Pattern[bytes], content: bytes, value: bytes, chance: random.Random) -> bytes:
    places = [found.span() for found in pattern.finditer(content)]
    if not places:
        return _flip(content, chance)
    start, end = chance.choice(places)
    return content[:start] + value + content[end:]


_MUTATIONS: tuple[Mutation, ...] = (_flip, _cut, _double, _insert, _number, _word)
