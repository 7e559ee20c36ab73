"""A member's conflict of interest: they lose sight at once, and the chair decides afterwards."""

from handlers import assign
from handlers.council import access, cards, chair, desk
from handlers.language import Rich
from handlers.messages import Choice
from handlers.screens import Screen
from handlers.told import shown
from handlers.turn import Scene, Turn, scene_of
from storage import audit, cases, health, members
from storage.model import PRIVATE, Case, Conflict, Member

LISTED = 8
DECISIONS = ("upheld", "none")


def ask(turn: Turn, reference: str) -> None:
    """The button on the card: are they sure?"""
    case = desk.mine(turn, reference, "conflict")
    if case is not None and (asked := screen(turn, reference)):
        turn.ask(asked)


def screen(scene: Scene, reference: str) -> Screen | None:
    """What happens when they declare it."""
    case = desk.readable(scene, reference, "conflict")
    if case is None:
        return None
    t = scene.tongue
    return Screen(
        name="conflict",
        text=t(
            "⚖️ <b>You have a conflict in {reference}?</b>\n"
            "For example: you know the writer, or it is about you or your family.\n"
            "You lose sight of it at once. Somebody else goes on.",
            reference=shown(scene, case),
        ),
        choices=(Choice(t("Yes, I have a conflict"), f"conflicted:{reference}", "danger"),),
        zero=Choice(t("Back"), f"open:{reference}"),
        args={"reference": reference},
        case_id=case.id,
    )


def declare(turn: Turn, reference: str) -> None:
    """Sure: it goes on without them, and whoever decides is told once."""
    case = desk.mine(turn, reference, "conflict")
    if case is None:
        return
    session, member, is_private = turn.session, turn.desk, case.track == PRIVATE
    case.excluded = sorted({*case.excluded, member.id})
    decided_at = turn.now if is_private else None
    state = "upheld" if is_private else "declared"
    session.add(
        Conflict(
            case_id=case.id, member_id=member.id, state=state, at=turn.now, decided_at=decided_at
        )
    )
    audit.note(session, "conflict_declared", turn.now, by=member, about=case, state=state)
    cards.lose_sight(turn, case, member)
    turn.leave(reference)
    there = scene_of(session, cases.writer(session, case), turn.charter, turn.now)
    _go_on(there, case)
    turn.say(turn.tongue("⚖️ Thank you. Somebody else goes on with it."))
    if not is_private:
        for seat in health.chairs_for(session, case, turn.now, member.id):
            cards.tell(turn, seat, "conflicts_wait", key="conflicts")


def _go_on(there: Scene, case: Case) -> None:
    """By the rules; where they find nobody, whoever acts as the chair; else nobody, truly told."""
    stands_in: Member | None = None
    if assign.choice(there, case).member_id is None and case.track != PRIVATE:
        deciding = health.chairs_for(there.session, case, there.now, *case.excluded)
        may = (seat for seat in deciding if access.allowed(there.session, seat, case))
        stands_in = next((s for s in may if members.still_sits(there.session, s)), None)
        if stands_in is not None:
            case.routed_why = ["nobody_else", "acting_chair" if stands_in.is_acting else "chair"]
    assign.move_on(there, case, case.state, stands_in)


def show(turn: Turn) -> None:
    """What is to be decided."""
    asked = waiting(turn)
    if asked is None:
        chair.is_chairing(turn)
    else:
        turn.ask(asked)


def waiting(scene: Scene) -> Screen | None:
    """The conflicts that whoever is here decides; none of their own, nor of what concerns them."""
    found = _to_decide(scene)
    if not found and chair.chairing(scene) is None:
        return None
    t = scene.tongue
    return Screen(
        name="conflicts",
        text=t("⚖️ <b>Conflicts of interest</b>\nWho declared one, and in what?")
        if found
        else t("⚖️ No conflict waits for you."),
        choices=tuple(
            Choice(
                f"{t.isolated(_alias(scene, conflict))} · {shown(scene, case)}",
                f"judge:{conflict.id}",
            )
            for conflict, case in found[:LISTED]
        ),
        zero=Choice(t("Back"), "chair" if chair.chairing(scene) else "desk"),
    )


def ask_decision(turn: Turn, conflict_id: str) -> None:
    """One of them: right, or none?"""
    asked = decision(turn, conflict_id)
    if asked is None:
        turn.toast = turn.tongue("That is not possible now.")
    else:
        turn.ask(asked)


def decision(scene: Scene, conflict_id: str) -> Screen | None:
    """Who, in which request, by topic and class."""
    found = _one(scene, conflict_id)
    if found is None:
        return None
    t, (conflict, case) = scene.tongue, found
    declared = t(
        "⚖️ {alias} declared a conflict on {moment}.",
        alias=_alias(scene, conflict),
        moment=t.moment(conflict.at),
    )
    asked = t("May {alias} be given it again?", alias=_alias(scene, conflict))
    return Screen(
        name="judge",
        text=Rich("\n".join([declared, chair.line(scene, case), asked])),
        choices=(
            Choice(t("Right: never again"), f"judged:{conflict_id}:upheld"),
            Choice(t("No conflict: allowed"), f"judged:{conflict_id}:none"),
        ),
        zero=Choice(t("Back"), "conflicts"),
        args={"conflict_id": conflict_id},
        protect=True,
    )


def decide(turn: Turn, conflict_id: str, state: str) -> None:
    """Decided. It does not move back by itself, whatever that is."""
    found = _one(turn, conflict_id)
    if found is None or state not in DECISIONS:
        turn.toast = turn.tongue("That is not possible now.")
        return
    conflict, case = found
    turn.session.refresh(case, with_for_update=True)
    conflict.state, conflict.decided_by, conflict.decided_at = state, turn.desk.id, turn.now
    if state == "none":
        case.excluded = [seat for seat in case.excluded if seat != conflict.member_id]
    audit.note(turn.session, "conflict_decided", turn.now, by=turn.desk, about=case, state=state)
    turn.session.flush()
    turn.toast = turn.tongue("Decided.")
    show(turn)


def _to_decide(scene: Scene) -> list[tuple[Conflict, Case]]:
    seat = scene.seat
    return health.to_decide(scene.session, seat, scene.now) if seat is not None else []


def _one(scene: Scene, conflict_id: str) -> tuple[Conflict, Case] | None:
    found = _to_decide(scene)
    return next((pair for pair in found if str(pair[0].id) == conflict_id), None)


def _alias(scene: Scene, conflict: Conflict) -> str:
    return scene.session.get_one(Member, conflict.member_id).alias.split("·")[0]
