"""What a unit answers to a released text."""

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.charter import Charter
from storage.model import Recipient, Released, ReleasedReply


def take(
    session: Session,
    charter: Charter,
    recipient: Recipient,
    number: int,
    text: str,
    now: datetime,
) -> bool:
    """Keep the answer; false where there is nothing to answer any more."""
    session.get_one(Released, number).state = "answered"
    session.add(ReleasedReply(released_id=number, recipient_id=recipient.id, text=text, at=now))
    session.flush()
    return True
