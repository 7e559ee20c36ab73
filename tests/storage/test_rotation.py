"""Keys change while others write, and nothing is lost whoever is killed when."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from furnished import MASTERS, ring_of
from sqlalchemy import LargeBinary, delete, insert, literal, select, text, type_coerce, update

from storage import data_keys, rotation, secrecy
from storage.data_keys import DataKey
from storage.database import AlreadyRunning, Database, hold_leadership
from storage.masters import generate_master, parse_masters
from storage.model import Newcomer, Stuck
from storage.rotation import rewrap, rotate
from storage.secrecy import Keyring, Unreadable, WrongKeys

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
(NEW_MASTER,) = parse_masters(generate_master())


def keep(database: Database, texts: Iterator[str] | list[str]) -> None:
    with database.begin() as session:
        for said in texts:
            session.add(stuck(said))


def stuck(said: str | None, key: str = "") -> Stuck:
    return Stuck(
        channel="telegram",
        key_hash=key or f"of {said}",
        raw=said,
        error="X",
        at=NOW,
        expires_at=NOW,
    )


def texts(database: Database) -> list[str | None]:
    with database.read() as session:
        return list(session.scalars(select(Stuck.raw).order_by(Stuck.id)))


def keys_used(database: Database) -> set[int]:
    with database.read() as session:
        stored = session.scalars(select(type_coerce(Stuck.raw, LargeBinary)))
        return {secrecy.key_of(value) for value in stored if value is not None}


def keys(database: Database) -> dict[int, bool]:
    """The data keys by number, and whether they are retired."""
    with database.read() as session:
        rows = session.scalars(select(DataKey).where(DataKey.purpose == "data")).all()
        return {key.id: key.retired_at is not None for key in rows}


def test_everything_is_written_with_the_new_key(database: Database, keyring: Keyring) -> None:
    """Every value of every table changes its key and keeps its meaning; the old key retires."""
    said = [f"request {n}" for n in range(250)]
    keep(database, said)
    with database.begin() as session:
        session.add(stuck(None, "no text"))
        session.add(
            Newcomer(channel="telegram", address_hash="h", held={"typed": ["سلام"]}, expires_at=NOW)
        )
    progress: list[tuple[int, int]] = []
    result = rotate(database, keyring, NOW, lambda done, found: progress.append((done, found)))
    assert (result.rewritten, result.unreadable, result.retired) == (251, 0, 1)
    assert progress[-1] == (251, 251)
    assert texts(database) == [*said, None]
    assert keys_used(database) == {result.key}
    assert keys(database) == {1: True, result.key: False}
    with database.read() as session:
        assert session.scalar(select(Newcomer.held)) == {"typed": ["سلام"]}


def test_a_retired_key_is_deleted_by_a_later_rotation(database: Database, keyring: Keyring) -> None:
    """Not sooner than a day after it retired, and never while a value needs it."""
    keep(database, ["one"])
    first = rotate(database, keyring, NOW)
    second = rotate(database, keyring, NOW + timedelta(hours=1))
    assert keys(database) == {1: True, first.key: True, second.key: False}
    third = rotate(database, keyring, NOW + timedelta(hours=24, minutes=30))
    assert third.deleted == 1
    assert keys(database) == {first.key: True, second.key: True, third.key: False}
    assert texts(database) == ["one"]


def test_what_a_late_process_wrote_is_rewritten_next_time(
    database: Database, keyring: Keyring
) -> None:
    """A process that did not yet know the new key loses nothing, even after the old one retired."""
    late = ring_of(database)
    rotate(database, keyring, NOW)
    write_with(database, late, "late")
    assert texts(database) == ["late"]
    result = rotate(database, keyring, NOW + timedelta(days=2))
    assert result.deleted == 1
    assert texts(database) == ["late"]
    assert keys_used(database) == {result.key}


def write_with(database: Database, ring: Keyring, said: str) -> None:
    sealed = ring.encrypt(said.encode(), "stuck.raw")
    values = {
        "channel": "telegram",
        "key_hash": f"of {said}",
        "raw": type_coerce(literal(sealed, LargeBinary), LargeBinary),
        "error": "X",
        "at": NOW,
        "expires_at": NOW,
    }
    with database.begin() as session:
        session.execute(insert(Stuck.__table__).values(values))


@contextmanager
def meanwhile(*works: Callable[[int], None]) -> Iterator[None]:
    """Each work again and again in a thread of its own, and any error of theirs at the end."""
    stop, errors = threading.Event(), []

    def repeat(work: Callable[[int], None]) -> None:
        turn = 0
        try:
            while not stop.is_set():
                work(turn)
                turn += 1
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=repeat, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not errors


def test_others_write_meanwhile(
    database: Database, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While keys change, others insert, change and delete, some with the old key; all is right."""
    monkeypatch.setattr(rotation, "BATCH", 10)
    monkeypatch.setattr(rotation, "PAUSE", 0.001)
    keep(database, [f"kept {n}" for n in range(150)])
    late, written, changed = ring_of(database), [], {}

    def insert_one(turn: int) -> None:
        keep(database, [f"new {turn}"])
        written.append(f"new {turn}")

    def insert_late(turn: int) -> None:
        if turn < 20:  # a late one ends before the rotation can
            write_with(database, late, f"late {turn}")
            written.append(f"late {turn}")
        else:
            threading.Event().wait(0.001)

    def change(turn: int) -> None:
        number = turn % 75 + 1
        with database.begin() as session:
            session.get_one(Stuck, number, with_for_update=True).raw = f"changed {turn}"
        changed[number] = f"changed {turn}"

    def remove(turn: int) -> None:
        with database.begin() as session:
            session.execute(delete(Stuck).where(Stuck.id == 150 - turn % 50))

    with meanwhile(insert_one, insert_late, change, remove):
        result = rotate(database, keyring, NOW)
        # what was written by the old key after the last look is rewritten by the next run
        again = rotate(database, keyring, NOW + timedelta(hours=1))
    assert result.retired == again.retired == 1
    assert not result.unreadable
    stored = texts(database)
    assert set(written) <= set(stored)
    kept = {f"kept {n}" for n in range(75, 100)}
    assert kept <= set(stored)
    with database.read() as session:
        for number, wanted in changed.items():
            assert session.get_one(Stuck, number).raw == wanted


