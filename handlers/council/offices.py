"""Who holds which office."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.charter import Charter
from storage.model import Member


def make_chair(session: Session, charter: Charter, member: Member, now: datetime) -> None:
    """This member is the chair from now on; the former one is a member, or a focal person, again."""
    for former in session.scalars(select(Member).where(Member.role == "chair")):
        if former is not member:
            former.role = "focal" if former.is_focal else "member"
            former.chair_since = None
    if member.role == "focal":
        member.is_focal = True
    member.role, member.chair_since, member.is_acting = "chair", now, False
    session.flush()
