"""After a call: what became of a row, recorded in one short transaction.

Everything here is synchronous and meant for a worker thread.
"""

import random
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from bot import afterwards
from bot.errand import Done, Errand, Target
from bot.ledger import Ledger
from bot.transport import SendError, Sent
from handlers import delivered, keeping
from handlers.messages import Outgoing
from storage import cases, copies, members, outbox, receipts, sending
from storage.database import is_transient
from storage.model import (
    BLOCKED,
    HELD,
    PARKED,
    SENT,
    TAKEN,
    Entry,
    Member,
    Outbox,
    Person,
    Released,
    Shown,
)
from storage.outbox import Chat

log = structlog.get_logger()

GIVES_UP_AFTER = timedelta(hours=24)
GIVES_UP_NOT_BEFORE = 40
"""Tries that must have failed besides: a program that was switched off for a day has not tried."""

LONGEST_PAUSE = 300.0

TEMPLATE_PAUSE = timedelta(minutes=30)

COPY_KEPT = timedelta(days=5)
"""How long a provider keeps what it took, where it never tells that it is done with it."""


def part_sent(ledger: Ledger, errand: Errand, number: int, sent: Sent, part: Outgoing) -> bool:
    """So many parts are out; false where the row was erased meanwhile."""
    now = ledger.clock()
    with ledger.database.begin() as session:
        row = sending.locked(session, errand.row, errand.person)
        if row is None:
            return False
        row.parts_sent = number
        _draw_again_alike(session, row)
        _remember(session, row, sent, part, now, last=False)
        _note(ledger, session, row, number - 1, sent, now)
        return True


def done(ledger: Ledger, errand: Errand, done: Done) -> bool:
    """It was said; false where the row was erased meanwhile."""
    now = ledger.clock()
    with ledger.database.begin() as session:
        row = sending.locked(session, errand.row, errand.person)
        if row is None:
            return False
        _hold_what_may_be_lost(session, row)
        if done.ending == "sent":
            _sent(session, row, done, now)
        elif errand.target is not None:
            _changed(session, row, errand.target, done, now)
        row.shown_at = done.sent.at or now
        tells_later = ledger.tells_later and bool(done.sent.message_ids)
        if tells_later:
            _note(ledger, session, row, done.parts - 1, done.sent, now)
        tells_later = tells_later and row.person_id is not None
        if not tells_later:
            _safely(session, row, lambda: delivered.sent(session, row, done.sent.at, now))
        _take_back_what_is_not_theirs(ledger, session, row, now)
        if tells_later:
            row.state, row.parts_sent = TAKEN, done.parts
            if done.parts > 1:
                _draw_again_alike(session, row)
            afterwards.settle(ledger, session, row, now)
        else:
            sending.end(session, row, SENT, now)
        return True


def failed(ledger: Ledger, errand: Errand, error: SendError) -> None:
    """It was not said: it is tried again, waits for the person, or is parked."""
    now = ledger.clock()
    with ledger.database.begin() as session:
        row = sending.locked(session, errand.row, errand.person)
        if row is None:
            return
        if error.reaction == "operator":
            sending.put_back(row, error.code, maybe_sent=error.maybe_sent)
        elif error.reaction == "unreachable":
            block(ledger, session, row, error.code, now)
        elif error.reaction == "window":
            close_window(ledger, session, row, errand.at, now)
        elif error.reaction == "template":
            await_template(session, row, error.code, now)
        elif error.reaction == "retry" and not _tried_enough(row, now):
            pause = growing_pause(row.attempts) if error.after is None else error.after
            due_at = now + timedelta(seconds=pause)
            sending.put_off(row, due_at, error.code, maybe_sent=error.maybe_sent)
        elif error.reaction == "retry" and row.show == "notice":
            await_template(session, row, error.code, now)  # somebody's answer waits behind it
        else:
            park(ledger, session, row, error.code, now)


def stopped(ledger: Ledger, code: str) -> None:
    """The channel is at a stand: the operators are told, wherever that is possible."""
    with ledger.database.begin() as session:
        delivered.stopped(session, ledger.channel, code, ledger.clock())


