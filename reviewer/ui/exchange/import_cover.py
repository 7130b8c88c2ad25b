"""Texts of a file that is about to be imported, while they are covered: rows of the categories that the reviewer chose,
and rows of which the file does not say the category."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QPlainTextEdit, QPushButton

from reviewer.exchange.kit.field_names import KNOWN_NAMES, NO_RESPONSE_WORDS, OF_CASES, OF_RESPONSES, RESPONSE_WORDS
from reviewer.exchange.kit.preview import LabelValue, TablePreview
from reviewer.exchange.kit.records import ColumnUse, LabelWord
from reviewer.exchange.kit.sources import folded
from reviewer.ui.kit.cover import COVERED
from reviewer.ui.kit.keymap import key_of, with_key
from reviewer.ui.kit.session import Session

SHOWS = "cases.uncover"
"""The command whose key uncovers here too."""
_TEXTS = frozenset({"prompt", "messages", "system", "rationale", "response", "reasoning", "error"})
PLAIN = frozenset({*OF_CASES, *OF_RESPONSES} - _TEXTS)
"""Fields that hold no text to be covered."""
_WORDS_OF = frozenset({"label", "rating", "action"})
"""Fields of one word each, unless the wrong column is read as one."""
_QUOTED = re.compile(r"(?<!\w)(?:'(?:[^'\\]|\\.)*(?:'|$)|\"(?:[^\"\\]|\\.)*(?:\"|$)|“[^”]*(?:”|$))")
"""What a sentence quotes of a file, also where the quotation was cut off."""
_WORD = re.compile(r"[\x21-\x3e\x40-\x7e]{0,24}")
"""One word in Latin letters that asks nothing; other scripts write a request without a blank."""
_NUMBER = re.compile(r"[A-Za-z]|[\w.-]*\d[\w.-]*", re.ASCII)
"""Part of a name: a letter, a number, a version."""
_NAME_WORDS = RESPONSE_WORDS | NO_RESPONSE_WORDS | {word for name in KNOWN_NAMES for word in name.split("_")}


def is_name(untrusted_text: str) -> bool:
    """Whether it can only be a column's name: words that name fields, as `Model A response`. Any other word may be a
    request.
    """
    return folded(untrusted_text) in KNOWN_NAMES or all(map(_names_a_field, untrusted_text.lower().split()))


def are_names(columns: Sequence[str]) -> bool:
    """Whether a first row is one of names, and no row of texts: two of them or more are names that files are known to
    give to fields.
    """
    return sum(folded(column) in KNOWN_NAMES for column in columns) > 1


def readable_words(values: Iterable[LabelValue | LabelWord]) -> frozenset[str]:
    """Of what stands in a column of labels what is no request: what names an action, and a lone word that several rows
    have.
    """
    return frozenset(
        word
        for each in values
        for word in (each.value if isinstance(each, LabelValue) else each.word,)
        if each.action is not None or (each.n > 1 and _WORD.fullmatch(word))
    )


def _names_a_field(word: str) -> bool:
    return _NUMBER.fullmatch(word) is not None or all(part in _NAME_WORDS for part in re.split("[-_]", word))


class ImportCover(QObject):
    """Of one import dialog. `changed` comes when texts are covered or shown; another file begins covered."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._is_open = session, False
        self._names: frozenset[str] = frozenset()
        session.cover.changed.connect(self.begin)

    @property
    def is_on(self) -> bool:
        return self._session.cover.covers_any and not self._is_open

    def hides(self, category: str | None) -> bool:
        """Whether a text is covered; `category` None where the file does not say."""
        return self.is_on and (category is None or self._session.cover.covers(category))

    def word(self, untrusted_text: str, *, known: bool = False) -> str:
        """A label's word, `known` where it is one of `readable_words`; else a text of a wrong column, and what stands
        for that.
        """
        return COVERED if self.is_on and not known else untrusted_text

    def take_names(self, columns: Sequence[str]) -> None:
        """What the columns of the file are called: in a row of names a lone word is one, too."""
        words = columns if are_names(columns) else ()
        self._names = frozenset(word for word in words if _WORD.fullmatch(word))

    def name(self, untrusted_text: str) -> str:
        """A column's name, or what stands for it where it may be a text: the first row of a file without names is read
        as names.
        """
        return COVERED if self.is_on and not self._is_readable(untrusted_text) else untrusted_text

    def _is_readable(self, untrusted_text: str) -> bool:
        return untrusted_text in self._names or is_name(untrusted_text)

    def sentence(self, said: str) -> str:
        """Of a sentence about the file its own words, and what it quotes as far as that is the name of a column."""
        return _QUOTED.sub(self._quoted, said) if self.is_on else said

    def _quoted(self, found: re.Match[str]) -> str:
        return found[0] if self._is_readable(found[0][1:-1]) else COVERED

    def begin(self) -> None:
        """Another file, or other categories: what was shown is covered again."""
        self._is_open = False
        self.changed.emit()

    def show_texts(self, categories: Iterable[str | None]) -> None:
        """Show the texts of this file; those that are known to be of a covered category are counted."""
        cover = self._session.cover
        for category in categories:
            if self.is_on and category is not None and cover.covers(category):
                self._session.count_uncovered(category, 1)
        self._is_open = True
        self.changed.emit()

    def ledger(
        self, lines: Sequence[ColumnUse], preview: TablePreview | None = None, words: Iterable[LabelWord] = ()
    ) -> list[ColumnUse]:
        """A ledger whose examples are of rows that are not covered; a table's rows are those of its `preview`."""
        if not self.is_on:
            return list(lines)
        found: dict[str, str] = {}
        known = readable_words(words if preview is None else preview.labels)
        if preview is not None:
            rows = [
                row
                for row, category in zip(preview.rows, table_categories(preview), strict=True)
                if not self.hides(category)
            ]
            for at, column in enumerate(preview.columns):
                found[column] = next((row[at] for row in rows if row[at]), COVERED)
        return [
            replace(line, example=self._example(line, found.get(line.name, COVERED), known)) if line.example else line
            for line in lines
        ]

    def _example(self, line: ColumnUse, shown: str, known: frozenset[str]) -> str:
        if line.used_as in _WORDS_OF:
            return self.word(line.example, known=line.example in known)
        return line.example if line.used_as in PLAIN else shown

    def rows(self, preview: TablePreview) -> tuple[tuple[str, ...], ...]:
        """A table's first rows, in which words of labels are covered that name no action."""
        uses = (preview.uses.get(column) for column in preview.columns)
        words = frozenset(at for at, use in enumerate(uses) if use is not None and use.field in _WORDS_OF)
        known = readable_words(preview.labels)
        return tuple(
            tuple(self.word(cell, known=cell in known) if at in words else cell for at, cell in enumerate(row))
            for row in preview.rows
        )


