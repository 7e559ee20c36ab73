"""What the Service says to a proposal."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from handlers.charter import Charter
from storage.model import Proposal, ProposalReply, Recipient


def take(
    session: Session,
    charter: Charter,
    recipient: Recipient,
    number: int,
    kind: str,
    text: str,
    until_on: date | None,
    now: datetime,
) -> str:
    """Take a reply of somebody of the unit that was asked; gives what became of it."""
    session.get_one(Proposal, number).state = kind
    session.add(
        ProposalReply(
            proposal_id=number,
            recipient_id=recipient.id,
            kind=kind,
            text=text,
            until_on=until_on,
            at=now,
        )
    )
    session.flush()
    return "taken"
