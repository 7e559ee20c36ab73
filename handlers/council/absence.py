"""Being away: what cannot wait goes to others, the rest stays; and being back."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from handlers import assign, dates
from handlers.charter import Charter
from handlers.council import cards
from handlers.language import Rich
from handlers.messages import Choice, Outgoing
from handlers.migrant import follow, hand_in
from handlers.rules.days import FURTHEST
from handlers.turn import Scene, Turn, scene_of
from storage import audit, cases, members
from storage.model import ASKED, OPEN, Case, Member, Outbox, Person

RETURNING: tuple[ColumnElement[bool], ...] = (
    Member.away_since.is_not(None),
    Member.left_at.is_(None),
)
COUNTED = 1000


def is_away(member: Member, now: datetime) -> bool:
    """Whether they are away: nothing new is given to them, and nobody reminds them."""
    return not members.is_present(member, now)


def back_at(charter: Charter, last: date) -> datetime:
    """The opening of the next working day after the last day away."""
    after = datetime.combine(last + timedelta(days=1), time(), ZoneInfo(charter.working_time.zone))
    return dates.calendar(charter).next_open(after)


def today(scene: Scene) -> date:
    """The day it is where the council works."""
    return scene.now.astimezone(ZoneInfo(scene.charter.working_time.zone)).date()


def seat(scene: Scene) -> Member | None:
    """The member of the council whose chat this is."""
    if scene.chat.member_id is None:
        return None
    member = scene.session.get(Member, scene.chat.member_id, with_for_update=True)
    return member if member and members.sits(member) and member.role in members.READERS else None


def day_of(scene: Scene, day: str) -> date | None:
    """The day that a button carries, if somebody can go away until then."""
    try:
        last = date.fromisoformat(day)
    except ValueError:
        return None
    return last if today(scene) <= last <= today(scene) + FURTHEST else None


def cannot_wait(case: Case, back: datetime) -> bool:
    """Whether it cannot wait: not taken yet, urgent, or due before they are back."""
    if case.state not in (OPEN, ASKED):
        return False
    new = case.state == OPEN and case.taken_at is None
    due = case.state == OPEN and case.answer_by_at is not None and case.answer_by_at < back
    return new or due or case.urgency in assign.URGENT


def taker_of(
    scene: Scene, case: Case, member: Member, load: Counter[int] | None = None
) -> int | None:
    """Who is given it; None: nobody else may read it, so it stays where it is."""
    writer = scene.session.get_one(Person, case.person_id)
    there = scene_of(scene.session, writer, scene.charter, scene.now)
    return assign.choice(there, case, {member.id}, member.substitute_id, load).member_id


def go(turn: Turn, day: str) -> None:
    """Away from now on: what cannot wait goes to others, with its history."""
    member, last = seat(turn), day_of(turn, day)
    if member is None or last is None:
        turn.toast = follow.stale(turn)
        return
    member.away_since = member.away_since or turn.now
    member.away_until = back_at(turn.charter, last)
    turn.session.flush()
    moved = sum(
        _hand_on(turn, case, member)
        for case in cases.of_member(turn.session, member.id)
        if cannot_wait(case, member.away_until)
    )
    days = (last - today(turn)).days + 1
    audit.note(turn.session, "away", turn.now, by=member, days=days, moved=moved)
    turn.close()
    t = turn.tongue
    turn.say(
        t(
            "🏖 You are away. Back: {moment}.\n/back if you are here sooner.",
            moment=t.moment(member.away_until),
        )
    )


def _hand_on(turn: Turn, case: Case, member: Member) -> bool:
    if taker_of(turn, case, member) is None:
        return False
    there = scene_of(turn.session, cases.writer(turn.session, case), turn.charter, turn.now)
    state = case.state
    cards.lose_sight(turn, case, member)
    found = assign.move_on(there, case, state, besides={member.id}, prefer=member.substitute_id)
    audit.note(
        turn.session,
        "handed_on",
        turn.now,
        by=member,
        about=case,
        why="away",
        to=audit.number(turn.session, found) if found else None,
    )
    return found is not None


def returns(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """The last day away is over: they are told what waits."""
    for member in members.returning(session, upto):
        come_back(session, charter, now, member)


def come_back(session: Session, charter: Charter, now: datetime, member: Member) -> None:
    """They are here again, and told what waits; what nobody could read may have a reader now."""
    member.away_since = member.away_until = None
    session.flush()
    audit.note(session, "back", now, by=member)
    if members.sits(member):
        there = scene_of(session, members.person_of(session, member), charter, now)
        cards.tell(there, member, "returned", key="returned")
        hand_in.find_readers(session, charter, now)


def returned(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """To somebody who is back: what waits with them."""
    member = seat(scene)
    if member is None or is_away(member, scene.now):
        return None
    t = scene.tongue
    waiting = cases.on_desk(scene.session, member.id, COUNTED)
    lines = [
        t("👋 Welcome back. You get new requests again."),
        t.plural(
            "📥 {count} request waits for you.", "📥 {count} requests wait for you.", len(waiting)
        )
        if waiting
        else t("📥 No request waits with you."),
    ]
    return Outgoing(text=Rich("\n".join(lines)), choices=((Choice(t("🗂 My desk"), "desk"),),))