def table_categories(preview: TablePreview) -> list[str | None]:
    """The category of each row of a table, None where no column says it."""
    at = _place_of("category", preview)
    return [None if at is None else row[at].strip() for row in preview.rows]


def plain_columns(preview: TablePreview) -> frozenset[int]:
    """The positions of the columns that hold no text to be covered."""
    uses = [preview.uses.get(column) for column in preview.columns]
    return frozenset(at for at, use in enumerate(uses) if use is not None and use.field in PLAIN)


def _place_of(field: str, preview: TablePreview) -> int | None:
    uses = (preview.uses.get(column) for column in preview.columns)
    return next((at for at, use in enumerate(uses) if use is not None and use.field == field), None)


class UncoverButton(QPushButton):
    """Shows the covered texts of the file; seen only while there are some."""

    def __init__(self) -> None:
        super().__init__("Show the covered texts")
        self.setShortcut(QKeySequence(key_of(SHOWS)))
        self.setToolTip(
            with_key("Covered are texts of your categories, and those whose category the file does not say", SHOWS)
        )
        self.setAutoDefault(False)


class PastedText(QPlainTextEdit):
    """A table that was pasted, to be corrected; while it is covered it can neither be read nor be changed."""

    def __init__(self, cover: ImportCover) -> None:
        super().__init__()
        self._cover, self._held = cover, ""
        self.setTabChangesFocus(True)
        self.setAccessibleName("The pasted table")
        cover.changed.connect(self._show_or_hide)

    @property
    def untrusted_text(self) -> str:
        """As it is now, shown or not."""
        return self._held if self.isReadOnly() else self.toPlainText()

    def begin(self, untrusted_text: str) -> None:
        """Another table."""
        self._held = untrusted_text
        self._put(covered=self._cover.is_on)

    def _show_or_hide(self) -> None:
        if self._cover.is_on is not self.isReadOnly():
            self._held = self.untrusted_text
            self._put(covered=self._cover.is_on)

    def _put(self, *, covered: bool) -> None:
        """The rows are the same whether they are seen or not: nothing is read again."""
        before = self.blockSignals(True)
        self.setReadOnly(covered)
        self.setPlaceholderText("This table is covered. It can be corrected once it is shown." if covered else "")
        self.setPlainText("" if covered else self._held)
        self.blockSignals(before)
