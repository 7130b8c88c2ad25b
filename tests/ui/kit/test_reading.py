"""Outside text is shown as it is: no markup, every character in its place."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPainter, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolTip
from pytestqt.qtbot import QtBot

from reviewer.core.decisions import Evidence, EvidenceKind
from reviewer.ui.kit.evidence import EvidenceLegend, draw_line
from reviewer.ui.kit.reading import ReadingPane


def test_markup_is_text(qtbot: QtBot) -> None:
    pane = ReadingPane("Response")
    qtbot.addWidget(pane)
    hostile = '<b>bold</b> <img src="http://127.0.0.1/x.png"> <a href="file:///">go</a>'
    pane.show_text(hostile)
    assert pane.toPlainText() == hostile


def test_evidence_lies_under_its_words_behind_emoji_and_line_ends(qtbot: QtBot) -> None:
    text = "🙂🙂\r\nSorry, \x00no. שלום"
    start = text.index("Sorry")
    pane = ReadingPane("Response")
    qtbot.addWidget(pane)
    pane.show_text(text, [Evidence(start, start + 5, "declines")])
    selection = pane.extraSelections()[0]
    assert selection.cursor.selectedText() == "Sorry"


def test_a_long_response_starts_at_its_beginning(qtbot: QtBot) -> None:
    pane = ReadingPane("Response")
    qtbot.addWidget(pane)
    pane.resize(600, 300)
    pane.show()
    pane.show_text("word " * 4000)
    assert pane.verticalScrollBar().value() == 0
    assert pane.verticalScrollBar().maximum() > 0


TEXT = "I cannot write that. Whose is it? See a doctor. It is late."
DECLINES, ASKS, CAUTIONS = "I cannot write that.", "Whose is it?", "See a doctor."


def evidence(part: str, kind: EvidenceKind) -> Evidence:
    start = TEXT.index(part)
    return Evidence(start, start + len(part), f"because of <b>{kind}</b>", kind)


SPANS = (
    evidence(CAUTIONS, EvidenceKind.CAUTIONS),
    evidence(DECLINES, EvidenceKind.DECLINES),
    evidence(ASKS, EvidenceKind.ASKS),
)


@pytest.fixture
def pane(qtbot: QtBot) -> ReadingPane:
    pane = ReadingPane("Response")
    qtbot.addWidget(pane)
    pane.resize(600, 200)
    pane.show()
    pane.show_text(TEXT, SPANS)
    return pane


def test_evidence_is_walked_in_the_order_of_the_text(pane: ReadingPane) -> None:
    seen = []
    while (at := pane.next_evidence(1)) >= 0:
        pane.go_to_evidence(at)
        seen.append(pane.textCursor().selectedText())
    assert seen == [DECLINES, ASKS, CAUTIONS]
    assert pane.next_evidence(-1) == 1
    assert pane.next_evidence(-1, EvidenceKind.DECLINES) == 0
    assert pane.next_evidence(1, EvidenceKind.DECLINES) == -1
    pane.leave_evidence()
    assert not pane.textCursor().hasSelection()
    assert pane.next_evidence(1) == 0


def test_two_reasons_for_the_same_words_are_both_reached(pane: ReadingPane) -> None:
    pane.show_text(TEXT, [SPANS[1], SPANS[1]])
    pane.go_to_evidence(0)
    assert pane.next_evidence(1) == 1
    pane.go_to_evidence(1)
    assert pane.evidence_at_cursor() == 1


def test_why_a_part_counts_is_told_with_its_place(pane: ReadingPane, qtbot: QtBot) -> None:
    with qtbot.waitSignal(pane.evidence_reached) as told:
        pane.go_to_evidence(1)
    assert told.args == [1]
    assert pane.words_at(1) == "2 of 3 · asks: because of <b>asks</b>"
    assert pane.words_at(-1) == ""


def test_a_tool_tip_over_evidence_tells_why_without_reading_markup(pane: ReadingPane, qtbot: QtBot) -> None:
    box = pane.cursorRect(pane.textCursor())
    place = QPoint(box.x() + 20, box.center().y())
    help_event = QHelpEvent(QEvent.Type.ToolTip, place, pane.viewport().mapToGlobal(place))
    QApplication.sendEvent(pane.viewport(), help_event)
    qtbot.waitUntil(lambda: "because of <b>declines" in QToolTip.text())
    tips = [each for each in QApplication.topLevelWidgets() if each.inherits("QTipLabel")]
    assert [each.textFormat() for each in tips if isinstance(each, QLabel)] == [Qt.TextFormat.PlainText]
    QToolTip.hideText()


def lines_drawn(kind: EvidenceKind) -> bytes:
    image = QImage(64, 12, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    draw_line(painter, kind, 2, 62, 6, QColor("black"))
    painter.end()
    return bytes(image.constBits())


def test_each_kind_has_a_shape_of_its_own(qapp: QApplication) -> None:
    assert qapp
    drawn = {kind: lines_drawn(kind) for kind in EvidenceKind}
    assert len(set(drawn.values())) == len(EvidenceKind)


def test_evidence_is_underlined_on_every_line_that_it_covers(qtbot: QtBot) -> None:
    text = "word " * 60
    pane = ReadingPane("Response")
    qtbot.addWidget(pane)
    pane.resize(300, 400)
    pane.show()
    pane.show_text(text)
    plain = pane.grab().toImage()
    pane.show_text(text, [Evidence(0, len(text), "all of it")])
    underlined = pane.grab().toImage()
    ink = pane.palette().color(QPalette.ColorRole.Text)

    def dark_rows(image: QImage) -> int:
        return sum(
            sum(image.pixelColor(x, y) == ink for x in range(image.width())) > image.width() * 0.6
            for y in range(image.height())
        )

    assert dark_rows(plain) == 0
    assert dark_rows(underlined) >= 4


def test_the_legend_has_only_the_kinds_that_are_present(qtbot: QtBot) -> None:
    legend = EvidenceLegend("Left legend")
    qtbot.addWidget(legend)
    legend.show()
    legend.show_evidence([*SPANS, SPANS[0]])
    shown = {kind: button.accessibleName() for kind, button in legend.buttons.items() if button.isVisible()}
    assert shown == {
        EvidenceKind.DECLINES: "declines: 1 part of the text, over a solid line",
        EvidenceKind.ASKS: "asks: 1 part of the text, over a wave",
        EvidenceKind.CAUTIONS: "cautions: 2 parts of the text, over dashes and dots",
    }
    with qtbot.waitSignal(legend.kind_wanted) as wanted:
        legend.buttons[EvidenceKind.ASKS].setFocus()
        QTest.keyClick(legend.buttons[EvidenceKind.ASKS], Qt.Key.Key_Space)
    assert wanted.args == [EvidenceKind.ASKS]
    legend.show_evidence((), "nothing here")
    assert legend.none.isVisible()
    assert not any(button.isVisible() for button in legend.buttons.values())
