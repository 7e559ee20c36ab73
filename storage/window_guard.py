"""What keeps a connection to its window: it reads the views of one side, and nothing else.

On PostgreSQL the server refuses; before anything is read we make sure that it would. On SQLite,
which knows no roles, the connection refuses: SQLite tells for each column that a statement is going
to read through which view it is read, by the view's name. Anything can be given such a name inside
a statement, so the names that count are random ones, and known to their connection only. (How a
statement would be carried out is not explained there: that would tell the names.)
"""

import re
import secrets
import sqlite3
from typing import Any

from sqlalchemy import Engine, event

from storage import windows
from storage.base import Base
from storage.windows import Side

HARMLESS = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_TRANSACTION)
NEVER = frozenset({"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit"})
"""Functions that reach out of the database."""
EXPLAINS = re.compile(r"\bexplain\b", re.IGNORECASE)

_TOO_MUCH = """
SELECT c.relname FROM pg_class c
WHERE c.relname = ANY (%(ours)s) AND c.relkind IN ('r', 'p', 'v') AND pg_table_is_visible(c.oid)
  AND (has_any_column_privilege(c.oid, 'INSERT, UPDATE, REFERENCES')
       OR has_table_privilege(c.oid, 'DELETE, TRUNCATE, TRIGGER')
       OR (c.relname <> ALL (%(seen)s) AND has_any_column_privilege(c.oid, 'SELECT')))
LIMIT 1
"""


class WindowShut(Exception):
    """The window to the Service's side cannot be opened, or would show more than it should: nothing
    is shown. See "The Service's role" in docs/running.md."""

    def __init__(self) -> None:
        super().__init__(" ".join((self.__doc__ or "").split()))


def on_sqlite(engine: Engine, side: Side) -> None:
    """Every connection of this engine reads the views of this side only."""

    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _: Any) -> None:
        own = {name: f"{name}_{secrets.token_hex(16)}" for name in windows.SEEN[side]}
        for name, hidden in own.items():
            connection.execute(f"CREATE TEMP VIEW {hidden} AS {windows.VIEWS[name]}").close()
            shown = f"CREATE TEMP VIEW {name} AS SELECT * FROM temp.{hidden}"  # noqa: S608 our names
            connection.execute(shown).close()
        connection.set_authorizer(_only(frozenset(own), frozenset(own.values())))

    @event.listens_for(engine, "before_cursor_execute")
    def _asked(_: Any, __: Any, statement: str, *___: Any) -> None:
        if EXPLAINS.search(statement):
            raise sqlite3.DatabaseError("not authorized")


def _only(shown: frozenset[str], hidden: frozenset[str]) -> Any:
    """What SQLite asks before it prepares a statement."""

    def may(
        action: int, one: str | None, two: str | None, schema: str | None, through: str | None
    ) -> int:
        if action == sqlite3.SQLITE_READ:
            of_a_view = schema == "temp" and one in shown | hidden
            allowed = of_a_view or through in hidden
        elif action == sqlite3.SQLITE_FUNCTION:
            allowed = (two or "").lower() not in NEVER
        elif action == sqlite3.SQLITE_PRAGMA:
            allowed = one == "query_only"  # how each transaction begins
        else:
            allowed = action in HARMLESS
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

    return may


def on_postgresql(engine: Engine, side: Side) -> None:
    """A connection of this engine that could read or write anything else is not used."""

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _: Any) -> None:
        ours = [*Base.metadata.tables, *windows.VIEWS]
        asked = {"ours": ours, "seen": list(windows.SEEN[side])}
        with connection.cursor() as cursor:
            too_much = cursor.execute(_TOO_MUCH, asked).fetchone()
        connection.rollback()
        if too_much is not None:
            connection.close()
            raise WindowShut
