"""Time is asked for, not waited for: what is due by a moment, run in order, each with its own now."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Executable, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from handlers import keeping, reminders
from handlers.charter import Charter
from handlers.council import (
    absence,
    bans,
    correction_routing,
    proposals_upkeep,
    release_send,
    reviewing,
    rounds,
    second_reader,
    template_upkeep,
)
from handlers.migrant import outcome
from handlers.rules.retention import expires_at
from handlers.service import digests, joining
from storage.bans import HOLDS
from storage.database import is_transient
from storage.model import (
    Ban,
    Case,
    Correction,
    DigestRun,
    Election,
    Invitation,
    Member,
    Newcomer,
    Outbox,
    Person,
    Proposal,
    Recipient,
    Released,
    Review,
    Shown,
    Template,
)

Run = Callable[[Session, Charter, datetime, datetime], None]
"""Does what is due at a moment; the last argument is the newest `since` that is due."""


@dataclass(frozen=True)
class Job:
    """Something that falls due: the earliest `since`, when that is due, and what is done then.

    `run` must leave nothing behind that is still due, or less of it than before.
    """

    name: str
    since: Select[datetime | None]
    due: Callable[[datetime, Charter], datetime]
    run: Run


class JobFailed(Exception):
    """A kind of due work failed; `job` names it. Its cause is the error."""

    def __init__(self, job: str) -> None:
        super().__init__(job)
        self.job = job


def run_due(
    session: Session, charter: Charter, now: datetime, besides: Collection[str] = ()
) -> bool:
    """Do the earliest thing that is due, as at its own moment; false when nothing is.

    Kinds of work named in `besides` are left alone. Raises JobFailed; what the database is to
    blame for, and may pass, rises as it is.
    """
    first = _first(session, charter, now, tuple(job for job in JOBS if job.name not in besides))
    if first is None:
        return False
    due, since, job = first
    try:
        job.run(session, charter, due, since)
        session.flush()
    except Exception as error:
        if is_transient(error):
            raise
        raise JobFailed(job.name) from error
    return True


def _first(
    session: Session, charter: Charter, now: datetime, jobs: tuple[Job, ...]
) -> tuple[datetime, datetime, Job] | None:
    """What is due first: when that is, since when, and what to do; None where nothing is due."""
    since = session.execute(_asked_at_once(tuple(job.since for job in jobs))).one()
    waiting = [
        (job.due(since_when, charter), since_when, job)
        for job, since_when in zip(jobs, since, strict=True)
        if since_when is not None
    ]
    due = [one for one in waiting if one[0] <= now]
    return min(due, key=lambda one: one[0], default=None)


@cache
def _asked_at_once(questions: tuple[Select[datetime | None], ...]) -> Executable:
    """All these in one statement: the clock ticks often, and mostly nothing is due."""
    return select(*(one.scalar_subquery() for one in questions))


APPROVED = (Template.state == "approved",)


def _earliest(
    column: InstrumentedAttribute[Any], *where: ColumnElement[bool]
) -> Select[datetime | None]:
    return select(func.min(column)).where(*where)


def _then(since: datetime, charter: Charter) -> datetime:
    return since


def _kept(what: str) -> Callable[[datetime, Charter], datetime]:
    return lambda since, charter: expires_at(what, since, charter)


JOBS: tuple[Job, ...] = (
    Job("newcomers", _earliest(Newcomer.expires_at), _then, keeping.newcomers),
    Job(
        "quiet drafts",
        _earliest(Case.touched_at, *reminders.QUIET),
        lambda since, charter: since + charter.draft_reminder,
        reminders.quiet_drafts,
    ),
    Job(
        "old drafts",
        _earliest(Case.touched_at, *reminders.DRAFTS),
        _kept("draft"),
        reminders.old_drafts,
    ),
    Job("stages", _earliest(Case.stage_at), _then, reminders.stages),
    Job("elections", _earliest(Election.stage_at), _then, rounds.stages),
    Job("votes that are missing", _earliest(Election.remind_at), _then, rounds.half_way),
    Job("silence", _earliest(Case.closes_at, *reminders.WAITING), _then, reminders.silence),
    Job(
        "idle cards",
        _earliest(Shown.touched_at, *keeping.FULL_CARDS),
        lambda since, charter: since + charter.card_idle,
        keeping.idle_cards,
    ),
    Job(
        "files in chats",
        _earliest(Shown.at, *keeping.PASSING),
        _kept("media_in_member_chat"),
        keeping.files_in_chats,
    ),
    Job(
        "revealed numbers",
        _earliest(Shown.at, *keeping.REVEALED),
        lambda since, charter: since + charter.card_idle,
        keeping.revealed,
    ),
    Job("lost second readings", _earliest(Review.at, *second_reader.LOST), _then, reviewing.lost),
    Job(
        "unread second readings",
        _earliest(Review.at, *second_reader.ASKED),
        reviewing.in_time,
        reviewing.unread,
    ),
    Job(
        "old requests",
        _earliest(Case.closed_at, *keeping.CLOSED_CASES),
        _kept("case"),
        keeping.old_requests,
    ),
    Job(
        "old people",
        _earliest(Person.created_at, *keeping.WITHOUT_REQUEST),
        _kept("person"),
        keeping.old_people,
    ),
    Job(
        "former members",
        _earliest(Member.left_at, *keeping.FORMER),
        _kept("former_member"),
        keeping.former_members,
    ),
    Job("away", _earliest(Member.away_until, *absence.RETURNING), _then, absence.returns),
    Job("bans", _earliest(Ban.decided_at, Ban.state.in_(HOLDS)), bans.ends_at, bans.end),
    Job(
        "ready answers to check",
        _earliest(Template.expires_at, *APPROVED, Template.reminded_at.is_(None)),
        template_upkeep.remind_at,
        template_upkeep.remind,
    ),
    Job(
        "ready answers to approve",
        _earliest(Template.reminded_at, Template.state == "proposed"),
        template_upkeep.approval_asked_again_at,
        template_upkeep.ask_for_approval,
    ),
    Job("ready answers", _earliest(Template.expires_at, *APPROVED), _then, template_upkeep.expire),
    Job(
        "corrections",
        _earliest(Correction.at, Correction.state == "waiting"),
        correction_routing.asked_again_at,
        correction_routing.ask_again,
    ),
    Job("digests", _earliest(DigestRun.stage_at), _then, digests.stages),
    Job(
        "released texts",
        _earliest(Released.sends_at, Released.state == "agreed"),
        _then,
        release_send.send_due,
    ),
    Job("proposals", _earliest(Proposal.remind_at), _then, proposals_upkeep.remind),
    Job(
        "outcomes",
        _earliest(Proposal.outcome_at, Proposal.told_at.is_(None)),
        _then,
        outcome.tell,
    ),
    Job("invitations", _earliest(Invitation.expires_at), _then, keeping.invitations),
    Job(
        "recipients invited",
        _earliest(Recipient.expires_at, Recipient.joined_at.is_(None)),
        _then,
        joining.expired,
    ),
    Job(
        "ended rows",
        _earliest(Outbox.ended_at, ~keeping.STILL_ASKED),
        _kept("outbox"),
        keeping.ended_rows,
    ),
)
