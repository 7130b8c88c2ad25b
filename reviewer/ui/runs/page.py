"""The runs screen: every run a row that moves while it is sent, and below it what is known of the chosen one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QBrush, QColor, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHeaderView,
    QPushButton,
    QSplitter,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from reviewer.app.deleting import run_to_delete
from reviewer.app.jobs.at_work import JUDGED, Elsewhere, elsewhere
from reviewer.core.changes import Changes
from reviewer.core.responses import DOUBTED_STATES, ResponseState
from reviewer.core.runs import RunStatus
from reviewer.store.database import Workspace
from reviewer.store.facts.judging import JudgeRunLine
from reviewer.store.facts.origins import Origin
from reviewer.store.facts.runs import RunLine
from reviewer.store.queries import judging, origins, runs
from reviewer.store.queries.doubts import doubted_examples
from reviewer.ui.bin.deleting import deleting_of
from reviewer.ui.jobs.run_jobs import jobs_of
from reviewer.ui.kit.called_by_qt import paints, sizes
from reviewer.ui.kit.columns import LINE_ROLE
from reviewer.ui.kit.commands import CommandTable
from reviewer.ui.kit.kept import kept_place
from reviewer.ui.kit.keymap import key_or_name, tell_key
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.latest import LatestRead
from reviewer.ui.kit.page import Grade, Page, heading, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Task
from reviewer.ui.kit.theme import GRID, colours
from reviewer.ui.runs.carrying import start_carrying
from reviewer.ui.runs.detail import ErrorLine, RunDetail
from reviewer.ui.runs.judging import RunJudging
from reviewer.ui.runs.reclassify import ReclassifyDialog
from reviewer.ui.runs.scores import RunScores
from reviewer.ui.runs.sending import RunSending
from reviewer.ui.runs.table import BAR, STATES, RunTable

BAR_HEIGHT = GRID * 3 // 4
WIDTHS_IN_CHARACTERS = (22, 18, 24, 16, 14, 25, 9, 10, 26, 11, 20)

LOOK_AGAIN_MS = 5_000
"""After which it is looked again what another program does; its mark goes without a word when it is killed."""

Index = QModelIndex | QPersistentModelIndex


class RunsPage(Page):
    """While runs go on only their rows are read again; anything else that changes reads all."""

    name = "runs"

    def __init__(self, session: Session, commands: CommandTable, parent: QWidget | None = None) -> None:
        super().__init__(session, commands, parent)
        self.jobs = jobs_of(session)
        self.scores = RunScores(session, self.jobs, self)
        self.model = RunTable(self.jobs, self.scores, self)
        self._rows = LatestRead(session, self._show, self.not_read)
        self._anew, self._stale_ids = True, frozenset[int]()
        self._followed: int | None = None
        self._errors_task: Task[list[ErrorLine]] | None = None
        self._judges_task: Task[list[JudgeRunLine]] | None = None
        self._judges_read_for: int | None = None
        self._bind()
        self.table = self._make_table()
        self.scores.watch(self.table)
        self.detail = RunDetail(session, self.jobs, commands, self.model)
        self._look_again = QTimer(self, singleShot=True, interval=LOOK_AGAIN_MS)
        self._look_again.timeout.connect(self.make_stale)
        panel = self.detail.judges
        self._judging = RunJudging(
            session, commands, panel, lambda: self.model.lines, lambda: self.current, self.make_stale
        )
        self._sending = RunSending(session, self.jobs, commands, self, lambda: self.current)
        self._lay_out()
        for under_way in self.jobs.kinds:
            under_way.moved.connect(self._on_moved)
            under_way.ended.connect(self._on_ended)

    # building

    def _bind(self) -> None:
        self.commands.bind("runs.cancel", self.cancel)
        self.commands.bind("runs.review", self.review)
        self.commands.bind("runs.classify", self.classify)
        self.commands.bind("runs.agreement", self.agreement)
        self.commands.bind("runs.delete", partial(delete_current, self))
        carry = partial(start_carrying, self.session, page=self)
        self.commands.bind("runs.carry_over", lambda: carry(target=self.current, lines=self.model.lines))

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        table.setItemDelegate(RowDelegate(table))
        table.setItemDelegateForColumn(BAR, BarDelegate(table))
        table.setAccessibleName("Runs")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 2 * GRID)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, characters in enumerate(WIDTHS_IN_CHARACTERS):
            header.resizeSection(column, characters * table.fontMetrics().averageCharWidth() + GRID)
        header.setSectionResizeMode(STATES, QHeaderView.ResizeMode.Stretch)
        table.selectionModel().currentRowChanged.connect(self._on_current_changed)
        return table

    def _lay_out(self) -> None:
        new = QPushButton("New run…")
        tell_key(new, "runs.new", "New run")
        new.clicked.connect(lambda _checked=False: self.commands["runs.new"].trigger())
        upper = QWidget()
        column = QVBoxLayout(upper)
        column.setContentsMargins(2 * GRID, GRID, 2 * GRID, 0)
        column.addLayout(row(heading("Runs"), None, new))
        column.addWidget(self.table, 1)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(upper)
        splitter.addWidget(self.detail)
        splitter.setStretchFactor(0, 4)
        splitter.setStretchFactor(1, 5)
        nothing = "No run yet. Send a suite's cases to a model, or import responses that you already have."
        self.content = self.fill(splitter, nothing, "runs.new")

    # reading

    def grade(self, changes: Changes) -> Grade:
        if not changes.kinds & {"runs", "responses", "verdicts", "decisions", "endpoints"}:
            return Grade.NOTHING
        known = changes.run_ids is not None and all(self.model.row_of(run_id) >= 0 for run_id in changes.run_ids)
        return Grade.ROWS if known else Grade.ANEW

    def refresh(self) -> None:
        self._anew = True
        self._read()

    def read_rows(self, changes: Changes) -> None:
        """While runs go on only their rows are read again; this comes twice a second."""
        self._stale_ids |= changes.run_ids or frozenset()
        self._read()

    def _read(self) -> None:
        self._rows.ask(partial(_lines, ids=None if self._anew else self._stale_ids))

    def _show(self, read: tuple[frozenset[int] | None, list[RunLine], Elsewhere]) -> None:
        ids, lines, others = read
        if ids is None:
            self._anew, self._judges_read_for = False, None
            self._show_all(lines)
        else:
            self._stale_ids -= ids
            self.model.update_lines(lines)
        self.model.show_elsewhere(others)
        if others:
            self._look_again.start()  # a program that is killed says nothing
        self.scores.show_lines(self.model.lines)
        self._show_detail()

    def _show_all(self, lines: list[RunLine]) -> None:
        """Keep the chosen row chosen; go to the run that the session looks at when that is another than before."""
        chosen = self.current
        wanted = self.session.run_id if self.session.run_id != self._followed else chosen.id if chosen else None
        self._followed = self.session.run_id
        with kept_place(self.table, lambda: [line.id for line in self.model.lines]):
            self.model.show_lines(lines)
        row_ = max(self.model.row_of(wanted), 0)
        if lines and self.table.currentIndex().row() != row_:
            self.table.setCurrentIndex(self.model.index(row_, 0))
        self.content.show_content(bool(lines))

    @property
    def current(self) -> RunLine | None:
        """The chosen run."""
        return self.model.line(self.table.currentIndex().row())

    def _on_current_changed(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self._show_detail()

    def _on_moved(self, run_id: int) -> None:
        if (line := self.current) is not None and line.id == run_id and self.isVisible():
            self.detail.show_progress(line)

    def _on_ended(self, _run_id: int) -> None:
        # it is not among the runs under way any more, and its row is to be read once more
        self.make_stale()
        if not self.window().isActiveWindow():
            # the task bar shows it to a person who works elsewhere meanwhile
            QApplication.alert(self.window())

    def _show_detail(self) -> None:
        line = self.current
        if self._errors_task is not None:
            self._errors_task.cancel()
        if line is None:
            return
        self.detail.show_run(line)
        self._read_judges(line)
        _read_origins(self, line)
        if line.states.keys() & {ResponseState.ERROR, *DOUBTED_STATES}:
            self._errors_task = self.session.read(
                partial(_errors, run_id=line.id),
                self.detail.show_errors,
                _unread(self.session, self.detail.show_errors),
            )
        else:
            self.detail.show_errors(())

    def _read_judges(self, line: RunLine) -> None:
        """Once for each run that is chosen and whenever all is read: counting a judge's replies takes its time."""
        if self._judges_read_for == line.id:
            return
        if self._judges_task is not None:
            self._judges_task.cancel()
        self._judges_read_for = line.id
        self._judges_task = self.session.read(
            lambda workspace: judging.judge_runs(workspace, line.id),
            lambda lines: self.detail.judges.show_judges(lines, elsewhere=(line.id, JUDGED) in self.model.elsewhere),
            self._judges_not_read,
        )

    def _judges_not_read(self, error: Exception) -> None:
        """The judges of the run before do not stay under this one's name; choosing it again reads them again."""
        self._judges_read_for = None
        self.detail.judges.show_judges(None)
        self.session.tasks.failed.emit(error)

    def take_focus(self) -> None:
        self.table.setFocus()

    # doing

    def cancel(self) -> None:
        """End what goes on with the chosen run; what was received is kept."""
        if (line := self.current) is not None:
            self.jobs.end(line.id)

    def review(self) -> None:
        """Look at the chosen run's responses."""
        line = self.current
        if line is None:
            return
        if not line.stored:
            self.session.notice.emit(f"{line.name} has no responses to review yet.")
            return
        self._followed = line.id
        self.session.select(suite_id=line.suite_id, run_id=line.id)
        self.commands["go.review"].trigger()

    def agreement(self) -> None:
        """Look at how classifiers agree with people on the chosen run."""
        if (line := self.current) is not None:
            self._followed = line.id
            self.session.select(suite_id=line.suite_id, run_id=line.id)
            self.commands["go.agreement"].trigger()

    def classify(self) -> None:
        """Show what the present rules would change in the chosen run, and let them read it."""
        if (line := self.current) is not None and line.stored:
            show_over(ReclassifyDialog(self.session, self.jobs.classifying, line, self.window()))


