"""What stands on a member's desk, and what they may find: counted, chosen and cut into pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, SQLColumnExpression, case, func, literal_column, or_, select
from sqlalchemy.orm import Session

from storage import members
from storage.model import ANSWERED, ASKED, CLOSED, OPEN, PRIVATE, RESPONSIBLE, Case, Member, Review

VIEWS = ("all", "mine", "writer", "today", "late", "answered")
"""Everything; waiting for me; for the writer; due today; overdue; answered."""

due = case((Case.taken_at.is_(None), Case.read_by_at), else_=Case.answer_by_at)
"""The date that counts now: until it is taken the one to read it, then the one to answer."""
topic_or_other = case(
    (Case.topic == literal_column("''"), literal_column("'other'")), else_=Case.topic
)
"""Written out, because PostgreSQL groups by nothing that holds a parameter."""
place = case((Case.state == OPEN, 0), (Case.state == ASKED, 1), else_=2)
FOUND_STATES = (*RESPONSIBLE, CLOSED)


@dataclass(frozen=True, slots=True)
class Day:
    """This moment, and the end of the day on which it is."""

    now: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which part of a desk is looked at; what is empty is not asked for."""

    view: str = "all"
    topic: str = ""
    urgency: str = ""
    language: str = ""


FILTERS: Mapping[str, SQLColumnExpression[str]] = {
    "topic": topic_or_other,
    "urgency": Case.urgency,
    "language": Case.language,
}


def counts(session: Session, member: Member, chosen: Chosen, day: Day) -> dict[str, int]:
    """How many requests each view of this desk holds, with the same filters, in one question."""
    sums = [func.sum(case((_view(view, day), 1), else_=0)) for view in VIEWS]
    row = session.execute(select(*sums).where(_on_desk(member), *_filters(chosen))).one()
    return {view: int(count or 0) for view, count in zip(VIEWS, row, strict=True)}


def page(
    session: Session, member: Member, chosen: Chosen, day: Day, first: int, size: int
) -> Sequence[Case]:
    """So many requests of a view from number `first` (0 is the first), the most urgent first."""
    return session.scalars(
        select(Case)
        .where(_on_desk(member), _view(chosen.view, day), *_filters(chosen))
        .order_by(place, Case.urgency, due, Case.id)
        .offset(first)
        .limit(size)
    ).all()


def values(
    session: Session, member: Member, chosen: Chosen, day: Day, name: str
) -> list[tuple[str, int]]:
    """What can be chosen by this filter beside the others, with how many requests each leaves."""
    column = FILTERS[name]
    others = {other: condition for other, condition in _named(chosen).items() if other != name}
    counted = select(column, func.count()).where(
        _on_desk(member), _view(chosen.view, day), *others.values()
    )
    if name == "topic":
        counted = counted.where(Case.track != PRIVATE)
    rows = session.execute(counted.group_by(column).order_by(func.count().desc(), column))
    return [(value, count) for value, count in rows]


def count_found(session: Session, member: Member, *conditions: ColumnElement[bool]) -> int:
    """How many requests that this member may open are found by these conditions."""
    found = select(func.count()).where(_may_open(member), *conditions)
    return session.scalar(found) or 0


def found(
    session: Session, member: Member, first: int, size: int, *conditions: ColumnElement[bool]
) -> Sequence[Case]:
    """So many of them, the newest first."""
    return session.scalars(
        select(Case)
        .where(_may_open(member), *conditions)
        .order_by(Case.handed_in_at.desc(), Case.id.desc())
        .offset(first)
        .limit(size)
    ).all()


def about(topic: str) -> ColumnElement[bool]:
    """About this topic; of what is private no list says the topic."""
    return (topic_or_other == topic) & (Case.track != PRIVATE)


def handed_in(since: datetime, before: datetime) -> ColumnElement[bool]:
    """Handed in between these moments."""
    return (Case.handed_in_at >= since) & (Case.handed_in_at < before)


def _on_desk(member: Member) -> ColumnElement[bool]:
    return (Case.responsible_id == member.id) & Case.state.in_(RESPONSIBLE) & _is_allowed_to(member)


def _may_open(member: Member) -> ColumnElement[bool]:
    """Responsible for it, or asked by its reader to read an answer, as `access` says."""
    asked = (
        select(Review.id)
        .where(
            Review.case_id == Case.id,
            Review.reader_id == member.id,
            Review.author_id == Case.responsible_id,
            Review.state == "asked",
        )
        .exists()
    )
    responsible = or_(Case.responsible_id == member.id, asked)
    return responsible & Case.state.in_(FOUND_STATES) & _is_allowed_to(member)


def _is_allowed_to(member: Member) -> ColumnElement[bool]:
    """What a query can say of `access.allowed`; who a request concerns is looked at line by line."""
    allowed = Case.person_id != member.person_id
    if not (members.is_focal(member) or member.role == "outside" or member.is_acting):
        allowed &= Case.track != PRIVATE
    return allowed


def _view(view: str, day: Day) -> ColumnElement[bool]:
    waits = Case.state == OPEN
    return {
        "all": Case.state.in_(RESPONSIBLE),
        "mine": waits,
        "writer": Case.state == ASKED,
        "today": waits & (due > day.now) & (due <= day.ends_at),
        "late": waits & (due <= day.now),
        "answered": Case.state == ANSWERED,
    }[view]


def _named(chosen: Chosen) -> dict[str, ColumnElement[bool]]:
    named: dict[str, ColumnElement[bool]] = {}
    if chosen.topic:
        named["topic"] = about(chosen.topic)
    if chosen.urgency:
        named["urgency"] = Case.urgency == chosen.urgency
    if chosen.language:
        named["language"] = Case.language == chosen.language
    return named


def _filters(chosen: Chosen) -> list[ColumnElement[bool]]:
    return list(_named(chosen).values())
