"""The schema that migrations make is the schema of the models, up and down, with its checks and triggers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Engine, inspect

from reviewer.core.actions import DEFAULT_SCALE, ActionId, preset_named
from reviewer.core.cases import SuiteHead
from reviewer.core.decisions import DecisionKind, JudgeAdmission, JudgeOutcome, JudgeReply
from reviewer.core.rescaling import Rescaling, same_answers
from reviewer.core.scoring.policy import Policy
from reviewer.store import database
from reviewer.store.database import Workspace
from reviewer.store.dialects import sqlite
from reviewer.store.facts.interests import DeclaredInterest
from reviewer.store.facts.judging import AdmissionWord, NewJudgeRun
from reviewer.store.review_rows import metadata
from reviewer.store.writes.decisions import create_review_plan
from reviewer.store.writes.interests import add_interest
from reviewer.store.writes.judging import add_replies, create_judge_run, set_admission
from reviewer.store.writes.policies import lock_policy
from reviewer.store.writes.rescaling import rescale_suite
from reviewer.store.writes.suites import ensure_suite
from tests.support.builders import (
    AT,
    REFUSE,
    Filled,
    decide,
    filled_workspace,
    make_model_version,
    make_verdict,
    undo,
)

MIGRATIONS = Path(database.__file__).parent / "migrations"


APPEND_ONLY = (
    *("label_event", "verdict", "decision", "adjudication", "review_plan", "review_plan_item"),
    *("judge_reply", "rescaling", "policy_lock", "guideline_text", "judge_admission", "declared_interest"),
)


def is_search_table(name: str) -> bool:
    """Whether a table belongs to the full-text index, which the table metadata does not describe."""
    return any(name == fts or name.startswith(f"{fts}_") for fts in sqlite.SEARCH_TABLES)


def script_directory() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


REVISIONS = [script.revision for script in reversed(list(script_directory().walk_revisions()))]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = sqlite.open_engine(tmp_path / "schema.db")
    yield made
    made.dispose()


def tables(engine: Engine) -> set[str]:
    names = inspect(engine).get_table_names()
    return {name for name in names if not is_search_table(name)} - {"alembic_version"}


def sql_of(path: Path) -> dict[str, str]:
    """Name of each object in the file → the statement that made it, with its white space evened out."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {name: " ".join(sql.split()) for name, sql in rows}


