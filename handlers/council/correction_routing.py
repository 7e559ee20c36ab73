"""Who has to confirm a correction: whoever is responsible, else whoever may read the request."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from handlers import assign, dates
from handlers.charter import Charter, Span
from handlers.council import access
from handlers.council.template_access import notify
from handlers.council.template_dates import was_stopped
from handlers.turn import Scene, scene_of
from storage import audit, cases, members, templates
from storage.model import CLOSED, Case, Correction, Member, Template

WAIT, UNREAD = "corrections_wait", "corrections_unread"
"""Notices, which are their own keys: one of each stands in a chat."""
ASKED_AGAIN = Span(days=2)


def begin(scene: Scene, template: Template) -> int:
    """A new version was approved: whoever is to be told waits for it now; gives how many."""
    if template.corrects:
        fixes = templates.correct(scene.session, template, scene.now)
    else:
        templates.carry_over(scene.session, template)
        fixes = templates.waiting(scene.session, template_id=template.id)
    route(scene.session, scene.charter, scene.now, fixes)
    return len(fixes)


def route(session: Session, charter: Charter, now: datetime, fixes: Iterable[Correction]) -> None:
    """One notice to everyone who has to confirm some; the chair hears of those nobody may read."""
    readers: dict[int, Member] = {}
    unread = False
    for fix in fixes:
        fix.at = now
        if not is_right(session, fix, charter):
            continue
        reader = _reader(session, charter, now, session.get_one(Case, fix.case_id))
        if reader is None:
            unread = True
        else:
            readers[reader.id] = reader
    for member in readers.values():
        notify(session, member, WAIT, now)
    for chair in members.chairs(session, now) if unread else ():
        notify(session, chair, UNREAD, now)


def ask_again(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """What nobody confirmed is asked for once more, of whoever is responsible now."""
    route(session, charter, now, templates.waiting(session, upto=upto))


def asked_again_at(since: datetime, charter: Charter) -> datetime:
    """When what waits since then is asked for once more: in the morning of a working day."""
    days = dates.calendar(charter)
    return days.next_open(days.add(since, ASKED_AGAIN) + timedelta(seconds=1))


def is_right(session: Session, fix: Correction, charter: Charter) -> bool:
    """Whether the correction itself was not found wrong meanwhile."""
    template = session.get_one(Template, fix.template_id)
    return template.state in ("approved", "expired") and not was_stopped(template, charter)


def _reader(session: Session, charter: Charter, now: datetime, case: Case) -> Member | None:
    """Who confirms it. A closed request of somebody who left is given to whoever may read it."""
    reader = session.get(Member, case.responsible_id) if case.responsible_id else None
    if reader is not None and access.may(session, reader, case, "correct"):
        return reader
    if case.state != CLOSED:
        return None
    there = scene_of(session, cases.writer(session, case), charter, now)
    refused: set[int] = set()
    while (chosen := assign.choice(there, case, refused).member_id) is not None:
        member = session.get_one(Member, chosen)
        if access.allowed(session, member, case):
            case.responsible_id = member.id
            audit.note(session, "correction_routed", now, by=member, about=case)
            return member
        refused.add(chosen)
    return None
