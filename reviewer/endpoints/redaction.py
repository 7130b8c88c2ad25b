"""What a server echoes of a key, as it is or as JSON, an address, a page or base64 write it, character by character,
letters apart, over lines, backwards or in capitals."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

REDACTED = "[key]"

_MIN_PLAIN = 12
_MIN_MIXED = 8
"""Shorter secrets are the placeholders that local servers ask for ("lm-studio", "not-needed"): taken out of texts they
would change what a model said. With digits among the letters a shorter one is no word."""
_MIN_IN_WORDS = 4
_MIN_BASE64 = 10


class SentSecrets:
    """For one connection's secrets."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        found = tuple(sorted({each for each in secrets if each}, key=len, reverse=True))
        self._texts = _pattern(tuple(filter(_is_no_word, found)))
        self._words = _pattern(tuple(each for each in found if len(each) >= _MIN_IN_WORDS))
        self._bytes = re.compile(self._texts.pattern.encode("ascii")) if self._texts else None

    def body(self, untrusted_body: bytes) -> bytes:
        """A body as it came, with each secret replaced in whatever way it is written there, UTF-16 included."""
        return self._bytes.sub(REDACTED.encode(), untrusted_body) if self._bytes else untrusted_body

    def text(self, untrusted_text: str) -> str:
        """A value that was read in a body."""
        return self._texts.sub(REDACTED, untrusted_text) if self._texts else untrusted_text

    def words(self, untrusted_words: str) -> str:
        """What is quoted in a sentence or kept of a header, where short secrets are replaced too."""
        return self._words.sub(REDACTED, untrusted_words) if self._words else untrusted_words

    def headers(self, untrusted_headers: Mapping[str, str]) -> dict[str, str]:
        return {self.words(name): self.words(value) for name, value in untrusted_headers.items()}

    @property
    def finds_nothing(self) -> bool:
        """Whether there is no secret that is taken out of texts."""
        return self._texts is None


def _is_no_word(secret: str) -> bool:
    mixed = any(map(str.isdigit, secret)) and any(map(str.isalpha, secret))
    return len(secret) >= (_MIN_MIXED if mixed else _MIN_PLAIN)


@lru_cache(maxsize=64)
def _pattern(secrets: tuple[str, ...]) -> re.Pattern[str] | None:
    """For any of the secrets in any form; None where there is none."""
    forms = [form for secret in secrets for form in _forms(secret)]
    return re.compile("|".join(forms)) if forms else None


def _forms(secret: str) -> Iterator[str]:
    yield (_APART if "\\" in secret else _APART_OR_ESCAPED).join(map(_written, secret))
    if _is_no_word(secret):
        turned = {secret[::-1], secret.swapcase(), secret.upper(), secret.lower()} - {secret}
        yield from (re.escape(form) for form in sorted(turned) if form.isascii())
    yield "".join(f"(?:{byte:02x}|{byte:02X})" for byte in secret.encode())
    for core in _base64_cores(secret.encode()):
        if len(core) >= _MIN_BASE64:
            yield _BROKEN.join(map(_in_base64, core)) + r"[A-Za-z0-9+/_-]{0,2}={0,2}"


def _written(character: str) -> str:
    """One character as it is, or as JSON, an address or a page write it, also where one holds the other.

    Each repetition has a bound: an open one would be tried from every place of a million backslashes.
    """
    code = ord(character)
    plain = re.escape(character) if code < 128 else f"\\u{code:04x}"
    hexadecimal = "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in f"{code:02x}")
    ways = [plain, rf"\\{{1,8}}u00{hexadecimal}", rf"\\{{1,8}}x{hexadecimal}", rf"%(?:25){{0,4}}{hexadecimal}"]
    ways += [rf"&(?:amp;){{0,4}}#0{{0,6}}{code};", rf"&(?:amp;){{0,4}}#[xX]0{{0,6}}{hexadecimal};"]
    ways += [rf"\\{{1,8}}u\{{0{{0,4}}{hexadecimal}\}}", rf"\\{{1,8}}{code:03o}"]
    if not character.isalnum():
        ways.append(rf"\\{{1,8}}{plain}")
    if character in _NAMED:
        ways.append(rf"&(?:amp;){{0,4}}{_NAMED[character]};")
    return f"(?:{'|'.join(ways)})"


_APART = r"[\x00\s]{0,4}"
"""What may stand between two characters: half of one in UTF-16, or where a line was broken or letters were spaced."""
_APART_OR_ESCAPED = r"(?:[\x00\s]|\\[nrt]|\\u0000){0,4}"
"""The same as JSON writes it; for a secret without backslashes, or each would be tried as its own and as JSON's."""
_BROKEN = r"(?:\s|\\[nr]){0,2}"
"""Where base64 goes on in the next line."""
_NAMED = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}


def _in_base64(character: str) -> str:
    """One character of base64 of either alphabet, or as JSON or an address write it."""
    return {"+": "(?:[+-]|%2[bB])", "/": r"(?:\\{0,8}/|_|%2[fF]|\\{1,8}u002[fF])"}.get(character, character)


def _base64_cores(secret: bytes) -> Iterator[str]:
    """What base64 always has of the secret, wherever it begins among the three bytes of a group."""
    for before, cut in enumerate((0, 2, 3)):
        whole = base64.b64encode(bytes(before) + secret).decode("ascii")
        behind = (before + len(secret)) % 3
        yield whole[cut : len(whole) - 4 + behind] if behind else whole[cut:]
