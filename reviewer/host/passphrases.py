"""Where a workspace's passphrase is found without asking, and how strong one is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from reviewer.core.errors import EnvironmentFault, InputError

VARIABLE = "REVIEWER_PASSPHRASE"
_SERVICE = "reviewer-workspace"
SHORTEST = 10

_COMMON = (
    "password", "passwort", "passphrase", "kennwort", "letmein", "welcome", "qwerty", "qwertz", "azerty", "dragon",
    "iloveyou", "monkey", "football", "baseball", "master", "admin", "login", "secret", "sunshine", "princess",
    "reviewer", "workspace", "changeme", "default", "abc", "123", "1234", "12345", "123456", "1234567", "12345678",
    "123456789", "000", "111", "999", "2024", "2025", "2026", "asdf", "test", "hello", "hallo",
)  # fmt: skip
_COMMON_BITS = 6.0
_WORD_BITS = 11.0
_WORDS = 4
_CLASS_BITS = ((str.islower, 26), (str.isupper, 26), (str.isdigit, 10))


class Strength(NamedTuple):
    """How long guessing takes, in bits, and what a person is told of it."""

    bits: float
    word: str
    sentence: str


def strength(passphrase: str) -> Strength:
    """An estimate from length, kinds of characters, repeats and common words. A word of letters counts 11 bits at most,
    since guessers try words: the size of a list of 2,000.
    """
    bits = sum(_bits(part) for part in passphrase.split())
    if bits < 36:
        return Strength(
            bits, "weak", "Guessing finds it within days. Take four or more words that do not belong together."
        )
    if bits < 55:
        return Strength(
            bits, "fair", "It keeps off a curious person, not somebody with many machines. One more word helps."
        )
    return Strength(bits, "strong", "Guessing it takes more than anybody can spend.")


def _bits(part: str) -> float:
    rest, bits = part.lower(), 0.0
    for common in sorted(_COMMON, key=len, reverse=True):
        if common in rest:
            rest, bits = rest.replace(common, "", 1), bits + _COMMON_BITS
    varied = len({*rest}) + (len(rest) - len({*rest})) * 0.4 if rest else 0.0
    bits += varied * _bits_of_character(part)
    return min(bits, _WORD_BITS) if part.isalpha() and len(part) <= 10 and part[1:].islower() else bits


def _bits_of_character(part: str) -> float:
    """A random letter has 4.7 bits, one in a word about half of that, which is what people type."""
    kinds = sum(size for is_kind, size in _CLASS_BITS if any(map(is_kind, part)))
    kinds += 30 if any(not each.isalnum() for each in part) else 0
    return max(kinds, 26).bit_length() * 0.7


def check_passphrase(passphrase: str) -> Strength:
    """Raises InputError for one that cannot protect anything."""
    found = strength(passphrase)
    if len(passphrase) < SHORTEST or found.word == "weak":
        raise InputError("This passphrase is too weak.", f"{found.sentence} It needs at least {SHORTEST} characters.")
    return found


def found_passphrase(path: Path) -> str | None:
    """From REVIEWER_PASSPHRASE, else from the keyring's entry for the file; None where neither has one."""
    return os.environ.get(VARIABLE) or _from_keyring(path)


def _from_keyring(path: Path) -> str | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(_SERVICE, str(path.resolve()))
    except KeyringError:
        return None  # without a keyring the passphrase is asked for


def keyring_name() -> str:
    """What the system keyring calls itself; empty where there is none. May take as long as the system's bus answers."""
    import keyring

    found = keyring.get_keyring()
    return str(found.name) if found.priority > 0 else ""


def keep_in_keyring(path: Path, passphrase: str | None) -> None:
    """Store the passphrase, or remove it where it is None. Raises EnvironmentFault where there is no keyring."""
    import keyring
    from keyring.errors import KeyringError, PasswordDeleteError

    try:
        if passphrase is not None:
            keyring.set_password(_SERVICE, str(path.resolve()), passphrase)
        else:
            keyring.delete_password(_SERVICE, str(path.resolve()))
    except PasswordDeleteError:
        return  # there was none
    except KeyringError as error:
        raise EnvironmentFault(
            f"The system keyring could not keep the passphrase ({type(error).__name__}).",
            "Leave out --keyring and type it each time, or install a keyring.",
        ) from error
