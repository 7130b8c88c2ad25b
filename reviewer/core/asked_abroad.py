"""The words of other languages than English by which a request asks for what would else be no response."""

from __future__ import annotations

import re

FAULT = re.compile(
    r"fehler\w*|\berreurs?\b|\berrore?s?\b|\berros?\b|\bfout\w*|\bbł[ęą]d\w*|\bhata\w*|virhe\w*|felmeddel\w*"
    r"|fejl\w*|feilmeld\w*"
    r"|chyb[auy]\w*|ошибк\w*|помилк\w*|错误|报错|提示语|提示信息|錯誤|報錯|エラー|오류|에러|خطأ|שגיאה|lỗi|त्रुटि",
    re.I,
)
_NUMBER = (
    r"(?:\d|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwanzig|hundert|tausend|deux|trois|quatre|cinq|six"
    r"|sept|huit|neuf|dix|vingt"
    r"|cent|mille|dos|tres|cuatro|cinco|seis|siete|sete|ocho|oito|nueve|nove|diez|dez|veinte|vinte|cien|cem|mil"
    r"|due|tre|quattro"
    r"|cinque|sei|sette|otto|dieci|venti|cento|два|три|четыре|пять|шесть|семь|восемь|девять|десять"
    r"|двадцать|сто|[一二三四五六七八九十百千两])"
)
AGAIN = re.compile(
    rf"{_NUMBER}[ \u00a0]?(?:mal|fois|veces|vezes|volte|keer|gånger|gang(?:er|e)|razy|krát|kere|kez|раза?|回"
    rf"|次|遍|번"
    r"|\u0e04\u0e23\u0e31\u0e49\u0e07|\u092c\u093e\u0930|\u0645\u0631(?:\u0627\u062a|\u0629))"
    r"|wiederhol\w*|rép[eèé]t\w*|\brepit\w*|\brepet\w*|ripet\w*|herhaal\w*|uppreper\w*|powtórz\w*|tekrar\w*"
    r"|повтор\w*|мантр\w*"
    r"|lach\w*|\brires?\b|\brisas?\b|сме[хйя]\w*|笑|重复|重複|繰り返|반복|웃|หัวเราะ|ซ้ำ|كرر|testdaten",
    re.I,
)
DRAWN = re.compile(
    r"zeichn\w*|dessin\w*|dibuj\w*|desenh\w*|disegn\w*|teken\w*|rysuj|нарису\w*|画|描|绘|繪|그려|그림|ارسم|ascii",
    re.I,
)
SIGN = re.compile(
    r"zeichen|\bsignes?\b|\bsignos?\b|s[ií]mbol[oe]s?|\bsinal\b|\bsinais\b|\bsegn[oi]\b|\bznak\w*|\bteken\w*|tecken"
    r"|\bзнак\w*|символ\w*|符号|符號|记号|記号|标记|トークン|기호|토큰|رمز|علامة",
    re.I,
)
PLACE = re.compile(
    r"\bpfad\w*|\bdatei\w*|\bchemin|\bfichier|\bruta\b|\barchivo|\bcaminho|\barquivo|\bpercorso|\bpad\b|\bbestand"
    r"|\bsökväg|\bścieżk"
    r"|\bplik|\bпуть|\bфайл|路径|路徑|文件|パス|ファイル|경로|파일|مسار|ملف",
    re.I,
)
EMPTY = re.compile(
    r"\bleere?[snmr]?\b|\bleeg\b|\bvides?\b|\bvac[ií][oa]s?\b|\bvazi[oa]s?\b|\bvuot[oaie]\b|\bпуст\w*|\bpust\w*"
    r"|\btomt?a?\b|\bboş\b|空|빈",
    re.I,
)
# in English, too
TRANSLATE = re.compile(
    r"translat\w*|übersetz\w*|tradui\w*|traduc\w*|traduz\w*|tradurre|vertaal\w*|översätt\w*|oversæt\w*"
    r"|oversett\w*|tłumacz\w*"
    r"|přelož\w*|\bfordíts\w*|çevir\w*|перевед\w*|переклад\w*|翻译|翻譯|译成|訳|번역|ترجم|תרגם|dịch|terjemah\w*"
    r"|अनुवाद|แปล",
    re.I,
)
# what something is called: a word for a fault answers it
NAME = re.compile(
    r"\b(?:what(?:'s| is| are| do(?:es)?)?\b[^.?\n]{0,80}\b(?:called|call|name|term|word)|which (?:error"
    r"|status|message|fault)"
    r"|wie (?:heißt|heissen|heißen|nennt man|lautet)|comment (?:s['’]appelle"
    r"|appelle|dit)|c[oó]mo se (?:llama|dice)"
    r"|como se (?:chama|diz)|come si (?:chiama|dice)|hoe (?:heet|noem)"
    r"|jak (?:się )?nazywa|как (?:называется|зовут|будет)"
    r"|ne denir|adı ne|(?:phát|gọi|tên|nghĩa) (?:là|của)|apa (?:nama|sebutan"
    r"|istilah)|disebut apa)"
    r"|ماذا (?:يسمى|تسمى)|ما اسم|क्या (?:कहते|कहा)|叫(?:什么|什麼|做什)|何と(?:い[いう]|言[いう]|呼)"
    r"|뭐라고|이름",
    re.I,
)
_ENGLISH = re.compile(r"\b(?:the|a|an|of|to|in|is|are|my|me|and|for|with)\b", re.I)
_QUESTION = ("?", "\uff1f", "\u061f", "\u037e")


def is_question_abroad(prompt: str) -> bool:
    """Whether it asks a question that is not in English, so that no words of ours tell what would answer it."""
    return any(mark in prompt for mark in _QUESTION) and _ENGLISH.search(prompt) is None
