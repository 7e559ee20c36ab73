"""How the council's queue stands: numbers for the chair, and lists without a word of a request."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from storage import members
from storage.model import (
    ASKED,
    OPEN,
    PRIVATE,
    RESPONSIBLE,
    UNREAD_CHOICE,
    Case,
    Conflict,
    Member,
    Told,
)

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Health:
    """Counts of what is handed in and not private, and how many are private besides."""

    open: int
    unread: int
    late: int
    asked: int
    without_reader: int
    answered: int
    private: int


@dataclass(frozen=True, slots=True)
class Load:
    """What waits on one member."""

    member: Member
    open: int
    late: int


def concerned(session: Session, case: Case) -> set[int]:
    """Members whom a request is about, and the one who wrote it: they see nothing of it."""
    wrote = select(Member.id).where(Member.person_id == case.person_id)
    return {*case.subjects, *session.scalars(wrote)}


def queue(session: Session, viewer: Member, now: datetime) -> Health:
    """The whole queue as this member may count it: without what concerns them."""
    live = _live(session, viewer)
    ordinary = [case for case in live if case.track != PRIVATE]
    late = _late_ids(session, now)
    opened = [case for case in ordinary if case.state == OPEN]
    answered = select(Case).where(Case.answered_at > now - WEEK, Case.track != PRIVATE)
    return Health(
        open=len(opened),
        unread=sum(case.taken_at is None for case in opened),
        late=sum(case.id in late for case in opened),
        asked=sum(case.state == ASKED for case in ordinary),
        without_reader=sum(case.responsible_id is None for case in opened),
        answered=len(_apart(session.scalars(answered).all(), viewer)),
        private=len(live) - len(ordinary),
    )


def late(session: Session, viewer: Member, now: datetime) -> list[Case]:
    """Open requests, no private one, whose date has passed, the oldest first."""
    ids = _late_ids(session, now)
    found = _open(session, viewer)
    return [case for case in found if case.id in ids and case.responsible_id is not None]


def without_reader(session: Session, viewer: Member) -> list[Case]:
    """Open requests, no private one, for which nobody is responsible."""
    return [case for case in _open(session, viewer) if case.responsible_id is None]


def load(session: Session, viewer: Member, now: datetime) -> list[Load]:
    """What waits on each member, as far as the viewer may count it."""
    late = _late_ids(session, now)
    waiting = [case for case in _live(session, viewer) if case.state in (OPEN, ASKED)]
    loads = []
    for seat in members.seated(session, *members.READERS, "outside"):
        theirs = [case for case in waiting if case.responsible_id == seat.id]
        loads.append(Load(seat, len(theirs), sum(case.id in late for case in theirs)))
    return loads


def declared(session: Session) -> list[tuple[Conflict, Case]]:
    """Conflicts that nobody has decided, of requests that are not private, the oldest first."""
    waiting = select(Conflict, Case).join(Case, Case.id == Conflict.case_id)
    waiting = waiting.where(Conflict.state == "declared", Case.track != PRIVATE)
    return [(row[0], row[1]) for row in session.execute(waiting.order_by(Conflict.id))]


def to_decide(session: Session, member: Member, now: datetime) -> list[tuple[Conflict, Case]]:
    """Declared conflicts that this member decides: the chair, or whoever stands in; never one's own."""
    return [
        (conflict, case)
        for conflict, case in declared(session)
        if member in chairs_for(session, case, now, conflict.member_id)
    ]


def chairs_for(session: Session, case: Case, now: datetime, *besides: int) -> list[Member]:
    """Who acts as the chair where this request is concerned: nobody whom it concerns."""
    return members.chairs(session, now, besides={*concerned(session, case), *besides})


def _live(session: Session, viewer: Member) -> list[Case]:
    states = (*RESPONSIBLE, UNREAD_CHOICE)
    live = select(Case).where(Case.state.in_(states)).order_by(Case.answer_by_at, Case.id)
    return _apart(session.scalars(live).all(), viewer)


def _open(session: Session, viewer: Member) -> list[Case]:
    found = select(Case).where(Case.state == OPEN, Case.track != PRIVATE)
    return _apart(session.scalars(found.order_by(Case.handed_in_at, Case.id)).all(), viewer)


def _apart(found: Sequence[Case], viewer: Member) -> list[Case]:
    """Without what the viewer wrote, and what is about them."""
    return [
        case
        for case in found
        if case.person_id != viewer.person_id and viewer.id not in case.subjects
    ]


def _late_ids(session: Session, now: datetime) -> set[int]:
    """Open requests whose date has passed, also where a new one was told with an apology."""
    missed = (
        select(Told.id)
        .where(Told.case_id == Case.id, Told.outcome == "late")
        .where(or_(Told.what == "answer", Case.taken_at.is_(None)))
        .exists()
    )
    due = or_(
        and_(Case.taken_at.is_(None), Case.read_by_at <= now), Case.answer_by_at <= now, missed
    )
    return set(session.scalars(select(Case.id).where(Case.state == OPEN, due)))
