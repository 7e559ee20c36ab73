"""Through the windows of the Service's side nothing is seen but their views, on both databases."""

import sqlite3
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import URL, func, select, text, update
from sqlalchemy.exc import DBAPIError

import storage.model  # noqa: F401 imported for the tables they name
from storage import people, windows
from storage.base import Base
from storage.database import (
    Database,
    WindowShut,
    open_database,
    window_of,
)
from storage.model import (
    Case,
    DigestRun,
    Member,
    Person,
    Proposal,
    ProposalReply,
    Released,
    ReleasedReply,
)
from storage.windows import Side

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SIDES: tuple[Side, ...] = ("service", "figures")
KEPT_BACK = "Mirvari waits for her card."
SENT = "The card of a family is late."
REFUSED = (
    *("permission denied", "not authorized", "is prohibited", "vtable constructor failed"),
    *("cannot modify", "cannot delete from view"),
)


@pytest.fixture
def full(database: Database) -> Database:
    """A request, what was released of it, and what was not."""
    with database.begin() as session:
        writer = people.add(session, "telegram", "7001", "en", NOON)
        reader = people.add(session, "telegram", "7002", "en", NOON)
        member = Member(
            person_id=reader.id, alias="Leyla", role="member", languages=["en"], joined_at=NOON
        )
        session.add(member)
        session.flush()
        usual = {"person_id": writer.id, "language": "en", "created_at": NOON, "touched_at": NOON}
        case = Case(reference="482719356", state="open", handed_in_at=NOON, **usual)
        draft = Case(reference="482719364", state="draft", **usual)
        session.add_all([case, draft])
        session.flush()
        usual = {"case_id": case.id, "member_id": member.id, "asked_at": NOON}
        session.add(Released(unit="visas", text=SENT, state="sent", sent_at=NOON, **usual))
        session.add(Released(unit="hidden_unit", text=KEPT_BACK, state="asked", **usual))
        session.add(DigestRun(week="2026-W47", stage="sent", sent_at=NOON, content={}))
        session.add(DigestRun(week="hidden", stage="drafted", content={"a": "hidden"}))
        texts = {"unit": "visas", "topic": "hidden", "concerns": {}, "problem": {}, "asked": {}}
        proposal = Proposal(created_at=NOON, **texts)
        session.add(proposal)
        session.flush()
        session.add(ProposalReply(proposal_id=proposal.id, kind="hidden_kind", at=NOON))
        session.add(ReleasedReply(released_id=2, text=KEPT_BACK, at=NOON))
    return database


def ask(database: Database, side: Side, *statements: Any) -> list[Any]:
    """What the last of these shows there, in a transaction of its own that might even write."""
    with database.window(side) as session:
        if database.dialect == "postgresql":
            session.execute(text("SET TRANSACTION READ WRITE"))
        for statement in statements[:-1]:
            session.execute(text(statement) if isinstance(statement, str) else statement)
        last = statements[-1]
        found = session.execute(text(last) if isinstance(last, str) else last)
        return list(found) if found.returns_rows else []


def refused(database: Database, side: Side, *statements: Any) -> None:
    """The database itself says no."""
    with pytest.raises((DBAPIError, sqlite3.DatabaseError)) as caught:
        ask(database, side, *statements)
    said = str(getattr(caught.value, "orig", caught.value))
    assert any(words in said for words in REFUSED), (statements, said)


@pytest.mark.parametrize("side", SIDES)
def test_every_view_of_a_side_is_read(full: Database, side: Side) -> None:
    """What stands in a window is readable, with every column that is named for it."""
    for name in windows.SEEN[side]:
        shape = next(one for one in vars(windows).values() if getattr(one, "name", None) == name)
        ask(full, side, select(shape))
    assert ask(full, "service", select(windows.released.c.text)) == [(SENT,)]
    assert ask(full, "service", select(windows.digests.c.week)) == [("2026-W47",)]
    assert len(ask(full, "figures", select(windows.requests.c.writer))) == 1


