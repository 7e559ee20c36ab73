"""What is still to be shown to whom: rows put in here leave with the transaction that made them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storage.model import (
    BLOCKED,
    HELD,
    LATER,
    SENDING,
    TAKEN,
    UNSENT,
    WAITING,
    Entry,
    Member,
    Outbox,
    Person,
    Shown,
)

Mode = Literal["new", "edit", "below", "delete"]

UNSEEN = (WAITING, LATER, BLOCKED, HELD)
"""Nothing of these rows can have been seen yet, as long as no part of them was sent."""
WAITS = ("unreachable", "waiting", "no_template", "stopped", "never")
"""What is said of an entry that waits for its reader."""


CALLED = "called"
"""Of a row that waited: when its reader wrote, and so called for it."""
NOTED = "noted"
"""Of a row: the milestone of its request that is reached when it has really been sent."""


@dataclass(frozen=True, slots=True)
class Chat:
    """Whose chat it is: enough to send there."""

    channel: str
    chat: str
    address: str
    person_id: int | None = None
    member_id: int | None = None

    @classmethod
    def of(cls, person: Person, member: Member | None = None) -> "Chat":
        """The chat of a person, seen as a member of the council where one is given."""
        return cls(
            person.channel,
            person.address_hash,
            person.address,
            person.id,
            member.id if member is not None else None,
        )


def add(
    session: Session,
    to: Chat,
    show: str,
    now: datetime,
    *,
    args: Mapping[str, Any] | None = None,
    body: Any = None,
    case_id: int | None = None,
    entry_id: int | None = None,
    mode: Mode = "new",
    key: str = "",
    urgent: bool = False,
    due_at: datetime | None = None,
) -> Outbox:
    """Put something into a chat's outbox; what nobody saw yet under the same key gives way to it."""
    row = Outbox(
        channel=to.channel,
        chat=to.chat,
        address=to.address,
        person_id=to.person_id,
        member_id=to.member_id,
        case_id=case_id,
        entry_id=entry_id,
        show=show,
        args=dict(args or {}),
        body=body,
        mode=mode,
        key=key,
        state=WAITING,
        urgent=urgent,
        due_at=due_at or now,
        created_at=now,
    )
    if key and mode != "delete" and (waiting := _unseen(session, to, key)):
        former = waiting[-1]
        if mode == "edit" and former.mode != "edit":
            return _changed(former, row)
        _take_the_place(session, row, former)
        for one in waiting:
            session.delete(one)
    session.add(row)
    session.flush()
    return row


def withdraw(session: Session, to: Chat, key: str) -> None:
    """Take back what nobody saw yet under this key."""
    for row in _unseen(session, to, key):
        session.delete(row)
    session.flush()


def standing(session: Session, to: Chat, key: str) -> list[int]:
    """The ids of what stands in the chat under this key."""
    return list(
        session.scalars(
            select(Shown.id).where(
                Shown.channel == to.channel,
                Shown.chat == to.chat,
                Shown.key == key,
                Shown.state == "full",
            )
        )
    )


def has_been_drawn(session: Session, to: Chat, key: str) -> bool:
    """Whether something stands in the chat under this key, or is on its way there.

    What still waits its turn is locked, and so will be drawn as this transaction leaves things.
    """
    _unseen(session, to, key)
    on_its_way = select(Outbox.id).where(
        Outbox.channel == to.channel,
        Outbox.chat == to.chat,
        Outbox.key == key,
        Outbox.state == SENDING,
    )
    # in the order in which things come to stand: what moves on between two questions is seen
    return session.scalar(on_its_way.limit(1)) is not None or bool(standing(session, to, key))


def to_come(session: Session, case_id: int, now: datetime) -> set[int]:
    """Entries of a request whose time to go has not come yet: they may still be taken back."""
    rows = select(Outbox.entry_id).where(
        Outbox.case_id == case_id,
        Outbox.entry_id.is_not(None),
        Outbox.state == WAITING,
        Outbox.attempts == 0,
        Outbox.due_at > now,
    )
    return {entry_id for entry_id in session.scalars(rows) if entry_id is not None}


