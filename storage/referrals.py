"""What is passed on to outside bodies, if the writer agrees."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.model import Case, Referral

UNFINISHED = ("asked", "allowed")


def unfinished(session: Session, case: Case) -> Referral | None:
    """The referral of this request that still waits for its writer or for being passed on."""
    return session.scalar(
        select(Referral)
        .where(Referral.case_id == case.id, Referral.state.in_(UNFINISHED))
        .order_by(Referral.id.desc())
        .limit(1)
        .with_for_update()
    )


def numbered(session: Session, number: str) -> Referral | None:
    """The referral of that row number, locked; a forged number is none."""
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        return None
    return session.get(Referral, int(number), with_for_update=True)
