"""Requests that ask the same are linked, so that one text can answer them all."""

from handlers.council import card, cards, desk
from handlers.language import Rich
from handlers.messages import Choice
from handlers.rules.topics import TOPICS
from handlers.screens import Screen
from handlers.told import shown
from handlers.turn import Scene, Turn
from storage import audit, bundles
from storage.model import Case

LISTED = 9


def ask(turn: Turn, reference: str) -> None:
    """Which others ask the same?"""
    case = desk.mine(turn, reference, "link")
    if case is None:
        return
    if not bundles.candidates(turn.session, case, 1):
        turn.toast = turn.tongue("You have no other request that this could be linked with.")
    elif asked := screen(turn, reference):
        turn.ask(asked)


def screen(scene: Scene, reference: str) -> Screen | None:
    """This member's other requests, numbers and topics only; ✔️ is linked."""
    t = scene.tongue
    case = desk.readable(scene, reference, "link")
    if case is None:
        return None
    linked = len(bundles.together(scene.session, case))
    lines = [t("🔗 Which requests ask the same as {reference}?", reference=shown(scene, case))]
    if linked > 1:
        lines.append(t("Tap a ✔️ to take one out."))
    return Screen(
        name="link",
        text=Rich("\n".join(lines)),
        choices=(
            *(_other(scene, case, one) for one in bundles.candidates(scene.session, case, LISTED)),
            *(_all(scene, case, linked) if linked > 1 else ()),
        ),
        zero=Choice(t("Back"), f"back:{reference}"),
        args={"reference": reference},
        case_id=case.id,
    )


def _other(scene: Scene, case: Case, other: Case) -> Choice:
    is_linked = case.bundle_id is not None and other.bundle_id == case.bundle_id
    sign = "✔️ " if is_linked else ""
    topic = scene.tongue(TOPICS[other.topic or "other"].label)
    verb = "unlink" if is_linked else "linked"
    return Choice(
        f"{sign}{card.button(scene, other)} · {topic}",
        f"{verb}:{case.reference}:{other.reference}",
    )


def _all(scene: Scene, case: Case, linked: int) -> tuple[Choice, ...]:
    t = scene.tongue
    return (
        Choice(
            t.plural("✍️ Answer all {count}", "✍️ Answer all {count}", linked),
            f"all:{case.reference}:answer",
        ),
        Choice(
            t.plural("✔️ Close all {count}", "✔️ Close all {count}", linked),
            f"all:{case.reference}:close",
        ),
        Choice(t("Take this one out"), f"unlink:{case.reference}:{case.reference}"),
    )


def link(turn: Turn, reference: str, to: str) -> None:
    """They ask the same."""
    case, other = desk.mine(turn, reference, "link"), desk.mine(turn, to, "link")
    if case is None or other is None or case.id == other.id:
        return
    bundles.link(turn.session, case, other, turn.desk, turn.now)
    _noted(turn, "linked", case, other)


def unlink(turn: Turn, reference: str, which: str) -> None:
    """This one asks something else after all."""
    case, other = desk.mine(turn, reference, "link"), desk.mine(turn, which, "link")
    if case is None or other is None or not bundles.leave(turn.session, other):
        return
    _noted(turn, "unlinked", case, other)


def _noted(turn: Turn, what: str, case: Case, other: Case) -> None:
    to = audit.number(turn.session, case)
    audit.note(turn.session, what, turn.now, by=turn.desk, about=other, to=to)
    touched = {one.id: one for one in (*bundles.together(turn.session, case), other)}
    for one in touched.values():
        cards.refresh(turn, one)
    if asked := screen(turn, case.reference):
        turn.ask(asked)
