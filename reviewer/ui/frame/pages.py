"""Which pages there are and how each is made; a page's module is imported when it is first shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from reviewer.ui.kit.commands import CommandTable
from reviewer.ui.kit.page import Page
from reviewer.ui.kit.session import Session

PAGES = ("cases", "runs", "review", "compare", "score", "reports", "agreement", "adjudicate", "gate")


def make_page(name: str, session: Session, commands: CommandTable) -> Page:
    """The page of that name: `reviewer.ui.NAME.page` has a class `NamePage`."""
    module = import_module(f"reviewer.ui.{name}.page")
    page_class: type[Page] = getattr(module, f"{name.capitalize()}Page")
    return page_class(session, commands)


def after_pages(pages: Mapping[str, Page], go_on: Callable[[], object]) -> None:
    """Do what ends all pages, at once or after the person has said what becomes of unsaved edits."""
    if not any(page.holds_back(go_on) for page in pages.values()):
        go_on()
