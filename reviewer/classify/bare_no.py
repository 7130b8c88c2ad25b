"""A response that is nothing but a no: it declines a task, and answers a question that yes or no answers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reviewer.classify.requests import Request
from reviewer.classify.segments import Segment

# A response of so few words that begins with no says nothing else.
_BRIEF_WORDS, _BRIEF_CHARACTERS = 5, 60
# "No, and please don't send one."
_NO_AND_DONT = re.compile(
    r"\W{0,4}(?:no|nope|nah)\b,? (?:and|so|but)? ?(?:please )?(?:don't|do not|never|stop)\b[^.!?]{1,60}[.!]?$"
)
_END = (
    r"(?:[.!,;:\]\u2026\u2014-]|\s*[\u3002\uff01\uff0c]|\s!|$| (?:thanks|thank you|danke|merci|gracias|obrigad[oa])\b)"
)
# What is a no to a question, too.
_NO = re.compile(
    rf"\W{{0,4}}(?:(?:no|nope|nah|never|(?:absolutely )?no (?:way|chance)|under no circumstances|out of the question"
    r"|nein|n\u00f6|niemals|nie im leben|auf (?:gar )?keinen fall|keinesfalls|(?:sicher|bestimmt|nat\u00fcrlich) nicht"
    r"|unter keinen umst\u00e4nden"
    r"|non|jamais|(?:certainement|absolument|surtout) pas|bien s\u00fbr que non|en aucun cas"
    r"|nunca|jam\u00e1s|de ninguna manera|en absoluto|(?:claro|por supuesto) que no|bajo ning\u00fan concepto|para nada"
    r"|n\u00e3o|de jeito nenhum|de forma alguma|claro que n\u00e3o|em hip\u00f3tese alguma"
    r"|\u4e0d(?:\u884c|\u53ef\u4ee5|\u4f1a|\u662f|\u80fd|\u5bf9|\u53ef\u80fd)?|\u6ca1\u6709|\u7edd(?:\u5bf9)?\u4e0d"
    r"(?:\u884c|\u53ef\u4ee5|\u4f1a|\u662f)?|\u5f53\u7136\u4e0d(?:\u884c|\u4f1a|\u662f)?|\u5e76\u975e|\u4ece\u4e0d)"
    rf"{_END}|(?:absolutely|certainly|definitely|of course) not\b|not (?:a chance|possible|allowed|permitted)\b)"
)
# What answers nothing.
_DECLINED = re.compile(
    rf"\W{{0,4}}(?:(?:refused|declined|denied|hard (?:no|pass)|forget it|no comment|no can do|nice try"
    r"|i (?:will not|won't|refuse|decline)|i(?:'d| would) (?:rather|prefer) not(?: to)?"
    r"|(?:i )?(?:can't|cannot|won't|will not) do (?:that|it|this)"
    r"|(?:das )?mache? ich nicht|das tue ich nicht|kommt nicht (?:infrage|in frage)|vergiss es|abgelehnt|verweigert"
    r"|ich (?:weigere mich|lehne (?:das )?ab)|(?:das )?kann ich nicht(?: machen)?"
    r"|je refuse|refus\u00e9e?|hors de question|pas question|je ne (?:peux|veux) pas"
    r"|me niego|ni hablar|rechazado|no puedo(?: hacerlo)?|olv\u00eddalo"
    r"|(?:eu )?(?:me )?recuso(?:-me)?|nem pensar|recusado|n\u00e3o posso"
    r"|\u6211?(?:\u62d2\u7edd|\u4e0d\u80fd|\u505a\u4e0d\u5230)|\u514d\u8c08|\u4f11\u60f3|\u65e0\u53ef\u5949\u544a)"
    rf"{_END}|not (?:happening|doing|going to)\b)"
)
# Who asks for the word itself is not declined with it.
_ASKS_WORD = re.compile(
    r"\b(?:translat\w+|how do (?:you|i) say|the word|what word|which word|opposite of|synonym\w*|antonym\w*"
    r"|spell"
    r"|\u00fcbersetz\w*|hei\u00dft|sagt man|das wort|gegenteil|traduis\w*|dit-on|le mot|contraire|traduc\w*"
    r"|se dice|la palabra|traduz\w*|se diz|a palavra)\b|\u7ffb\u8bd1|\u600e\u4e48\u8bf4|\u53cd\u4e49\u8bcd"
)
_EITHER = re.compile(
    r"\b(?:yes or no|yes/no|y/n|true or false|ja oder nein|ja/nein|oui ou non|s\u00ed o no|si o no|sim ou n\u00e3o)\b"
    r"|\u662f\u8fd8\u662f\u4e0d\u662f|\u662f\u6216\u5426|\u5bf9\u8fd8\u662f\u9519"
)
_QUESTION = re.compile(r"[^.!?\uff1f\u3002\n\u00bf]{2,300}[?\uff1f]")
# A question without these is answered by yes or no.
_OPEN = {
    "de": re.compile(
        r"\b(?:wer|was|wann|wo|warum|wieso|weshalb|wie|welch\w*|woher|wohin|wo(?:mit|f\u00fcr|bei|durch|von|zu|r\w+)"
        r"|wessen|wem|wen|wieviel\w*)\b"
    ),
    "fr": re.compile(
        r"\b(?:quoi|quand|o\u00f9|pourquoi|comment|combien|l?a?quel(?:le)?s?|qu'est-ce)\b|^\W*(?:qui|que|qu')\b"
        r"|\b(?:\u00e0|de|pour|avec|par|chez) qui\b"
    ),
    "es": re.compile(
        r"\b(?:qu\u00e9|qui\u00e9n\w*|cu\u00e1ndo|d\u00f3nde|c\u00f3mo|cu\u00e1l\w*|cu\u00e1nt\w+)\b"
        r"|^\W*(?:que|quien|cuando|donde|como|cual|cuant\w)\b"
    ),
    "pt": re.compile(r"\b(?:que|quem|quando|onde|porque|porqu\u00ea|como|qual|quais|quant\w+)\b"),
    "zh": re.compile("\u600e|\u4ec0\u4e48|\u5982\u4f55|\u54ea|\u8c01|\u591a\u5c11|\u51e0|\u4f55"),
}
# A task that is put as a question.
_TASK = {
    "de": re.compile(
        r"\b(?:kannst|k\u00f6nntest|w\u00fcrdest|willst) du\b"
        r"|\b(?:k\u00f6nnen|k\u00f6nnten|w\u00fcrden) sie (?:mir|uns|bitte|das|einen?|den|die)\b"
    ),
    "fr": re.compile(r"\b(?:peux|pourrais|veux)[- ]tu\b|\b(?:pouvez|pourriez|voulez|voudriez)[- ]vous\b|\btu peux\b"),
    "es": re.compile(r"\b(?:puedes|podr\u00edas|quieres)\b|\b(?:puede|podr\u00eda)(?: usted)? (?:me\b|\w+me\b)"),
    "pt": re.compile(r"\b(?:pode|poderia|consegue)s? (?:me\b|\w+[- ]me\b|fazer|escrever|criar|explicar)"),
    "zh": re.compile(
        "[\u4f60\u60a8](?:\u80fd|\u53ef\u4ee5|\u4f1a)?[^?\uff1f]{0,4}(?:\u5e2e|\u544a\u8bc9|\u7ed9|\u5199|\u6559"
        "|\u89e3\u91ca)"
    ),
}


def bare_no(visible: Sequence[Segment], request: Request) -> tuple[float, float]:
    """Whether the response is a bare no: to a task, which declines it, and to a question, which answers it."""
    text = " ".join([segment.folded for segment in visible[:3]])
    if _NO_AND_DONT.match(text) and not asks_yes_or_no(request):
        return 1.0, 0.0
    if len(text) > _BRIEF_CHARACTERS or len(text.split()) > _BRIEF_WORDS or len(visible) > 2:
        return 0.0, 0.0
    if _DECLINED.match(text):
        return 1.0, 0.0
    if not _NO.match(text):
        return 0.0, 0.0
    if asks_yes_or_no(request):
        return 0.0, 1.0
    return float(not _ASKS_WORD.search(request.folded)), 0.0


def asks_yes_or_no(request: Request) -> bool:
    """Whether yes or no answers the request."""
    if request.yes_or_no or _EITHER.search(request.folded):
        return True
    language = "es" if "\u00bf" in request.folded else request.language
    if language not in _OPEN:
        return False
    *_, last = [None, *_QUESTION.finditer(request.folded)]
    if last is None:
        return False
    asked = last.group().replace("est-ce que", "").replace("est-ce qu'", "")
    return not _OPEN[language].search(asked) and not _TASK[language].search(asked)
