"""Who of the Service is sent the digest: Telegram chats and e-mail addresses that joined."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from storage import secrecy
from storage.model import Person, Recipient
from storage.outbox import Chat

JOINED = (Recipient.joined_at.is_not(None), Recipient.left_at.is_(None))


def joined(session: Session, names: Collection[str] | None = None) -> list[Recipient]:
    """Whoever joined and has not left, of these entries of council.toml, in the order they came."""
    chosen = select(Recipient).where(*JOINED).order_by(Recipient.id)
    if names is not None:
        chosen = chosen.where(Recipient.name.in_(names))
    return list(session.scalars(chosen))


def of_person(session: Session, person: Person) -> Recipient | None:
    """Whether this Telegram chat is the Service's: then it is nothing else."""
    chosen = select(Recipient).where(*JOINED, Recipient.person_id == person.id)
    return session.scalar(chosen.limit(1))


def is_joined(session: Session, recipient_id: int) -> Recipient | None:
    """This recipient, as long as they are one."""
    return session.scalar(select(Recipient).where(*JOINED, Recipient.id == recipient_id))


def chat_of(session: Session, recipient: Recipient) -> Chat:
    """Where they are written to."""
    if recipient.person_id is not None:
        return Chat.of(session.get_one(Person, recipient.person_id))
    assert recipient.address is not None
    return Chat("email", hash_of(recipient.address), recipient.address)


def hash_of(address: str) -> str:
    """The keyed hash that an e-mail address is known by."""
    return secrecy.ring().lookup("email", address.strip().casefold())


def by_token(session: Session, token: str) -> Recipient | None:
    """The invitation that this link is of, locked."""
    hashed = secrecy.ring().lookup("recipient", token)
    return _only(session, Recipient.token_hash == hashed)


def by_code(session: Session, code: str) -> Recipient | None:
    """The invitation whose code this is, locked."""
    hashed = secrecy.ring().lookup("recipient code", code)
    return _only(session, Recipient.code_hash == hashed)


def of_name(session: Session, name: str) -> Recipient | None:
    """Whoever joined under this entry of council.toml, locked."""
    return _only(session, *JOINED, Recipient.name == name)


def invited(session: Session, now: datetime, name: str | None = None) -> list[Recipient]:
    """Invitations that nobody confirmed and that may still be confirmed."""
    waiting = select(Recipient).where(Recipient.joined_at.is_(None), Recipient.expires_at > now)
    if name is not None:
        waiting = waiting.where(Recipient.name == name)
    return list(session.scalars(waiting.order_by(Recipient.id)))


def _only(session: Session, *where: ColumnElement[bool]) -> Recipient | None:
    return session.scalar(select(Recipient).where(*where).with_for_update())
