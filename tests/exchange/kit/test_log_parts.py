"""What the readers of logs share: JSON read by parts, archives, credentials, tables of words."""

from __future__ import annotations

import json
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.errors import InputError
from reviewer.core.responses import ResponseState
from reviewer.core.written_secrets import is_credential_name
from reviewer.exchange.kit import archives, json_stream
from reviewer.exchange.kit.archives import Archive
from reviewer.exchange.kit.credentials import REMOVED, Credentials
from reviewer.exchange.kit.json_stream import CutOff, decoded, json_parts_of
from reviewer.exchange.kit.log_tables import LogTable, log_table
from tests.support.eval_logs import write_zstd

BROKEN = ['{"list": [1, 2', '{"list": [1, 2, }', '{"list": [1, 2] "x"', '{"list": [1, 2], 5: 1}']
CREDENTIALS = """
    apiKey api_key X-Api-Key Authorization OPENAI_API_KEY clientSecret password accessToken aws_secret_access_key
    Set-Cookie dbPassword
"""
OTHERS = "token tokenUsage total_tokens key secretary author max_tokens"
SHAPES = """
    sk-proj-abcdefghijklmnop1234 ghp_abcdefghijklmnopqrstuv hf_abcdefghijklmnopqrstuvwx AKIAABCDEFGHIJKLMNOP
    xoxb-1234567890-abc eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.sig AIzaSyA1234567890abcdefghijklmnopqrstu
"""
TABLES = ("inspect", "promptfoo", "lm_eval", "openai_evals", "helm")
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.lists(values, max_size=6), values, st.sampled_from([None, 2]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])
)
def test_a_list_comes_item_by_item_and_all_else_whole(
    tmp_path_factory: pytest.TempPathFactory, items: list[object], other: object, indent: int | None, encoding: str
) -> None:
    path = tmp_path_factory.mktemp("json") / "a.json"
    held = {"before": other, "deep": {"list": items, "beside": other}, "after": 1}
    path.write_bytes(json.dumps(held, indent=indent, ensure_ascii=False).encode(encoding, "surrogatepass"))
    found = list(json_parts_of(path, {("deep", "list")}))
    wanted = [(("before",), other), *((("deep", "list"), item) for item in items)]
    assert found == [*wanted, (("deep", "beside"), other), (("after",), 1)]


def test_parts_that_lie_across_chunks_are_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "_CHUNK_BYTES", 3)
    path = tmp_path / "a.json"
    items = [12345678, "é" * 50, {"a": [1.5e10, -7]}, True]
    path.write_text(json.dumps({"list": items, "end": 123456789012}), "utf-8")
    assert [value for _, value in json_parts_of(path, {("list",)})] == [*items, 123456789012]


