"""Which pages there are and how each is made; a page's module is imported when it is first shown."""

from __future__ import annotations

from importlib import import_module

from reviewer.ui.commands import CommandTable
from reviewer.ui.session import Session
from reviewer.ui.widgets.page import Page

PAGES = ("cases", "runs", "review", "compare", "score", "reports", "agreement")


def make_page(name: str, session: Session, commands: CommandTable) -> Page:
    """The page of that name: `reviewer.ui.views.NAME` has a class `NamePage`."""
    module = import_module(f"reviewer.ui.views.{name}")
    page_class: type[Page] = getattr(module, f"{name.capitalize()}Page")
    return page_class(session, commands)
