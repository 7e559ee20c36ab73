"""Requests and their history."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.model import (
    DRAFT,
    LIVE,
    OPEN,
    ORDINARY,
    PRIVATE,
    RESPONSIBLE,
    UNREAD_CHOICE,
    Case,
    Entry,
    Person,
    Shown,
)


def begin(
    session: Session, person: Person, make_reference: Callable[[], str], now: datetime
) -> Case:
    """Open an empty draft under a reference nobody has."""
    while True:
        case = Case(
            reference=make_reference(),
            person_id=person.id,
            state=DRAFT,
            track=ORDINARY,
            language=person.language,
            created_at=now,
            touched_at=now,
        )
        try:
            with session.begin_nested():
                session.add(case)
        except IntegrityError:
            continue
        return case


def draft_of(session: Session, person: Person) -> Case | None:
    """What this person is writing now."""
    return session.scalar(
        select(Case)
        .where(Case.person_id == person.id, Case.state == DRAFT)
        .order_by(Case.id.desc())
    )


def own(session: Session, person: Person, reference: str) -> Case | None:
    """This person's request of that reference, its row locked; never anybody else's."""
    return session.scalar(
        select(Case)
        .where(Case.reference == reference, Case.person_id == person.id)
        .with_for_update()
    )


def by_reference(session: Session, reference: str) -> Case | None:
    """The request of that reference, whoever wrote it, its row locked."""
    return session.scalar(select(Case).where(Case.reference == reference).with_for_update())


def of_person(session: Session, person: Person, limit: int) -> list[Case]:
    """What this person handed in, newest first."""
    return list(
        session.scalars(
            select(Case)
            .where(Case.person_id == person.id, Case.state != DRAFT)
            .order_by(Case.touched_at.desc(), Case.id.desc())
            .limit(limit)
        )
    )


def live_of_person(session: Session, person: Person) -> list[Case]:
    """This person's requests that are not closed, newest first."""
    return [case for case in of_person(session, person, 50) if case.state in LIVE]


def count_before(session: Session, case: Case) -> int:
    """How many requests the same person handed in before this one.

    Who may not read what is private does not learn that there was any.
    """
    before = select(func.count()).where(
        Case.person_id == case.person_id, Case.state != DRAFT, Case.id < case.id
    )
    if case.track != PRIVATE:
        before = before.where(Case.track != PRIVATE)
    return session.scalar(before) or 0


def on_desk(session: Session, member_id: int, limit: int) -> list[Case]:
    """The live requests a member is responsible for, most urgent first."""
    return list(
        session.scalars(
            select(Case)
            .where(Case.responsible_id == member_id, Case.state.in_(RESPONSIBLE))
            .order_by(Case.answered_at.is_not(None), Case.urgency, Case.answer_by_at, Case.id)
            .limit(limit)
        )
    )


def open_of(session: Session, member_id: int | None) -> list[Case]:
    """The requests whose clock runs for this member, the most urgent first."""
    return list(
        session.scalars(
            select(Case)
            .where(Case.responsible_id == member_id, Case.state == OPEN)
            .order_by(Case.urgency, Case.answer_by_at, Case.id)
        )
    )


def count_messages(session: Session, case: Case) -> int:
    """How many messages its writer wrote in a case, each file counted for one."""
    written = select(func.count()).where(Entry.case_id == case.id, Entry.kind == "message")
    return session.scalar(written) or 0


def entries(session: Session, case: Case, *kinds: str, limit: int | None = None) -> list[Entry]:
    """A case's history in order, or only these kinds of it, and of them the first."""
    chosen = select(Entry).where(Entry.case_id == case.id).order_by(Entry.id).limit(limit)
    return list(session.scalars(chosen.where(Entry.kind.in_(kinds)) if kinds else chosen))


def entry_of_message(session: Session, person: Person, message_id: str) -> Entry | None:
    """What this person wrote in that message of their chat."""
    return session.scalar(
        select(Entry)
        .join(Case, Entry.case_id == Case.id)
        .where(
            Case.person_id == person.id,
            Entry.message_id == message_id,
            Entry.kind == "message",
        )
        .order_by(Entry.id.desc())
        .limit(1)
    )


def shown_as(session: Session, chat: str, message_id: str) -> Shown | None:
    """What the bot showed (or saw) in that message of a chat."""
    return session.scalar(
        select(Shown)
        .where(Shown.chat == chat, Shown.message_id == message_id)
        .order_by(Shown.id.desc())
        .limit(1)
    )


def hold(session: Session, case_id: int) -> Case | None:
    """The request as it is now, locked: by whoever keeps that something of it was shown, too.

    Whoever takes it from somebody's sight would else miss what comes to stand there meanwhile.
    """
    session.flush()
    return session.get(Case, case_id, with_for_update=True)


def shown_to_member(session: Session, case_id: int, member_id: int) -> Sequence[Shown]:
    """Every message of a case that still stands in a member's chat."""
    return session.scalars(
        select(Shown).where(
            Shown.case_id == case_id,
            Shown.member_id == member_id,
            Shown.state.in_(("full", "shrunk")),
        )
    ).all()


def without_reader(session: Session) -> list[Case]:
    """Handed in, and nobody responsible: locked, oldest first."""
    return list(
        session.scalars(
            select(Case)
            .where(Case.responsible_id.is_(None), Case.state.in_((UNREAD_CHOICE, OPEN)))
            .order_by(Case.id)
            .with_for_update()
        )
    )


def about_members(session: Session) -> list[Case]:
    """Complaints about members that somebody reads now, locked, oldest first."""
    return list(
        session.scalars(
            select(Case)
            .where(Case.about == "member", Case.responsible_id.is_not(None))
            .order_by(Case.id)
            .with_for_update()
        )
    )


def writer(session: Session, case: Case) -> Person:
    """The person who wrote a case, their row locked."""
    return session.get_one(Person, case.person_id, with_for_update=True)


def of_member(session: Session, member_id: int) -> list[Case]:
    """Every case a member is responsible for, closed ones too, locked."""
    return list(
        session.scalars(
            select(Case).where(Case.responsible_id == member_id).order_by(Case.id).with_for_update()
        )
    )
