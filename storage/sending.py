"""What becomes of a row on its way, and of the messages that stand in a chat."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storage.model import LATER, SENDING, SENT, TAKEN, UNCERTAIN, WAITING, Outbox, Shown
from storage.turns import lock_person

VISIBLE = ("full", "shrunk")
"""States of a message that can still be edited or taken away."""


def locked(session: Session, row_id: int, person_id: int | None) -> Outbox | None:
    """A row that is on its way, if it is still there."""
    lock_person(session, person_id)
    return session.scalar(
        select(Outbox).where(Outbox.id == row_id, Outbox.state == SENDING).with_for_update()
    )


def put_off(row: Outbox, due_at: datetime, error: str, *, maybe_sent: bool) -> None:
    """It is tried again at `due_at`; from the first doubt on it counts as perhaps seen."""
    _note_doubt(row, maybe_sent=maybe_sent)
    row.state = UNCERTAIN if row.was_uncertain else LATER
    row.due_at, row.error = due_at, error[:80]


def put_back(row: Outbox, error: str, *, maybe_sent: bool) -> None:
    """It was not its own fault: it waits again as if it had not been tried."""
    _note_doubt(row, maybe_sent=maybe_sent)
    row.state = UNCERTAIN if row.was_uncertain else WAITING
    row.first_tried_at, row.error = None, error[:80]
    row.attempts = row.attempts if row.was_uncertain else 0


def _note_doubt(row: Outbox, *, maybe_sent: bool) -> None:
    """Once in doubt it stays so, however often its tries begin anew."""
    row.was_uncertain = row.was_uncertain or maybe_sent
    if row.was_uncertain and row.in_doubt_since is None:
        row.in_doubt_since = row.first_tried_at


def end(session: Session, row: Outbox, state: str, now: datetime, error: str = "") -> None:
    """Its way is over: the text is erased, and of a newcomer nothing remains."""
    row.state, row.ended_at, row.body = state, now, None
    row.error = error[:80] or None
    if row.person_id is None:
        session.delete(row)


def settle_old(session: Session, before: datetime, now: datetime) -> None:
    """Whatever became of it, nobody tells any more: its text is erased."""
    untold = (Outbox.state == TAKEN, Outbox.due_at <= before)
    session.execute(delete(Outbox).where(*untold, Outbox.person_id.is_(None)))
    over = {"state": SENT, "ended_at": now, "body": None, "error": None}
    session.execute(update(Outbox).where(*untold).values(over))


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
    if row.person_id is None:
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
            state=args.get("leaves", args.get("stands", "full")),
            has_media=has_media,
            at=now,
            touched_at=now,
        )
        for number, message_id in enumerate(ids, start=1)
    ]
    session.add_all(seen)
    session.flush()
    return seen
