"""Two hands on one PostgreSQL: the second begins after a certain statement of the first."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event, text

from storage.database import Database


@contextmanager
def statements(after: int, then: Callable[[], None]) -> Iterator[list[int]]:
    """Count this thread's statements, and do something after so many."""
    made, mine = [0], threading.get_ident()

    def counted(*_: object) -> None:
        if threading.get_ident() == mine:
            made[0] += 1
            if made[0] == after:
                then()

    event.listen(Engine, "after_cursor_execute", counted)
    try:
        yield made
    finally:
        event.remove(Engine, "after_cursor_execute", counted)


def through_or_waiting(database: Database, other: Future[Any]) -> None:
    """Comes back once the other is through, or waits for somebody's lock."""
    waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    until = time.monotonic() + 5
    while not other.done():
        with database.read() as session:
            if session.scalar(waits):
                return
        assert time.monotonic() < until, "nobody waits for anybody"
