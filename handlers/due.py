"""Time is asked for, not waited for: what is due by a moment, run in order, each with its own now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from handlers import dates
from handlers.charter import Charter
from handlers.council import cards
from handlers.messages import Choice, Outgoing
from handlers.migrant import follow, forget, hand_in
from handlers.told import shown
from handlers.turn import Scene, scene_of
from storage import cases, inbox, members, outbox, people
from storage.model import (
    ANSWERED,
    ASKED,
    CLOSED,
    DRAFT,
    OPEN,
    PRIVATE,
    Case,
    Invitation,
    Member,
    Newcomer,
    Outbox,
    Shown,
)
from storage.outbox import Chat

BATCH = 100
OUTBOX_KEPT = timedelta(days=7)


@dataclass(frozen=True)
class Job:
    """`when` asks for the earliest moment something of this kind is due; `run` does one moment."""

    name: str
    when: Callable[[Charter], Select[datetime | None]]
    wait: Callable[[Charter], timedelta]
    run: Callable[[Session, Charter, datetime], None]


def run_due(session: Session, charter: Charter, now: datetime) -> bool:
    """Do the earliest thing that is due, as at its own moment; false when nothing is."""
    first: tuple[datetime, Job] | None = None
    for job in JOBS:
        at = session.scalar(job.when(charter))
        if at is None:
            continue
        due = at + job.wait(charter)
        if due <= now and (first is None or due < first[0]):
            first = due, job
    if first is None:
        return False
    first[1].run(session, charter, first[0])
    return True


def _earliest(
    column: InstrumentedAttribute[Any], *where: ColumnElement[bool]
) -> Select[datetime | None]:
    return select(func.min(column)).where(*where)


def _no_wait(charter: Charter) -> timedelta:
    return timedelta(0)


def _scene(session: Session, case: Case, charter: Charter, now: datetime) -> Scene:
    return scene_of(session, cases.writer(session, case), charter, now)


def _some(session: Session, *where: ColumnElement[bool]) -> list[Case]:
    chosen = select(Case).where(*where).order_by(Case.id).limit(BATCH).with_for_update()
    return list(session.scalars(chosen))


def _remind_drafts(session: Session, charter: Charter, now: datetime) -> None:
    """A quiet draft: say that it is not sent, and when it goes by itself.

    A private one stays quiet: its screen has said so, and the phone may be watched.
    """
    since = now - charter.draft_reminder
    for case in _some(session, *_quiet_drafts(), Case.touched_at <= since):
        case.reminded_at = now
        scene = _scene(session, case, charter, now)
        t = scene.tongue
        goes_at = case.touched_at + charter.draft_handed_in
        scene.say(
            Outgoing(
                text=t(
                    "📝 Your message is not sent yet. If you do nothing, it goes to one person of "
                    "the council on {moment}. Only that person reads it.",
                    moment=t.moment(goes_at),
                ),
                choices=(
                    (
                        Choice(t("✅ Send"), f"send:{case.reference}", "success"),
                        Choice(t("✖️ Cancel"), f"cancel:{case.reference}"),
                    ),
                ),
            ),
            case_id=case.id,
            key=f"quiet:{case.id}",
        )


def _quiet_drafts() -> tuple[ColumnElement[bool], ...]:
    return (Case.state == DRAFT, Case.reminded_at.is_(None), Case.track != PRIVATE)


def _hand_in_drafts(session: Session, charter: Charter, now: datetime) -> None:
    """An unsent cry is read by somebody: it goes with the narrowest sharing."""
    since = now - charter.draft_handed_in
    for case in _some(session, Case.state == DRAFT, Case.touched_at <= since):
        case.share = "only_member"
        hand_in.hand_in(_scene(session, case, charter, now), case, by_itself=True)


def _stages(session: Session, charter: Charter, now: datetime) -> None:
    """Half the time, 80 %, and late: reader, chair, and the writer's apology with a new date."""
    for case in _some(session, Case.stage_at <= now):
        scene = _scene(session, case, charter, now)
        date, _, stage = case.stage.partition(":")
        member = cards.responsible(scene, case)
        if member is None or case.state != OPEN:
            case.stage_at = None
            continue
        if stage == "half":
            cards.tell(scene, member, "reminder", case, date=date)
        else:
            _tell_chair(scene, case, member, stage)
        if stage == "late":
            _apologise(scene, case, date)
        dates.next_stage(case, charter)


def _tell_chair(scene: Scene, case: Case, silent: Member, stage: str) -> None:
    """The chair, or the focal persons for a private case; never whoever is silent themselves."""
    role = "focal" if case.track == "private" else "chair"
    due = case.answer_by_at if case.taken_at else case.read_by_at
    assert due is not None
    for seat in members.seated(scene.session, role):
        if seat.id == silent.id or seat.person_id == case.person_id:
            continue
        if seat.id in case.excluded:
            continue
        there = scene_of(
            scene.session, members.person_of(scene.session, seat), scene.charter, scene.now
        )
        args = {
            "stage": stage,
            "reference": shown(scene, case),
            "alias": silent.alias,
            "moment": there.tongue.moment(due),
        }
        cards.tell(scene, seat, "overdue", None, **args)


