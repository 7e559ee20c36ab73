"""What the council asks of the Service: proposals, the requests behind them, and what was said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from storage.model import (
    PRIVATE,
    UNSENT,
    Case,
    Outbox,
    Person,
    Proposal,
    ProposalCase,
    ProposalReply,
)

ENDS = ("accepted", "partly", "refused")
"""Replies of the Service that end a proposal."""
WITH_UNIT = ("sent", "question", "more_time")
"""States in which the Service has it and has not decided."""
COLLECTING = ("draft", "proposed", *WITH_UNIT)
"""States in which requests may still be added, and taken out."""
LONGEST_NUMBER = 9


def number(words: str) -> int | None:
    """The proposal that a button names; None where it was forged into something else."""
    plain = words.isascii() and words.isdecimal() and len(words) <= LONGEST_NUMBER
    return int(words) if plain else None


def find(session: Session, words: str | int) -> Proposal | None:
    """The proposal of this number."""
    wanted = number(str(words))
    return session.get(Proposal, wanted) if wanted is not None else None


def locked(session: Session, words: str | int) -> Proposal | None:
    """The same as it is at this very moment, its row locked."""
    wanted = number(str(words))
    if wanted is None:
        return None
    chosen = select(Proposal).where(Proposal.id == wanted).with_for_update()
    return session.scalar(chosen.execution_options(populate_existing=True))


def listed(session: Session) -> list[Proposal]:
    """Every proposal, the newest first."""
    return list(session.scalars(select(Proposal).order_by(Proposal.id.desc())))


def in_state(session: Session, *states: str) -> list[Proposal]:
    """Those in these states, the oldest first."""
    chosen = select(Proposal).where(Proposal.state.in_(states))
    return list(session.scalars(chosen.order_by(Proposal.id)))


def to_do(session: Session) -> int:
    """How many wait for the chair: to be approved, answered, or told to the writers."""
    waits = or_(
        Proposal.state.in_(("proposed", "question")),
        Proposal.state.in_(ENDS) & Proposal.outcome_at.is_(None),
    )
    return session.scalar(select(func.count()).select_from(Proposal).where(waits)) or 0


def replies(session: Session, proposal: Proposal) -> list[ProposalReply]:
    """What was said to it, in order."""
    chosen = select(ProposalReply).where(ProposalReply.proposal_id == proposal.id)
    return list(session.scalars(chosen.order_by(ProposalReply.id)))


# The requests behind it. What is private is never one of them, whatever it was when it was added.


def people_behind(session: Session, proposal: Proposal) -> int:
    """How many different people wrote the requests that are part of it now."""
    count = (
        select(func.count(func.distinct(Case.person_id)))
        .join(ProposalCase, ProposalCase.case_id == Case.id)
        .where(ProposalCase.proposal_id == proposal.id, Case.track != PRIVATE)
    )
    return session.scalar(count) or 0


def holds(session: Session, case: Case) -> set[int]:
    """The numbers of the proposals that this request is part of."""
    chosen = select(ProposalCase.proposal_id).where(ProposalCase.case_id == case.id)
    return set(session.scalars(chosen))


def add(session: Session, proposal: Proposal, case: Case) -> bool:
    """Make it part of this one; false where it is already. Both rows are locked before."""
    if proposal.id in holds(session, case):
        return False
    session.add(ProposalCase(proposal_id=proposal.id, case_id=case.id))
    session.flush()
    return True


def take_out(session: Session, proposal: Proposal, case: Case) -> bool:
    """It is not part of it any more; false where it was not."""
    gone = delete(ProposalCase).where(
        ProposalCase.proposal_id == proposal.id, ProposalCase.case_id == case.id
    )
    return bool(session.execute(gone.returning(ProposalCase.id)).all())


def became_private(session: Session, case: Case) -> None:
    """It is part of no proposal any more, and nothing that is on its way says that it was."""
    session.execute(delete(ProposalCase).where(ProposalCase.case_id == case.id))
    session.execute(
        delete(Outbox).where(
            Outbox.case_id == case.id, Outbox.show == "outcome", Outbox.state.in_(UNSENT)
        )
    )


# Telling its writers what came of it, a few people at a time.


def to_tell(session: Session, upto: datetime) -> Proposal | None:
    """The first of which the writers are to be told."""
    chosen = select(Proposal).where(Proposal.outcome_at <= upto, Proposal.told_at.is_(None))
    return session.scalar(chosen.order_by(Proposal.outcome_at, Proposal.id).limit(1))


def readers(session: Session, proposal: Proposal) -> int:
    """How many people would be told now: not whoever wants no messages."""
    count = (
        select(func.count(func.distinct(Case.person_id)))
        .join(ProposalCase, ProposalCase.case_id == Case.id)
        .join(Person, Case.person_id == Person.id)
        .where(
            ProposalCase.proposal_id == proposal.id,
            Case.track != PRIVATE,
            Person.stopped_at.is_(None),
        )
    )
    return session.scalar(count) or 0


def untold(session: Session, proposal: Proposal, limit: int) -> list[int]:
    """People of whom some request still is to be settled, at most so many."""
    chosen = (
        select(Case.person_id)
        .join(ProposalCase, ProposalCase.case_id == Case.id)
        .where(ProposalCase.proposal_id == proposal.id, ProposalCase.told_at.is_(None))
        .distinct()
        .order_by(Case.person_id)
        .limit(limit)
    )
    return list(session.scalars(chosen))


def told(session: Session, proposal: Proposal) -> int:
    """How many people something of it was put on its way to, as far as those rows still are there."""
    count = select(func.count(func.distinct(Outbox.person_id))).where(
        Outbox.show == "outcome", Outbox.key == f"outcome:{proposal.id}"
    )
    return session.scalar(count) or 0


def parts_of(
    session: Session, proposal: Proposal, person: Person
) -> list[tuple[ProposalCase, Case]]:
    """This person's requests that are part of it, the newest first; locked."""
    chosen = (
        select(ProposalCase, Case)
        .join(Case, ProposalCase.case_id == Case.id)
        .where(ProposalCase.proposal_id == proposal.id, Case.person_id == person.id)
        .order_by(Case.id.desc())
        .with_for_update()
    )
    return [(part, case) for part, case in session.execute(chosen)]


