"""What reasoning, and an answer after it, are called in other languages than English, as alternatives of a pattern."""

from __future__ import annotations

import re
from itertools import chain

_THOUGHTS = {
    "German": ("denkprozess", "gedanken(?:gang)?", "überlegung(?:en)?", "nachdenken"),
    "Dutch": ("gedachten", "gedachte(?:gang)?", "redenering", "overweging(?:en)?"),
    "Swedish": ("tankar", "tankegång", "resonemang"),
    "French": ("réflexion", "raisonnement", "pensées?"),
    "Spanish": ("razonamiento", "pensamientos?"),
    "Portuguese": ("raciocínio", "pensamentos?"),
    "Italian": ("ragionamento", "pensier[oi]", "riflessione"),
    "Polish": ("rozumowanie", "przemyślenia"),
    "Russian": ("рассуждени[ея]", "размышлени[ея]", "ход мыслей", "мысли"),
    "Ukrainian": ("роздуми", "міркування"),
    "Turkish": ("düşünce(?:ler)?", "düşünme"),
    "Vietnamese": ("suy nghĩ",),
    "Indonesian": ("pemikiran",),
    "Chinese": ("思考(?:过程|過程)?", "推理(?:过程|過程)", "思维链"),
    "Japanese": ("思考プロセス", "推論", "考え"),
    "Korean": ("생각", "추론", "사고 ?과정"),
    "Arabic": ("التفكير", "تفكير"),
    "Hindi": ("सोच", "विचार"),
}
_ANSWERS = {
    "German": ("(?:endgültige )?antwort",),
    "Dutch": ("antwoord",),
    "Swedish": ("svar",),
    "French": ("réponse(?: finale)?",),
    "Spanish": ("respuesta(?: final)?",),
    "Portuguese": ("resposta(?: final)?",),
    "Italian": ("risposta(?: finale)?",),
    "Polish": ("odpowiedź",),
    "Russian": ("(?:окончательный |итоговый )?ответ",),
    "Ukrainian": ("відповідь",),
    "Turkish": ("yanıt", "cevap"),
    "Vietnamese": ("(?:câu )?trả lời",),
    "Indonesian": ("jawaban",),
    "Chinese": ("(?:最终|最終)?(?:回答|答案|回复|回覆|答复|答覆)",),
    "Japanese": ("答え", "最後の回答"),
    "Korean": ("(?:최종 ?)?(?:답변|대답)",),
    "Arabic": ("الإجابة", "الجواب", "الرد"),
    "Hindi": ("उत्तर", "जवाब"),
}
# The beginning of each up to what may be missing or other: it stands in whatever the word finds.
_BEGINNINGS = tuple(re.split(r".\?|[(\[]", word)[0] for word in chain.from_iterable(_THOUGHTS.values()))
_ASCII_BEGINNINGS = tuple(filter(str.isascii, _BEGINNINGS))
THOUGHTS = "|".join(chain.from_iterable(_THOUGHTS.values()))
ANSWERS = "|".join(chain.from_iterable(_ANSWERS.values()))
TAGS = f"{THOUGHTS}|denken|pensando|berpikir|suy_nghĩ".replace(" ", "[ _-]")
"""Some name an element and stand over no section."""


def may_name_thoughts(folded: str) -> bool:
    """Whether one of THOUGHTS can stand in a text in small letters; quicker than to look for them, and never False
    where one does.
    """
    return any(map(folded.__contains__, _ASCII_BEGINNINGS if folded.isascii() else _BEGINNINGS))
