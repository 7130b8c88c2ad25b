"""A loopback server that answers by a list of rules, as situations that people reported are written down.

A rule has `path` (the end of the path), `method`, `has` and `lacks` (text of the request's body), `times` (how often),
and what it answers: `status`, `headers`, `body` (a text, or JSON). The first that fits answers; without one the answer
is an ordinary completion.
"""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.loopback import Behaviour, Handler, LoopbackServer, completion

SITUATIONS = Path(__file__).parent / "situations"
Rule = Mapping[str, object]
PARIS = "Paris is the capital of France. It lies on the Seine."


class RuleServer(LoopbackServer):
    """`arrivals` are seconds of a steady clock, beside what was asked."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        super().__init__(self._answer)
        self.models_behaviour = self._answer
        self.arrivals: list[tuple[float, str]] = []
        self._left: list[dict[str, object]] = [dict(rule) for rule in rules]
        self._rules = threading.Lock()

    @property
    def root(self) -> str:
        """Its address without a path."""
        return self.base_url.removesuffix("/v1")

    def _answer(self, handler: Handler) -> None:
        body = json.dumps(handler.received.body) if handler.received.body else ""
        with self._rules:
            self.arrivals.append((time.monotonic(), body))
            other: dict[str, object] = {"body": completion(PARIS)}
            rule = next((rule for rule in self._left if _fits(rule, handler, body)), other)
            if "times" in rule:
                rule["times"] = int(str(rule["times"])) - 1
        _as_told(rule)(handler)

    def waited(self, text: str) -> list[float]:
        """Seconds between the requests that hold the text."""
        times = [arrived for arrived, body in self.arrivals if text in body]
        return [later - earlier for earlier, later in itertools.pairwise(times)]


def situation(name: str) -> list[Rule]:
    """The rules of one that is written down."""
    rules: list[Rule] = json.loads((SITUATIONS / f"{name}.json").read_text(encoding="utf-8"))
    return rules


def _fits(rule: Rule, handler: Handler, body: str) -> bool:
    path = handler.received.path.partition("?")[0]
    return (
        path.endswith(str(rule.get("path", "")))
        and rule.get("method", handler.received.method) == handler.received.method
        and str(rule.get("has", "")) in body
        and not ("lacks" in rule and str(rule["lacks"]) in body)
        and int(str(rule.get("times", 1))) > 0
    )


def _as_told(rule: Rule) -> Behaviour:
    given = rule.get("headers", {})
    headers = {str(name): str(value) for name, value in given.items()} if isinstance(given, dict) else {}
    kind = headers.pop("Content-Type", "application/json")
    body = rule.get("body")
    text = body if isinstance(body, str) else json.dumps(body)
    return lambda handler: handler.answer(int(str(rule.get("status", 200))), text.encode(), headers, kind)
