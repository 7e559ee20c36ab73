"""May the Service read this? The writer sees to whom and every word, and decides."""

from datetime import timedelta
from typing import Any

from handlers.council import cards, release
from handlers.language import Rich
from handlers.messages import Choice
from handlers.migrant import follow
from handlers.screens import Screen
from handlers.told import shown
from handlers.turn import Scene, Turn
from storage import audit, cases, outbox, released
from storage.model import CLOSED, PRIVATE, Case, Released
from storage.outbox import Chat

YES, NO = "yes", "no"
TIME_TO_THINK = timedelta(hours=1)
"""How long after a yes it can be taken back before it goes."""


def ask(there: Scene, case: Case, one: Released) -> None:
    """Ask in the writer's chat."""
    args = {"released": one.id}
    to = Chat.of(there.someone)
    outbox.add(there.session, to, "may_release", there.now, args=args, case_id=case.id)


def screen(scene: Scene, reference: str, released: int, **_: Any) -> Screen | None:
    """The question, as long as it is one: nothing is sent before a yes."""
    if scene.person is None:
        return None
    case = cases.own(scene.session, scene.person, reference)
    one = scene.session.get(Released, released)
    if case is None or one is None or one.case_id != case.id or one.state != "asked":
        return None
    if case.state == CLOSED or case.track == PRIVATE:
        return None
    t = scene.tongue
    return Screen(
        name="may_release",
        text=release.permission(scene, t, case, one.unit, one.text),
        choices=(
            Choice(t("Yes, send this"), f"releasing:{one.id}:{YES}"),
            Choice(t("No, do not send it"), f"releasing:{one.id}:{NO}"),
        ),
        args={"reference": reference, "released": released},
    )


def decide(turn: Turn, number: str, said: str) -> None:
    """Yes, no, or no after all."""
    one = released.numbered(turn.session, number)
    case = turn.session.get(Case, one.case_id, with_for_update=True) if one else None
    if one is None or case is None or case.person_id != turn.someone.id or said not in (YES, NO):
        turn.toast = follow.stale(turn)
        return
    turn.leave(case.reference)
    if one.state == "asked" and said == YES and _can_be_sent(turn, case, one):
        _allow(turn, case, one)
    elif one.state in ("asked", "agreed") and said == NO:
        _refuse(turn, case, one)
    elif one.state in ("sent", "answered") and said == NO:
        turn.say(_too_late(turn, case, one), case_id=case.id)
    else:
        turn.toast = follow.stale(turn)


def _can_be_sent(turn: Turn, case: Case, one: Released) -> bool:
    is_read = case.state != CLOSED and cards.responsible(turn, case) is not None
    return is_read and case.track != PRIVATE and one.unit in release.units(turn)


def _allow(turn: Turn, case: Case, one: Released) -> None:
    """It goes after some time to think; until then a no takes it back."""
    one.state, one.agreed_at, one.sends_at = "agreed", turn.now, turn.now + TIME_TO_THINK
    tell_allowed(turn, case, one)
    _note(turn, case, "release_allowed")


def tell_allowed(there: Scene, case: Case, one: Released) -> None:
    """When it goes, and the way to say no until then."""
    assert one.sends_at is not None
    t = there.tongue
    take_back = Screen(
        name="releasing",
        text=t(
            "✅ Thank you. We send exactly this text on {moment}. Until then you can still say no.",
            moment=t.moment(one.sends_at),
        ),
        choices=(Choice(t("Do not send it"), f"releasing:{one.id}:{NO}"),),
    )
    there.say(take_back.outgoing(t, numbers=False), case_id=case.id)


def _refuse(turn: Turn, case: Case, one: Released) -> None:
    """Nothing is sent, and the council goes on with it."""
    was = one.state
    one.state, one.sends_at = ("withdrawn" if was == "agreed" else "refused"), None
    turn.say(
        turn.tongue("OK. Nothing is sent to the {service}. The council goes on with your request."),
        case_id=case.id,
    )
    _note(turn, case, "release_withdrawn" if was == "agreed" else "release_refused")


def _note(turn: Turn, case: Case, what: str) -> None:
    audit.note(turn.session, what, turn.now, by=turn.someone, about=case)
    cards.fresh(turn, case, what)


def _too_late(scene: Scene, case: Case, one: Released) -> Rich:
    """The truth: what was sent cannot be taken back."""
    t = scene.tongue
    return t(
        "It was sent already. We cannot take it back. The {service} has your text: {unit}.",
        unit=release.called(scene, t, one.unit),
    )


def tell_sent(there: Scene, case: Case, one: Released) -> None:
    """It is sent, and what we cannot promise."""
    t = there.tongue
    there.say(
        t(
            "🏛 {reference}: your text was sent to the {service}: {unit}. We do not know when they "
            "answer. A council member reads their answer and tells you.",
            reference=shown(there, case),
            unit=release.called(there, t, one.unit),
        ),
        case_id=case.id,
    )
