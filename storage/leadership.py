"""One leader at a time: who may run the bot on a file, or lead one job among many workers."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from storage.database import Database


class AlreadyRunning(Exception):
    """Another process is at it already."""

    def __init__(self, of: str, where: str) -> None:
        what = "A bot already runs" if of == "bot" else f"The job “{of}” already runs"
        super().__init__(f"{what} on this database: another process holds {where}.")


class Leadership(Protocol):
    """What is held until the end of `hold_leadership`."""

    def still_held(self) -> bool:
        """Whether nobody else can have taken it; asks the database where it could be lost."""


@contextmanager
def hold_leadership(database: "Database", of: str = "bot") -> Iterator[Leadership]:
    """Be the only one, among all processes, to lead this job on this database.

    Raises AlreadyRunning at once where another process leads. It ends with the process, however
    that dies; on PostgreSQL also with the connection, so a leader asks `still_held` before work
    that must not be done twice.
    """
    if database.path is not None:
        with _file_lock(of, database.path.with_name(f"{database.path.name}.{of}.lock")) as held:
            yield held
    else:
        with database.alone(lasting=True) as connection:
            yield _AdvisoryLock(connection, of)


class _FileLock:
    def still_held(self) -> bool:
        return True  # the system takes it away from the dead only


@contextmanager
def _file_lock(of: str, path: Path) -> Iterator[Leadership]:
    # the file stays: deleting it would let two processes lock two files of one name
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(of, str(path)) from None
        yield _FileLock()
    finally:
        os.close(descriptor)


class _AdvisoryLock:
    def __init__(self, connection: Connection, of: str) -> None:
        self._connection = connection
        digest = hashlib.sha256(f"council-bot:{of}".encode()).digest()
        key = {"key": int.from_bytes(digest[:8], "big", signed=True)}
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), key):
            raise AlreadyRunning(of, f"the advisory lock “{of}”")

    def still_held(self) -> bool:
        try:
            self._connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return not self._connection.invalidated
