"""What a migrant says about an answer."""

from collections.abc import Mapping

from handlers import assign
from handlers.council import cards
from handlers.messages import Choice
from handlers.migrant import follow
from handlers.screens import RESTING, Screen
from handlers.told import shown
from handlers.turn import Scene, Turn
from storage import cases, milestones
from storage.model import ANSWERED, CLOSED

RATINGS: Mapping[str, milestones.What] = {"helped": "helped", "partly": "partly", "not": "not"}


def choices(scene: Scene, reference: str) -> tuple[Choice, ...]:
    """The four things to say about an answer."""
    t = scene.tongue
    return (
        Choice(t("👍 Helped"), f"rate:{reference}:helped"),
        Choice(t("🤷 Partly"), f"rate:{reference}:partly"),
        Choice(t("👎 Did not help"), f"rate:{reference}:not"),
        Choice(t("✍️ Add something"), f"add:{reference}"),
    )


def screen(scene: Scene, reference: str) -> Screen:
    """The question under an answer."""
    return Screen(
        name="answered",
        text=scene.tongue("Did the answer help?"),
        choices=choices(scene, reference),
        args={"reference": reference},
        columns=2,
    )


def rate(turn: Turn, reference: str, how: str) -> None:
    """Thank them; what did not help is opened again."""
    case = follow.own_sent(turn, reference)
    if case is None or how not in RATINGS or not cases.entries(turn.session, case, "answer"):
        turn.toast = follow.stale(turn)
        return
    t = turn.tongue
    turn.leave(case.reference)
    if case.rating == how and case.state != ANSWERED:
        turn.toast = t("Thank you, we know.")
        return
    case.rating = how
    milestones.note(turn.session, case.id, RATINGS[how], turn.now)
    if how != "not":
        turn.say(t("🙏 Thank you. If something is missing, just write."), key=f"thanks:{case.id}")
        cards.refresh(turn, case)
        return
    if case.state == CLOSED and not follow.can_reopen(turn, case):
        turn.say(follow.too_late(turn))
        return
    follow.again(turn, case)
    if assign.told_nobody(turn, case):
        return
    cards.fresh(turn, case, "not_helped")
    assert case.answer_by_at is not None
    turn.say(
        t(
            "{reference} is open again. News by: {moment}. Please write what is missing.",
            reference=shown(turn, case),
            moment=t.moment(case.answer_by_at),
        ),
        case_id=case.id,
    )
    if turn.someone.screen in RESTING:
        turn.open("adding", {"reference": reference})
