"""How much more time and memory the figures of a million requests take than those of 10,000.

`python -m benchmarks.figures [REQUESTS] [postgresql://…]`

Both counts are of the same half-year, each in a process of its own on a database of its own: a fresh
SQLite one, or the empty PostgreSQL one named, which is emptied between the two. First the figures of
one week are counted, then those of all twenty-six as one span, which is the most that can be asked.
Busy is the processor's time in our own process: all of it on SQLite, where nobody else works for us.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.charter_file import read_charter
from handlers.rules import weeks
from handlers.rules.deadlines import Calendar
from handlers.service import figures
from storage import migrate
from storage.database import Database, open_database

FEW, MANY = 10_000, 1_000_000
FIRST, WEEKS = "2026-W27", 26
NUMBERS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {0})",
    "postgresql": "WITH n AS (SELECT i::bigint AS i FROM generate_series(1, {0}) AS s(i))",
}
AT = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S', {0}, 'unixepoch') || '.000000'",
    "postgresql": "to_timestamp({0})",
}
EMPTY = {"sqlite": "x'00'", "postgresql": "'\\x00'::bytea"}
HAPPENED = {"received": 0, "read": 200_000, "answered": 900_000, "closed": 1_700_000}
"""Within how many seconds of being handed in; told and rated follow what they belong to."""


def fill(database: Database, requests: int) -> None:
    """So many requests of four fifths as many people, spread over the half-year."""
    start, end = (int(at.timestamp()) for at in span(WEEKS))
    dialect = database.dialect
    step = (end - start) / requests

    def at(seconds: str) -> str:
        return AT[dialect].format(seconds)

    def after(most: int, salt: int) -> str:
        return f"{start} + CAST(i * {step} AS INTEGER) + (i * {salt}) % {max(most, 1)}"

    def put(into: str, values: str, where: str = "1 = 1") -> None:
        numbers = NUMBERS[dialect].format(requests)
        made = f"{numbers} SELECT {values} FROM n WHERE {where}"
        if dialect == "postgresql":
            made = f"{numbers} INSERT INTO {into} SELECT {values} FROM n WHERE {where}"
        else:
            made = f"INSERT INTO {into} {made}"
        connection.execute(text(made))

    with database.engine.begin() as connection:
        put(
            "person (id, channel, address, address_hash, language, screen, counted, counted_as,"
            " created_at)",
            f"i, CASE WHEN i % 3 = 0 THEN 'whatsapp' ELSE 'telegram' END, {EMPTY[dialect]},"
            f" CAST(i AS VARCHAR), 'en', '', 0, (i * 7368787) % 4611686018427387903, {at(str(start))}",
        )
        false = "false" if dialect == "postgresql" else "0"
        put(
            '"case" (id, reference, person_id, state, track, kind, topic, topic_suggested,'
            " topic_chosen, urgency, share, language, routed_why, excluded, about, subjects,"
            " asked_count, created_at, touched_at, handed_in_at, stage)",
            f"i, CAST(i AS VARCHAR), (i * 4) / 5 + 1, 'open', CASE WHEN i % 50 = 0 THEN 'private'"
            f" ELSE 'ordinary' END, 'question', 't' || (i % 15), '', {false}, 'P' || (i % 4 + 2),"
            f" 'only_member', 'l' || (i % 9), '[]', '[]', '', '[]', 0, {at(after(1, 1))},"
            f" {at(after(1, 1))}, {at(after(1, 1))}, ''",
            "i < (SELECT max(i) FROM n)",
        )
        for salt, (what, most) in enumerate(HAPPENED.items()):
            put(
                "milestone (case_id, what, at)",
                f"i, '{what}', {at(after(most, 104_729 + salt))}",
                f"i < {requests} AND (i * 31) % 100 < {100 - 4 * salt}",
            )
        put(
            "milestone (case_id, what, at)",
            f"i, CASE WHEN i % 4 = 0 THEN 'not' ELSE 'helped' END, {at(after(1_800_000, 104_731))}",
            f"i < {requests} AND i % 5 = 0",
        )
        put(
            "milestone (case_id, what, at)",
            f"i, 'told', {at(after(1_700_000, 104_732))}",
            f"i < {requests} AND i % 10 < 8",
        )
        for what, most in (("read", 200_000), ("answer", 900_000)):
            ended = at(after(most, 104_730))
            put(
                "told (case_id, what, due_at, told_at, ended_at, outcome)",
                f"i, '{what}', {at(after(most, 7919))}, {at(after(1, 1))},"
                f" CASE WHEN i % 40 = 0 THEN NULL ELSE {ended} END, CASE WHEN i % 40 = 0 THEN ''"
                " WHEN i % 7 = 0 THEN 'late' WHEN i % 11 = 0 THEN 'moved' ELSE 'kept' END",
                f"i < {requests}",
            )
    with database.alone() as connection:
        connection.execute(text("ANALYZE"))


def span(length: int, first: str = FIRST) -> tuple[datetime, datetime]:
    """So many weeks of the council's."""
    return weeks.bounds(first, "Asia/Baku")[0], weeks.bounds(
        weeks.after(first, length - 1), "Asia/Baku"
    )[1]


def count(url: str) -> None:
    """Count in this process, and print how long it took and how much memory there ever was."""
    database = open_database(url)
    calendar = Calendar(read_charter(Path("council.toml")).working_time)
    taken: dict[str, Any] = {}
    with database.window() as window:
        figures.exact(window, calendar, *(at - timedelta(days=3650) for at in span(1)))
        taken["start_mb"] = _peak()
        for name, length, first in (("week", 1, weeks.after(FIRST, 12)), ("all", WEEKS, FIRST)):
            begun, busy = time.perf_counter(), time.process_time()
            found = figures.exact(window, calendar, *span(length, first))
            taken[name] = time.perf_counter() - begun
            taken[f"{name}_cpu"] = time.process_time() - busy
            taken[f"{name}_people"] = found.received
    print(json.dumps(taken | {"peak_mb": _peak()}))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(url: str, requests: int) -> dict[str, Any]:
    """A database of so many requests, counted in a process of its own."""
    database = open_database(url)
    if database.dialect == "postgresql":
        with database.begin() as session:
            session.execute(text("DROP SCHEMA public CASCADE"))
            session.execute(text("CREATE SCHEMA public"))
    migrate.upgrade(database)
    fill(database, requests)
    database.close()
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.figures", "count", url],
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(ran.stdout)
    print(
        f"{requests:>9,} requests: a week {found['week']:.1f} s (busy {found['week_cpu']:.1f}), half a"
        f" year {found['all']:.1f} s (busy {found['all_cpu']:.1f}; {found['all_people']:,} people),"
        f" memory at most {found['peak_mb']:.0f} MB",
        flush=True,
    )
    return found


def compare(many: int, urls: tuple[str, str]) -> None:
    """Print both, and how they compare."""
    few, more = measured(urls[0], FEW), measured(urls[1], many)
    print(
        f"ratios for {many / FEW:.0f} times the requests: time {more['all'] / few['all']:.1f}"
        f" (busy {more['all_cpu'] / few['all_cpu']:.1f}),"
        f" memory {more['peak_mb'] / few['peak_mb']:.2f}"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["count"]:
        count(sys.argv[2])
    else:
        many = int(sys.argv[1]) if len(sys.argv) > 1 else MANY
        with tempfile.TemporaryDirectory() as place:
            given = sys.argv[2] if len(sys.argv) > 2 else ""
            own = (f"sqlite:///{place}/few.db", f"sqlite:///{place}/many.db")
            compare(many, (given, given) if given else own)