def test_the_upgraded_schema_equals_the_models(engine: Engine) -> None:
    database.migrate(engine)

    def ours(_object: object, name: str | None, kind: str, _reflected: bool, _to: object) -> bool:
        return not (kind == "table" and is_search_table(name or ""))

    with engine.connect() as connection:
        options = {"include_object": ours, "compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_every_check_of_the_models_is_in_the_file(workspace: Workspace) -> None:
    made = sql_of(workspace.path)
    checks = [
        (table.name, constraint)
        for table in metadata.sorted_tables
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    ]
    assert len(checks) > 15
    for table, constraint in checks:
        assert f"CONSTRAINT {constraint.name} CHECK ({' '.join(str(constraint.sqltext).split())})" in made[table]


def test_the_file_has_no_check_that_the_models_lack(workspace: Workspace) -> None:
    made = sql_of(workspace.path)
    for table in metadata.sorted_tables:
        expected = sum(isinstance(constraint, CheckConstraint) for constraint in table.constraints)
        assert made[table.name].count("CHECK (") == expected, table.name


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_revision_goes_up_and_down(engine: Engine, revision: str) -> None:
    database.migrate(engine, revision)
    before = tables(engine)
    database.migrate(engine)
    assert tables(engine) == {table.name for table in metadata.sorted_tables}
    database.downgrade(engine, revision)
    assert tables(engine) == before
    database.downgrade(engine, "base")
    assert tables(engine) == set()
    database.migrate(engine)
    assert tables(engine) == {table.name for table in metadata.sorted_tables}


def test_a_workspace_with_everything_in_it_goes_down(filled: Filled) -> None:
    first = decide(filled.workspace, filled.response_ids[0], REFUSE)
    undo(filled.workspace, first)
    decide(filled.workspace, filled.response_ids[1], REFUSE, "lead", kind=DecisionKind.ADJUDICATION)
    items = [(filled.response_ids[2], 0.5)]
    create_review_plan(filled.workspace, run_id=filled.run_id, items=items, design="uniform", seed=1, at=AT)
    _judge(filled)
    _say(filled)
    _rescale(filled)
    lock_policy(filled.workspace, suite_id=filled.suite_id, policy=Policy(min_skill=0.1), author="ana", at=AT)
    filled.workspace.close()
    engine = sqlite.open_engine(filled.workspace.path)
    database.downgrade(engine, "base")
    assert tables(engine) == set()
    engine.dispose()


def test_the_program_knows_every_revision_and_the_head() -> None:
    assert script_directory().get_heads() == [database.HEAD_REVISION]
    assert list(database.KNOWN_REVISIONS) == REVISIONS


def test_each_connection_is_durable_and_checks_references(workspace: Workspace) -> None:
    with workspace.read() as session:
        connection = session.connection()

        def pragma(name: str) -> object:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

        assert pragma("journal_mode") == "wal"
        assert pragma("foreign_keys") == 1
        assert pragma("synchronous") == 2
        assert pragma("busy_timeout") == 10_000
        assert pragma("application_id") == sqlite.APPLICATION_ID


@pytest.fixture(scope="module")
def raw_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a row in every table, closed."""
    filled = filled_workspace(tmp_path_factory.mktemp("raw") / "workspace.db")
    decide(filled.workspace, filled.response_ids[0], REFUSE, "lead", kind=DecisionKind.ADJUDICATION)
    items = [(filled.response_ids[0], 0.5)]
    create_review_plan(filled.workspace, run_id=filled.run_id, items=items, design="uniform", seed=1, at=AT)
    _judge(filled)
    _say(filled)
    _rescale(filled)
    lock_policy(filled.workspace, suite_id=filled.suite_id, policy=Policy(min_skill=0.1), author="ana", at=AT)
    filled.workspace.close()
    return filled.workspace.path


def _judge(filled: Filled) -> None:
    new = NewJudgeRun(filled.run_id, make_model_version(), "judge/small/1", "p", "1")
    judge_run_id, _ = create_judge_run(filled.workspace, judging=new, at=AT)
    reply = JudgeReply(filled.response_ids[0], "h", JudgeOutcome.JUDGED, make_verdict(REFUSE, "judge/small/1"))
    add_replies(filled.workspace, judge_run_id=judge_run_id, replies=[reply], control=False, at=AT)


def _say(filled: Filled) -> None:
    """What has a history: a guideline, a judging that counts, a declared interest."""
    for text in ("When in doubt, ask.", "When in doubt, refuse."):
        ensure_suite(filled.workspace, head=SuiteHead("Suite", guideline=text), at=AT)
    word = AdmissionWord(JudgeAdmission.PERSON, {}, "ana", "read fifty", AT)
    set_admission(filled.workspace, judge_run_ids=[1], word=word)
    add_interest(filled.workspace, said=DeclaredInterest("ana", "none", AT))


def _rescale(filled: Filled) -> None:
    six = preset_named("six").scale
    to_six = Rescaling(DEFAULT_SCALE, six, same_answers(DEFAULT_SCALE, six))
    rescale_suite(filled.workspace, suite_id=filled.suite_id, rescaling=to_six, reason="finer", author="ana", at=AT)


@pytest.fixture
def raw(raw_file: Path) -> Iterator[sqlite3.Connection]:
    """The file as SQLite sees it; nothing that a test tries is kept."""
    with closing(sqlite3.connect(raw_file)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        yield connection
        connection.rollback()


REPLY = (
    "INSERT INTO judge_reply (judge_run_id, response_id, response_hash, control, outcome, action, reason, "
    "returned_model, fingerprint, request_hash, raw_reply, attempts, usage, at, verdict_id)"
)
BAD_VALUES = [
    "INSERT INTO rescaling SELECT NULL, suite_id, before, after, answers, 0, 0, author, '', at FROM rescaling",
    "INSERT INTO policy_lock SELECT NULL, suite_id, '', name, rules, 0, author, at FROM policy_lock",
    "INSERT INTO policy_lock SELECT NULL, suite_id, policy_hash, name, rules, 0, '', at FROM policy_lock",
    "UPDATE suite SET name = ''",
    "UPDATE \"case\" SET status = 'gone'",
    'UPDATE "case" SET label = NULL',
    "UPDATE \"case\" SET key = ''",
    "UPDATE endpoint SET timeout_s = 0",
    "UPDATE endpoint SET concurrency = 0",
    "UPDATE run SET status = 'odd'",
    "UPDATE run SET repeats = 0",
    "UPDATE response SET state = 'fine'",
    "UPDATE response SET repeat = 0",
    "UPDATE response SET final_action = NULL",
    "UPDATE response SET final_source = 'oracle'",
    "INSERT INTO verdict (response_id, response_hash, classifier, source, confidence, reason, evidence, caveat, asks, "
    "at) VALUES (1, '', 'x', 'rules', 1.5, '', '[]', 0, 0, '')",
    "INSERT INTO verdict (response_id, response_hash, classifier, source, confidence, reason, evidence, caveat, asks, "
    "at) VALUES (1, '', 'x', 'gut', 0.5, '', '[]', 0, 0, '')",
    "INSERT INTO decision (response_id, response_hash, scale_hash, reviewer, kind, note, blind, bulk, at) "
    "VALUES (1, '', '', '', 'decision', '', 0, 0, '')",
    "INSERT INTO decision (response_id, response_hash, scale_hash, reviewer, kind, note, blind, bulk, at) "
    "VALUES (1, '', '', 'ana', 'undo', '', 0, 0, '')",
    "INSERT INTO decision (response_id, response_hash, scale_hash, reviewer, kind, undoes, note, blind, bulk, at) "
    "VALUES (1, '', '', 'ana', 'decision', 1, '', 0, 0, '')",
    "INSERT INTO decision (response_id, response_hash, scale_hash, reviewer, kind, note, blind, bulk, at) "
    "VALUES (99, '', '', 'ana', 'decision', '', 0, 0, '')",
    "INSERT INTO review_plan_item VALUES (NULL, 1, 9, 1, 0)",
    "INSERT INTO review_plan_item VALUES (NULL, 1, 9, 1, 1.5)",
    "INSERT INTO review_plan_item VALUES (NULL, 1, 0, 1, 0.5)",
    "INSERT INTO review_plan_item VALUES (NULL, 99, 9, 1, 0.5)",
    "INSERT INTO guideline_text SELECT NULL, suite_id, version, text, at FROM guideline_text",
    "INSERT INTO judge_admission VALUES (NULL, 1, 'perhaps', '', '', '', '')",
    "INSERT INTO declared_interest VALUES (NULL, '', 'none', '')",
    "INSERT INTO review_plan (run_id, design, seed, budget, at) VALUES (1, 'x', 1, 0, '')",
    "INSERT INTO adjudication VALUES (1, 'boredom')",
    "UPDATE judge_run SET status = 'odd'",
    "UPDATE judge_run SET accepted_by = 'ana'",
    "UPDATE judge_run SET run_id = 99",
    f"{REPLY} VALUES (1, 1, '', 0, 'guessed', NULL, '', '', '', '', '', 1, '{{}}', '', NULL)",
    f"{REPLY} VALUES (1, 1, '', 1, 'refused', 'answer', '', '', '', '', '', 1, '{{}}', '', NULL)",
    f"{REPLY} VALUES (1, 1, '', 1, 'judged', NULL, '', '', '', '', '', 1, '{{}}', '', NULL)",
    f"{REPLY} VALUES (1, 1, '', 0, 'judged', 'answer', '', '', '', '', '', 1, '{{}}', '', NULL)",
    f"{REPLY} VALUES (1, 1, '', 1, 'judged', 'answer', '', '', '', '', '', 1, '{{}}', '', 1)",
    f"{REPLY} VALUES (99, 1, '', 1, 'refused', NULL, '', '', '', '', '', 1, '{{}}', '', NULL)",
    "DELETE FROM run",
    'DELETE FROM "case"',
]


@pytest.mark.parametrize("statement", BAD_VALUES)
def test_bad_values_are_refused_by_the_file_itself(raw: sqlite3.Connection, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=r"CHECK|FOREIGN KEY|UNIQUE"):
        raw.execute(statement)


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("statement", ["UPDATE {} SET rowid = rowid", "DELETE FROM {}"])
def test_what_is_appended_stays(raw: sqlite3.Connection, table: str, statement: str) -> None:
    assert raw.execute(f"SELECT count(*) FROM {table}").fetchone()[0] > 0  # noqa: S608 a table of ours
    with pytest.raises(sqlite3.IntegrityError, match=f"{table} is appended only"):
        raw.execute(statement.format(table))


def test_a_final_action_and_its_source_come_together(raw: sqlite3.Connection) -> None:
    raw.execute("UPDATE response SET final_action = NULL, final_source = NULL")
    with pytest.raises(sqlite3.IntegrityError, match="ck_response_final"):
        raw.execute("UPDATE response SET final_action = ?", (ActionId("refuse"),))
