"""Who is chair, who stands in, who reads private requests besides: changed one at a time."""

from datetime import datetime

from sqlalchemy.orm import Session

from handlers import assign
from handlers.charter import Charter
from handlers.council import hand_on
from handlers.migrant import hand_in
from storage import audit, members, outbox
from storage.model import Member
from storage.outbox import Chat


def make_chair(
    session: Session, charter: Charter, member: Member, now: datetime, by: Member | None = None
) -> None:
    """This member is the chair from now on, and nobody else; both are told.

    A focal person goes on to read private requests. Whoever was the chair before becomes a member,
    or a focal person where they were that too.
    """
    seats = members.all_locked(session)  # two elections at once still end with one chair
    for former in seats:
        if former.role == "chair" and former.id != member.id:
            _step_down(former)
            announce(session, former, "was_chair", now, member.alias)
            audit.note(session, "chair_ended", now, about=former)
    member.is_focal = members.is_focal(member)
    member.role, member.chair_since, member.is_acting = "chair", now, False
    audit.note(session, "chair_made", now, by=by or audit.SYSTEM, about=member)
    announce(session, member, "chair", now)
    hand_on.not_allowed_any_more(session, charter, member, now)
    settle(session, charter, now)


def resign(session: Session, chair: Member, now: datetime) -> None:
    """The chair lays the office down and stays in the council; everybody is told."""
    members.all_locked(session)
    if chair.role != "chair":
        return
    _step_down(chair)
    audit.note(session, "chair_resigned", now, by=chair)
    without_chair(session, now, chair.alias, besides=chair)


def without_chair(
    session: Session, now: datetime, alias: str, besides: Member | None = None
) -> None:
    """There is no chair any more: all members hear it, and that they can elect one."""
    session.flush()
    for seat in members.seated(session, *members.COUNCIL):
        if besides is None or seat.id != besides.id:
            announce(session, seat, "stand_in" if seat.is_acting else "no_chair", now, alias)


def name_acting(
    session: Session, charter: Charter, member: Member, now: datetime, by: Member
) -> None:
    """This member stands in for the chair from now on, and nobody else; both are told."""
    for former in members.all_locked(session):
        if former.is_acting and former.id != member.id:
            revoke_acting(session, charter, former, now, by)
    member.is_acting = True
    audit.note(session, "acting_named", now, by=by, about=member)
    announce(session, member, "acting", now)


def revoke_acting(
    session: Session, charter: Charter, member: Member, now: datetime, by: Member
) -> None:
    """They stand in no more; what they may read no longer goes on."""
    member.is_acting = False
    audit.note(session, "acting_revoked", now, by=by, about=member)
    announce(session, member, "not_acting", now)
    hand_on.not_allowed_any_more(session, charter, member, now)


def set_focal(
    session: Session, charter: Charter, member: Member, now: datetime, by: Member, *, is_focal: bool
) -> None:
    """They read private requests besides their office, or no more: what they have then goes on."""
    member.is_focal = is_focal
    what = "focal_named" if is_focal else "focal_revoked"
    audit.note(session, what, now, by=by, about=member)
    announce(session, member, "focal" if is_focal else "not_focal", now)
    hand_on.not_allowed_any_more(session, charter, member, now)


def settle(session: Session, charter: Charter, now: datetime) -> None:
    """Offices changed: what concerns its own reader now goes on, what waited finds its reader."""
    session.flush()
    assign.keep_apart(session, charter, now)
    hand_in.find_readers(session, charter, now)


def announce(session: Session, member: Member, what: str, now: datetime, alias: str = "") -> None:
    """Tell a member of a change of offices; see `office_notices`."""
    to = Chat.of(members.person_of(session, member), member)
    args = {"what": what, "alias": alias}
    outbox.add(session, to, "office", now, args=args)


def _step_down(chair: Member) -> None:
    chair.role = "focal" if chair.is_focal else "member"
    chair.chair_since = None
