"""Whoever cannot keep their requests any more loses sight of them at once; others go on with them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from handlers import assign
from handlers.charter import Charter
from handlers.council import access, cards, reviewing
from handlers.migrant import draft
from handlers.turn import Scene, scene_of
from storage import cases, members, outbox, turns
from storage.model import (
    RESPONSIBLE,
    UNSENT,
    Case,
    Invitation,
    Member,
    Outbox,
    Review,
    Shown,
)

OF_A_MIGRANT = (
    *("write", "draft", "topics", "sharing", "paper_date", "adding", "asked", "secret", "privacy"),
    *draft.BEFORE_PRIVATE_WORDS,
    *("languages", "menu", "requests", "status", "answered", "forget", "forget_sure"),
    *("is_it_safe", "nobody_private", "not_whom", "notice"),
)
"""Questions that somebody answers for themselves, whether or not they sit in the council."""
WAITING = ("asked", "approved", "objected")
"""A second reading that has not led to anything yet."""


def everything(
    session: Session, charter: Charter, member: Member, now: datetime
) -> tuple[int, int]:
    """All of somebody whose seat ended or rests: their chat is emptied, their requests go on.

    Returns how many requests were handed on, and how many nobody can read now.
    """
    session.flush()  # their row is locked: whoever just gives them something waits, or is waited for
    scene = scene_of(session, members.person_of(session, member), charter, now)
    _withdraw_readings(scene, member)
    counts = given_on(session, charter, member, cases.of_member(session, member.id), now)
    _empty_chat(scene, member)
    _stand_for_nothing(session, member)
    return counts


def given_on(
    session: Session, charter: Charter, member: Member, found: Iterable[Case], now: datetime
) -> tuple[int, int]:
    """These of a member's requests go on with their history.

    Returns how many were handed on, and how many nobody can read now.
    """
    scene = scene_of(session, members.person_of(session, member), charter, now)
    moved = unread = 0
    for case in found:
        there = scene_of(session, cases.writer(session, case), charter, now)
        state = case.state
        cards.lose_sight(scene, case, member)
        reader = assign.move_on(there, case, state)
        if state in RESPONSIBLE:
            moved += reader is not None
            unread += reader is None
    return moved, unread


def not_allowed_any_more(
    session: Session, charter: Charter, member: Member, now: datetime
) -> tuple[int, int]:
    """An office ended: what they may not read without it goes on."""
    session.flush()
    held = cases.of_member(session, member.id)
    return given_on(
        session,
        charter,
        member,
        [one for one in held if not access.allowed(session, member, one)],
        now,
    )


def _withdraw_readings(scene: Scene, member: Member) -> None:
    """They read no answer for others, whose authors are told, and theirs are read by nobody."""
    waiting = select(Review).where(
        Review.state.in_(WAITING),
        or_(Review.reader_id == member.id, Review.author_id == member.id),
    )
    for review in scene.session.scalars(waiting).all():
        if review.author_id == member.id and review.state != "asked":
            review.state, review.ended_at, review.held = "withdrawn", scene.now, {}
        elif review.state == "asked" and review.reader_id == member.id:
            case = scene.session.get_one(Case, review.case_id)
            reviewing.give_back(scene, case, review, "declined")
        elif review.state == "asked":  # who loses sight of it reads it no more
            cards.lose_sight(scene, scene.session.get_one(Case, review.case_id), member)


def _empty_chat(scene: Scene, member: Member) -> None:
    """Whatever stands in their chat because they are a member goes, and nothing more comes."""
    session, chat = scene.session, cards.chat_of(scene, member)
    session.flush()
    turns.lock_person(session, member.person_id)  # a sender does so before it keeps what it said
    own = select(Case.id).where(Case.person_id == member.person_id)
    not_own = or_(Shown.case_id.is_(None), Shown.case_id.not_in(own))
    standing = select(Shown).where(
        Shown.member_id == member.id, Shown.state.in_(("full", "shrunk")), not_own
    )
    queued = select(Outbox.args).where(
        Outbox.member_id == member.id, Outbox.mode == "delete", Outbox.ended_at.is_(None)
    )
    going = {args.get("shown") for args in session.scalars(queued)}
    for one in session.scalars(standing).all():
        if one.id in going:
            continue
        view = "tidied" if one.case_id is None else "emptied"
        args = {"shown": one.id}
        outbox.add(session, chat, view, scene.now, args=args, case_id=one.case_id, mode="delete")
    waiting = delete(Outbox).where(
        Outbox.member_id == member.id,
        Outbox.state.in_(UNSENT),
        Outbox.mode != "delete",
        or_(Outbox.case_id.is_(None), Outbox.case_id.not_in(own)),
    )
    session.execute(waiting)
    person = scene.someone
    if person.screen not in OF_A_MIGRANT:
        person.screen, person.screen_args, person.screen_row = "", None, None


def _stand_for_nothing(session: Session, member: Member) -> None:
    """Nobody is given anything in their place, and nobody comes in by a link of theirs."""
    stood_in = update(Member).where(Member.substitute_id == member.id).values(substitute_id=None)
    session.execute(stood_in)
    session.execute(
        delete(Invitation).where(
            Invitation.invited_by == member.id, Invitation.confirmed_at.is_(None)
        )
    )