def park(ledger: Ledger, session: Session, row: Outbox, code: str, now: datetime) -> None:
    """It will never go; those who must know are told."""
    _safely(session, row, lambda: delivered.refused(session, row, code, now, ledger.charter))
    if inspect(row).persistent and row.state != PARKED:
        sending.end(session, row, PARKED, now, code)


def hold(session: Session, row: Outbox, why: str, now: datetime) -> None:
    """It waits until its reader writes; `why` is window, stopped, private or never."""
    row.state, row.error, row.first_tried_at = HELD, why, None
    _safely(session, row, lambda: delivered.held(session, row, why, now))


def put_off(row: Outbox, until: datetime) -> None:
    """It waits for the time at which its reader may be written to; what is behind it does not."""
    sending.put_back(row, "safe_time", maybe_sent=False)
    row.due_at = until


def close_window(
    ledger: Ledger, session: Session, row: Outbox, since: datetime, now: datetime
) -> None:
    """The provider says that the reader has not written for too long, whatever our clock says.

    That is of the moment when it was given the message: if they wrote `since`, it goes again.
    """
    person = session.get(Person, row.person_id) if row.person_id else None
    if person is None or ledger.window is None:
        park(ledger, session, row, "window", now)
        return
    if person.heard_at is not None and person.heard_at > since:
        sending.put_back(row, "window", maybe_sent=False)
        delivered.goes_again(session, row, now)
        return
    person.heard_at = min(person.heard_at or now, now - ledger.window)
    hold(session, row, "window", now)


def await_template(session: Session, row: Outbox, code: str, now: datetime) -> None:
    """What may be sent outside the window is not approved: it is tried again, others see to it."""
    sending.put_off(row, now + TEMPLATE_PAUSE, code, maybe_sent=False)
    _safely(session, row, lambda: delivered.no_template(session, row, code, now))


def growing_pause(attempts: int) -> float:
    """Seconds until the next try: from one to three hundred, never quite the same."""
    return min(LONGEST_PAUSE, 2.0 ** min(attempts - 1, 20) * random.uniform(1.0, 1.5))  # noqa: S311


def _tried_enough(row: Outbox, now: datetime) -> bool:
    since = row.first_tried_at or now
    return since <= now - GIVES_UP_AFTER and row.attempts >= GIVES_UP_NOT_BEFORE


def block(ledger: Ledger, session: Session, row: Outbox, code: str, now: datetime) -> None:
    """Its reader cannot be reached: it waits until they are back."""
    _safely(session, row, lambda: delivered.unreachable(session, row, code, now, ledger.charter))
    if inspect(row).persistent and row.state != BLOCKED:
        row.state, row.error = BLOCKED, code[:80]


def _sent(session: Session, row: Outbox, done: Done, now: datetime) -> None:
    formers = sending.shown(session, row) if row.mode in ("edit", "below") else []
    _remember(session, row, done.sent, done.part, now, last=True)
    _take_away(session, row, formers, now)


def _changed(session: Session, row: Outbox, target: Target, done: Done, now: datetime) -> None:
    standing = session.get(Shown, target.shown, with_for_update=True)
    if standing is None:
        return
    forgotten = row.mode == "delete" and row.person_id is None
    if done.ending == "deleted" or forgotten:
        session.delete(standing)
        keeping.note_what_is_left(session, row, now)
        return
    standing.touched_at = now
    if row.mode == "delete":
        _not_deleted(standing, row, done)
        keeping.note_what_is_left(session, row, now)
        return
    if standing.state in sending.VISIBLE:
        leaves = row.args.get("leaves", row.args.get("stands", "full"))
        gone = leaves != "emptied" or done.ending == "edited"
        standing.show, standing.state = row.show, leaves if gone else "left"
    _take_away(session, row, sending.shown(session, row, besides=standing.id), now)


def _not_deleted(standing: Shown, row: Outbox, done: Done) -> None:
    standing.key = ""
    if row.args.get("keep_text"):  # still to be emptied one day, but nothing to edit any more
        standing.state = "shrunk"
    else:
        standing.state = done.ending


