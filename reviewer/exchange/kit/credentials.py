"""Credentials in files of other tools: found by the field's name or the value's shape, dropped, counted, never stored.

Only the surroundings of a conversation are looked through: settings, metadata, scores, error texts. What a model was
asked or answered is left as it is, because it is what people judge.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from reviewer.exchange.kit.records import Told
from reviewer.wording.plural import counted, noun

REMOVED = "[credential removed]"
_MAX_PLACES = 5
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NAMES = """
    api_key apikey x_api_key api_token access_key access_key_id secret_access_key aws_access_key_id
    aws_secret_access_key aws_session_token session_token access_token refresh_token id_token auth_token bearer_token
    bearer authorization proxy_authorization auth credentials credential password passwd passphrase pwd secret
    client_secret private_key secret_key signing_key encryption_key subscription_key ocp_apim_subscription_key
    service_account_key connection_string cookie set_cookie webhook_secret hf_token openai_api_key anthropic_api_key
"""
_CREDENTIAL_NAMES = frozenset(_NAMES.split())
_ENDINGS = ("_api_key", "_apikey", "_access_token", "_auth_token", "_password", "_secret", "_secret_key", "_api_token")
_SHAPES = re.compile(
    r"""
    sk-[A-Za-z0-9_\-]{16,} | (?:gh[opsur]_|github_pat_)[A-Za-z0-9_]{20,} | hf_[A-Za-z0-9]{20,} |
    (?:AKIA|ASIA)[0-9A-Z]{16} | AIza[0-9A-Za-z_\-]{30,} | xox[abprs]-[A-Za-z0-9\-]{10,} | gsk_[A-Za-z0-9]{20,} |
    glpat-[A-Za-z0-9_\-]{16,} | pypi-[A-Za-z0-9_\-]{30,} | r8_[A-Za-z0-9]{30,} | nvapi-[A-Za-z0-9_\-]{20,} |
    eyJ[A-Za-z0-9_\-]{10,}\.eyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]* |
    (?<=[Bb]earer\ )[A-Za-z0-9_\-.=+/]{12,} | (?<=://)[^/\s:@]{1,80}:[^/\s@]{1,200}(?=@) |
    -----BEGIN[ ][A-Z ]*PRIVATE[ ]KEY-----[\s\S]{0,10000}?(?:-----END[ ][A-Z ]*PRIVATE[ ]KEY-----|\Z)
    """,
    re.VERBOSE,
)
_HINT = re.compile(
    r"sk-|gh[opsur]_|github_pat_|hf_|AKIA|ASIA|AIza|xox|gsk_|glpat-|pypi-|r8_|nvapi-|eyJ|earer |://|PRIVATE KEY"
)
_PLACEHOLDER = re.compile(
    r"\s*(?:$|\[?redacted\]?$|<[^>]*>$|\*+$|x{3,}$|\{\{.*\}\}$|\$\{?\w+\}?$|env:|process\.env|none$|null$|"
    r"\[credential\ removed\]$)",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def is_credential_name(name: str) -> bool:
    """Whether a field of that name holds a key or a password: `apiKey`, `X-Api-Key`, `openai_api_key`."""
    folded = _HUMP.sub("_", name.strip()).replace("-", "_").replace(" ", "_").lower()
    return folded in _CREDENTIAL_NAMES or folded.endswith(_ENDINGS)


@dataclass
class Credentials:
    """What was dropped of one file: {place: how often}."""

    found: Counter[str] = field(default_factory=Counter)

    def without(self, value: object, place: str = "") -> object:
        """The value from JSON with no credential in it; the same object where there was none."""
        if isinstance(value, dict):
            return self._of_fields(value, place)
        if isinstance(value, list):
            cleaned = [self.without(item, f"{place}[]") for item in value]
            return value if all(map(_is, cleaned, value)) else cleaned
        return self.without_shapes(value, place) if isinstance(value, str) else value

    def _of_fields(self, value: dict[str, object], place: str) -> object:
        cleaned: dict[str, object] = {}
        changed = False
        for name, held in value.items():
            where = f"{place}.{name}" if place else name
            if is_credential_name(name) and _is_secret(held):
                self.found[where] += 1
                changed = True
                continue
            if held is None or isinstance(held, bool | int | float):
                cleaned[name] = held
                continue
            cleaned[name] = self.without(held, where)
            changed = changed or cleaned[name] is not held
        return cleaned if changed else value

    def without_shapes(self, text: str, place: str) -> str:
        """The text with what looks like a key replaced by a word that says so."""
        if not _HINT.search(text):
            return text
        cleaned, n = _SHAPES.subn(REMOVED, text)
        if n:
            self.found[place] += n
        return cleaned if n else text

    def told(self) -> Iterator[Told]:
        """One sentence on all that was dropped, with the places; nothing where there was nothing."""
        total = sum(self.found.values())
        if not total:
            return
        places = [f"{place} ({n:,})" for place, n in self.found.most_common(_MAX_PLACES)]
        more = len(self.found) - len(places)
        listed = ", ".join(places) + (f" and {counted(more, 'more place')}" if more > 0 else "")
        yield Told(
            f"{counted(total, 'credential')} in the file {noun(total, 'was', 'were')} left out and not stored: "
            f"{listed}. Whoever has the file can use {noun(total, 'it', 'them')}: change "
            f"{noun(total, 'it', 'them')} where {noun(total, 'it is', 'they are')} real."
        )


def _is(one: object, other: object) -> bool:
    return one is other


def _is_secret(held: object) -> bool:
    """Whether the value can be one: a text that is no placeholder, or an object or list with such a text in it."""
    if isinstance(held, str):
        return not _PLACEHOLDER.match(held)
    if isinstance(held, dict):
        return any(map(_is_secret, held.values()))
    return isinstance(held, list) and any(map(_is_secret, held))
