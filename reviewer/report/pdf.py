"""The report as PDF: set by Typst from a template of ours and data, never from markup that holds a text from outside.

What it makes is tagged (PDF/UA-1), has bookmarks, and is the same for the same report and the same fonts.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import singledispatch
from html import unescape
from pathlib import Path
from typing import BinaryIO

from reviewer.core import palette
from reviewer.core.errors import EnvironmentFault
from reviewer.report.blocks import (
    Block,
    CaseCells,
    CaseRows,
    DataTable,
    Document,
    Drawing,
    Lead,
    NamedValues,
    Paragraph,
    Points,
    ReportSection,
    Subheading,
    Verbatim,
)
from reviewer.report.document import document
from reviewer.report.facts import RunReport
from reviewer.wording.plain_text import plain_text
from reviewer.wording.plural import counted
from reviewer.wording.scripts import scripts_of
from reviewer.wording.tables import Table

TEMPLATE, PROBE = "report.typ", "probe.typ"
FONTS = ("Noto Sans", "Liberation Sans", "Arial", "DejaVu Sans", "Libertinus Serif")
"""Asked for in this order; what none of them has is looked for in every other font of the machine."""
MOST_CASES = 2000
MOST_TRIES = 4
MOST_CHARACTERS = 4000
"""Of one text on paper."""
LONGEST_WORD = 24
WIDE_CELL, WIDE_FIGURE, LONGEST_CELL = 18, 24, 150
"""Characters: a column of words with a longer text than the first, of figures than the second, shares what is left."""
MOST_ROWS_KEPT = 14
"""A table with no more rows than this stays on one page."""
_LONG_WORD = re.compile(rf"[^\s\u200b/-]{{{LONGEST_WORD + 1},}}")
_MISSING = re.compile(r'error: PDF/UA-1 error: the text `"(.*?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_LABEL, _WIDTH = re.compile(r'aria-label="([^"]*)"'), re.compile(r'<svg [^>]*?width="(\d+)"')

Data = dict[str, object]
Text = str | dict[str, object]


@dataclass(frozen=True)
class PdfForm:
    """A PDF file."""

    suffix: str = ".pdf"
    name: str = "PDF"
    words: str = "pages to print, sign and file"

    def write(self, report: RunReport, out: BinaryIO, templates: Path) -> None:
        """Put the whole report into `out`. Raises EnvironmentFault where the template is missing or cannot be set."""
        out.write(pdf(document(report, MOST_CASES), report, templates))


def pdf(whole: Document, report: RunReport, templates: Path) -> bytes:
    """The file's bytes. Characters that no font here has are named in place and on the first page."""
    at = datetime.fromisoformat(report.created_at)
    missing: frozenset[str] = frozenset()
    for _ in range(MOST_TRIES):
        setting = _Setting(missing)
        data = _data(whole, report, setting)
        _say_missing(data, setting)
        # alone first: one look at every character is cheaper than setting the whole report to find the first
        more = missing_characters(_characters(data), templates) or _compiled(data, templates, at)
        if isinstance(more, bytes):
            return more
        missing |= frozenset(more)
    raise EnvironmentFault("No font on this machine has the characters of this report.", "Choose HTML.")


def _compiled(data: Data, root: Path, at: datetime) -> bytes | list[str]:
    """The file, or characters that could not be set where they stand.

    Nothing but `root`, the folder of templates, and fonts can be read, and packages are nowhere.
    """
    import typst

    try:
        made = _typeset(root / TEMPLATE, {"document": json.dumps(data)}, at)
    except typst.TypstError as error:
        if found := _missing(error.diagnostic):
            return found
        raise EnvironmentFault(
            f"The PDF could not be set: {error}.", "Choose another form, HTML for example."
        ) from error
    return made


def _typeset(template: Path, inputs: dict[str, str], at: datetime) -> bytes:
    """Raises TypstError, and EnvironmentFault where the template is missing from the installation."""
    import typst

    if not template.is_file():
        raise EnvironmentFault(
            f"The report template {template.name} is not in {template.parent}.",
            "Install Reviewer again: its files are incomplete.",
        )
    nowhere = template.parent / "no-packages"
    return typst.compile(
        template,
        root=template.parent,
        sys_inputs=inputs,
        pdf_standards=["ua-1"],
        timestamp=int(at.timestamp()),
        package_path=nowhere,
        package_cache_path=nowhere,
    )


