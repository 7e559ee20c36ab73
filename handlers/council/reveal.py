"""Hidden numbers, shown to whoever is responsible: for a reason, on the record, for minutes."""

from collections.abc import Mapping

from handlers.council import access, desk, history
from handlers.language import N_, Rich
from handlers.messages import Choice, Outgoing
from handlers.screens import Screen
from handlers.told import shown
from handlers.turn import Scene, Turn
from storage import audit, outbox
from storage.model import Case, Outbox
from storage.outbox import Chat

REASONS: Mapping[str, str] = {
    "check": N_("To check a date or number"),
    "form": N_("To help them fill a form"),
    "pass_on": N_("To pass on, they agreed"),
}


def ask(turn: Turn, reference: str) -> None:
    """The card's button: why?"""
    case = desk.mine(turn, reference, "reveal")
    if case is None:
        return
    if history.hides(turn, case) and (asked := screen(turn, reference)):
        turn.ask(asked)
    else:
        turn.toast = turn.tongue("Nothing is hidden in this request.")


def screen(scene: Scene, reference: str) -> Screen | None:
    """The reasons for which numbers may be seen."""
    t = scene.tongue
    case = desk.readable(scene, reference, "reveal")
    if case is None:
        return None
    return Screen(
        name="reveal_why",
        text=t(
            "🔓 Why do you need the hidden numbers of {reference}?\nYour reason is recorded.",
            reference=shown(scene, case),
        ),
        choices=tuple(
            Choice(t(label), f"revealed:{reference}:{name}") for name, label in REASONS.items()
        ),
        zero=Choice(t("Back"), f"open:{reference}"),
        args={"reference": reference},
        case_id=case.id,
    )


def reveal(turn: Turn, reference: str, reason: str) -> None:
    """Show them, in a message that goes by itself."""
    case = desk.mine(turn, reference, "reveal")
    if case is None:
        return
    if reason not in REASONS or not history.hides(turn, case):
        turn.toast = turn.tongue("Nothing is hidden in this request.")
        return
    turn.leave(reference)
    audit.note(turn.session, "revealed", turn.now, by=turn.desk, about=case, reason=reason)
    outbox.add(
        turn.session,
        Chat.of(turn.someone, turn.desk),
        "revealed",
        turn.now,
        case_id=case.id,
        mode="below",
        key=f"revealed:{case.id}:{turn.desk.id}",
        urgent=True,
    )


def draw(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """What the writer wrote, with its numbers; not to a second reader, and not long afterwards."""
    seat = scene.seat
    if case is None or seat is None or not access.may(scene.session, seat, case, "reveal"):
        return None
    if scene.now > row.created_at + scene.charter.card_idle:
        return None
    t = scene.tongue
    minutes = int(scene.charter.card_idle.total_seconds() // 60)
    lines = [
        t.plural(
            "🔓 <b>{reference}</b>: this message goes after {count} minute.",
            "🔓 <b>{reference}</b>: this message goes after {count} minutes.",
            minutes,
            reference=shown(scene, case),
        ),
        *(t.written(entry.text) for entry in history.hiding(scene, case)),
    ]
    return Outgoing(text=Rich("\n".join(lines)), protect=True)
