"""How much longer a desk with 200 requests takes to open than one with 20.

`python -m benchmarks.desk [TIMES] [postgresql://…]`

Both desks are of one council on one database, a fresh SQLite one or the PostgreSQL one named, and
are opened in turns: the first page of each, as the button does it.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median

from sqlalchemy.orm import Session

from bot.charter_file import read_charter
from handlers import inbound
from handlers.charter import Charter
from handlers.messages import Incoming
from handlers.rules import references
from handlers.rules.topics import TOPICS
from storage import data_keys, migrate, people, secrecy
from storage.database import Database, open_database
from storage.model import OPEN, Case, Member

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
FEW, MANY = 20, 200


def seat(session: Session, address: str, requests: int) -> None:
    """A member with so many requests on their desk."""
    person = people.add(session, "telegram", address, "en", NOW)
    writer = people.add(session, "telegram", f"{address}0", "en", NOW)
    member = Member(
        person_id=person.id, alias=address, role="member", languages=["en"], joined_at=NOW
    )
    session.add(member)
    session.flush()
    for number in range(requests):
        due = NOW + timedelta(hours=number % 90 - 20)
        session.add(
            Case(
                reference=references.new_reference(),
                person_id=writer.id,
                state=OPEN,
                topic=list(TOPICS)[number % len(TOPICS)],
                urgency=f"P{number % 4 + 2}",
                language="en",
                responsible_id=member.id,
                created_at=NOW,
                touched_at=NOW,
                handed_in_at=NOW,
                read_by_at=due,
                answer_by_at=due,
            )
        )


def opened(database: Database, charter: Charter, address: str, key: str) -> float:
    """Seconds for the first page of a desk, from the press to the commit."""
    press = Incoming("telegram", key, address, happened="press", press="desk", press_id="1")
    begun = time.perf_counter()
    with database.begin() as session:
        inbound.receive(session, press, NOW, charter)
    return time.perf_counter() - begun


def measure(times: int, url: str) -> None:
    """Print the median of each, and how they compare."""
    charter = read_charter(Path("council.toml"))
    database = open_database(url)
    migrate.upgrade(database)
    masters = secrecy.parse_masters(secrecy.generate_master())
    secrecy.use(data_keys.open_ring(database, masters, NOW))
    with database.begin() as session:
        seat(session, "1", FEW)
        seat(session, "2", MANY)
    keys: Callable[[], str] = map(str, count(1)).__next__
    taken: dict[str, list[float]] = {"1": [], "2": []}
    for _ in range(times):
        for address, seconds in taken.items():
            seconds.append(opened(database, charter, address, keys()))
    few, many = median(taken["1"]), median(taken["2"])
    print(f"{FEW} requests: {few * 1000:.1f} ms · {MANY}: {many * 1000:.1f} ms")
    print(f"ratio {many / few:.2f}")
    database.close()


if __name__ == "__main__":
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    if len(sys.argv) > 2:
        measure(times, sys.argv[2])
    else:
        with tempfile.TemporaryDirectory() as place:
            measure(times, f"sqlite:///{place}/council.db")
