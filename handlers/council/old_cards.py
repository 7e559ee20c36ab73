"""Buttons on messages that are out of date: a crash or a failed edit can leave them in a chat."""

from sqlalchemy import select

from handlers.council.cards import card_key, fresh
from handlers.turn import Turn
from storage import cases, outbox
from storage.model import SENDING, UNCERTAIN, Case, Outbox, Shown

LISTED = ("said",)
"""What shows several requests, or a question: it is drawn anew by itself."""
GONE = ("emptied", "leaving", "kept")


def empty(turn: Turn) -> None:
    """What was pressed is of a request that is not theirs: it leaves their chat."""
    seen = _pressed(turn, None)
    if seen is not None and not _is_list(seen):
        _take_away(turn, seen, "emptied")


def replace(turn: Turn, case: Case) -> bool:
    """An old copy of a card gives way to one that shows how things stand; false if it is none."""
    seen = _pressed(turn, case)
    if seen is None or seen.show != "card" or case.responsible_id != turn.desk.id:
        return False
    if seen.key == card_key(case.id, turn.desk.id):
        return False
    _take_away(turn, seen, "tidied")
    fresh(turn, case)
    return True


def _pressed(turn: Turn, case: Case | None) -> Shown | None:
    """The message whose button was pressed; one that we lost sight of is remembered from now on."""
    message_id = turn.incoming.message_id
    if turn.incoming.happened != "press" or not message_id:
        return None
    seen = cases.shown_as(turn.session, turn.chat.chat, message_id)
    if seen is not None:
        return None if seen.state in GONE else seen
    if _under_way(turn):  # it may be that very message, and is remembered in a moment
        return None
    seen = Shown(
        channel=turn.chat.channel,
        chat=turn.chat.chat,
        person_id=turn.someone.id,
        member_id=turn.desk.id,
        case_id=case.id if case is not None else None,
        message_id=message_id,
        show="card",
        at=turn.now,
        touched_at=turn.now,
    )
    turn.session.add(seen)
    turn.session.flush()
    return seen


def _under_way(turn: Turn) -> bool:
    sending = select(Outbox.id).where(
        Outbox.channel == turn.chat.channel,
        Outbox.chat == turn.chat.chat,
        Outbox.state.in_((SENDING, UNCERTAIN)),
    )
    return turn.session.scalar(sending.limit(1)) is not None


def _is_list(seen: Shown) -> bool:
    return seen.show in LISTED and seen.case_id is None


def _take_away(turn: Turn, seen: Shown, view: str) -> None:
    outbox.add(
        turn.session,
        turn.chat,
        view,
        turn.now,
        args={"shown": seen.id},
        case_id=seen.case_id,
        mode="delete",
        urgent=True,
    )
