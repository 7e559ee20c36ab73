"""Many requests on one member's desk, put there without a word being sent."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.rules import references
from handlers.rules.topics import TOPICS
from storage.model import ANSWERED, ASKED, OPEN, Case, Entry, Member, Person

STATES = (OPEN, OPEN, OPEN, ASKED, ANSWERED)


def fill(session: Session, count: int, now: datetime, alias: str = "Leyla") -> list[str]:
    """So many requests of the first migrant, of every class, topic and state; their references."""
    return [request(session, now, number, alias=alias) for number in range(count)]


def request(
    session: Session, now: datetime, number: int, *, alias: str = "Leyla", **more: Any
) -> str:
    """One request; every number makes another one."""
    reader = session.scalars(select(Member).where(Member.alias == alias)).one()
    writer = session.scalars(select(Person).where(Person.consent_version.is_not(None))).first()
    assert writer is not None
    due = now + timedelta(hours=number % 100 - 20)
    usual: dict[str, Any] = {
        "reference": _reference(number),
        "person_id": writer.id,
        "state": STATES[number % len(STATES)],
        "kind": "question",
        "topic": list(TOPICS)[number % len(TOPICS)],
        "urgency": f"P{number % 4 + 2}",
        "language": ("en", "fa", "ru")[number % 3],
        "responsible_id": reader.id,
        "created_at": now,
        "touched_at": now,
        "handed_in_at": now,
        "read_by_at": due,
        "answer_by_at": due + timedelta(days=1),
        "taken_at": now if number % 2 else None,
    }
    case = Case(**(usual | more))
    session.add(case)
    session.flush()
    text = f"Number {number} asks."
    session.add(Entry(case_id=case.id, kind="message", text=text, at=now))
    return case.reference


def _reference(number: int) -> str:
    return references.new_reference(lambda _: 10_000_000 + 7 * number)
