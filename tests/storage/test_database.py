"""Writing, reading and leading, on both databases."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from storage.database import (
    AlreadyRunning,
    Busy,
    Database,
    fault,
    hold_leadership,
    is_transient,
    open_database,
)
from storage.model import Note, Received

NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)


def count(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Note)) or 0


def value(database: Database, name: str) -> str | None:
    with database.read() as session:
        return session.scalar(select(Note.value).where(Note.name == name))


def test_a_transaction_is_whole_or_nothing(database: Database) -> None:
    """What was written before an error is gone with it."""
    with pytest.raises(RuntimeError), database.begin() as session:  # noqa: PT012
        session.add(Note(name="half", value="done"))
        session.flush()
        raise RuntimeError
    with database.begin() as session:
        session.add(Note(name="whole", value="done"))
    assert value(database, "half") is None
    assert value(database, "whole") == "done"


def test_many_writers_lose_nothing(database: Database) -> None:
    """Eight threads that each read, add and write back count to the exact sum."""
    with database.begin() as session:
        session.add(Note(name="sum", value="0"))

    def add_one(_: int) -> None:
        with database.begin() as session:
            note = session.get_one(Note, "sum", with_for_update=True)
            note.value = str(int(note.value) + 1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add_one, range(80)))
    assert value(database, "sum") == "80"


def test_two_processes_write_by_turns(database: Database) -> None:
    """A second program with the same database waits its turn instead of failing."""
    other = open_database(database.url)
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(_write_many, each, 40) for each in (database, other)]:
            done.result()
    other.close()
    assert count(database) == 80


def _write_many(database: Database, times: int) -> None:
    for turn in range(times):
        with database.begin() as session:
            assert session.scalar(select(func.count()).select_from(Note)) is not None
            session.add(Note(name=f"{id(database)}:{turn}", value=""))


def test_readers_do_not_wait_for_the_writer(database: Database) -> None:
    """Beside an open writing transaction a reader gets the former state at once."""
    with database.begin() as session:
        session.add(Note(name="new", value=""))
        session.flush()
        assert count(database) == 0
    assert count(database) == 1


def test_a_reader_sees_one_picture(database: Database) -> None:
    """What is committed while somebody reads does not change what they see."""
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Note)) == 0
        with database.begin() as writing:
            writing.add(Note(name="new", value=""))
        assert session.scalar(select(func.count()).select_from(Note)) == 0
    assert count(database) == 1


def test_reading_cannot_write(database: Database) -> None:
    """A change inside `read` is refused, and the connection writes again afterwards."""
    with pytest.raises(DBAPIError), database.read() as session:
        session.execute(text("INSERT INTO note (name, value) VALUES ('a', 'b')"))
    with database.begin() as session:
        session.add(Note(name="a", value="b"))
    assert count(database) == 1


def test_a_race_for_a_key_is_settled_by_the_key(database: Database) -> None:
    """Of many that note the same event at once exactly one succeeds; the rest are races."""
    start, outcomes = threading.Barrier(6), []

    def note(_: int) -> None:
        start.wait()
        try:
            with database.begin() as session:
                session.add(Received(key_hash="same", at=NOON))
        except IntegrityError as error:
            outcomes.append(fault(error))
        else:
            outcomes.append("taken")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(note, range(6)))
    assert sorted(map(str, outcomes)) == ["race"] * 5 + ["taken"]


def test_the_second_to_insert_can_go_on_in_a_savepoint(database: Database) -> None:
    """After a key that exists, the rest of the transaction still counts."""
    with database.begin() as session:
        session.add(Note(name="once", value="1"))
    with database.begin() as session:
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text("INSERT INTO note (name, value) VALUES ('once', '2')"))
        session.add(Note(name="after", value=""))
    assert value(database, "once") == "1"
    assert value(database, "after") == ""


def test_a_lock_held_too_long_is_transient(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waiting in vain for somebody else's transaction ends with an error that says: try again."""
    monkeypatch.setattr("storage.database.BUSY_SECONDS", 0.05)
    monkeypatch.setitem(__import__("storage.database").database.SESSION, "lock_timeout", "50ms")
    with database.begin() as session:
        session.add(Note(name="held", value=""))
    with database.begin() as holder:
        holder.execute(update(Note).values(value="by me"))
        other = open_database(database.url)
        with pytest.raises(DBAPIError) as caught, other.begin() as session:
            session.execute(update(Note).values(value="by you"))
        other.close()
    assert is_transient(caught.value)
    assert fault(caught.value) == "unavailable"


