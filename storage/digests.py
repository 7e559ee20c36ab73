"""The weeks' digests: the one that is being made, its lines, and what was sent to whom."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.model import PRIVATE, Case, DigestCopy, DigestLine, DigestRun, Recipient

SENT = "sent"
LONGEST_NUMBER = 9


def begin(session: Session, week: str, stage_at: datetime) -> DigestRun:
    """The digest of this week, made where there is none yet; its row locked."""
    if (known := locked(session, week)) is not None:
        return known
    try:
        with session.begin_nested():
            session.add(DigestRun(week=week, stage="waiting", stage_at=stage_at))
    except IntegrityError:  # somebody else just made it
        pass
    made = locked(session, week)
    assert made is not None
    return made


def locked(session: Session, week: str) -> DigestRun | None:
    """The digest of this week as it is at this very moment, its row locked."""
    chosen = select(DigestRun).where(DigestRun.week == week).with_for_update()
    return session.scalar(chosen.execution_options(populate_existing=True))


def find(session: Session, week: str) -> DigestRun | None:
    """The digest of this week."""
    return session.scalar(select(DigestRun).where(DigestRun.week == week))


def being_made(session: Session) -> DigestRun | None:
    """The first that was not sent: lines are written for this one."""
    chosen = select(DigestRun).where(DigestRun.stage != SENT).order_by(DigestRun.week)
    return session.scalar(chosen.limit(1))


def due(session: Session, upto: datetime) -> list[DigestRun]:
    """Those whose next stage is due, the earliest week first, their rows locked."""
    chosen = select(DigestRun).where(DigestRun.stage_at <= upto).order_by(DigestRun.week)
    waiting = chosen.with_for_update().execution_options(populate_existing=True)
    return list(session.scalars(waiting))


def sent(session: Session, before: str | None = None) -> list[DigestRun]:
    """Those that were sent, of weeks before this one, the oldest first."""
    chosen = select(DigestRun).where(DigestRun.stage == SENT).order_by(DigestRun.week)
    return list(session.scalars(chosen.where(DigestRun.week < before) if before else chosen))


def last_sent(session: Session) -> DigestRun | None:
    """The newest that was sent."""
    chosen = select(DigestRun).where(DigestRun.stage == SENT).order_by(DigestRun.week.desc())
    return session.scalar(chosen.limit(1))


def lines(session: Session, week: str, *states: str) -> list[DigestLine]:
    """The lines of a week in the order in which they were written; of all states if none is named."""
    chosen = select(DigestLine).where(DigestLine.week == week).order_by(DigestLine.id)
    return list(session.scalars(chosen.where(DigestLine.state.in_(states)) if states else chosen))


def line(session: Session, words: str) -> DigestLine | None:
    """The line that a button names; None where there is none, or it was forged."""
    is_number = words.isascii() and words.isdecimal() and len(words) <= LONGEST_NUMBER
    return session.get(DigestLine, int(words), populate_existing=True) if is_number else None


def carry_over(session: Session, week: str, to: str) -> int:
    """Lines that were not approved are not lost: they stand in the draft of the next week."""
    left = lines(session, week, "proposed", "held")
    for one in left:
        one.week = to
    session.flush()
    return len(left)


def topics(session: Session, start: datetime, end: datetime) -> set[str]:
    """What the requests of this time are about; what is private is not among them."""
    chosen = select(Case.topic).where(
        Case.handed_in_at >= start, Case.handed_in_at < end, Case.track != PRIVATE
    )
    return {topic or "other" for topic in session.scalars(chosen.distinct())}


def copy(session: Session, week: str, recipient: Recipient, now: datetime) -> DigestCopy | None:
    """This recipient's copy of this week; None where they have one already."""
    made = DigestCopy(week=week, recipient_id=recipient.id, at=now)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        return None
    return made


def count_copies(session: Session, week: str) -> int:
    """To how many this week's digest was sent."""
    count = select(func.count()).select_from(DigestCopy).where(DigestCopy.week == week)
    return session.scalar(count) or 0


def copies(session: Session, week: str, recipients: Collection[int]) -> list[DigestCopy]:
    """The copies that these recipients have of this week; their rows locked."""
    chosen = select(DigestCopy).where(
        DigestCopy.week == week, DigestCopy.recipient_id.in_(recipients)
    )
    return list(session.scalars(chosen.order_by(DigestCopy.id).with_for_update()))