def missing_characters(characters: Sequence[str], root: Path) -> list[str]:
    """Those that no font here has, asked of the one who will set them: PDF/UA-1 names each that it cannot show."""
    import typst

    beyond = [each for each in characters if ord(each) > 0x7E]
    if not beyond:
        return []
    inputs = {"document": json.dumps(beyond), "fonts": json.dumps(FONTS)}
    try:
        _typeset(root / PROBE, inputs, datetime.fromtimestamp(0, UTC))
    except typst.TypstError as error:
        return _missing(error.diagnostic)
    return []


def _missing(diagnostic: str) -> list[str]:
    """The characters that an error of Typst names."""
    shown = "".join(_MISSING.findall(diagnostic))
    return sorted(set(_ESCAPED.sub(lambda match: chr(int(match[1], 16)), shown)) - {" "})


def _characters(data: object) -> list[str]:
    """Each that stands in a text or a chart, in code-point order."""
    found: set[str] = set()
    waiting = [data]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            found.update(each)
        elif isinstance(each, Mapping):
            waiting += each.values()
        elif isinstance(each, list | tuple):
            waiting += each
    return sorted(found)


class _Setting:
    """Makes texts fit for paper: bounded, breakable, and with a word in place of what no font has."""

    def __init__(self, missing: frozenset[str]) -> None:
        self.missing: dict[str, int] = {}
        """Name of a script or kind → characters of it that were left out."""
        run = "".join(re.escape(each) for each in sorted(missing))
        self._missing = re.compile(f"[{run}](?:[{run}\\s]*[{run}])?") if missing else None

    def text(self, plain: str) -> Text:
        whole = unicodedata.normalize("NFC", plain.encode("utf-8", "replace").decode())
        if len(whole) > MOST_CHARACTERS:
            more = f"{len(whole) - MOST_CHARACTERS:,}"
            whole = f"{whole[:MOST_CHARACTERS]}… ({more} more characters are in the JSON report)"
        if self._missing is not None:
            whole = self._missing.sub(self._named, whole)
        broken = _LONG_WORD.sub(_breakable, whole)
        return {"s": broken, "rtl": True} if _runs_from_the_right(broken) else broken

    def _named(self, found: re.Match[str]) -> str:
        characters = [each for each in found.group() if not each.isspace()]
        names = list(dict.fromkeys(map(script_name, characters)))
        for each in characters:
            self.missing[script_name(each)] = self.missing.get(script_name(each), 0) + 1
        return f"[{', '.join(names)}: {counted(len(characters), 'character')}]"

    def texts(self, plain: Sequence[str]) -> list[Text]:
        return [self.text(each) for each in plain]


def script_name(character: str) -> str:
    """`Chinese characters`, `emoji`, `signs` for what belongs to no script."""
    scripts = scripts_of(character)
    if scripts:
        return scripts[0].name
    if character >= "\U0001f000":
        return "emoji" if unicodedata.category(character) == "So" else "other characters"
    return "other characters" if character.isalpha() else "signs"


def _breakable(found: re.Match[str]) -> str:
    """A word that would leave the page may break every few characters; what is copied from it stays whole."""
    word = found.group()
    return "\u200b".join(word[at : at + LONGEST_WORD] for at in range(0, len(word), LONGEST_WORD))


def _runs_from_the_right(text: str) -> bool:
    """Most of its letters do; a sentence of ours that begins with such a name still runs from the left."""
    kinds = [kind for each in text[:200] if (kind := unicodedata.bidirectional(each)) in ("L", "R", "AL")]
    return 2 * kinds.count("L") < len(kinds)


def _data(whole: Document, report: RunReport, setting: _Setting) -> Data:
    theme = palette.LIGHT
    many = len(whole.sections) > 1
    return {
        "title": _string(setting.text(whole.title)),
        "lang": "en",
        "foot": _string(setting.text(plain_text(f"{report.run} on {report.suite}, {report.created_at[:10]}"))),
        "fonts": FONTS,
        "contents": "Contents",
        "colours": {name: getattr(theme, name) for name in ("ink", "muted", "hairline", "shade")},
        "parts": [_part(each, setting, contents=many and at == 0) for at, each in enumerate(whole.sections)],
    }


def _string(text: Text) -> str:
    return text if isinstance(text, str) else str(text["s"])


def _part(section: ReportSection, setting: _Setting, *, contents: bool) -> Data:
    return {
        "title": setting.text(section.title),
        "sheet": section.sheet,
        "contents": contents,
        "blocks": [_shown(each, setting) for each in section.blocks],
    }


