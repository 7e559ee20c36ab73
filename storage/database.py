"""The database: one way to write, one way to read, the same on SQLite and PostgreSQL."""

import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Literal, cast

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from storage import audit, window_guard
from storage.faults import Busy, fault, is_transient
from storage.leadership import AlreadyRunning, Leadership, hold_leadership
from storage.window_guard import WindowShut
from storage.windows import ROLES, Side

__all__ = [
    "AlreadyRunning",
    "Busy",
    "Database",
    "Leadership",
    "WindowShut",
    "fault",
    "hold_leadership",
    "is_transient",
    "open_database",
]

Dialect = Literal["sqlite", "postgresql"]

DATABASE = "database"
"""Where a session keeps the database it is of, whose windows it may open."""
BUSY_SECONDS = 5.0
"""How long a writer waits for another, before the work is tried anew from its beginning."""

ADDRESSES = "the database must be sqlite:///a/file or postgresql://…"

PRAGMAS = (
    "journal_mode = WAL",  # readers and the writer do not wait for each other
    "synchronous = FULL",  # what was committed survives a power cut
    "foreign_keys = ON",
    "secure_delete = ON",  # deleted rows are overwritten with zeros
    "journal_size_limit = 67108864",
)

SESSION = {
    "statement_timeout": "15s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
    "synchronous_commit": "on",
    "timezone": "UTC",
}
LASTING = {  # a leader whose machine vanished is noticed by the server within half a minute
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}


class Database:
    """An opened database; `path` is the file of a SQLite database, None for PostgreSQL."""

    def __init__(self, url: URL, service_url: URL | None = None, **pool: Any) -> None:
        self.url = url
        self._service_url = service_url
        self._windows: dict[Side, Engine] = {}
        self._making = threading.Lock()
        self.dialect = cast(Dialect, url.get_backend_name())
        self.path = Path(url.database or "").absolute() if self.dialect == "sqlite" else None
        self._turn = threading.Lock()
        self.engine = self._engine(**pool)
        if self.path:
            self._reading = self.engine.execution_options(council_reading=True)
        else:
            self._reading = self.engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """One transaction that writes: committed at the end, rolled back by any error.

        On SQLite there is one writer at a time, from the first line to the last: keep it short,
        and never open a second one inside.
        """
        with (
            self._own_turn(),
            Session(self.engine, expire_on_commit=False, info={DATABASE: self}) as session,
            session.begin(),
        ):
            yield session
            audit.seal(session)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One unchanging picture of the data, beside any writer; writing in it is refused."""
        info = {DATABASE: self}
        with Session(self._reading, expire_on_commit=False, info=info) as session:
            yield session

    @contextmanager
    def window(self, side: Side = "figures") -> Iterator[Session]:
        """The views of one side, as they were last committed, and nothing else.

        The database refuses everything else. Raises WindowShut where it cannot be opened so, or
        would not refuse: then nothing is shown.
        """
        with Session(self._window_engine(side), expire_on_commit=False) as session:
            try:
                session.connection()
            except (DBAPIError, PoolTimeout) as error:
                raise WindowShut from error
            yield session

    @contextmanager
    def alone(self, *, lasting: bool = False) -> Iterator[Connection]:
        """A connection of its own, outside pool and transactions, closed at the end.

        `lasting` ones are for leaders: the server notices when their machine is gone.
        """
        engine = self._engine(poolclass=NullPool, lasting=lasting)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield connection

    def scrub(self) -> None:
        """Let nothing deleted linger in SQLite's log: write it back and empty it."""
        if self.path:
            with self.alone() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()
        for engine in self._windows.values():
            engine.dispose()

    @contextmanager
    def _own_turn(self) -> Iterator[None]:
        # SQLite's own waiting is by sleeping ever longer: among 16 threads one write in a hundred
        # took 80 ms and some a second; a queue of our own made the worst six times shorter
        if self.path is None:
            yield
            return
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            raise Busy
        try:
            yield
        finally:
            self._turn.release()

    def _window_engine(self, side: Side) -> Engine:
        with self._making:
            if side not in self._windows:
                self._windows[side] = self._looking(side)
            return self._windows[side]

    def _looking(self, side: Side) -> Engine:
        pool = {"pool_size": 2, "max_overflow": 2, "pool_timeout": BUSY_SECONDS}
        if self.path is not None:
            engine = _sqlite(self.url, self.path, **pool)
            window_guard.on_sqlite(engine, side)
            return engine.execution_options(council_reading=True)
        if side == "service" and self._service_url is not None:
            engine = _postgresql(self._service_url, SESSION, **pool)
        else:
            engine = _postgresql(self.url, SESSION | {"role": ROLES[side]}, **pool)
        window_guard.on_postgresql(engine, side)
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def _engine(self, *, lasting: bool = False, **pool: Any) -> Engine:
        if self.path is not None:
            return _sqlite(self.url, self.path, **pool)
        return _postgresql(self.url, SESSION | LASTING if lasting else SESSION, **pool)


def window_of(session: Session, side: Side = "figures") -> AbstractContextManager[Session]:
    """A window of the database that this session is of: see `Database.window`."""
    database: Database = session.info[DATABASE]
    return database.window(side)


def open_database(
    url: str | URL, *, pool_size: int = 10, service_url: str | URL | None = None
) -> Database:
    """Name a database by its address; it is connected to when it is first used.

    `sqlite:///file` or `postgresql://…`; raises ValueError for anything else. `service_url` is how
    PostgreSQL is reached by a login that may look through the Service's window only; without it
    our own user takes that role.
    """
    parsed = _address(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise ValueError(ADDRESSES)
    return Database(
        parsed,
        _address(service_url) if service_url is not None else None,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=BUSY_SECONDS,
    )


def _address(url: str | URL) -> URL:
    parsed = make_url(url)
    if parsed.get_backend_name() in ("postgres", "postgresql"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite":
        raise ValueError(ADDRESSES)
    return parsed


def _sqlite(url: URL, path: Path, **pool: Any) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, **pool)

    @event.listens_for(engine, "do_connect")
    def _private(*_: Any) -> None:
        if not path.exists():  # nobody else on this machine may read it
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # sqlite3 begins nothing by itself: we do, below
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("isolation_level") == "AUTOCOMMIT":
            return
        reading = bool(options.get("council_reading"))
        connection.exec_driver_sql(f"PRAGMA query_only = {int(reading)}")
        # a deferred transaction that writes after others did fails at once, however long it waits
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _postgresql(url: URL, session: dict[str, str], **pool: Any) -> Engine:
    ours = " ".join(f"-c {name}={value}" for name, value in session.items())
    given = url.query.get("options", "")
    return create_engine(
        url.difference_update_query(["options"]),
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        connect_args={
            "options": f"{ours} {given if isinstance(given, str) else ' '.join(given)}".strip(),
            "connect_timeout": 5,
            "application_name": "council-bot",
        },
        **pool,
    )
