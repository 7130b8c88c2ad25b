"""A child that answers in lines goes on while nobody reads them, up to a bound."""

from __future__ import annotations

import threading
import time
from itertools import count
from pathlib import Path

from reviewer.host import children
from reviewer.host.children import MEGABYTE, ChildLimits, lines_of

SCRIPT = """
import json, sys
from pathlib import Path
asked = json.loads(sys.stdin.read())
for number in range(asked["lines"]):
    sys.stdout.buffer.write(b"%07d" % number + b"x" * 1000 + b"\\n")
sys.stdout.buffer.flush()
Path(asked["done"]).touch()
"""
SECONDS = 60.0
LIMITS = ChildLimits(SECONDS, 700, 100 * MEGABYTE)


def test_the_child_ends_though_only_one_of_its_lines_was_read(tmp_path: Path) -> None:
    script, done = tmp_path / "child.py", tmp_path / "done"
    script.write_text(SCRIPT)
    lines = lines_of(script, {"lines": 20_000, "done": str(done)}, LIMITS, lambda: None)
    assert next(lines).startswith(b"0000000x")
    until = time.monotonic() + SECONDS
    while not done.exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert done.exists()
    assert [int(line[:7]) for line in lines] == list(range(1, 20_000))


def test_what_is_held_is_bounded_and_nothing_is_lost_or_out_of_order() -> None:
    ahead = children._LinesAhead()
    line = b"x" * MEGABYTE
    most = children._AHEAD_BYTES // MEGABYTE
    given = count()

    def give() -> None:
        while ahead.put(b"%d " % next(given) + line):
            pass

    giver = threading.Thread(target=give, daemon=True)
    giver.start()
    for number in range(3 * most):
        found = ahead.get(SECONDS)
        assert found is not None
        assert int(found.partition(b" ")[0]) == number
        assert ahead._bytes <= (most + 1) * (MEGABYTE + 10)
    ahead.close()
    giver.join(SECONDS)
    assert not giver.is_alive()


def test_nothing_comes_in_the_time_that_is_waited() -> None:
    assert children._LinesAhead().get(0.0) is None
