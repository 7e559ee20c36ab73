"""Whose turn it is: which chats have something due, and which row of a chat goes next."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Integer,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from storage.base import Moment
from storage.model import BLOCKED, LATER, SENDING, UNCERTAIN, WAITING, Outbox, Person

READY = (WAITING, LATER, UNCERTAIN)
"""What goes out once it is due."""

HOLDS_BACK = timedelta(minutes=10)
"""How long, from its first try, a row that is tried again holds back those behind it."""

# Statements are built once: putting one together costs more than running it.
_row, _busy, _retried = aliased(Outbox), aliased(Outbox), aliased(Outbox)
_channel: BindParameter[str] = bindparam("by_channel")
_chat: BindParameter[str] = bindparam("in_chat")
_now = bindparam("at_now", type_=Moment)

# one question for each reason to wait: databases find the answer to each in the index by chat
_ON_ITS_WAY_OR_BLOCKED = exists().where(
    _busy.chat == _row.chat,
    _busy.state.in_((SENDING, BLOCKED)),
    _busy.channel == _row.channel,
)
_BEHIND_A_RETRY = exists().where(
    _retried.chat == _row.chat,
    _retried.state.in_((LATER, UNCERTAIN)),
    _retried.id < _row.id,
    _retried.channel == _row.channel,
    _retried.due_at > _now,
    _retried.first_tried_at > bindparam("held_from", type_=Moment),
    or_(_retried.urgent, ~_row.urgent),
)
_MAY_GO = and_(
    _row.channel == _channel,
    _row.state.in_(READY),
    _row.due_at <= _now,
    ~_ON_ITS_WAY_OR_BLOCKED,
    ~_BEHIND_A_RETRY,
)

_FAR = literal(2**40, BigInteger)  # further than any id
_RANK = case((_row.urgent, _row.id - _FAR), else_=_row.id)
"""Urgent ones first, each kind in the order of its making."""

_SERVED = _row.chat.in_(bindparam("served", expanding=True))
_CHATS_DUE = (
    select(_row.chat)
    .where(_MAY_GO, _row.chat.not_in(bindparam("skip", expanding=True)))
    .group_by(_row.chat)
    .order_by(func.min(case((and_(~_row.urgent, _SERVED), _RANK + _FAR), else_=_RANK)))
    .limit(bindparam("at_most", type_=Integer))
)
_TURN = select(_row.id, _row.person_id).where(_MAY_GO, _row.chat == _chat).order_by(_RANK).limit(1)
_TAKE = (
    update(Outbox)
    .where(Outbox.id == bindparam("of_row", type_=Integer), Outbox.state.in_(READY))
    .values(
        state=SENDING,
        attempts=Outbox.attempts + 1,
        first_tried_at=func.coalesce(Outbox.first_tried_at, _now),
    )
    .returning(Outbox)
    .execution_options(populate_existing=True, synchronize_session=False)
)
_BUSY_CHATS = (
    select(_row.chat)
    .where(or_(and_(_row.channel == _channel, _row.state == SENDING), _MAY_GO))
    .distinct()
)
_NEXT_DUE = select(func.min(_row.due_at)).where(
    _row.channel == _channel, _row.state.in_(READY), _row.due_at > _now
)


def resume(session: Session, channel: str, now: datetime) -> int:
    """What a dead sender left half done may or may not have gone out: it goes out again."""
    left = session.execute(
        update(Outbox)
        .where(Outbox.channel == channel, Outbox.state == SENDING)
        .values(
            state=UNCERTAIN,
            was_uncertain=True,
            in_doubt_since=func.coalesce(Outbox.in_doubt_since, Outbox.first_tried_at),
            due_at=now,
        )
        .returning(Outbox.id)
    )
    return len(left.all())


def chats_due(
    session: Session,
    channel: str,
    now: datetime,
    *,
    skip: Collection[str] = (),
    served: Collection[str] = (),
    limit: int = 100,
) -> list[str]:
    """Chats where something may go out now: the urgent, then the oldest, last those in `served`.

    None of the chats in `skip`.
    """
    more = {"skip": list(skip), "served": list(served), "at_most": limit}
    return list(session.scalars(_CHATS_DUE, _moment(channel, now) | more))


def claim(session: Session, channel: str, chat: str, now: datetime) -> Outbox | None:
    """Take the row whose turn it is in a chat, for this caller alone; None where nothing may go."""
    turn = session.execute(_TURN, _moment(channel, now) | {"in_chat": chat}).first()
    if turn is None:
        return None
    lock_person(session, turn.person_id)
    return session.scalar(_TAKE, {"of_row": turn.id, "at_now": now})


def next_due(session: Session, channel: str, now: datetime) -> datetime | None:
    """When the next row falls due that is not due yet."""
    return session.scalar(_NEXT_DUE, _moment(channel, now))


def busy_chats(session: Session, channel: str, until: datetime) -> set[str]:
    """Chats where something is on its way, or may go out by `until`."""
    return set(session.scalars(_BUSY_CHATS, _moment(channel, until)))


def lock_person(session: Session, person_id: int | None) -> Person | None:
    """The person's row, before any of their outbox: what comes in takes locks in this order too."""
    return session.get(Person, person_id, with_for_update=True) if person_id else None


def _moment(channel: str, now: datetime) -> dict[str, Any]:
    return {"by_channel": channel, "at_now": now, "held_from": now - HOLDS_BACK}
