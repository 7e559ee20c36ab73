"""Cards of private requests: one line that says nothing, and everything only for a stated reason."""

from collections.abc import Mapping
from typing import Any

from handlers.council import access, card, cards
from handlers.language import N_, Rich
from handlers.messages import Choice, Outgoing
from handlers.rules.safety import look
from handlers.told import shown
from handlers.turn import Scene, Turn
from storage import audit, cases, outbox
from storage.model import OPEN, PRIVATE, Case, Member, Outbox

REASONS = {
    "first": N_("I read it the first time"),
    "answer": N_("I answer it"),
    "check": N_("I check something"),
}
AS_OPENED = "opened"
"""Of a card: it was opened for a reason, and says everything."""


def draw(scene: Scene, case: Case, row: Outbox) -> Outgoing:
    """The card as far as it is open: one line, the question why, or everything."""
    if row.args.get("shrunk"):
        return closed(scene, case)
    if row.args.get("asks"):
        _leaves(row, "shrunk")
        return asks(scene, case)
    if row.args.get(AS_OPENED) or (row.mode == "edit" and is_open(scene, case)):
        _leaves(row, "full")
        return whole(scene, case, row.args)
    _leaves(row, "shrunk")
    return closed(scene, case, news=bool(row.args.get("news")))


def _leaves(row: Outbox, state: str) -> None:
    """How the message stands afterwards: only what is full says what is in it, and folds by itself."""
    row.args = {**row.args, "stands": state}


def closed(scene: Scene, case: Case, *, news: bool = False) -> Outgoing:
    """One line: no topic, no kind, no text, whoever looks at the phone."""
    t = scene.tongue
    form = "🔒 {reference} · {private} · {urgency} · {due}"
    line = t.fill(
        f"🆕 {form}" if news else form,
        reference=shown(scene, case),
        private=t("private"),
        urgency=case.urgency,
        due=_due(scene, case),
    )
    button = Choice(t("Open"), f"open:{case.reference}")
    return Outgoing(text=line, choices=((button,),), protect=True)


def _due(scene: Scene, case: Case) -> Rich:
    t = scene.tongue
    if case.state != OPEN or case.read_by_at is None or case.answer_by_at is None:
        return card.state_word(scene, case)
    if case.taken_at is None:
        return t("read by {moment}", moment=t.moment(case.read_by_at))
    return t("answer by {moment}", moment=t.moment(case.answer_by_at))


def asks(scene: Scene, case: Case) -> Outgoing:
    """Why do they open it? Every opening is recorded."""
    t = scene.tongue
    text = t(
        "🔒 {reference}: why do you open it? It is recorded.\nIt may be hard to read.",
        reference=shown(scene, case),
    )
    choices = tuple(
        (Choice(t(label), f"look:{case.reference}:{name}"),) for name, label in REASONS.items()
    )
    back = (Choice(t("Back"), f"less:{case.reference}"),)
    return Outgoing(text=text, choices=(*choices, back), protect=True)


def whole(scene: Scene, case: Case, args: Mapping[str, Any]) -> Outgoing:
    """The full card, with what its reader must know of whom it is about."""
    return card.full(scene, case, args, above=warnings(scene, case))


def warnings(scene: Scene, case: Case) -> list[Rich]:
    """Whether a child may be writing, and whom it is about."""
    t = scene.tongue
    lines = []
    if _may_be_child(scene, case):
        lines.append(t("⚠️ may be under 18: simple words, no names, places, photos"))
    if case.about == "official":
        lines.append(t("⚖️ About an official. Nothing that names anybody leaves this chat."))
    if case.subjects:
        seats = [scene.session.get(Member, one) for one in case.subjects]
        names = [t.fill("{alias}", alias=seat.alias.split("·")[0]) for seat in seats if seat]
        lines.append(t("⚖️ About {aliases}, who never see it.", aliases=t.listed(names)))
    return lines


def _may_be_child(scene: Scene, case: Case) -> bool:
    """Whether they say so, or their words point at it; nobody is asked for their age."""
    written = cases.entries(scene.session, case, "message")
    return any("child" in look(entry.text, case.language).groups for entry in written)


def is_open(scene: Scene, case: Case) -> bool:
    """Whether everything stands in this member's chat now."""
    if scene.chat.member_id is None:
        return False
    key = cards.card_key(case.id, scene.chat.member_id)
    return bool(outbox.standing(scene.session, scene.chat, key))


def shut(turn: Turn, case: Case) -> bool:
    """Whether it must be opened for a reason first; then that is asked."""
    if case.track != PRIVATE or is_open(turn, case):
        return False
    cards.show(turn, case, turn.desk, "below", {"asks": True})
    return True


def open_again(turn: Turn, case: Case) -> bool:
    """Open was pressed on a private one: ask why, however it stands."""
    if case.track != PRIVATE:
        return False
    cards.show(turn, case, turn.desk, "below", {"asks": True})
    return True


def look_inside(turn: Turn, case: Case, reason: str) -> None:
    """They said why: it is recorded, and the card shows everything."""
    if case.track != PRIVATE or reason not in REASONS:
        turn.toast = turn.tongue("This button does not work any more.")
        return
    standing = access.standing(turn.session, turn.desk, case)
    detail = {"reason": reason, "standing": standing}
    audit.note(turn.session, "opened", turn.now, by=turn.desk, about=case, **detail)
    cards.show(turn, case, turn.desk, "edit", {AS_OPENED: True})
