"""Requests that ask the same: who belongs together, as long as one member reads them all."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from storage.model import PRIVATE, RESPONSIBLE, Bundle, Case, Member


def together(session: Session, case: Case) -> list[Case]:
    """The live requests that are linked with this one and have its reader, itself first."""
    if case.bundle_id is None:
        return [case]
    linked = select(Case).where(
        Case.bundle_id == case.bundle_id,
        Case.responsible_id == case.responsible_id,
        Case.state.in_(RESPONSIBLE),
        Case.track != PRIVATE,
        Case.id != case.id,
    )
    return [case, *session.scalars(linked.order_by(Case.id))]


def candidates(session: Session, case: Case, limit: int) -> Sequence[Case]:
    """What its reader could link it with: the linked first, then of its topic and language."""
    mine = select(Case).where(
        Case.responsible_id == case.responsible_id,
        Case.state.in_(RESPONSIBLE),
        Case.track != PRIVATE,
        Case.id != case.id,
    )
    if case.bundle_id is not None:
        mine = mine.order_by(Case.bundle_id.is_not_distinct_from(case.bundle_id).desc())
    nearest = (Case.topic != case.topic, Case.language != case.language, Case.id)
    return session.scalars(mine.order_by(*nearest).limit(limit)).all()


def link(session: Session, case: Case, other: Case, by: Member, now: datetime) -> None:
    """From now on the other belongs to this one's bundle, and to no other bundle."""
    if case.bundle_id is None and other.bundle_id is not None:
        case.bundle_id = other.bundle_id
        session.flush()
        return
    if case.bundle_id is None:
        bundle = Bundle(member_id=by.id, at=now)
        session.add(bundle)
        session.flush()
        case.bundle_id = bundle.id
    if other.bundle_id != case.bundle_id:
        leave(session, other)
        other.bundle_id = case.bundle_id
    session.flush()


def leave(session: Session, case: Case) -> bool:
    """Take it out of its bundle, if it is in one; a bundle of one is none."""
    bundle_id = case.bundle_id
    if bundle_id is None:
        return False
    case.bundle_id = None
    session.flush()
    left = select(func.count()).select_from(Case).where(Case.bundle_id == bundle_id)
    if (session.scalar(left) or 0) < 2:
        for last in session.scalars(select(Case).where(Case.bundle_id == bundle_id)):
            last.bundle_id = None
        session.flush()
        session.execute(delete(Bundle).where(Bundle.id == bundle_id))
    return True
