"""A member who closed their chat with the bot: silent, so what cannot wait goes to others."""

from datetime import datetime

from sqlalchemy.orm import Session

from handlers import assign
from handlers.charter import Charter
from handlers.council import cards
from handlers.migrant import hand_in
from handlers.turn import scene_of
from storage import audit, cases, members, people
from storage.model import OPEN, RESPONSIBLE, Case, Member, Person

URGENT = ("P1", "P2")


def is_gone(session: Session, charter: Charter, person: Person, now: datetime) -> None:
    """We cannot reach them any more; of a member, whoever acts as chair and operators hear it once.

    What they have not read, and what is urgent, goes on; the rest waits for them, and its reminders
    and dates go on as always.
    """
    if person.unreachable_since is not None:
        return
    person.unreachable_since = now
    member = people.membership(session, person)
    if member is None or member.role == "operator":
        return
    session.flush()
    moved = sum(_moves(session, charter, member, case, now) for case in _waiting(session, member))
    audit.note(session, "member_silent", now, about=member, moved=moved)
    scene = scene_of(session, person, charter, now)
    for seat in members.chairs(session, now, besides=(member.id,)):
        cards.tell(scene, seat, "silent_member", None, alias=member.alias, count=moved)
    cards.alert(scene, "member_silent", member_id=member.id)


def is_back(session: Session, charter: Charter, person: Person, now: datetime) -> None:
    """They can be reached again: what waits for a reader may be theirs."""
    if people.membership(session, person) is not None:
        session.flush()
        hand_in.find_readers(session, charter, now)


def _waiting(session: Session, member: Member) -> list[Case]:
    return [
        case
        for case in cases.of_member(session, member.id)
        if case.state in RESPONSIBLE
        and (case.urgency in URGENT or (case.state == OPEN and case.taken_at is None))
    ]


def _moves(session: Session, charter: Charter, member: Member, case: Case, now: datetime) -> bool:
    """To somebody else, if anybody else may have it; it never loses its only reader."""
    there = scene_of(session, cases.writer(session, case), charter, now)
    if assign.choice(there, case, (member.id,)).member_id is None:
        return False
    cards.lose_sight(
        scene_of(session, members.person_of(session, member), charter, now), case, member
    )
    return assign.move_on(there, case, case.state) is not None
