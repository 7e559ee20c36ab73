"""What providers told of messages they took: the furthest state of each part, however it arrives."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.model import TAKEN, Outbox, Receipt

RANKS = {"accepted": 0, "sent": 1, "failed": 2, "delivered": 3, "read": 4}
"""A message that was seen did not fail, whatever is told later."""
ARRIVED = ("delivered", "read")


def note(
    session: Session,
    channel: str,
    message_id: str,
    standing: str,
    now: datetime,
    *,
    row: Outbox | None = None,
    part: int = 0,
    code: str = "",
) -> Receipt | None:
    """Keep what was told of a message if it is news; None if it is not, or nobody knows the message.

    `row` and `part` say whose message it is where that is not known yet. A receipt's `at` stays the
    moment when we first knew of the message.
    """
    known = _of_message(session, channel, message_id)
    if known is None:
        return _first(session, channel, message_id, standing, now, row, part, code)
    if RANKS[standing] <= RANKS[known.standing]:
        return None
    known.standing, known.code = standing, code
    session.flush()
    return known


def _of_message(session: Session, channel: str, message_id: str) -> Receipt | None:
    return session.scalar(
        select(Receipt)
        .where(Receipt.channel == channel, Receipt.message_id == message_id)
        .with_for_update()
    )


def _first(
    session: Session,
    channel: str,
    message_id: str,
    standing: str,
    now: datetime,
    row: Outbox | None,
    part: int,
    code: str,
) -> Receipt | None:
    if row is None:
        return None
    new = Receipt(
        channel=channel,
        message_id=message_id,
        chat=row.chat,
        outbox_id=row.id,
        part=part,
        standing=standing,
        code=code,
        at=now,
    )
    try:
        with session.begin_nested():
            session.add(new)
    except IntegrityError:  # told by another process just now
        return note(session, channel, message_id, standing, now, code=code)
    return new


def of_row(session: Session, row_id: int) -> list[Receipt]:
    """All that was told of a row's parts, oldest first."""
    chosen = select(Receipt).where(Receipt.outbox_id == row_id).order_by(Receipt.id)
    return list(session.scalars(chosen))


def out(session: Session, row_id: int) -> Mapping[int, str]:
    """Which parts of a row the provider has and has not failed to bring, with its ids of them."""
    return {one.part: one.message_id for one in of_row(session, row_id) if one.standing != "failed"}


def row_of(session: Session, channel: str, message_id: str) -> int | None:
    """The number of the row that this message is of, where that is known."""
    return session.scalar(
        select(Receipt.outbox_id).where(
            Receipt.channel == channel, Receipt.message_id == message_id
        )
    )


def untold(session: Session, channel: str, before: datetime, at_most: int) -> list[str]:
    """Messages of which the last word is not told, though the provider had them `before`.

    First those of which nothing is told at all, then the newest.
    """
    chosen = (
        select(Receipt.message_id)
        .join(Outbox, Outbox.id == Receipt.outbox_id)
        .where(
            Receipt.channel == channel,
            Receipt.standing.in_(("accepted", "sent")),
            Receipt.at <= before,
            Outbox.state == TAKEN,
        )
        .order_by(Receipt.standing, Receipt.id.desc())
    )
    return list(session.scalars(chosen.limit(at_most)))


def unknown(
    session: Session, channel: str, message_ids: Collection[str], *, of: tuple[int, int]
) -> list[str]:
    """Those of these messages of which nothing is noted, in their order.

    What was noted meanwhile as the very part that is looked for (`of`: row and part), and did not
    fail, is what is looked for.
    """
    noted = set(
        session.scalars(
            select(Receipt.message_id).where(
                Receipt.channel == channel,
                Receipt.message_id.in_(message_ids),
                or_(
                    Receipt.outbox_id != of[0],
                    Receipt.part != of[1],
                    Receipt.standing == "failed",
                ),
            )
        )
    )
    return [message_id for message_id in message_ids if message_id not in noted]


def forget_chat(session: Session, chat: str) -> None:
    """Of this chat nothing is noted any more."""
    session.execute(delete(Receipt).where(Receipt.chat == chat))


def forget_old(session: Session, before: datetime) -> None:
    """Drop what was told long ago."""
    under_way = exists().where(Outbox.id == Receipt.outbox_id, Outbox.ended_at.is_(None))
    session.execute(delete(Receipt).where(Receipt.at <= before, ~under_way))
