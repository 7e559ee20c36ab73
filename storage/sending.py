"""What delivery asks of the outbox and writes into it: whose turn it is, and what became of it."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    and_,
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
from storage.model import (
    BLOCKED,
    LATER,
    SENDING,
    UNCERTAIN,
    WAITING,
    Outbox,
    Person,
    Shown,
)

READY = (WAITING, LATER, UNCERTAIN)
"""What goes out once it is due."""

HOLDS_BACK = timedelta(minutes=10)
"""How long, from its first try, a row that is tried again holds back those behind it."""

VISIBLE = ("full", "shrunk")

_FAR = literal(2**40, BigInteger)  # further than any id


def resume(session: Session, channel: str, now: datetime) -> int:
    """What a dead sender left half done may or may not have gone out: it goes out again."""
    left = session.execute(
        update(Outbox)
        .where(Outbox.channel == channel, Outbox.state == SENDING)
        .values(state=UNCERTAIN, was_uncertain=True, due_at=now)
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
    row = aliased(Outbox)
    due = select(row.chat).where(_may_go(row, channel, now))
    if skip:
        due = due.where(row.chat.not_in(skip))
    place = case((row.chat.in_(served), _rank(row) + _FAR), else_=_rank(row))
    first = func.min(case((row.urgent, _rank(row)), else_=place))
    return list(session.scalars(due.group_by(row.chat).order_by(first).limit(limit)))


def claim(session: Session, channel: str, chat: str, now: datetime) -> Outbox | None:
    """Take the row whose turn it is in a chat, for this caller alone; None where nothing may go."""
    row = aliased(Outbox)
    turn = session.execute(
        select(row.id, row.person_id)
        .where(_may_go(row, channel, now), row.chat == chat)
        .order_by(_rank(row))
        .limit(1)
    ).first()
    if turn is None:
        return None
    lock_person(session, turn.person_id)
    return session.scalar(
        update(Outbox)
        .where(Outbox.id == turn.id, Outbox.state.in_(READY))
        .values(
            state=SENDING,
            attempts=Outbox.attempts + 1,
            first_tried_at=func.coalesce(Outbox.first_tried_at, literal(now, Moment)),
        )
        .returning(Outbox),
        execution_options={"populate_existing": True, "synchronize_session": False},
    )


def lock_person(session: Session, person_id: int | None) -> Person | None:
    """The person's row, before any of their outbox: what comes in takes locks in this order too."""
    return session.get(Person, person_id, with_for_update=True) if person_id else None


def locked(session: Session, row_id: int, person_id: int | None) -> Outbox | None:
    """A row that is on its way, if it is still there."""
    lock_person(session, person_id)
    return session.scalar(
        select(Outbox).where(Outbox.id == row_id, Outbox.state == SENDING).with_for_update()
    )


def next_due(session: Session, channel: str, now: datetime) -> datetime | None:
    """When the next row falls due that is not due yet."""
    later = select(func.min(Outbox.due_at)).where(
        Outbox.channel == channel, Outbox.state.in_(READY), Outbox.due_at > now
    )
    return session.scalar(later)


def busy_chats(session: Session, channel: str, until: datetime) -> set[str]:
    """Chats where something is on its way, or may go out by `until`."""
    row = aliased(Outbox)
    on_its_way = and_(row.channel == channel, row.state == SENDING)
    busy = select(row.chat).where(or_(on_its_way, _may_go(row, channel, until)))
    return set(session.scalars(busy.distinct()))


def put_off(row: Outbox, due_at: datetime, error: str, *, maybe_sent: bool) -> None:
    """It is tried again at `due_at`; from the first doubt on it counts as perhaps seen."""
    row.was_uncertain = row.was_uncertain or maybe_sent
    row.state = UNCERTAIN if row.was_uncertain else LATER
    row.due_at, row.error = due_at, error[:80]


def put_back(row: Outbox, error: str, *, maybe_sent: bool) -> None:
    """It was not its own fault: it waits again as if it had not been tried."""
    row.was_uncertain = row.was_uncertain or maybe_sent
    row.state = UNCERTAIN if row.was_uncertain else WAITING
    row.first_tried_at, row.error = None, error[:80]
    row.attempts = row.attempts if row.was_uncertain else 0


def end(session: Session, row: Outbox, state: str, now: datetime, error: str = "") -> None:
    """Its way is over: the text is erased, and of a newcomer nothing remains."""
    row.state, row.ended_at, row.body = state, now, None
    row.error = error[:80] or None
    if row.person_id is None:
        session.delete(row)


def shown(session: Session, row: Outbox, besides: int | None = None) -> list[Shown]:
    """What this chat still sees under the row's key, the newest last."""
    if not row.key:
        return []
    seen = select(Shown).where(
        Shown.channel == row.channel,
        Shown.chat == row.chat,
        Shown.key == row.key,
        Shown.state.in_(VISIBLE),
        Shown.id != (besides or 0),
    )
    return list(session.scalars(seen.order_by(Shown.id)))


def remember_shown(
    session: Session,
    row: Outbox,
    message_ids: Iterable[str],
    now: datetime,
    *,
    has_media: bool,
    last: bool,
) -> list[Shown]:
    """Keep the messages that must be found again; never of people who have not agreed to it.

    The key goes to the last message of the last part, the one with the buttons.
    """
    if row.person_id is None or not (row.case_id or row.key or row.member_id):
        return []
    ids = list(message_ids)
    args: dict[str, Any] = row.args or {}
    seen = [
        Shown(
            channel=row.channel,
            chat=row.chat,
            person_id=row.person_id,
            member_id=row.member_id,
            case_id=row.case_id,
            entry_id=row.entry_id,
            message_id=message_id,
            show=row.show,
            key=row.key if last and number == len(ids) else "",
            state=args.get("leaves", "full"),
            has_media=has_media,
            at=now,
            touched_at=now,
        )
        for number, message_id in enumerate(ids, start=1)
    ]
    session.add_all(seen)
    session.flush()
    return seen


def _rank(row: type[Outbox]) -> ColumnElement[int]:
    """Urgent ones first, each kind in the order of its making."""
    return case((row.urgent, row.id - _FAR), else_=row.id)


def _may_go(row: type[Outbox], channel: str, now: datetime) -> ColumnElement[bool]:
    before = aliased(Outbox)
    retried = and_(
        before.state.in_((LATER, UNCERTAIN)),
        before.due_at > now,
        before.first_tried_at > now - HOLDS_BACK,
        before.id < row.id,
        or_(before.urgent, ~row.urgent),
    )
    held_back = exists().where(
        before.channel == row.channel,
        before.chat == row.chat,
        or_(before.state.in_((SENDING, BLOCKED)), retried),
    )
    return and_(row.channel == channel, row.state.in_(READY), row.due_at <= now, ~held_back)
