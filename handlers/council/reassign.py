"""The chair gives a request to another reader, without seeing a word of it."""

from handlers import assign
from handlers.council import cards, chair, hand_over, offices
from handlers.language import Rich
from handlers.messages import Choice
from handlers.migrant import hand_in
from handlers.screens import Screen
from handlers.told import shown
from handlers.turn import Scene, Turn, scene_of
from storage import audit, cases, health, members
from storage.model import OPEN, PRIVATE, Case, Member


def movable(scene: Scene, reference: str) -> Case | None:
    """An open request, no private one, that whoever is here may give away as the chair."""
    case = cases.by_reference(scene.session, reference)
    if case is None or case.state != OPEN or case.track == PRIVATE:
        return None
    deciding = health.chairs_for(scene.session, case, scene.now)
    return case if any(seat.id == scene.chat.member_id for seat in deciding) else None


def ask_whom(turn: Turn, reference: str) -> None:
    """To whom?"""
    asked = whom(turn, reference)
    if asked is None:
        turn.toast = turn.tongue("That is not possible now.")
    else:
        turn.ask(asked)


def whom(scene: Scene, reference: str, holder: int | None = None) -> Screen | None:
    """Everyone who may be given it, with languages and how much waits on them."""
    case = movable(scene, reference)
    if case is None:
        return None
    t = scene.tongue
    return Screen(
        name="give_whom",
        text=Rich(
            "\n".join(
                [
                    t("🔁 <b>Give it to whom?</b>"),
                    chair.line(scene, case),
                    t("Language: {language}", language=t.language(case.language)),
                ]
            )
        ),
        choices=tuple(_choice(scene, case, seat) for seat in hand_over.takers(scene, case)),
        zero=Choice(t("Back"), "chair"),
        args={"reference": reference, "holder": case.responsible_id},
        protect=True,
    )


def _choice(scene: Scene, case: Case, seat: Member) -> Choice:
    t = scene.tongue
    away = "" if members.is_there(scene.session, seat, scene.now) else " 🌙"
    waiting = members.open_cases(scene.session, seat)
    label = f"{t.isolated(seat.alias)}{away} · {', '.join(seat.languages)} · {waiting}"
    if seat.id == scene.chat.member_id:
        label = t("Me: I take it")
    return Choice(label, f"giveto:{case.reference}:{seat.id}")


def ask_why(turn: Turn, reference: str, member_id: str) -> None:
    """Why? Where nobody reads it yet there is nothing to explain, and it is done."""
    case = movable(turn, reference)
    if case is not None and not _was_asked(turn, case):
        case = None
    if case is not None and case.responsible_id is None:
        give(turn, reference, member_id, "")
        return
    asked = why(turn, reference, member_id) if case is not None else None
    if asked is None:
        turn.toast = turn.tongue("That is not possible now.")
    else:
        turn.ask(asked)


def why(scene: Scene, reference: str, member_id: str, holder: int | None = None) -> Screen | None:
    """The reason, which the writer is told."""
    case = movable(scene, reference)
    taker = _taker(scene, case, member_id) if case is not None else None
    if case is None or taker is None:
        return None
    t = scene.tongue
    return Screen(
        name="give_why",
        text=t(
            "Why does {alias} get {reference}? The writer is told.",
            alias=taker.alias,
            reference=shown(scene, case),
        ),
        choices=tuple(
            Choice(hand_over.reason(t, name), f"given:{reference}:{member_id}:{name}")
            for name in hand_over.whys(case, taker)
        ),
        zero=Choice(t("Back"), f"give:{reference}"),
        args={"reference": reference, "member_id": member_id, "holder": case.responsible_id},
        protect=True,
    )


def give(turn: Turn, reference: str, member_id: str, name: str) -> None:
    """Done: the new one gets the card, the former loses sight, the writer is told who reads it."""
    case = movable(turn, reference)
    if case is None or not _was_asked(turn, case):
        turn.toast = turn.tongue("That is not possible now.")
        return
    taker = _taker(turn, case, member_id)
    former = cards.responsible(turn, case)
    wrong = former is not None and taker is not None and name not in hand_over.whys(case, taker)
    if taker is None or wrong or not members.still_sits(turn.session, taker):
        turn.toast = turn.tongue("That is not possible now.")
        return
    there = scene_of(turn.session, cases.writer(turn.session, case), turn.charter, turn.now)
    case.routed_why = []
    if former is not None:
        cards.lose_sight(turn, case, former)
        number = shown(turn, case)
        offices.announce(turn.session, former, "reassigned", turn.now, number)
    assign.give(turn, case, taker, "handed_over")
    if former is not None:
        hand_over.tell_writer(turn, case, taker, name)
    else:
        hand_in.found_reader(there, case, taker)
    to = audit.number(turn.session, taker)
    audit.note(turn.session, "reassigned", turn.now, by=turn.desk, about=case, to=to, why=name)
    turn.close()
    turn.say(
        turn.tongue(
            "🔁 {reference} is with {alias} now.", reference=shown(turn, case), alias=taker.alias
        )
    )


def _was_asked(turn: Turn, case: Case) -> bool:
    """Whether the question of this request is open, and it is still with whom it was then."""
    person, args = turn.someone, turn.someone.screen_args or {}
    about = person.screen in ("give_whom", "give_why") and args.get("reference") == case.reference
    return about and args.get("holder") == case.responsible_id


def _taker(scene: Scene, case: Case, member_id: str) -> Member | None:
    takers = hand_over.takers(scene, case)
    return next((seat for seat in takers if str(seat.id) == member_id), None)
