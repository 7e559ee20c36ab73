"""A member's requests: the list, the card's buttons, files on a tap, closing."""

from handlers import dates
from handlers.council import card, cards
from handlers.messages import Choice
from handlers.migrant import follow
from handlers.screens import Screen
from handlers.told import shown
from handlers.turn import Scene, Turn, scene_of
from storage import cases, outbox
from storage.model import CLOSED, LIVE, PRIVATE, UNREAD_CHOICE, Case, Entry, Member
from storage.outbox import Chat

LISTED = 12
CLOSE_REASONS = ("solved", "not_ours", "twice", "silent")


def may_read(member: Member, case: Case) -> bool:
    """Whether this member may see this case now: they are responsible, and allowed its class."""
    return (
        member.left_at is None
        and case.responsible_id == member.id
        and case.person_id != member.person_id
        and case.state not in ("draft", UNREAD_CHOICE)
        and (case.track != PRIVATE or member.role == "focal")
    )


def readable(scene: Scene, reference: str) -> Case | None:
    """The case, if the member whose chat this is may see it now."""
    case = cases.by_reference(scene.session, reference)
    seat = scene.session.get(Member, scene.chat.member_id) if scene.chat.member_id else None
    return case if case is not None and seat is not None and may_read(seat, case) else None


def mine(turn: Turn, reference: str) -> Case | None:
    """The case, if whoever pressed is responsible for it now; otherwise a word on the button."""
    case = cases.by_reference(turn.session, reference)
    if turn.member is not None and case is not None and may_read(turn.member, case):
        return case
    turn.toast = turn.tongue("This is not with you any more.")
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
    if case:
        cards.fresh(turn, case)


def take(turn: Turn, reference: str) -> None:
    """Read: that clock stops."""
    case = mine(turn, reference)
    if case is None:
        return
    if case.taken_at is None:
        dates.taken(case, turn.charter, turn.now)
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


def ask_close(turn: Turn, reference: str) -> None:
    """Why it is closed."""
    case = mine(turn, reference)
    if case and case.state != CLOSED and (asked := close_reasons(turn, reference)):
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
    case = mine(turn, reference)
    if case is None or reason not in CLOSE_REASONS or case.state not in LIVE:
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
