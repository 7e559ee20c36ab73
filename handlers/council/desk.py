"""A member's requests: the list, the card's buttons, files on a tap."""

from handlers import dates
from handlers.council import access, card, cards, private_card
from handlers.messages import Choice
from handlers.migrant import follow
from handlers.screens import Screen
from handlers.turn import Scene, Turn
from storage import cases, outbox
from storage.model import Case, Entry, Member
from storage.outbox import Chat

LISTED = 12


def readable(scene: Scene, reference: str, action: str = "open") -> Case | None:
    """The case, if the member whose chat this is may do this with it now."""
    case = cases.by_reference(scene.session, reference)
    seat = scene.session.get(Member, scene.chat.member_id) if scene.chat.member_id else None
    if case is None or seat is None or not access.may(scene.session, seat, case, action):
        return None
    return case


def mine(turn: Turn, reference: str, action: str = "open") -> Case | None:
    """The case, if whoever pressed may do this with it now.

    Otherwise the button says why, and a card that is still theirs shows how things stand.
    """
    case = readable(turn, reference, action)
    if case is not None:
        return case
    case = readable(turn, reference)
    if case is None:
        turn.toast = turn.tongue("This is not with you any more.")
        return None
    turn.toast = turn.tongue(
        "That is not possible any more: {state}.", state=card.state_word(turn, case)
    )
    cards.refresh(turn, case)
    return None


def show(turn: Turn) -> None:
    """The desk: what waits, most urgent first."""
    turn.ask(desk(turn))


def desk(scene: Scene) -> Screen:
    """Everything this member is responsible for."""
    t = scene.tongue
    member = scene.chat.member_id
    assert member is not None
    waiting = cases.on_desk(scene.session, member, LISTED)
    return Screen(
        name="desk",
        text=t.plural(
            "🗂 <b>Your desk</b>: {count} request",
            "🗂 <b>Your desk</b>: {count} requests",
            len(waiting),
        )
        if waiting
        else t("🗂 <b>Your desk</b> is empty. New requests come by themselves."),
        choices=tuple(
            Choice(
                f"{card.button(scene, case)} · {card.state_word(scene, case)}",
                f"open:{case.reference}",
            )
            for case in waiting
        ),
        resting=True,
    )


def open_card(turn: Turn, reference: str) -> None:
    """Show the card again, below everything else."""
    case = mine(turn, reference)
    if case and not private_card.open_again(turn, case):
        cards.fresh(turn, case)


def look(turn: Turn, reference: str, reason: str) -> None:
    """Open what is private, for this reason."""
    case = mine(turn, reference)
    if case:
        private_card.look_inside(turn, case, reason)


def back(turn: Turn, reference: str) -> None:
    """Leave the question that was asked about it: no digit answers that one any more."""
    case = mine(turn, reference)
    if case:
        turn.leave(reference)
        cards.fresh(turn, case)


def more(turn: Turn, reference: str) -> None:
    """What is done more rarely."""
    case = mine(turn, reference)
    if case:
        cards.unfold(turn, case)


def less(turn: Turn, reference: str) -> None:
    """Back to the card as it usually is."""
    case = mine(turn, reference)
    if case:
        cards.refresh(turn, case)


def take(turn: Turn, reference: str) -> None:
    """Read: that clock stops."""
    case = mine(turn, reference, "take")
    if case is None:
        return
    if case.taken_at is None:
        dates.taken(case, turn.charter, turn.now)
        turn.toast = turn.tongue("Yours. Thank you.")
    cards.refresh(turn, case)


def files(turn: Turn, reference: str) -> None:
    """Voice and files of a case, each as what it is, albums as albums; they go within a day."""
    case = mine(turn, reference)
    if case is None or private_card.shut(turn, case):
        return
    groups: dict[str, list[Entry]] = {}
    for entry in cases.entries(turn.session, case, "message"):
        if entry.attachment:
            groups.setdefault(entry.attachment["album"] or f"entry:{entry.id}", []).append(entry)
    if not groups:
        turn.toast = follow.stale(turn)
    for entries in groups.values():
        outbox.add(
            turn.session,
            Chat.of(turn.someone, turn.desk),
            "files",
            turn.now,
            args={"entries": [entry.id for entry in entries]},
            case_id=case.id,
            entry_id=entries[0].id if len(entries) == 1 else None,
            urgent=True,
        )


def whole(turn: Turn, reference: str) -> None:
    """The whole text, where the card had to cut it."""
    case = mine(turn, reference)
    if case and not private_card.shut(turn, case):
        chat = Chat.of(turn.someone, turn.desk)
        outbox.add(turn.session, chat, "whole", turn.now, case_id=case.id, urgent=True)


def help_text(turn: Turn) -> None:
    """How a member works here, in a few lines."""
    turn.say(
        turn.tongue(
            "Requests come to this chat as cards.\n"
            "<b>Take</b>: you have read it. <b>Answer</b>: write, speak or send a photo; you see it "
            "before it is sent. You can also reply to any message of a request.\n"
            "<b>Ask</b>: one more question to the writer. <b>Hand over</b>: to another member.\n"
            "/desk all your requests · /language language · /menu write as a migrant yourself"
        )
    )
