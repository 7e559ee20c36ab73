"""Who stands in for a member while they are away; nobody has to."""

from sqlalchemy.orm import Session

from handlers.council import cards, offices
from handlers.messages import Choice, Outgoing
from handlers.migrant import follow
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from storage import audit, members
from storage.model import Case, Member, Outbox


def chosen(session: Session, member: Member) -> Member | None:
    """The substitute of a member, as long as they sit in the council."""
    found = session.get(Member, member.substitute_id) if member.substitute_id else None
    return found if members.sits(found) else None


def ask(turn: Turn, day: str = "") -> None:
    """Who?"""
    turn.ask(screen(turn, day))


def screen(scene: Scene, day: str = "") -> Screen:
    """Everyone who could stand in, with the languages they speak."""
    t = scene.tongue
    return Screen(
        name="substitute",
        text=t(
            "👥 <b>Who stands in for you?</b>\nThey get what is new or urgent, if they may read it."
        ),
        choices=(
            *(
                Choice(
                    f"{t.isolated(seat.alias)} · {', '.join(seat.languages)}",
                    f"standin:{seat.id}:{day}",
                )
                for seat in _possible(scene)
            ),
            Choice(t("Nobody in particular"), f"standin:0:{day}"),
        ),
        zero=Choice(t("Back"), f"awayto:{day}" if day else "awaywhen"),
        args={"day": day},
    )


def _possible(scene: Scene) -> list[Member]:
    return [
        seat
        for seat in members.seated(scene.session, *members.READERS)
        if seat.id != scene.chat.member_id
    ]


def choose(turn: Turn, member_id: str, day: str = "") -> str | None:
    """This one, who hears of it and may decline; gives the day they were going away until."""
    found = next((seat for seat in _possible(turn) if str(seat.id) == member_id), None)
    if found is None and member_id != "0":
        turn.toast = follow.stale(turn)
        return None
    former, turn.desk.substitute_id = turn.desk.substitute_id, found.id if found else None
    if found is not None and found.id != former:
        to = audit.number(turn.session, found)
        audit.note(turn.session, "substitute", turn.now, by=turn.desk, to=to)
        cards.tell(turn, found, "stand_in", key=_key(turn.desk), of=turn.desk.id)
    offices.settle(turn.session, turn.charter, turn.now)
    return day


def stand_in(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """To the one who was chosen; they may decline."""
    member = scene.session.get(Member, row.args["of"])
    if member is None or not members.sits(member) or member.substitute_id != row.member_id:
        return None
    t = scene.tongue
    return Outgoing(
        text=t(
            "👥 {alias} chose you as a substitute.\n"
            "When they are away, you get what is new or urgent.",
            alias=member.alias,
        ),
        choices=((Choice(t("I would rather not"), f"notme:{member.id}"),),),
    )


def decline(turn: Turn, member_id: str) -> None:
    """Nobody has to: whoever chose them is told."""
    everyone = members.seated(turn.session)
    member = next((seat for seat in everyone if str(seat.id) == member_id), None)
    if member is None or member.substitute_id != turn.desk.id:
        turn.toast = follow.stale(turn)
        return
    member.substitute_id = None
    by = audit.number(turn.session, member)
    audit.note(turn.session, "substitute_declined", turn.now, by=turn.desk, of=by)
    turn.tidy(_key(member))
    turn.say(turn.tongue("OK. You do not stand in for {alias}.", alias=member.alias))
    cards.tell(turn, member, "declined", key="declined", of=turn.desk.id)


def declined(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """To the one who chose them."""
    other = scene.session.get(Member, row.args["of"])
    if other is None:
        return None
    t = scene.tongue
    return Outgoing(
        text=t(
            "{alias} cannot be your substitute. You can choose somebody else.",
            alias=other.alias.split("·")[0],
        ),
        choices=((Choice(t("👥 Substitute"), "standins"),),),
    )


def _key(member: Member) -> str:
    return f"stand_in:{member.id}"
