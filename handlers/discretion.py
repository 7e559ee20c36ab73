"""What may not be said to a phone that somebody else may hold: it waits, and who may call for it.

Asked where a row is about to go out, so that whatever made the row, nothing slips past it.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.charter import Charter
from handlers.rules import safe_time
from handlers.rules.safe_time import Safe
from handlers.turn import Turn
from storage import outbox, secrecy
from storage.model import HELD, PRIVATE, Case, Outbox, Person

CONVERSATION = timedelta(minutes=10)
"""How long after somebody wrote an answer to it is still said to them and to nobody else."""
NEVER = "never"
"""Why a row waits for somebody to whom we never write first."""
OPEN_TO_ALL = ("notice", "draft")
"""Views of a private request that tell nothing of it, or stand in an open conversation."""


def waits(
    session: Session, row: Outbox, person: Person, charter: Charter, now: datetime
) -> str | datetime:
    """Why a row must wait until its reader writes, or until when; empty where it may go."""
    if _in_conversation(row, now):
        return ""
    safe = safe_time.chosen(person.safety)
    if row.show not in OPEN_TO_ALL and _is_private(session, row):
        return NEVER if safe.never else "private"
    if row.show == "notice" and safe.never:
        return ""  # it is dropped when it is drawn
    if safe.never:
        return NEVER
    return _until(safe, charter, now) if safe.since is not None else ""


def _until(safe: Safe, charter: Charter, now: datetime) -> str | datetime:
    moment = safe_time.next_moment(safe, now, charter.working_time.zone)
    return moment if moment is not None and moment > now else ""


def wake(turn: Turn, *states: str) -> None:
    """They wrote: what waited for that goes out, but what is private only for whoever may have it."""
    channel, chat = turn.chat.channel, turn.chat.chat
    said = said_word(turn)
    if said and turn.person is not None:
        turn.person.safety = {**(turn.person.safety or {}), "said": turn.now.isoformat()}
    besides = () if said else _kept_back(turn)
    outbox.wake_person(
        turn.session, channel, chat, turn.now, states=states, besides=besides, calls=True
    )


def said_word(turn: Turn) -> bool:
    """Whether this message is the safe word of whoever writes."""
    person, incoming = turn.person, turn.incoming
    safe = safe_time.chosen(person.safety) if person is not None else safe_time.ANY_TIME
    if person is None or not safe.word or incoming.happened != "message" or incoming.attachments:
        return False
    return word_hash(person, incoming.text) == safe.word


def knows_word(person: Person, now: datetime) -> bool:
    """Whether whoever holds the phone may change the word: they wrote it just now, or there is none."""
    said = (person.safety or {}).get("said")
    if not of(person).word:
        return True
    return said is not None and datetime.fromisoformat(said) > now - CONVERSATION


def word_hash(person: Person, text: str) -> str:
    """By what a safe word is known; the word itself is kept nowhere."""
    return secrecy.ring().lookup("person.safe_word", f"{person.id}:{safe_time.as_word(text)}")


def of(person: Person) -> Safe:
    """What this person chose."""
    return safe_time.chosen(person.safety)


def _in_conversation(row: Outbox, now: datetime) -> bool:
    """Whether it answers what they did a moment ago, or they have just called for it."""
    if row.urgent and row.created_at > now - CONVERSATION:
        return True
    called = (row.args or {}).get(outbox.CALLED)
    return called is not None and datetime.fromisoformat(called) > now - CONVERSATION


def _is_private(session: Session, row: Outbox) -> bool:
    case = session.get(Case, row.case_id) if row.case_id else None
    return case is not None and case.track == PRIVATE


def _kept_back(turn: Turn) -> list[int]:
    """Rows that wait for their reader's safe word, and not for just anything they write."""
    if turn.person is None or not of(turn.person).word:
        return []
    private = (
        select(Outbox.id)
        .join(Case, Outbox.case_id == Case.id)
        .where(
            Outbox.person_id == turn.person.id,
            Outbox.state == HELD,
            Outbox.show != "notice",
            Case.track == PRIVATE,
        )
    )
    return list(turn.session.scalars(private))
