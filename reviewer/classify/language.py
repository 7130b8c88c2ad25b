"""Whether a response is in a language the rules cover. So far that is English."""

from __future__ import annotations

import re

COVERED_LANGUAGES = ("en",)

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_SAMPLE_CHARACTERS = 3_000
_ENOUGH_WORDS = 12


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ENGLISH = _words(
    "the of and to is that it you for this with are be can your have not i if or what but they we how by from will "
    "would should don't my was there it's i'm can't cannot these which when their has been about more any as at on "
    "an in could let here's please sorry yes what's that's you're won't isn't doesn't"
)
_OTHER = _words(
    "el los las que por para una con del pero como está esto puedo lo su ser muy le les des est pas une vous je pour "
    "dans qui avec ne ce nous sur mais der das und nicht ist ein eine ich sie mit auf zu für den dem kann wir não uma "
    "você os mais seu isso em il che non per di sono più gli della het een niet van ik dat voor jag och att det inte "
    "nie jest że się och på til av som bir ve için"
)


def is_covered(prose: str) -> bool:
    """True where English function words show, or where there is too little text to say otherwise."""
    words = _WORD.findall(prose[:_SAMPLE_CHARACTERS])
    if not words:
        return True
    latin = sum(word[0] < "\u0250" for word in words)
    if latin * 2 < len(words) or _mostly_unspaced(words):
        return False
    english = sum(word in _ENGLISH for word in words)
    other = sum(word in _OTHER for word in words)
    if other > english and other >= 2:
        return False
    return english > 0 or len(words) < _ENOUGH_WORDS


def _mostly_unspaced(words: list[str]) -> bool:
    """A script without spaces gives few, long words; count characters there."""
    characters = sum(map(len, words))
    foreign = sum(len(word) for word in words if word[0] >= "\u0250")
    return foreign * 2 > characters
