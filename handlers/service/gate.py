"""The gate in the wall: whatever the Service's chat does comes in here, and goes no further."""

from dataclasses import replace
from typing import Any

from handlers import delivered, typed
from handlers.council import blocked, proposals_replied, released_answered
from handlers.language import Rich
from handlers.service import digests, joining, places, visiting
from handlers.staff import desk
from handlers.staff.desk import (
    AnswerReleased,
    Ask,
    Decision,
    Heard,
    Leave,
    ReplyToProposal,
    Say,
    ShowDigest,
)
from handlers.staff.room import Room
from handlers.turn import Turn
from storage import outbox, recipients
from storage.database import WindowShut
from storage.model import Recipient

KEY = "staff"
"""Under which one notice stands that this chat does not work."""


def receive(turn: Turn) -> bool:
    """Whether this is a chat of the Service's: then all that came from it ends here."""
    recipient = recipients.of_person(turn.session, turn.person) if turn.person else None
    if recipient is None:
        return False
    if turn.incoming.happened == "blocked":
        blocked.is_gone(turn.session, turn.charter, turn.someone, turn.now)
        return True
    _is_there(turn)
    if turn.incoming.happened == "unblocked":
        return True
    turn.member = None
    rule = places.of(turn.charter, recipient)
    if rule is None:
        _only(turn, turn.tongue("This chat receives nothing from the {council} any more."))
        return True
    try:
        room = visiting.room(turn.session, turn.charter, recipient, rule, turn.now)
    except WindowShut:
        delivered.window_shut(turn.session, turn.now)
        _only(turn, turn.tongue("🔧 This does not work now. Please try again later."))
        return True
    turn.tongue = room.t
    heard = _heard(turn)
    for decision in desk.answer(room.visitor, heard, room.view, room.t, turn.now):
        _carry_out(turn, recipient, room, decision)
    return True


def _is_there(turn: Turn) -> None:
    """They can be reached: what waited for them goes out."""
    person = turn.someone
    person.heard_at, person.stopped_at = turn.now, None
    outbox.wake_person(turn.session, turn.chat.channel, turn.chat.chat, turn.now)


def _only(turn: Turn, text: Rich) -> None:
    """Say this, once under each other."""
    turn.say(text, key=KEY, mode="below")


def _heard(turn: Turn) -> Heard:
    """What they did, as values: of a file only that it is one, and nothing of where it came from."""
    incoming, person = turn.incoming, turn.someone
    is_open = person.screen.startswith("staff_")
    return Heard(
        text=incoming.text if incoming.happened == "message" else "",
        press=incoming.press if incoming.happened == "press" else "",
        screen=person.screen if is_open else "",
        args=dict(person.screen_args or {}) if is_open else {},
        has_file=bool(incoming.attachments or incoming.refused),
        is_edit=incoming.happened == "edit",
        is_seen=typed.was_seen(turn, person.screen_row),
    )


def _carry_out(turn: Turn, recipient: Recipient, room: Room, decision: Decision) -> None:
    """Do what was decided, for this recipient and nobody else."""
    session, charter, now = turn.session, turn.charter, turn.now
    match decision:
        case Say(message):
            turn.say(message)
        case Ask(screen):
            turn.ask(replace(screen, case_id=None), args={"recipient": recipient.id})
        case ShowDigest(week):
            digests.show_again(turn, week)
        case ReplyToProposal(number, kind, text, until_on):
            became: str = proposals_replied.take(
                session, charter, recipient, number, kind, text, until_on, now
            )
            _after(turn, recipient, room, decision, became)
        case AnswerReleased(number, text):
            is_taken = released_answered.take(session, charter, recipient, number, text, now)
            _after(turn, recipient, room, decision, "taken" if is_taken else "gone")
        case Leave():
            turn.close()
            joining.leave(session, charter, recipient, now)


def _after(turn: Turn, recipient: Recipient, room: Room, done: Any, became: str) -> None:
    turn.close()
    for decision in desk.after(done, became, room):
        _carry_out(turn, recipient, room, decision)
