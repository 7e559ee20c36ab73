"""The Service answered a released text: whoever reads the request gets it, and answers the writer."""

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.charter import Charter
from handlers.council import cards, release
from handlers.messages import Choice, Outgoing
from handlers.told import shown
from handlers.turn import Scene, scene_of
from storage import audit, cases, released
from storage.model import Case, Outbox, Recipient, Released, ReleasedReply


def take(
    session: Session,
    charter: Charter,
    recipient: Recipient,
    number: int,
    text: str,
    now: datetime,
) -> bool:
    """Keep the answer and tell the member; false where there is nothing to answer any more.

    Only a recipient of the unit it was sent to answers, as often as they like; the writer hears
    nothing of it before a member has put it into words.
    """
    one = released.numbered(session, number)
    case = session.get(Case, one.case_id, with_for_update=True) if one else None
    units = {rule.name: rule.unit for rule in charter.recipients}
    is_theirs = one is not None and units.get(recipient.name) == one.unit
    if one is None or case is None or not is_theirs or one.state not in released.SENT:
        return False
    one.state = "answered"
    reply = ReleasedReply(released_id=one.id, recipient_id=recipient.id, text=text, at=now)
    session.add(reply)
    session.flush()
    there = scene_of(session, cases.writer(session, case), charter, now)
    audit.note(session, "service_answered", now, about=case, unit=one.unit)
    reader = cards.responsible(there, case)
    if reader is None:
        cards.alert(there, "nobody_responsible", case=case.id)
        return True
    cards.fresh(there, case, "service_answered")
    cards.tell(there, reader, "service_answer", case, reply=reply.id)
    return True


def draw(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """What the unit wrote, word for word, in the reader's chat."""
    reply = scene.session.get(ReleasedReply, row.args["reply"])
    one = scene.session.get(Released, reply.released_id) if reply is not None else None
    if case is None or reply is None or one is None or one.case_id != case.id:
        return None
    t = scene.tongue
    text = t(
        "🏛 {reference}: <b>{unit}</b> answers:\n<blockquote>{text}</blockquote>\n"
        "The writer does not see this. Please tell them in your own words.",
        reference=shown(scene, case),
        unit=release.called(scene, t, one.unit),
        text=t.written(reply.text),
    )
    answer = Choice(t("✍️ Answer"), f"answer:{case.reference}", "success")
    return Outgoing(text=text, choices=((answer,),), protect=True)
