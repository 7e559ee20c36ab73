"""The council: who sits in it, who is invited, who may be given a request."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from storage import secrecy
from storage.model import RESPONSIBLE, Case, Invitation, Member, Note, Person, Shown

ROLES = ("member", "chair", "focal", "outside", "operator")
"""`outside`: a focal contact who does not sit in the council, for what concerns its chair."""
READERS = ("member", "chair", "focal")
COUNCIL = ("member", "chair", "focal")
"""Who sits in the council, may vote and be elected."""
SITS = (Member.left_at.is_(None), Member.suspended_at.is_(None))
"""Whoever left or is suspended sees and does nothing."""


def sits(member: Member | None) -> bool:
    """Whether they hold their seat now: neither left nor suspended."""
    return member is not None and member.left_at is None and member.suspended_at is None


def is_focal(member: Member) -> bool:
    """Whether they read private requests."""
    return member.role == "focal" or member.is_focal


def is_present(member: Member, now: datetime) -> bool:
    """Whether they are not away."""
    return member.away_until is None or member.away_until <= now


def seated(session: Session, *roles: str) -> list[Member]:
    """Present members of these roles (all, if none is named), in the order they joined.

    Whoever reads private requests besides another office counts as focal, too.
    """
    chosen = select(Member).where(*SITS).order_by(Member.id)
    if "focal" in roles:
        return list(session.scalars(chosen.where(or_(Member.role.in_(roles), Member.is_focal))))
    return list(session.scalars(chosen.where(Member.role.in_(roles)) if roles else chosen))


def returning(session: Session, upto: datetime) -> list[Member]:
    """Whoever was away until then, their rows locked."""
    over = select(Member).where(Member.away_since.is_not(None), Member.away_until <= upto)
    return list(
        session.scalars(over.where(Member.left_at.is_(None)).order_by(Member.id).with_for_update())
    )


def chairs(session: Session, now: datetime, besides: Collection[int] = ()) -> list[Member]:
    """Who acts as the chair now: the chair; where there is none, or they are away or concerned,
    whoever stands in. A chair who is away and has nobody to stand in still is the chair."""
    allowed = [seat for seat in seated(session) if seat.id not in besides]
    chair = [seat for seat in allowed if seat.role == "chair"]
    there = [seat for seat in chair if is_there(session, seat, now)]
    acting = [seat for seat in allowed if seat.is_acting and seat.role in COUNCIL]
    return there or [seat for seat in acting if is_there(session, seat, now)] or chair or acting


def is_there(session: Session, member: Member, now: datetime) -> bool:
    """Whether they are not away, and what we write reaches their chat."""
    return is_present(member, now) and is_reachable(session, member)


def is_reachable(session: Session, member: Member) -> bool:
    """Whether their chat is open to us: they have not blocked it."""
    blocked = select(Person.unreachable_since).where(Person.id == member.person_id)
    return session.scalar(blocked) is None


def still_sits(session: Session, member: Member) -> bool:
    """Whether they hold their seat at this very moment: it stays so until the transaction ends."""
    session.refresh(member, with_for_update=True)
    return sits(member)


def suspended(session: Session) -> list[Member]:
    """Whoever is suspended and has not left."""
    chosen = select(Member).where(Member.left_at.is_(None), Member.suspended_at.is_not(None))
    return list(session.scalars(chosen.order_by(Member.id)))


def all_locked(session: Session) -> list[Member]:
    """Everyone who has not left, their rows locked: offices change one after the other."""
    chosen = select(Member).where(Member.left_at.is_(None)).order_by(Member.id)
    locked = chosen.with_for_update().execution_options(populate_existing=True)
    return list(session.scalars(locked))


def by_alias(session: Session, alias: str) -> Member | None:
    """The member of this alias who has not left."""
    return session.scalar(select(Member).where(Member.alias == alias, Member.left_at.is_(None)))


def is_taken(session: Session, alias: str) -> bool:
    """Whether somebody in the council is called so, however it is written."""
    names = session.scalars(select(Member.alias).where(Member.left_at.is_(None)))
    return alias.strip().casefold() in {name.casefold() for name in names}


def person_of(session: Session, member: Member) -> Person:
    """The person whose private chat is this member's."""
    return session.get_one(Person, member.person_id)


def open_cases(session: Session, member: Member) -> int:
    """How many requests wait on this member."""
    count = select(func.count()).where(
        Case.responsible_id == member.id, Case.state.in_(RESPONSIBLE[:2])
    )
    return session.scalar(count) or 0


def held_cases(session: Session, member: Member) -> int:
    """How many requests go on to others when this member's seat ends."""
    held = select(func.count()).where(Case.responsible_id == member.id, Case.state.in_(RESPONSIBLE))
    return session.scalar(held) or 0


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


BOT = "bot username"
"""The note of what the bot is called where the council works: links into it hold that name."""


def know_bot(session: Session, username: str) -> None:
    """Remember what the bot is called."""
    session.merge(Note(name=BOT, value=username))


def bot_name(session: Session) -> str:
    """What the bot is called; empty as long as nobody has asked."""
    known = session.get(Note, BOT)
    return known.value if known is not None else ""


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
