"""MANAGER: the writer of a request asks whoever leads the council to look after it."""

from handlers import dates
from handlers.council import behind, card, cards
from handlers.language import Rich
from handlers.messages import Choice, Outgoing
from handlers.migrant import follow
from handlers.screens import Screen
from handlers.told import shown
from handlers.turn import Scene, Turn
from storage import audit, cases
from storage.model import CLOSED, PRIVATE, Case, Outbox

LISTED = 8


def ask(turn: Turn, reference: str = "") -> None:
    """Which request; then who leads the council hears of it, at once or when work begins."""
    if not reference:
        turn.ask(screen(turn))
        return
    case = follow.own_sent(turn, reference)
    if case is None:
        return
    if case.state == CLOSED:
        turn.toast = follow.stale(turn)
        return
    told = _tell(turn, case)
    turn.close()
    turn.say(_said(turn, case) if told else _nobody(turn), case_id=case.id)


def screen(scene: Scene) -> Screen:
    """This person's live requests; private ones are asked about in the same way, by number."""
    t = scene.tongue
    live = cases.live_of_person(scene.session, scene.someone)[:LISTED]
    return Screen(
        name="manager",
        text=t(
            "About which request? The chair of the {council} sees its number and its dates, "
            "not your words, and can give it to another member."
        )
        if live
        else t("You have no open request. Write your message here first."),
        choices=tuple(
            Choice(shown(scene, case), f"manager:{case.reference}")
            for case in live
            if case.responsible_id is not None
        ),
        zero=Choice(t("Menu"), "menu"),
        resting=not live,
    )


def _tell(turn: Turn, case: Case) -> bool:
    """Whoever hears of what is late hears of this, too; never whoever has it."""
    reader = cards.responsible(turn, case)
    if reader is None:
        return False
    hearers = behind.who_hears(turn, case, reader)
    for seat in hearers:
        at = dates.next_quiet_end(turn.charter, case.urgency, turn.now)
        key = f"manager:{case.id}:{seat.id}"
        cards.tell(turn, seat, "manager", None, key=key, due_at=at, of=case.id)
    audit.note(turn.session, "manager_asked", turn.now, by=turn.someone, about=case)
    return bool(hearers)


def _said(turn: Turn, case: Case) -> Rich:
    t = turn.tongue
    if case.track == PRIVATE:
        return t("✅ Another focal person looks after {reference}.", reference=shown(turn, case))
    return t(
        "✅ The chair of the {council} hears that you ask about {reference}.",
        reference=shown(turn, case),
    )


def _nobody(turn: Turn) -> Rich:
    return turn.tongue("Right now nobody else in the {council} can look after it.")


def draw(scene: Scene, row: Outbox, _: Case | None) -> Outgoing | None:
    """To whoever leads the council: the number, its reader and its date; as long as it is open."""
    case = scene.session.get(Case, row.args["of"])
    reader = cards.responsible(scene, case) if case is not None else None
    member = scene.seat
    if case is None or reader is None or case.state == CLOSED or member is None:
        return None
    if not behind.hears_of(scene, member, case):
        return None
    t = scene.tongue
    text = t(
        "🙋 The writer of {reference} asks for the chair.\n{alias} looks after it: {state}.",
        reference=shown(scene, case),
        alias=reader.alias,
        state=card.state_word(scene, case),
    )
    return Outgoing(text=text, choices=((Choice(t("See all"), "chair"),),))
