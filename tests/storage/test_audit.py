"""The record: sealed row by row, changed by nobody, leading to nobody once they are erased."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from storage import audit, people
from storage.audit import Audit, Pseudonym
from storage.database import Database
from storage.model import Member, Note, Person

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def leyla(database: Database, keyring: object) -> Member:
    """Somebody who does things."""
    with database.begin() as session:
        person = people.add(session, "telegram", "7000000001", "en", NOW)
        member = Member(
            person_id=person.id, alias="Leyla", role="member", languages=["en"], joined_at=NOW
        )
        session.add(member)
    return member


def _note(database: Database, member: Member, *whats: str) -> None:
    with database.begin() as session:
        for what in whats:
            audit.note(session, what, NOW, by=member, about=member, count=1)


def _broken(database: Database) -> list[audit.Broken]:
    with database.read() as session:
        return list(audit.verify(session))


def _unguarded(database: Database, *statements: str) -> None:
    """Somebody with the database's own password, who first takes the guard away."""
    with database.engine.begin() as connection:
        if database.dialect == "postgresql":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        else:
            connection.exec_driver_sql("DROP TRIGGER audit_stays")
            connection.exec_driver_sql("DROP TRIGGER audit_keeps")
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_a_whole_record(database: Database, leyla: Member) -> None:
    """Rows of several transactions follow from each other."""
    _note(database, leyla, "viewed", "answered")
    _note(database, leyla, "closed")
    assert _broken(database) == []
    with database.read() as session:
        assert audit.count(session) == 3
        assert [row.what for row in audit.newest(session, 2)] == ["closed", "answered"]


def test_what_is_rolled_back_is_not_written(database: Database, leyla: Member) -> None:
    """A decision that did not happen stands nowhere."""

    def half_done() -> None:
        with database.begin() as session:
            audit.note(session, "answered", NOW, by=leyla)
            raise KeyError

    with pytest.raises(KeyError):
        half_done()
    with database.read() as session:
        assert audit.count(session) == 0


def test_what_a_savepoint_takes_back_is_not_written(database: Database, leyla: Member) -> None:
    """A step that failed and was undone alone stands nowhere; what was done around it does."""

    def undone(session: Session) -> None:
        with session.begin_nested():
            audit.note(session, "answered", NOW, by=leyla)
            raise KeyError

    with database.begin() as session:
        audit.note(session, "viewed", NOW, by=leyla)
        with suppress(KeyError):
            undone(session)
        with session.begin_nested():
            audit.note(session, "closed", NOW, by=leyla)
    with database.read() as session:
        assert [row.what for row in audit.newest(session, 9)] == ["closed", "viewed"]
    assert _broken(database) == []


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit SET what = 'nothing'", "DELETE FROM audit", "DELETE FROM audit WHERE id = 2"],
)
def test_the_database_refuses(database: Database, leyla: Member, statement: str) -> None:
    """No program changes a row or takes one out."""
    _note(database, leyla, "viewed", "answered", "closed")
    with pytest.raises(DBAPIError, match="append-only"), database.begin() as session:
        session.execute(text(statement))
    assert _broken(database) == []


@pytest.mark.parametrize(
    ("statement", "row", "why"),
    [
        ("UPDATE audit SET what = 'viewed' WHERE id = 2", 2, "changed"),
        ("UPDATE audit SET actor = 'operator' WHERE id = 1", 1, "changed"),
        ("DELETE FROM audit WHERE id = 2", 3, "missing"),
        ("DELETE FROM audit WHERE id = 3", 3, "missing"),
        (
            "INSERT INTO audit (id, at, actor, what, subject, detail, seal) SELECT 9, at, actor, "
            "what, subject, detail, seal FROM audit WHERE id = 3",
            9,
            "missing",
        ),
    ],
)
def test_what_is_changed_shows(
    database: Database, leyla: Member, statement: str, row: int, why: str
) -> None:
    """Whoever gets around the guard is seen."""
    _note(database, leyla, "viewed", "answered", "closed")
    _unguarded(database, statement)
    assert audit.Broken(row, why) in _broken(database)  # type: ignore[arg-type]


def test_many_at_once(database: Database, leyla: Member) -> None:
    """Threads that write at the same moment make one chain."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: _note(database, leyla, "viewed", "answered"), range(12)))
    assert _broken(database) == []
    with database.read() as session:
        assert audit.count(session) == 24
        assert len(session.scalars(select(Pseudonym)).all()) == 1


def test_an_erased_person_leads_nowhere(database: Database, leyla: Member) -> None:
    """The number stays in the chain, and means nobody."""
    _note(database, leyla, "viewed")
    with database.begin() as session:
        number = audit.number(session, leyla)
        assert audit.found(session, "member", [number]) == {number: leyla.id}
        audit.forget(session, "member", leyla.id)
    with database.read() as session:
        assert audit.found(session, "member", [number]) == {}
        assert session.scalars(select(Audit.actor)).all() == [number]
    assert _broken(database) == []


def test_what_is_too_old_goes(database: Database, leyla: Member) -> None:
    """After its time the beginning goes, and the rest is still whole."""
    with database.begin() as session:
        audit.note(session, "viewed", NOW - timedelta(days=2000), by=leyla)
        audit.note(session, "answered", NOW, by=leyla)
    with database.begin() as session:
        assert audit.let_go(session, NOW - timedelta(days=1000)) == 1
    assert _broken(database) == []
    _note(database, leyla, "closed")
    assert _broken(database) == []
    with database.read() as session:
        assert [row.what for row in audit.newest(session, 9)] == ["closed", "answered"]


def test_a_seal_of_another_moment(database: Database, leyla: Member) -> None:
    """Moments are sealed to the second, whatever fraction a database keeps."""
    with database.begin() as session:
        audit.note(session, "viewed", NOW.replace(microsecond=123456), by=leyla)
    assert _broken(database) == []
    with database.read() as session:
        kept = session.get(Note, audit.HEAD)
        assert kept is not None


def test_it_holds_no_address(database: Database, leyla: Member) -> None:
    """Neither row nor link names anybody."""
    _note(database, leyla, "viewed")
    with database.read() as session:
        rows = session.scalars(select(Audit)).all()
        person = session.get_one(Person, leyla.person_id)
        told = str([(row.actor, row.subject, row.detail) for row in rows])
    assert person.address not in told
    assert "Leyla" not in told
