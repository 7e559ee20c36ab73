"""The council: who sits in it, who is invited, who may be given a request."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage import secrecy
from storage.model import RESPONSIBLE, Case, Invitation, Member, Person, Shown

ROLES = ("member", "chair", "focal", "operator")
READERS = ("member", "chair", "focal")


def seated(session: Session, *roles: str) -> list[Member]:
    """Present members of these roles (all, if none is named), in the order they joined."""
    chosen = select(Member).where(Member.left_at.is_(None)).order_by(Member.id)
    return list(session.scalars(chosen.where(Member.role.in_(roles)) if roles else chosen))


def by_alias(session: Session, alias: str) -> Member | None:
    """The seated member of this alias."""
    return session.scalar(select(Member).where(Member.alias == alias, Member.left_at.is_(None)))


def person_of(session: Session, member: Member) -> Person:
    """The person whose private chat is this member's."""
    return session.get_one(Person, member.person_id)


def open_cases(session: Session, member: Member) -> int:
    """How many requests wait on this member."""
    count = select(func.count()).where(
        Case.responsible_id == member.id, Case.state.in_(RESPONSIBLE[:2])
    )
    return session.scalar(count) or 0


def invitation_by_token(session: Session, token: str) -> Invitation | None:
    """The invitation that a link carries, its row locked."""
    hashed = secrecy.ring().lookup("invitation", token)
    return session.scalar(
        select(Invitation).where(Invitation.token_hash == hashed).with_for_update()
    )


def invitation_by_code(session: Session, code: str) -> Invitation | None:
    """The claimed invitation whose newcomer was shown this code, its row locked."""
    hashed = secrecy.ring().lookup("invitation code", code)
    return session.scalar(
        select(Invitation).where(Invitation.code_hash == hashed).with_for_update()
    )


def pending(session: Session, now: datetime) -> list[Invitation]:
    """Invitations that are still good and not yet confirmed."""
    return list(
        session.scalars(
            select(Invitation)
            .where(Invitation.confirmed_at.is_(None), Invitation.expires_at > now)
            .order_by(Invitation.id)
        )
    )


def ever_seated(session: Session, person: Person) -> bool:
    """Whether this person sits or sat in the council, so that answers keep their author."""
    return session.scalar(select(Member.id).where(Member.person_id == person.id)) is not None


def who_saw(session: Session, case_id: int) -> list[Member]:
    """Every member in whose chat something of this case stands."""
    seen = select(Shown.member_id).where(
        Shown.case_id == case_id, Shown.state.in_(("full", "shrunk"))
    )
    return list(session.scalars(select(Member).where(Member.id.in_(seen))))
