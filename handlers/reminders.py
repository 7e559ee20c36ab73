"""What happens to requests when nobody acts: reminders, apologies, handing in, closing."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from handlers import dates
from handlers.charter import Charter
from handlers.council import behind, cards
from handlers.messages import Choice, Outgoing
from handlers.migrant import draft, follow, hand_in
from handlers.turn import Scene, scene_of
from storage import audit, cases, outbox, told
from storage.database import is_transient
from storage.model import ANSWERED, ASKED, DRAFT, OPEN, PRIVATE, Case

BATCH = 100
AGAIN = timedelta(hours=1)
"""How soon a request is looked at again that could not be dealt with."""
DRAFTS = (Case.state == DRAFT,)
QUIET = (*DRAFTS, Case.reminded_at.is_(None), Case.track != PRIVATE)
WAITING = (Case.state.in_((ANSWERED, ASKED)),)
"""What silence ends; what is private it never closes."""


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
    """Half the time, 80 %, and late: reader, chair, and the writer's apology with a new date.

    One request that cannot be dealt with holds up none of the others: it is looked at an hour later.
    """
    for case in _some(session, Case.stage_at <= upto):
        try:
            with session.begin_nested():
                _stage(_scene(session, case, charter, now), case)
        except Exception as error:
            if is_transient(error):
                raise
            later = update(Case).where(Case.id == case.id).values(stage_at=now + AGAIN)
            session.execute(later)
            cards.alert_operators(
                session, now, "stage", case_id=case.id, error=type(error).__name__
            )


def _stage(scene: Scene, case: Case) -> None:
    date, _, stage = case.stage.partition(":")
    member = cards.responsible(scene, case)
    if member is None or case.state != OPEN:
        case.stage_at = None
        return
    if stage == "half":
        behind.remind(scene, case, member)
    elif stage == "chair":
        behind.tell_chair(scene, case, member)
        if date == "read":
            behind.pass_on(scene, case, member)
    elif date in ("read", "answer"):
        behind.tell_chair(scene, case, member)
        _late(scene, case, "read" if date == "read" else "answer")
    dates.next_stage(case, scene.charter)


def _late(scene: Scene, case: Case, date: told.What) -> None:
    """Late: say so, with a new date; what was told is what is measured."""
    if dates.falls_back_on_told(case, date, scene.now):
        cards.fresh(scene, case, "date")
        return
    dates.promise_again(case, scene.charter, scene.now, date)
    if _comes_before_reading(case):
        dates.promise_again(case, scene.charter, scene.now, "answer")
    cards.fresh(scene, case, "date")
    key = f"late:{case.id}"
    outbox.add(scene.session, scene.chat, "late", scene.now, case_id=case.id, key=key)
    audit.note(scene.session, "late", scene.now, about=case, date=date)


def _comes_before_reading(case: Case) -> bool:
    """Whether an answer is due while nobody needs to have read it."""
    if case.taken_at is not None or case.read_by_at is None or case.answer_by_at is None:
        return False
    return case.answer_by_at < case.read_by_at


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
