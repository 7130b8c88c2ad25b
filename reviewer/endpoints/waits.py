"""How long a server asks to wait, in every form in which servers say it.

Seconds, durations with units (`2s`, `1m30s`, `500ms`) or as a clock (`00:00:30`), dates of HTTP and of RFC 3339, times
of day as Unix seconds or milliseconds; in headers, in fields of the body, in words. A number that no server can mean is
not read.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MOST_UNASKED_S = 3600.0
"""A longer wait that is not asked for outright, but in words only, is not believed: it is prose, or means harm."""
LONGEST_S = 400 * 86_400.0
_UNIX_S, _UNIX_MS = 1e9, 1e12
_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_UNIT = (
    r"(?:milliseconds?|millis|msecs?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d"
    r"|sekunden?|segundos?|secondes?|second[oi]|minuten?|minutos?|minut[oi]|stunden?|секунд[уы]?|минут[уы]?"
    r"|seconden?|sekund[yęaer]?|minut[yęaer]?|heures?|horas?|or[ae]|uur|saniye|dakika|saat|giây|phút|giờ|detik|menit|jam"
    r"|ثوان[يٍ]?|ثانية|دقائق|دقيقة|ساعة|सेकंड|मिनट|घंटे|毫秒|秒钟?|分钟?|小时|小時|天)"
)
_AMOUNT = rf"\d{{1,12}}(?:\.\d{{1,12}})?\s?{_UNIT}(?![a-zA-Z])"
_PART = re.compile(rf"(\d{{1,12}}(?:\.\d{{1,12}})?)\s?({_UNIT})(?![a-zA-Z])", re.IGNORECASE)
_DURATION = re.compile(rf"{_AMOUNT}(?:(?:,|\s|\band\b)*{_AMOUNT}){{0,4}}", re.IGNORECASE)
_WHOLE = re.compile(rf"(?:(?:{_PART.pattern})\s?){{1,5}}", re.IGNORECASE)
_ELSEWHERE = (
    r"versuch\w*|warten?|erneut|réessay\w+|patient\w+|attend\w+|intent\w+|inténtel\w+|reintent\w+|esper[ae]\w*"
    r"|tente|aguarde|riprov\w+|attend[ai]|повтор\w+|попроб\w+|подожд\w+"
    r"|probeer|wacht|spróbuj|ponów|poczekaj|odczekaj|thử lại|chờ|đợi|coba|tunggu|حاول|المحاولة|انتظر|الانتظار"
)
"""Words of other languages that ask for a wait, behind which its length follows."""
_WORDS = re.compile(
    r"(?:(?:re)?try(?:ing)?\b[^.!?;]{0,40}?\b(?:in|after)|\bwait(?:ing)?(?:\s(?:for|at\sleast|about|another))?|\bafter"
    r"|\bresets?\s(?:in|after)|\bavailable\s(?:again\s)?in|\bagain\sin|\bwithin"
    r"|\b(?:allowed|possible|permitted)\s(?:again\s)?in|\b(?:another|next)\s(?:request|call|attempt)\sin|\b(?:come|check)\sback\sin"
    r"|\bcool-?down(?:\s(?:is|of|for))?|请在|等待|请?稍等|請?稍候|請在|請於"
    rf"|\b(?:{_ELSEWHERE})\b[^.!?;\d]{{0,40}}?)\s?:?\s?(?:about\s|~\s?)?"
    rf"({_DURATION.pattern})",
    re.IGNORECASE,
)
# 10秒後に…, 10초 후에…, 10 Sekunden warten
_BEFORE_WORDS = re.compile(
    r"(\d{1,6}(?:\.\d{1,3})?)\s?(?:(毫秒|秒|分|초|분)(?:钟|鐘|間)?\s?(?:之?[后後]|후|뒤)"
    r"|(sekunden?|minuten?|saniye|dakika|सेकंड|मिनट)\s(?:(?:lang\s)?(?:zu\s)?warten|sonra|bekle\w+|बाद|प्रतीक्षा))",
    re.IGNORECASE,
)
_ISO = re.compile(r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?", re.IGNORECASE)
_ISO_WORDS = re.compile(r"\b(?:in|after|wait|for)\s(PT?\d[\dDTHMS.]{1,20})(?!\w)")
_UNTIL = re.compile(
    r"\b(?:at|until|after|on|by)\s(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|\s?UTC|[+-]\d\d:?\d\d)?)"
)
_ONE = re.compile(r"\b(a|an|one|two|three|five|ten)(?=\s(?:second|minute|hour)s?\b)", re.IGNORECASE)
_NUMBERS = {"a": "1", "an": "1", "one": "1", "two": "2", "three": "3", "five": "5", "ten": "10"}
# `"default";r=0;t=28` and `limit=10, remaining=0, reset=28`: the standard's one header for all
_LIMITS = re.compile(r"(?:\bt|\breset)\s?=\s?\"?(\d{1,9})", re.IGNORECASE)
_LIMITS_NAMES = ("ratelimit", "x-ratelimit")
_CLOCK = re.compile(r"(\d{1,3}):(\d\d):(\d\d(?:\.\d{1,7})?)")
_PLAIN_WORDS = re.compile(r"\bretry[\s_-]?after\W{1,4}(\d{1,6}(?:\.\d{1,6})?)(?![\w.])", re.IGNORECASE)
_EXPLICIT = ("retry-after", "x-retry-after", "retry-after-seconds", "x-ratelimit-retry-after", "ratelimit-retry-after")
_EXPLICIT_MS = ("retry-after-ms", "x-ms-retry-after-ms", "x-retry-after-ms")
_RESET = re.compile(r"^(?:x-)?(?:[a-z]+-)?rate-?limit-?(?:[a-z-]*)reset(?:-?[a-z-]*)$")
_FIELDS = frozenset(
    {"retrydelay", "retryafter", "retryafterseconds", "retryaftersecs", "retryin", "waitseconds", "estimatedtime"}
    | {"resetinseconds", "resetsinseconds", "resetsin", "resetin", "resetafter", "waittime", "waittimeseconds"}
)
_FIELDS_UNTIL = frozenset({"resetat", "resetsat", "retryat", "availableat"})
_UNIT_WORDS = (
    *(("秒", "s"), ("초", "s"), ("с", "s"), ("giâ", "s"), ("det", "s"), ("ثا", "s"), ("ثو", "s"), ("से", "s")),
    *(("分", "m"), ("분", "m"), ("м", "m"), ("dak", "m"), ("ph", "m"), ("men", "m"), ("دق", "m"), ("मि", "m")),
    *(("saat", "h"), ("st", "h"), ("小", "h"), ("or", "h"), ("uur", "h"), ("giờ", "h"), ("jam", "h"), ("سا", "h")),
    *(("घं", "h"), ("天", "d")),
)
"""How units begin that do not begin with their own letter, beside English."""
_FIELDS_MS = frozenset({"retryafterms", "retrydelayms", "retryaftermilliseconds"})


def wait_asked_for(
    headers: Mapping[str, str], field_s: float | None, untrusted_words: str, now_s: float | None = None
) -> float | None:
    """Seconds to wait: the longest that a header, a field of the body (`field_s`) or the words ask for outright, else
    until a limit of the headers is reset. None where nothing is asked for.
    """
    asked = (retry_after_s(headers, now_s), field_s, wait_in_words_s(untrusted_words))
    named = [seconds for seconds in asked if seconds is not None]
    return max(named) if named else reset_s(headers, now_s)


def retry_after_s(headers: Mapping[str, str], now_s: float | None = None) -> float | None:
    """Seconds by `Retry-After` and its like; None where absent or unreadable.

    `now_s` is Unix time; a date is measured from the server's own `Date` where it sends one, as clocks differ.
    """
    now_s = _now_s(headers, now_s)
    for name in _EXPLICIT_MS:
        seconds = _seconds(headers.get(name, ""), now_s)
        if seconds is not None:
            return seconds if _has_unit(headers[name]) else seconds / 1000
    found = (_seconds(headers.get(name, ""), now_s) for name in _EXPLICIT)
    return next((seconds for seconds in found if seconds is not None), None)


def reset_s(headers: Mapping[str, str], now_s: float | None = None) -> float | None:
    """Seconds until a limit is reset (`x-ratelimit-reset-requests` and its like): of those that are used up, where the
    headers say which are, else of all. One that is reset much later says little of when to ask again.
    """
    now_s = _now_s(headers, now_s)
    found = {name: _seconds(value, now_s) for name, value in headers.items() if _RESET.match(name)}
    resets = {name: s for name, s in found.items() if s is not None and s <= MOST_UNASKED_S}
    told = _LIMITS.search(next((headers[name] for name in _LIMITS_NAMES if name in headers), ""))
    if told and float(told[1]) <= MOST_UNASKED_S:
        resets[_LIMITS_NAMES[0]] = float(told[1])
    used_up = [s for name, s in resets.items() if headers.get(name.replace("reset", "remaining"), "").strip() == "0"]
    return max(used_up or resets.values(), default=None)


def named_wait_s(name: str, untrusted_value: object) -> float | None:
    """Seconds by a field of an error's body (`retryDelay: "3s"`); `name` in small letters without underscores."""
    if name in _FIELDS_MS:
        seconds = _seconds(str(untrusted_value), None)
        return None if seconds is None else seconds / 1000
    if name in _FIELDS_UNTIL:
        seconds = _seconds(str(untrusted_value), time.time())
        return seconds if seconds is not None and seconds <= MOST_UNASKED_S else None
    if name not in _FIELDS or isinstance(untrusted_value, bool):
        return None
    if isinstance(untrusted_value, dict):
        nanos, seconds = untrusted_value.get("nanos", 0), _seconds(str(untrusted_value.get("seconds", 0)), None)
        return None if seconds is None else seconds + (nanos / 1e9 if isinstance(nanos, int) and 0 < nanos < 1e9 else 0)
    return _seconds(str(untrusted_value), None)


