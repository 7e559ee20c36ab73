"""What we failed to handle: kept whole, said to be safe, and added where it belongs after the mend."""

from datetime import datetime

from sqlalchemy.orm import Session

from handlers import numbers
from handlers.charter import Charter
from handlers.council import cards
from handlers.inbound import turn_of, words
from handlers.messages import Incoming
from handlers.rules.digits import typed_number
from handlers.words import meaning_of
from storage import inbox


def set_aside(
    session: Session, incoming: Incoming, error: str, raw: str, now: datetime, charter: Charter
) -> None:
    """A fault of ours while handling this: keep it whole, say that it is safe, tell the operator.

    Of somebody who has not agreed to anything no content is kept.
    """
    if not inbox.first_time(session, incoming.channel, incoming.key, now):
        return
    turn = turn_of(session, incoming, now, charter)
    kept = raw if turn.person is not None else None
    stuck = inbox.keep_stuck(
        session, incoming.channel, incoming.key, kept, error, turn.chat.chat, now
    )
    t = turn.tongue
    if kept is None:
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


def replay(session: Session, incoming: Incoming, now: datetime, charter: Charter) -> bool:
    """Add the words and files of a stuck message to where they belong; true if there were any.

    An old digit, press or command is never carried out.
    """
    turn = turn_of(session, incoming, now, charter)
    turn.direct = False
    content = incoming.text or incoming.attachments
    is_order = not incoming.attachments and (
        typed_number(incoming.text) is not None
        or incoming.text.strip().startswith("/")
        or (turn.person and meaning_of(incoming.text, turn.person.language))
    )
    if turn.person is None or incoming.happened != "message" or not content or is_order:
        return False
    words(turn)
    return True
