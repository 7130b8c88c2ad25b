"""bandit over the package: every finding is one of those that somebody looked at."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter

from tests.support.commands import CHECKOUT

LOOKED_AT = {
    # names of tables and columns that the program or the driver names, never a value from outside
    ("B608", "reviewer/store/dialects/sqlite.py"): 8,
    ("B608", "reviewer/store/dialects/converting.py"): 1,
    ("B608", "reviewer/store/dialects/copies.py"): 1,
    ("B608", "reviewer/store/dialects/scrubbing.py"): 1,
    ("B608", "reviewer/store/dialects/remains.py"): 1,
    ("B608", "reviewer/store/decoding.py"): 1,
    ("B608", "reviewer/exchange/formats/promptfoo.py"): 1,
    # no passphrase is what an empty one means: the file is not encrypted
    ("B107", "reviewer/app/packets.py"): 1,
    ("B107", "reviewer/exchange/formats/packets.py"): 1,
    ("B107", "reviewer/ui/reports/bundles.py"): 1,
    ("B107", "reviewer/ui/reports/writing.py"): 1,
    # "requests" here are cases, not the library of that name
    ("B113", "reviewer/report/facts.py"): 1,
    # the word beside "which score" is the name of a rule
    ("B105", "reviewer/ui/gate/form.py"): 1,
    # XML is written with it and never read
    ("B406", "reviewer/exchange/outgoing/label_studio.py"): 1,
    ("B405", "reviewer/report/junit.py"): 1,
    # a draw that must come out the same again from its seed, and keeps nothing secret
    ("B311", "reviewer/review/assigning.py"): 1,
}
"""(test, file): how many of them."""


def findings() -> Counter[tuple[str, str]]:
    done = subprocess.run(
        (sys.executable, "-m", "bandit", "-q", "-r", "reviewer", "-f", "json"),
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    results = json.loads(done.stdout)["results"]
    return Counter((each["test_id"], each["filename"].replace("\\", "/")) for each in results)


def test_bandit_finds_what_was_looked_at_and_nothing_else() -> None:
    assert dict(findings()) == LOOKED_AT
