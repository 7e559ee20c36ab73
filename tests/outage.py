"""A database that is away for a while, as its kind can be."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import text

from storage.database import Database, open_database


def away(database: Database) -> AbstractContextManager[None]:
    """The database is away as long as this lasts."""
    return _locked(database) if database.path is not None else _gone(database)


@contextmanager
def _locked(database: Database) -> Iterator[None]:
    """Somebody else holds the file and does not let go."""
    assert database.path is not None
    other = sqlite3.connect(database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextmanager
def _gone(database: Database) -> Iterator[None]:
    """The server ends every connection and takes no new one."""
    name = database.url.database
    with open_database(database.url.set(database="postgres")).alone() as server:
        server.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
        server.execute(text(kill), {"name": name})
        try:
            yield
        finally:
            server.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
