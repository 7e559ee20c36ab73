"""What is pressed on a request: open, take, files on a tap."""

from handlers import dates
from handlers.council import access, card, cards, old_cards, private_card
from handlers.migrant import follow
from handlers.turn import Scene, Turn
from storage import audit, cases, outbox
from storage.model import Case, Entry
from storage.outbox import Chat


def readable(scene: Scene, reference: str, action: str = "open") -> Case | None:
    """The case, if the member whose chat this is may do this with it now."""
    case = cases.by_reference(scene.session, reference)
    seat = scene.seat
    if case is None or seat is None or not access.may(scene.session, seat, case, action):
        return None
    return case


def mine(turn: Turn, reference: str, action: str = "open") -> Case | None:
    """The case, if whoever pressed may do this with it now.

    Otherwise the button says why. What is not theirs any more is emptied where it was pressed; a
    card that is still theirs shows how things stand, and an old copy of it gives way to that one.
    """
    case = readable(turn, reference)
    if case is None:
        turn.toast = turn.tongue("This is not with you any more.")
        old_cards.empty(turn)
        return None
    if access.may(turn.session, turn.desk, case, action):
        old_cards.replace(turn, case)
        return case
    turn.toast = turn.tongue(
        "That is not possible any more: {state}.", state=card.state_word(turn, case)
    )
    if not old_cards.replace(turn, case) and case.responsible_id == turn.desk.id:
        cards.refresh(turn, case)
    return None


def open_card(turn: Turn, reference: str) -> None:
    """Show the card again, below everything else; to its second reader all that was written."""
    case = mine(turn, reference)
    if case is None:
        return
    if case.responsible_id != turn.desk.id:
        whole(turn, reference)
    elif not private_card.open_again(turn, case):
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
        audit.note(turn.session, "taken", turn.now, by=turn.desk, about=case)
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