# What the digest says of them.


@dataclass(frozen=True, slots=True, kw_only=True)
class ForDigest:
    """One proposal as a digest shows it; texts are by language.

    `evidence` is the band that was fixed when it was sent. `answer` is what the Service said when
    it decided. `is_new`: it was sent in the weeks of this digest, so that no digest showed it.
    """

    number: int
    unit: str
    topic: str
    concerns: Mapping[str, str]
    problem: Mapping[str, str]
    asked: Mapping[str, str]
    evidence: tuple[int, int]
    wished_on: date | None
    state: str
    sent_at: datetime
    ended_at: datetime | None
    answer: str
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A proposal that waits for a reply of its unit. `until_on`: they asked for time until then."""

    number: int
    unit: str
    sent_at: datetime
    until_on: date | None = None


def for_digest(session: Session, start: datetime, end: datetime) -> list[ForDigest]:
    """What was sent before `end` and is open, or ended from `start` on and before `end`: new ones
    first. What ended after `end` counts as open."""
    chosen = select(Proposal).where(
        Proposal.sent_at < end, or_(Proposal.ended_at.is_(None), Proposal.ended_at >= start)
    )
    found = session.scalars(chosen.order_by(Proposal.sent_at, Proposal.id)).all()
    shown = [_for_digest(session, one, start, end) for one in found]
    return sorted(shown, key=lambda one: not one.is_new)


def _for_digest(session: Session, one: Proposal, start: datetime, end: datetime) -> ForDigest:
    assert one.sent_at is not None
    ended = one.ended_at if one.ended_at is not None and one.ended_at < end else None
    said = [reply for reply in replies(session, one) if reply.at < end]
    return ForDigest(
        number=one.id,
        unit=one.unit,
        topic=one.topic,
        concerns=one.concerns,
        problem=one.problem,
        asked=one.asked,
        evidence=_band(one),
        wished_on=one.wished_on,
        state=one.state if ended is not None or one.ended_at is None else _state_then(said),
        sent_at=one.sent_at,
        ended_at=ended,
        answer=next((reply.text for reply in said if reply.kind == one.state), "") if ended else "",
        is_new=one.sent_at >= start,
    )


def _band(one: Proposal) -> tuple[int, int]:
    low, high = one.evidence if one.evidence is not None else (0, 0)
    return low, high


def _state_then(said: Sequence[ProposalReply]) -> str:
    """In which state it was, as far as it was not decided yet."""
    open_ones = [reply.kind for reply in said if reply.kind in ("question", "more_time", "answer")]
    return open_ones[-1].replace("answer", "sent") if open_ones else "sent"


def owed(session: Session, on: date | None = None) -> list[Owed]:
    """Open ones to which the unit owes a reply: it never gave one, or was answered a question.

    With the day `on`, also those for which it asked for time that is over.
    """
    found = [
        Owed(number=one.id, unit=one.unit, sent_at=one.sent_at)
        for one in in_state(session, "sent")
        if one.sent_at is not None
    ]
    if on is None:
        return found
    for one in in_state(session, "more_time"):
        until = until_on(session, one)
        if one.sent_at is not None and until is not None and until < on:
            found.append(Owed(number=one.id, unit=one.unit, sent_at=one.sent_at, until_on=until))
    return found


def until_on(session: Session, one: Proposal) -> date | None:
    """By when the Service wants to have decided, as it said last."""
    asked = [reply.until_on for reply in replies(session, one) if reply.kind == "more_time"]
    return asked[-1] if asked else None
