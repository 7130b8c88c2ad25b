"""`python -m tests.benchmarks [NAME ...] [--json FILE]`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tests.benchmarks.cases import importing
from tests.benchmarks.opening import opening, starting
from tests.benchmarks.rules import rules

BENCHMARKS = {"start": starting, "import": importing, "open": opening, "rules": rules}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(BENCHMARKS)}; default all")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]!r}; there are {', '.join(BENCHMARKS)}")
    figures = []
    for name in arguments.names or BENCHMARKS:
        for figure in BENCHMARKS[name]():
            sys.stdout.write(f"{figure}\n")
            sys.stdout.flush()
            figures.append(figure.as_json())
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
