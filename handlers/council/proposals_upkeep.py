"""What time does to a proposal without a reply: the unit is reminded, and the chair told once."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import dates
from handlers.charter import Charter
from handlers.council.proposals_replied import tell_council
from handlers.council.proposals_sent import AGAIN, reminded_at, show_unit
from handlers.council.template_access import notify_about
from storage import audit, members
from storage import proposals as store
from storage.model import Proposal

LATE = "proposal_late"


def remind(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """Whose turn it is hears so again; after that every five working days."""
    due = select(Proposal).where(Proposal.remind_at <= upto).order_by(Proposal.id)
    for proposal in session.scalars(due.with_for_update()).all():
        if proposal.state not in store.WITH_UNIT:
            proposal.remind_at = None
            continue
        if proposal.state == "question":
            tell_council(session, proposal, now)
        else:
            _remind_unit(session, charter, proposal, now)
        proposal.remind_at = reminded_at(charter, now, AGAIN)
        session.flush()


def _remind_unit(session: Session, charter: Charter, proposal: Proposal, now: datetime) -> None:
    count = show_unit(session, charter, proposal, now, reminder=True)
    audit.note(session, "proposal_reminded", now, proposal=proposal.id, chats=count)
    if proposal.remind_at is not None and proposal.remind_at <= first(session, charter, proposal):
        for seat in members.chairs(session, now):
            notify_about(session, seat, LATE, proposal.id, now)


def first(session: Session, charter: Charter, proposal: Proposal) -> datetime:
    """When the unit is reminded first, since it is its turn."""
    assert proposal.sent_at is not None
    until = store.until_on(session, proposal) if proposal.state == "more_time" else None
    if until is not None:
        return dates.calendar(charter).next_open(dates.end_of(charter, until))
    answered = [one.at for one in store.replies(session, proposal) if one.kind == "answer"]
    return reminded_at(charter, answered[-1] if answered else proposal.sent_at)
