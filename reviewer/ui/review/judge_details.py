"""Everything that a judge's verdicts on one response rest on: who was asked, what, and what came back word for word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QDialog, QListWidget, QPushButton, QSplitter, QVBoxLayout, QWidget

from reviewer.core.actions import ActionScale
from reviewer.core.decisions import JudgeOutcome, JudgeReply
from reviewer.store.database import Workspace
from reviewer.store.facts.judging import JudgeRunLine, used_tokens
from reviewer.store.queries.judging import replies_in_full
from reviewer.ui.jobs.judging import action_words, drift_words
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.reading import ReadingPane
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.runs.table import local_time, one_line
from reviewer.wording.judging import ADMISSION_WORDS
from reviewer.wording.saying import reason_of

NOT_SAID = "not said by the server"


@dataclass(frozen=True)
class SaidByJudge:
    """One reply with the judging that it came in; `stale` says that it is about a text that was replaced since."""

    judging: JudgeRunLine
    reply: JudgeReply
    stale: bool = False


def read_replies(workspace: Workspace, texts: Sequence[tuple[int, str]]) -> list[SaidByJudge]:
    """What judges replied on these responses, each a (response id, response hash); the newest of each first."""
    return [
        SaidByJudge(judging, reply, reply.response_hash != hash_)
        for response_id, hash_ in texts
        for judging, reply in reversed(replies_in_full(workspace, response_id))
    ]


class JudgeDetails(QDialog):
    """A list of the replies, and the chosen one in full as plain text."""

    def __init__(self, said: Sequence[SaidByJudge], scale: ActionScale, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("What judges said")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._said, self._scale = said, scale
        self.list = QListWidget()
        self.list.setAccessibleName("Replies of judges")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.facts = ReadingPane("Where the verdict comes from")
        self.raw = ReadingPane("The reply as it came")
        self.raw.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.list.addItems([_title(each, scale) for each in said])
        self.list.setFixedHeight(min(max(len(said), 2), 5) * 3 * GRID + GRID)
        self.list.currentRowChanged.connect(self._show)
        close = QPushButton("Close")
        close.setDefault(True)
        close.clicked.connect(self.reject)
        panes = QSplitter(Qt.Orientation.Horizontal)
        panes.setChildrenCollapsible(False)
        panes.addWidget(_titled("Where the verdict comes from", self.facts))
        panes.addWidget(_titled("The reply as it came", self.raw))
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(self.list)
        layout.addWidget(panes, 1)
        layout.addLayout(row(None, close))
        self.resize(120 * GRID, 70 * GRID)
        self.list.setCurrentRow(0)
        self.list.setFocus()

    def _show(self, place: int) -> None:
        if 0 <= place < len(self._said):
            self.facts.show_text(provenance(self._said[place], self._scale))
            self.raw.show_text(self._said[place].reply.raw_reply or "(nothing came)")


def _titled(title: str, widget: QWidget) -> QWidget:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(plain_label(title, wrap=False))
    column.addWidget(widget, 1)
    return holder


def _said_words(said: SaidByJudge, scale: ActionScale) -> str:
    reply = said.reply
    if reply.outcome is JudgeOutcome.FAILED:
        return "no reply, can be sent again"
    return action_words(scale, reply.verdict.action if reply.verdict else None)


def _title(said: SaidByJudge, scale: ActionScale) -> str:
    stale = " · about an earlier text of the response" if said.stale else ""
    words = f"{said.judging.classifier}: {_said_words(said, scale)} · {said.reply.reason} · {said.judging.run}{stale}"
    return one_line(words)


def provenance(said: SaidByJudge, scale: ActionScale) -> str:
    """Who was asked under which prompt and what the server says of itself, as plain text."""
    judging, reply = said.judging, said.reply
    endpoint, sampling = judging.version.endpoint, judging.version.sampling
    asked = " · ".join(f"{name} {value:g}" for name, value in sampling.as_json().items())
    facts = [
        f"Verdict: {_said_words(said, scale)}",
        f"Reason: {(reason_of(reply.verdict) if reply.verdict else reply.reason) or 'none'}",
        f"Run: {judging.run}",
        f"Judge: {judging.classifier}",
        f"Endpoint: {endpoint.name} ({endpoint.protocol})",
        f"Address: {endpoint.base_url or endpoint.responses_file or 'none'}",
        f"Model id, requested: {judging.version.model}",
        f"Model id, returned: {reply.returned_model or NOT_SAID}",
        f"System fingerprint: {reply.fingerprint or NOT_SAID}",
        f"Sampling: {asked or 'the server’s own defaults'}",
        f"Rubric version: {judging.rubric_version}",
        f"Prompt hash: {judging.prompt_hash}",
        f"Request hash: {reply.request_hash}",
        f"Control set: {drift_words(judging)}",
        f"Counted: {ADMISSION_WORDS[judging.admission]}",
        f"Judging begun: {local_time(judging.created_at)}",
        f"Attempts: {reply.attempts}",
    ]
    if reply.latency_ms is not None:
        facts.append(f"Took: {reply.latency_ms / 1000:.2f} s")
    if tokens := used_tokens(reply.usage):
        facts.append(f"Tokens: {tokens:,}")
    return "\n".join(facts)


def details(session: Session, said: Sequence[SaidByJudge], scale: ActionScale, parent: QWidget) -> JudgeDetails | None:
    """What judges said, to be opened; a line says where none did."""
    if said:
        return JudgeDetails(said, scale, parent)
    session.notice.emit("No judge has said anything of this response.")
    return None
