"""Handing a request to somebody else: with history, with a reason its writer is told."""

from handlers import assign
from handlers.council import access, cards, desk
from handlers.language import Rich, Tongue
from handlers.messages import Choice
from handlers.screens import Screen
from handlers.told import shown, who_reads
from handlers.turn import Scene, Turn, scene_of
from storage import audit, cases, members
from storage.model import Case, Member

WHYS = ("topic", "language", "absent")


def takers(scene: Scene, case: Case) -> list[Member]:
    """Who may be given this case: focal persons for private ones, never its writer."""
    return [
        seat
        for seat in members.seated(scene.session)
        if seat.id != case.responsible_id
        and seat.id not in case.excluded
        and access.allowed(scene.session, seat, case)
    ]


def ask_whom(turn: Turn, reference: str) -> None:
    """To whom?"""
    case = desk.mine(turn, reference, "hand")
    if case is None:
        return
    if takers(turn, case) and (asked := whom(turn, reference)):
        turn.ask(asked)
    else:
        turn.toast = turn.tongue("There is nobody else who may read this request.")


def whom(scene: Scene, reference: str) -> Screen | None:
    """Everyone who may be given it, with the languages they speak."""
    t = scene.tongue
    case = desk.readable(scene, reference, "hand")
    if case is None:
        return None
    return Screen(
        name="whom",
        text=t("Hand over {reference} to whom?", reference=shown(scene, case)),
        choices=tuple(
            Choice(
                f"{t.isolated(seat.alias)} · {', '.join(seat.languages)}",
                f"to:{reference}:{seat.id}",
            )
            for seat in takers(scene, case)
        ),
        zero=Choice(t("Back"), f"open:{reference}"),
        args={"reference": reference},
        case_id=case.id,
    )


def ask_why(turn: Turn, reference: str, member_id: str) -> None:
    """Why?"""
    case = desk.mine(turn, reference, "hand")
    if case and (asked := why(turn, reference, member_id)):
        turn.ask(asked)


def why(scene: Scene, reference: str, member_id: str) -> Screen | None:
    """The reason, which the writer is told."""
    t = scene.tongue
    case = desk.readable(scene, reference, "hand")
    if case is None:
        return None
    taker = next((seat for seat in takers(scene, case) if str(seat.id) == member_id), None)
    if taker is None:
        return None
    return Screen(
        name="why",
        text=t("Why? The writer is told this reason."),
        choices=tuple(
            Choice(reason(t, name), f"over:{reference}:{member_id}:{name}")
            for name in whys(case, taker)
        ),
        zero=Choice(t("Back"), f"open:{reference}"),
        args={"reference": reference, "member_id": member_id},
        case_id=case.id,
    )


def whys(case: Case, taker: Member) -> tuple[str, ...]:
    """The reasons that may be given for this one: the writer is told no language they lack."""
    speaks = case.language in taker.languages
    return tuple(name for name in WHYS if speaks or name != "language")


def reason(t: Tongue, name: str) -> Rich:
    """A reason as its reader's language says it."""
    return {
        "topic": t("they know this topic better"),
        "language": t("they speak your language"),
        "absent": t("the first member cannot answer now"),
    }[name]


def hand_over(turn: Turn, reference: str, member_id: str, name: str) -> None:
    """Done: the new one gets the card, the old one loses sight, the writer is told."""
    case = desk.mine(turn, reference, "hand")
    if case is None:
        return
    taker = next((seat for seat in takers(turn, case) if str(seat.id) == member_id), None)
    gone = taker is None or not members.still_sits(turn.session, taker)
    if taker is None or gone or name not in whys(case, taker):
        turn.toast = turn.tongue("This button does not work any more.")
        return
    cards.lose_sight(turn, case, turn.desk)
    case.routed_why = []
    audit.note(turn.session, "handed_over", turn.now, by=turn.desk, about=case, why=name)
    assign.give(turn, case, taker, "handed_over")
    turn.leave(reference)
    turn.say(
        turn.tongue(
            "🔁 {reference} is with {alias} now. You do not see it any more.",
            reference=shown(turn, case),
            alias=taker.alias,
        )
    )
    tell_writer(turn, case, taker, name)


def tell_writer(scene: Scene, case: Case, taker: Member, name: str) -> None:
    """Who, why, what they see, and by when: in the writer's language."""
    writer = cases.writer(scene.session, case)
    there = scene_of(scene.session, writer, scene.charter, scene.now)
    t = there.tongue
    assert case.answer_by_at is not None
    there.say(
        t(
            "🔁 <b>{reference}</b>: another council member looks after it now.\n{who}\n"
            "Why: {why}.\n"
            "What they see: your messages and the number, not your name or phone.\n"
            "Answer or news by: {moment}",
            reference=shown(there, case),
            who=who_reads(there, case, taker),
            why=reason(t, name),
            moment=t.moment(case.answer_by_at),
        ),
        case_id=case.id,
    )
