"""Keys and passwords that somebody wrote out: known by a field's name, by their shape, or by looking like chance."""

from __future__ import annotations

import base64
import re
from functools import lru_cache
from itertools import pairwise

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
SHAPES = re.compile(
    r"""
    (?:(?<![A-Za-z0-9]) | (?<=%[0-9A-Fa-f]{2}) | (?<=\\[nrt])) (?:
    sk-[A-Za-z0-9_\-]{16,} | (?:gh[opsur]_|github_pat_)[A-Za-z0-9_]{20,} | hf_[A-Za-z0-9]{20,} |
    (?:AKIA|ASIA)[0-9A-Z]{16} | AIza[0-9A-Za-z_\-]{30,} | xox[abprs]-[A-Za-z0-9\-]{10,} | gsk_[A-Za-z0-9]{20,} |
    glpat-[A-Za-z0-9_\-]{16,} | pypi-[A-Za-z0-9_\-]{30,} | r8_[A-Za-z0-9]{30,} | nvapi-[A-Za-z0-9_\-]{20,} |
    eyJ[A-Za-z0-9_\-]{10,}\.eyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]* ) |
    (?<=[Bb]earer\ )[A-Za-z0-9_\-.=+/]{12,} | (?<=://)[^/\s:@]{1,80}:[^/\s@]{1,200}(?=@) |
    -----BEGIN[ ][A-Z ]*PRIVATE[ ]KEY-----[\s\S]{0,10000}?(?:-----END[ ][A-Z ]*PRIVATE[ ]KEY-----|\Z)
    """,
    re.VERBOSE,
)
"""What is a key by its looks alone: not within a word, as in risk-assessment-benchmark."""
SHAPE_HINT = re.compile(
    r"sk-|gh[opsur]_|github_pat_|hf_|AKIA|ASIA|AIza|xox|gsk_|glpat-|pypi-|r8_|nvapi-|eyJ|earer |://|PRIVATE KEY"
)
"""One of these is in every text in which SHAPES finds anything."""

_SENDING_NAMES = re.compile(
    r"auth|api[-_]?key|access[-_]?key|(?:^|[-_])(?:key|sig|signature|sid|pwd|pw|pass|sas|code|pin|t?otp|mfa)$|token"
    r"|secret|cookie|passw|passphrase|passcode|credential|session|(?:subscription|account|shared|licen[cs]e)[-_]?key"
    r"|ticket|jwt|bearer|licen[cs]e$",
    re.IGNORECASE,
)
_SCHEMES = re.compile(
    r"\s*(?:(?:bearer|negotiate)[\s:]+\S{6}|basic[\s:]+[A-Za-z0-9+/]{6,}={1,2}\s*\Z|(?:sk|pk|rk)-\w{8})", re.IGNORECASE
)
_USER = re.compile(r"(?<=://)[^/?#\s]*@")
_USER_WITHOUT_SCHEME = re.compile(r"\A(?![^@]*://)[^?#\s]*@")
_PASSWORD_WITHOUT_SCHEME = re.compile(r"(?!mailto:)[^/?#\s:@]+:[^/?#\s@]+@\S", re.IGNORECASE)
_AUTHORISATION = re.compile(r"\s*(?:(basic)\s+(\S{4,})|(token|apikey|digest)\s+(\S{8,}))\s*\Z", re.IGNORECASE)
_USER_AND_PASSWORD = re.compile(r"\s*[^\s:/?#]+:(?!\d+\s*\Z)[^\s:/]{6,}\s*\Z")
"""Not a host with its port, an address, or a remark behind a colon."""
_DIGEST = re.compile(r"\s*digest\s+\w+\s*=", re.IGNORECASE)
_ASSIGNED = re.compile(r"""([A-Za-z][\w.-]{0,80})["']?\s*[=:]\s*["']?([^\s"',;&]+)""")
_PLACEHOLDER = re.compile(r"\{\{\w+\}\}|\{key\}|\$\w+|\$\{\w+\}")
_FROM_TEMPLATE = re.compile(r"\{\{\w+\}\}|\{key\}")
_MAIL = re.compile(r"\s*mailto:", re.IGNORECASE)
_QUERY = re.compile(r"[?#].*", re.DOTALL)
_LONG_RUN = re.compile(r"[A-Za-z0-9+/_=-]{20,}")
_MIN_DIGITS = 3
_MIN_CHANGES = 6
"""Of kind from one character to the next: small letter, capital, digit. Words and dates change less."""


@lru_cache(maxsize=4096)
def is_credential_name(name: str) -> bool:
    """Whether a field of that name holds a key or a password: `apiKey`, `X-Api-Key`, `openai_api_key`."""
    folded = _HUMP.sub("_", name.strip()).replace("-", "_").replace(" ", "_").lower()
    return folded in _CREDENTIAL_NAMES or folded.endswith(_ENDINGS)


def carries_secret(name: str) -> bool:
    """Whether a header or a parameter of an address of that name is one that keys are sent in."""
    return is_credential_name(name) or bool(_SENDING_NAMES.search(name))


def looks_like_secret(text: str) -> bool:
    """Whether a text has a key in it: by its shape, as the value of an authorisation, or by a run that chance made."""
    return bool(SHAPES.search(text) or _SCHEMES.match(text) or any(map(_is_chance, _LONG_RUN.findall(text))))


def is_authorisation(value: str) -> bool:
    """Whether the value of a header, whatever its name, is an authorisation: a scheme and one thing behind it, or an
    address with a password, or something that is given to a name that keys have, or a user's name with a password.
    """
    if has_user(value) or _PASSWORD_WITHOUT_SCHEME.match(value) or assigns_secret(value):
        return True
    if _USER_AND_PASSWORD.match(value) and not _FROM_TEMPLATE.search(value) and not _MAIL.match(value):
        return True
    found = _AUTHORISATION.match(value)
    if found is None:
        return bool(_DIGEST.match(value))
    if found[1] is None:
        return any(map(str.isdigit, found[4]))
    try:
        return b":" in base64.b64decode(found[2] + "=" * (-len(found[2]) % 4), validate=True)
    except ValueError:
        return False


def assigns_secret(value: str) -> bool:
    """Whether a text gives something to a name that keys have: `password=…`, `{"token": "…"}`, `sessionid=…`."""
    return any(
        carries_secret(name) and not name.lower().endswith("tokens") and not _PLACEHOLDER.fullmatch(held)
        for name, held in _ASSIGNED.findall(value)
    )


def has_user(address: str) -> bool:
    """Whether an address holds a user name or a password."""
    return bool(_USER.search(address))


def without_secrets(untrusted_address: str) -> str:
    """An address to be named in a sentence: without user name, password, query and fragment."""
    without_user = _USER_WITHOUT_SCHEME.sub("", _USER.sub("", untrusted_address))
    return SHAPES.sub("…", _QUERY.sub("", without_user))


def _is_chance(run: str) -> bool:
    kinds = [_kind(character) for character in run if character.isalnum()]
    changes = sum(one != other for one, other in pairwise(kinds))
    return kinds.count("digit") >= _MIN_DIGITS and changes >= _MIN_CHANGES


def _kind(character: str) -> str:
    return "digit" if character.isdigit() else "capital" if character.isupper() else "small"
