"""Who of the Service it is, and what the room looks like from where they stand."""

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.charter import Charter, RecipientRule
from handlers.language import Tongue
from handlers.service import seen
from handlers.staff.desk import Visitor
from handlers.staff.room import Room
from storage.model import Recipient


def room(
    session: Session, charter: Charter, recipient: Recipient, rule: RecipientRule, now: datetime
) -> Room:
    """All that this recipient's chat is answered from. Raises WindowShut."""
    visitor = Visitor(
        recipient_id=recipient.id, name=rule.name, language=rule.language, unit=rule.unit
    )
    return Room(visitor, seen.by_unit(session, rule.unit), Tongue(rule.language, charter), now)
