"""Databases of PostgreSQL's that serve many tests: making one takes ten times as long as emptying it."""

import uuid
from dataclasses import dataclass
from typing import Any

import psycopg
from furnished import furnish
from psycopg import sql
from sqlalchemy import URL, make_url

from storage.database import open_database

TEMPLATE = "council_template"
MOST_TESTS = 40
"""So many may follow each other in one database: what they deleted still takes time to skip."""
SHAPE = """
SELECT md5(string_agg(format('%s.%s %s %s', c.relname, a.attname, a.atttypid, a.attnotnull), ',' ORDER BY 1))
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0
"""
NAMES = """
SELECT relname, relkind FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S') AND relname <> 'alembic_version'
"""
OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"


@dataclass
class Reused:
    """A furnished database: how it was when it was new, and how many tests it has served."""

    name: str
    shape: str
    keys: list[tuple[Any, ...]]
    tests: int = 0


class Databases:
    """One furnished database after the other, each as good as new."""

    def __init__(self, address: str) -> None:
        self._address = make_url(address)
        self._server = self._connected("postgres")
        self._free: list[Reused] = []

    def make_template(self) -> None:
        """What every other is a copy of; made once for a server."""
        if self._server.execute("SELECT FROM pg_database WHERE datname = %s", [TEMPLATE]).rowcount:
            return
        # nothing here outlives the run, so nothing needs to reach the disk
        for setting in ("fsync", "full_page_writes"):
            self._run("ALTER SYSTEM SET {} = off", setting)
        self._server.execute("SELECT pg_reload_conf()")
        draft = f"{TEMPLATE}_draft"
        self._run("DROP DATABASE IF EXISTS {}", draft)
        self._run("CREATE DATABASE {}", draft)
        furnish(open_database(self._address.set(database=draft)))
        self._run("ALTER DATABASE {} RENAME TO {}", draft, TEMPLATE)

    def take(self) -> Reused:
        """A database for one test."""
        return self._free.pop() if self._free else self._new()

    def address(self, one: Reused) -> URL:
        """Where it stands."""
        return self._address.set(database=one.name)

    def give_back(self, used: Reused) -> None:
        """The test is over: what it wrote goes; what it built otherwise goes with the database."""
        used.tests += 1
        try:
            as_new = used.tests < MOST_TESTS and self._emptied(used)
        except psycopg.Error:
            as_new = False
        if as_new:
            self._free.append(used)
        else:
            self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", used.name)

    def close(self) -> None:
        """Nothing of them is left."""
        for one in self._free:
            self._run("DROP DATABASE {} WITH (FORCE)", one.name)
        self._server.close()

    def _new(self) -> Reused:
        name = f"council_{uuid.uuid4().hex[:12]}"
        self._run("CREATE DATABASE {} TEMPLATE {}", name, TEMPLATE)
        with self._connected(name) as here:
            keys = here.execute("SELECT * FROM data_key").fetchall()
            return Reused(name, _shape(here), keys)

    def _emptied(self, used: Reused) -> bool:
        """Whether it is as it was when it was new, but for what is counted."""
        with self._connected(used.name) as here:
            here.execute(OTHERS, [used.name])
            if _shape(here) != used.shape:
                return False
            here.execute("SET session_replication_role = replica")  # in any order of the tables
            found = here.execute(NAMES).fetchall()
            empty = sql.SQL(";").join(
                sql.SQL("DELETE FROM {}" if kind == "r" else "ALTER SEQUENCE {} RESTART").format(
                    sql.Identifier(name)
                )
                for name, kind in found
            )
            here.execute(empty)
            for row in used.keys:
                values = sql.SQL(",").join(sql.Placeholder() * len(row))
                here.execute(sql.SQL("INSERT INTO data_key VALUES ({})").format(values), row)
        return True

    def _connected(self, name: str) -> psycopg.Connection[tuple[Any, ...]]:
        url = self._address.set(drivername="postgresql", database=name)
        return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)

    def _run(self, statement: str, *names: str) -> None:
        self._server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _shape(here: psycopg.Connection[tuple[Any, ...]]) -> str:
    found = here.execute(SHAPE).fetchone()
    return str(found and found[0])
