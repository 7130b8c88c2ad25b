"""A workspace as an open file: made, opened, migrated, checked, backed up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, MetaData, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel

from reviewer.core.errors import DamagedError, EnvironmentFault, InputError
from reviewer.core.text_memory import forget_texts
from reviewer.host.backup_files import automatic_backups, automatic_name, thin_backups
from reviewer.host.files import make_private, private_folder
from reviewer.host.holding import ERASURE, holding, told_by_whom
from reviewer.host.marks import forget_marks
from reviewer.host.partials import remove_left_partials
from reviewer.host.tightening import tighten
from reviewer.store.chain import first_stranger, take_up
from reviewer.store.dialects import dialect_for
from reviewer.store.dialects.dialect import Dialect, Library, Patience
from reviewer.store.dialects.sealing import has_passphrase
from reviewer.store.making import NewFile
from reviewer.store.migrations import newest

HEAD_REVISION = "0014"
KNOWN_REVISIONS = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0013",
    "0014",
)


_MOST_NAMED = 5
UNCHANGED = "Nothing was changed."
ONE_STEP = "This step was taken back; what was stored before it is kept."


def _nothing() -> None:
    pass


class Workspace:
    """One open workspace. Use it from one thread at a time; reads and writes each get a session of their own.

    A `write` inside a `write` joins it, and so does a `read`: what several writes do together is one transaction.
    One that is `read_only` says why, in a sentence, to whoever would write; `closed` is called once it was let go of.
    """

    def __init__(
        self, path: Path, engine: Engine, dialect: Dialect, read_only: str = "", closed: Callable[[], None] = _nothing
    ) -> None:
        self.path = path
        self.shown_path = path
        """What people call it: of a bundle not the file that it was unpacked into."""
        self.read_only = read_only
        self._closed = closed
        self.dialect = dialect
        self._take(engine)
        self._writing: Session | None = None
        self.has_written = False
        """Whether a transaction of this one has been stored."""
        self.is_kept_from_writing = False
        """Whether it is the machine's fault that it can only be read: opened again later, it may be writable."""
        self.is_of_bundle = False
        """Whoever opened the bundle verified it; what it covers has the hashes of the words that are not there."""
        self.notices: tuple[str, ...] = ()
        """What a person is to be told of how it was opened, a sentence each."""
        self._patience: Patience | None = None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One moment of the workspace, whatever is written meanwhile. Raises EnvironmentFault."""
        if self._writing is not None:
            self._writing.flush()
            yield self._writing
            return
        with faults(self.dialect, self.path), Session(self._engine, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction, on disk when the outermost block ends, taken back when it raises.

        Waits up to 10 s for another writer, or as `waiting` says. Raises EnvironmentFault, DiskFullError where the disk
        is full, InputError where the workspace was opened to be read.
        """
        self.check_writable()
        if self._writing is not None:
            yield self._writing
            self._writing.flush()
            return
        told = faults(self.dialect, self.path, rolled_back=True, stored_before=self.has_written)
        writer = self._writer
        if self._patience is not None:
            writer = writer.execution_options(patience=self._patience)
        with told, Session(writer, autoflush=False) as session, session.begin():
            self._writing = session
            try:
                self._check_no_stranger(session)
                yield session
                session.flush()
                take_up(session.connection())
            finally:
                self._writing = None
        self.has_written = True

    def _check_no_stranger(self, session: Session) -> None:
        """Raises DamagedError where the record would take up what another program put into the file. What a bundle
        holds was put in by this one, and verified before.
        """
        found = None if self.is_of_bundle else first_stranger(session.connection())
        if found is not None:
            raise DamagedError(
                f"Another program put {found[0].replace('_', ' ')} {found[1]} into {self.path}, so nothing is added to "
                "its record; the file can still be read."
            )

    @contextmanager
    def waiting(self, patience: Patience | None) -> Iterator[None]:
        """Writes in this block wait so for another program's; without any, as long as the database does by itself."""
        before, self._patience = self._patience, patience
        try:
            yield
        finally:
            self._patience = before

    def moment(self) -> int:
        """A number that each commit to the file changes, whoever makes it."""
        with self.read() as session:
            return self.dialect.moment(session.connection())

    def check_writable(self) -> None:
        """Raises InputError where it was opened to be read, EnvironmentFault where that is the machine's fault."""
        if self.read_only and self.is_kept_from_writing:
            raise EnvironmentFault(self.read_only, "Mend that, then open the workspace again.")
        if self.read_only:
            raise InputError(self.read_only, "Open a workspace to change something.")

    def when_closed(self, then: Callable[[], None]) -> None:
        """Have something done after the file was let go of, and after what is done then already."""
        before = self._closed

        def both() -> None:
            before()
            then()

        self._closed = both

    def close(self) -> None:
        """Let go of the file for good. Where nobody else has it open, all of it is in the one file afterwards."""
        self.let_go()
        forget_texts()
        closed, self._closed = self._closed, _nothing
        closed()

    def let_go(self) -> None:
        """Let go of the file until `reopen`; what `when_closed` was told to do waits for `close`."""
        self._engine.dispose()

    def _take(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = engine.execution_options(write=True)
        self.is_encrypted = has_passphrase(self.path)

    def reopen(self) -> None:
        """Take the file up again after `let_go`, checked as at its opening, also where its key is another one now.

        Raises as `open_workspace`; the workspace stays closed then.
        """
        self._take(open_workspace(self.path, create=False)._engine)

    def beside(self) -> Workspace:
        """Another connection to the open file, to be read from another thread. Not for one that can only be read."""
        return Workspace(self.path, self.dialect.open_engine(self.path), self.dialect, "It is open to be looked at.")

    def backup(self, target: Path) -> None:
        """A checked copy at `target`, which is there whole or not at all. Raises EnvironmentFault, and InputError where
        the target is the workspace itself.
        """
        self.dialect.backup(self.path, target)

    def write_anew(self, how: Callable[[Engine], bool]) -> bool:
        """Have the file written anew, outside of any transaction; what `how` answers. Raises EnvironmentFault."""
        self.check_writable()
        with holding(self.path, ERASURE), faults(self.dialect, self.path):
            return how(self._engine)

    def problems(self) -> list[str]:
        """What the database finds wrong with itself; empty when it is sound. Raises EnvironmentFault where the machine
        keeps that from being found out.
        """
        return self.dialect.problems(self.path)

    def search_problems(self) -> list[str]:
        """Which search index finds other words than the texts hold; empty where all is well, or where it was opened to
        be read. Other programs wait to write meanwhile. Raises EnvironmentFault where one that writes keeps it waiting.
        """
        if self.read_only:
            return []
        with faults(self.dialect, self.path):
            return self.dialect.search_problems(self._writer)


@contextmanager
def faults(dialect: Dialect, path: Path, *, rolled_back: bool = False, stored_before: bool = False) -> Iterator[None]:
    """Full disks, missing permissions, damage and locks are the machine's faults and get a sentence.

    Where something was `stored_before`, "Nothing was changed" would deny it: then only the last step was taken back.
    """
    try:
        yield
    except DBAPIError as error:
        known = dialect.fault(path, error, rolled_back=rolled_back)
        if known is None:
            raise
        known = told_by_whom(path, known)
        if stored_before and known.remedy.endswith(UNCHANGED):
            known = type(known)(known.what, known.remedy.removesuffix(UNCHANGED) + ONE_STEP)
        raise known from error


def open_workspace(
    path: Path,
    *,
    create: bool = True,
    read_only: str = "",
    closed: Callable[[], None] = _nothing,
    backs_up: bool = True,
) -> Workspace:
    """Open the workspace, making or migrating it first where needed; `read_only` and `closed` as `Workspace` has them.

    Raises InputError for a file that is not a workspace or that a newer program made, EnvironmentFault where the
    folder or the file cannot be used. Before a migration a checked backup is put beside the file, where it `backs_up`.
    """
    path = path.expanduser().absolute()
    dialect = dialect_for(path)
    try:
        is_folder, exists, is_file = path.is_dir(), path.exists(), path.is_file()
    except OSError as error:
        raise EnvironmentFault(
            f"The path {path} cannot be used ({error.strerror}).", "Choose another place for the workspace."
        ) from error
    if is_folder:
        raise InputError(f"{path} is a folder, not a workspace.", "Give the path of a file.")
    if exists and not is_file:
        raise InputError(f"{path} is a device or a pipe, not a workspace.", "Give the path of a file.")
    new = NewFile(path)
    if exists:
        dialect.check_is_workspace(path)
    elif not create:
        raise InputError(f"There is no workspace at {path}.", "Check the path, or make a new workspace there.")
    else:
        make_empty(path)
    set_aside = dialect.set_log_aside(path)
    engine = dialect.open_engine(path)
    try:
        with faults(dialect, path):
            _refuse(path, _found(engine, dialect.strangers))
            _bring_up_to_date(path, engine, dialect, backs_up=backs_up)
            check_shape(path, engine, dialect, SQLModel.metadata)
    except UnicodeDecodeError as error:  # what SQLite says quotes the damaged schema
        engine.dispose()
        raise DamagedError(f"The workspace {path} is damaged: its schema cannot be read.") from error
    except BaseException:
        engine.dispose()
        new.take_away(dialect)
        raise
    workspace = Workspace(path, engine, dialect, read_only, closed)
    tidied = _tidied(path) if backs_up and not read_only else []
    workspace.notices = tuple(filter(None, [set_aside, *tidied]))
    return workspace


def _tidied(path: Path) -> list[str]:
    """Of what lies beside a workspace that was found sound: what killed programs left goes, backups are thinned, and
    other accounts are shut out. What a person is to be told of it.
    """
    remove_left_partials(path.parent, path.stem)
    forget_marks(path)
    return [thin_backups(path), *tighten(path)]


def check_shape(path: Path, engine: Engine, dialect: Dialect, expected: MetaData) -> None:
    """Raises DamagedError where the file has other tables, columns, indexes, triggers or views than this program's."""
    _refuse(path, _found(engine, dialect.strangers))
    _refuse(path, _found(engine, lambda connection: dialect.misshapen(connection, expected)))


def _found(engine: Engine, look: Callable[[Connection], list[str]]) -> list[str]:
    with engine.connect() as connection:
        return look(connection)


def _refuse(path: Path, found: Sequence[str]) -> None:
    """Raises DamagedError where anything was found; a few of many are named."""
    if found:
        more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
        raise DamagedError(f"The workspace {path} is not as Reviewer makes it: {'; '.join(found[:_MOST_NAMED])}{more}.")


def make_empty(path: Path) -> None:
    """A file that only its owner can read: what the database puts beside it takes its permissions."""
    new = NewFile(path)
    try:
        _make_folder(path.parent)
        make_private(path)
    except EnvironmentFault:
        new.remove()
        raise
    except OSError as error:
        new.remove()
        raise EnvironmentFault(
            f"The workspace {path} cannot be made ({error.strerror}).", "Choose another place for it."
        ) from error


def _make_folder(folder: Path) -> None:
    try:
        private_folder(folder)
    except OSError as error:
        raise EnvironmentFault(
            f"The folder {folder} cannot be made ({error.strerror}).", "Choose another place for the workspace."
        ) from error


def schema_revision(engine: Engine) -> str | None:
    """The revision that the file's schema is of; None for a file without one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
        return str(row[0]) if row else None


def check_revision(path: Path, revision: str | None) -> None:
    """Raises InputError for a schema that a newer program made."""
    if revision is not None and revision not in KNOWN_REVISIONS:
        raise InputError(
            f"{path} was made by a newer Reviewer (its schema is {revision}, this program knows {HEAD_REVISION}).",
            "Open it with the newer program; it was not changed.",
        )


def _bring_up_to_date(path: Path, engine: Engine, dialect: Dialect, *, backs_up: bool) -> None:
    revision = schema_revision(engine)
    if revision == HEAD_REVISION:
        return
    check_revision(path, revision)
    if revision is not None and backs_up:
        _back_up(path, dialect)
    elif revision is None and _has_tables(engine):
        raise DamagedError(f"The workspace {path} does not say which version its tables are of.")
    try:
        if revision is None:
            make_newest(engine)
        else:
            migrate(engine)
    except DBAPIError as error:
        if dialect.fault(path, error, rolled_back=True) is not None:
            raise
        raise DamagedError(
            f"The workspace {path} says that its tables are of version {revision}, but they are not ({error.orig})."
        ) from error


def _back_up(path: Path, dialect: Dialect) -> None:
    """A checked copy beside the file, unless there is one of the same content: a migration that failed left it."""
    if not any(dialect.is_backup_of(path, each.path) for each in automatic_backups(path, f"before-{HEAD_REVISION}")):
        dialect.backup(path, automatic_name(path, HEAD_REVISION))


def _has_tables(engine: Engine) -> bool:
    with engine.connect() as connection:
        return inspect(connection).has_table("suite")


def database_library() -> Library:
    """The library that workspaces are kept with."""
    return dialect_for(Path()).library()


def make_newest(engine: Engine) -> None:
    """Fill an empty file in one transaction, as the migrations would; one that another program has filled stays."""
    with engine.execution_options(write=True).begin() as connection:
        if not inspect(connection).has_table("alembic_version"):
            newest.make(connection, HEAD_REVISION)


def migrate(engine: Engine, revision: str = "head") -> None:
    """Run the migrations up to `revision` in one transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.execution_options(write=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take migrations back down to `revision`."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.execution_options(write=True).begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
