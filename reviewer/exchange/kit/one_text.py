"""A request and a response in one text under names, as annotation tasks show them: `Prompt: …`, `Response: …`.

Only a whole text that begins with a name of the one side and goes on with one of the other is read apart, and only
where something follows the last name: examples before a question that is still open stay one request.
"""

from __future__ import annotations

import html
import re

_ASKED = (
    "prompt|request|question|query|instruction|input|user prompt|user|human|q|customer"
    "|frage|anfrage|eingabe|nutzer|pregunta|usuario|pergunta|requête|utilisateur|вопрос|问题|用户|提示|質問|질문"
)
_SAID = (
    "response|answer|completion|output|reply|model response|model output|model answer|assistant|bot|ai|model|a|chatbot"
    "|antwort|ausgabe|respuesta|resposta|réponse|ответ|回答|回复|答案|助手|応答|답변|응답"
)
_NAME = rf"(?:(?P<asked>{_ASKED})|(?P<said>{_SAID}))"
_AT_LINE = re.compile(rf"^[ \t#*_>\[(]*{_NAME}[\])*_ \t]*[:：][*_]*[ \t]*", re.IGNORECASE | re.MULTILINE)
_IN_LINE = re.compile(r"\A(?:Q|Question)[:：] (?P<asked>[^\n]+?) (?:A|Answer)[:：] (?P<said>[^\n]+)\Z", re.DOTALL)
_BREAKS = re.compile(r"<br\s*/?>|</(?:p|div|li|h[1-6])>", re.IGNORECASE)
_MARKS = re.compile(r"</?(?:p|div|b|i|u|em|strong|span|li|ul|h[1-6])(?:\s[^<>]{0,200})?>", re.IGNORECASE)
_MOST_CHARACTERS = 200_000


def apart(text: str) -> tuple[list[object], str] | None:
    """The messages before the last answer, and that answer; None where the text is not of this form."""
    if len(text) > _MOST_CHARACTERS:
        return None
    plain = _without_marks(text).strip()
    one = _IN_LINE.match(plain)
    if one:
        return [_turn("user", one["asked"])], one["said"].strip()
    found = list(_AT_LINE.finditer(plain))
    if len(found) < 2 or found[0].start() != 0:
        return None
    ends = [each.start() for each in found[1:]] + [len(plain)]
    turns = [
        _turn("user" if each["asked"] else "assistant", plain[each.end() : end].strip())
        for each, end in zip(found, ends, strict=True)
    ]
    if [turn["role"] for turn in turns] != ["user", "assistant"] * (len(turns) // 2) or not all(
        turn["content"] for turn in turns
    ):
        return None
    return list(turns[:-1]), turns[-1]["content"]


def _without_marks(text: str) -> str:
    """Without the marks of a page, where it has breaks of one."""
    if not _BREAKS.search(text):
        return text
    return html.unescape(_MARKS.sub("", _BREAKS.sub("\n", text)))


def _turn(role: str, text: str) -> dict[str, str]:
    return {"role": role, "content": text.strip()}
