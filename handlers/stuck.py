"""What we failed to handle: kept whole, said to be safe, and added where it belongs after the mend."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from handlers import numbers, written
from handlers.charter import Charter
from handlers.council import ballot, cards, which
from handlers.inbound import turn_of
from handlers.messages import Incoming
from handlers.rules.digits import typed_number
from handlers.screens import RESTING
from handlers.turn import Turn
from handlers.words import command, meaning_of
from storage import inbox, recipients

AS_THEN = "\nopen then: "
"""Stands between what came in and the question that was open then."""


class NotNow(Exception):
    """A member is in the middle of something else: their old words would get into it."""


def set_aside(
    session: Session, incoming: Incoming, error: str, raw: str, now: datetime, charter: Charter
) -> None:
    """A fault of ours while handling this: keep it whole, say that it is safe, tell the operator.

    Of somebody who has not agreed to anything no content is kept, and not where it came from. What
    is never carried out later, a press or a number, is not said to be safe.
    """
    if not inbox.first_time(session, incoming.channel, incoming.key, now):
        return
    turn = turn_of(session, incoming, now, charter)
    kept = chat = None
    if turn.person is not None and not _is_a_vote(turn):
        kept, chat = raw + _as_then(turn), turn.chat.chat
    stuck = inbox.keep_stuck(session, incoming.channel, incoming.key, kept, error, chat, now)
    t = turn.tongue
    if kept is None or not _is_content(turn):
        turn.say(t("Something went wrong on our side. Please write {start_word} again in a while."))
    else:
        turn.say(
            t(
                "Something went wrong on our side. What you sent is safe, and a human will look "
                "at it. In danger call: {numbers}",
                numbers=numbers.line(charter, t, "emergency", "police"),
            )
        )
    cards.alert(turn, "stuck", stuck=stuck.id, error=error)


def _is_a_vote(turn: Turn) -> bool:
    """Whether it may say for whom they vote: that is kept nowhere, and would never be carried out."""
    is_pressed = turn.incoming.press.partition(":")[0] in ballot.SECRET_PRESSES
    is_open = turn.someone.screen in ("election", ballot.SURE)
    return is_pressed or (is_open and typed_number(turn.incoming.text) is not None)


def _as_then(turn: Turn) -> str:
    person = turn.someone
    if ballot.SURE in json.dumps([person.screen, person.screen_args or {}]):
        return AS_THEN + json.dumps({"screen": "", "args": {}})
    return AS_THEN + json.dumps({"screen": person.screen, "args": person.screen_args or {}})


def parted(raw: str) -> tuple[str, Mapping[str, Any]]:
    """What came in, and the question that was open then (nothing where that is not known)."""
    came, mark, then = raw.rpartition(AS_THEN)
    return (came, json.loads(then)) if mark else (raw, {})


def replay(
    session: Session,
    incoming: Incoming,
    now: datetime,
    charter: Charter,
    then: Mapping[str, Any] | None = None,
) -> bool:
    """Add the words and files of a stuck message to where they belonged; true if there were any.

    `then` is the question that was open when they were written: what is open now may be about
    something that others read. An old digit, press or command is never carried out. Raises NotNow.
    """
    turn = turn_of(session, incoming, now, charter)
    turn.direct = False
    if turn.person is None or not _is_content(turn):
        return False
    if recipients.of_person(session, turn.person) is not None:
        return False  # what is written there is nobody's request
    if incoming.happened == "edit":
        written.edited(turn)
        return True
    before = turn.person.screen, turn.person.screen_args, turn.person.screen_row
    if turn.member is not None:
        _as_a_member(turn, before[0], then or {})
    else:
        turn.open((then or {}).get("screen", ""), (then or {}).get("args", {}))
        written.words(turn)
    if before[0] not in RESTING:
        turn.person.screen, turn.person.screen_args, turn.person.screen_row = before
    return True


def _as_a_member(turn: Turn, screen: str, then: Mapping[str, Any]) -> None:
    """A member's words get into no other answer: unless they reply, the member is asked which."""
    if screen not in RESTING:
        raise NotNow
    if turn.incoming.reply_to:
        written.words(turn)
    else:
        which.ask(turn, {})


def _is_content(turn: Turn) -> bool:
    """Whether this is something to be read, and no order to the bot."""
    incoming = turn.incoming
    if incoming.happened not in ("message", "edit"):
        return False
    if incoming.attachments:
        return True
    language = turn.tongue.code
    is_order = (
        typed_number(incoming.text) is not None
        or command(incoming.text.strip()) is not None
        or meaning_of(incoming.text, language) is not None
    )
    return bool(incoming.text) and not is_order
