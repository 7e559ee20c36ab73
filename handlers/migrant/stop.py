"""STOP and START: whoever wants no messages gets none but answers to what they write themselves."""

from sqlalchemy import select

from handlers import discretion
from handlers.turn import Turn
from handlers.words import command, meaning_of
from storage import outbox
from storage.model import BLOCKED, HELD, Outbox

SAID, REMINDED = "stop:said", "stop:reminded"


def passes(row: Outbox) -> bool:
    """Whether a row goes to somebody who wrote STOP: they are in the middle of a conversation."""
    return row.urgent or row.show == "draft"


def stop(turn: Turn) -> None:
    """Send them no news from now on; say so once, unless the provider has said it."""
    person = turn.someone
    if person.stopped_at is None:
        person.stopped_at = turn.now
        turn.close()
    if turn.incoming.opted != "out":
        turn.say(
            turn.tongue(
                "🔕 We send you no more messages. Your requests stay open, and answers wait here.\n"
                "To get them, write {start_word}. To delete everything, write {delete_word}."
            ),
            key=SAID,
        )


def start(turn: Turn) -> None:
    """They want messages again: what waited goes out."""
    person = turn.someone
    if person.stopped_at is not None:
        person.stopped_at = None
        for key in (SAID, REMINDED):  # what did not arrive in time is not true any more
            outbox.withdraw(turn.session, turn.chat, key)
        discretion.wake(turn, BLOCKED, HELD)
        turn.say(turn.tongue("🔔 You get our messages again."))


def remind(turn: Turn) -> None:
    """They wrote after STOP: say once why no answer will come."""
    person = turn.person
    if person is None or person.stopped_at is None or _means_us(turn, person.language):
        return
    told = select(Outbox.id).where(
        Outbox.person_id == person.id,
        Outbox.key == REMINDED,
        Outbox.created_at >= person.stopped_at,
    )
    if turn.session.scalar(told.limit(1)) is None:
        text = turn.tongue("🔕 You wrote {stop_word}: answers wait until you write {start_word}.")
        turn.say(text, key=REMINDED)


def _means_us(turn: Turn, language: str) -> bool:
    """Whether they write to the bot itself: START, STOP once more, DELETE."""
    text = turn.incoming.text
    meant = command(text.strip()) or meaning_of(text, language)
    return bool(turn.incoming.opted) or meant in ("start", "stop", "delete")
