"""For what Qt calls in the middle of its own work, where no exception can be raised: Qt would go on with it set, fail
in other places, and end the program at last.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from PySide6.QtCore import QSize, QTimer

P = ParamSpec("P")
R = TypeVar("R")


def _guarded(method: Callable[P, R], otherwise: R) -> Callable[P, R]:
    @wraps(method)
    def call(*arguments: P.args, **named: P.kwargs) -> R:
        try:
            return method(*arguments, **named)
        except Exception as error:  # noqa: BLE001 told in a moment, once Qt has ended what it does
            crash = (type(error), error, error.__traceback__)
            QTimer.singleShot(0, lambda: sys.excepthook(*crash))
            return otherwise

    return call


def tells(method: Callable[P, object]) -> Callable[P, object]:
    """`data` and `headerData`: a cell that cannot be told is empty, and what crashed is told."""
    return _guarded(method, None)


def paints(method: Callable[P, None]) -> Callable[P, None]:
    """`paint` and `paintEvent`."""
    return _guarded(method, None)


def sizes(method: Callable[P, QSize]) -> Callable[P, QSize]:
    """`sizeHint`: what cannot be measured has no size."""
    return _guarded(method, QSize())


def counts(method: Callable[P, int]) -> Callable[P, int]:
    """`rowCount`, `columnCount` and `heightForWidth`: what cannot be counted is none."""
    return _guarded(method, 0)


def filters(method: Callable[P, bool]) -> Callable[P, bool]:
    """`eventFilter`, `event` and `viewportEvent`: an event that cannot be looked at goes its way."""
    return _guarded(method, False)


def handles(method: Callable[P, None]) -> Callable[P, None]:
    """`keyPressEvent`, `closeEvent` and whatever else answers one kind of event."""
    return _guarded(method, None)
