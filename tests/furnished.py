"""What a fresh database holds before a test begins: tables and keys."""

from datetime import UTC, datetime
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import storage.audit
import storage.model  # noqa: F401 imported for the tables they name
from storage import data_keys, secrecy
from storage.base import Base
from storage.database import Database
from storage.masters import parse_masters

COUNCIL_KEYS = "bm9ib2R5LWtlZXBzLWEtc2VjcmV0LWluLWEtdGVzdC4"
MASTERS = parse_masters(COUNCIL_KEYS)
MIGRATIONS = Path(__file__).parents[1] / "storage/migrations"


def furnish(database: Database) -> None:
    """Give an empty database its tables and keys.

    The tables come from the model, all at once: `test_migrate.py` holds that the migrations lead
    to the same.
    """
    with database.engine.begin() as connection:
        Base.metadata.create_all(connection)
        MigrationContext.configure(connection).stamp(ScriptDirectory(MIGRATIONS), "head")
    data_keys.open_ring(database, MASTERS, datetime(2026, 11, 1, tzinfo=UTC))
    database.close()


def ring_of(database: Database) -> secrecy.Keyring:
    """A ring of its own for a furnished database, as another process would have it."""
    return secrecy.Keyring(MASTERS, data_keys.reader(database))
