"""What writers let the Service read, and what of it waits for an answer."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.model import Case, Released, ReleasedReply

UNFINISHED = ("asked", "agreed")
SENT = ("sent", "answered")


def unfinished(session: Session, case: Case) -> Released | None:
    """What of this request waits for its writer's word, or for being sent; locked."""
    return session.scalar(
        select(Released)
        .where(Released.case_id == case.id, Released.state.in_(UNFINISHED))
        .order_by(Released.id.desc())
        .limit(1)
        .with_for_update()
    )


def numbered(session: Session, number: str | int) -> Released | None:
    """The released text of that row number, locked; a forged number is none."""
    written = str(number)
    if not (written.isascii() and written.isdecimal() and len(written) < 10):
        return None
    return session.get(Released, int(written), with_for_update=True)


def due(session: Session, upto: datetime, limit: int) -> list[Released]:
    """What is to be sent by then, oldest first; locked."""
    chosen = select(Released).where(Released.state == "agreed", Released.sends_at <= upto)
    return list(session.scalars(chosen.order_by(Released.id).limit(limit).with_for_update()))


def sent_of(session: Session, case: Case) -> list[Released]:
    """What of this request the Service has."""
    chosen = select(Released).where(Released.case_id == case.id, Released.state.in_(SENT))
    return list(session.scalars(chosen.order_by(Released.id)))


def sent_of_person(session: Session, person_id: int) -> list[Released]:
    """What the Service has of everything that this person wrote."""
    of_theirs = select(Case.id).where(Case.person_id == person_id)
    chosen = select(Released).where(Released.case_id.in_(of_theirs), Released.state.in_(SENT))
    return list(session.scalars(chosen.order_by(Released.id)))


def replies(session: Session, one: Released) -> Sequence[ReleasedReply]:
    """What the unit answered, oldest first."""
    chosen = select(ReleasedReply).where(ReleasedReply.released_id == one.id)
    return session.scalars(chosen.order_by(ReleasedReply.id)).all()


def owed(session: Session) -> list[Released]:
    """What the Service has and has not answered, longest waiting first."""
    chosen = select(Released).where(Released.state == "sent")
    return list(session.scalars(chosen.order_by(Released.sent_at, Released.id)))
