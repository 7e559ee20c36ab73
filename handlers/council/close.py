"""Closing a request with a reason, and opening it again."""

from handlers.council import cards, desk
from handlers.language import N_
from handlers.messages import Choice
from handlers.migrant import follow
from handlers.screens import Screen
from handlers.told import shown, who_reads
from handlers.turn import Scene, Turn, scene_of
from storage import audit, cases
from storage.model import PRIVATE, Case

REASONS = {
    "solved": N_("Solved or answered"),
    "not_ours": N_("Not a matter for the council"),
    "twice": N_("Sent twice"),
    "silent": N_("The writer does not answer"),
}


def ask_close(turn: Turn, reference: str) -> None:
    """Why it is closed."""
    case = desk.mine(turn, reference, "close")
    if case and (asked := close_reasons(turn, reference)):
        turn.ask(asked)


def close_reasons(scene: Scene, reference: str) -> Screen | None:
    """The reasons a case can be closed with; its writer can always open it again."""
    t = scene.tongue
    case = desk.readable(scene, reference, "close")
    if case is None:
        return None
    return Screen(
        name="close_reasons",
        text=t(
            "Close {reference}? The writer is told and can open it again for {days} days.",
            reference=shown(scene, case),
            days=scene.charter.reopen_days,
        ),
        choices=tuple(
            Choice(t(label), f"closed:{reference}:{reason}") for reason, label in REASONS.items()
        ),
        zero=Choice(t("Back"), f"back:{reference}"),
        args={"reference": reference},
        case_id=case.id,
    )


def close(turn: Turn, reference: str, reason: str) -> None:
    """Close it; its writer hears so in their language. A private one takes a second tap."""
    case = desk.mine(turn, reference, "close")
    if case is None or reason not in REASONS:
        return
    args = {"reference": reference, "reason": reason}
    asked_twice = turn.someone.screen == "close_sure" and turn.someone.screen_args == args
    if case.track == PRIVATE and not asked_twice:
        if sure := close_sure(turn, **args):
            turn.ask(sure)
        return
    do_close(turn, case, reason)
    turn.leave(reference)
    turn.say(
        turn.tongue("✔️ {reference} is closed.", reference=shown(turn, case)),
        case_id=case.id,
    )


def close_sure(scene: Scene, reference: str, reason: str) -> Screen | None:
    """A private request is closed by nobody's slip of a finger."""
    t = scene.tongue
    case = desk.readable(scene, reference, "close")
    if case is None:
        return None
    return Screen(
        name="close_sure",
        text=t(
            "🔒 {reference} is private. Is the writer safe, and do they need nothing more?",
            reference=shown(scene, case),
        ),
        choices=(
            Choice(t("No, keep it open"), f"back:{reference}"),
            Choice(t("Yes, close it"), f"closed:{reference}:{reason}", "danger"),
        ),
        args={"reference": reference, "reason": reason},
        case_id=case.id,
    )


def do_close(turn: Turn, case: Case, reason: str) -> None:
    """Closed, told to its writer, written to the record, seen on its card."""
    writer = cases.writer(turn.session, case)
    there = scene_of(turn.session, writer, turn.charter, turn.now)
    follow.close(there, case, reason)
    audit.note(turn.session, "closed", turn.now, by=turn.desk, about=case, reason=reason)
    cards.refresh(turn, case)


def reopen(turn: Turn, reference: str) -> None:
    """The member opens it again: new dates, which its writer is told once."""
    case = desk.mine(turn, reference, "reopen")
    if case is None:
        return
    there = scene_of(turn.session, cases.writer(turn.session, case), turn.charter, turn.now)
    follow.reopen(there, case)
    assert case.answer_by_at is not None
    t = there.tongue
    there.say(
        t(
            "🔄 <b>{reference}</b> is open again.\n{who}\nAnswer or news by: {moment}",
            reference=shown(there, case),
            who=who_reads(there, case, turn.desk),
            moment=t.moment(case.answer_by_at),
        ),
        case_id=case.id,
    )
    audit.note(turn.session, "reopened", turn.now, by=turn.desk, about=case)
    turn.toast = turn.tongue("🔄 Open again. The writer is told.")
    cards.fresh(turn, case)