def wait_in_words_s(untrusted_words: str) -> float | None:
    """Seconds by words such as "try again in 1m2.5s"; None where there are none that can be meant."""
    untrusted_words = _ONE.sub(lambda one: _NUMBERS[one[1].lower()], untrusted_words)
    found = [_duration_s(match[1]) for match in _WORDS.finditer(untrusted_words)]
    found += [_iso_s(match[1]) for match in _ISO_WORDS.finditer(untrusted_words)]
    dates = (_seconds(match[1].replace(" UTC", "Z"), time.time()) for match in _UNTIL.finditer(untrusted_words))
    found += [seconds for seconds in dates if seconds]
    found += [float(match[1]) for match in _PLAIN_WORDS.finditer(untrusted_words)]
    found += [
        float(match[1]) * _UNITS_S[_unit(match[2] or match[3])] for match in _BEFORE_WORDS.finditer(untrusted_words)
    ]
    return max((seconds for seconds in found if seconds <= MOST_UNASKED_S), default=None)


def _seconds(untrusted_value: str, now_s: float | None) -> float | None:
    value = untrusted_value.strip().strip('"')[:100]
    try:
        seconds = float(value)
    except ValueError:
        if _WHOLE.fullmatch(value):
            return _duration_s(value)
        if value[:1] in "Pp" and _ISO.fullmatch(value):
            return _iso_s(value)
        if clock := _CLOCK.fullmatch(value):
            return int(clock[1]) * 3600 + int(clock[2]) * 60 + float(clock[3])
        until_s = unix_time(value)
        return None if until_s is None or now_s is None else max(0.0, until_s - now_s)
    if not math.isfinite(seconds):
        return None
    if seconds >= _UNIX_S and now_s is not None:
        seconds = (seconds / 1000 if seconds >= _UNIX_MS else seconds) - now_s
    return max(0.0, seconds) if seconds <= LONGEST_S else None


