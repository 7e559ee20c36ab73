"""People and newcomers: who writes from which address."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from storage import secrecy
from storage.model import (
    Attempt,
    Copy,
    Member,
    Newcomer,
    Outbox,
    Person,
    Receipt,
    Shown,
    Stuck,
)

NOWHERE = "nowhere:"
"""Stands in place of the hash of an address that is not known any more."""


def chat_hash(channel: str, address: str) -> str:
    """The keyed hash by which a chat is found."""
    return secrecy.ring().lookup("address", f"{channel}:{address}")


def find(session: Session, channel: str, address: str) -> Person | None:
    """The person with this address, their row locked until the transaction ends."""
    return session.scalar(
        select(Person)
        .where(Person.channel == channel, Person.address_hash == chat_hash(channel, address))
        .with_for_update()
    )


def chat_of(session: Session, channel: str, address: str) -> str | None:
    """The chat of whoever has this address, or whose id was last seen with it as a number."""
    hashed = chat_hash(channel, address)
    known = select(Person.address_hash).where(
        Person.channel == channel,
        or_(Person.address_hash == hashed, Person.phone_hash == hashed),
    )
    return session.scalar(known.order_by(Person.address_hash != hashed).limit(1))


def seen_with(session: Session, channel: str, phone: str) -> list[Person]:
    """Those whose id at the provider was last seen with this number, their rows locked."""
    return list(
        session.scalars(
            select(Person)
            .where(Person.channel == channel, Person.phone_hash == chat_hash(channel, phone))
            .order_by(Person.id)
            .with_for_update()
        )
    )


def know_phone(person: Person, phone: str) -> None:
    """The number that goes with their id now; an empty one: none is known."""
    person.phone = phone or None
    person.phone_hash = chat_hash(person.channel, phone) if phone else None


def move_address(session: Session, person: Person, address: str) -> None:
    """The same person is written to elsewhere from now on: what waits for them too."""
    former, new = person.address_hash, chat_hash(person.channel, address)
    person.address, person.address_hash = address, new
    held = _newcomer(session, person.channel, former)  # what they wrote before agreeing once more
    if held is not None:
        held.address_hash = new
    _move_chat(session, person.channel, former, new, address)


def move_newcomer(session: Session, newcomer: Newcomer, address: str) -> None:
    """The same, of somebody who has not agreed yet."""
    former, new = newcomer.address_hash, chat_hash(newcomer.channel, address)
    newcomer.address_hash = new
    _move_chat(session, newcomer.channel, former, new, address)


def _move_chat(session: Session, channel: str, former: str, new: str, address: str) -> None:
    """All that was noted of one chat is of another one now, in which the rest of it is said."""
    rows = select(Outbox).where(Outbox.channel == channel, Outbox.chat == former)
    for row in session.scalars(rows):
        row.chat, row.address = new, address
    for table in (Shown, Receipt, Copy, Stuck):
        moved = update(table).where(table.channel == channel, table.chat == former)
        session.execute(moved.values(chat=new))
    session.flush()


def find_newcomer(session: Session, channel: str, address: str, now: datetime) -> Newcomer | None:
    """Whoever is being asked for consent at this address; an hour later they are a stranger again."""
    return _unless_late(session, _newcomer(session, channel, chat_hash(channel, address)), now)


def newcomer_seen_with(
    session: Session, channel: str, phone: str, now: datetime
) -> Newcomer | None:
    """The same, by the number that was told beside their id."""
    found = select(Newcomer).where(
        Newcomer.channel == channel, Newcomer.phone_hash == chat_hash(channel, phone)
    )
    newest = session.scalar(found.order_by(Newcomer.id.desc()).limit(1).with_for_update())
    return _unless_late(session, newest, now)


def know_newcomer(session: Session, newcomer: Newcomer, address: str, phone: str) -> None:
    """The number that goes with their id now, and with nobody else's who is being asked."""
    forget_number(session, newcomer.channel, phone)
    newcomer.phone_hash = chat_hash(newcomer.channel, phone)
    newcomer.held = {**newcomer.held, "address": address}


def forget_number(session: Session, channel: str, phone: str) -> None:
    """Nobody who is being asked for consent goes with this number any more."""
    given_away = chat_hash(channel, phone)
    session.execute(
        update(Newcomer)
        .where(Newcomer.channel == channel, Newcomer.phone_hash == given_away)
        .values(phone_hash=None)
    )


def _newcomer(session: Session, channel: str, chat: str) -> Newcomer | None:
    return session.scalar(
        select(Newcomer)
        .where(Newcomer.channel == channel, Newcomer.address_hash == chat)
        .with_for_update()
    )


def _unless_late(session: Session, newcomer: Newcomer | None, now: datetime) -> Newcomer | None:
    if newcomer is not None and newcomer.expires_at <= now:
        session.delete(newcomer)
        session.flush()
        return None
    return newcomer


def add(session: Session, channel: str, address: str, language: str, now: datetime) -> Person:
    """Remember a person by address and language, and nothing else."""
    person = Person(
        channel=channel,
        address_hash=chat_hash(channel, address),
        address=address,
        language=language,
        screen="",
        heard_at=now,
        created_at=now,
    )
    session.add(person)
    session.flush()
    return person


def give_address_away(session: Session, person: Person) -> None:
    """The only address we had of them is somebody else's: of their chat nothing is found there."""
    former = person.address_hash
    lose_address(person)
    _move_chat(session, person.channel, former, person.address_hash, "")


def lose_address(person: Person) -> None:
    """Nobody is found at this person any more, and nothing can be sent to them."""
    person.address, person.address_hash = "", f"{NOWHERE}{secrets.token_hex(16)}"
    person.phone = person.phone_hash = None
    person.heard_at = person.stopped_at = None  # neither writing nor START brings anything back
    person.consent_version = person.consented_at = None
    person.screen, person.screen_args, person.screen_row = "", None, None


def membership(session: Session, person: Person) -> Member | None:
    """Their seat in the council, as long as they have one; none while they are suspended."""
    return session.scalar(
        select(Member).where(
            Member.person_id == person.id,
            Member.left_at.is_(None),
            Member.suspended_at.is_(None),
        )
    )


def kept_seat(session: Session, person: Person) -> Member | None:
    """Their seat as long as it has not ended, also while they are suspended."""
    seat = seat_of(session, person)
    return seat if seat is not None and seat.left_at is None else None


def seat_of(session: Session, person: Person) -> Member | None:
    """Their seat, present or former."""
    return session.scalar(select(Member).where(Member.person_id == person.id))


def forget_newcomers(session: Session, now: datetime) -> None:
    """Drop every unfinished consent dialogue whose hour is over."""
    session.execute(delete(Newcomer).where(Newcomer.expires_at <= now))


def tries(session: Session, what: str, since: datetime) -> int:
    """Wrong tries counted against a chat or a reference since a moment."""
    attempt = session.get(Attempt, secrecy.ring().lookup("attempt", what))
    return attempt.count if attempt is not None and attempt.since > since else 0


def count_try(session: Session, what: str, now: datetime, window: timedelta) -> None:
    """Count one wrong try; the count begins anew after `window`."""
    key = secrecy.ring().lookup("attempt", what)
    attempt = session.get(Attempt, key, with_for_update=True)
    if attempt is None:
        session.add(Attempt(key=key, count=1, since=now))
    elif attempt.since <= now - window:
        attempt.count, attempt.since = 1, now
    else:
        attempt.count += 1
    session.flush()


def forget_tries(session: Session, before: datetime) -> None:
    """Drop counts of wrong tries whose window is long over."""
    session.execute(delete(Attempt).where(Attempt.since <= before))