def wake_person(
    session: Session,
    channel: str,
    chat: str,
    now: datetime,
    *,
    states: Sequence[str] = (BLOCKED, HELD),
    besides: Collection[int] = (),
    calls: bool = False,
) -> int:
    """They are back: what was blocked or held goes out now, except the rows `besides`.

    `calls`: what was held for their writing is called for by it. Returns how many rows that are.
    """
    session.execute(
        update(Person)
        .where(
            Person.channel == channel,
            Person.address_hash == chat,
            Person.unreachable_since.is_not(None),
        )
        .values(unreachable_since=None)
    )
    blocked = session.scalars(
        select(Outbox)
        .where(Outbox.channel == channel, Outbox.chat == chat)
        .where(Outbox.state.in_(states), Outbox.id.not_in(besides))
        .order_by(Outbox.id)
        .with_for_update()
    ).all()
    for row in blocked:
        if calls and row.state == HELD:
            row.args = {**(row.args or {}), CALLED: now.isoformat()}
        row.state, row.due_at, row.first_tried_at, row.attempts = WAITING, now, None, 0
        entry = session.get(Entry, row.entry_id) if row.entry_id else None
        if entry is not None and entry.delivery in WAITS:
            entry.delivery = "queued"
    hindered = (Outbox.show == "notice", Outbox.state == LATER)
    session.execute(  # nothing waits behind a notice that may not go: they are here
        update(Outbox)
        .where(Outbox.channel == channel, Outbox.chat == chat, *hindered)
        .values(state=WAITING, due_at=now, first_tried_at=None, attempts=0)
    )
    session.flush()
    return len(blocked)


def on_its_way(session: Session, person: Person) -> list[Outbox]:
    """Whatever has not arrived yet of what was said to this person, oldest first; locked."""
    waiting = select(Outbox).where(Outbox.person_id == person.id, Outbox.ended_at.is_(None))
    return list(session.scalars(waiting.order_by(Outbox.id).with_for_update()))


def give_up(session: Session, person: Person, now: datetime) -> None:
    """Nothing of what waits for this person goes to the address they had; entries say so."""
    for row in on_its_way(session, person):
        entry = session.get(Entry, row.entry_id) if row.entry_id else None
        if entry is not None and row.member_id is None:
            entry.delivery = "unreachable"
        session.delete(row)
    person.unreachable_since = now
    session.flush()


def take_from(session: Session, person_id: int, case_id: int) -> None:
    """What is on its way to somebody about a request that is not theirs any more does not go."""
    session.execute(
        delete(Outbox).where(
            Outbox.person_id == person_id,
            Outbox.case_id == case_id,
            Outbox.member_id.is_(None),
            Outbox.state.in_((*UNSENT, TAKEN)),
            Outbox.mode != "delete",
        )
    )


def _unseen(session: Session, to: Chat, key: str) -> list[Outbox]:
    # the lock makes a sender who is just taking one of them either win or wait
    return list(
        session.scalars(
            select(Outbox)
            .where(
                Outbox.channel == to.channel,
                Outbox.chat == to.chat,
                Outbox.key == key,
                Outbox.state.in_(UNSEEN),
                Outbox.parts_sent == 0,
                Outbox.mode != "delete",
            )
            .order_by(Outbox.id)
            .with_for_update()
        )
    )


def _changed(former: Outbox, row: Outbox) -> Outbox:
    former.show, former.args, former.body = row.show, row.args, row.body
    former.entry_id = row.entry_id or former.entry_id
    former.urgent = former.urgent or row.urgent
    if former.state == WAITING:
        former.due_at = min(former.due_at, row.due_at)
    return former


def _take_the_place(session: Session, row: Outbox, former: Outbox) -> None:
    if former.mode == "new" and not _ever_shown(session, row):
        row.mode = "new"
    if former.state in (BLOCKED, HELD):
        row.state = former.state


def _ever_shown(session: Session, row: Outbox) -> bool:
    shown = select(Shown.id).where(
        Shown.channel == row.channel, Shown.chat == row.chat, Shown.key == row.key
    )
    return session.scalar(shown.limit(1)) is not None
