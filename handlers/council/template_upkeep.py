"""What time does to ready answers: approval is asked for again, they are checked again, they end."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from handlers import dates
from handlers.charter import Charter, Span
from handlers.council.template_access import EXPIRE, WAIT, deciders, notify
from handlers.council.template_dates import SOON
from handlers.turn import Scene
from storage import audit, members, templates
from storage.model import Member, Template

APPROVAL_ASKED_AGAIN = Span(days=3)


def remind_at(since: datetime, charter: Charter) -> datetime:
    """When it is said that what ends then must be checked again: in working time."""
    return dates.calendar(charter).next_open(since - SOON)


def remind(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """Soon to be checked again: one notice to whoever proposed them, and one to the chair."""
    concerned: dict[int, Member] = {seat.id: seat for seat in members.chairs(session, now)}
    for template in templates.ending(session, max(now + SOON, upto)):
        template.reminded_at = now
        author = session.get(Member, template.proposed_by) if template.proposed_by else None
        if author is not None and members.sits(author):
            concerned[author.id] = author
    for member in concerned.values():
        notify(session, member, EXPIRE, now)


def approval_asked_again_at(since: datetime, charter: Charter) -> datetime:
    """When what waits for approval since then is asked for again: in the morning, days later."""
    days = dates.calendar(charter)
    return days.next_open(days.add(since, APPROVAL_ASKED_AGAIN) + timedelta(seconds=1))


def ask_for_approval(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """Whoever may approve now is asked: the chair may have changed, or be away."""
    for template in templates.proposed(session):
        if template.reminded_at is not None and template.reminded_at <= upto:
            template.reminded_at = now
            for member in deciders(session, template, now):
                notify(session, member, WAIT, now)


def expire(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """Its day is over: it is not offered any more, and remains as a record."""
    for template in templates.ended(session, upto):
        template.state = "expired"
        audit.note(session, "answer_expired", now, template=template.id)


def ends_soon(scene: Scene, member: Member) -> list[Template]:
    """What this member proposed or decides about, and must be checked again soon."""
    return [
        one
        for one in templates.offered(scene.session, scene.now)
        if one.expires_at is not None
        and one.expires_at <= scene.now + SOON
        and (
            one.proposed_by == member.id
            or member.id in [seat.id for seat in deciders(scene.session, one, scene.now)]
        )
    ]
