"""What the figures are counted from, asked of the views in `storage.windows` and of nothing else.

`handlers.rules.figures` says what each of them means. Every span ends before its `end`, and what
happened at or after it is not known yet: asked weeks later, a span has the same figures. People are
told apart by the database; nothing here grows with how many there are.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from storage.model import PRIVATE
from storage.windows import dates, milestones, referrals, requests

ROWS_AT_ONCE = 2000
MISSED = ("belated", "late")
COUNTED = ("kept", *MISSED)
"""What became of a date, where it is said of it that it was kept or not."""
ENDS = ("kept", "belated", "closed", "withdrawn")
"""What became of a date after which nobody waits for that thing any more."""
HELPED, RATED = "helped", ("helped", "partly", "not")

open_one, late_one, ended_one = dates.alias("d"), dates.alias("l"), dates.alias("k")
asked, resumed, other, told_so = (milestones.alias(name) for name in ("a", "r", "o", "t"))


class Waited(NamedTuple):
    """How long somebody waited for something."""

    writer: int
    since: datetime
    until: datetime


def received(session: Session, start: datetime, end: datetime) -> int:
    """People who handed something in."""
    return _people(session, _requests(start, end))


def received_by(session: Session, column: str, start: datetime, end: datetime) -> dict[str, int]:
    """The same people, by one column of their requests."""
    value: ColumnElement[str] = requests.c[column]
    if column == "topic":  # no topic was found
        value = func.coalesce(func.nullif(value, ""), "other")
    found = _requests(start, end).add_columns(value.label("value"))
    each = found.group_by(requests.c.writer, value).subquery()
    counted = select(each.c.value, func.count()).group_by(each.c.value)
    return {row[0]: row[1] for row in session.execute(counted)}


def happened(session: Session, what: str, start: datetime, end: datetime) -> int:
    """People to whose request this happened."""
    return _people(session, _milestones(start, end, what))


def waits(session: Session, what: str, start: datetime, end: datetime) -> Iterator[Waited]:
    """From the handing in to the first time that this happened; all of one person in a row."""
    found = _firsts(what, start, end).with_only_columns(
        requests.c.writer, requests.c.received_at, milestones.c.at
    )
    streamed = found.order_by(requests.c.writer).execution_options(yield_per=ROWS_AT_ONCE)
    for row in session.execute(streamed):
        yield Waited(*row)


def oldest(session: Session) -> datetime | None:
    """When the first request was handed in."""
    # SQLite's authorizer is not told which view it is for where no column of a table is read
    known = select(requests.c.received_at).where(requests.c.writer.is_not(None))
    since: datetime | None = session.scalar(known.order_by(requests.c.received_at).limit(1))
    return since


def told(session: Session, start: datetime, end: datetime) -> int:
    """People who by the end were told of every closing of theirs: of each request the last one."""
    again = exists().where(
        other.c.request == milestones.c.request,
        other.c.what == "closed",
        other.c.at > milestones.c.at,
        other.c.at < end,
    )
    is_told = exists().where(
        told_so.c.request == milestones.c.request,
        told_so.c.what == "told",
        told_so.c.at >= milestones.c.at,
        told_so.c.at < end,
    )
    last = (
        _milestones(start, end, "closed")
        .with_only_columns(requests.c.writer, is_told.label("told"))
        .where(~again)
        .subquery()
    )
    return _all_of_them(session, last.c.writer, last.c.told, last)[1]


def promised(session: Session, start: datetime, end: datetime) -> tuple[int, int]:
    """People of whom a date was kept or missed, and those of them who had every one kept."""
    ended = (
        select(requests.c.writer, (dates.c.outcome == "kept").label("kept"))
        .join_from(dates, requests, dates.c.request == requests.c.request)
        .where(
            requests.c.track != PRIVATE,
            dates.c.outcome.in_(COUNTED),
            dates.c.ended_at >= start,
            dates.c.ended_at < end,
        )
        .subquery()
    )
    return _all_of_them(session, ended.c.writer, ended.c.kept, ended)


def overdue(session: Session, end: datetime) -> int:
    """People who at that moment waited for something whose date had passed, also an earlier one."""
    given_up = (
        exists()
        .where(
            ended_one.c.request == late_one.c.request,
            ended_one.c.what == late_one.c.what,
            ended_one.c.outcome.in_(ENDS),
            ended_one.c.ended_at >= late_one.c.ended_at,
            ended_one.c.ended_at <= open_one.c.told_at,
        )
        .correlate(late_one, open_one)
    )
    apologised_for = exists().where(
        late_one.c.request == open_one.c.request,
        late_one.c.what == open_one.c.what,
        late_one.c.outcome == "late",
        late_one.c.ended_at <= open_one.c.told_at,
        ~given_up,
    )
    goes_on = exists().where(
        resumed.c.request == asked.c.request,
        resumed.c.what == "resumed",
        resumed.c.at >= asked.c.at,
        resumed.c.at < end,
    )
    stands_still = exists().where(
        asked.c.request == open_one.c.request, asked.c.what == "asked", asked.c.at < end, ~goes_on
    )
    waiting = (
        select(requests.c.writer)
        .join_from(open_one, requests, open_one.c.request == requests.c.request)
        .where(
            requests.c.track != PRIVATE,
            _stood(open_one.c, end),
            or_(open_one.c.due_at < end, apologised_for),
            ~stands_still,
        )
    )
    return _people(session, waiting)


def rated(session: Session, start: datetime, end: datetime) -> tuple[int, int]:
    """People who said what they thought of an answer, and those whose last word was that it helped.

    Of two words at one instant the less good one is the last.
    """
    good = func.max(case((milestones.c.what == HELPED, milestones.c.at)))
    other = func.max(case((milestones.c.what != HELPED, milestones.c.at)))
    each = (
        _milestones(start, end, *RATED)
        .with_only_columns(
            requests.c.writer,
            case((and_(good.is_not(None), or_(other.is_(None), good > other)), 1), else_=0).label(
                "helped"
            ),
        )
        .group_by(requests.c.writer)
        .subquery()
    )
    return _two(session, select(func.count(), func.sum(each.c.helped)).select_from(each))


def referred(session: Session, start: datetime, end: datetime) -> tuple[int, int]:
    """People of whom something was released, and those who by the end had an answer to all of it."""
    sent = (
        select(
            requests.c.writer, func.coalesce(referrals.c.answered_at < end, False).label("answered")
        )
        .join_from(referrals, requests, referrals.c.request == requests.c.request)
        .where(requests.c.track != PRIVATE, referrals.c.sent_at >= start, referrals.c.sent_at < end)
        .subquery()
    )
    return _all_of_them(session, sent.c.writer, sent.c.answered, sent)


def private(session: Session, start: datetime, end: datetime) -> tuple[int, int]:
    """People with private requests, and those of whom no date of reading was missed by the end.

    A request that nobody read, and no date stands or stood for until it was closed, was missed.
    """
    of_it = (open_one.c.request == requests.c.request, open_one.c.what == "read")
    missed = exists().where(
        *of_it,
        or_(
            and_(open_one.c.outcome.in_(MISSED), open_one.c.ended_at < end),
            and_(_stood(open_one.c, end), open_one.c.due_at < end),
        ),
    )
    dated = exists().where(
        *of_it,
        or_(
            _stood(open_one.c, end),
            and_(open_one.c.outcome == "closed", open_one.c.ended_at < end),
        ),
    )
    read = exists().where(
        other.c.request == requests.c.request, other.c.what == "read", other.c.at < end
    )
    each = (
        select(requests.c.writer, and_(~missed, or_(read, dated)).label("in_time"))
        .where(*_within(requests.c.received_at, start, end), requests.c.track == PRIVATE)
        .subquery()
    )
    return _all_of_them(session, each.c.writer, each.c.in_time, each)


def _requests(start: datetime, end: datetime) -> Select[int]:
    return select(requests.c.writer).where(
        *_within(requests.c.received_at, start, end), requests.c.track != PRIVATE
    )


def _milestones(start: datetime, end: datetime, *whats: str) -> Select[int]:
    return (
        select(requests.c.writer)
        .join_from(milestones, requests, milestones.c.request == requests.c.request)
        .where(
            milestones.c.what.in_(whats),
            *_within(milestones.c.at, start, end),
            requests.c.track != PRIVATE,
        )
    )


def _firsts(what: str, start: datetime, end: datetime) -> Select[int]:
    before = exists().where(
        other.c.request == milestones.c.request,
        other.c.what == what,
        other.c.at < milestones.c.at,
    )
    return _milestones(start, end, what).where(~before)


def _within(
    at: ColumnElement[datetime], start: datetime, end: datetime
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return at >= start, at < end


def _stood(one: Any, at: datetime) -> ColumnElement[bool]:
    """Whether a date had been told by then, and nothing had become of it yet."""
    return and_(one.told_at < at, or_(one.ended_at.is_(None), one.ended_at >= at))


def _people(session: Session, found: Select[int]) -> int:
    # grouped, not DISTINCT: SQLite sorts the one and looks each row up in a tree for the other,
    # which of a million people took eleven seconds instead of two
    each = found.group_by(requests.c.writer).subquery()
    return session.scalar(select(func.count()).select_from(each)) or 0


def _all_of_them(
    session: Session, writer: ColumnElement[int], is_so: ColumnElement[bool], of: Subquery
) -> tuple[int, int]:
    """How many people there are, and of how many it is so each time."""
    each = (
        select(func.min(case((is_so, 1), else_=0)).label("always"))
        .select_from(of)
        .group_by(writer)
        .subquery()
    )
    return _two(session, select(func.count(), func.sum(each.c.always)).select_from(each))


def _two(session: Session, found: Select[int, int]) -> tuple[int, int]:
    people, of_them = session.execute(found).one()
    return people, int(of_them or 0)
