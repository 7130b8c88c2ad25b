"""While the first workspace is being opened: the welcome page says so, and a page that is asked for comes then."""

from __future__ import annotations

from PySide6.QtCore import QObject

from reviewer.ui.frame.welcome import WelcomePage
from reviewer.ui.kit.session import Session
from reviewer.wording.plain_text import preview

NAME_CHARACTERS = 60
NONE_OPEN = "Open or make a workspace first."


class BeingOpened(QObject):
    """Nothing that is pressed meanwhile is lost without a word."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._wanted = ""
        self._welcome: WelcomePage | None = None
        session.opening.connect(self._follow)

    def watch(self, welcome: WelcomePage) -> None:
        """This is the page that is shown until one is open."""
        self._welcome = welcome
        welcome.pressed.connect(self._refuse)
        self._follow()

    @property
    def _name(self) -> str:
        """Of what is being opened; empty where nothing is."""
        paths = self._session.being_opened
        return preview(paths[-1].name, NAME_CHARACTERS) if paths else ""

    def _follow(self) -> None:
        if self._welcome is not None and not self._session.is_open:
            self._welcome.show_opening(self._name)
            self._wanted = self._wanted if self._name else ""

    def _refuse(self) -> None:
        if self._name:
            self._session.refused.emit(f"{self._name} is still being opened, so this key did nothing.")

    def want(self, page: str) -> None:
        """Asked for while no workspace is open."""
        if not self._name:
            self._session.refused.emit(NONE_OPEN)
            return
        self._wanted = page
        self._session.refused.emit(f"{page.capitalize()} comes as soon as {self._name} is open.")

    def take_wanted(self) -> str:
        """The page that was asked for last, once."""
        wanted, self._wanted = self._wanted, ""
        return wanted
