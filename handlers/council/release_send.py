"""What follows: the writer is asked, and after a yes and some time the Service gets the text."""

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.charter import Charter
from handlers.council import cards, desk, release
from handlers.migrant import not_released
from handlers.migrant import released as writers
from handlers.service import places
from handlers.told import shown
from handlers.turn import QUESTION, Turn, scene_of
from storage import audit, cases, outbox, recipients, released
from storage.model import CLOSED, PRIVATE, Case, Person, Recipient, Released
from storage.outbox import Chat

BATCH = 50
OPENED = ("staff_text", "staff_answer", "staff_answer_preview")
"""Questions in the Service's chat that are about one released text, or follow it there."""


def let_go(turn: Turn, reference: str, unit: str) -> None:
    """The writer is asked; the clock to the answer goes on."""
    text, case = release.TEXT.held(turn, reference, unit), desk.mine(turn, reference, "release")
    if case is None:
        return
    is_free = released.unfinished(turn.session, case) is None
    if unit not in release.units(turn) or text is None or not is_free:
        turn.toast = turn.tongue("There is nothing to send here any more.")
        return
    turn.close()
    one = Released(
        case_id=case.id,
        member_id=turn.desk.id,
        unit=unit,
        text=text,
        state="asked",
        asked_at=turn.now,
    )
    turn.session.add(one)
    turn.session.flush()
    there = scene_of(turn.session, cases.writer(turn.session, case), turn.charter, turn.now)
    writers.ask(there, case, one)
    audit.note(turn.session, "release_asked", turn.now, by=turn.desk, about=case, unit=unit)
    turn.say(
        turn.tongue(
            "✅ The writer of {reference} is asked. Nothing goes to the Service before they say yes.",
            reference=shown(turn, case),
        ),
        case_id=case.id,
    )
    cards.refresh(turn, case)


def send_due(session: Session, charter: Charter, now: datetime, upto: datetime) -> None:
    """Whoever said yes had time to think: now it goes, if everything still stands."""
    for one in released.due(session, upto, BATCH):
        case = session.get_one(Case, one.case_id, with_for_update=True)
        to = places.taken(session, charter, one.unit)
        if _still_stands(session, case) and places.is_reached(session, to):
            _send(session, charter, now, one, case, to)
        else:
            _keep(session, charter, now, one, case)


def _still_stands(session: Session, case: Case) -> bool:
    """Somebody goes on with it, and it did not become private or end meanwhile."""
    return case.track != PRIVATE and case.state != CLOSED and case.responsible_id is not None


def _send(
    session: Session,
    charter: Charter,
    now: datetime,
    one: Released,
    case: Case,
    to: list[Recipient],
) -> None:
    one.state, one.sent_at, one.sends_at = "sent", now, None
    session.flush()
    for recipient in to:
        args = {"number": one.id, "recipient": recipient.id}
        chat = recipients.chat_of(session, recipient)
        outbox.add(session, chat, "released", now, args=args, key=key(one.id))
    there = scene_of(session, cases.writer(session, case), charter, now)
    writers.tell_sent(there, case, one)
    audit.note(session, "released", now, about=case, unit=one.unit)
    cards.fresh(there, case, "released")


def _keep(session: Session, charter: Charter, now: datetime, one: Released, case: Case) -> None:
    """It does not go, and nobody is left believing that it did."""
    one.state, one.sends_at = "withdrawn", None
    there = scene_of(session, cases.writer(session, case), charter, now)
    not_released.tell(there, case)
    audit.note(session, "release_withdrawn", now, about=case, unit=one.unit)
    cards.fresh(there, case, "not_released")


def key(number: int) -> str:
    """What the Service was shown of it stands under this key, so that it can be taken away."""
    return f"released:{number}"


def take_away(session: Session, case: Case, now: datetime) -> None:
    """Its writer deletes it: what stands of it in the Service's chats goes, as far as it can."""
    cases.hold(session, case.id)
    for one in released.sent_of(session, case):
        for recipient in recipients.joined(session):
            chat = recipients.chat_of(session, recipient)
            _empty(session, chat, key(one.id), now)
            if _is_open(session, recipient, one):
                _empty(session, chat, QUESTION, now)


def _is_open(session: Session, recipient: Recipient, one: Released) -> bool:
    """Whether they opened it themselves: then it stands in their chat as what was asked last."""
    person = session.get(Person, recipient.person_id) if recipient.person_id else None
    if person is None or person.screen not in OPENED:
        return False
    return (person.screen_args or {}).get("number") == str(one.id)


def _empty(session: Session, chat: Chat, under: str, now: datetime) -> None:
    outbox.withdraw(session, chat, under)
    for shown_id in outbox.standing(session, chat, under):
        outbox.add(session, chat, "emptied", now, args={"shown": shown_id}, mode="delete")
