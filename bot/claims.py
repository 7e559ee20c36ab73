"""Before a call: whose turn it is, taken and drawn in one short transaction.

Everything here is synchronous and meant for a worker thread.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.orm import Session

from bot import afterwards, outcomes
from bot.errand import Errand, Target
from bot.ledger import Ledger, Undrawable
from handlers import delivered, discretion
from handlers.messages import Outgoing
from handlers.migrant import stop
from storage import receipts, sending, turns
from storage.database import WindowShut
from storage.model import DROPPED, Outbox, Person, Shown

log = structlog.get_logger()

SHUT = timedelta(minutes=10)
"""After so long it is tried again whether the window to the Service's side opens."""


def resume(ledger: Ledger) -> int:
    """What an earlier sender left half done goes out again; returns how many rows that are."""
    with ledger.database.begin() as session:
        return turns.resume(session, ledger.channel, ledger.clock())


def look(
    ledger: Ledger, skip: Collection[str], served: Collection[str], limit: int
) -> tuple[list[str], float | None]:
    """Chats where something may go out now, except those in `skip`; last those in `served`.

    Where there is none: the seconds until the next row falls due that is not due yet.
    """
    now = ledger.clock()
    with ledger.database.read() as session:
        chats = turns.chats_due(session, ledger.channel, now, skip=skip, served=served, limit=limit)
        due_at = None if chats else turns.next_due(session, ledger.channel, now)
    return chats, (due_at - now).total_seconds() if due_at is not None else None


def busy_chats(ledger: Ledger, soon: float) -> set[str]:
    """Chats where something is on its way, or may go out within `soon` seconds."""
    until = ledger.clock() + timedelta(seconds=soon)
    with ledger.database.read() as session:
        return turns.busy_chats(session, ledger.channel, until)


def claim(ledger: Ledger, chat: str) -> Errand | None:
    """Take the row whose turn it is and draw it; None where nothing is to be said after all."""
    now = ledger.clock()
    with ledger.database.begin() as session:
        row = turns.claim(session, ledger.channel, chat, now)
        if row is None:
            return None
        if row.mode == "delete":
            return _taking_away(ledger, session, row, now)
        why = _waits(ledger, session, row, now)
        if isinstance(why, datetime):
            outcomes.put_off(row, why)
            return None
        if why:
            outcomes.hold(session, row, why, now)
            return None
        return _saying(ledger, session, row, now)


def unknown(ledger: Ledger, row: int, part: int, message_ids: Sequence[str]) -> list[str]:
    """Those of these messages of which nothing is noted yet, but as this part of this row."""
    with ledger.database.read() as session:
        return receipts.unknown(session, ledger.channel, message_ids, of=(row, part))


def _waits(ledger: Ledger, session: Session, row: Outbox, now: datetime) -> str | datetime:
    """Why a row must wait until its reader writes, or until when; empty where it may go."""
    person = session.get(Person, row.person_id) if row.person_id else None
    if person is None or row.member_id is not None:
        return ""
    if person.stopped_at is not None and not stop.passes(row):
        return "stopped"
    if discreet := discretion.waits(session, row, person, ledger.charter, now):
        return discreet
    if ledger.window is None or row.show == "notice" or person.heard_at is None:
        return ""
    if row.was_uncertain:
        return (
            ""  # it may be there already: that is looked up first, and the provider says the rest
        )
    return "window" if now >= person.heard_at + ledger.window else ""


def _saying(ledger: Ledger, session: Session, row: Outbox, now: datetime) -> Errand | None:
    try:
        message = ledger.drawn(session, row, now)
    except Undrawable as error:
        log.error("undrawable", row=row.id, kind=row.show, code=error.code)
        if error.code == WindowShut.__name__:  # it is mended by an operator, and then it goes
            delivered.window_shut(session, now)
            outcomes.put_off(row, now + SHUT)
            return None
        outcomes.park(ledger, session, row, f"undrawable:{error.code}", now)
        return None
    if message is None:
        log.info("dropped", row=row.id, kind=row.show)
        sending.end(session, row, DROPPED, now)
        return None
    standing = sending.shown(session, row) if row.mode == "edit" else []
    return _errand(
        row,
        now,
        mode="edit" if row.mode == "edit" else "new",
        message=message,
        target=Target(standing[-1].id, standing[-1].message_id) if standing else None,
        out=receipts.out(session, row.id) if ledger.tells_later else {},
        doubt=row.in_doubt_since,
        only_edit=row.mode == "edit" and "leaves" in row.args,
    )


def _taking_away(ledger: Ledger, session: Session, row: Outbox, now: datetime) -> Errand | None:
    standing = session.get(Shown, row.args.get("shown", 0))
    if standing is None or (standing.channel, standing.chat) != (row.channel, row.chat):
        sending.end(session, row, DROPPED, now)
        return None
    keep_text = bool(row.args.get("keep_text"))
    return _errand(
        row,
        now,
        mode="delete",
        message=None if keep_text else _in_its_place(ledger, session, row, now),
        target=Target(standing.id, standing.message_id),
        keep_text=keep_text,
    )


def _in_its_place(ledger: Ledger, session: Session, row: Outbox, now: datetime) -> Outgoing | None:
    try:
        return ledger.drawn(session, row, now)
    except Undrawable as error:  # it is taken away all the same
        log.error("undrawable", row=row.id, kind=row.show, code=error.code)
        return None


def _errand(row: Outbox, now: datetime, **more: Any) -> Errand:
    return Errand(
        row=row.id,
        person=row.person_id,
        chat=row.chat,
        address=row.address,
        kind=row.show,
        label=afterwards.label(row),
        at=now,
        parts_sent=row.parts_sent,
        **more,
    )
