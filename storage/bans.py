"""Who is stopped from writing for a while, by whose wish and whose decision."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from storage.model import DRAFT, Ban, Case

WISHED, REFUSED, IN_FORCE, APPEALED, CONFIRMED, LIFTED = (
    "wished",
    "refused",
    "in_force",
    "appealed",
    "confirmed",
    "lifted",
)
HOLDS = (IN_FORCE, APPEALED, CONFIRMED)
"""What they write is not taken."""
WAITS = (WISHED, APPEALED)
"""Somebody has to decide."""


def of_person(session: Session, person_id: int, since: datetime) -> Ban | None:
    """What holds their words back now, if it was decided after this moment; locked."""
    return session.scalar(
        select(Ban)
        .where(Ban.person_id == person_id, Ban.state.in_(HOLDS), Ban.decided_at > since)
        .order_by(Ban.id.desc())
        .limit(1)
        .with_for_update()
    )


def is_known(session: Session, person_id: int) -> bool:
    """Whether it was wished already and waits, or holds."""
    known = select(Ban.id).where(Ban.person_id == person_id, Ban.state.in_((WISHED, *HOLDS)))
    return session.scalar(known.limit(1)) is not None


def waiting(session: Session) -> list[Ban]:
    """Everything that somebody has to decide, oldest first."""
    return list(session.scalars(select(Ban).where(Ban.state.in_(WAITS)).order_by(Ban.id)))


def locked(session: Session, ban_id: str) -> Ban | None:
    """The ban that a button names, its row locked."""
    if not (ban_id.isascii() and ban_id.isdecimal() and len(ban_id) < 10):
        return None
    return session.get(Ban, int(ban_id), with_for_update=True, populate_existing=True)


def over(session: Session, upto: datetime) -> list[Ban]:
    """What was decided until then and still holds, locked."""
    ended = select(Ban).where(Ban.state.in_(HOLDS), Ban.decided_at <= upto)
    return list(session.scalars(ended.order_by(Ban.id).with_for_update()))


def about(session: Session, ban: Ban) -> Case | None:
    """The request because of which it was wished: the newest that its wisher reads, else any."""
    written = select(Case).where(Case.person_id == ban.person_id, Case.state != DRAFT)
    by_wisher = func.coalesce(Case.responsible_id, 0) == (ban.wished_by or 0)
    return session.scalar(written.order_by(by_wisher.desc(), Case.id.desc()).limit(1))


def forget(session: Session, person_id: int) -> None:
    """Nothing is known any more of somebody who erased everything."""
    session.execute(delete(Ban).where(Ban.person_id == person_id))