def _apologise(scene: Scene, case: Case, date: str) -> None:
    """Late: say so, with a new date; what was told is what is measured from now on."""
    dates.promise_again(case, scene.charter, scene.now, date)
    cards.fresh(scene, case, "date")
    if date == "read":
        return
    t = scene.tongue
    assert case.answer_by_at is not None
    scene.say(
        t(
            "{reference}: sorry, it takes longer than we said. New date: {moment}.",
            reference=shown(scene, case),
            moment=t.moment(case.answer_by_at),
        ),
        case_id=case.id,
    )


def _close_silent(session: Session, charter: Charter, now: datetime) -> None:
    """Nobody wrote after an answer or a question: close, with the way back."""
    for case in _some(session, Case.closes_at <= now, Case.state.in_((ANSWERED, ASKED))):
        scene = _scene(session, case, charter, now)
        follow.close(scene, case, "silent")
        cards.refresh(scene, case)


def _shrink_cards(session: Session, charter: Charter, now: datetime) -> None:
    """A card nobody touched shrinks to its number."""
    since = now - charter.card_idle
    for shown_ in session.scalars(
        select(Shown).where(*_full_cards(), Shown.touched_at <= since).limit(BATCH)
    ):
        shown_.touched_at = now
        if chat := _chat(session, shown_):
            args = {"shrunk": True, "leaves": "shrunk"}
            outbox.add(
                session,
                chat,
                "card",
                now,
                args=args,
                case_id=shown_.case_id,
                mode="edit",
                key=shown_.key,
            )
        else:
            shown_.state = "left"


def _full_cards() -> tuple[ColumnElement[bool], ...]:
    return (Shown.show == "card", Shown.state == "full", Shown.member_id.is_not(None))


def _chat(session: Session, shown_: Shown) -> Chat | None:
    member = session.get(Member, shown_.member_id)
    if member is None:
        return None
    return Chat.of(members.person_of(session, member), member)


def _take_files_away(session: Session, charter: Charter, now: datetime) -> None:
    """Voice, files, whole texts and the member's own words do not stay in a member's chat."""
    since = now - charter.media_kept
    for shown_ in session.scalars(select(Shown).where(*_passing(), Shown.at <= since).limit(BATCH)):
        case = session.get(Case, shown_.case_id)
        if case is not None and case.person_id == shown_.person_id:
            shown_.state = "kept"  # a member's own request, which they wrote as a migrant
            continue
        chat = _chat(session, shown_)
        shown_.state = "leaving" if chat else "left"
        if chat:
            args = {"shown": shown_.id}
            outbox.add(
                session, chat, "emptied", now, args=args, case_id=shown_.case_id, mode="delete"
            )


def _passing() -> tuple[ColumnElement[bool], ...]:
    return (
        Shown.show.in_(("files", "whole", "own", "said", "sent_note")),
        Shown.case_id.is_not(None),
        Shown.member_id.is_not(None),
        Shown.state == "full",
    )


def _erase_old(session: Session, charter: Charter, now: datetime) -> None:
    """Closed long enough ago: erased, a count remains."""
    since = now - _kept(charter)
    for case in _some(session, Case.state == CLOSED, Case.closed_at <= since):
        forget.erase_case(_scene(session, case, charter, now), case)


def _kept(charter: Charter) -> timedelta:
    return timedelta(days=round(charter.keep_months * 30.44))


def _forget_newcomers(session: Session, charter: Charter, now: datetime) -> None:
    people.forget_newcomers(session, now)


def _forget_invitations(session: Session, charter: Charter, now: datetime) -> None:
    session.execute(delete(Invitation).where(Invitation.expires_at <= now))


def _forget_outbox(session: Session, charter: Charter, now: datetime) -> None:
    session.execute(delete(Outbox).where(Outbox.ended_at <= now - OUTBOX_KEPT))


def forget_old(session: Session, now: datetime) -> None:
    """Once an hour: marks and stuck messages past their time."""
    inbox.forget_old(session, now)
    people.forget_tries(session, now - timedelta(days=2))


JOBS: tuple[Job, ...] = (
    Job(
        "newcomers",
        lambda c: _earliest(Newcomer.expires_at),
        _no_wait,
        _forget_newcomers,
    ),
    Job(
        "draft reminders",
        lambda c: _earliest(Case.touched_at, *_quiet_drafts()),
        lambda c: c.draft_reminder,
        _remind_drafts,
    ),
    Job(
        "drafts handed in",
        lambda c: _earliest(Case.touched_at, Case.state == DRAFT),
        lambda c: c.draft_handed_in,
        _hand_in_drafts,
    ),
    Job("stages", lambda c: _earliest(Case.stage_at), _no_wait, _stages),
    Job(
        "silence",
        lambda c: _earliest(Case.closes_at, Case.state.in_((ANSWERED, ASKED))),
        _no_wait,
        _close_silent,
    ),
    Job(
        "idle cards",
        lambda c: _earliest(Shown.touched_at, *_full_cards()),
        lambda c: c.card_idle,
        _shrink_cards,
    ),
    Job(
        "files in members' chats",
        lambda c: _earliest(Shown.at, *_passing()),
        lambda c: c.media_kept,
        _take_files_away,
    ),
    Job(
        "old requests",
        lambda c: _earliest(Case.closed_at, Case.state == CLOSED),
        _kept,
        _erase_old,
    ),
    Job(
        "invitations",
        lambda c: _earliest(Invitation.expires_at),
        _no_wait,
        _forget_invitations,
    ),
    Job(
        "outbox",
        lambda c: _earliest(Outbox.ended_at),
        lambda c: OUTBOX_KEPT,
        _forget_outbox,
    ),
)
