"""What is pressed on a request: open, take, files on a tap, closing."""

from handlers import dates
from handlers.council import access, card, cards, old_cards
from handlers.messages import Choice
from handlers.migrant import follow
from handlers.screens import Screen
from handlers.told import shown
from handlers.turn import Scene, Turn, scene_of
from storage import audit, cases, outbox
from storage.model import Case, Entry, Member
from storage.outbox import Chat

CLOSE_REASONS = ("solved", "not_ours", "twice", "silent")


def readable(scene: Scene, reference: str, action: str = "open") -> Case | None:
    """The case, if the member whose chat this is may do this with it now."""
    case = cases.by_reference(scene.session, reference)
    seat = scene.session.get(Member, scene.chat.member_id) if scene.chat.member_id else None
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
    if case.responsible_id == turn.desk.id:
        cards.fresh(turn, case)
        _note(turn, case, "opened")
    else:
        whole(turn, reference)


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
        _note(turn, case, "taken")
        turn.toast = turn.tongue("Yours. Thank you.")
    cards.refresh(turn, case)


def files(turn: Turn, reference: str) -> None:
    """Voice and files of a case, each as what it is, albums as albums; they go within a day."""
    case = mine(turn, reference)
    if case is None:
        return
    groups: dict[str, list[Entry]] = {}
    for entry in cases.entries(turn.session, case, "message"):
        if entry.attachment:
            groups.setdefault(entry.attachment["album"] or f"entry:{entry.id}", []).append(entry)
    if not groups:
        turn.toast = follow.stale(turn)
    else:
        _note(turn, case, "files_opened")
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
    if case:
        chat = Chat.of(turn.someone, turn.desk)
        outbox.add(turn.session, chat, "whole", turn.now, case_id=case.id, urgent=True)
        _note(turn, case, "opened")


def _note(turn: Turn, case: Case, what: str) -> None:
    """Who looked at what stands in the record."""
    audit.note(turn.session, what, turn.now, by=turn.desk, about=case)


def ask_close(turn: Turn, reference: str) -> None:
    """Why it is closed."""
    case = mine(turn, reference, "close")
    if case and (asked := close_reasons(turn, reference)):
        turn.ask(asked)


def close_reasons(scene: Scene, reference: str) -> Screen | None:
    """The reasons a case can be closed with; its writer can always open it again."""
    t = scene.tongue
    case = readable(scene, reference)
    if case is None:
        return None
    return Screen(
        name="close_reasons",
        text=t(
            "Close {reference}? The writer is told and can open it again for {days} days.",
            reference=shown(scene, case),
            days=scene.charter.reopen_days,
        ),
        choices=(
            Choice(t("Solved or answered"), f"closed:{reference}:solved"),
            Choice(t("Not a matter for the council"), f"closed:{reference}:not_ours"),
            Choice(t("Sent twice"), f"closed:{reference}:twice"),
            Choice(t("The writer does not answer"), f"closed:{reference}:silent"),
        ),
        zero=Choice(t("Back"), f"open:{reference}"),
        args={"reference": reference},
        case_id=case.id,
    )


def close(turn: Turn, reference: str, reason: str) -> None:
    """Close it; its writer hears so in their language."""
    case = mine(turn, reference, "close")
    if case is None or reason not in CLOSE_REASONS:
        return
    writer = cases.writer(turn.session, case)
    there = scene_of(turn.session, writer, turn.charter, turn.now)
    follow.close(there, case, reason)
    turn.leave(reference)
    turn.say(
        turn.tongue("✔️ {reference} is closed.", reference=shown(turn, case)),
        case_id=case.id,
    )
    cards.refresh(turn, case)
