"""What a person did waits while another program, as in a long import, keeps it from being stored; nothing is refused.

Each workspace has its own waiting line, in the order in which things were done. While one waits, nothing of it is on
disk, and what comes behind it is not tried before it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from reviewer.core.errors import HeldError
from reviewer.store.database import Workspace
from reviewer.store.dialects.dialect import Patience
from reviewer.ui.kit.tasks import Task, Tasks
from reviewer.wording.plural import counted, noun

AGAIN_MS = 1_000
FIRST_WAIT_S = 2.0
"""Most writes of other programs are shorter: then nobody is told anything."""
UNDO_TAKES_IT = "Undo takes it back."


def _nothing() -> None:
    """Nothing is to be done then."""


@dataclass(eq=False)
class Held:
    """A piece of work that may have to wait. A line calls it `what`, and says `how_back` to take it back meanwhile;
    without a name nobody is told of it. `waits` is called once it has to, `forget` where it is given up before it was
    stored.

    Of several with one `slot` only the last is stored: it says where a person is, not what they did, and nothing waits
    behind it.
    """

    what: str = ""
    how_back: str = ""
    waits: Callable[[], None] = _nothing
    forget: Callable[[], None] = _nothing
    slot: str = ""
    is_given_up: bool = False


@dataclass(frozen=True, eq=False)
class _AskedWrite:
    """What was asked for: what to do on the database thread, and whom to tell."""

    act: Callable[[Workspace], object]
    stored: Callable[[Any], None]
    failed: Callable[[Exception], None]
    held: Held


class HeldWrites(QObject):
    """Of one workspace, from its opening until the last is stored, also where another one is open by then.

    `emptied` comes when nothing waits any more.
    """

    emptied = Signal()

    def __init__(self, tasks: Tasks, workspace: Workspace, tell: Callable[[str], None], parent: QObject) -> None:
        super().__init__(parent)
        self._tasks, self._workspace, self._tell = tasks, workspace, tell
        self._waiting: list[_AskedWrite] = []
        self._tried: _AskedWrite | None = None
        self._open = 0
        """How many were asked for and have not ended."""
        self._behind, self._why = 0, HeldError("")
        """How many found that they have to wait and have not ended: known on the database thread at once."""
        self._counting = threading.Lock()
        self._then: Callable[[], object] | None = None
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._again.timeout.connect(self._try_first)

    def __len__(self) -> int:
        """How many wait."""
        return sum(bool(each.held.what) for each in self._waiting)

    @property
    def why(self) -> str:
        """What they wait for, as a sentence."""
        return self._why.what

    def write(
        self,
        act: Callable[[Workspace], object],
        stored: Callable[[Any], None],
        failed: Callable[[Exception], None],
        held: Held,
    ) -> Task[Any]:
        """`act` on the database thread, as soon as it may be; `failed` where it is refused for another reason."""
        asked = _AskedWrite(act, stored, failed, held)
        self._open += 1
        # one that says where a person is takes the place of what said so before, but not before what they did
        for former in [each for each in self._waiting if held.slot and each.held.slot == held.slot]:
            self.give_up(former.held)
        return self._try(asked, is_first=True)

    def give_up(self, held: Held, *, also_tried: bool = True) -> bool:
        """Whether it waited, and is forgotten. What is tried right now may be stored all the same; where that is in
        vain it is forgotten afterwards, or goes on waiting without `also_tried`.
        """
        found = next((each for each in self._waiting if each.held is held), None)
        if found is None or found is self._tried:
            held.is_given_up = also_tried
            return False
        held.is_given_up = True
        self._waiting.remove(found)
        self._ended(found, waited=True)
        held.forget()
        return True

    def leave(self, then: Callable[[], object]) -> None:
        """Have something done once nothing waits any more, behind all that was asked for."""
        self._then = then
        self._leave_if_done()

    def _leave_if_done(self) -> None:
        if self._then is not None and not self._open:
            then, self._then = self._then, None
            self._tasks.on_database(then)
            self.deleteLater()

    def _try(self, asked: _AskedWrite, *, is_first: bool) -> Task[Any]:
        return self._tasks.on_database(
            partial(self._act, asked, is_first=is_first),
            partial(self._done, asked, waited=not is_first),
            partial(self._not_done, asked, is_first=is_first),
        )

    def _act(self, asked: _AskedWrite, *, is_first: bool) -> object:
        """On the database thread. Raises HeldError where it has to wait."""
        with self._counting:
            if is_first and self._behind and not asked.held.slot:
                self._behind += 1
                raise self._why
        patience = Patience(FIRST_WAIT_S if is_first else 0.0)
        try:
            with self._workspace.waiting(patience):
                return asked.act(self._workspace)
        except HeldError as error:
            with self._counting:
                self._behind += is_first and not asked.held.slot
                self._why = error
            raise

    def _done(self, asked: _AskedWrite, result: object, *, waited: bool) -> None:
        self._go_on(asked, waited=waited)
        asked.stored(result)
        self._leave_if_done()

    def _not_done(self, asked: _AskedWrite, error: Exception, *, is_first: bool) -> None:
        if not isinstance(error, HeldError):
            self._go_on(asked, waited=not is_first)
            asked.failed(error)
        elif asked.held.is_given_up:
            self._go_on(asked, waited=True)
            asked.held.forget()
        elif is_first:
            self._wait(asked, error)
        else:
            self._tried = None
            self._again.start()
        self._leave_if_done()

    def _wait(self, asked: _AskedWrite, why: HeldError) -> None:
        held = asked.held
        self._waiting.append(asked)
        if held.what:
            self._tell(waits_words(held, why.what))
        held.waits()
        if len(self._waiting) > 1:
            self._try_first()  # by now it may go
        else:
            self._again.start()

    def _go_on(self, asked: _AskedWrite, *, waited: bool) -> None:
        """It has ended; the next one is tried."""
        if asked in self._waiting:
            self._waiting.remove(asked)
        if asked is self._tried:
            self._tried = None
        self._ended(asked, waited=waited)
        if waited and not self._waiting:
            self.emptied.emit()
        self._try_first()

    def _ended(self, asked: _AskedWrite, *, waited: bool) -> None:
        self._open -= 1
        with self._counting:
            self._behind -= waited and not asked.held.slot

    def _try_first(self) -> None:
        self._again.stop()
        if self._tried is None and self._waiting:
            self._tried = self._waiting[0]
            self._try(self._tried, is_first=False)


def waits_words(held: Held, why: str) -> str:
    """That it waits, how it is taken back, and what for."""
    said = f"{held.what} is not stored yet: it waits, and is stored as soon as it may be."
    return " ".join(filter(None, (said, held.how_back, why)))


def waiting_words(n: int, name: str) -> str:
    """Of what waits in a workspace that another one takes the place of."""
    what, it, is_ = counted(n, "thing"), noun(n, "it", "they"), noun(n, "is", "are")
    return (
        f"{what} that you did in {name} {is_} not stored yet: {it} {noun(n, 'waits', 'wait')}, and {is_} stored there "
        f"as soon as {it} may be."
    )


def waiting(session: QObject) -> tuple[int, str]:
    """How much of what was done is not stored yet, in former workspaces too, and why."""
    found = [each for each in session.findChildren(HeldWrites) if len(each)]
    return sum(map(len, found)), found[0].why if found else ""
