"""New keys for old, while the program runs.

A rotation makes a new data key, which every process writes with once it has read it (at the
latest five minutes later, see `keyring.STALE_AFTER`). Then everything older is encrypted anew, a
few rows at a time, and the former keys are retired: they still open what a late process may have
written, the next rotation rewrites that too, and only then, a day later at the earliest, are they
deleted. Each step leaves a state that the next run goes on from, so it may be killed at any time.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    LargeBinary,
    Table,
    bindparam,
    func,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import Session

from storage import data_keys
from storage.base import Base
from storage.data_keys import DataKey
from storage.database import Database, hold_leadership, is_transient
from storage.masters import WrappedKey, WrongKeys, unwrap, wrap
from storage.secrecy import Keyring, SecretJson, SecretText, Unreadable, header_of

BATCH = 100
PAUSE = 0.01
"""Seconds between two batches, in which others write."""
RETIRED_KEPT = timedelta(days=1)
"""Far longer than any process can go on writing with a key it read before."""

Progress = Callable[[int, int], None]
"""Called after each batch with how many rows are done, and how many were found at the start."""


@dataclass(slots=True)
class Rotated:
    """What a rotation did: the key now written with, and how many rows and keys it dealt with.

    `unreadable` rows hold a value that no key opens; as long as there are any, no key is retired.
    """

    key: int
    rewritten: int = 0
    unreadable: int = 0
    retired: int = 0
    deleted: int = 0


def rotate(
    database: Database,
    ring: Keyring,
    now: datetime,
    on_progress: Progress = lambda done, found: None,
) -> Rotated:
    """Change the data key and encrypt every stored value anew; raises AlreadyRunning.

    An unfinished rotation is finished instead of beginning another.
    """
    with hold_leadership(database, "rotation"):
        _begin(database, ring, now)
        ring.refresh()
        result = Rotated(ring.current)
        found = left = _left(database, ring.current)
        wait = False
        while left > result.unreadable:
            before, result.unreadable = result.rewritten, 0
            for table in secret_tables():
                for rewritten, unreadable in _batches(database, ring, table, wait):
                    result.rewritten += rewritten
                    result.unreadable += unreadable
                    on_progress(result.rewritten, found)
            wait = result.rewritten == before  # what is left is held by others
            left = _left(database, ring.current)
        if not left:
            _retire(database, ring.current, now, result)
        ring.refresh()
        return result


def rewrap(database: Database, masters: Sequence[bytes]) -> int:
    """Wrap every data key by the first master; gives how many were wrapped by another before.

    After that the other masters can be taken out of COUNCIL_KEYS. Raises WrongKeys, and changes
    nothing, where one of the data keys is opened by none of them.
    """
    changed = 0
    with database.begin() as session:
        data_keys.lock(session)
        for key in session.scalars(select(DataKey)):
            as_stored = WrappedKey(key.id, key.purpose, key.wrapped)
            plain = unwrap(masters, as_stored)
            if not _opens(masters[0], as_stored):
                key.wrapped = wrap(masters[0], key.id, key.purpose, plain)
                changed += 1
    return changed


def _opens(master: bytes, key: WrappedKey) -> bool:
    try:
        unwrap([master], key)
    except WrongKeys:
        return False
    return True


def secret_tables() -> tuple[Table, ...]:
    """Every table with an encrypted column."""
    return tuple(table for table in Base.metadata.sorted_tables if secret_columns(table))


def secret_columns(table: Table) -> tuple[Column[Any], ...]:
    """The encrypted columns of a table."""
    return tuple(each for each in table.columns if isinstance(each.type, SecretText | SecretJson))


def _begin(database: Database, ring: Keyring, now: datetime) -> None:
    with database.begin() as session:
        data_keys.lock(session)
        if len(_live(session)) < 2:  # two are a rotation that was interrupted
            data_keys.add(session, ring.master, "data", now)


def _live(session: Session) -> Sequence[DataKey]:
    query = select(DataKey).where(DataKey.purpose == "data", DataKey.retired_at.is_(None))
    return session.scalars(query.order_by(DataKey.id)).all()


def _retire(database: Database, current: int, now: datetime, result: Rotated) -> None:
    """Retire what came before `current`; delete what was retired long ago and nothing uses."""
    with database.begin() as session:
        data_keys.lock(session)
        for key in _live(session):
            if key.id != current:
                key.retired_at = now
                result.retired += 1
        long_ago = DataKey.retired_at < now - RETIRED_KEPT
        for key in session.scalars(select(DataKey).where(DataKey.purpose == "data", long_ago)):
            session.delete(key)
            result.deleted += 1


def _left(database: Database, current: int) -> int:
    with database.read() as session:
        return sum(
            session.scalar(select(func.count()).select_from(table).where(_older(table, current)))
            or 0
            for table in secret_tables()
        )


def _older(table: Table, current: int) -> ColumnElement[bool]:
    """Rows in which any value was written with another key; a missing value never was."""
    header = header_of(current)
    stored = [type_coerce(column, LargeBinary) for column in secret_columns(table)]
    return or_(*(func.substr(each, 1, len(header)) != header for each in stored))


def _batches(
    database: Database, ring: Keyring, table: Table, wait: bool
) -> Iterator[tuple[int, int]]:
    """Rewrite a table a few rows at a time; gives how many were, and how many do not open."""
    (number,) = table.primary_key.columns
    done: list[tuple[Any, bool]] | None = None
    after: Any = None
    while done is None or len(done) == BATCH:
        if done is not None:
            time.sleep(PAUSE)
        try:
            with database.begin() as session:
                done = _batch(session, ring, table, number, after, wait)
        except Exception as error:
            if not is_transient(error):
                raise
            return  # the next pass comes by again
        if done:
            after = done[-1][0]
            yield sum(ok for _, ok in done), sum(not ok for _, ok in done)


def _batch(
    session: Session, ring: Keyring, table: Table, number: Column[Any], after: Any, wait: bool
) -> list[tuple[Any, bool]]:
    columns = secret_columns(table)
    stored = [type_coerce(column, LargeBinary).label(column.name) for column in columns]
    query = select(number, *stored).where(_older(table, ring.current)).order_by(number)
    if after is not None:
        query = query.where(number > after)
    # whoever holds a row is not kept waiting for the rest of the batch, nor are we for them
    rows = session.execute(query.limit(BATCH).with_for_update(skip_locked=not wait)).all()
    done: list[tuple[Any, bool]] = []
    fresh = []
    for key, *values in rows:
        try:
            anew = {
                f"new_{column.name}": _anew(ring, value, f"{table.name}.{column.name}")
                for column, value in zip(columns, values, strict=True)
            }
        except Unreadable:
            done.append((key, False))
            continue
        fresh.append({"number": key, **anew})
        done.append((key, True))
    if fresh:
        targets = {each: bindparam(f"new_{each.name}", type_=LargeBinary) for each in columns}
        change = update(table).where(number == bindparam("number")).values(targets)
        session.connection().execute(change, fresh)
    return done


def _anew(ring: Keyring, value: bytes | None, place: str) -> bytes | None:
    return None if value is None else ring.encrypt(ring.decrypt(value, place), place)
