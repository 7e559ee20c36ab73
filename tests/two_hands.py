"""Two hands on one PostgreSQL: where the first stands when the second begins, or waits for it."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event, text

from storage.database import Database

WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@contextmanager
def statements(after: int, then: Callable[[], None], *words: str) -> Iterator[list[int]]:
    """Count this thread's statements, and do something after so many.

    Only those that contain all these words, in what they say or in their values.
    """
    made, mine = [0], threading.get_ident()

    def counted(connection: Any, cursor: Any, said: str, values: object, *_: object) -> None:
        whole = f"{said} {values}"
        if threading.get_ident() == mine and all(word in whole for word in words):
            made[0] += 1
            if made[0] == after:
                then()

    event.listen(Engine, "after_cursor_execute", counted)
    try:
        yield made
    finally:
        event.remove(Engine, "after_cursor_execute", counted)


def until_waiting(database: Database, other: Future[Any] | None = None) -> None:
    """Come back once somebody waits for a lock in this database, or the other hand is through."""
    until = time.monotonic() + 5
    with database.alone() as connection:
        while not (other is not None and other.done()):
            if connection.scalar(WAITING):
                return
            assert time.monotonic() < until, "nobody waits for anybody"
