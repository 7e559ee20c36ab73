"""Messages that a provider keeps until we have them deleted there."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.model import Copy, Entry, Receipt
from storage.receipts import ARRIVED
from storage.secrecy import SecrecyError

BATCH = 50
LOOKS_AGAIN = timedelta(hours=1)
"""How soon a message is looked at again whose files are still wanted."""
LONGEST_PAUSE = timedelta(days=1)
NOT_NOTED = timedelta(minutes=10)
"""How long a message stays of which nothing is known but its end: who sent it may still ask for it."""


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
    told = _receipt(session, channel, message_id)
    if told is not None and _is_final(told):  # it arrived before we knew what it is called
        due_at = min(due_at, told.at)
    known = _copy(session, channel, message_id)
    if known is None:
        _add(session, channel, message_id, chat, due_at, has_files=has_files)


def final(session: Session, channel: str, message_id: str, now: datetime) -> None:
    """Nothing more will be told of this message: its copy may go.

    One that is noted nowhere was sent to somebody who agreed to nothing, or was erased meanwhile:
    who sent it does not know yet, or never learns, that the provider took it.
    """
    known = _copy(session, channel, message_id)
    if known is not None:
        known.due_at = min(known.due_at, now)
    elif _receipt(session, channel, message_id) is None:
        _add(session, channel, message_id, "", now + NOT_NOTED)


def hasten(session: Session, channel: str, message_id: str, now: datetime) -> None:
    """A copy that was to be kept for longer is needed no more than any other."""
    known = _copy(session, channel, message_id)
    if known is not None:
        known.due_at = min(known.due_at, now)


def any_of(session: Session, chat: str) -> bool:
    """Whether the provider keeps anything of this chat."""
    return session.scalar(select(Copy.id).where(Copy.chat == chat).limit(1)) is not None


def forget_chat(session: Session, chat: str, now: datetime) -> None:
    """All that the provider keeps of this chat goes now, and leads to nobody.

    To be called before the receipts are forgotten: some messages are known by them alone.
    """
    session.execute(update(Copy).where(Copy.chat == chat).values(due_at=now, chat=""))
    noted = select(Copy.id).where(
        Copy.channel == Receipt.channel, Copy.message_id == Receipt.message_id
    )
    told = select(Receipt).where(Receipt.chat == chat, ~noted.exists())
    for one in session.scalars(told).all():
        _add(session, one.channel, one.message_id, "", now)


def unwanted(session: Session, message_ids: Collection[str], now: datetime) -> None:
    """The files of these messages are wanted no more: they go now, whoever sent them."""
    session.execute(update(Copy).where(Copy.message_id.in_(message_ids)).values(due_at=now))


def due(session: Session, channel: str, now: datetime) -> Sequence[Copy]:
    """What is to be deleted at the provider now; messages whose files are wanted wait."""
    waiting = select(Copy).where(Copy.channel == channel, Copy.due_at <= now)
    ready: list[Copy] = []
    for copy in session.scalars(waiting.order_by(Copy.due_at, Copy.id)):
        if copy.has_files and _wanted(session, copy.message_id):
            copy.due_at = now + LOOKS_AGAIN
        else:
            ready.append(copy)
        if len(ready) == BATCH:
            break
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


def _copy(session: Session, channel: str, message_id: str) -> Copy | None:
    return session.scalar(
        select(Copy).where(Copy.channel == channel, Copy.message_id == message_id)
    )


def _add(
    session: Session,
    channel: str,
    message_id: str,
    chat: str,
    due_at: datetime,
    *,
    has_files: bool = False,
) -> None:
    """Note a copy, unless another process does so at the same moment."""
    new = Copy(
        channel=channel, message_id=message_id, chat=chat, has_files=has_files, due_at=due_at
    )
    try:
        with session.begin_nested():
            session.add(new)
    except IntegrityError:
        pass


def _receipt(session: Session, channel: str, message_id: str) -> Receipt | None:
    return session.scalar(
        select(Receipt).where(Receipt.channel == channel, Receipt.message_id == message_id)
    )


def _is_final(told: Receipt) -> bool:
    return told.standing in ("failed", *ARRIVED)


def _wanted(session: Session, message_id: str) -> bool:
    """Whether a file of this message was not passed on yet: then its only copy is the provider's."""
    try:
        entries = session.scalars(select(Entry).where(Entry.source == message_id)).all()
    except SecrecyError:
        return True  # perhaps it can be read again one day
    return any(entry.attachment and "own_file_id" not in entry.attachment for entry in entries)