def _say_missing(data: Data, setting: _Setting) -> None:
    """On the first page: which scripts are not set, and where they can be read."""
    parts = data["parts"]
    if not setting.missing or not isinstance(parts, list) or not parts:
        return
    what = ", ".join(f"{name} ({counted(n, 'character')})" for name, n in setting.missing.items())
    sentence = (
        f"No font on the machine that made this file has: {what}. They are named in brackets; HTML has the texts."
    )
    parts[0]["blocks"].append({"kind": "paragraph", "quiet": True, "text": sentence})


@singledispatch
def _shown(block: Block, setting: _Setting) -> Data:
    """A block as the template takes it."""
    raise TypeError(block)


@_shown.register
def _(block: Subheading, setting: _Setting) -> Data:
    return {"kind": "heading", "text": setting.text(block.text)}


@_shown.register
def _(block: Paragraph, setting: _Setting) -> Data:
    return {"kind": "paragraph", "text": setting.text(block.text), "quiet": block.quiet}


@_shown.register
def _(block: Lead, setting: _Setting) -> Data:
    return {"kind": "lead", "text": setting.text(block.text), "beside": setting.text(block.beside)}


@_shown.register
def _(block: Points, setting: _Setting) -> Data:
    return {"kind": "points", "items": setting.texts(block.items)}


@_shown.register
def _(block: NamedValues, setting: _Setting) -> Data:
    return {"kind": "pairs", "rows": [setting.texts(row) for row in block.rows]}


@_shown.register
def _(block: Verbatim, setting: _Setting) -> Data:
    return {"kind": "verbatim", "text": setting.text(block.text)}


@_shown.register
def _(block: Drawing, setting: _Setting) -> Data:
    return {"kind": "chart", **_picture(block.svg)}


@_shown.register
def _(block: DataTable, setting: _Setting) -> Data:
    table = block.table
    return {
        "kind": "table",
        "head": setting.texts(table.headings),
        "rows": [setting.texts(row) for row in table.rows],
        "figures": [at >= table.n_text and _holds_figures(table, at) for at in range(len(table.headings))],
        "widths": _widths(table) if block.wide else [0] * len(table.headings),
        "kept": len(table.rows) <= MOST_ROWS_KEPT and sum(len(cell) for row in table.rows for cell in row) < 3000,
        "size": 8.5 if len(table.headings) > 4 else 9.5,
    }


@_shown.register
def _(block: CaseRows, setting: _Setting) -> Data:
    """Equal strips are one picture."""
    pictures = {svg: at for at, svg in enumerate(dict.fromkeys(row.picture for row in block.rows))}
    return {
        "kind": "cases",
        "head": ["Request", "Label, band, final", "Final action, decided by"],
        "pictures": [_picture(svg) for svg in pictures],
        "rows": [_case(row, pictures[row.picture], setting) for row in block.rows],
    }


def _holds_figures(table: Table, at: int) -> bool:
    """Sentences are set from the left even in a column behind the words."""
    return max((len(row[at]) for row in table.rows), default=0) <= WIDE_FIGURE


def _widths(table: Table) -> list[int]:
    """0 for a column that is as wide as its text, else its share of what is left: long texts may take more lines."""
    longest = [max(map(len, column)) for column in zip(table.headings, *table.rows, strict=True)]
    fits = [WIDE_CELL if at < table.n_text else WIDE_FIGURE for at in range(len(longest))]
    return [0 if n <= fit else round(10 * min(n, LONGEST_CELL) ** 0.7) for n, fit in zip(longest, fits, strict=True)]


def _picture(svg: str) -> Data:
    """The SVG with the fonts of the page, its alternative text and its width in pixels."""
    label, width = _LABEL.search(svg), _WIDTH.search(svg)
    fonts = ", ".join(FONTS)
    return {
        "svg": svg.replace("<svg ", f'<svg font-family="{fonts}" ', 1),
        "alt": unescape(label[1]) if label else "",
        "width": int(width[1]) if width else 0,
    }


def _case(row: CaseCells, picture: int, setting: _Setting) -> Data:
    verdict = f"{row.verdict} · {row.decided_by}" if row.verdict else row.decided_by
    return {
        "key": setting.text(row.key),
        "category": setting.text(row.category),
        "request": setting.text(row.request),
        "said": setting.texts(row.said),
        "picture": picture,
        "best": setting.text(row.best),
        "finals": setting.texts(row.finals),
        "verdict": setting.text(verdict),
    }
