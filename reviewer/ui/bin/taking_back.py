"""Taking an import back: at once where nobody worked on it since, else after that was said and a second press."""

from __future__ import annotations

from collections.abc import Callable

from reviewer.app.window_deleting import BinMoved, done_since, take_back_import
from reviewer.ui.bin.deleting import Deleting
from reviewer.ui.kit.held_writes import Held
from reviewer.ui.kit.session import Session


class TakingBack:
    """`asked` is told what else would go, `done` that it is done, `failed` why not."""

    def __init__(
        self,
        session: Session,
        deleting: Deleting,
        *,
        asked: Callable[[str], object],
        done: Callable[[], object],
        failed: Callable[[Exception], object],
    ) -> None:
        self._session, self._deleting = session, deleting
        self._asked, self._done, self._failed = asked, done, failed
        self._asked_for = 0

    def forget(self) -> None:
        """Another import is meant, or none: whatever was asked is not answered any more."""
        self._asked_for = 0

    def press(self, act_id: int) -> None:
        """Take this import back, or ask first."""
        if act_id == self._asked_for:
            self._take_back(act_id, with_later=True)
            return
        self._session.read(
            lambda workspace: done_since(workspace, act_id),
            lambda later: self._ask(act_id, later) if later else self._take_back(act_id, with_later=False),
            self._not_done,
        )

    def _ask(self, act_id: int, later: str) -> None:
        self._asked_for = act_id
        self._asked(f"Later work hangs on it: {later}. That would be deleted too.")

    def _take_back(self, act_id: int, *, with_later: bool) -> None:
        author = self._session.reviewer
        self._session.write(
            lambda workspace: take_back_import(workspace, act_id, author, with_later=with_later),
            self._taken,
            self._not_done,
            held=Held("Taking back the import"),
        )

    def _taken(self, moved: BinMoved) -> None:
        self.forget()
        self._deleting.deleted(moved)
        self._done()

    def _not_done(self, error: Exception) -> None:
        self.forget()
        self._failed(error)
