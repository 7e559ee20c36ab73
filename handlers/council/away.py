"""Going away and coming back: what is new or urgent is handed on, the rest waits."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from handlers import assign, dates
from handlers.charter import Charter
from handlers.council import cards, substitute
from handlers.language import Rich
from handlers.messages import Choice, Outgoing
from handlers.migrant import follow, hand_in
from handlers.rules.days import FURTHEST, last_day
from handlers.screens import Screen
from handlers.turn import Scene, Turn, scene_of
from handlers.words import command_in
from storage import audit, cases, members
from storage.model import ASKED, OPEN, RESPONSIBLE, Case, Member, Outbox

RETURNING: tuple[ColumnElement[bool], ...] = (
    Member.away_since.is_not(None),
    Member.left_at.is_(None),
)
URGENT = ("P1", "P2")
FRIDAY = 4


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


def command(turn: Turn) -> None:
    """`/away until Friday`, or the question until when."""
    said = (command_in(turn.incoming.text.strip()) or ("", ""))[1]
    if said:
        _understood(turn, said)
    else:
        turn.ask(until(turn))


def words(turn: Turn) -> None:
    """They wrote until when, instead of pressing a button."""
    _understood(turn, turn.incoming.text)


def _understood(turn: Turn, said: str) -> None:
    last = last_day(said, turn.someone.language, today(turn))
    asked = sure(turn, last.isoformat()) if last else None
    turn.ask(asked or until(turn, unclear=True))


def until(scene: Scene, unclear: bool = False) -> Screen:
    """Until when? Buttons for what is said most, and words for the rest."""
    t, now = scene.tongue, today(scene)
    ahead = (FRIDAY - now.weekday() - 1) % 7 + 1
    offered = (
        (t("Only today"), 0),
        (t("Until tomorrow"), 1),
        (t("Until Friday"), ahead),
        (t("One week"), 6),
        (t("Two weeks"), 13),
    )
    asks = t("🏖 <b>Until when are you away?</b>")
    how = t("Press a button, or write a day: 27.11, Friday, 3 days.")
    sorry = [t("I do not know which day that is.")] if unclear else []
    return Screen(
        name="away_until",
        text=Rich("\n".join([*sorry, asks, how])),
        choices=tuple(
            Choice(label, f"awayto:{now + timedelta(days=days)}") for label, days in offered
        ),
        zero=Choice(t("I stay"), "awayno"),
        args={"unclear": unclear},
        columns=2,
    )


def ask_sure(turn: Turn, day: str) -> None:
    """A button with a day: what happens then."""
    asked = sure(turn, day)
    if asked is None:
        turn.toast = follow.stale(turn)
    else:
        turn.ask(asked)


def sure(scene: Scene, day: str) -> Screen | None:
    """The day that was understood, and how many requests would go to whom."""
    member, last = _seat(scene), _day(scene, day)
    if member is None or last is None:
        return None
    t = scene.tongue
    back = back_at(scene.charter, last)
    stand_in = substitute.chosen(scene.session, member)
    noon = datetime.combine(last, time(12), ZoneInfo(scene.charter.working_time.zone))
    lines = [
        t("🏖 <b>Away until {day}</b>, that day too.", day=t.day(noon)),
        t("You are back: {moment}.", moment=t.moment(back)),
        *_what_goes(scene, member, back),
        t("New requests go to others meanwhile."),
    ]
    if stand_in is not None:
        lines.append(t("Your substitute: {alias}", alias=stand_in.alias))
    return Screen(
        name="away_sure",
        text=Rich("\n".join(lines)),
        choices=(
            Choice(t("✅ Go away"), f"awaynow:{day}", "success"),
            Choice(t("👥 Substitute"), f"standins:{day}"),
            Choice(t("📅 Another day"), "awaywhen"),
        ),
        zero=Choice(t("I stay"), "awayno"),
        args={"day": day},
        columns=2,
    )


def ask_until(turn: Turn) -> None:
    """Another day."""
    turn.ask(until(turn))


def choose_substitute(turn: Turn, member_id: str, day: str = "") -> None:
    """A substitute is chosen: back to going away, or all is said."""
    if substitute.choose(turn, member_id, day) is None:
        return
    if day:
        ask_sure(turn, day)
        return
    found = substitute.chosen(turn.session, turn.desk)
    turn.close()
    t = turn.tongue
    turn.say(
        t("👥 Your substitute: {alias}", alias=found.alias)
        if found
        else t("👥 You have no substitute. The rules choose who reads.")
    )


def stay(turn: Turn) -> None:
    """They changed their mind."""
    turn.close()
    turn.say(turn.tongue("OK. Nothing changes."))


def _what_goes(scene: Scene, member: Member, back: datetime) -> list[Rich]:
    """How many requests go to whom, how many stay, and which of those nobody else may read."""
    t = scene.tongue
    mine = [c for c in cases.of_member(scene.session, member.id) if c.state in RESPONSIBLE]
    moving = [case for case in mine if _goes(case, back)]
    load: Counter[int] = Counter()
    for case in moving:
        taker = _taker(scene, case, member, load)
        if taker is not None:
            load[taker] += 1
    lines = []
    for taker, count in load.items():
        alias = t.isolated(scene.session.get_one(Member, taker).alias)
        lines.append(
            t.plural(
                "🔁 {count} request goes to {alias} now.",
                "🔁 {count} requests go to {alias} now.",
                count,
                alias=Rich(alias),
            )
        )
    if stuck := len(moving) - load.total():
        lines.append(
            t.plural(
                "⚠️ {count} urgent or new request stays: nobody else may read it.",
                "⚠️ {count} urgent or new requests stay: nobody else may read them.",
                stuck,
            )
        )
    if rest := len(mine) - len(moving):
        lines.append(
            t.plural("📥 {count} request waits for you.", "📥 {count} requests wait for you.", rest)
        )
    return lines or [t("📥 No request waits with you.")]


def _goes(case: Case, back: datetime) -> bool:
    """Whether it cannot wait: not taken yet, urgent, or due before they are back."""
    if case.state not in (OPEN, ASKED):
        return False
    new = case.state == OPEN and case.taken_at is None
    due = case.state == OPEN and case.answer_by_at is not None and case.answer_by_at < back
    return new or due or case.urgency in URGENT


def _taker(
    scene: Scene, case: Case, member: Member, load: Counter[int] | None = None
) -> int | None:
    """Who is given it; None: nobody else may read it, so it stays where it is."""
    there = scene_of(scene.session, cases.writer(scene.session, case), scene.charter, scene.now)
    return assign.choice(there, case, {member.id}, member.substitute_id, load).member_id


def go(turn: Turn, day: str) -> None:
    """Away from now on: what cannot wait goes to others, with its history."""
    member, last = _seat(turn), _day(turn, day)
    if member is None or last is None:
        turn.toast = follow.stale(turn)
        return
    member.away_since = member.away_since or turn.now
    member.away_until = back_at(turn.charter, last)
    turn.session.flush()
    moved = sum(
        _hand_on(turn, case, member)
        for case in cases.of_member(turn.session, member.id)
        if _goes(case, member.away_until)
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
    if _taker(turn, case, member) is None:
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


def back(turn: Turn) -> None:
    """They are here sooner."""
    member = _seat(turn)
    if member is None or member.away_until is None:
        turn.toast = turn.tongue("You are not away.")
        return
    _return(turn.session, turn.charter, turn.now, member)
    turn.close()


def returns(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """The last day away is over: they are told what waits."""
    for member in members.returning(session, upto):
        _return(session, charter, now, member)


def _return(session: Session, charter: Charter, now: datetime, member: Member) -> None:
    member.away_since = member.away_until = None
    session.flush()
    audit.note(session, "back", now, by=member)
    if members.sits(member):
        there = scene_of(session, members.person_of(session, member), charter, now)
        cards.tell(there, member, "returned", key="returned")
        hand_in.find_readers(session, charter, now)


def returned(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """To somebody who is back: what waits with them."""
    member = _seat(scene)
    if member is None or is_away(member, scene.now):
        return None
    t = scene.tongue
    waiting = [c for c in cases.of_member(scene.session, member.id) if c.state in RESPONSIBLE]
    lines = [
        t("👋 Welcome back. You get new requests again."),
        t.plural(
            "📥 {count} request waits for you.", "📥 {count} requests wait for you.", len(waiting)
        )
        if waiting
        else t("📥 No request waits with you."),
    ]
    return Outgoing(text=Rich("\n".join(lines)), choices=((Choice(t("🗂 My desk"), "desk"),),))


def _seat(scene: Scene) -> Member | None:
    """The member of the council whose chat this is."""
    if scene.chat.member_id is None:
        return None
    member = scene.session.get(Member, scene.chat.member_id, with_for_update=True)
    return member if member and members.sits(member) and member.role in members.READERS else None


def _day(scene: Scene, day: str) -> date | None:
    """The day that a button carries, if somebody can go away until then."""
    try:
        last = date.fromisoformat(day)
    except ValueError:
        return None
    return last if today(scene) <= last <= today(scene) + FURTHEST else None
