"""The Service's places in council.toml, and who of those who joined still sits at theirs."""

from sqlalchemy.orm import Session

from handlers.charter import Charter, RecipientRule
from storage import recipients
from storage.model import Person, Recipient


def of(charter: Charter, recipient: Recipient) -> RecipientRule | None:
    """The entry that they joined under; none once it is gone, or is another chat's or address's.

    Whoever joined by one address is not whom council.toml means once it names another.
    """
    return next((one for one in charter.recipients if sits_at(one, recipient)), None)


def sits_at(rule: RecipientRule, recipient: Recipient) -> bool:
    """Whether it is they whom this entry means."""
    if (rule.name, rule.channel) != (recipient.name, recipient.channel):
        return False
    address = recipient.address
    return address is None or rule.address.strip().casefold() == address.strip().casefold()


def taken(session: Session, charter: Charter, unit: str = "") -> list[Recipient]:
    """Whoever joined and still sits at an entry, or at one of this unit, in the order they came."""
    return [
        one
        for one in recipients.joined(session)
        if (rule := of(charter, one)) is not None and unit in ("", rule.unit)
    ]


def is_reached(session: Session, found: list[Recipient]) -> bool:
    """Whether any of them can be written to: a chat that was blocked reads nothing."""
    people = [session.get(Person, one.person_id) if one.person_id else None for one in found]
    return any(one is None or one.unreachable_since is None for one in people)
