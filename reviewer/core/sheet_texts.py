"""What a spreadsheet, a statistics program or a data set's keeper leaves in a cell where a response should stand."""

from __future__ import annotations

import re

_SHORT, _LONGEST = 60, 400
# Errors of cells in whatever language the program speaks: "#VALUE!", "#¡NULO!", "#ЗНАЧ!"; some have no mark at the end.
_ERROR = re.compile(
    r"(?:#[\u00a1\u00bf]?[^\W\d_][\w/ ]{1,20}[!?]|#(?:DIV|DEEL|DZIEL|SAYI|\u0414\u0415\u041b|JAKO)/0!"
    r"|#(?:YOK|N/B|I/T|N/D|N/DISP|\u041d/\u0414|HI\u00c1NYZIK|NEN\u00cd_K_DISPOZICI|REFERENS|SAKNAS!)|[Ee][Rr][Rr]:5\d\d)"
)
# A formula that asks a model, or any other, which nothing evaluated.
_FORMULA = re.compile(r"=\s?[A-Z][A-Z0-9_.]{1,30}\(.*\)\s*", re.S)
_NOTHING = re.compile(
    r"na_(?:character|integer|real|complex)_|-?1\.#(?:ind|q?nan|inf|snan)\d{0,3}|-?nan\(ind\)"
    r"|(?:std::)?null(?:opt|ptr)"
    r"|(?:1900-01-00|0000-00-00|0001-01-01|1/0/1900)(?:[t ]00:00:00(?:\.0+)?z?)?"
    r"|(?:\d{1,3} ?[=.:] ?)?(?:ns/nc|ns/nr|dk/(?:na|nr|ref)|kA/wn)"
)
_KEPT_BACK = re.compile(
    r"[\[<({*]{1,3}\s*(?:"
    r"(?:pii|phi|personal(?:[ _](?:data|info\w*|details))?|sensitive[ _](?:data|info\w*)|identif\w+[ _]info\w*)[ _-]"
    r"(?:was[ _]|has[ _]been[ _])?(?:removed|redacted|masked|withheld|deleted|hidden|anonymi[sz]ed|scrubbed"
    r"|suppressed)"
    r"|(?:removed|redacted|withheld|hidden|suppressed|omitted|deleted)[ _](?:by|at the request of|for|per)[ _]"
    r"(?:the )?(?:data ?set|data|annotat\w*|owner|curator\w*|maintainer\w*|authors?|legal"
    r"|licen[sc]e)[^\]>)}*\n]{0,40}"
    r")\s*[.!]?\s*[\]>)}*]{1,3}"
    # what annotators note
    r"|[\[(]\s*(?:annotator|rater|labell?er|editor|qa)\b[^\]\n:]{0,20}:[^\]\n]{0,120}"
    r"\b(?:nothing|skipp\w*|empty|missing|blank|not shown|re-?run)\b[^\]\n]{0,80}[\])]",
    re.I,
)


def is_cell_error(text: str) -> bool:
    """The error of a cell, or a formula as it was written."""
    if len(text) <= _SHORT and text[0] in "#eE":
        return (text == text.upper() or text[0] != "#") and _ERROR.fullmatch(text) is not None
    return text[0] == "=" and len(text) <= _LONGEST and _FORMULA.fullmatch(text) is not None


def is_cell_without_value(text: str) -> bool:
    """The mark of a missing value as statistics programs write it, a date that is none, a survey's "don't know"."""
    return len(text) <= _SHORT and _NOTHING.fullmatch(text.lower()) is not None


def is_kept_back(text: str) -> bool:
    """That whoever made the data took the text out."""
    return len(text) <= _LONGEST and text[0] in "[<({*" and _KEPT_BACK.fullmatch(text) is not None
