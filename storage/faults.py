"""Which errors of the database pass by themselves, and which are ours."""

import sqlite3
from typing import Literal

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

Fault = Literal["race", "unavailable"]


class Busy(Exception):
    """Another writer held the database for too long."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


SQLITE: dict[int, Fault] = {
    sqlite3.SQLITE_BUSY: "unavailable",
    sqlite3.SQLITE_LOCKED: "unavailable",
    sqlite3.SQLITE_NOMEM: "unavailable",
    sqlite3.SQLITE_READONLY: "unavailable",
    sqlite3.SQLITE_IOERR: "unavailable",
    sqlite3.SQLITE_FULL: "unavailable",
    sqlite3.SQLITE_CANTOPEN: "unavailable",
    sqlite3.SQLITE_PROTOCOL: "unavailable",
    sqlite3.SQLITE_CONSTRAINT_UNIQUE: "race",
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: "race",
    sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: "race",
}

# by SQLSTATE, or its first two characters for a whole class
POSTGRESQL: dict[str, Fault] = {
    "23505": "race",  # unique key
    "23503": "race",  # what the row belongs to was just deleted
    "40": "race",  # serialization, deadlock
    "55P03": "unavailable",  # lock time-out
    "57014": "unavailable",  # statement time-out
    "25006": "unavailable",  # read only: a standby, or a fail-over under way
    "25P03": "unavailable",  # idle in transaction for too long
    "25P04": "unavailable",  # transaction time-out
    "08": "unavailable",  # connection
    "53": "unavailable",  # disk, memory, connections exhausted
    "57P": "unavailable",  # shutting down, starting up
    "58": "unavailable",  # input or output
}


def fault(error: BaseException) -> Fault | None:
    """Why trying again may help; None where it would not.

    `race` means that somebody else was quicker: a second try sees what they did. The same error
    again and again is a fault of ours. `unavailable` lasts as long as it lasts.
    """
    if isinstance(error, Busy | PoolTimeout):
        return "unavailable"
    if isinstance(error, StaleDataError):
        return "race"
    if isinstance(error, DBAPIError):
        if error.connection_invalidated:
            return "unavailable"
        return fault(error.orig) if error.orig is not None else None
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", 0)
        return SQLITE.get(code) or SQLITE.get(code & 0xFF)
    if isinstance(error, psycopg.Error):
        return _of_postgresql(error)
    return None


def is_transient(error: BaseException) -> bool:
    """Whether the same work may succeed on another try."""
    return fault(error) is not None


def _of_postgresql(error: psycopg.Error) -> Fault | None:
    state = error.sqlstate
    if state is None:  # the connection broke or never came about
        return "unavailable" if isinstance(error, psycopg.OperationalError) else None
    return POSTGRESQL.get(state) or POSTGRESQL.get(state[:3]) or POSTGRESQL.get(state[:2])