@pytest.mark.parametrize("broken", BROKEN)
def test_what_breaks_off_ends_with_a_sentence_behind_its_whole_parts(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(broken, "utf-8")
    *found, last = [value for _, value in json_parts_of(path, {("list",)})]
    assert found[:2] == [1, 2][: len(found)]
    assert isinstance(last, CutOff)
    assert "cannot be read on" in last.sentence


def test_nesting_numbers_and_half_characters_are_sentences_or_mended(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    for inside in ("[" * 100_000, "1" * 5_000):
        path.write_text(f'{{"list": [{inside}', "utf-8")
        assert isinstance(list(json_parts_of(path, {("list",)}))[-1][1], CutOff)
    path.write_text('{"list": ["x\\ud800y"]}', "utf-8")
    assert [value for _, value in json_parts_of(path, {("list",)})] == ["x\ufffdy"]
    assert decoded('"x\\ud800y"') == "x\ufffdy"
    with pytest.raises(InputError, match="not JSON"):
        decoded(b"{")
    with pytest.raises(InputError, match="too deeply"):
        decoded("[" * 100_000)


def zipped(path: Path, members: dict[str, bytes], *, zstd: bool = False) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            if zstd:
                write_zstd(archive, name, content)
            else:
                archive.writestr(name, content)
    return path


@pytest.mark.parametrize("zstd", [False, True])
def test_a_member_is_read_in_either_packing(tmp_path: Path, zstd: bool) -> None:
    content = b"some words " * 1000
    with Archive(zipped(tmp_path / "a.zip", {"x/y.json": content, "e": b""}, zstd=zstd)) as archive:
        assert archive.read("x/y.json") == content
        assert archive.read("e") == b""


@pytest.mark.parametrize("zstd", [False, True])
def test_a_bomb_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zstd: bool) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBER_BYTES", 1_000_000)
    with (
        Archive(zipped(tmp_path / "a.zip", {"bomb": b"0" * 2_000_000}, zstd=zstd)) as archive,
        pytest.raises(InputError, match="unpacks to more"),
    ):
        archive.read("bomb")


def test_a_member_that_says_it_is_small_is_not_read_further(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBER_BYTES", 1_000_000)
    path = zipped(tmp_path / "a.zip", {"bomb": b"0" * 2_000_000}, zstd=True)
    with Archive(path) as archive:
        archive.members["bomb"].file_size = 10
        with pytest.raises(InputError, match="unpacks to more"):
            archive.read("bomb")


def test_a_member_with_a_wrong_checksum_or_place_is_damaged(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"one": b"words " * 100}, zstd=True)
    with Archive(path) as archive:
        archive.members["one"].CRC ^= 1
        with pytest.raises(InputError, match="checksum"):
            archive.read("one")
        archive.members["one"].header_offset = 7
        with pytest.raises(InputError, match="does not stand where"):
            archive.read("one")
        archive.members["one"].flag_bits |= 1
        with pytest.raises(InputError, match="encrypted"):
            archive.read("one")


@given(st.binary(max_size=300), st.integers(0, 10_000), st.booleans())
def test_a_zip_with_other_bytes_in_it_is_read_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, other: bytes, at: int, zstd: bool
) -> None:
    path = zipped(tmp_path_factory.mktemp("zip") / "a.zip", {"one": b"words " * 50, "two": b"x"}, zstd=zstd)
    content = bytearray(path.read_bytes())
    start = at % len(content)
    content[start : start + len(other)] = other
    path.write_bytes(content)
    with suppress(InputError), Archive(path) as archive:
        for name in archive.members:
            assert len(archive.read(name)) <= archives.MAX_MEMBER_BYTES


@pytest.mark.parametrize(
    ("name", "is_one"),
    [*((name, True) for name in CREDENTIALS.split()), *((name, False) for name in OTHERS.split())],
)
def test_names_of_credentials(name: str, is_one: bool) -> None:
    assert is_credential_name(name) is is_one


@pytest.mark.parametrize("secret", SHAPES.split())
def test_shapes_of_credentials_are_taken_out_of_texts(secret: str) -> None:
    credentials = Credentials()
    cleaned = credentials.without({"error": f"Wrong key {secret}: refused", "n": [1, secret]}, "row")
    assert cleaned == {"error": f"Wrong key {REMOVED}: refused", "n": [1, REMOVED]}
    assert credentials.found == {"row.error": 1, "row.n[]": 1}


def test_placeholders_are_no_credentials_and_nothing_found_is_nothing_said() -> None:
    credentials = Credentials()
    held = {"apiKey": "[REDACTED]", "password": "${PASSWORD}", "token": "{{t}}", "authorization": None, "n": 1}
    assert credentials.without(held) is held
    assert not list(credentials.told())


def test_what_was_dropped_is_counted_by_place_and_told() -> None:
    credentials = Credentials()
    for _ in range(3):
        assert credentials.without({"config": {"apiKey": "k1", "url": "https://u:p@h/"}}, "provider") == {
            "config": {"url": f"https://{REMOVED}@h/"}
        }
    [told] = credentials.told()
    assert told.sentence.startswith(
        "6 credentials in the file were left out and not stored: provider.config.apiKey (3)"
    )


@pytest.mark.parametrize("name", TABLES)
def test_a_table_names_actions_and_states_that_there_are(name: str) -> None:
    table = log_table(name)
    assert table.version
    assert set(table.labels.values()) <= set(DEFAULT_SCALE.ids)
    assert all(ResponseState(state) for state in table.not_replies.values())
    assert all(len(use) == 2 for use in table.fields.values())


def test_a_place_is_looked_up_by_its_name_then_by_what_stands_for_many() -> None:
    table = LogTable("t", "1", fields={"a.b": ["text", "x"], "a.*": ["", "y"]}, not_read={"*.raw": "z"})
    assert table.use_of("a.b") == ("text", "x")
    assert table.use_of("a.c") == ("", "y")
    assert table.use_of("b.raw") == ("", "z")
    assert not table.is_read("b.c")