def _lines(
    workspace: Workspace, *, ids: frozenset[int] | None
) -> tuple[frozenset[int] | None, list[RunLine], Elsewhere]:
    """These runs, or with None all there are, and what other programs do with any."""
    # first the look at the others: what ends between the two reads is read as ended
    others = elsewhere(workspace)
    lines = runs.runs(workspace) if ids is None else [runs.run_line(workspace, each) for each in sorted(ids)]
    return ids, lines, others


def delete_current(page: RunsPage) -> None:
    """Put the chosen run into the bin, unless something goes on with it."""
    line = page.current
    if line is None:
        return
    if line.id in page.jobs.run_ids:
        page.session.notice.emit(
            f"{line.name} is under way. Cancel it first ({key_or_name('runs.cancel')}), then delete it."
        )
        return
    deleting_of(page.session).delete(partial(run_to_delete, name=line.name))


def _read_origins(page: RunsPage, line: RunLine) -> None:
    """Of what came from files; what was sent from here has none."""

    def show(found: Sequence[tuple[Origin, int]]) -> None:
        if page.current is not None and page.current.id == line.id:
            page.detail.show_origins(line, found)

    if line.status is RunStatus.IMPORTED:
        page.session.read(lambda workspace: origins.origins_of_run(workspace, line.id), show)