def _remember(
    session: Session, row: Outbox, sent: Sent, part: Outgoing, now: datetime, *, last: bool
) -> None:
    has_media = bool(part.attachments)
    sending.remember_shown(session, row, sent.message_ids, now, has_media=has_media, last=last)
    _keep_own_files(session, row, sent, part)


def _draw_again_alike(session: Session, row: Outbox) -> None:
    """Parts are known by their number: drawn in another language the text would be cut elsewhere."""
    person = session.get(Person, row.person_id) if row.person_id else None
    if person is not None:
        row.args = {"language": person.language, **(row.args or {})}


def _note(
    ledger: Ledger, session: Session, row: Outbox, part: int, sent: Sent, now: datetime
) -> None:
    """The provider has this part: what it tells of it later is ours, and its copy is to go."""
    if not ledger.tells_later:
        return
    chat = row.chat if row.person_id is not None else ""
    for message_id in sent.message_ids:
        if chat:
            receipts.note(session, row.channel, message_id, "accepted", now, row=row, part=part)
        copies.note(session, row.channel, message_id, chat, now + COPY_KEPT)


def _keep_own_files(session: Session, row: Outbox, sent: Sent, part: Outgoing) -> None:
    """The next person is sent our own copy of a file, which needs no fetching and no cleaning."""
    ours = {
        attachment.file_id: own
        for attachment, own in zip(part.attachments, sent.file_ids, strict=False)
        if own and attachment.file_id and own != attachment.file_id
    }
    if not ours:
        return
    for entry_id in (row.entry_id, *row.args.get("entries", ())):
        entry = session.get(Entry, entry_id) if entry_id else None
        if entry is not None and entry.attachment and entry.attachment.get("file_id") in ours:
            own = ours[entry.attachment["file_id"]]
            entry.attachment = {**entry.attachment, "own_file_id": own}


def _hold_what_may_be_lost(session: Session, row: Outbox) -> None:
    """Whoever just takes it from its reader's sight is through, or waits and then sees it there."""
    released = session.get(Released, row.args["number"]) if row.show == "released" else None
    case_id = released.case_id if released is not None else row.case_id
    if case_id is not None and (released is not None or row.member_id is not None):
        cases.hold(session, case_id)


def _take_back_what_is_not_theirs(
    ledger: Ledger, session: Session, row: Outbox, now: datetime
) -> None:
    """A member who lost a case while a message of it was under way does not keep that message.

    Nor does whoever lost their seat keep anything of it, or the Service a released text that its
    writer deleted meanwhile.
    """
    if row.mode == "delete" or "leaves" in row.args:
        return
    member = session.get(Member, row.member_id) if row.member_id is not None else None
    may_be_lost = member is not None and (row.case_id is not None or not members.sits(member))
    if not (may_be_lost or row.show == "released") or ledger.still_drawn(session, row, now):
        return
    just_shown = select(Shown).where(
        Shown.channel == row.channel,
        Shown.chat == row.chat,
        Shown.member_id == row.member_id,
        Shown.case_id == row.case_id,
        Shown.show == row.show,
        Shown.touched_at >= row.first_tried_at,
    )
    _take_away(session, row, session.scalars(just_shown), now, keep_text=False)


def _take_away(
    session: Session,
    row: Outbox,
    standing: Iterable[Shown],
    now: datetime,
    *,
    keep_text: bool = True,
) -> None:
    to = Chat(row.channel, row.chat, row.address, row.person_id, row.member_id)
    for one in standing:
        outbox.add(
            session,
            to,
            "emptied",
            now,
            args={"shown": one.id} | ({"keep_text": True} if keep_text else {}),
            case_id=one.case_id,
            mode="delete",
            urgent=True,
        )


def _safely(session: Session, row: Outbox, follow: Callable[[], None]) -> None:
    """What follows may fail without undoing what happened."""
    try:
        with session.begin_nested():
            follow()
    except Exception as error:
        if is_transient(error):
            raise
        log.error("consequences failed", row=row.id, kind=row.show, error=type(error).__name__)