def test_a_change_at_the_same_instant_is_not_overwritten(
    database: Database, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who changes a row just after it was read for rewriting does not lose the change."""
    keep(database, ["before"])
    changed = threading.Event()

    def change() -> None:
        with database.begin() as session:
            session.execute(update(Stuck).values(raw="after"))
        changed.set()

    other, decrypt = threading.Thread(target=change), keyring.decrypt

    def decrypt_slowly(sealed: bytes, place: str) -> bytes:
        if other.ident is None:
            other.start()
            changed.wait(0.2)  # in vain, because the row is held
        return decrypt(sealed, place)

    monkeypatch.setattr(keyring, "decrypt", decrypt_slowly)
    rotate(database, keyring, NOW)
    other.join()
    assert texts(database) == ["after"]


class Killed(BaseException):
    """Somebody pulled the plug."""


@pytest.mark.parametrize("after", [1, 2, 5])
def test_a_killed_rotation_is_finished_by_the_next(
    database: Database, keyring: Keyring, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """Killed anywhere it leaves everything readable, and the next run needs no further key."""
    monkeypatch.setattr(rotation, "BATCH", 10)
    said = [f"request {n}" for n in range(55)]
    keep(database, said)
    batches = []

    def kill(done: int, found: int) -> None:
        batches.append(done)
        if len(batches) == after:
            raise Killed

    with pytest.raises(Killed):
        rotate(database, keyring, NOW, kill)
    assert texts(database) == said
    secrecy.use(ring_of(database))
    assert texts(database) == said
    result = rotate(database, secrecy.ring(), NOW)
    assert result.rewritten == 55 - 10 * after
    assert keys(database) == {1: True, result.key: False}
    assert result.key == 3
    assert texts(database) == said


def test_what_does_not_open_stops_nothing_and_keeps_the_keys(
    database: Database, keyring: Keyring
) -> None:
    """A damaged value is counted, everything else is rewritten, and no key is given up."""
    keep(database, ["fine", "moved", "also fine"])
    with database.begin() as session:
        moved = keyring.encrypt(b"moved", "entry.text")
        session.execute(
            update(Stuck.__table__)
            .where(Stuck.id == 2)
            .values(raw=type_coerce(literal(moved, LargeBinary), LargeBinary))
        )
    result = rotate(database, keyring, NOW)
    assert (result.rewritten, result.unreadable, result.retired) == (2, 1, 0)
    with pytest.raises(Unreadable):
        texts(database)
    with database.begin() as session:
        session.execute(delete(Stuck).where(Stuck.id == 2))
    assert rotate(database, keyring, NOW).retired == 1
    assert texts(database) == ["fine", "also fine"]


def test_a_row_that_somebody_holds_is_waited_for(postgresql: Database) -> None:
    """A locked row is passed over at first and rewritten once it is free."""
    ring = ring_of(postgresql)
    secrecy.use(ring)
    keep(postgresql, ["free", "held"])
    passed = threading.Event()
    held = threading.Event()

    def hold(turn: int) -> None:
        if turn:
            return
        with postgresql.begin() as session:
            session.get_one(Stuck, 2, with_for_update=True)
            held.set()
            passed.wait(5)

    with meanwhile(hold):
        assert held.wait(5)
        result = rotate(postgresql, ring, NOW, lambda done, found: passed.set())
    assert result.rewritten == 2
    assert keys_used(postgresql) == {result.key}


def test_two_rotations_never_run_at_once(database: Database, keyring: Keyring) -> None:
    """The second is told that one is under way."""
    with hold_leadership(database, "rotation"), pytest.raises(AlreadyRunning, match="rotation"):
        rotate(database, keyring, NOW)
    assert keys(database) == {1: False}


def test_masters_are_exchanged(database: Database, keyring: Keyring) -> None:
    """With the new master first, data keys are wrapped by it, and the old one can go."""
    keep(database, ["here"])
    hashed = keyring.lookup("person.address", "4711")
    assert rewrap(database, (NEW_MASTER, *MASTERS)) == 2
    assert rewrap(database, (NEW_MASTER, *MASTERS)) == 0
    ring = Keyring((NEW_MASTER,), data_keys.reader(database))
    secrecy.use(ring)
    assert texts(database) == ["here"]
    assert ring.lookup("person.address", "4711") == hashed
    with pytest.raises(WrongKeys):
        ring_of(database)


def test_a_wrong_master_changes_nothing(database: Database, keyring: Keyring) -> None:
    """Without a master that opens them, the data keys stay as they are."""
    with pytest.raises(WrongKeys):
        rewrap(database, (NEW_MASTER,))
    assert ring_of(database).current == keyring.current


def test_first_keys_are_made_once(sqlite: Database, postgresql: Database) -> None:
    """Processes that open an empty database at the same time agree on its keys."""
    for database in (sqlite, postgresql):
        with database.begin() as session:
            session.execute(text("DELETE FROM data_key"))
        assert not data_keys.in_use(database)
        rings: list[Any] = []
        threads = [
            threading.Thread(
                target=lambda database=database, rings=rings: rings.append(
                    data_keys.open_ring(database, MASTERS, NOW)
                )
            )
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({ring.lookup("a.b", "x") for ring in rings}) == 1
        assert keys(database) == {1: False}
        assert data_keys.in_use(database)
