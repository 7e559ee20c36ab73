"""May we tell an outside body? The writer sees to whom and every word, and decides."""

from typing import Any

from handlers import numbers, offices
from handlers.council import cards, refer
from handlers.language import Rich
from handlers.messages import Choice
from handlers.migrant import follow
from handlers.screens import Screen
from handlers.told import shown
from handlers.turn import Scene, Turn
from storage import audit, cases, outbox, referrals
from storage.model import CLOSED, Case, Referral
from storage.outbox import Chat

YES, NO = "yes", "no"


def ask(there: Scene, case: Case, one: Referral) -> None:
    """Ask in the writer's chat."""
    args = {"referral": one.id}
    to = Chat.of(there.someone)
    outbox.add(there.session, to, "referral", there.now, args=args, case_id=case.id)


def screen(scene: Scene, reference: str, referral: int, **_: Any) -> Screen | None:
    """The question, as long as it is one: nothing is passed on before a yes."""
    if scene.person is None:
        return None
    case = cases.own(scene.session, scene.person, reference)
    one = scene.session.get(Referral, referral)
    if case is None or one is None or one.case_id != case.id or one.state != "asked":
        return None
    body = offices.by_id(scene.charter, case, one.body)
    if body is None or case.state == CLOSED:
        return None
    t = scene.tongue
    return Screen(
        name="referral",
        text=refer.permission(t, shown(scene, case), body, one.text),
        choices=(
            Choice(t("Yes, send this"), f"agree:{one.id}:{YES}", "success"),
            Choice(t("No, I will do it myself"), f"agree:{one.id}:{NO}"),
        ),
        args={"reference": reference, "referral": referral},
    )


def agree(turn: Turn, number: str, said: str) -> None:
    """Yes, no, or no after all."""
    one = referrals.numbered(turn.session, number)
    case = turn.session.get(Case, one.case_id, with_for_update=True) if one else None
    if one is None or case is None or case.person_id != turn.someone.id or said not in (YES, NO):
        turn.toast = follow.stale(turn)
        return
    turn.leave(case.reference)
    if one.state == "asked" and said == YES and _can_be_passed_on(turn, case, one):
        _allow(turn, case, one)
    elif one.state in ("asked", "allowed") and said == NO:
        _refuse(turn, case, one)
    elif one.state == "passed_on" and said == NO:
        turn.say(_too_late(turn, case, one), case_id=case.id)
    else:
        turn.toast = follow.stale(turn)


def _can_be_passed_on(turn: Turn, case: Case, one: Referral) -> bool:
    is_read = case.state != CLOSED and cards.responsible(turn, case) is not None
    return is_read and offices.by_id(turn.charter, case, one.body) is not None


def _allow(turn: Turn, case: Case, one: Referral) -> None:
    """The member gets the text; until they passed it on the yes can be taken back."""
    one.state, one.answered_at = "allowed", turn.now
    t = turn.tongue
    take_back = Screen(
        name="allowed",
        text=t(
            "✅ Thank you. A council member passes on exactly this text, and tells you then. "
            "Until then you can still say no."
        ),
        choices=(Choice(t("Do not send it"), f"agree:{one.id}:{NO}"),),
    )
    turn.say(take_back.outgoing(t, numbers=False), case_id=case.id)
    _tell_member(turn, case, one)


def _refuse(turn: Turn, case: Case, one: Referral) -> None:
    """Nothing is passed on; they get the number, to go themselves."""
    one.state = "withdrawn" if one.state == "allowed" else "refused"
    one.answered_at = turn.now
    t = turn.tongue
    lines = [t("OK. We pass nothing on.")]
    for body in numbers.known(turn.charter, one.body):
        lines.append(t("You can go there yourself: {office}", office=offices.called(t, body)))
    turn.say(Rich("\n".join(lines)), case_id=case.id)
    _tell_member(turn, case, one)


def _tell_member(turn: Turn, case: Case, one: Referral) -> None:
    audit.note(turn.session, f"referral_{one.state}", turn.now, by=turn.someone, about=case)
    cards.fresh(turn, case, one.state)
    if one.state != "refused":
        refer.tell_text(turn, case, one.id)


def _too_late(scene: Scene, case: Case, one: Referral) -> Rich:
    """The truth: what was told cannot be taken back."""
    t = scene.tongue
    return t(
        "It was passed on already. We cannot take that back. "
        "You can tell the office yourself that you do not want it: {office}",
        office=_called(scene, one),
    )


def passed_on(scene: Scene, case: Case, one: Referral) -> Rich:
    """It is done, and what we cannot promise."""
    return scene.tongue(
        "➡️ {reference}: your text was passed on to {office}. "
        "We do not know when they answer. The council goes on with your request.",
        reference=shown(scene, case),
        office=_called(scene, one),
    )


def _called(scene: Scene, one: Referral) -> Rich:
    known = numbers.known(scene.charter, one.body)
    return offices.called(scene.tongue, known[0]) if known else Rich("")
