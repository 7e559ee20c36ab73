"""After the provider's yes: what its receipts say became of a message.

Everything here is synchronous and meant for a worker thread.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot import outcomes
from bot.ledger import Ledger
from bot.transport import Reaction
from bot.transport import Receipt as Told
from handlers import delivered
from storage import copies, receipts, sending
from storage.model import HELD, SENDING, SENT, TAKEN, WAITING, Outbox, Person, Receipt
from storage.turns import lock_person

TRIES = 3
"""So often a message is sent that the provider took and then could not bring for no one's fault."""


def told(ledger: Ledger, receipt: Told) -> Reaction | None:
    """Note a receipt and do what follows; "operator" where the channel itself is at fault."""
    now = ledger.clock()
    with ledger.database.begin() as session:
        row, part = _told_of(session, receipt)
        noted = receipts.note(
            session,
            receipt.channel,
            receipt.message_id,
            receipt.standing,
            now,
            row=row,
            part=part,
            code=receipt.code,
        )
        if receipt.standing in ("failed", *receipts.ARRIVED):
            copies.final(session, receipt.channel, receipt.message_id, now)
        if noted is None:
            return None
        return settle(ledger, session, row, now) if row is not None else None


def settle(ledger: Ledger, session: Session, row: Outbox, now: datetime) -> Reaction | None:
    """Bring a row that was taken to where the receipts of its parts say it is."""
    if row.state == HELD and row.was_uncertain and receipts.out(session, row.id):
        row.state, row.due_at = WAITING, now  # it was there all the time: nothing waits for them
    if row.state not in (TAKEN, SENT):
        return None  # on its way once more: it is settled when that ends
    best = _best(receipts.of_row(session, row.id))
    failed = [
        one for one in best.values() if one.standing == "failed" and one.part < row.parts_sent
    ]
    if failed:
        return _failed(ledger, session, row, failed[-1], now)
    ranks = [receipts.RANKS[best[part].standing] for part in range(row.parts_sent) if part in best]
    if len(ranks) == row.parts_sent and min(ranks, default=0) > 0:
        worst = next(name for name, rank in receipts.RANKS.items() if rank == min(ranks))
        delivered.arrived(session, row, worst, now)
        if row.state == TAKEN and worst in receipts.ARRIVED:
            sending.end(session, row, SENT, now)
    return None


def _best(told: Iterable[Receipt]) -> dict[int, Receipt]:
    """The best that is known of each part: one that failed may have been sent again."""
    best: dict[int, Receipt] = {}
    for one in told:
        known = best.get(one.part)
        if known is None or known.standing == "failed" or one.standing != "failed":
            best[one.part] = one
    return best


def _failed(
    ledger: Ledger, session: Session, row: Outbox, told: Receipt, now: datetime
) -> Reaction | None:
    """A part was taken and not brought: the row goes back to where that can be mended."""
    if row.state == SENT and row.entry_id is None:
        return None  # its words are gone
    code, reaction = told.code, _meaning(ledger, row, told.code)
    if reaction == "unreachable" and row.attempts < TRIES and _wrote_since(session, row, told):
        reaction = "retry"
    row.ended_at, row.parts_sent = None, 0  # parts that arrived are known by their receipts
    if reaction == "window":
        outcomes.close_window(ledger, session, row, told.at, now)
    elif reaction == "retry" and row.attempts < TRIES:
        pause = timedelta(seconds=outcomes.growing_pause(row.attempts + 4))
        sending.put_off(row, now + pause, code, maybe_sent=False)
        delivered.goes_again(session, row, now)
    elif reaction == "unreachable":
        outcomes.block(ledger, session, row, code, now)
    elif reaction == "template":
        outcomes.await_template(session, row, code, now)
    elif reaction == "operator":
        sending.put_back(row, code, maybe_sent=False)
        delivered.goes_again(session, row, now)
        return reaction
    else:
        outcomes.park(ledger, session, row, code, now)
    return None


def _wrote_since(session: Session, row: Outbox, told: Receipt) -> bool:
    """Whether the reader did something after the provider took what it could not bring."""
    person = session.get(Person, row.person_id) if row.person_id else None
    return person is not None and person.heard_at is not None and person.heard_at > told.at


def _meaning(ledger: Ledger, row: Outbox, code: str) -> Reaction:
    """What a failure asks for: the notice is made for a closed window, anything else is not."""
    reaction = ledger.meaning(code)
    if row.show == "notice":
        return "template" if reaction == "window" else reaction
    return "refused" if reaction == "template" else reaction


def label(row: Outbox) -> str:
    """Our name for a row at the provider; after a backup came back its number alone would name
    another one."""
    return f"{row.id}-{row.created_at:%d%H%M%S%f}"


def _told_of(session: Session, receipt: Told) -> tuple[Outbox | None, int]:
    """The row and part of a message: what we know counts, and not how it is called."""
    known = receipts.row_of(session, receipt.channel, receipt.message_id)
    if known is not None:
        return _row(session, known, receipt.channel), 0
    return _labelled(session, receipt)


def _labelled(session: Session, receipt: Told) -> tuple[Outbox | None, int]:
    """The row and part that the label names, if it names any of this channel.

    No further part than the one that may be on its way now.
    """
    name, _, part = receipt.label.rpartition("-")
    row_id = name.partition("-")[0]
    if not all(one.isascii() and one.isdigit() and len(one) < 12 for one in (row_id, part)):
        return None, 0
    row = _row(session, int(row_id), receipt.channel)
    if row is None or label(row) != name or int(part) > row.parts_sent or row.attempts == 0:
        return None, 0
    return row, int(part)


def _row(session: Session, row_id: int, channel: str) -> Outbox | None:
    """A row, after its person: what comes in takes locks in this order too."""
    known = session.get(Outbox, row_id)
    if known is None or known.channel != channel or known.person_id is None:
        return None
    lock_person(session, known.person_id)
    session.refresh(known, with_for_update=known.state != SENDING)
    return known
