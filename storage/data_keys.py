"""The data keys as they stand in the database, each wrapped by a master key."""

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import LargeBinary, String, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.base import Base, Moment
from storage.database import Database
from storage.masters import KEY_BYTES, KeysMissing, Purpose, WrappedKey, wrap
from storage.secrecy import Keyring


class DataKey(Base):
    """A key that values are encrypted or looked up with; useless without a master."""

    __tablename__ = "data_key"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    purpose: Mapped[Purpose] = mapped_column(String(8))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Moment)
    retired_at: Mapped[datetime | None] = mapped_column(Moment)


def open_ring(database: Database, masters: Sequence[bytes], now: datetime) -> Keyring:
    """The ring for this database; an empty database gets its first keys.

    Raises KeysMissing where there are no masters, WrongKeys where they open nothing.
    """
    if not masters:
        raise KeysMissing
    with database.begin() as session:
        lock(session)
        if not session.scalar(select(func.count()).select_from(DataKey)):
            add(session, masters[0], "data", now)
            add(session, masters[0], "lookup", now)
    return Keyring(masters, reader(database))


def reader(database: Database) -> Callable[[], Iterable[WrappedKey]]:
    """How a ring reads its keys: on a connection of its own, so never stuck behind its caller."""

    def read() -> list[WrappedKey]:
        with database.alone() as connection:
            rows = connection.execute(
                select(DataKey.id, DataKey.purpose, DataKey.wrapped, DataKey.retired_at)
            )
            return [WrappedKey(*row) for row in rows]

    return read


def add(session: Session, master: bytes, purpose: Purpose, now: datetime) -> DataKey:
    """Make a key, wrapped by this master; call `lock` before."""
    # numbers only rise: the highest is never deleted, because it is the one in use
    number = (session.scalar(select(func.max(DataKey.id))) or 0) + 1
    sealed = wrap(master, number, purpose, os.urandom(KEY_BYTES))
    key = DataKey(id=number, purpose=purpose, wrapped=sealed, created_at=now)
    session.add(key)
    session.flush()
    return key


def lock(session: Session) -> None:
    """Let nobody else change the keys until this transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE data_key IN SHARE ROW EXCLUSIVE MODE"))


def in_use(database: Database) -> bool:
    """Whether this database was ever written with keys."""
    with database.read() as session:
        return bool(session.scalar(select(func.count()).select_from(DataKey)))