def _unread(session: Session, show: Callable[[None], object]) -> Callable[[Exception], None]:
    """For a part that is read apart: it says that it could not be read, and the notice line why."""

    def failed(error: Exception) -> None:
        show(None)
        session.tasks.failed.emit(error)

    return failed


def _errors(workspace: Workspace, *, run_id: int) -> list[ErrorLine]:
    return [*runs.error_groups(workspace, run_id), *doubted_examples(workspace, run_id)]


class RowDelegate(QStyledItemDelegate):
    """The row is what is chosen: no cell of it looks different."""

    @paints
    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.state &= ~QStyle.StateFlag.State_HasFocus


class BarDelegate(QStyledItemDelegate):
    """The count in words over a thin bar: solid what is stored, hatched what failed."""

    @sizes
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(14 * GRID, option.fontMetrics.height() + 2 * GRID)

    @paints
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
        line = index.data(LINE_ROLE)
        if not isinstance(line, RunLine):
            return
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        ink = option.palette.color(QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text)
        rect = option.rect.adjusted(GRID // 2, GRID // 2, -GRID // 2, -GRID // 2)
        painter.save()
        painter.setFont(option.font)
        painter.setPen(ink)
        words = rect.adjusted(0, 0, 0, -BAR_HEIGHT)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, str(index.data()))
        box = QRectF(rect.left(), rect.bottom() - BAR_HEIGHT + 1, rect.width() - 1, BAR_HEIGHT)
        fill = ink if selected else option.palette.color(QPalette.ColorRole.Highlight)
        _paint_bar(painter, box, line, fill, ink if selected else QColor(colours().edge))
        painter.restore()


def _paint_bar(painter: QPainter, box: QRectF, line: RunLine, fill: QColor, edge: QColor) -> None:
    failed = line.states.get(ResponseState.ERROR, 0)
    whole = max(line.planned, 1)
    good_width = box.width() * (line.stored - failed) / whole
    failed_width = box.width() * failed / whole
    painter.fillRect(QRectF(box.left(), box.top(), good_width, box.height()), fill)
    painter.fillRect(
        QRectF(box.left() + good_width, box.top(), failed_width, box.height()),
        QBrush(edge, Qt.BrushStyle.BDiagPattern),
    )
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(edge, 1))
    painter.drawRect(box)