@pytest.mark.parametrize("side", SIDES)
def test_no_table_is_read_or_written(full: Database, side: Side) -> None:
    """Every table, every column of it, its rows counted, changed, removed: refused."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            refused(full, side, select(column))
            refused(full, side, select(func.count(column)))
        quoted = f'"{table.name}"'
        some = next(iter(table.columns))
        for statement in (
            select(func.count()).select_from(table),
            f"SELECT 1 FROM {quoted}",
            f"DELETE FROM {quoted}",
            f"INSERT INTO {quoted} DEFAULT VALUES",
            f'UPDATE {quoted} SET "{some.name}" = "{some.name}"',
            f"DROP TABLE {quoted}" if full.path else f"TRUNCATE {quoted}",
            f"SELECT * FROM (SELECT * FROM {quoted}) AS service_released",
        ):
            refused(full, side, statement)


@pytest.mark.parametrize("side", SIDES)
def test_views_of_the_other_side_are_not_read(full: Database, side: Side) -> None:
    """No reader has requests and released texts: the moment of sending would join them."""
    others = set(windows.VIEWS) - set(windows.SEEN[side])
    assert others
    for name in others:
        with pytest.raises(DBAPIError):
            ask(full, side, f"SELECT * FROM {name}")


def test_no_window_shows_both_a_request_and_a_released_text() -> None:
    """The Service's side has no view of requests, the figures' side none of released texts."""
    assert not [name for name in windows.SEEN["service"] if name.startswith("figure")]
    assert not [name for name in windows.SEEN["figures"] if "released" in name]
    assert {*windows.SEEN["service"], *windows.SEEN["figures"]} == set(windows.VIEWS)


def test_the_number_that_tells_people_apart_stands_nowhere_else() -> None:
    """Nothing but the person's own row holds it, and only the figures' view shows it."""
    holders = [t.name for t in Base.metadata.sorted_tables if "counted_as" in t.columns]
    assert holders == [Person.__tablename__]
    shown = [name for name, query in windows.VIEWS.items() if "counted_as" in query]
    assert shown == ["figure_request"]


@pytest.mark.parametrize("side", SIDES)
def test_a_view_cannot_be_written_through(full: Database, side: Side) -> None:
    """Not even where the database would know which row is meant."""
    for name in windows.SEEN[side]:
        refused(full, side, f"DELETE FROM {name}")
    refused(full, "service", "UPDATE service_proposal SET unit = 'other'")


ALIASES = (
    "WITH {view} AS (SELECT text FROM released) SELECT * FROM {view}",
    "WITH {view} AS (SELECT address FROM person) SELECT * FROM {view}",
    'WITH "{view}" (a) AS MATERIALIZED (SELECT address FROM person) SELECT a FROM "{view}"',
    "SELECT * FROM (SELECT address FROM person) AS {view}",
    "SELECT * FROM (WITH {view} AS (SELECT text FROM released) SELECT * FROM {view}) AS x",
    "SELECT (SELECT text FROM released AS {view} LIMIT 1)",
    "SELECT number FROM service_released UNION ALL SELECT id FROM released",
    "SELECT number FROM service_released WHERE EXISTS (SELECT 1 FROM person)",
    'SELECT {view}.number FROM {view} JOIN "case" c ON c.id = {view}.number',
)


@pytest.mark.parametrize("form", ALIASES)
def test_a_name_borrowed_from_a_view_opens_nothing(full: Database, form: str) -> None:
    """Whatever calls itself like a view inside a statement has no rights of the view."""
    for view in ("service_released", "service_digest"):
        if view == "service_released" or "{view}.number" not in form:
            refused(full, "service", form.format(view=view))


OUT_OF_IT = (
    *("SELECT * FROM sqlite_master", "SELECT * FROM sqlite_temp_master"),
    *("PRAGMA table_info(person)", "SELECT * FROM pragma_table_info('person')"),
    *("PRAGMA writable_schema = 1", "PRAGMA temp_store_directory = '/tmp'"),
    *("ATTACH ':memory:' AS other", "DETACH main"),
    *("SELECT load_extension('x')", "SELECT * FROM dbstat", "ANALYZE", "REINDEX"),
    *("CREATE TEMP TABLE mine (a)", "CREATE TEMP VIEW mine AS SELECT 1", "CREATE TABLE mine (a)"),
    *("DROP VIEW temp.service_released", "SELECT * FROM main.service_released"),
    *("EXPLAIN QUERY PLAN SELECT * FROM service_released", "/* */ explain SELECT 1"),
)


@pytest.mark.parametrize("statement", OUT_OF_IT)
def test_sqlite_has_no_other_way_out(sqlite_in_use: Database, statement: str) -> None:
    """Other files, the list of tables, settings, extensions, something of one's own: refused."""
    refused(sqlite_in_use, "service", statement)


def test_sqlite_copies_itself_nowhere(sqlite_in_use: Database, tmp_path: Any) -> None:
    """Outside a transaction the file could be written out whole; that is refused, too."""
    with sqlite_in_use.window("service") as session:
        raw: Any = session.connection().connection.driver_connection
        session.rollback()
        with pytest.raises(sqlite3.DatabaseError, match="denied"):
            raw.execute(f"VACUUM INTO '{tmp_path}/copy.db'")
    assert not (tmp_path / "copy.db").exists()


def test_nothing_else_of_postgresql_is_reached(postgresql_in_use: Database) -> None:
    """Sequences, functions of ours, files, programs, statistics of values, other roles' rights."""
    database = postgresql_in_use
    with database.read() as session:
        sequences = list(session.scalars(text("SELECT sequencename FROM pg_sequences")))
    assert sequences
    for sequence in sequences:
        refused(database, "service", f"SELECT nextval('{sequence}')")
        refused(database, "service", f"SELECT last_value FROM {sequence}")
        refused(database, "service", f"SELECT setval('{sequence}', 1)")
    for statement in (
        "SELECT pg_read_file('/etc/hostname')",
        "COPY person TO STDOUT",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT * FROM pg_statistic",
        "SELECT * FROM pg_authid",
        "CREATE TABLE mine (a int)",
        "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "GRANT SELECT ON person TO council_service",
    ):
        refused(database, "service", statement)
    assert ask(database, "service", "SELECT * FROM pg_stats WHERE schemaname = 'public'") == []


