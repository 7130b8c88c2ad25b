"""Whether a response tells which model wrote it: then hiding the version's name hides little, and that is said.

Phrases in which a model speaks of itself, in the languages that the rules read, and the names that its own run knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

FEWEST_LETTERS = 4
"""A name with fewer letters, such as 1.0 or v2, also stands in texts that mean something else."""
_LOOKED_AT = 20_000
"""Characters at either end of a text: a model introduces itself there, and a long text costs no time."""

_MODELS = (
    r"claude|chat\s?-?gpt|gpt-?\s?\d[\w.]*|google\s?bard|palm\s?2|gemma|llama[\s-]?\d[\w.-]*|mistral|mixtral|qwen[\w.-]*"
    r"|tongyi|deepseek|grok|command[\s-]r\+?|phi-\s?\d|ernie|kimi|olmo|nemotron|internlm|glm-?\d*|chatglm|yi-\d+b"
    r"|vicuna|文心一言|通义千问|豆包"
)
_ALSO_WORDS = r"gemini|bard|llama|copilot|falcon|granite|titan|nova|bloom|dolphin|hermes|zephyr|alpaca|le chat"
"""Models whose names are words as well: only where it says that it is one, or is called so."""
_MAKERS = (
    r"anthropic|open\s?ai|google(?:\s?deepmind)?|deepmind|meta(?:\s?ai)?|mistral(?:\s?ai)?|alibaba(?:\s?cloud)?|deepseek"
    r"|x\.?ai|microsoft|cohere|baidu|moonshot(?:\s?ai)?|zhipu(?:\s?ai)?|ibm|nvidia|amazon|tii|百度|阿里(?:云|巴巴)"
)
_NAMED = (
    r"(?:\bi\s?(?:am|['’]m)|\bmy name is|\bcall(?:ed)? me|\bich bin|\bmein name ist|\bje suis|\bje m['’]appelle"
    r"|\b(?:yo )?soy|\bme llamo|\b(?:eu )?sou|\bmeu nome é|我是|我叫)"
)
_I_AM = rf"(?:{_NAMED}|\bas|\bthis is|\bals|\ben tant que|\bcomo|作为)"
_ARTICLE = r"\s*(?:an?\s+|the\s+|ein\w*\s+|une?\s+|una?\s+|uma?\s+)?"
_END = r"(?=\W|$|[\u4e00-\u9fff])"
_MADE = (
    r"(?:made|built|created|developed|trained|designed|released|entwickelt|erstellt|trainiert|développée?|créée?"
    r"|entraînée?|desarrollad[oa]|cread[oa]|entrenad[oa]|desenvolvid[oa]|criad[oa]|treinad[oa])"
    r"\s+(?:and\s+\w+\s+)?(?:by|von|par|por|pel[oa])"
)
_SAYS_SO = re.compile(
    rf"{_I_AM}{_ARTICLE}(?:{_MODELS}){_END}"
    rf"|{_NAMED}\s*(?:{_ALSO_WORDS}){_END}"
    rf"|{_I_AM}[^.!?\n]{{0,80}}?{_MADE}\s+(?:{_MAKERS})\b"
    rf"|\bvon\s+(?:{_MAKERS})\s+(?:entwickelt|trainiert|erstellt)\b"
    rf"|由\s?(?:{_MAKERS})\s?(?:开发|训练|创建|研发)",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"\d")


_KEYS = (
    *("claude", "gpt", "google", "palm", "gemma", "llama", "mistral", "mixtral", "qwen", "tongyi", "deepseek", "grok"),
    *("command", "phi-", "ernie", "kimi", "olmo", "nemotron", "internlm", "glm", "yi-", "vicuna", "gemini", "bard"),
    *("copilot", "falcon", "granite", "titan", "nova", "bloom", "dolphin", "hermes", "zephyr", "alpaca", "le chat"),
    *("lechat", "anthropic", "open ai", "openai", "deepmind", "meta", "alibaba", "xai", "x.ai", "microsoft", "cohere"),
    *("baidu", "moonshot", "zhipu", "ibm", "nvidia", "amazon", "tii"),
    *("文心一言", "通义千问", "豆包", "百度", "阿里"),
)
"""One of these is in whatever `_SAYS_SO` finds: to look for them costs a text that holds none next to nothing."""
_BEFORE, _BEHIND, _MOST_KEYS = 160, 60, 50


def names_its_model(text: str, names: Iterable[str] = ()) -> bool:
    """Whether it says which model it is; `names` are those of its own run: model id, version, run."""
    looked_at = (text if len(text) <= 2 * _LOOKED_AT else f"{text[:_LOOKED_AT]}\n{text[-_LOOKED_AT:]}").lower()
    if any(_SAYS_SO.search(part) for key in _KEYS if key in looked_at for part in _around(looked_at, key)):
        return True
    there = tuple(sorted({name.lower() for name in names if name and _last_part(name).lower() in looked_at}))
    own = _pattern(there) if there else None
    return own is not None and bool(own.search(looked_at))


def _around(text: str, key: str) -> Iterator[str]:
    """What stands round each of the first places of a key."""
    at = text.find(key)
    for _place in range(_MOST_KEYS):
        if at < 0:
            return
        yield text[max(at - _BEFORE, 0) : at + len(key) + _BEHIND]
        at = text.find(key, at + len(key))


def _last_part(name: str) -> str:
    return name.rpartition("/")[2].strip()


def _is_no_word(name: str) -> bool:
    """Whether a text would hold the name for no other reason: letters with digits or signs between them."""
    return bool(_DIGIT.search(name)) or "-" in name


@lru_cache(maxsize=32)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str] | None:
    """Whole names, and of `maker/model` what stands behind the slash. One that is a word as well counts only where the
    response says that it is that."""
    parts = {part for name in names for part in (name.strip(), _last_part(name))}
    known = sorted(part for part in parts if len(_LETTER.findall(part)) >= FEWEST_LETTERS)
    if not known:
        return None
    plain = [re.escape(part) for part in known if _is_no_word(part)]
    words = [re.escape(part) for part in known if not _is_no_word(part)]
    said = [rf"(?<!\w)(?:{'|'.join(plain)})(?!\w)"] if plain else []
    called = [rf"{_I_AM}{_ARTICLE}(?:{'|'.join(words)})(?!\w)"] if words else []
    return re.compile("|".join((*said, *called)), re.IGNORECASE)
