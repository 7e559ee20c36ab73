"""People and newcomers: who writes from which address."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage import secrecy
from storage.model import Attempt, Member, Newcomer, Person

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


def find_newcomer(session: Session, channel: str, address: str, now: datetime) -> Newcomer | None:
    """Whoever is being asked for consent at this address; an hour later they are a stranger again."""
    newcomer = session.scalar(
        select(Newcomer)
        .where(Newcomer.channel == channel, Newcomer.address_hash == chat_hash(channel, address))
        .with_for_update()
    )
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
        created_at=now,
    )
    session.add(person)
    session.flush()
    return person


def lose_address(person: Person) -> None:
    """Nobody is found at this person any more, and nothing can be sent to them."""
    person.address, person.address_hash = "", f"{NOWHERE}{secrets.token_hex(16)}"
    person.consent_version = person.consented_at = None
    person.screen, person.screen_args, person.screen_row = "", None, None


def membership(session: Session, person: Person) -> Member | None:
    """Their seat in the council, as long as they have one."""
    return session.scalar(
        select(Member).where(Member.person_id == person.id, Member.left_at.is_(None))
    )


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