def _iso_s(value: str) -> float:
    """The seconds of a duration as ISO 8601 writes it; 0 for one that says nothing."""
    parts = _ISO.fullmatch(value)
    amounts = parts.groups(default="0") if parts else ("0",)
    return sum(float(amount) * scale for amount, scale in zip(amounts, (86_400.0, 3600.0, 60.0, 1.0), strict=False))


def _has_unit(value: str) -> bool:
    return bool(_WHOLE.fullmatch(value.strip()))


def _duration_s(text: str) -> float:
    return sum(float(amount) * _UNITS_S[_unit(unit)] for amount, unit in _PART.findall(text))


def _unit(word: str) -> str:
    word = word.lower()
    if word.startswith(("ms", "milli", "毫")):
        return "ms"
    named = next((unit for beginning, unit in _UNIT_WORDS if word.startswith(beginning)), "")
    return named or word[0]


def _now_s(headers: Mapping[str, str], now_s: float | None) -> float:
    sent_s = unix_time(headers.get("date", ""))
    return sent_s if sent_s is not None else time.time() if now_s is None else now_s


def unix_time(date: str) -> float | None:
    """Unix seconds of a date of HTTP or RFC 3339; None for what is none."""
    for parse in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            found = parse(date)
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError):
            continue
    return None
