"""Engines that share what SQLAlchemy compiled: a statement is the same for every workspace of a kind.

By itself SQLAlchemy keeps it by engine, so that each workspace that is opened compiles all of its statements anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock
from types import ModuleType
from typing import Any

from sqlalchemy import URL, Dialect, Engine, create_engine
from sqlalchemy.util import LRUCache

_MOST = 500
"""Statements that are kept, as many as SQLAlchemy keeps for one engine."""
_compiled: LRUCache[Any, Any] = LRUCache(_MOST)
_shared: dict[str, Dialect] = {}
_sharing = Lock()


def engine_on(
    url: URL,
    driver: ModuleType | None = None,
    *,
    creator: Callable[[], Any] | None = None,
    how: Mapping[str, Any] | None = None,
) -> Engine:
    """An engine that connects by `creator`, or to the file of `url` as `how` says; `driver` as in `create_engine`.

    A statement that fails says which it was, without the notes and texts that it was given.
    """
    given: dict[str, Any] = {} if driver is None else {"module": driver}
    ways: dict[str, Any] = {"connect_args": dict(how or {})} if creator is None else {"creator": creator}
    # the connection that was used last is used next: each has a cache of its own of the file
    ways |= {"pool_use_lifo": True, "execution_options": {"compiled_cache": _compiled}}
    engine = create_engine(url, hide_parameters=True, **given, **ways)
    engine.dialect = _dialect(given)
    return engine


def _dialect(given: Mapping[str, Any]) -> Dialect:
    """The one of this driver, which has met its library: what was compiled is kept by the dialect too."""
    with _sharing:
        name = "" if not given else str(given["module"].__name__)
        if name not in _shared:
            engine = create_engine("sqlite://", **given)
            engine.connect().close()
            engine.dispose()
            _shared[name] = engine.dialect
        return _shared[name]
