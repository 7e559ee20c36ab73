"""How somebody of the Service leaves."""

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.charter import Charter
from storage.model import Recipient


def leave(session: Session, charter: Charter, recipient: Recipient, now: datetime) -> None:
    """They are sent nothing more."""
    recipient.left_at, recipient.person_id = now, None
    session.flush()