SPY = (
    "CREATE FUNCTION pg_temp.spy(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS "
    "$$ BEGIN IF $1 LIKE '%hidden%' THEN RAISE EXCEPTION 'saw %', $1; END IF; RETURN true; END $$"
)
SPIES = (
    "SELECT week FROM service_digest WHERE pg_temp.spy(week)",
    "SELECT week FROM service_digest WHERE pg_temp.spy(content::text)",
    "SELECT number FROM service_released WHERE pg_temp.spy(unit)",
    "SELECT number FROM service_proposal WHERE pg_temp.spy(topic)",
    "SELECT number FROM service_reply WHERE pg_temp.spy(kind)",
    "SELECT number FROM service_reply WHERE kind::int = 1",
    "SELECT number FROM service_reply WHERE 1 / (length(kind) - 11) = 0",
    "SELECT number FROM service_released_reply WHERE pg_temp.spy(number::text || 'hidden')",
)


@pytest.mark.parametrize("statement", SPIES)
def test_conditions_are_not_tried_on_hidden_rows(
    postgresql_in_use: Database, full: Database, statement: str
) -> None:
    """No function of the reader's, as cheap as can be, and no error tells what was not sent."""
    if full.dialect == "postgresql":
        assert len(ask(full, "service", SPY, statement)) in (0, 1)


# Which user it is


def test_our_own_user_takes_the_role_and_could_lay_it_down(postgresql: Database) -> None:
    """RESET ROLE does not help; SET ROLE does, as long as the login is the bot's own."""
    now = "SELECT current_user::text"
    assert ask(postgresql, "service", now) == [("council_service",)]
    assert ask(postgresql, "service", "RESET ROLE", now) == [("council_service",)]
    assert ask(postgresql, "service", "SET ROLE NONE", "SELECT count(*) FROM person") == [(0,)]


@pytest.fixture
def second_login(postgresql_in_use: Database) -> Iterator[URL]:
    """A login of its own that is in the Service's role."""
    name = f"staff_{uuid.uuid4().hex[:8]}"
    with postgresql_in_use.alone() as server:
        server.execute(text(f"CREATE ROLE {name} LOGIN PASSWORD 'open' IN ROLE council_service"))
        yield postgresql_in_use.url.set(username=name, password="open")
        server.execute(text(f"DROP ROLE {name}"))


@pytest.mark.parametrize("away", ["RESET ROLE", "SET ROLE NONE", "SET ROLE council_service"])
def test_a_second_login_cannot_get_out(
    postgresql_in_use: Database, second_login: URL, away: str
) -> None:
    """Whatever role it lays down or takes, it reads the same views and nothing else."""
    database = open_database(postgresql_in_use.url, service_url=second_login)
    ask(database, "service", away, "SELECT * FROM service_digest")
    refused(database, "service", away, "SELECT * FROM person")
    refused(database, "service", away, "SELECT * FROM figure_request")
    owner = postgresql_in_use.url.username
    for other in (owner, "council_figures"):
        refused(database, "service", f'SET ROLE "{other}"')
        refused(database, "service", f'SET SESSION AUTHORIZATION "{other}"')
    ask(database, "figures", "SELECT * FROM figure_request")
    database.close()


def test_a_login_that_may_read_more_is_not_used(
    postgresql_in_use: Database, second_login: URL
) -> None:
    """One table too many, and the window stays shut; so it does for a superuser."""
    with postgresql_in_use.alone() as server:
        for grant in ("SELECT ON person", "SELECT (id) ON person", "INSERT ON service_digest"):
            server.execute(text(f"GRANT {grant} TO {second_login.username}"))
            _is_shut(postgresql_in_use, second_login)
            server.execute(text(f"REVOKE {grant} FROM {second_login.username}"))
    _is_shut(postgresql_in_use, postgresql_in_use.url)


def test_without_the_role_the_window_is_shut(
    postgresql_in_use: Database, second_login: URL
) -> None:
    """Nobody to look through: nothing is shown, rather than everything."""
    _is_shut(postgresql_in_use, second_login.set(username="nobody_there"))


def _is_shut(database: Database, service_url: URL) -> None:
    other = open_database(database.url, service_url=service_url)
    with pytest.raises(WindowShut), other.window("service"):
        pass
    other.close()


def test_a_session_opens_the_windows_of_its_own_database(full: Database) -> None:
    """Inside a transaction they show what was committed before it; they lead to no other window."""
    with full.begin() as session:
        session.execute(update(Released).values(text="changed"))
        with window_of(session, "service") as window:
            assert window.scalars(select(windows.released.c.text)).all() == [SENT]
            assert "database" not in window.info
        with window_of(session) as window:
            assert len(window.execute(select(windows.requests)).all()) == 1