def test_a_writer_in_the_same_process_waits_no_longer_than_any_other(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Inside one process, too, a turn that does not come is transient."""
    monkeypatch.setattr("storage.database.BUSY_SECONDS", 0.05)
    with sqlite.begin(), pytest.raises(Busy) as caught, sqlite.begin():
        pass
    assert is_transient(caught.value)


def test_a_broken_connection_is_transient_and_replaced(postgresql: Database) -> None:
    """When the server drops us in the middle, that is said, and the next work goes through."""
    with pytest.raises(DBAPIError) as caught, postgresql.begin() as session:
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert is_transient(caught.value)
    assert count(postgresql) == 0


def test_a_server_that_is_not_there_is_transient() -> None:
    """Before anything answers, work is to be tried again."""
    away = open_database("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(DBAPIError) as caught, away.read() as session:
        session.execute(text("SELECT 1"))
    assert fault(caught.value) == "unavailable"


@pytest.mark.parametrize(
    "error", [ValueError(), StatementError("", "", None, None), OSError(), KeyError("a")]
)
def test_our_own_mistakes_are_not_transient(error: Exception) -> None:
    """What would fail again is not tried again."""
    assert not is_transient(error)


def test_a_wrong_statement_is_not_transient(database: Database) -> None:
    """Nor is a statement that the database does not understand."""
    with pytest.raises(DBAPIError) as caught, database.begin() as session:
        session.execute(text("SELECT nothing FROM nowhere"))
    assert not is_transient(caught.value)


@pytest.mark.parametrize(
    "moment",
    [NOON, NOON.replace(microsecond=0), NOON.astimezone(timezone(timedelta(hours=4)))],
)
def test_moments_come_back_in_utc(database: Database, moment: datetime) -> None:
    """The same instant comes back, to the microsecond, whatever zone it was given in."""
    with database.begin() as session:
        session.add(Received(key_hash="k", at=moment))
    with database.read() as session:
        stored = session.scalar(select(Received.at).where(Received.at <= moment))
    assert stored == moment
    assert stored.tzinfo is UTC


def test_a_moment_without_zone_is_refused(database: Database) -> None:
    """Nobody can know what an hour without a zone meant."""
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(StatementError, match="needs its time zone"), database.begin() as session:
        session.add(Received(key_hash="k", at=naive))


def test_sqlite_is_set_up_for_safety(sqlite: Database) -> None:
    """What keeps data whole, private and gone is switched on for every connection."""
    expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    with sqlite.begin() as session:
        for name, wanted in expected.items():
            assert session.scalar(text(f"PRAGMA {name}")) == wanted, name


def test_a_new_file_is_private(tmp_path: Path) -> None:
    """Directory and file are made for their owner alone."""
    database = open_database(f"sqlite:///{tmp_path}/data/council.db")
    with database.begin() as session:
        session.execute(text("CREATE TABLE t (a)"))
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "data/council.db").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "data/council.db-wal").stat().st_mode & 0o777 == 0o600
    database.close()


def test_scrubbing_empties_the_log(sqlite: Database) -> None:
    """After erasure nothing deleted is left in the write-ahead log."""
    with sqlite.begin() as session:
        session.add(Note(name="secret", value="a text to be forgotten"))
    with sqlite.begin() as session:
        session.execute(text("DELETE FROM note"))
    sqlite.scrub()
    assert sqlite.path is not None
    left = [path.read_bytes() for path in sqlite.path.parent.glob("council.db*")]
    assert not any(b"to be forgotten" in content for content in left)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://host/name"])
def test_other_databases_are_refused(url: str) -> None:
    """Only what survives a restart is taken."""
    with pytest.raises(ValueError, match="must be sqlite"):
        open_database(url)


SECOND = """
import sys
from storage.database import AlreadyRunning, hold_leadership, open_database
database = open_database(sys.argv[1])
try:
    with hold_leadership(database, "bot"):
        print("leads", flush=True)
        sys.stdin.read()
except AlreadyRunning as refused:
    print(refused, flush=True)
"""


def start(database: Database) -> subprocess.Popen[str]:
    url = database.url.render_as_string(hide_password=False)
    return subprocess.Popen(
        [sys.executable, "-c", SECOND, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_second_process_refuses(database: Database) -> None:
    """Another process on the same database learns that a bot runs there, and where."""
    with hold_leadership(database, "bot") as leadership:
        assert leadership.still_held()
        with start(database) as process:
            answer = said(process)
    assert answer.startswith("A bot already runs on this database")
    assert database.path is None or f"{database.path}.bot.lock" in answer


def test_a_killed_leader_makes_room(database: Database) -> None:
    """Leadership ends with the process, however it dies."""
    with start(database) as process:
        assert said(process) == "leads"
        with pytest.raises(AlreadyRunning), hold_leadership(database, "bot"):
            pass
        with hold_leadership(database, "another job"):
            pass
        process.kill()
    for _ in range(200):  # the server needs a moment to see that its client is gone
        try:
            with hold_leadership(database, "bot"):
                return
        except AlreadyRunning:
            threading.Event().wait(0.02)
    pytest.fail("the dead process still leads")


def test_a_leader_learns_that_its_connection_broke(postgresql: Database) -> None:
    """Leadership lost with the connection is noticed before the next piece of work."""
    with hold_leadership(postgresql, "bot") as leadership:
        with postgresql.read() as session:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
            session.execute(text(others))
        assert not leadership.still_held()
        with hold_leadership(postgresql, "bot") as successor:
            assert successor.still_held()
            assert not leadership.still_held()
