"""The tests' own databases: whoever has one after another test finds it as new."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from furnished import MASTERS, ring_of
from reused import Databases
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from storage import data_keys, people, secrecy
from storage.database import open_database
from storage.model import Person

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def _writes(session: Session) -> None:
    people.add(session, "telegram", "1", "en", NOW)


def _empties_keys(session: Session) -> None:
    session.execute(text("DELETE FROM data_key"))


def _builds(session: Session) -> None:
    session.execute(text("ALTER TABLE person ADD COLUMN shoe integer"))


@pytest.mark.parametrize("act", [_writes, _empties_keys, _builds])
def test_as_new(postgresql_databases: Databases, act: Callable[[Session], None]) -> None:
    """Rows, keys, columns: nothing of the test before, and numbers begin anew."""
    before = postgresql_databases.take()
    database = open_database(postgresql_databases.address(before))
    secrecy.use(ring_of(database))
    with database.begin() as session:
        act(session)
    postgresql_databases.give_back(before)  # though somebody is still connected
    database.close()
    after = postgresql_databases.take()
    database = open_database(postgresql_databases.address(after))
    secrecy.use(data_keys.open_ring(database, MASTERS, NOW))
    with database.begin() as session:
        assert not session.scalars(select(Person)).all()
        assert people.add(session, "telegram", "2", "en", NOW).id == 1
        columns = inspect(session.connection()).get_columns("person")
        assert "shoe" not in {column["name"] for column in columns}
    database.close()
    postgresql_databases.give_back(after)
