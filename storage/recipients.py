"""Who of the Service is sent the digest: Telegram chats and e-mail addresses that joined."""

from collections.abc import Collection

from sqlalchemy import select
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
