"""Who may do what with which request: one table, asked by every button, word and drawing.

A member sees a request because they are responsible for it, or because its reader asked them to read
an answer before it is sent. The chair sees that it exists, who has it and how late it is, never what
it says. Whoever left, is suspended, wrote it, is complained about in it, stands in for such a person
or is stood in for by them, or declared a conflict sees nothing.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storage import members
from storage.model import ANSWERED, ASKED, CLOSED, OPEN, PRIVATE, Case, Member, Review

Standing = Literal["reader", "second", "none"]

HANDED_IN = frozenset({OPEN, ASKED, ANSWERED, CLOSED})
LIVE = frozenset({OPEN, ASKED, ANSWERED})


@dataclass(frozen=True, slots=True)
class Rule:
    """In which states of a request somebody of which standing may do something with it."""

    states: frozenset[str]
    standings: frozenset[Standing] = frozenset({"reader"})
    tracks: frozenset[str] = frozenset({"ordinary", "amber", "private"})


_NOT_PRIVATE = frozenset({"ordinary", "amber"})

ACTIONS: Mapping[str, Rule] = {
    "open": Rule(HANDED_IN, frozenset({"reader", "second"})),
    "take": Rule(LIVE),
    "files": Rule(HANDED_IN, frozenset({"reader", "second"})),
    "whole": Rule(HANDED_IN, frozenset({"reader", "second"})),
    "reveal": Rule(HANDED_IN),
    "answer": Rule(HANDED_IN),
    "ask": Rule(LIVE),
    "template": Rule(HANDED_IN),
    "note": Rule(HANDED_IN),
    "sort": Rule(LIVE),
    "hand": Rule(LIVE),
    "refer": Rule(LIVE),
    "release": Rule(LIVE, tracks=_NOT_PRIVATE),
    "link": Rule(LIVE, tracks=_NOT_PRIVATE),
    "bulk": Rule(LIVE, tracks=_NOT_PRIVATE),
    "private": Rule(LIVE, tracks=_NOT_PRIVATE),
    "conflict": Rule(LIVE),
    "close": Rule(LIVE),
    "reopen": Rule(frozenset({CLOSED})),
    "second": Rule(HANDED_IN),
    "ban": Rule(HANDED_IN),
    "correct": Rule(HANDED_IN),
    "review": Rule(HANDED_IN, frozenset({"second"})),
}
"""Every action on one request, by the name that its button carries."""


def may(session: Session, member: Member, case: Case, action: str = "open") -> bool:
    """Whether this member may do this with this request now."""
    rule = ACTIONS[action]
    return (
        case.state in rule.states
        and case.track in rule.tracks
        and standing(session, member, case) in rule.standings
    )


def standing(session: Session, member: Member, case: Case) -> Standing:
    """What this member is to this request now."""
    if not allowed(session, member, case) or case.state not in HANDED_IN:
        return "none"
    if case.responsible_id == member.id:
        return "reader"
    return "second" if _reads_for(session, member, case) else "none"


def allowed(session: Session, member: Member, case: Case) -> bool:
    """Whether they could be given this request at all: by seat, authorship, subject and track."""
    if not members.sits(member) or member.role == "operator":
        return False
    if case.person_id == member.person_id or member.id in concerned(session, case.subjects):
        return False
    if case.track == PRIVATE:
        return may_read_private(session, member, case)
    return member.role != "outside"


def concerned(session: Session, subjects: Collection[int]) -> frozenset[int]:
    """Whoever is complained about, and who stands in for them now or they for whom."""
    if not subjects:
        return frozenset()
    near = select(Member.id, Member.substitute_id).where(
        or_(Member.id.in_(subjects), Member.substitute_id.in_(subjects))
    )
    pairs = session.execute(near)
    return frozenset(one for pair in pairs for one in pair if one is not None) | set(subjects)


def about_chair(session: Session, case: Case) -> bool:
    """Whether it complains about whoever is the chair now."""
    if not case.subjects:
        return False
    chair = select(Member.id).where(Member.id.in_(case.subjects), Member.role == "chair")
    return session.scalar(chair.limit(1)) is not None


def may_read_private(session: Session, member: Member, case: Case) -> bool:
    """Focal persons; what is about the chair only whoever stands in, and the contact outside."""
    if about_chair(session, case):
        return member.role == "outside" or (member.is_acting and member.role != "chair")
    return members.is_focal(member)


def _reads_for(session: Session, member: Member, case: Case) -> bool:
    """Whether the reader of this request asked them to read an answer, and waits for it."""
    asked = select(Review.id).where(
        Review.case_id == case.id,
        Review.reader_id == member.id,
        Review.author_id == case.responsible_id,
        Review.state == "asked",
    )
    return session.scalar(asked.limit(1)) is not None
