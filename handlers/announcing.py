"""What waits for its reader to write is announced, once; until then nobody says that it was."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import outbox
from storage.model import HELD, SENDING, SENT, TAKEN, UNSENT, Outbox, Person
from storage.outbox import Chat

WRITES = ("window", "private")
"""Why something waits until its reader writes, and they are told that it does."""
ANNOUNCED = ("late", "referral", "may_release")
"""Besides what a member wrote, what is worth a notice; anything else waits without one."""


def announce(session: Session, row: Outbox, now: datetime) -> None:
    """Something waits for its reader to write: say so, once until they write again."""
    person = session.get(Person, row.person_id) if row.person_id else None
    worth = row.entry_id is not None or row.show in ANNOUNCED or row.error == "private"
    if person is None or not worth:
        return
    if not (_under_way(session, person) or _told(session, person)):
        chat = Chat(row.channel, row.chat, row.address, row.person_id)
        outbox.add(session, chat, "notice", now, case_id=row.case_id, key="notice")


def standing(session: Session, person: Person) -> str:
    """What became of the notice, as an answer behind it says: queued, waiting, no_template."""
    if _told(session, person):
        return "waiting"
    row = _under_way(session, person)
    return "no_template" if row is not None and row.args.get("hindered") else "queued"


def _under_way(session: Session, person: Person) -> Outbox | None:
    """The notice that is about to be sent, if there is one."""
    return session.scalar(
        select(Outbox)
        .where(
            Outbox.person_id == person.id,
            Outbox.show == "notice",
            Outbox.state.in_((*UNSENT, SENDING)),
        )
        .limit(1)
    )


def _told(session: Session, person: Person) -> bool:
    """Whether a notice went out since they wrote last: whatever they write closes it."""
    if person.screen != "notice":
        return False
    row = session.get(Outbox, person.screen_row) if person.screen_row else None
    return row is None or row.state in (TAKEN, SENT)


def reconsider(session: Session, person: Person, now: datetime) -> None:
    """A request is gone from this chat, perhaps with its notice: what else waits has one too."""
    row = session.get(Outbox, person.screen_row) if person.screen_row else None
    if person.screen == "notice" and row is None:
        name, args = (person.screen_args or {}).get("before", ["", {}])
        person.screen, person.screen_args, person.screen_row = name, args, None
    waiting = select(Outbox).where(
        Outbox.person_id == person.id, Outbox.state == HELD, Outbox.error.in_(WRITES)
    )
    for one in session.scalars(waiting.order_by(Outbox.id)):
        announce(session, one, now)
