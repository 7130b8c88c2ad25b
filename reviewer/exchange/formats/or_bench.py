"""OR-Bench prompts (Cui et al. 2024, arXiv 2405.20947), as cases that nobody has labelled yet.

Raters called about half of a sample of the hard subset toxic, so the prompts are never taken as labelled `answer`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from reviewer.core.cases import CaseStatus, SuiteHead
from reviewer.core.errors import InputError
from reviewer.exchange.formats.public_sets import columns_of, whole_rows_of
from reviewer.exchange.kit.checks import ActionNames, Duplicates, case_of
from reviewer.exchange.kit.foreign import check_mapped, text_at
from reviewer.exchange.kit.ledger import Ledger
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, CaseRecord, OriginRecord, Record, SuiteRecord
from reviewer.exchange.kit.sources import FileHead, Source

SUITE = "OR-Bench"
LICENCE = "CC-BY-4.0"
_COLUMNS = ["prompt", "category"]
_FILE_NAME = re.compile(r"or[-_ ]?bench", re.IGNORECASE)


class OrBench:
    name = "or-bench"
    description = "OR-Bench prompts as unreviewed cases: they need a label from a person before they are scored."
    suffixes = (".csv", ".jsonl", ".json", ".parquet")
    general = False

    def recognises(self, head: FileHead) -> bool:
        """By name too: anybody's table may have a prompt and a category, and must not get OR-Bench's licence."""
        return columns_of(head) == set(_COLUMNS) and bool(_FILE_NAME.search(head.path.name))

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        check_mapped(options, SUITE, ())
        names = ActionNames(options.scale, options.label_map)
        duplicates = Duplicates("The prompt")
        ledger = Ledger({"prompt": "messages", "category": "category"})
        yield OriginRecord(SUITE, licence=LICENCE)
        yield SuiteRecord(0, SuiteHead(options.suite or SUITE, scale=options.scale, licence=LICENCE))
        for row in whole_rows_of(source, _COLUMNS):
            if isinstance(row, BadRow):
                yield row
                continue
            line, cells = row[0], {name: text_at(row[1].get(name)) for name in _COLUMNS}
            fields = {
                "key": f"or-{hashlib.sha256(cells['prompt'].encode()).hexdigest()[:12]}",
                "prompt": cells["prompt"],
                "category": cells["category"],
                "source": SUITE,
                "licence": LICENCE,
                "status": str(CaseStatus.UNREVIEWED),
            }
            try:
                case = case_of(fields, options.scale, names)
                duplicates.check(line, case.key, cells["prompt"], case.content_hash)
            except InputError as fault:
                yield BadRow(line, str(fault))
            else:
                yield CaseRecord(line, case, ledger.kept(cells))
        yield from ledger.lines()
