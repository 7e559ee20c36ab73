"""The database: one way to write, one way to read, the same on SQLite and PostgreSQL."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Literal, cast

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.orm import Session

from storage import audit, windows
from storage.faults import Busy, fault, is_transient
from storage.leadership import AlreadyRunning, Leadership, hold_leadership

__all__ = [
    "AlreadyRunning",
    "Busy",
    "Database",
    "Leadership",
    "fault",
    "hold_leadership",
    "is_transient",
    "open_database",
]

Dialect = Literal["sqlite", "postgresql"]

WINDOW = "window"
"""Where a session keeps how to look out on the Service's side."""
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
        self._window: Engine | None = None
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
            Session(self.engine, expire_on_commit=False, info={WINDOW: self.window}) as session,
            session.begin(),
        ):
            yield session
            audit.seal(session)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One unchanging picture of the data, beside any writer; writing in it is refused."""
        info = {WINDOW: self.window}
        with Session(self._reading, expire_on_commit=False, info=info) as session:
            yield session

    @contextmanager
    def window(self) -> Iterator[Session]:
        """What may be seen from the Service's side, as it was last committed, and nothing else.

        Its connection can read the views of `storage.windows`; the database refuses everything
        else. Raises a DatabaseError where it cannot be opened so: then nothing is shown.
        """
        if self._window is None:
            self._window = self._service_engine()
        with Session(self._window, expire_on_commit=False) as session:
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
        if self._window is not None:
            self._window.dispose()

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

    def _service_engine(self) -> Engine:
        if self.path is not None:
            engine = _sqlite(self.url, self.path, pool_size=2, max_overflow=2)
            event.listen(engine, "connect", _looks_through_windows)
            return engine.execution_options(council_reading=True)
        role = {} if self._service_url is not None else {"role": windows.ROLE}
        engine = _postgresql(
            self._service_url or self.url, SESSION | role, pool_size=2, max_overflow=2
        )
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def _engine(self, *, lasting: bool = False, **pool: Any) -> Engine:
        if self.path is not None:
            return _sqlite(self.url, self.path, **pool)
        return _postgresql(self.url, SESSION | LASTING if lasting else SESSION, **pool)


def window_of(session: Session) -> AbstractContextManager[Session]:
    """The window of the database that this session is of: see `Database.window`."""
    opened: AbstractContextManager[Session] = session.info[WINDOW]()
    return opened


def open_database(
    url: str | URL, *, pool_size: int = 10, service_url: str | URL | None = None
) -> Database:
    """Name a database by its address; it is connected to when it is first used.

    `sqlite:///file` or `postgresql://…`; raises ValueError for anything else. `service_url` is how
    PostgreSQL is reached by whoever may look through its windows only; without it our own user
    takes that role.
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


def _looks_through_windows(connection: Any, _: Any) -> None:
    """From now on this connection reads the views, and of the tables what the views show."""

    def may(action: int, one: str | None, *others: str | None) -> int:
        if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_TRANSACTION):
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_PRAGMA and one == "query_only":
            return sqlite3.SQLITE_OK
        is_seen = one in windows.VIEWS or others[-1] in windows.VIEWS
        reads = action == sqlite3.SQLITE_READ and is_seen
        return sqlite3.SQLITE_OK if reads else sqlite3.SQLITE_DENY

    connection.set_authorizer(may)


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
