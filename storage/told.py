"""Dates that writers were told, one row each, and what became of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, object_session

from storage.model import Case, Told

What = Literal["read", "answer"]
Outcome = Literal["kept", "late", "moved", "withdrawn", "closed"]
DONE = ("kept", "belated")


def tell(case: Case, what: What, due_at: datetime, now: datetime) -> None:
    """From now on this is the date that counts; one told before stands if it is no later.

    What was told is what is measured: an earlier date of our own takes nothing back.
    """
    if open_row(case, what) is not None:
        return
    session = _session(case)
    session.add(Told(case_id=case.id, what=what, due_at=due_at, told_at=now))
    session.flush()


def end(
    case: Case,
    outcome: Outcome,
    now: datetime,
    *whats: What,
    stood_still_since: datetime | None = None,
) -> None:
    """This is what became of the dates that stand (all, if none is named).

    A date that passed while the clock stood still, as the writer was the one who was asked, is kept.
    """
    session = _session(case)
    for row in _open(session, case):
        if not whats or row.what in whats:
            belated = outcome == "kept" and (stood_still_since or now) > row.due_at
            row.ended_at, row.outcome = now, "belated" if belated else outcome
    session.flush()


def open_row(case: Case, what: What) -> Told | None:
    """The date of this kind that stands."""
    return next((row for row in _open(_session(case), case) if row.what == what), None)


def stands(case: Case) -> bool:
    """Whether its writer waits for a date they were told."""
    return bool(_open(_session(case), case))


def is_late(case: Case) -> bool:
    """Whether a date its writer was told passed without what was promised, since it was last open."""
    session = _session(case)
    rows = select(Told).where(Told.case_id == case.id).order_by(Told.id.desc())
    for row in session.scalars(rows):
        if row.outcome == "late":
            return True
        if row.outcome in ("closed", "withdrawn") or (row.what == "answer" and row.outcome in DONE):
            return False
    return False


def times_late(case: Case, what: What) -> int:
    """How often a date of this kind passed and was apologised for."""
    late = select(func.count()).where(
        Told.case_id == case.id, Told.what == what, Told.outcome == "late"
    )
    return _session(case).scalar(late) or 0


def _open(session: Session, case: Case) -> Sequence[Told]:
    rows = select(Told).where(Told.case_id == case.id, Told.ended_at.is_(None)).order_by(Told.id)
    return session.scalars(rows).all()


def _session(case: Case) -> Session:
    session = object_session(case)
    assert session is not None
    return session
