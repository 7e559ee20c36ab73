"""What came in: each event once, and what could not be handled kept safe."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage import secrecy
from storage.model import Note, Received, Stuck

LOOKED = "looked:"
STUCK_KEPT = timedelta(days=30)
RECEIVED_KEPT = timedelta(days=3)
"""Longer than any provider repeats an event (Telegram: 24 hours), and than a list is looked back."""
LONGEST_KEPT = timedelta(days=90)
"""So long at most while a list is not looked through."""


def key_hash(channel: str, key: str) -> str:
    """The keyed hash of an event's key, which itself holds an address."""
    return secrecy.ring().lookup("event", f"{channel}:{key}")


def first_time(session: Session, channel: str, key: str, now: datetime) -> bool:
    """Note an event; false if it was taken before.

    Of two transactions that bring the same event at once, the second waits at the unique key for
    the first and then sees it.
    """
    try:
        with session.begin_nested():
            session.add(Received(key_hash=key_hash(channel, key), at=now))
    except IntegrityError:
        return False
    return True


def not_taken(session: Session, channel: str, keys: Iterable[str]) -> list[str]:
    """Those of these events that were not taken yet, in their order."""
    hashes = {key_hash(channel, key): key for key in keys}
    known: set[str] = set()
    for table in (Received, Stuck):
        found = select(table.key_hash).where(table.key_hash.in_(hashes))
        known.update(session.scalars(found))
    return [key for hashed, key in hashes.items() if hashed not in known]


def keep_stuck(
    session: Session,
    channel: str,
    key: str,
    raw: str | None,
    error: str,
    chat: str | None,
    now: datetime,
) -> Stuck:
    """Keep what could not be handled, once, encrypted, with the kind of error and nothing of it."""
    hashed = key_hash(channel, key)
    stuck = session.scalar(select(Stuck).where(Stuck.key_hash == hashed))
    if stuck is None:
        stuck = Stuck(
            channel=channel,
            key_hash=hashed,
            chat=chat,
            raw=raw,
            error=error[:80],
            at=now,
            expires_at=now + STUCK_KEPT,
        )
        session.add(stuck)
        session.flush()
    return stuck


def not_stuck(session: Session, channel: str, key: str, now: datetime) -> None:
    """What was kept as it came under this key has been understood meanwhile."""
    session.execute(
        update(Stuck)
        .where(Stuck.key_hash == key_hash(channel, key), Stuck.replayed_at.is_(None))
        .values(replayed_at=now, raw=None)
    )


def looked(session: Session, channel: str) -> datetime | None:
    """When the provider's list was last looked through, as far as that is known."""
    note = session.get(Note, f"{LOOKED}{channel}")
    return datetime.fromisoformat(note.value) if note else None


def note_look(session: Session, channel: str, at: datetime) -> None:
    """The provider's list was looked through at this moment."""
    session.merge(Note(name=f"{LOOKED}{channel}", value=at.isoformat()))


def forget_old(session: Session, now: datetime) -> None:
    """Drop what is past its time.

    What was taken is remembered until a list that may bring it once more was looked through, or a
    program that stood still for a week would take everything twice.
    """
    looks = select(Note.value).where(Note.name.startswith(LOOKED))
    last = min([now, *map(datetime.fromisoformat, session.scalars(looks))])
    upto = max(last - RECEIVED_KEPT, now - LONGEST_KEPT)
    session.execute(delete(Received).where(Received.at <= upto))
    session.execute(delete(Stuck).where(Stuck.expires_at <= now))
