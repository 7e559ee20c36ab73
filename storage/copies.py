"""Messages that a provider keeps until we have them deleted there."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storage.model import Copy, Entry

BATCH = 50
LOOKS_AGAIN = timedelta(hours=1)
"""How soon a message is looked at again whose files are still wanted."""
LONGEST_PAUSE = timedelta(days=1)


def note(
    session: Session,
    channel: str,
    message_id: str,
    chat: str,
    due_at: datetime,
    *,
    has_files: bool = False,
) -> None:
    """Remember that there is a copy at the provider, to be deleted from `due_at` on.

    `chat` is empty for somebody who has agreed to nothing: then it leads to nobody.
    """
    known = session.scalar(
        select(Copy).where(Copy.channel == channel, Copy.message_id == message_id)
    )
    if known is None:
        session.add(
            Copy(
                channel=channel,
                message_id=message_id,
                chat=chat,
                has_files=has_files,
                due_at=due_at,
            )
        )
        session.flush()


def final(session: Session, channel: str, message_id: str, now: datetime) -> None:
    """Nothing more will be told of this message: its copy may go."""
    session.execute(
        update(Copy)
        .where(Copy.channel == channel, Copy.message_id == message_id, Copy.due_at > now)
        .values(due_at=now)
    )


def forget_chat(session: Session, chat: str, now: datetime) -> None:
    """All that the provider keeps of this chat goes now."""
    session.execute(update(Copy).where(Copy.chat == chat).values(due_at=now))


def due(session: Session, channel: str, now: datetime) -> Sequence[Copy]:
    """What is to be deleted at the provider now; messages whose files are wanted wait."""
    waiting = select(Copy).where(Copy.channel == channel, Copy.due_at <= now)
    ready = []
    for copy in session.scalars(waiting.order_by(Copy.due_at, Copy.id).limit(BATCH)):
        if copy.has_files and _wanted(session, copy.message_id):
            copy.due_at = now + LOOKS_AGAIN
        else:
            ready.append(copy)
    session.flush()
    return ready


def gone(session: Session, copy_id: int) -> None:
    """It is deleted at the provider."""
    session.execute(delete(Copy).where(Copy.id == copy_id))


def failed(session: Session, copy_id: int, now: datetime) -> int:
    """It is tried again later; gives how often it was tried."""
    copy = session.get(Copy, copy_id)
    if copy is None:
        return 0
    copy.attempts += 1
    copy.due_at = now + min(LONGEST_PAUSE, timedelta(minutes=2 ** min(copy.attempts, 12)))
    return copy.attempts


def _wanted(session: Session, message_id: str) -> bool:
    """Whether a file of this message was not passed on yet: then its only copy is the provider's."""
    entries = session.scalars(select(Entry).where(Entry.source == message_id))
    return any(entry.attachment and "own_file_id" not in entry.attachment for entry in entries)
