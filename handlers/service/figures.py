"""The exact figures of a span of time, from what can be seen through the window and nothing else."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from sqlalchemy.orm import Session

from handlers.rules.deadlines import Calendar
from handlers.rules.figures import KINDS_OF_TABLE, Exact, Safeguarding, Times, times
from handlers.rules.spread import Spread
from handlers.rules.working_clock import WorkingClock
from storage import figures


def exact(window: Session, calendar: Calendar, start: datetime, end: datetime) -> Exact:
    """Every figure from `start` until before `end`, as it was then, whenever it is asked for.

    `end` is not later than now: what is due until then would count as overdue.
    """
    span = (start, end)
    promised, in_time = figures.promised(window, *span)
    rated, helped = figures.rated(window, *span)
    referred, referral_answered = figures.referred(window, *span)
    clock = WorkingClock(calendar, figures.oldest(window) or start, end)
    answered_after = _after(clock, figures.waits(window, "answered", *span))
    return Exact(
        received=figures.received(window, *span),
        answered=answered_after.people,
        closed=figures.happened(window, "closed", *span),
        told=figures.told(window, *span),
        reopened=figures.happened(window, "reopened", *span),
        unreachable=figures.happened(window, "unreachable", *span),
        overdue=figures.overdue(window, end),
        promised=promised,
        in_time=in_time,
        rated=rated,
        helped=helped,
        referred=referred,
        referral_answered=referral_answered,
        read_after=_after(clock, figures.waits(window, "read", *span)),
        answered_after=answered_after,
        closed_after=_after(clock, figures.waits(window, "closed", *span)),
        tables={kind: figures.received_by(window, kind, *span) for kind in KINDS_OF_TABLE},
    )


def safeguarding(
    window: Session, calendar: Calendar, start: datetime, end: datetime
) -> Safeguarding:
    """Private requests that were handed in from `start` until before `end`."""
    people, in_time = figures.private(window, start, end)
    return Safeguarding(people=people, in_time=in_time)


def _after(clock: WorkingClock, waited: Iterable[figures.Waited]) -> Times:
    """Of each person the longest; nothing of it is held but how often each second came."""
    spread = Spread()
    for _, of_one in groupby(waited, attrgetter("writer")):
        spread.add(max(clock.seconds(one.since, one.until) for one in of_one))
    return times(spread)
