"""What happens to requests when nobody acts: reminders, apologies, handing in, closing."""

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from handlers import dates
from handlers.charter import Charter
from handlers.council import cards
from handlers.messages import Choice, Outgoing
from handlers.migrant import draft, follow, hand_in
from handlers.told import shown
from handlers.turn import Scene, scene_of
from storage import cases, members, outbox
from storage.model import ANSWERED, ASKED, DRAFT, OPEN, PRIVATE, Case, Member

BATCH = 100
DRAFTS = (Case.state == DRAFT,)
QUIET = (*DRAFTS, Case.reminded_at.is_(None), Case.track != PRIVATE)
WAITING = (Case.state.in_((ANSWERED, ASKED)),)


def _scene(session: Session, case: Case, charter: Charter, now: datetime) -> Scene:
    return scene_of(session, cases.writer(session, case), charter, now)


def _some(session: Session, *where: ColumnElement[bool]) -> list[Case]:
    chosen = select(Case).where(*where).order_by(Case.id).limit(BATCH).with_for_update()
    return list(session.scalars(chosen))


def quiet_drafts(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """A quiet draft: say that it is not sent, and when it goes by itself.

    A private one stays quiet: its screen has said so, and the phone may be watched.
    """
    for case in _some(session, *QUIET, Case.touched_at <= upto):
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
            key=draft.reminder_key(case),
        )


def old_drafts(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """An unsent cry is read by somebody: it goes with the narrowest sharing."""
    for case in _some(session, *DRAFTS, Case.touched_at <= upto):
        case.share = "only_member"
        hand_in.hand_in(_scene(session, case, charter, now), case, by_itself=True)


def stages(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """Half the time, 80 %, and late: reader, chair, and the writer's apology with a new date."""
    for case in _some(session, Case.stage_at <= upto):
        scene = _scene(session, case, charter, now)
        date, _, stage = case.stage.partition(":")
        member = cards.responsible(scene, case)
        if member is None or case.state != OPEN:
            case.stage_at = None
            continue
        if stage == "half":
            cards.tell(scene, member, "reminder", case, key=f"reminder:{case.id}", date=date)
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
        cards.tell(scene, seat, "overdue", None, key=f"overdue:{case.id}", **args)


def _apologise(scene: Scene, case: Case, date: str) -> None:
    """Late: say so, with a new date; what was told is what is measured from now on."""
    dates.promise_again(case, scene.charter, scene.now, date)
    cards.fresh(scene, case, "date")
    if date == "read" and case.answer_by_at is not None:
        if case.answer_by_at > scene.now:
            return
        # nobody has read it, and by now they were to have an answer
        dates.promise_again(case, scene.charter, scene.now, "answer")
    key = f"late:{case.id}"
    outbox.add(scene.session, scene.chat, "late", scene.now, case_id=case.id, key=key)


def silence(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """Nobody wrote after an answer or a question: close, with the way back.

    What is private is never closed by silence: its reader goes on without an answer.
    """
    for case in _some(session, *WAITING, Case.closes_at <= upto):
        scene = _scene(session, case, charter, now)
        if case.track != PRIVATE:
            follow.close(scene, case, "silent")
            cards.refresh(scene, case)
        elif case.state == ASKED:
            dates.resume(case, charter, now)
            cards.fresh(scene, case, "no_reply")
        else:
            case.closes_at = None
