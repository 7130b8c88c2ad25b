"""Undoes what happened to the characters of a response on its way: escapes, entities, wrong encodings, hidden marks."""

from __future__ import annotations

import html
import re
import unicodedata

from reviewer.classify.spans import Traced

_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[nrt\"'\\/])")
_ESCAPED = {"n": "\n", "r": "\n", "t": "\t"}
_ENTITY = re.compile(r"&(?:#\d{1,6}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});")
_TAG = re.compile(
    r"</?(?P<name>br|p|div|span|b|i|em|strong|u|ul|ol|li|h[1-6]|html|body|section|article|font|center|blockquote|pre"
    r"|response|answer|output|reply|text|message|assistant|final|final_answer|result|completion|content|refusal|root)"
    r"(?:\s[^<>]{0,200})?/?>",
    re.I,
)
_BREAKING = ("br", "p", "div", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote")
# A character of UTF-8 that was read as cp1252 or Latin-1: its first byte and one to three more.
_LEADS, _NEXT = (
    "\u00c2-\u00f4",
    "".join(
        sorted({bytes([code]).decode("cp1252", "replace") for code in range(0x80, 0xC0)} - {"\ufffd"})
        + [chr(code) for code in range(0x80, 0xA0)]
    ),
)
_MISREAD = re.compile(f"[{_LEADS}][{re.escape(_NEXT)}]{{1,3}}")
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
_COMBINED = re.compile("[^\\W\\d_][\u0300-\u036f]+")
_WIDE = re.compile("[\uff01-\uff5e\u3000]")
_WIDE_LETTER = re.compile("[\uff21-\uff3a\uff41-\uff5a]")
_NOT = [
    "can",
    "won",
    "don",
    "doesn",
    "didn",
    "isn",
    "aren",
    "wasn",
    "weren",
    "couldn",
    "shouldn",
    "wouldn",
    "haven",
    "hasn",
]
BARE = re.compile(rf"\b(?:(?P<i>i)(?=m\b|ve\b)|(?P<not>{'|'.join(_NOT)})(?=t\b))", re.I)
# One of these is a word of each text in which it finds something; outside ASCII other letters are taken for theirs.
_BARE_WORDS = frozenset(word.encode() for word in ("im", "ive", *(f"{one}t" for one in _NOT)))
_WORD_BYTES = bytes(code if chr(code).isalnum() or chr(code) == "_" else 32 for code in range(128)).ljust(256)


def unmangled(whole: Traced, *, escapes: bool = False) -> Traced | None:
    """The text as it was written; None where nothing had happened to it."""
    found = whole
    if escapes or _escaped(found.text):
        found = found.replaced(_ESCAPE, _unescaped) or found
    if "```" not in found.text:
        if "&" in found.text:
            found = found.replaced(_ENTITY, lambda match: html.unescape(match[0])) or found
        if "<" in found.text:
            found = found.replaced(_TAG, _untagged) or found
    if not found.text.isascii():
        found = _characters(found)
    if "'" not in found.text and "\u2019" not in found.text and may_be_bare(found.text):
        found = found.replaced(BARE, lambda match: match[0] + "'") or found
    return None if found is whole else found


def may_be_bare(text: str) -> bool:
    """Whether BARE can find something in a text: quicker than to look for it, and never False where it does."""
    return not text.isascii() or not _BARE_WORDS.isdisjoint(text.lower().encode().translate(_WORD_BYTES).split())


def _escaped(text: str) -> bool:
    """Lines that are written as backslash and n, and none that is broken."""
    return "\\n" in text and "\n" not in text.strip() and ("\\n\\n" in text or text.count("\\n") > 1)


def _unescaped(match: re.Match[str]) -> str:
    told = match[0][1:]
    if told[0] in "ux" and len(told) > 1:
        return chr(int(told[1:], 16))
    return _ESCAPED.get(told, told)


def _untagged(match: re.Match[str]) -> str:
    return "\n" if match["name"].lower() in _BREAKING else ""


def _characters(whole: Traced) -> Traced:
    found = whole
    if "\u00c3" in found.text or "\u00e2" in found.text or "\u00c2" in found.text:
        found = found.replaced(_MISREAD, _reread) or found
    found = found.replaced(_HIDDEN, lambda _: "") or found
    found = found.replaced(_COMBINED, lambda match: unicodedata.normalize("NFC", match[0])) or found
    if _WIDE_LETTER.search(found.text):
        found = found.replaced(_WIDE, lambda match: unicodedata.normalize("NFKC", match[0])) or found
    return found


def _reread(match: re.Match[str]) -> str:
    try:
        return b"".join(_byte(character) for character in match[0]).decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


def _byte(character: str) -> bytes:
    return bytes([ord(character)]) if ord(character) < 0x100 else character.encode("cp1252")
