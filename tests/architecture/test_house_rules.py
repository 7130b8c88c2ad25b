"""Rules of the house that no linter knows. Each test names the offending places."""

from __future__ import annotations

import ast
import io
import re
import stat
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.checkout import (
    PACKAGE,
    ROOT,
    TESTS,
    is_ignored,
    listed,
    own_files,
    own_texts,
    place,
    python_files,
    syntax_tree,
)

TOP_LEVEL = {".ci", "docs", "packaging", "resources", "reviewer", "sample_cases", "tests", "tools"}
UI = [PACKAGE / "ui"]
UNFINISHED = re.compile(r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")
# Composed, so that this file does not hold what it looks for.
REGISTRY = re.compile(
    "|".join(
        (
            r"\bpypi" + r"\.org",
            r"python" + r"hosted\.org",
            r"\b(?:extra-)?index" + r"-url\b",
            r"registry" + r"\.(?:npmjs|yarnpkg)",
            r"\barti" + r"factory\b",
            r"devpi" + r"\.net",
        )
    ),
    re.IGNORECASE,
)
RICH_TEXT = {
    "AutoText",
    "MarkdownText",
    "QDesktopServices",
    "QTextBrowser",
    "QWebEngineView",
    "RichText",
    "appendHtml",
    "insertHtml",
    "openUrl",
    "setHtml",
    "setMarkdown",
    "setOpenExternalLinks",
}
MAIN_LOOP = re.compile(r"(?:application|app|Q(?:Core|Gui)?Application(?:\.instance\(\))?)$")
WRITING_MODE = re.compile(r"[rbt+]*[wxa][rbt+]*|[rbt]+\+[bt]*")
WRITERS = {"write_text", "write_bytes", "rename", "touch", "hardlink_to", "symlink_to", "mkstemp", "link", "symlink"}
WRITERS |= {"NamedTemporaryFile", "copy2", "copyfile", "copyfileobj", "copytree", "move"}
CLOCK = {"now", "utcnow", "today"}


def nodes(*folders: Path) -> Iterator[tuple[Path, ast.AST]]:
    for path in python_files(*folders):
        for node in ast.walk(syntax_tree(path)):
            yield path, node


def calls(*folders: Path) -> Iterator[tuple[Path, ast.Call]]:
    for path, node in nodes(*folders):
        if isinstance(node, ast.Call):
            yield path, node


def used_names(*folders: Path) -> Iterator[tuple[Path, ast.expr, str]]:
    """Every name and attribute that the code mentions."""
    for path, node in nodes(*folders):
        if isinstance(node, ast.Attribute):
            yield path, node, node.attr
        elif isinstance(node, ast.Name):
            yield path, node, node.id


def does_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    return isinstance(statement, ast.Pass | ast.Continue)


def catches_everything(names: ast.expr | None) -> bool:
    return names is None or bool(re.search(r"\b(?:Base)?Exception\b", ast.unparse(names)))


def is_silent(node: ast.AST) -> bool:
    """An error that disappears: an empty handler, or the suppression of every error there is."""
    if isinstance(node, ast.ExceptHandler):
        only_passes = all(isinstance(statement, ast.Pass) for statement in node.body)
        return only_passes or (catches_everything(node.type) and all(map(does_nothing, node.body)))
    if isinstance(node, ast.Call) and ast.unparse(node.func) in {"suppress", "contextlib.suppress"}:
        return any(catches_everything(argument) for argument in node.args)
    return False


def comments(path: Path) -> Iterator[tuple[int, str]]:
    """Line and text of every comment; any `#` line of a shell script."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string
    else:
        yield from ((n, line) for n, line in enumerate(text.splitlines(), 1) if line.lstrip().startswith("#"))


def test_nothing_prints_outside_the_command_line() -> None:
    found = [
        place(path, call)
        for path, call in calls(PACKAGE)
        if isinstance(call.func, ast.Name) and call.func.id == "print" and (PACKAGE / "cli") not in path.parents
    ]
    assert not found, listed(found)


def test_nothing_is_left_for_later() -> None:
    files = [path for path in own_files() if path.suffix in {".py", ".sh", ".toml"}]
    found = [f"{p.relative_to(ROOT)}:{n}" for p in files for n, text in comments(p) if UNFINISHED.search(text)]
    assert not found, listed(found)


def test_no_dialog_runs_a_loop_of_its_own() -> None:
    found = [
        place(path, call)
        for path, call in calls(*UI, TESTS)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in {"exec", "exec_"}
        and not MAIN_LOOP.search(ast.unparse(call.func.value))
        and (PACKAGE / "ui" in path.parents or TESTS / "ui" in path.parents)
    ]
    # a button's own menu waits until it is closed
    found += [f"{place(path, node)} {name}" for path, node, name in used_names(*UI) if name == "showMenu"]
    assert not found, listed(found)


def test_every_dialog_opens_in_the_one_way() -> None:
    """`keys_ahead.show_over` loses no key that is typed on; another way would forget that."""
    own = PACKAGE / "ui" / "kit" / "keys_ahead.py"
    dialogs = {
        node.name
        for _path, node in nodes(*UI)
        if isinstance(node, ast.ClassDef) and any("Dialog" in ast.unparse(base) for base in node.bases)
    } | {"QMessageBox", "QInputDialog", "QFileDialog"}
    asked_at_once = re.compile(
        r"Q(?:MessageBox|InputDialog|FileDialog)\.(?:question|warning|information|critical|get\w+)$"
    )
    wrong = []
    for path, call in calls(*UI):
        if path == own or not isinstance(call.func, ast.Attribute):
            continue
        of, does = call.func.value, call.func.attr
        name = ast.unparse(of.func if isinstance(of, ast.Call) else of).rpartition(".")[2]
        is_dialog = name in dialogs or re.search(r"(?:dialog|box)$", name) is not None
        opens = (does == "open" and not call.args and not call.keywords) or does in {"setModal", "setWindowModality"}
        if opens or (does == "show" and is_dialog) or asked_at_once.fullmatch(ast.unparse(call.func)):
            wrong.append(place(path, call))
    assert wrong == []


def test_text_is_never_rich_and_no_address_is_opened() -> None:
    found = [f"{place(path, node)} {name}" for path, node, name in used_names(*UI) if name in RICH_TEXT]
    assert not found, listed(found)


def test_no_error_disappears() -> None:
    found = [
        place(path, node)
        for path, node in nodes(PACKAGE)
        if isinstance(node, ast.ExceptHandler | ast.Call) and is_silent(node)
    ]
    assert not found, listed(found)


@pytest.mark.parametrize(
    ("code", "silent"),
    [
        ("try:\n    f()\nexcept Exception:\n    pass", True),
        ("try:\n    f()\nexcept:\n    ...", True),
        ("try:\n    f()\nexcept (OSError, BaseException):\n    'never mind'", True),
        ("try:\n    f()\nexcept OSError:\n    pass", True),
        ("try:\n    f()\nexcept OSError:\n    log()", False),
        ("for x in y:\n    try:\n        f()\n    except ValueError:\n        continue", False),
        ("with contextlib.suppress(Exception):\n    f()", True),
        ("with suppress(FileNotFoundError):\n    f()", False),
    ],
)
def test_a_disappearing_error_is_recognised(code: str, silent: bool) -> None:
    assert any(is_silent(node) for node in ast.walk(ast.parse(code))) is silent


def writes_a_file(call: ast.Call) -> bool:
    """Whether the call makes, fills, moves or replaces a file."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
    if name == "open":
        return any(isinstance(a, ast.Constant) and WRITING_MODE.fullmatch(str(a.value)) for a in values_of(call))
    if name == "replace":
        # of a path or of os; a text's has two arguments, a dataclass's has names
        return ast.unparse(call.func) == "os.replace" or (len(call.args) == 1 and not call.keywords)
    return name in WRITERS


def values_of(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def test_one_module_writes_files() -> None:
    """A crash or a full disk must leave no half file, wherever it strikes. The database has its own ways."""
    database = (PACKAGE / "store" / "dialects" / name for name in ("sqlite.py", "wal.py", "remains.py", "only_read.py"))
    allowed = (PACKAGE / "host" / "files.py", *database)
    found = [place(path, call) for path, call in calls(PACKAGE) if writes_a_file(call) and path not in allowed]
    assert not found, listed(found)


@pytest.mark.parametrize(
    ("code", "writes"),
    [
        ("path.write_text('x')", True),
        ("open(path, 'w')", True),
        ("path.open(mode='xb')", True),
        ("os.open(path, flags)", False),
        ("path.open('rb')", False),
        ("path.open(encoding='utf-8')", False),
        ("os.replace(old, new)", True),
        ("temporary.replace(target)", True),
        ("text.replace('a', 'b')", False),
        ("replace(line, name='b')", False),
        ("tempfile.NamedTemporaryFile()", True),
        ("shutil.copyfile(old, new)", True),
    ],
)
def test_a_file_that_is_written_is_recognised(code: str, writes: bool) -> None:
    assert any(writes_a_file(node) for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)) is writes


def test_core_reads_no_clock() -> None:
    found = [
        place(path, call)
        for path, call in calls(PACKAGE / "core")
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in CLOCK
        and re.search(r"\bdate(?:time)?$", ast.unparse(call.func.value))
    ]
    assert not found, listed(found)


def test_no_package_registry_is_named() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path, text in own_texts()
        for number, line in enumerate(text.splitlines(), 1)
        if REGISTRY.search(line)
    ]
    assert not found, listed(found)


def test_top_level_folders_are_the_agreed_ones() -> None:
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not is_ignored(path.name)}
    assert folders <= TOP_LEVEL, sorted(folders - TOP_LEVEL)


def test_packaging_shadows_no_library_and_tests_is_a_package() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists()
    assert (TESTS / "__init__.py").is_file()


def test_every_folder_with_modules_is_a_package() -> None:
    folders = {path.parent for path in python_files(PACKAGE, TESTS)}
    found = [str(folder.relative_to(ROOT)) for folder in sorted(folders) if not (folder / "__init__.py").is_file()]
    assert not found, listed(found)


@pytest.mark.parametrize("script", [".ci/run", "packaging/start.sh", "packaging/test.sh"])
def test_the_entry_scripts_can_be_run(script: str) -> None:
    assert (ROOT / script).stat().st_mode & stat.S_IXUSR
