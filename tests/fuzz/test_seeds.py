"""What the fuzzer begins with: a file that is read for each format, or declined with the format's own sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.core.errors import InputError
from reviewer.exchange.formats.clipboard import Clipboard, read_text
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import CaseRecord, DecisionRecord, LabelRecord, ResponseRecord, VerdictRecord
from reviewer.exchange.registry import FORMATS, detect, read_file
from tests.fuzz.folders import SEVERAL
from tests.fuzz.whole_seeds import DECLINED, whole_seeds

_ROWS = (CaseRecord, ResponseRecord, DecisionRecord, VerdictRecord, LabelRecord)
_ONLY_FOLDERS = {"datasets-folder"}


def _seeds() -> Iterator[tuple[str, str, bytes]]:
    for name in FORMATS:
        for file, content in whole_seeds(name).items():
            yield name, file, content


def test_every_format_has_a_file_to_begin_with() -> None:
    assert {name for name, _, _ in _seeds()} | _ONLY_FOLDERS == set(FORMATS)
    assert set(SEVERAL) >= _ONLY_FOLDERS


@pytest.mark.parametrize(("name", "file", "content"), [pytest.param(*each, id="-".join(each[:2])) for each in _seeds()])
def test_a_file_to_begin_with_is_read_or_declined_for_what_it_is(
    tmp_path: Path, name: str, file: str, content: bytes
) -> None:
    path = tmp_path / file
    path.write_bytes(content)
    if name in DECLINED:
        assert detect(path).name == name
        with pytest.raises(InputError, match=r"Import|export"):
            list(read_file(path, ImportOptions(), name))
        return
    options = ImportOptions()
    records = list(read_text(content.decode(), options) if name == Clipboard.name else read_file(path, options, name))
    assert any(isinstance(each, _ROWS) for each in records), records
